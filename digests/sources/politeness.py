"""When a feed is asked next: a pure function of what its host said and how it has behaved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

LONGEST = timedelta(hours=24)
# A feed whose entries are days apart is asked a few times between two of them, at least this often.
LONGEST_BY_RHYTHM = timedelta(hours=6)
ASKS_BETWEEN_ENTRIES = 8
# Feedbin's back-off: clamp(failures, 8, 23) to the fourth, in seconds: 68 minutes to 3.2 days.
BACK_OFF_FROM, BACK_OFF_TO = 8, 23
# A permanent redirect is adopted once it has held for this long (Miniflux adopts at once and is
# led astray by captive portals and expired domains).
REDIRECT_HOLDS = timedelta(days=3)
HOST_PAUSE = timedelta(seconds=2)
JITTER = 0.1


@dataclass(frozen=True)
class Wishes:
    """What an answer asked for; None where it said nothing."""

    ttl: timedelta | None = None
    max_age: timedelta | None = None
    expires: timedelta | None = None
    retry_after: timedelta | None = None


def next_check(
    now: datetime,
    *,
    interval: timedelta,
    wishes: Wishes,
    rhythm: timedelta | None = None,
    failures: int = 0,
    chance: float = 0.0,
) -> datetime:
    """When to ask again, seen from `now`.

    `rhythm` is the usual gap between entries, `failures` those in a row with this one, `chance` in
    [0, 1) spreads feeds that would come due together. Without failures the wait is the longest of
    the interval, the rhythm's share and the host's wishes, at most a day; with failures it is the
    back-off, or Retry-After if that is longer.
    """
    if failures:
        seconds = min(max(failures, BACK_OFF_FROM), BACK_OFF_TO) ** 4
        wait = max(timedelta(seconds=seconds), min(wishes.retry_after or timedelta(0), LONGEST))
        return now + wait * (1 + JITTER * chance)
    by_rhythm = min(rhythm / ASKS_BETWEEN_ENTRIES, LONGEST_BY_RHYTHM) if rhythm else timedelta(0)
    asked = (wishes.ttl, wishes.max_age, wishes.expires, wishes.retry_after)
    wait = max(interval, by_rhythm, *(wish for wish in asked if wish is not None))
    return now + min(wait * (1 + JITTER * chance), LONGEST)


def usual_gap(moments: list[datetime]) -> timedelta | None:
    """The median gap between publications, or None below four of them."""
    ordered = sorted(set(moments))
    if len(ordered) < 4:
        return None
    gaps = sorted(b - a for a, b in pairwise(ordered))
    return gaps[len(gaps) // 2]


def is_silent(newest: datetime | None, rhythm: timedelta | None, now: datetime) -> bool:
    """Whether a feed has been quiet beyond its own rhythm: ten usual gaps, and at least three days."""
    if newest is None or rhythm is None:
        return False
    return now - newest > max(rhythm * 10, timedelta(days=3))


def may_adopt_redirect(since: datetime | None, now: datetime) -> bool:
    """Whether a permanent redirect first seen at `since` has held long enough."""
    return since is not None and now - since >= REDIRECT_HOLDS
