"""When a reader's morning is: local hours, dates and zones, as UTC instants. Pure.

The one module that does arithmetic on local time. Everything else compares UTC instants.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

# A reader never gets two digests closer together than this, whatever was changed or caught up.
MINIMUM_GAP = timedelta(hours=6)

ONE_DAY = timedelta(days=1)
# The furthest a next morning can lie: a week, and a day a zone may skip (Samoa had no 30 December 2011).
FURTHEST_DAYS = 15


class UnknownZone(ValueError):  # noqa: N818 (reads as a question asked and answered)
    """A time zone name that the zone database does not have."""


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name or alias (Asia/Saigon is Asia/Ho_Chi_Minh).

    Raises UnknownZone for a name the database lacks, or that is no zone name at all.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name[:64]) from error


def morning(day: date, hour: int, zone: str) -> datetime:
    """The UTC instant of `hour` o'clock on the local date `day` in `zone`.

    An hour that daylight saving skips is the instant the clock would have shown it, an hour that
    comes twice is the first: so there is exactly one instant per date, zone and hour.
    """
    return datetime.combine(day, time(hour), tzinfo=zone_of(zone)).astimezone(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """The date on the reader's calendar at `instant`."""
    return instant.astimezone(zone_of(zone)).date()


def day_of(due: datetime, hour: int, zone: str) -> date:
    """The date whose morning `due` is.

    It is the calendar's, save where daylight saving skips the last hour of a date (Nuuk): then the
    morning of that date falls on the next. A `due` that is nobody's morning is on the calendar's date.
    """
    today = local_date(due, zone)
    return next((day for day in (today, today - ONE_DAY) if morning(day, hour, zone) == due), today)


def reading_days(weekdays: int, *, is_weekly: bool) -> int:
    """The weekdays that bring a mail, as bits, Monday the lowest: for a weekly reader only the first."""
    return weekdays & -weekdays if is_weekly else weekdays


def mornings(
    after: datetime, *, hour: int, zone: str, weekdays: int, is_weekly: bool
) -> Iterator[tuple[date, datetime]]:
    """Every (local date, instant) strictly after `after`, in order, for about two weeks."""
    days = reading_days(weekdays, is_weekly=is_weekly)
    start = local_date(after, zone)
    for offset in range(-1, FURTHEST_DAYS):
        day = start + offset * ONE_DAY
        if not days >> day.weekday() & 1:
            continue
        instant = morning(day, hour, zone)
        # A zone that jumped over the date line skips a whole date: that date's morning is the next one's.
        if after < instant < morning(day + ONE_DAY, hour, zone):
            yield day, instant


def next_morning(
    after: datetime,
    *,
    hour: int,
    zone: str,
    weekdays: int,
    is_weekly: bool,
    not_before_date: date | None = None,
) -> tuple[date, datetime]:
    """The first local date and instant strictly after `after` on which this reader gets a digest.

    `weekdays` has a bit a day, Monday the lowest. No date before `not_before_date` counts: the day
    a pause ends, or the day after the last digest. Raises UnknownZone, and ValueError when
    `weekdays` names no day.
    """
    if not 0 < weekdays <= 0b1111111:
        raise ValueError(f"weekdays is {weekdays}; it has one to seven bits")
    if not_before_date is not None:
        # From just before that date's own morning, so that a pause of months costs no walk.
        after = max(after, morning(not_before_date, 0, zone) - timedelta(seconds=1))
    for day, instant in mornings(after, hour=hour, zone=zone, weekdays=weekdays, is_weekly=is_weekly):
        if not_before_date is None or day >= not_before_date:
            return day, instant
    raise ValueError(f"no morning within {FURTHEST_DAYS} days after {after}")


def is_late(due: datetime, now: datetime) -> bool:
    """Whether a digest due at `due` is past its grace (DELIVERY_GRACE_HOURS) at `now`, and is skipped."""
    return now - due > timedelta(hours=settings.DELIVERY_GRACE_HOURS)


def is_too_soon(last: datetime | None, now: datetime) -> bool:
    """Whether a digest at `now` would follow the one at `last` within MINIMUM_GAP."""
    return last is not None and now - last < MINIMUM_GAP
