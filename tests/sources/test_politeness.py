"""When a feed is asked next, as tables and as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.politeness import LONGEST, Wishes, is_silent, may_adopt_redirect, next_check, usual_gap

NOW = datetime(2026, 1, 4, 22, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
waits = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@pytest.mark.parametrize(
    ("fields", "wait"),
    [
        ({}, 30 * MINUTE),
        ({"wishes": Wishes(ttl=2 * HOUR)}, 2 * HOUR),
        ({"wishes": Wishes(max_age=5 * MINUTE)}, 30 * MINUTE),
        ({"wishes": Wishes(max_age=3 * HOUR, expires=HOUR)}, 3 * HOUR),
        ({"wishes": Wishes(expires=4 * HOUR)}, 4 * HOUR),
        ({"wishes": Wishes(retry_after=5 * HOUR)}, 5 * HOUR),
        ({"wishes": Wishes(ttl=7 * DAY)}, DAY),
        ({"rhythm": 16 * HOUR}, 2 * HOUR),
        ({"rhythm": 30 * DAY}, 6 * HOUR),
        ({"rhythm": 10 * MINUTE}, 30 * MINUTE),
        ({"failures": 1}, timedelta(seconds=8**4)),
        ({"failures": 8}, timedelta(seconds=8**4)),
        ({"failures": 9}, timedelta(seconds=9**4)),
        ({"failures": 500}, timedelta(seconds=23**4)),
        ({"failures": 1, "wishes": Wishes(retry_after=10 * HOUR)}, 10 * HOUR),
        ({"failures": 1, "wishes": Wishes(retry_after=MINUTE)}, timedelta(seconds=8**4)),
    ],
    ids=str,
)
def test_the_longest_wish_wins(fields, wait):
    said = next_check(NOW, interval=30 * MINUTE, **{"wishes": Wishes(), **fields})
    assert said == NOW + wait


@given(
    interval=st.timedeltas(min_value=MINUTE, max_value=3 * DAY),
    ttl=waits,
    max_age=waits,
    expires=waits,
    retry_after=waits,
    rhythm=waits,
    chance=st.floats(0, 1, exclude_max=True),
)
def test_never_earlier_than_asked_never_later_than_a_day(
    interval, ttl, max_age, expires, retry_after, rhythm, chance
):
    wishes = Wishes(ttl, max_age, expires, retry_after)
    wait = next_check(NOW, interval=interval, wishes=wishes, rhythm=rhythm, chance=chance) - NOW
    asked = max(interval, *(wish or timedelta(0) for wish in (ttl, max_age, expires, retry_after)))
    assert min(asked, LONGEST) <= wait <= LONGEST


@given(failures=st.integers(1, 60), chance=st.floats(0, 1, exclude_max=True))
def test_more_failures_never_mean_a_shorter_wait(failures, chance):
    def wait(count: int) -> datetime:
        return next_check(NOW, interval=30 * MINUTE, wishes=Wishes(), failures=count, chance=chance)

    assert wait(failures) <= wait(failures + 1)


def test_the_usual_gap_is_the_median_of_at_least_four():
    moments = [NOW + n * HOUR for n in (0, 1, 2, 3, 30)]
    assert usual_gap(moments) == HOUR
    assert usual_gap(moments[:3]) is None
    assert usual_gap([NOW] * 10) is None


@pytest.mark.parametrize(
    ("age", "rhythm", "silent"),
    [
        (2 * DAY, HOUR, False),
        (4 * DAY, HOUR, True),
        (4 * DAY, DAY, False),
        (11 * DAY, DAY, True),
        (DAY, None, False),
    ],
)
def test_silence_is_measured_by_a_feeds_own_rhythm(age, rhythm, silent):
    assert is_silent(NOW - age, rhythm, NOW) is silent
    assert not is_silent(None, rhythm, NOW)


def test_a_redirect_must_hold_for_days():
    assert not may_adopt_redirect(None, NOW)
    assert not may_adopt_redirect(NOW - 2 * DAY, NOW)
    assert may_adopt_redirect(NOW - 3 * DAY, NOW)
