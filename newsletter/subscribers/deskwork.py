"""What curators do to readers: the same acts readers have, with a name written under each."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from digests.journal.recording import record
from newsletter.subscribers import leaving
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.preferences import refresh_key
from newsletter.subscribers.schedule import local_date

How = ConsentEvent.How


@transaction.atomic
def add_by_hand(subscriber: Subscriber, evidence: str, actor: User | None, now: datetime) -> Subscriber:
    """Store a new reader as active, with the curator's statement as the consent's text."""
    subscriber.address_hash = address_hash(subscriber.email)
    subscriber.status = Subscriber.Status.ACTIVE
    subscriber.created_at = subscriber.confirmed_at = now
    subscriber.plan_next_morning(now)
    subscriber.save()
    refresh_key(subscriber)
    record_consent(subscriber, ConsentEvent.Kind.CONFIRMED, How.DESK, now, text=evidence)
    record(actor, "add_subscriber", subscriber, after={"status": subscriber.status})
    return subscriber


@transaction.atomic
def pause_by_desk(subscriber: Subscriber, days: int, actor: User | None, now: datetime) -> bool:
    """Rest a reader for some days; whether that changed anything."""
    until = local_date(now, subscriber.zone) + timedelta(days=days)
    outcome = leaving.pause(subscriber.pk, until, now)
    if outcome.reason != "paused":
        return False
    after = {"status": Subscriber.Status.PAUSED.value, "paused_until": until.isoformat()}
    record(actor, "pause_subscriber", subscriber, before={"status": subscriber.status}, after=after)
    return True


@transaction.atomic
def unsubscribe_by_desk(subscriber: Subscriber, actor: User | None, now: datetime) -> bool:
    """Let a reader go who asked by phone or letter; whether that changed anything."""
    outcome = leaving.unsubscribe(subscriber.pk, How.DESK, now)
    if outcome.reason != "left":
        return False
    after = {"status": Subscriber.Status.UNSUBSCRIBED.value}
    record(actor, "unsubscribe_subscriber", subscriber, before={"status": subscriber.status}, after=after)
    return True


@transaction.atomic
def erase_by_desk(subscriber: Subscriber, actor: User | None, now: datetime) -> None:
    """Forget a reader who asked for it by another way."""
    record(actor, "erase_subscriber", subscriber, before={"status": subscriber.status})
    leaving.erase(subscriber.pk, now, How.DESK)


@transaction.atomic
def lift(suppression: Suppression, actor: User | None) -> None:
    """Let an address sign up again; a reader still on record may confirm anew."""
    before = {"reason": suppression.reason, "address_hash": suppression.address_hash}
    record(actor, "lift_suppression", suppression, before=before)
    Subscriber.objects.filter(
        address_hash=suppression.address_hash, status=Subscriber.Status.SUPPRESSED
    ).update(status=Subscriber.Status.UNSUBSCRIBED)
    suppression.delete()


def record_export(actor: User | None, count: int) -> None:
    """Write down that somebody took addresses away, and how many; the service itself by a command."""
    record(
        actor,
        "export_subscribers",
        actor or ContentType.objects.get_for_model(Subscriber),
        after={"count": count},
    )


def record_import(actor: User | None, name: str, counts: dict[str, int], evidence: str) -> None:
    """Write down which file was taken over, on what evidence, with what result."""
    after = {"file": name, "evidence": evidence, **counts}
    target = actor or ContentType.objects.get_for_model(Subscriber)
    record(actor, "import_subscribers", target, after=after)
