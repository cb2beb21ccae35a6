"""The board shows an edition and acts on it, without JavaScript, for two curators at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.editions.models import Edition, Item, Placement
from digests.journal.models import Act
from digests.sources.models import Article
from digests.stories.models import Story, Telling, Words
from newsletter.subscribers.models import Subscriber
from tests.desk.conftest import ACT, BOARD, order, press
from tests.editions.press import NOON, article, publisher

pytestmark = pytest.mark.django_db


def told(client, language="en"):
    return client.get(BOARD, headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_shows_state_clocks_stories_and_readers(owner, edition, ada, language):
    Subscriber.objects.filter(pk=ada.pk).update(next_digest_at=edition.cutoff_at + timedelta(minutes=30))
    page = told(owner, language)
    assert ("Collecting" if language == "en" else "모으는 중") in page
    assert "Asia/Seoul 01-05 06:30" in page
    assert "UTC 01-04 21:30" in page
    assert "01-05 07:00" in page
    assert "솔바람연구소" in page or "Solbaram" in page
    assert page.count('class="desk-row') == edition.items.count()
    assert "style=" not in page
    assert "ada@example.com" not in page


def test_a_hundred_stories_cost_no_more_queries_than_ten(owner, edition):
    base = publisher("lab")
    stories = Story.objects.bulk_create(
        Story(key=f"w{n}", language="ko", first_at=NOON, last_at=NOON, rank=-n) for n in range(300)
    )
    for one in stories[:2]:
        Telling.objects.create(story=one, article=article("lab", "소식", "글이다. 더 있다."))
    rows = [article_row(base, n) for n in range(2, 300)]
    from_here = Article.objects.bulk_create(rows)
    Telling.objects.bulk_create(
        Telling(story=one, article=told_by) for one, told_by in zip(stories[2:], from_here, strict=True)
    )
    Words.objects.bulk_create(Words(story=one, language="ko", headline=f"소식 {one.key}") for one in stories)
    Item.objects.bulk_create(
        Item(edition=edition, story=one, position=100 + n, is_chosen=n < 2, rank=one.rank)
        for n, one in enumerate(stories)
    )
    with CaptureQueriesContext(connection) as asked:
        page = told(owner)
    assert page.count('class="desk-row') == 310
    assert len(asked) <= 15, [query["sql"][:80] for query in asked]


def article_row(base, number):
    return Article(
        publisher=base,
        identity=f"{number:064}x"[-64:],
        url=f"https://lab.example/w{number}",
        title=f"소식 {number}",
        text="글이다. 더 있다.",
        language="ko",
        completeness="full",
        published_at=NOON,
        first_seen_at=NOON,
    )


def test_moving_puts_a_story_where_it_was_asked_to_stand(owner, edition):
    before = order(edition)
    third = edition.items.get(story__key=before[2])
    press(owner, edition, "move", third, place=1)
    assert order(edition) == [before[2], before[0], before[1], *before[3:]]
    press(owner, edition, "down", third)
    assert order(edition) == [before[0], before[2], before[1], *before[3:]]
    fourth = edition.items.get(story__key=before[3])
    press(owner, edition, "up", fourth)
    press(owner, edition, "up", fourth)
    assert order(edition) == [before[0], before[3], before[2], before[1], *before[4:]]


def test_two_moved_stories_change_places(owner, edition):
    before = order(edition)
    for key, place in ((before[5], 1), (before[6], 2)):
        press(owner, edition, "move", edition.items.get(story__key=key), place=place)
    assert order(edition)[:3] == [before[5], before[6], before[0]]
    press(owner, edition, "down", edition.items.get(story__key=before[5]))
    assert order(edition)[:3] == [before[6], before[5], before[0]]
    last = Act.objects.first()
    press(owner, edition, "undo", act_id=last.pk)
    assert order(edition)[:3] == [before[5], before[6], before[0]]


def test_set_aside_waits_and_include_brings_back(owner, edition):
    item = edition.items.first()
    press(owner, edition, "set_aside", item)
    page = told(owner)
    assert page.index(f'id="item-{item.pk}"') > page.index('id="desk-waiting"')
    press(owner, edition, "restore", item)
    page = told(owner)
    assert page.index(f'id="item-{item.pk}"') < page.index('id="desk-waiting"')


def test_words_are_saved_and_a_word_of_nobody_is_warned_of(owner, edition):
    item = edition.items.first()
    assert (
        "What the sources say"
        in owner.get(BOARD, {"edit": item.pk}, headers={"accept-language": "en"}).content.decode()
    )
    words = {"language": "ko", "headline": "새 제목", "summary": "매출이 9,731억 원이다."}
    response = press(owner, edition, "write", item, **words)
    page = owner.get(response.url, headers={"accept-language": "en"}).content.decode()
    assert "출처에 없는 말: 9,731억 원" in page
    assert "not in the sources" in page
    assert Words.objects.get(story=item.story_id, language="ko").headline == "새 제목"


def test_whoever_comes_second_sees_who_was_first_and_loses_no_word(owner, who, edition):
    item = edition.items.first()
    stale = edition.version
    press(who("curator", "juno"), edition, "pin", item)
    response = owner.post(
        ACT,
        {
            "act": "write",
            "version": stale,
            "item": item.pk,
            "language": "ko",
            "headline": "내 제목",
            "summary": "내 글",
        },
        headers={"accept-language": "en"},
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Juno changed the edition" in page
    assert "내 제목" in page
    assert not Words.objects.filter(headline="내 제목").exists()
    response = owner.post(ACT, {"act": "hide", "version": stale, "item": item.pk}, follow=True)
    assert "juno" in response.content.decode()
    assert Item.objects.get(pk=item.pk).placement == Placement.PINNED


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "move", "place": "first"},
        {"act": "move", "place": ""},
        {"act": "merge", "place": "1"},
        {"act": "merge", "place": "99"},
        {"act": "up"},
        {"act": "write", "language": "xx"},
        {"act": "write", "language": "ko", "headline": " "},
        {"act": "waive", "code": "truncated", "reason": " "},
        {"act": "undo", "act_id": "424242"},
        {"act": "resume"},
        {"act": "cancel"},
        {"act": "explode"},
        {"act": "pin", "item": "99999"},
        {"act": "pin", "version": "x"},
    ],
    ids=lambda fields: "-".join(fields.values()),
)
def test_what_makes_no_sense_is_told_and_changes_nothing(owner, edition, fields):
    item = edition.items.order_by("position").first()
    response = owner.post(ACT, {"item": item.pk, "version": edition.version, **fields}, follow=True)
    assert response.status_code == 200
    assert "warning" in response.content.decode()
    assert not Act.objects.exists()


def test_merging_makes_one_story_and_undoing_two(owner, edition):
    before = order(edition)
    item = edition.items.get(story__key=before[4])
    press(owner, edition, "merge", item, place=2)
    assert told(owner).count('class="desk-row') == len(before) - 1
    press(owner, edition, "undo", act_id=Act.objects.first().pk)
    assert told(owner).count('class="desk-row') == len(before)


def test_a_published_edition_is_hidden_from_but_not_reordered(owner, published):
    item = published.items.filter(is_chosen=True).first()
    page = told(owner)
    assert 'value="hide"' in page
    assert 'value="up"' not in page
    press(owner, published, "up", item)
    press(owner, published, "hide", item)
    assert list(Act.objects.exclude(verb="freeze").values_list("verb", flat=True)) == ["hide"]


def test_an_edition_of_no_day_is_missing(owner, edition):
    for path in ("2026-02-31", "2031-01-01"):
        assert owner.get(f"/admin/editions/edition/{path}/board/").status_code == 404
    assert owner.get(BOARD, {"zone": "Europe/Paris"}).status_code == 404


def test_the_list_of_editions_links_to_the_board(owner, edition):
    assert BOARD in owner.get("/admin/editions/edition/").content.decode()
    assert BOARD in owner.get(f"/admin/editions/edition/{edition.pk}/change/").content.decode()
    assert Edition.objects.count() == 1
