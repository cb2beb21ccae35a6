"""The sum of an edition: everyone eligible was sent to, failed, skipped, or is known as unknown."""

from datetime import datetime

from django.db.models import Count

from newsletter.delivery.models import Delivery, EditionSum

Status = Delivery.Status


def counts(edition_id: int) -> dict[str, int]:
    """Deliveries of an edition by status, every status present."""
    found = (
        Delivery.objects.filter(edition_id=edition_id).order_by().values_list("status").annotate(Count("pk"))
    )
    return {**dict.fromkeys(Status.values, 0), **dict(found)}


def prove(edition_id: int, now: datetime) -> EditionSum:
    """Count an edition's deliveries and store the sum; it is proved once nothing is on its way.

    `eligible` is counted on its own, so that a row in no known status breaks the sum instead of
    hiding in it. Safe to repeat; late answers and hands change it.
    """
    by = counts(edition_id)
    sums = {
        "eligible": Delivery.objects.filter(edition_id=edition_id).count(),
        "sent": by[Status.SENT],
        "failed": by[Status.FAILED],
        "skipped": by[Status.SKIPPED],
        "unknown": by[Status.UNKNOWN],
        "on_the_way": by[Status.PLANNED] + by[Status.CLAIMED] + by[Status.SENDING],
        "at": now,
    }
    stored, _is_new = EditionSum.objects.update_or_create(edition_id=edition_id, defaults=sums)
    return stored


def prove_recent(since: datetime, now: datetime) -> list[int]:
    """Prove every edition with a delivery due since `since`; the ids of those complete and right."""
    ids = Delivery.objects.filter(due_at__gte=since, edition__isnull=False).order_by()
    sums = [prove(pk, now) for pk in ids.values_list("edition_id", flat=True).distinct() if pk]
    return [s.edition_id for s in sums if s.is_proved]
