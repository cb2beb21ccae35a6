"""The sample readers sign up like anyone, and their morning has just come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.editions.cutoffs import parse_cutoffs
from digests.stories.models import Topic
from newsletter.delivery.models import Delivery
from newsletter.demo.readers import ODD_ZONES, READERS, morning_that_came, seat_readers
from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.models import ConsentEvent, Subscriber

START = datetime(2026, 1, 1, tzinfo=UTC)
[CUTOFF] = parse_cutoffs("06:30@Asia/Seoul")


@given(st.integers(0, 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)))
@pytest.mark.parametrize("zone", sorted({reader.zone for reader in READERS}))
def test_at_any_time_an_hour_has_come_since_the_cut_off(zone: str, now: datetime) -> None:
    cutoff = CUTOFF.instant(CUTOFF.latest_day(now))
    came = morning_that_came(now, cutoff, (zone, *ODD_ZONES))
    assert cutoff <= came.due <= now
    assert now - came.due < timedelta(hours=1)


@pytest.fixture
def topics(db) -> None:
    for slug in ("chips", "policy", "agents", "llm"):
        Topic.objects.create(slug=slug, name_ko=slug, name_en=slug)


def test_they_sign_up_confirm_and_are_due(topics, now: datetime) -> None:
    cutoff = now - timedelta(minutes=30)
    seats = seat_readers(now, cutoff)
    assert [seat.reason for seat in seats] == ["", "", ""]
    assert Subscriber.objects.due(now).count() == 3
    kinds = ConsentEvent.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["confirmed"] * 3 + ["requested"] * 3
    chosen = {s.email: s.topic_preferences.count() for s in Subscriber.objects.all()}
    assert chosen == {"jiwoo@example.com": 0, "doyun@example.org": 2, "nora@example.net": 2}


def test_who_had_today_s_digest_or_left_is_let_be(topics, now: datetime) -> None:
    cutoff = now - timedelta(minutes=30)
    first, second, _ = seat_readers(now, cutoff)
    Delivery.objects.create(
        subscriber_id=first.subscriber_id, local_date=now.date() + timedelta(days=1), due_at=now
    )
    unsubscribe(second.subscriber_id, ConsentEvent.How.PAGE, now)
    assert [seat.reason for seat in seat_readers(now, cutoff)] == ["already", "left", ""]


def test_on_a_later_day_at_another_hour_they_are_due_again(topics, now: datetime) -> None:
    seat_readers(now, now - timedelta(minutes=30))
    later = now + timedelta(days=1, hours=5)
    seat_readers(later, later - timedelta(hours=6))
    due = Subscriber.objects.due(later)
    assert due.count() == 3
    assert {later - s.next_digest_at for s in due if s.next_digest_at} == {timedelta(0)}
