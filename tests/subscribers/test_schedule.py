"""A reader's mornings, in every zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter.subscribers.schedule import (
    UnknownZone,
    day_of,
    is_late,
    is_too_soon,
    local_date,
    morning,
    next_morning,
    zone_of,
)

EVERY_DAY = 0b1111111
# "localtime" and "Factory" are entries of the zone database that name no place.
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        pytest.param(date(2026, 1, 5), 7, "Asia/Seoul", "2026-01-04T22:00", id="seoul"),
        pytest.param(date(2026, 7, 5), 7, "America/New_York", "2026-07-05T11:00", id="summer"),
        pytest.param(date(2026, 1, 5), 7, "America/New_York", "2026-01-05T12:00", id="winter"),
        pytest.param(
            date(2026, 3, 8), 2, "America/New_York", "2026-03-08T07:00", id="an hour that is skipped"
        ),
        pytest.param(date(2026, 11, 1), 1, "America/New_York", "2026-11-01T05:00", id="the first of two"),
        pytest.param(
            date(2026, 4, 24), 0, "Africa/Cairo", "2026-04-23T22:00", id="a midnight that is skipped"
        ),
        pytest.param(date(2026, 1, 5), 7, "Asia/Kathmandu", "2026-01-05T01:15", id="a quarter hour"),
        pytest.param(date(2026, 1, 5), 7, "Asia/Saigon", "2026-01-05T00:00", id="an alias"),
        pytest.param(date(2026, 1, 5), 7, "Europe/Kiev", "2026-01-05T05:00", id="an older spelling"),
        pytest.param(date(2026, 1, 5), 7, "Pacific/Kiritimati", "2026-01-04T17:00", id="the first to wake"),
    ],
)
def test_a_morning_is_an_instant(day: date, hour: int, zone: str, expected: str) -> None:
    assert morning(day, hour, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_seven_on_one_date_spans_more_than_a_day() -> None:
    instants = [morning(date(2026, 1, 5), 7, zone) for zone in ZONES]
    assert max(instants) - min(instants) == timedelta(hours=26)


@pytest.mark.parametrize("name", ["Asia/Pyeongtaek", "", "../etc/passwd", "Asia", "\x00", "x" * 300])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_of(name)


@hypothesis_settings(deadline=None)
@given(
    after=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(lambda t: t.replace(tzinfo=UTC)),  # noqa: DTZ001
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
    weekdays=st.integers(1, EVERY_DAY),
    is_weekly=st.booleans(),
)
def test_the_next_morning_is_the_nearest_one(
    after: datetime, hour: int, zone: str, weekdays: int, is_weekly: bool
) -> None:
    day, instant = next_morning(after, hour=hour, zone=zone, weekdays=weekdays, is_weekly=is_weekly)
    assert instant > after
    assert day_of(instant, hour, zone) == day
    assert weekdays >> day.weekday() & 1
    assert instant == morning(day, hour, zone)
    if is_weekly:
        assert not weekdays & (1 << day.weekday()) - 1
    else:
        earlier = (day - timedelta(days=n) for n in range(1, 8))
        assert all(morning(d, hour, zone) <= after for d in earlier if weekdays >> d.weekday() & 1), (
            "an earlier morning was passed over"
        )


def test_mornings_follow_each_other_a_day_at_a_time_through_a_year() -> None:
    for zone in ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "America/Santiago"):
        instant, days = datetime(2026, 1, 1, tzinfo=UTC), []
        for _ in range(366):
            day, instant = next_morning(instant, hour=2, zone=zone, weekdays=EVERY_DAY, is_weekly=False)
            days.append(day)
        assert [b - a for a, b in pairwise(days)] == [timedelta(days=1)] * 365


def test_a_date_a_zone_jumped_over_has_no_morning() -> None:
    after = morning(date(2011, 12, 29), 7, "Pacific/Apia")
    day, _ = next_morning(after, hour=7, zone="Pacific/Apia", weekdays=EVERY_DAY, is_weekly=False)
    assert day == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("not_before", "expected"),
    [(None, date(2026, 1, 6)), (date(2026, 1, 1), date(2026, 1, 6)), (date(2026, 1, 9), date(2026, 1, 9)),
     (date(2027, 1, 9), date(2027, 1, 11))],
    ids=["none", "long past", "this week", "a year on, a Saturday"],
)  # fmt: skip
def test_no_date_before_the_one_given_counts(not_before: date | None, expected: date) -> None:
    after = datetime(2026, 1, 4, 22, 0, tzinfo=UTC)
    day, _ = next_morning(
        after, hour=7, zone="Asia/Seoul", weekdays=0b0011111, is_weekly=False, not_before_date=not_before
    )
    assert day == expected


def test_a_hour_moved_across_midnight_never_repeats_a_date() -> None:
    sent, _ = next_morning(
        datetime(2026, 1, 5, 13, 30, tzinfo=UTC),
        hour=23,
        zone="Asia/Seoul",
        weekdays=EVERY_DAY,
        is_weekly=False,
    )
    after = morning(sent, 23, "Asia/Seoul")
    day, instant = next_morning(
        after,
        hour=0,
        zone="America/New_York",
        weekdays=EVERY_DAY,
        is_weekly=False,
        not_before_date=sent + timedelta(days=1),
    )
    assert day == sent + timedelta(days=1)
    assert instant > after


def test_an_hour_skipped_at_the_end_of_a_date_still_belongs_to_it() -> None:
    due = morning(date(2026, 3, 28), 23, "America/Nuuk")
    assert local_date(due, "America/Nuuk") == date(2026, 3, 29)
    assert day_of(due, 23, "America/Nuuk") == date(2026, 3, 28)
    assert day_of(due + timedelta(minutes=1), 23, "America/Nuuk") == date(2026, 3, 29)


def test_no_weekday_is_an_error() -> None:
    with pytest.raises(ValueError, match="weekdays is 0"):
        next_morning(datetime(2026, 1, 5, tzinfo=UTC), hour=7, zone="UTC", weekdays=0, is_weekly=False)


def test_a_digest_is_late_after_its_grace(settings) -> None:
    settings.DELIVERY_GRACE_HOURS = 4.0
    due = datetime(2026, 1, 5, tzinfo=UTC)
    assert not is_late(due, due + timedelta(hours=4))
    assert is_late(due, due + timedelta(hours=4, seconds=1))


def test_two_digests_keep_six_hours_between_them() -> None:
    last = datetime(2026, 1, 5, tzinfo=UTC)
    assert is_too_soon(last, last + timedelta(hours=5, minutes=59))
    assert not is_too_soon(last, last + timedelta(hours=6))
    assert not is_too_soon(None, last)


@pytest.mark.slow
def test_every_zone_date_and_hour_has_exactly_one_instant() -> None:
    """1.4 million combinations: instants rise strictly, so no date is missed and none comes twice."""
    first, combinations = date(2026, 1, 1), 0
    for zone in ZONES:
        for hour in (0, 2, 7, 23):
            days = [first + timedelta(days=n) for n in range(600)]
            instants = [morning(day, hour, zone) for day in days]
            combinations += len(instants)
            assert all(b > a for a, b in pairwise(instants)), zone
            assert [day_of(i, hour, zone) for i in instants] == days, zone
    assert combinations > 1_400_000
