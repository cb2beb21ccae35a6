"""What providers tell us afterwards: bounces, complaints, deliveries; in any order, any number of times.

An event only suppresses or annotates, and settles an unknown delivery by evidence. It never sends.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.delivery.outcomes import Outcome, is_dead_address, plain_detail
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.leaving import suppress
from newsletter.subscribers.models import Subscriber, Suppression

logger = logging.getLogger(__name__)
Kind = DeliveryEvent.Kind

KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.REJECTED: Kind.REJECTED,
    EventType.FAILED: Kind.REJECTED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}
# A full or busy mailbox may recover; this many bounces in a row without a delivery between do not.
SOFT_BOUNCES_MAX = 5
# Evidence that the provider had accepted the mail.
WAS_ACCEPTED = frozenset({Kind.DELIVERED, Kind.DEFERRED, Kind.BOUNCED, Kind.COMPLAINED})


@receiver(tracking)
def on_event(sender: object, event: AnymailTrackingEvent, esp_name: str, **_kwargs: object) -> None:
    """anymail's signal: one call per event of a verified webhook."""
    delivery_id = delivery_of(event)
    take(
        provider=esp_name.lower(),
        event_id=event.event_id or digest_of(event),
        kind=KINDS.get(event.event_type, Kind.OTHER),
        at=event.timestamp or timezone.now(),
        delivery_id=delivery_id,
        address=event.recipient or "",
        detail=plain_detail(event.mta_response or event.description or ""),
        is_hard=event.reject_reason in (None, RejectReason.INVALID, RejectReason.BOUNCED)
        and not is_soft(event),
    )


def is_soft(event: AnymailTrackingEvent) -> bool:
    """Whether a bounce may pass: a 4.x.x code, or a full mailbox (5.2.2)."""
    words = f"{event.mta_response or ''} {event.description or ''}"
    return any(
        mark in words.lower() for mark in ("4.2.", "4.3.", "4.4.", "4.7.", "5.2.2", "soft", "transient")
    )


def delivery_of(event: AnymailTrackingEvent) -> int | None:
    """The delivery an event names in the metadata we sent along."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    named = str(metadata.get("delivery", ""))
    return int(named) if named.isdecimal() and len(named) < 19 else None


def digest_of(event: AnymailTrackingEvent) -> str:
    """An id for an event whose provider gives none: its content's, so that a repetition is the same."""
    said: Any = (event.event_type, str(event.timestamp), event.message_id, event.recipient)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@transaction.atomic
def take(
    *,
    provider: str,
    event_id: str,
    kind: DeliveryEvent.Kind,
    at: datetime,
    delivery_id: int | None = None,
    address: str = "",
    detail: str = "",
    is_hard: bool = False,
) -> bool:
    """Store one event and act on it; False if it was stored before, and then nothing else happens."""
    delivery = Delivery.objects.filter(pk=delivery_id).first() if delivery_id else None
    hashed = address_hash(address) if address else ""
    if not hashed and delivery and delivery.subscriber:
        hashed = delivery.subscriber.address_hash
    _event, is_new = DeliveryEvent.objects.get_or_create(
        provider=provider[:40],
        event_id=event_id[:200],
        defaults={
            "kind": kind,
            "at": at if at.tzinfo else at.replace(tzinfo=UTC),
            "delivery": delivery,
            "address_hash": hashed,
            "detail": detail[:500],
        },
    )
    if not is_new:
        return False
    if delivery is not None and kind in WAS_ACCEPTED:
        settle_by_event(delivery.pk, at)
    if hashed:
        act(hashed, kind, detail, at, is_hard=is_hard)
    return True


def settle_by_event(delivery_id: int, at: datetime) -> None:
    """An unknown delivery of which the provider speaks was accepted: that is evidence."""
    unknown = Delivery.objects.filter(pk=delivery_id, status=Delivery.Status.UNKNOWN)
    if unknown.update(status=Delivery.Status.SENT, reason="", detail="by event", settled_at=at):
        logger.info("delivery %s settled as sent by an event", delivery_id)


def act(hashed: str, kind: DeliveryEvent.Kind, detail: str, at: datetime, *, is_hard: bool) -> None:
    """Suppress for a hard bounce or a complaint; count soft bounces in a row; a delivery ends the row."""
    readers = Subscriber.objects.filter(address_hash=hashed)
    if kind == Kind.COMPLAINED:
        suppress(hashed, Suppression.Reason.COMPLAINT, detail, at)
    elif kind == Kind.BOUNCED and is_hard:
        suppress(hashed, Suppression.Reason.HARD_BOUNCE, detail, at)
    elif kind == Kind.BOUNCED:
        readers.update(soft_bounces=F("soft_bounces") + 1)
        if readers.filter(soft_bounces__gte=SOFT_BOUNCES_MAX).exists():
            suppress(hashed, Suppression.Reason.SOFT_BOUNCES, detail, at)
    elif kind == Kind.DELIVERED:
        readers.filter(soft_bounces__gt=0).update(soft_bounces=0)


def note_refusals(
    rows: Sequence[Delivery], results: Mapping[int, Outcome], provider: str, now: datetime
) -> None:
    """A server that said at once that a mailbox does not exist has bounced the mail: the same holds."""
    for row in rows:
        if row.subscriber and is_dead_address(results[row.pk]):
            take(
                provider=provider,
                event_id=f"reply-{settings.MAIL_DOMAIN}-{row.pk}",
                kind=Kind.BOUNCED,
                at=now,
                delivery_id=row.pk,
                detail=results[row.pk].detail,
                is_hard=True,
            )
