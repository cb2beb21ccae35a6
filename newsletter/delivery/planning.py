"""Whose morning has come: one delivery per due reader and local date, or a row that says why not.

    due readers ─▶ edition ─▶ distinct (preferences, received) ─▶ digest ─▶ rows + next morning

Everything that takes time (selecting, composing) happens before the one short transaction that
inserts a batch's rows and moves its readers to their next morning. A crash anywhere, or three
schedulers at once, leave every reader with one row: UNIQUE(subscriber, local date, kind) and the
re-read of `next_digest_at` under a row lock see to it.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from newsletter.delivery.choosing import (
    Answer,
    Choices,
    Due,
    answer,
    learn_preferences,
    select_all,
    with_received,
)
from newsletter.delivery.ledger import EDITORIAL
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.leaving import wake
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.preferences import refresh_key
from newsletter.subscribers.schedule import MINIMUM_GAP, UnknownZone, day_of, next_morning

logger = logging.getLogger(__name__)
Status = Delivery.Status

# Readers planned together: one transaction, a few queries.
BATCH = 1000
# After an outage each missed morning of these last days gets its row; older ones are let go.
CATCH_UP = timedelta(days=3)


@dataclass
class Planned:
    """How many deliveries were planned, skipped with a reason, and left waiting for an edition."""

    count: int = 0
    skipped: int = 0
    waiting: int = 0

    def __iadd__(self, other: "Planned") -> "Planned":
        self.count += other.count
        self.skipped += other.skipped
        self.waiting += other.waiting
        return self


def plan(now: datetime, limit: int | None = None, seconds: float | None = None) -> Planned:
    """Plan the mornings that have come at `now`.

    It ends with everyone planned, after `limit` readers, or with the first batch after `seconds`.

    Readers whose edition is still open wait for the next tick, until their grace is over.
    Memory stays flat: readers are read batch by batch.
    """
    wake(now)
    done, choices, after = Planned(), Choices(), 0
    left = limit if limit is not None else 10_000_000
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    while left > 0 and time.monotonic() < until:
        readers = due_readers(now, after, min(BATCH, left))
        if not readers:
            break
        after = readers[-1].pk
        left -= len(readers)
        done += plan_batch(readers, choices, now)
    return done


def due_readers(now: datetime, after: int, size: int) -> list[Subscriber]:
    """The next due readers behind the number `after`, so that those who wait do not block the rest.

    By number, not by instant: a million readers due at seven would be sorted for each batch.
    """
    return list(Subscriber.objects.due(now).filter(pk__gt=after).order_by("pk")[:size])


def plan_batch(readers: Sequence[Subscriber], choices: Choices, now: datetime) -> Planned:
    """Decide for each reader, then write it down."""
    due = with_received([due_of(reader, now) for reader in readers], choices, now)
    learn_preferences(due, choices)
    select_all(due, choices, now)
    answers = {one.subscriber_id: answer(one, choices, now) for one in due}
    decided = [one for one in due if answers[one.subscriber_id] is not None]
    rows = write(decided, answers, now)
    skipped = sum(row.status == Status.SKIPPED for row in rows)
    return Planned(len(rows) - skipped, skipped, len(due) - len(decided))


def due_of(reader: Subscriber, now: datetime) -> Due:
    """A due reader's date and next morning. A zone that is no zone any more counts as the paper's own."""
    due_at = reader.next_digest_at or now
    zone = reader.zone
    after = max(due_at, now - CATCH_UP)
    try:
        day = day_of(due_at, reader.hour, zone)
    except UnknownZone:
        logger.exception("subscriber %s has an unknown zone", reader.pk)
        zone = settings.TIME_ZONE
        day = day_of(due_at, reader.hour, zone)
    plan = (reader.hour, zone, reader.weekdays, reader.is_weekly)
    key = reader.preference_key
    if not key:
        refresh_key(reader)
        key = reader.preference_key
    kind = Kind.WEEKLY if reader.is_weekly else Kind.DIGEST
    return Due(reader.pk, due_at, day, next_instant(after, day, plan), key, kind)


@lru_cache(maxsize=4096)
def next_instant(after: datetime, day: date, plan: tuple[int, str, int, bool]) -> datetime:
    """The next morning, computed once for all readers of one hour, zone and week."""
    hour, zone, weekdays, is_weekly = plan
    tomorrow = day + timedelta(days=1)
    _day, instant = next_morning(
        after, hour=hour, zone=zone, weekdays=weekdays, is_weekly=is_weekly, not_before_date=tomorrow
    )
    return instant


def write(due: Sequence[Due], answers: Mapping[int, Answer | None], now: datetime) -> list[Delivery]:
    """Insert the rows of a batch and move its readers on, in one short transaction; the rows inserted.

    A reader who changed, left, or was planned by another scheduler since we read is left alone.
    """
    wanted = {one.subscriber_id: one for one in due}
    if not wanted:
        return []
    with transaction.atomic():
        locked = Subscriber.objects.select_for_update().filter(pk__in=wanted, status=Subscriber.Status.ACTIVE)
        stands = {
            pk
            for pk, due_at in locked.order_by("pk").values_list("pk", "next_digest_at")
            if due_at == wanted[pk].due_at
        }
        ours = [one for one in due if one.subscriber_id in stands]
        near = too_near(ours, now)
        rows = [row_of(one, answers[one.subscriber_id] or Answer(), now, near) for one in ours]
        have = set(
            Delivery.objects.filter(
                subscriber_id__in=stands,
                local_date__in={one.day for one in ours},
                kind__in=[Kind.DIGEST, Kind.WEEKLY],
            ).values_list("subscriber_id", "local_date")
        )
        new = [row for row in rows if (row.subscriber_id, row.local_date) not in have]
        # Rows of one digest lie side by side, so that a claim renders few.
        new.sort(key=lambda row: row.digest_id or 0)
        Delivery.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
        move_on(ours)
    return new


def too_near(due: Sequence[Due], now: datetime) -> set[int]:
    """Readers whose last digest left, or is about to, less than six hours before `now`."""
    last = Delivery.objects.filter(
        subscriber_id__in=[one.subscriber_id for one in due],
        kind__in=EDITORIAL - {Kind.CORRECTION},
        due_at__gt=now - MINIMUM_GAP - timedelta(hours=settings.DELIVERY_GRACE_HOURS),
    ).exclude(status__in=[Status.SKIPPED, Status.FAILED])
    near: set[int] = set()
    for pk, left_at in last.order_by().values_list("subscriber_id", "sending_at"):
        if pk is not None and (left_at is None or now - left_at < MINIMUM_GAP):
            near.add(pk)
    return near


def row_of(one: Due, given: Answer, now: datetime, near: set[int]) -> Delivery:
    """The row of a due reader: planned, or skipped with its reason."""
    reason = given.reason or ("too_soon" if one.subscriber_id in near else "")
    return Delivery(
        subscriber_id=one.subscriber_id,
        kind=one.kind,
        local_date=one.day,
        edition_id=given.edition_id,
        digest_id=None if reason else given.digest_id,
        status=Status.SKIPPED if reason else Status.PLANNED,
        reason=reason,
        due_at=one.due_at,
        created_at=now,
        next_try_at=now,
        settled_at=now if reason else None,
    )


def move_on(due: Iterable[Due]) -> None:
    """Set each reader's next morning; readers of one hour and zone share an UPDATE."""
    groups: dict[datetime, list[int]] = defaultdict(list)
    for one in due:
        groups[one.next_at].append(one.subscriber_id)
    for next_at, ids in groups.items():
        Subscriber.objects.filter(pk__in=ids).update(next_digest_at=next_at)
