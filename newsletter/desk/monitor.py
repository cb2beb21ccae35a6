"""How an edition goes out: waves, reasons, pace and what is left, from the ledger alone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from digests.editions.models import Edition
from newsletter.delivery.models import Delivery
from newsletter.delivery.reporting import counts
from newsletter.subscribers.addresses import BadAddress, normalise
from newsletter.subscribers.models import Subscriber

Status = Delivery.Status
ON_THE_WAY = (Status.PLANNED, Status.CLAIMED, Status.SENDING)
# Over how long the pace is measured.
PACE = timedelta(minutes=5)
SHOWN = 50


@dataclass
class Wave:
    """The deliveries due at one instant in one zone."""

    due_at: datetime
    zone: str
    by: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Status.values, 0))

    @property
    def left(self) -> int:
        """How many are on their way."""
        return sum(self.by[status] for status in ON_THE_WAY)


@dataclass(frozen=True)
class Pace:
    """Mails a second over the last minutes, and the seconds the rest takes at it; None says not known."""

    per_second: float | None
    left: int
    seconds_left: int | None


@dataclass(frozen=True)
class Monitor:
    """Everything the page shows."""

    sums: Mapping[str, int]
    total: int
    waves: list[Wave]
    reasons: list[tuple[str, str, int]]
    pace: Pace
    unknown: list[Delivery]
    failed: list[Delivery]

    @property
    def is_right(self) -> bool:
        """Whether the sum of all statuses is everyone."""
        return sum(self.sums.values()) == self.total


def monitor_of(edition: Edition, now: datetime) -> Monitor:
    """The present state of an edition's sending."""
    rows = Delivery.objects.filter(edition=edition).order_by()
    sums = counts(edition.pk)
    why = rows.exclude(reason="").values_list("status", "reason").annotate(count=Count("pk"))
    return Monitor(
        sums=sums,
        total=rows.count(),
        waves=_waves(rows),
        reasons=sorted(why, key=lambda row: (row[0], -row[2])),
        pace=_pace(rows, sums, now),
        unknown=_first(rows, Status.UNKNOWN),
        failed=_first(rows, Status.FAILED),
    )


def _waves(rows: "QuerySet[Delivery]") -> list[Wave]:
    waves: dict[tuple[datetime, str], Wave] = {}
    found = rows.values_list("due_at", "subscriber__zone", "status").annotate(count=Count("pk"))
    for due_at, zone, status, count in found:
        wave = waves.setdefault((due_at, zone or ""), Wave(due_at, zone or ""))
        wave.by[status] = wave.by.get(status, 0) + count
    return sorted(waves.values(), key=lambda wave: (wave.due_at, wave.zone))


def _pace(rows: "QuerySet[Delivery]", sums: Mapping[str, int], now: datetime) -> Pace:
    left = sum(sums[status] for status in ON_THE_WAY)
    recent = rows.filter(status=Status.SENT, settled_at__gt=now - PACE).count()
    if not recent:
        return Pace(None, left, None)
    per_second = recent / PACE.total_seconds()
    return Pace(per_second, left, round(left / per_second))


def _first(rows: "QuerySet[Delivery]", status: str) -> list[Delivery]:
    return list(rows.filter(status=status).select_related("subscriber").order_by("pk")[:SHOWN])


@dataclass(frozen=True)
class Found:
    """A reader looked up by the whole address, and what they were sent, newest first."""

    reader: Subscriber | None
    deliveries: list[Delivery] = field(default_factory=list)


def find_reader(address: str) -> Found:
    """The reader of exactly this address; nobody is found by a part of one."""
    try:
        email = normalise(address)
    except BadAddress:
        return Found(None)
    reader = Subscriber.objects.filter(email=email).first()
    if reader is None:
        return Found(None)
    rows = reader.deliveries.select_related("edition", "digest").prefetch_related("events")
    return Found(reader, list(rows[:SHOWN]))


def by_status(statuses: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The sums in the order of a delivery's life, with their names."""
    names = dict(Status.choices)
    grouped: dict[str, int] = defaultdict(int, statuses)
    return [(status, str(names[status]), grouped[status]) for status in Status.values]
