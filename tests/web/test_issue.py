"""The edition page, the story page and "my issue"."""

from datetime import date, timedelta

import pytest
from django.test import Client

from digests.editions.digesting import digest_for
from digests.editions.models import Correction, Edition, Item, Placement
from digests.editions.preferences import Preferences
from digests.sources.models import Article, Attempt, Feed, Publisher
from digests.stories.models import Story, Telling
from newsletter.subscribers import links
from newsletter.subscribers.models import Subscriber
from tests.web.factories import NEWS, publish, seen

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)


def told(**changes: object) -> dict[str, object]:
    return {**NEWS[0], **changes}


def test_an_edition_shows_each_story_with_sources_reason_and_marks(client: Client) -> None:
    publish(MONDAY, number=8)
    page = seen(client.get("/2026-01-05/"))
    assert "<h1>1월 5일 월요일</h1>" in page
    assert "제8호" in page
    assert "기사 41건 → 17묶음 → 4건" in page
    assert '<a href="https://garam-news.example/articles/' in page
    assert "(1차)" in page
    assert "매체 3곳이 함께 다뤘고, 1차 출처가 있습니다." in page
    assert "한 곳 보도" in page
    assert 'lang="en"><a href="/2026-01-05/' in page, "a story without Korean words says its language"
    assert '<span class="nb">‘물결’(MoE)의</span>' in page


def test_the_english_edition_speaks_english(client: Client) -> None:
    publish(MONDAY)
    page = seen(client.get("/en/2026-01-05/"))
    assert "<h1>Monday, January 5</h1>" in page
    assert "Top story" in page
    assert "Garam Lab News" in page
    assert "In Korean" in page


def test_a_hidden_or_waiting_story_is_not_on_the_page(client: Client) -> None:
    publish(MONDAY, [NEWS[0], {**NEWS[1], "placement": Placement.HIDDEN}, {**NEWS[2], "is_chosen": False}])
    page = seen(client.get("/2026-01-05/"))
    assert "물결" in page
    assert "새김" not in page
    assert "조달" not in page


def test_an_edition_without_stories_says_what_kind_of_day_it_was(client: Client) -> None:
    publish(MONDAY, [])
    page = seen(client.get("/2026-01-05/"))
    assert "조용한 하루였습니다" in page
    assert "차례" not in page


def test_an_edition_with_three_hundred_long_stories_comes_in_small_pages(client: Client) -> None:
    long = told(ko=("긴 제목 " * 75, "긴 요약 문장이다. " * 120))
    publish(MONDAY, [long] * 300)
    first = client.get("/2026-01-05/")
    assert first.content.decode().count("<article") == 20
    last = seen(client.get("/2026-01-05/?page=15"))
    assert '<span class="num">300</span>' in last
    assert client.get("/2026-01-05/?page=nonsense").status_code == 200


def test_what_came_from_outside_is_never_markup(client: Client) -> None:
    evil = "<script>alert(1)</script>\"' onload=x \u202e"
    edition = publish(MONDAY, [told(ko=(evil, evil), en=(evil, evil), whats_new=evil)])
    item = edition.items.get()
    item.content["sources"][0] |= {"url": "javascript:alert(1)", "name_ko": evil, "title": evil, "text": evil}
    item.content["topic_names"]["llm"] = {"ko": evil, "en": evil}
    item.save()
    for path in ("/2026-01-05/", f"/2026-01-05/{item.story.key}/", "/", "/archive/?topic=llm"):
        page = seen(client.get(path))
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page


def test_a_story_without_words_or_a_publisher_without_a_name_still_stands(client: Client) -> None:
    edition = publish(MONDAY, [told(), told()])
    first, second = edition.items.all()
    first.content["words"] = {}
    first.content["sources"] = [{"publisher": "", "name_ko": "", "name_en": "", "url": ""}]
    first.save()
    Item.objects.filter(pk=second.pk).update(content={})
    for path in ("/2026-01-05/", "/en/2026-01-05/", f"/2026-01-05/{first.story.key}/", "/"):
        assert client.get(path).status_code == 200


def test_neighbouring_issues_are_linked(client: Client) -> None:
    for day in range(4, 7):
        publish(date(2026, 1, day))
    page = seen(client.get("/2026-01-05/"))
    assert 'rel="prev" href="/2026-01-04/"' in page
    assert 'rel="next" href="/2026-01-06/"' in page


def test_an_edition_of_another_zone_is_shown_where_the_main_one_is_missing(client: Client) -> None:
    publish(MONDAY, [NEWS[1]], zone="America/New_York")
    assert "새김" in seen(client.get("/2026-01-05/"))
    publish(MONDAY, [NEWS[2]], zone="Asia/Seoul")
    assert "새김" not in seen(client.get("/2026-01-05/"))


def test_a_correction_stands_on_top_of_its_issue_and_on_its_story(client: Client) -> None:
    edition = publish(MONDAY)
    item = edition.items.first()
    Correction.objects.create(item=item, note_ko="31%가 아니라 12%입니다.", note_en="It is 12%, not 31%.")
    page = seen(client.get("/2026-01-05/"))
    assert page.index("31%가") < page.index("<article")
    assert "바로잡음" in page
    assert "It is 12%, not 31%." in seen(client.get(f"/en/2026-01-05/{item.story.key}/"))


@pytest.mark.parametrize(
    ("silent", "asked", "words"),
    [(0, 6, ""), (3, 6, "6곳 가운데 3곳에 닿지 못해"), (6, 6, "수집이 멈춰")],
    ids=["full", "degraded", "failed"],
)
def test_the_page_tells_a_degraded_day_from_a_failed_one(
    client: Client, silent: int, asked: int, words: str
) -> None:
    edition = publish(MONDAY)
    publisher = Publisher.objects.create(slug="p", name_ko="매체")
    for number in range(asked):
        feed = Feed.objects.create(publisher=publisher, url=f"https://p.example/{number}")
        outcome = Attempt.Outcome.FAILED if number < silent else Attempt.Outcome.UNCHANGED
        Attempt.objects.create(feed=feed, at=edition.cutoff_at - timedelta(hours=1), outcome=outcome)
    page = seen(client.get("/2026-01-05/"))
    assert words in page
    assert ('class="note"' in page) == bool(words)


# --- Stories -----------------------------------------------------------------------------------


def original(item: Item, slug: str, url: str, *, allows: bool, state: str = "live") -> None:
    publisher = Publisher.objects.create(slug=slug, name_ko=slug, allows_full_text=allows)
    article = Article.objects.create(
        publisher=publisher,
        identity=slug,
        url=url,
        title="제목",
        language="ko",
        completeness="full",
        published_at=item.edition.cutoff_at,
        state=state,
    )
    Telling.objects.create(story=item.story, article=article)


def test_a_story_shows_the_whole_original_only_where_its_publisher_allows_it(client: Client) -> None:
    edition = publish(MONDAY, [told(outlets=["garam-news", "saebyeok", "hanteul"])])
    item = edition.items.get()
    for source, is_full in zip(item.content["sources"], (True, True, False), strict=True):
        source |= {"is_full": is_full, "text": f"{source['publisher']} 하나다. 둘이다. 셋이다."}
    item.save()
    open_, closed, removed = item.content["sources"]
    original(item, open_["publisher"], open_["url"], allows=True)
    original(item, closed["publisher"], closed["url"], allows=False)
    original(item, removed["publisher"], removed["url"], allows=False, state="removed")
    page = seen(client.get(f"/2026-01-05/{item.story.key}/"))
    assert "garam-news 하나다. 둘이다. 셋이다." in page
    assert "saebyeok 하나다. 둘이다." in page
    assert "saebyeok 하나다. 둘이다. 셋이다." not in page
    assert "hanteul 하나다" not in page, "an article removed since shows nothing"


def test_a_story_shows_how_its_thread_unfolded_and_what_is_related(client: Client) -> None:
    publish(date(2026, 1, 3), [told(ko=("첫 소식", "요약."), thread="t1"), told(ko=("곁의 소식", "요약."))])
    later = publish(MONDAY, [told(ko=("다음 소식", "요약."), thread="t1", whats_new="값이 정해졌다.")])
    item = later.items.get()
    item.story.related.add(Story.objects.get(items__content__words__ko__headline="곁의 소식"))
    page = seen(client.get(f"/2026-01-05/{item.story.key}/"))
    assert page.index("첫 소식") < page.index('aria-current="page">다음 소식')
    assert "값이 정해졌다." in page
    assert page.index("함께 볼 소식") < page.index("곁의 소식")


def test_figures_that_do_not_agree_are_named(client: Client) -> None:
    edition = publish(MONDAY, [told(marks=["contradiction"])])
    item = edition.items.get()
    item.content["contradictions"] = [{"figures": ["5190억", "6850억"], "sentences": ["…"]}]
    item.save()
    page = seen(client.get(f"/2026-01-05/{item.story.key}/"))
    assert "숫자 엇갈림" in page
    assert "5190억 ↔ 6850억" in page


def test_a_story_that_is_not_in_the_edition_is_no_page(client: Client) -> None:
    edition = publish(MONDAY, [told(placement=Placement.HIDDEN)])
    assert client.get(f"/2026-01-05/{edition.items.get().story.key}/").status_code == 404
    assert client.get("/2026-01-05/unknown/").status_code == 404


# --- My issue ----------------------------------------------------------------------------------


@pytest.fixture
def sent(ada: Subscriber) -> tuple[Edition, str]:
    edition = publish(MONDAY, NEWS * 3)
    digest = digest_for(
        edition, Preferences(topics_normal=frozenset({"chips", "llm"}), length=5), frozenset()
    )
    assert digest is not None
    return edition, links.make(links.Purpose.ISSUE, ada.pk, ada.link_version, digest=digest.pk)


def test_my_issue_shows_the_digest_and_why_each_story_is_in_it(client: Client, sent) -> None:
    answer = client.get(f"/i/{sent[1]}/")
    page = seen(answer)
    assert answer.status_code == 200
    assert page.count("<article") == 5
    assert "구독 주제 ‘" in page
    assert "noindex" in page
    assert answer["Cache-Control"] == "no-store, private"


def test_my_issue_equals_the_mail_story_for_story(client: Client, sent) -> None:
    edition, token = sent
    digest = edition.digests.get()
    page = seen(client.get(f"/i/{token}/"))
    places = [
        page.index(f'<article id="s-{Item.objects.get(pk=choice["item"]).story.key}"')
        for choice in digest.choices
    ]
    assert places == sorted(places)


def test_my_issue_can_be_read_in_the_other_language(client: Client, sent) -> None:
    page = seen(client.get(f"/en/i/{sent[1]}/"))
    assert page.count("<article") == 5
    assert "Your issue" in page
    assert "From your topic" in page or "notable story in your topic" in page
    assert f'<a href="/i/{sent[1]}/" lang="ko"' in page


def test_an_altered_foreign_or_renewed_link_gets_a_kind_page(client: Client, sent, ada: Subscriber) -> None:
    token = sent[1]
    foreign = links.make(links.Purpose.PREFERENCES, ada.pk, ada.link_version)
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense", foreign, f"{token}x"):
        answer = client.get(f"/i/{bad}/")
        assert answer.status_code == 404
        assert "링크" in seen(answer)
    Subscriber.objects.update(link_version=2)
    assert client.get(f"/i/{token}/").status_code == 404


# --- Cost --------------------------------------------------------------------------------------


def test_an_edition_costs_a_handful_of_queries(client: Client, django_assert_max_num_queries) -> None:
    publish(MONDAY, NEWS * 20)
    with django_assert_max_num_queries(6):
        client.get("/2026-01-05/")


def test_a_story_costs_a_handful_of_queries(client: Client, django_assert_max_num_queries) -> None:
    edition = publish(MONDAY, [told(thread="t1"), told(thread="t1")])
    with django_assert_max_num_queries(10):
        client.get(f"/2026-01-05/{edition.items.first().story.key}/")
