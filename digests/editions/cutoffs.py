"""When editions freeze: a local time in a zone, once a day. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class Cutoff:
    """A local time at which the edition of each date freezes in one zone."""

    at: time
    zone: str

    def instant(self, day: date) -> datetime:
        """The UTC instant at which the edition of `day` freezes."""
        return datetime.combine(day, self.at, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def window(self, day: date) -> tuple[datetime, datetime]:
        """The half-open [since, until) whose articles the edition of `day` tells."""
        return self.instant(day - timedelta(days=1)), self.instant(day)

    def latest_day(self, now: datetime) -> date:
        """The newest date whose cut-off has passed at `now`."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return today if self.instant(today) <= now else today - timedelta(days=1)

    def next_day(self, now: datetime) -> date:
        """The date whose edition is collecting at `now`."""
        return self.latest_day(now) + timedelta(days=1)


def parse_cutoffs(text: str) -> tuple[Cutoff, ...]:
    """Read `"06:30@Asia/Seoul,06:00@America/New_York"`; the first is the main edition's.

    Raises ValueError that names EDITION_CUTOFFS and the part that cannot be read.
    """
    cutoffs: list[Cutoff] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        clock, _, zone = part.partition("@")
        try:
            ZoneInfo(zone)
            cutoffs.append(Cutoff(time.fromisoformat(clock), zone))
        except (ValueError, ZoneInfoNotFoundError, IsADirectoryError) as error:
            raise ValueError(f"EDITION_CUTOFFS: {part!r} is not HH:MM@Zone/Name") from error
    if not cutoffs:
        raise ValueError("EDITION_CUTOFFS names no cut-off")
    if len({c.zone for c in cutoffs}) < len(cutoffs):
        raise ValueError("EDITION_CUTOFFS names a zone twice")
    return tuple(cutoffs)
