"""Leaving, resting, coming back, and being forgotten."""

from datetime import date, datetime, timedelta

from django.db import transaction

from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.schedule import local_date

Status = Subscriber.Status
Happened = ConsentEvent.Kind
How = ConsentEvent.How

# For how long a reader who left comes back with one button, all choices kept.
UNDO_DAYS = 7
# A rest longer than this is a farewell that nobody said.
MAX_PAUSE_DAYS = 366
SUNDAY = 0b1000000


def locked(subscriber_id: int) -> Subscriber | None:
    """The reader's row, locked until the transaction ends; None for one who was erased."""
    return Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()


@transaction.atomic
def unsubscribe(subscriber_id: int, how: How, now: datetime) -> Outcome:
    """Let a reader go at once. Who never confirmed goes without a letter; twice changes nothing."""
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return Outcome(None, None, "unknown")
    if subscriber.status in (Status.UNSUBSCRIBED, Status.SUPPRESSED):
        return Outcome(subscriber.pk, None, "already")
    letter = "goodbye" if subscriber.is_reading else None
    subscriber.status = Status.UNSUBSCRIBED
    subscriber.left_at = now
    subscriber.paused_until = None
    subscriber.next_digest_at = None
    subscriber.save(update_fields=["status", "left_at", "paused_until", "next_digest_at"])
    record_consent(subscriber, Happened.WITHDRAWN, how, now)
    return Outcome(subscriber.pk, letter, "left")


@transaction.atomic
def undo(subscriber_id: int, now: datetime, how: How = How.PAGE, *, weekly: bool = False) -> Outcome:
    """Take back an unsubscribing within UNDO_DAYS, all choices kept; `weekly` comes back for Sundays only."""
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return Outcome(None, None, "unknown")
    if subscriber.is_reading:
        return Outcome(subscriber.pk, None, "already")
    if not can_undo(subscriber, now) or subscriber.is_suppressed():
        return Outcome(subscriber.pk, None, "too_late")
    subscriber.status = Status.ACTIVE
    subscriber.left_at = None
    if weekly:
        subscriber.is_weekly, subscriber.weekdays = True, SUNDAY
    subscriber.plan_next_morning(now)
    subscriber.save()
    record_consent(subscriber, Happened.RESTORED, how, now)
    return Outcome(subscriber.pk, None, "restored")


def can_undo(subscriber: Subscriber, now: datetime) -> bool:
    """Whether a reader left so recently, after having confirmed, that one button brings them back."""
    return (
        subscriber.status == Status.UNSUBSCRIBED
        and subscriber.confirmed_at is not None
        and subscriber.left_at is not None
        and subscriber.left_at > now - timedelta(days=UNDO_DAYS)
    )


@transaction.atomic
def pause(subscriber_id: int, until: date, now: datetime) -> Outcome:
    """Rest until the local date `until`, whose morning brings the next digest.

    A date that has come, or lies further off than MAX_PAUSE_DAYS, changes nothing ("too_late").
    """
    subscriber = locked(subscriber_id)
    if subscriber is None or not subscriber.is_reading:
        return Outcome(None, None, "unknown")
    today = local_date(now, subscriber.zone)
    if not today < until <= today + timedelta(days=MAX_PAUSE_DAYS):
        return Outcome(subscriber.pk, None, "too_late")
    subscriber.status = Status.PAUSED
    subscriber.paused_until = until
    subscriber.plan_next_morning(now)
    subscriber.save(update_fields=["status", "paused_until", "next_digest_at"])
    return Outcome(subscriber.pk, None, "paused")


@transaction.atomic
def resume(subscriber_id: int, now: datetime) -> Outcome:
    """End a rest early; the next morning brings a digest."""
    subscriber = locked(subscriber_id)
    if subscriber is None or subscriber.status != Status.PAUSED:
        return Outcome(None, None, "unknown")
    subscriber.status = Status.ACTIVE
    subscriber.paused_until = None
    subscriber.plan_next_morning(now)
    subscriber.save(update_fields=["status", "paused_until", "next_digest_at"])
    return Outcome(subscriber.pk, None, "resumed")


def wake(now: datetime) -> int:
    """End every rest whose next digest is due at `now`, in one UPDATE; say how many."""
    rested = Subscriber.objects.filter(status=Status.PAUSED, next_digest_at__lte=now)
    return rested.update(status=Status.ACTIVE, paused_until=None)


@transaction.atomic
def suppress(address_hash: str, reason: Suppression.Reason, detail: str, now: datetime) -> Outcome:
    """Never write to an address again, whether or not it is a reader's; the first reason stands."""
    _suppression, is_new = Suppression.objects.get_or_create(
        address_hash=address_hash, defaults={"reason": reason, "detail": detail[:300], "at": now}
    )
    subscriber = Subscriber.objects.select_for_update().filter(address_hash=address_hash).first()
    if subscriber is None:
        return Outcome(None, None, "suppressed" if is_new else "already")
    if subscriber.status == Status.SUPPRESSED:
        return Outcome(subscriber.pk, None, "already")
    subscriber.status = Status.SUPPRESSED
    subscriber.left_at = subscriber.left_at or now
    subscriber.next_digest_at = None
    subscriber.save(update_fields=["status", "left_at", "next_digest_at"])
    record_consent(subscriber, Happened.SUPPRESSED, HOW_SUPPRESSED.get(reason, How.DESK), now)
    return Outcome(subscriber.pk, None, "suppressed")


HOW_SUPPRESSED = {
    Suppression.Reason.HARD_BOUNCE: How.BOUNCE,
    Suppression.Reason.SOFT_BOUNCES: How.BOUNCE,
    Suppression.Reason.COMPLAINT: How.COMPLAINT,
}


@transaction.atomic
def erase(subscriber_id: int, now: datetime, how: How = How.PAGE) -> Outcome:
    """Forget a reader: the row, the choices and the address go; a keyed hash stays for suppression.

    Consent events stay, without address, as the proof of what was once agreed and of the erasure itself.
    """
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return Outcome(None, None, "unknown")
    record_consent(subscriber, Happened.ERASED, how, now)
    Suppression.objects.get_or_create(
        address_hash=subscriber.address_hash,
        defaults={"reason": Suppression.Reason.ERASED, "at": now},
    )
    subscriber.delete()
    return Outcome(None, None, "erased")
