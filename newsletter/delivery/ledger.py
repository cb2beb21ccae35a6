"""The arrows of a delivery's life, each one conditional UPDATE.

    planned ─claim─▶ claimed ─gate─▶ sending ─settle─▶ sent | failed | unknown | planned
       ▲                │                │
       └───give back────┴────────────────┘   (only what certainly did not leave)

A claim is named by a token of its own, so a worker that slept through its lease can never move a
row that somebody else holds. Conditions stand on the row itself, not in a subquery: PostgreSQL
checks them again when it had to wait for the row (READ COMMITTED).
"""

import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from digests.editions.models import Edition
from newsletter.delivery.models import Delivery, DeliveryQuerySet, Kind
from newsletter.delivery.outcomes import Fate, Outcome
from newsletter.subscribers.models import Subscriber, Suppression

logger = logging.getLogger(__name__)
Status = Delivery.Status
Reader = Subscriber.Status
Result = TypeVar("Result")

EDITORIAL = frozenset({Kind.DIGEST, Kind.WEEKLY, Kind.NOTE, Kind.CORRECTION})
# In which statuses a reader may still get a kind of mail when its bytes are about to leave.
WELCOME_TO: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(EDITORIAL, (Reader.ACTIVE,)),
    Kind.CONFIRM: (Reader.PENDING, Reader.UNSUBSCRIBED),
    Kind.WELCOME: (Reader.ACTIVE, Reader.PAUSED),
    Kind.ALREADY: (Reader.ACTIVE, Reader.PAUSED),
    Kind.LINK: (Reader.ACTIVE, Reader.PAUSED),
    Kind.RENEWAL: (Reader.ACTIVE, Reader.PAUSED),
    Kind.MOVE: (Reader.PENDING, Reader.ACTIVE, Reader.PAUSED, Reader.UNSUBSCRIBED),
    Kind.GOODBYE: (Reader.UNSUBSCRIBED,),
    Kind.ERASE: (Reader.PENDING, Reader.ACTIVE, Reader.PAUSED, Reader.UNSUBSCRIBED),
}
# A letter about the subscription is worth sending for a day: its links live for one to three.
LETTER_GRACE = timedelta(hours=24)
# Seconds until the next try, by tries made; the last repeats until the grace is over.
BACKOFF = (30, 120, 300, 600, 1200)
# How long a worker keeps trying to write down what it did, below the lease.
PERSISTENCE_SECONDS = 120.0


def resolutely(act: Callable[[], Result], seconds: float = PERSISTENCE_SECONDS) -> Result:
    """Do `act`, again on a fresh connection while the database is away; raises after `seconds`.

    Only for acts that may happen twice: every arrow here is one, its condition fails the second time.
    """
    give_up, pause = time.monotonic() + seconds, 0.1
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if time.monotonic() > give_up or connection.in_atomic_block:
                raise
            logger.warning("the database is away; trying again in %.1f s", pause)
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 5.0)


def claim(worker: str, now: datetime, size: int) -> tuple[str, list[Delivery]]:
    """Win up to `size` owed rows for one lease: the claim's token, and the rows, by digest."""
    token = f"{worker[:23]}-{secrets.token_hex(6)}"
    with transaction.atomic():
        # Not by the number too: a whole morning shares one `next_try_at`, and would be sorted each time.
        owed = Delivery.objects.owed(now).order_by("next_try_at")
        if connection.features.has_select_for_update_skip_locked:
            owed = owed.select_for_update(skip_locked=True)
        ids = list(owed.values_list("pk", flat=True)[:size])
        if not ids:
            return token, []
        Delivery.objects.filter(pk__in=ids, status=Status.PLANNED).update(
            status=Status.CLAIMED, claimed_by=token, lease_until=lease(now)
        )
    rows = Delivery.objects.filter(pk__in=ids, status=Status.CLAIMED, claimed_by=token).with_digest_key()
    return token, with_editions(rows.order_by("digest_id", "pk"))


def lease(now: datetime) -> datetime:
    """Until when a claim made or renewed at `now` holds."""
    return now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def held(token: str, ids: Iterable[int]) -> DeliveryQuerySet:
    """Those of `ids` that this claim still holds and has not passed through the gate."""
    return Delivery.objects.filter(pk__in=list(ids), status=Status.CLAIMED, claimed_by=token)


def gate(token: str, window: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Commit `sending` for those of `window` that may leave now; they come with subscriber and edition.

    1. In one statement: the lease is ours, the reader may get this kind of mail, the address is not
       suppressed, the edition is frozen (not paused, not cancelled), the mail is not too late.
    2. Whoever is read back under this claim's token passed; nobody else can have written it.
    """
    ids = [row.pk for row in window]
    passing = held(token, ids).filter(may_leave({row.kind for row in window}, now), lease_until__gt=now)
    passing.update(status=Status.SENDING, sending_at=now, lease_until=lease(now), tries=F("tries") + 1)
    passed = Delivery.objects.filter(pk__in=ids, status=Status.SENDING, claimed_by=token).with_digest_key()
    return with_editions(passed.select_related("subscriber").order_by("digest_id", "pk"))


def with_editions(rows: DeliveryQuerySet) -> list[Delivery]:
    """The rows with their editions, of which there are few: read once instead of joined to each."""
    found = list(rows)
    editions = Edition.objects.in_bulk({row.edition_id for row in found if row.edition_id})
    for row in found:
        row.edition = editions.get(row.edition_id) if row.edition_id else None
    return found


def may_leave(kinds: Iterable[str], now: datetime) -> Q:
    """The gate's condition for rows of these kinds; an old letter or a late digest does not pass."""
    groups: dict[tuple[tuple[str, ...], bool], list[str]] = defaultdict(list)
    for kind in kinds:
        groups[WELCOME_TO.get(kind, (Reader.ACTIVE,)), kind in EDITORIAL].append(kind)
    either = Q(pk__in=[])
    for (statuses, is_editorial), group in groups.items():
        readers = Subscriber.objects.filter(pk=OuterRef("subscriber_id"), status__in=statuses)
        never = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
        condition = Q(kind__in=group) & Q(Exists(readers.filter(~Exists(never))))
        condition &= Q(due_at__gt=now - grace(is_editorial=is_editorial))
        if is_editorial:
            frozen = Edition.objects.filter(pk=OuterRef("edition_id"), status=Edition.Status.FROZEN)
            condition &= Q(Exists(frozen), digest__isnull=False)
        either |= condition
    return either


def grace(*, is_editorial: bool) -> timedelta:
    """For how long after it was due a mail is still worth sending."""
    return timedelta(hours=settings.DELIVERY_GRACE_HOURS) if is_editorial else LETTER_GRACE


def turn_away(token: str, window: Sequence[Delivery], now: datetime) -> int:
    """Settle those of `window` that the gate did not let pass, each with its reason; say how many.

    A paused edition's rows go back and wait a minute; what is no longer ours is not touched.
    """
    rows = held(token, [row.pk for row in window]).select_related("subscriber", "edition")
    hashes = {row.subscriber.address_hash for row in rows if row.subscriber}
    never = set(Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True))
    reasons: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        reasons[why_not(row, never, now)].append(row.pk)
    for reason, ids in reasons.items():
        if reason in ("paused", ""):
            back = {"status": Status.PLANNED, "claimed_by": "", "lease_until": None, "reason": reason}
            held(token, ids).update(next_try_at=now + timedelta(minutes=1), **back)
        else:
            held(token, ids).update(status=Status.SKIPPED, reason=reason, settled_at=now, lease_until=None)
    return sum(len(ids) for reason, ids in reasons.items() if reason not in ("paused", ""))


def why_not(row: Delivery, never: set[str], now: datetime) -> str:
    """Why the gate stayed closed: left, suppressed, cancelled, no_digest, late, paused, or "" unclear."""
    is_editorial = row.kind in EDITORIAL
    reader = row.subscriber
    if reader is None:
        return "erased"
    if reader.status == Reader.SUPPRESSED or reader.address_hash in never:
        return "suppressed"
    if reader.status not in WELCOME_TO.get(row.kind, (Reader.ACTIVE,)):
        return "resting" if reader.status == Reader.PAUSED else "left"
    if is_editorial and row.edition and row.edition.status == Edition.Status.CANCELLED:
        return "cancelled"
    if is_editorial and (row.digest_id is None or row.edition_id is None):
        return "no_digest"
    if row.due_at <= now - grace(is_editorial=is_editorial):
        return "late"
    return "paused" if is_editorial and row.edition and row.edition.status == Edition.Status.PAUSED else ""


def give_back(token: str, ids: Iterable[int], now: datetime, wait: float = 0.0) -> int:
    """Return rows of this claim of which no byte left; say how many.

    Also those the sweep meanwhile called unknown: the one who held them knows better.
    """
    mine = Delivery.objects.filter(
        Q(status__in=[Status.CLAIMED, Status.SENDING]) | Q(status=Status.UNKNOWN, reason="lease_expired"),
        pk__in=list(ids),
        claimed_by=token,
    )
    return mine.update(
        tries=Case(When(status=Status.CLAIMED, then=F("tries")), default=F("tries") - 1),
        status=Status.PLANNED,
        claimed_by="",
        lease_until=None,
        sending_at=None,
        settled_at=None,
        reason="",
        next_try_at=now + timedelta(seconds=wait),
    )


def settle(
    token: str, sent: Sequence[Delivery], results: Mapping[int, Outcome], now: datetime, by: str
) -> None:
    """Write down what became of each mail of a window; `by` names the provider.

    Rows the sweep called unknown while we waited for the answer are settled too: the answer is
    evidence. The rows of each group share one UPDATE.
    """
    rows = {row.pk: row for row in sent}
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for pk, result in results.items():
        if result.fate is not Fate.UNSENT:
            groups[arrow(rows[pk], result, now)].append(pk)
    with transaction.atomic():
        for (status, reason, detail, next_try_at), ids in groups.items():
            mine = Delivery.objects.filter(
                Q(status=Status.SENDING) | Q(status=Status.UNKNOWN, reason="lease_expired"),
                pk__in=ids,
                claimed_by=token,
            )
            is_final = status in (Status.SENT, Status.FAILED)
            mine.update(
                status=status,
                reason=reason,
                detail=detail,
                next_try_at=next_try_at or F("next_try_at"),
                settled_at=now if is_final else None,
                lease_until=None,
                provider=by[:40],
                provider_id=provider_ids(results, ids),
            )


def provider_ids(results: Mapping[int, Outcome], ids: Sequence[int]) -> Case | Value:
    """Each row's id at the provider, where it gave one."""
    named = [(pk, results[pk].provider_id) for pk in ids if results[pk].provider_id]
    if not named:
        return Value("")
    return Case(*(When(pk=pk, then=Value(name[:200])) for pk, name in named), default=Value(""))


def arrow(row: Delivery, result: Outcome, now: datetime) -> tuple[str, str, str, datetime | None]:
    """The new (status, reason, detail, next try) of a row whose mail met `result`."""
    if result.fate is Fate.ACCEPTED:
        return Status.SENT, "", "", None
    if result.fate is Fate.LOST:
        return Status.UNKNOWN, result.reason, result.detail, None
    if result.fate is Fate.DEFERRED:
        again = now + timedelta(seconds=backoff(row.tries, row.pk, result))
        if again < row.due_at + grace(is_editorial=row.kind in EDITORIAL):
            return Status.PLANNED, result.reason, result.detail, again
    return Status.FAILED, result.reason, result.detail, None


def backoff(tries: int, pk: int, result: Outcome) -> float:
    """Seconds until the next try; spread by the row's id so that retries do not come as one wave."""
    base = BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1]
    if result.reason == "provider_down":
        base = min(base, BACKOFF[1])
    return max(base * (1 + pk % 16 / 64), result.retry_after or 0.0)
