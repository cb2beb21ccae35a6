"""Stored digests: shared by all who chose alike, remembered, never repeated."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from digests.editions import curating
from digests.editions.assembling import assemble, freeze
from digests.editions.digesting import (
    daily_candidates,
    digest_for,
    digests_for,
    forget,
    preview,
    weekly_candidates,
)
from digests.editions.models import Digest, Edition, Item
from digests.editions.preferences import Candidate, Preferences
from digests.editions.rendering import render_digest
from digests.editions.selecting import Pool, select
from tests.editions.newsroom import contents
from tests.editions.press import CUTOFF, DAY, FROZEN_AT, NOON, article, frozen_edition, story
from tests.editions.test_selecting import few, reader_of


@pytest.fixture
def monday(db, settings) -> Edition:
    settings.EDITION_CUTOFFS = (CUTOFF,)
    return frozen_edition()


def titles(digest: Digest) -> list[str]:
    return [Item.objects.get(pk=choice["item"]).story.key for choice in digest.choices]


def test_readers_who_choose_alike_share_one_row(monday):
    first = digest_for(monday, Preferences())
    alike = digest_for(monday, Preferences(topics_less=frozenset({"nothing-like-it"})))
    other = digest_for(monday, Preferences(language="en"))
    assert first == alike
    assert first != other
    assert Digest.objects.count() == 2


def test_many_readers_are_served_together_as_one_by_one(monday, django_assert_max_num_queries):
    readers = [(reader_of(seed), frozenset()) for seed in range(60)]
    one_by_one = [digest_for(monday, reader) for reader, _received in readers]
    with django_assert_max_num_queries(3):
        together = digests_for(monday, readers)
    assert together == [digest.pk if digest else None for digest in one_by_one]
    Digest.objects.all().delete()
    forget()
    with django_assert_max_num_queries(8):
        again = digests_for(monday, readers)
    assert [digest_id is None for digest_id in again] == [digest is None for digest in one_by_one]
    assert len(set(again) - {None}) == Digest.objects.count()


def test_a_digest_made_before_but_deleted_is_made_again(monday):
    digest_for(monday, Preferences()).delete()
    assert digest_for(monday, Preferences()).pk


def test_a_digest_remembers_what_it_showed_in_reading_order(monday):
    digest = digest_for(monday, Preferences())
    mail = render_digest(digest)
    assert digest.subject == mail.subject
    assert titles(digest)[0] == "a1"
    assert digest.choices[0] == {
        "item": monday.items.get(story__key="a1").pk,
        "story": monday.items.get(story__key="a1").story_id,
        "why": "top",
        "of": "",
    }
    places = [mail.text[0].index(f"/{key}/") for key in titles(digest)]
    assert places == sorted(places)
    assert digest.html_bytes == sum(len(part.encode()) for part in mail.html)


def test_what_was_received_is_not_sent_again(monday):
    first = digest_for(monday, Preferences(length=5))
    received = frozenset(choice["story"] for choice in first.choices)
    second = digest_for(monday, Preferences(length=5), received)
    assert not received & {choice["story"] for choice in second.choices}


@pytest.mark.parametrize(("thin_day", "count"), [("note", 0), ("skip", None), ("fill", None)])
def test_a_reader_who_has_everything_gets_a_note_or_nothing(monday, thin_day, count):
    everything = frozenset(monday.items.values_list("story_id", flat=True))
    digest = digest_for(monday, Preferences(thin_day=thin_day), everything)
    assert (len(digest.choices) if digest else None) == count


def test_a_story_hidden_later_leaves_the_digests_not_yet_sent(monday):
    digest = digest_for(monday, Preferences())
    curating.hide(monday.items.get(story__key="a2").pk, None, FROZEN_AT, "court order")
    mail = render_digest(Digest.objects.select_related("edition").get(pk=digest.pk))
    assert "/a2/" not in mail.html[0]
    assert "/a1/" in mail.html[0]


def test_a_correction_reaches_the_web_and_marks_the_story(monday):
    digest = digest_for(monday, Preferences())
    item = monday.items.get(story__key="a4")
    curating.correct(
        item.pk, "ko", None, FROZEN_AT, note_ko="분기를 바로잡습니다.", summary="칩 양산은 4분기다."
    )
    mail = render_digest(Digest.objects.select_related("edition").get(pk=digest.pk))
    assert "칩 양산은 4분기다." in mail.html[0]
    assert "바로잡음" in mail.html[0]
    assert item.corrections.get().before["ko"]["headline"].startswith("은빛소자")


def test_a_weekly_digest_is_the_best_of_the_week_not_yet_received(monday):
    tuesday = frozen_edition_of_next_day()
    pool = weekly_candidates(tuesday)
    assert len(pool) == 11
    assert len(daily_candidates(tuesday)) == 1
    received = frozenset([pool[0].story_id])
    digest = digest_for(tuesday, Preferences(), received, is_weekly=True)
    assert digest is not None
    assert pool[0].story_id not in {choice["story"] for choice in digest.choices}
    assert "12월 31일–1월 6일" in render_digest(digest).html[0]


def frozen_edition_of_next_day() -> Edition:
    day = DAY + timedelta(days=1)
    story("b1", [article("lab", "화요일 소식", "화요일 본문이다.", at=NOON + timedelta(days=1))], rank=50)
    edition_id = assemble(day, CUTOFF, FROZEN_AT + timedelta(days=1))
    freeze(edition_id, FROZEN_AT + timedelta(days=1))
    return Edition.objects.get(pk=edition_id)


def test_a_preview_of_an_open_edition_stores_nothing(monday):
    Edition.objects.filter(pk=monday.pk).update(status=Edition.Status.COLLECTING)
    Item.objects.update(content={})
    monday.refresh_from_db()
    mail = preview(monday, Preferences())
    assert "솔바람연구소" in mail.subject
    assert not Digest.objects.exists()


def test_in_sixty_days_no_reader_gets_a_story_twice_whatever_they_change():
    """200 readers change everything at random; stories run on for up to three days, as updates do not."""
    chance = Random(7)
    readers = [reader_of(seed) for seed in range(200)]
    received: list[set[int]] = [set() for _ in readers]
    topics, running = sorted({t for c in contents() for t in c["topics"]}), []
    sent = 0
    for day in range(60):
        fresh = [
            Candidate(1000 * day + n, 1000 * day + n, frozenset(["ko"]), few(chance, topics), (), ("north",))
            for n in range(30)
        ]
        running = [c for c in running if c.story_id // 1000 > day - 3 and chance.random() < 0.5] + fresh
        pool = Pool(running)
        for place, reader in enumerate(readers):
            if chance.random() < 0.2:
                readers[place] = reader = replace(
                    reader_of(chance.randrange(10**6)), topics_muted=frozenset()
                )
            if chance.random() < 0.3:
                continue  # paused, or not this weekday
            got = {choice.story_id for choice in select(reader, pool, frozenset(received[place])).chosen}
            assert not got & received[place]
            received[place] |= got
            sent += len(got)
    assert sent > 20_000
