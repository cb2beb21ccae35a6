"""From stored stories to a frozen edition."""

from datetime import UTC, datetime, timedelta

import pytest

from digests.editions import curating
from digests.editions.assembling import PATIENCE, assemble, candidates, freeze, place, tick
from digests.editions.models import Edition, Item, Placement
from digests.sources.models import Article, Feed
from digests.stories.models import Assessment, Story, Telling
from tests.editions.press import (
    CUTOFF,
    DAY,
    FROZEN_AT,
    NOON,
    article,
    frozen_edition,
    newsroom_stories,
    story,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_cutoff(settings):
    settings.EDITION_CUTOFFS = (CUTOFF,)


def edition() -> Edition:
    return Edition.objects.get(pk=assemble(DAY, CUTOFF, FROZEN_AT))


def keys(edition: Edition) -> list[str]:
    items = edition.items.filter(is_chosen=True).order_by("position")
    return [item.story.key for item in items.select_related("story")]


def test_it_takes_the_stories_told_in_its_window_best_first():
    inside = NOON
    story("inside", [article("areum", "하나", "하나의 본문.", at=inside)], rank=1)
    story("better", [article("areum", "둘", "둘의 본문.", at=inside)], rank=2)
    story("after", [article("areum", "셋", "셋의 본문.", at=CUTOFF.instant(DAY))], rank=9)
    story("long-ago", [article("areum", "넷", "넷의 본문.", at=inside - timedelta(days=4))], rank=9)
    assert keys(edition()) == ["better", "inside"]


def test_it_takes_a_latecomer_once_it_was_seen():
    since, _until = CUTOFF.window(DAY)
    late = article("areum", "늦은 소식", "늦은 본문.", at=since - timedelta(hours=30), first_seen_at=NOON)
    story("late", [late])
    too_late = article("areum", "더 늦은", "본문.", at=since - timedelta(hours=50), first_seen_at=NOON)
    story("too-late", [too_late])
    assert keys(edition()) == ["late"]


def test_it_leaves_out_what_is_not_about_ai():
    off_topic = article("areum", "날씨", "맑다.")
    off_topic.assessment.is_relevant = False
    off_topic.assessment.save()
    story("weather", [off_topic])
    assert keys(edition()) == []


def test_a_story_is_told_once_and_comes_back_only_as_its_own_update():
    told, updated = (story(key, [article("areum", key, f"{key}의 본문.")]) for key in ("told", "updated"))
    first = edition()
    freeze(first.pk, FROZEN_AT)
    later = NOON + timedelta(days=1)
    for one in (told, updated):
        again = article("byeolbit", f"{one.key} 이어", "새 본문.", at=later)
        one.tellings.create(article=again)
    Story.objects.filter(pk=updated.pk).update(relation=Story.Relation.UPDATE)
    next_day = DAY + timedelta(days=1)
    second = Edition.objects.get(pk=assemble(next_day, CUTOFF, later))
    assert keys(second) == ["updated"]
    freeze(second.pk, FROZEN_AT + timedelta(days=1))
    article_again = article("morning", "또", "또.", at=later + timedelta(days=1))
    updated.tellings.create(article=article_again)
    third = Edition.objects.get(pk=assemble(next_day + timedelta(days=1), CUTOFF, later))
    assert candidates(third) == []


def test_assembling_again_keeps_what_curators_did_and_drops_what_is_gone():
    newsroom_stories()
    first = edition()
    pinned, hidden, moved, gone = (first.items.get(story__key=key).pk for key in ("a9", "a1", "a5", "a8"))
    curating.pin(pinned, None, FROZEN_AT)
    curating.hide(hidden, None, FROZEN_AT)
    curating.move(moved, 2, None, FROZEN_AT)
    Article.objects.filter(telling__story__key="a8").update(state=Article.State.REMOVED)
    Story.objects.filter(key="a10").update(rank=99)
    again = edition()
    assert keys(again)[:3] == ["a9", "a5", "a10"]
    assert "a1" not in keys(again)
    assert not Item.objects.filter(pk=gone).exists()
    assert again.items.get(pk=hidden).placement == Placement.HIDDEN


def test_freezing_writes_everything_a_reader_sees():
    frozen = frozen_edition()
    assert (frozen.status, frozen.number, frozen.frozen_at) == (Edition.Status.FROZEN, 1, FROZEN_AT)
    assert (frozen.articles_count, frozen.stories_count) == (Article.objects.count(), 10)
    content = frozen.items.get(story__key="a1").content
    assert content["words"]["en"]["headline"].startswith("Solbaram Lab")
    assert (content["sources"][0]["publisher"], content["sources"][0]["is_primary"]) == ("lab", True)
    assert content["topics"] == ["llm"]
    assert content["topic_names"]["llm"] == {"ko": "LLM·파운데이션 모델", "en": "LLMs & foundation models"}
    assert content["date"] == "2026-01-05"
    assert content["tops"] == ["llm"]


def test_only_an_outlet_that_allows_it_is_kept_in_full():
    long = " ".join(f"{n}번째 문장이다." for n in range(9))
    story("open", [article("lab", "연구소 발표", long)])
    story("closed", [article("areum", "신문 기사", long)])
    frozen = edition()
    freeze(frozen.pk, FROZEN_AT)
    texts = {item.story.key: item.content["sources"][0]["text"] for item in frozen.items.all()}
    assert texts["open"] == long
    assert texts["closed"] == "0번째 문장이다. 1번째 문장이다."


def test_the_linter_drops_a_story_and_never_the_edition():
    story("good", [article("areum", "좋은 소식", "좋은 본문이 있다.")])
    story("echo", [article("areum", "같은 말", "같은 말")], words={"ko": ("같은 말", "같은 말")})
    frozen = edition()
    assert freeze(frozen.pk, FROZEN_AT) == 1
    frozen.refresh_from_db()
    assert keys(frozen) == ["good"]
    assert {f["code"] for f in frozen.findings if f["is_blocking"]} == {"summary_is_title"}


def test_a_waived_finding_blocks_nothing():
    story("echo", [article("areum", "같은 말", "같은 말")], words={"ko": ("같은 말", "같은 말")})
    frozen = edition()
    curating.waive(frozen.items.get().pk, "summary_is_title", "짧은 속보다", None, FROZEN_AT)
    assert freeze(frozen.pk, FROZEN_AT) == 1


def test_a_frozen_edition_stays_as_it_is():
    frozen = frozen_edition()
    before = list(frozen.items.order_by("pk").values())
    Story.objects.update(rank=0)
    assert freeze(assemble(DAY, CUTOFF, FROZEN_AT), FROZEN_AT + timedelta(hours=1)) == 10
    assert list(frozen.items.order_by("pk").values()) == before


def test_editions_are_numbered_one_after_the_other():
    for days in range(3):
        day = DAY + timedelta(days=days)
        freeze(assemble(day, CUTOFF, FROZEN_AT), FROZEN_AT + timedelta(days=days))
    assert list(Edition.objects.order_by("date").values_list("number", flat=True)) == [1, 2, 3]


def test_the_tick_freezes_what_is_due_and_leaves_what_is_held(now):
    newsroom_stories()
    morning = CUTOFF.instant(DAY)
    tick(morning - timedelta(hours=1))
    due = Edition.objects.get(date=DAY)
    assert due.status == Edition.Status.COLLECTING
    curating.hold(due.pk, None, morning)
    assert due.pk not in tick(morning + timedelta(minutes=1))
    curating.release(due.pk, None, morning)
    assert tick(morning + timedelta(minutes=2)) == [due.pk]
    assert tick(morning + timedelta(minutes=3)) == []


def test_after_an_outage_the_tick_makes_the_edition_that_was_missed():
    newsroom_stories()
    assert tick(CUTOFF.instant(DAY) + timedelta(hours=5))
    assert Edition.objects.get(date=DAY).status == Edition.Status.FROZEN
    Edition.objects.all().delete()
    tick(CUTOFF.instant(DAY) + timedelta(hours=21))
    assert not Edition.objects.filter(date=DAY).exists()


@pytest.mark.parametrize(
    "on_its_way",
    [
        pytest.param(
            lambda paper: Feed.objects.create(publisher=paper, url="https://a.example/f"), id="feed"
        ),
        pytest.param(lambda paper: Assessment.objects.all().delete(), id="untagged"),
        pytest.param(lambda paper: Telling.objects.all().delete(), id="untold"),
        pytest.param(
            lambda paper: Article.objects.update(page_state=Article.Page.WANTED, page_next_at=NOON), id="page"
        ),
    ],
)
def test_the_cut_off_waits_for_what_is_on_its_way_but_not_for_ever(on_its_way):
    told = article("areum", "소식", "본문이다.", at=NOON)
    story("told", [told])
    on_its_way(told.publisher)
    Feed.objects.update(next_check_at=NOON)
    late = CUTOFF.instant(DAY) + timedelta(hours=3)
    assert tick(late) == []
    assert tick(late + PATIENCE - timedelta(seconds=1)) == []
    assert len(tick(late + PATIENCE)) == 1


@pytest.mark.parametrize("count", [0, 1, 300])
def test_an_edition_of_any_size_is_legal(count, settings):
    for number in range(count):
        story(f"s{number}", [article("areum", f"제목 {number}번", f"본문 {number}번은 이렇다.")], rank=number)
    frozen = edition()
    assert freeze(frozen.pk, FROZEN_AT) == count


def test_moved_items_keep_their_place_whatever_the_ranks():
    items = [Item(story_id=n, rank=-n, position=0) for n in range(6)]
    items[5].is_moved, items[5].position = True, 2
    items[3].placement = Placement.PINNED
    place(items)
    assert [item.story_id for item in sorted(items, key=lambda item: item.position)] == [3, 5, 0, 1, 2, 4]


def test_the_window_is_half_open():
    since, until = CUTOFF.window(DAY)
    assert (since, until) == (
        datetime(2026, 1, 3, 21, 30, tzinfo=UTC),
        datetime(2026, 1, 4, 21, 30, tzinfo=UTC),
    )
