"""Corrections by mail: who received the story, and what the letter to them says."""

from collections.abc import Iterable
from datetime import datetime

from digests.editions.models import Correction, Digest, Item
from digests.editions.rendering_blocks import headline, story_url
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.schedule import local_date

Status = Delivery.Status
BATCH = 1000


def digests_with(item: Item) -> list[int]:
    """The digests that show the story of `item`, of its own edition and weekly ones of later editions."""
    held = Digest.objects.filter(edition__date__gte=item.edition.date, edition__zone=item.edition.zone)
    found = held.values_list("pk", "choices").iterator(BATCH)
    return [pk for pk, choices in found if any(choice["item"] == item.pk for choice in choices)]


def received(item: Item) -> int:
    """How many readers the story reached by mail, or may have."""
    rows = Delivery.objects.filter(digest__in=digests_with(item), status__in=[Status.SENT, Status.UNKNOWN])
    return rows.exclude(kind=Kind.CORRECTION).values("subscriber_id").distinct().count()


def owe_corrections(correction_id: int, now: datetime) -> int:
    """Put down that everyone who received the corrected story is owed a correction; how many are new.

    One a reader and local date: a second correction of that date joins a letter that has not left yet,
    and stands on the web alone for those whose letter has. Call it in the correction's transaction,
    with the instant of the correction. Whoever left since is turned away at the gate.
    """
    item = Item.objects.select_related("edition").get(corrections=correction_id)
    rows = Delivery.objects.filter(
        digest__in=digests_with(item), status__in=[Status.SENT, Status.UNKNOWN], subscriber__isnull=False
    ).exclude(kind=Kind.CORRECTION)
    digest_of = dict(rows.order_by("pk").values_list("subscriber_id", "digest_id"))
    zones = Subscriber.objects.filter(pk__in=digest_of).values_list("pk", "zone")
    have = Delivery.objects.filter(kind=Kind.CORRECTION)
    before = have.count()
    batch: list[Delivery] = []
    for pk, zone in zones.iterator(BATCH):
        batch.append(
            Delivery(
                subscriber_id=pk,
                kind=Kind.CORRECTION,
                local_date=local_date(now, zone),
                edition_id=item.edition_id,
                digest_id=digest_of[pk],
                due_at=now,
                created_at=now,
                next_try_at=now,
            )
        )
        if len(batch) == BATCH:
            insert(batch)
            batch = []
    insert(batch)
    return have.count() - before


def insert(rows: Iterable[Delivery]) -> None:
    """Store those that no correction of that reader and date stands in the way of."""
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def corrections_of(delivery: Delivery, language: str) -> list[dict[str, str]]:
    """What the letter of a correction says: the corrections of its digest's stories since it was owed."""
    choices = delivery.digest.choices if delivery.digest else []
    rows = Correction.objects.filter(
        item__in=[choice["item"] for choice in choices], at__gte=delivery.due_at
    ).select_related("item")
    return [
        {
            "headline": headline(row.item.content, language),
            "note": row.note_en if language == "en" and row.note_en else row.note_ko,
            "url": story_url(row.item.content, language),
        }
        for row in rows.order_by("at")
    ]
