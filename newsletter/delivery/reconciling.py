"""Settling what vanished workers left, and what nobody knows."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from digests.journal.recording import record
from newsletter.delivery.messages import delivery_id_of
from newsletter.delivery.models import Delivery

logger = logging.getLogger(__name__)
Status = Delivery.Status
# Room for the clocks of two machines to differ before a lease counts as run out.
CLOCK_SKEW = timedelta(seconds=5)


@dataclass(frozen=True)
class Swept:
    """How many rows went back to planned, and how many nobody knows about."""

    planned: int
    unknown: int


def sweep(now: datetime) -> Swept:
    """Settle rows whose lease ran out: claimed ones are planned again, sending ones are unknown.

    Of a claimed row no byte can have left; of a sending one it may have, so it is never sent again
    without evidence.
    """
    abandoned = Delivery.objects.abandoned(now - CLOCK_SKEW)
    planned = abandoned.filter(status=Status.CLAIMED).update(
        status=Status.PLANNED, claimed_by="", lease_until=None, next_try_at=now
    )
    unknown = abandoned.filter(status=Status.SENDING).update(
        status=Status.UNKNOWN, reason="lease_expired", lease_until=None
    )
    if planned or unknown:
        logger.warning("swept %s claimed and %s sending deliveries", planned, unknown)
    return Swept(planned, unknown)


@dataclass(frozen=True)
class Settled:
    """How many unknown deliveries the evidence showed as sent, and how many as never accepted."""

    sent: int
    planned: int


def settle_by_log(message_ids: Collection[str], since: datetime, until: datetime, now: datetime) -> Settled:
    """Settle unknown deliveries of [since, until) by a mail server's complete log of that time.

    `message_ids` are the Message-IDs it accepted. Ours among them were sent; an unknown delivery it
    does not have was never accepted and is planned again. Call it only with a log that is whole.
    """
    accepted = {pk for pk in map(delivery_id_of, message_ids) if pk is not None}
    unknown = Delivery.objects.filter(status=Status.UNKNOWN, sending_at__gte=since, sending_at__lt=until)
    ids = set(unknown.values_list("pk", flat=True))
    sent = planned = 0
    for chunk in chunks(sorted(ids & accepted)):
        mine = Delivery.objects.filter(pk__in=chunk, status=Status.UNKNOWN)
        sent += mine.update(status=Status.SENT, reason="", detail="by log", settled_at=now)
    for chunk in chunks(sorted(ids - accepted)):
        mine = Delivery.objects.filter(pk__in=chunk, status=Status.UNKNOWN)
        planned += mine.update(
            status=Status.PLANNED, reason="", claimed_by="", settled_at=None, sending_at=None, next_try_at=now
        )
    return Settled(sent, planned)


def chunks(ids: list[int], size: int = 1000) -> list[list[int]]:
    """The ids in lists a statement can hold."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def settle_by_hand(delivery: Delivery, *, was_sent: bool, actor: User | None, now: datetime) -> bool:
    """A person decides about an unknown delivery: it arrived, or it goes again; False if settled before."""
    new: dict[str, object] = {"status": Status.SENT, "reason": "by_hand", "settled_at": now}
    if not was_sent:
        new = {"status": Status.PLANNED, "reason": "by_hand", "claimed_by": "", "next_try_at": now}
        new |= {"settled_at": None, "sending_at": None}
    with transaction.atomic():
        unknown = Delivery.objects.filter(pk=delivery.pk, status=Status.UNKNOWN)
        if not unknown.update(**new):
            return False
        after = {"status": str(new["status"])}
        record(actor, "settle", delivery, before={"status": Status.UNKNOWN}, after=after)
    return True


def retry_failed(delivery: Delivery, *, actor: User | None, now: datetime) -> bool:
    """Plan a failed delivery again; False if it is not a failed one. Refused mails never arrived."""
    with transaction.atomic():
        failed = Delivery.objects.filter(pk=delivery.pk, status=Status.FAILED)
        if not failed.update(
            status=Status.PLANNED, tries=0, next_try_at=now, settled_at=None, claimed_by="", sending_at=None
        ):
            return False
        record(actor, "retry", delivery, before={"status": Status.FAILED}, after={"status": Status.PLANNED})
    return True
