"""From articles to stories, in the tables."""

import random
from datetime import timedelta

import pytest

from digests.sources.models import Article
from digests.stories.models import Assessment, Keyword, Story, Tag, Telling, Topic, Verdict, Words
from digests.stories.process import tell
from digests.stories.reading import facts_of, organizations_of, topics_of
from tests.stories.news import (
    GAON_ENGLISH,
    GAON_LAUNCH,
    GAON_REWRITTEN,
    MORNING,
    NARAE_CHIP,
    article,
    publisher,
    rules,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def news():
    rules()
    publisher("gaon", kind="company")
    return [
        article("가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개", GAON_LAUNCH, "haneul", hours=5),
        article("우리말에 강한 새 AI 언어모델…값은 절반", GAON_REWRITTEN, "badak", hours=3),
        article("Gaon AI opens its Gaon M2 language model", GAON_ENGLISH, "gaon", hours=6, language="en"),
        article("나래반도체, 추론용 AI 반도체 양산", NARAE_CHIP, "haneul", hours=2),
        article(
            "전국 도서관 야간 개방 늘린다", "도서관 600곳이 밤에도 문을 연다고 밝혔다.", "badak", hours=1
        ),
    ]


def told(now=MORNING):
    return tell(MORNING - DAY, MORNING + timedelta(hours=1), now)


def shape():
    """The stories as sets of titles, with their keys."""
    found = {}
    for telling in Telling.objects.select_related("article", "story"):
        found.setdefault(telling.story.key, set()).add(telling.article.title)
    return found


def test_articles_become_stories_with_words_topics_and_rank(news):
    result = told()
    assert (result.articles, result.tagged, len(result.stories)) == (5, 5, 3)
    launch = news[0].telling.story
    assert set(launch.articles.all()) == set(news[:3])
    assert launch.language == "ko"
    assert {words.language for words in launch.words.all()} == {"ko", "en"}
    for words in Words.objects.all():
        assert words.summary != words.headline
        assert len(words.summary) <= 240
        assert words.grounding == []
    assert launch.rank == pytest.approx(sum(launch.rank_parts.values()), abs=1e-3)
    assert topics_of([launch.pk])[launch.pk][0] == "llm"
    assert organizations_of([launch.pk])[launch.pk] == ["gaon"]


def test_telling_again_changes_nothing(news):
    first = told()
    before = (shape(), list(Story.objects.order_by("pk").values()), Tag.objects.count())
    second = told()
    assert second.tagged == 0
    assert second.stories == first.stories
    assert (shape(), list(Story.objects.order_by("pk").values()), Tag.objects.count()) == before


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_decides_nothing(seed):
    rules()
    rows = [
        ("가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개", GAON_LAUNCH, "haneul", 5),
        ("우리말에 강한 새 AI 언어모델…값은 절반", GAON_REWRITTEN, "badak", 3),
        ("나래반도체, 추론용 AI 반도체 양산", NARAE_CHIP, "haneul", 2),
        ("나래반도체 추론용 AI 반도체 'R7' 양산 시작", NARAE_CHIP[:300], "sarang", 4),
    ]
    random.Random(seed).shuffle(rows)
    for number, (title, text, outlet, hours) in enumerate(rows):
        article(title, text, outlet, hours=hours)
        if number == 1 + seed % 2:
            told()
    told()
    assert sorted(map(sorted, shape().values())) == [
        [
            "가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개",
            "우리말에 강한 새 AI 언어모델…값은 절반",
        ],
        [
            "나래반도체 추론용 AI 반도체 'R7' 양산 시작",
            "나래반도체, 추론용 AI 반도체 양산",
        ],
    ]


def test_a_story_keeps_its_key_when_an_earlier_article_comes_late(news):
    told()
    key = news[3].telling.story.key
    article("나래반도체 추론용 AI 반도체 양산 소식", NARAE_CHIP[:400], "sarang", hours=9)
    told()
    news[3].telling.refresh_from_db()
    assert news[3].telling.story.key == key
    assert Telling.objects.filter(story__key=key).count() == 2


def test_an_edited_article_is_read_again(news):
    told()
    Article.objects.filter(pk=news[4].pk).update(
        title="도서관, AI 반도체 강좌 연다", changed_at=MORNING + timedelta(minutes=1)
    )
    assert told(MORNING + timedelta(minutes=2)).tagged == 1
    assert Assessment.objects.get(article=news[4]).is_relevant


def test_a_removed_article_tells_nothing_any_more(news):
    Article.objects.filter(pk=news[4].pk).update(state="removed")
    assert len(told().stories) == 2


def test_a_new_keyword_is_applied_to_what_was_tagged(news):
    told()
    topic = Topic.objects.create(slug="library", name_ko="도서관", name_en="Libraries")
    Keyword.objects.create(topic=topic, text="도서관", weight=3)
    assert told().tagged == 5
    assert Tag.objects.filter(topic=topic, article=news[4]).exists()


def test_a_curators_tag_and_decision_stay(news):
    told()
    rejected = Tag.objects.get(article=news[3], topic__slug="chips")
    Tag.objects.filter(pk=rejected.pk).update(state="rejected")
    Tag.objects.create(
        article=news[3], topic=Topic.objects.get(slug="llm"), source="curator", state="accepted"
    )
    Keyword.objects.create(topic=Topic.objects.get(slug="llm"), text="새말", weight=3)
    told()
    assert Tag.objects.get(article=news[3], topic__slug="chips").state == "rejected"
    assert Tag.objects.get(article=news[3], topic__slug="llm").source == "curator"
    story = news[3].telling.story
    topics = topics_of([story.pk])[story.pk]
    assert topics[0] == "llm"
    assert "chips" not in topics


def test_a_curators_words_stay(news):
    told()
    words = Words.objects.get(story=news[3].telling.story)
    Words.objects.filter(pk=words.pk).update(
        headline="내 제목",
        headline_source="curator",
        summary="R7은 9만장을 만든다.",
        summary_source="curator",
    )
    told()
    words.refresh_from_db()
    assert (words.headline, words.summary) == ("내 제목", "R7은 9만장을 만든다.")
    assert words.grounding == ["9만장"]


def test_verdicts_and_placements_are_obeyed(news):
    Verdict.objects.create(first=news[0], second=news[1], is_same=False)
    told()
    assert news[0].telling.story != news[1].telling.story
    Telling.objects.filter(article=news[4]).update(story=news[3].telling.story, by="curator")
    told()
    assert Telling.objects.get(article=news[4]).story == Telling.objects.get(article=news[3]).story


def test_a_follow_up_with_something_new_is_an_update_and_one_without_is_a_rehash(news):
    told()
    later = timedelta(days=4)
    update = article(
        "가온AI '가온 M2', 3주 만에 내려받기 71만건",
        "가온AI는 언어모델 '가온 M2'의 내려받기가 71만건을 넘었다고 8일 밝혔다. 매개변수 3120억개 "
        "모델로는 가장 빠르다.",
        hours=-96,
    )
    rehash = article(
        "가온 M2, 왜 주목받나",
        "가온AI의 '가온 M2'는 매개변수 3120억개 언어모델이다. 속도는 1.7배 빨라졌고 연구기관 42곳이 "
        "먼저 쓴다.",
        hours=-120,
    )
    tell(MORNING + later - DAY, MORNING + later + 2 * DAY, MORNING + later + 2 * DAY)
    first, second = update.telling.story, rehash.telling.story
    assert (first.relation, first.follows) == ("update", news[0].telling.story)
    assert "71만건" in first.whats_new
    assert second.relation == "rehash"
    assert second.thread == first.thread == Story.objects.get(pk=news[0].telling.story_id).thread


def test_the_facts_of_a_story_are_ready_for_an_edition(news):
    told()
    story = news[0].telling.story
    facts = facts_of([story.pk])[story.pk]
    assert facts.has_primary
    assert facts.sources[0].publisher == "gaon"
    assert facts.languages == ("en", "ko")
    assert facts.independent >= 2
    assert facts.is_relevant
    assert "single_source" not in facts.marks
    assert facts_of([0]) == {}


def test_the_first_run_starts_with_the_topics_we_ship():
    written = article("가온AI, 언어모델 '가온 M2' 공개", GAON_LAUNCH, "haneul", hours=5)
    told()
    assert Topic.objects.filter(slug="llm").exists()
    assert written.tags.filter(topic__slug="llm").exists()


def test_an_empty_day_has_a_result():
    assert tell(MORNING - DAY, MORNING, MORNING).stories == []


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("제목만 있는 AI 기사", "", "ko"),
        ("Новости дня", "Сегодня хорошая погода в городе.", "xx"),
        ("끝없는 AI 글", "인공지능 이야기가 이어진다고 밝혔다. " * 20_000, "ko"),
        ("숫자 오천 개", " ".join(f"{n}억원" for n in range(1000, 6000)), "ko"),
        ("\u200b", "…", "ko"),
    ],
)
def test_odd_articles_have_a_result(title, text, language):
    rules()
    odd = article(title, text, language=language)
    assert len(told().stories) == 1
    assert Words.objects.filter(story=odd.telling.story).exists()
