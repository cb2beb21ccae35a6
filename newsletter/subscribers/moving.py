"""Reading at another address: asked on the preferences page, done once both addresses have agreed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from newsletter.subscribers.addresses import address_hash, normalise
from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.models import AddressChange, ConsentEvent, Subscriber
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.signup import Post

# As long as the links in the two letters work.
WAIT = timedelta(days=3)


@transaction.atomic
def ask(subscriber_id: int, raw: str, now: datetime, post: Post) -> Outcome:
    """Note a reader's wish to move, and owe both addresses a letter; at most one wish a day.

    The answer is "asked" whatever the new address is to us: a suppressed one gets nothing, one that reads
    already gets the letter that says so. "same" is the address the reader has. Raises BadAddress.
    """
    email = normalise(raw)
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber_id)
    if email == subscriber.email:
        return Outcome(subscriber.pk, None, "same")
    if not post(subscriber.pk, "move"):
        return Outcome(subscriber.pk, None, "asked")
    successor = Subscriber.objects.filter(email=email).first() or Subscriber(
        email=email,
        address_hash=address_hash(email),
        created_at=now,
        language=subscriber.language,
        zone=subscriber.zone,
    )
    if successor.is_suppressed():
        return Outcome(subscriber.pk, None, "asked")
    if successor.is_reading:
        post(successor.pk, "already")
        return Outcome(subscriber.pk, None, "asked")
    successor.save()
    AddressChange.objects.filter(Q(subscriber=subscriber) | Q(successor=successor)).delete()
    AddressChange.objects.create(subscriber=subscriber, successor=successor, asked_at=now)
    post(successor.pk, "move")
    return Outcome(subscriber.pk, None, "asked")


def waiting(subscriber_id: int, now: datetime) -> AddressChange | None:
    """The change that waits for this row's agreement, as the old address or as the new one."""
    mine = Q(subscriber=subscriber_id, old_confirmed_at=None) | Q(
        successor=subscriber_id, new_confirmed_at=None
    )
    changes = AddressChange.objects.filter(mine, asked_at__gt=now - WAIT)
    return changes.select_related("subscriber", "successor").first()


@transaction.atomic
def agree(subscriber_id: int, now: datetime, network: str = "") -> Outcome:
    """Note that one of the two addresses agreed; "half" until the other has, then "moved".

    On moving the reader keeps the row and every choice, takes the new address, and all earlier private links
    end. "unknown" when nothing waits, or when the new address was suppressed meanwhile.
    """
    found = waiting(subscriber_id, now)
    if found is not None:  # again under a lock: the other address may be agreeing at this moment
        found = AddressChange.objects.select_for_update().filter(pk=found.pk).first()
    if found is None or found.successor.is_suppressed():
        return Outcome(None, None, "unknown")
    if found.subscriber_id == subscriber_id:
        found.old_confirmed_at = now
    else:
        found.new_confirmed_at = now
    found.save()
    if found.old_confirmed_at is None or found.new_confirmed_at is None:
        return Outcome(found.subscriber_id, None, "half")
    reader, successor = found.subscriber, found.successor
    successor.delete()
    record_consent(reader, ConsentEvent.Kind.CHANGED, ConsentEvent.How.PAGE, now, network=network)
    reader.email, reader.address_hash = successor.email, successor.address_hash
    reader.link_version += 1
    reader.soft_bounces = 0
    reader.save(update_fields=["email", "address_hash", "link_version", "soft_bounces"])
    record_consent(reader, ConsentEvent.Kind.CHANGED, ConsentEvent.How.PAGE, now, network=network)
    return Outcome(reader.pk, None, "moved")


def forget_unanswered(now: datetime) -> int:
    """Drop wishes whose letters have expired; say how many."""
    gone, _by_model = AddressChange.objects.filter(asked_at__lte=now - WAIT).delete()
    return gone
