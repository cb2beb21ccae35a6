"""Letters about the subscription: who is owed one, and what it says."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format, time_format
from django.utils.translation import override

from newsletter.delivery.correcting import corrections_of
from newsletter.delivery.messages import Mail, Recipient, letter_content, reason_line, slots_of
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.links import Purpose, make, url
from newsletter.subscribers.models import ConsentEvent, Level, Subscriber
from newsletter.subscribers.schedule import local_date

# Who withdraws must be told so within 14 days (시행령 제62조의2).
GOODBYE_TERM = timedelta(days=14)
GOODBYE_LIMIT = 500


def owe(subscriber_id: int, kind: Kind | str, now: datetime) -> int | None:
    """Put down that a reader is owed a letter, in the caller's transaction; the delivery's id.

    None if one of that kind is on record for the reader's date, or the reader is gone. Ring
    `tasks.deliver` once the transaction is committed; without a ring the next tick finds it.
    """
    zone = Subscriber.objects.filter(pk=subscriber_id).values_list("zone", flat=True).first()
    if zone is None:
        return None
    delivery, is_new = Delivery.objects.get_or_create(
        subscriber_id=subscriber_id,
        local_date=local_date(now, zone),
        kind=Kind(kind),
        defaults={"due_at": now, "next_try_at": now, "created_at": now},
    )
    return delivery.pk if is_new else None


def owe_goodbyes(now: datetime) -> int:
    """Owe the letter that tells a withdrawal to readers who have none since they left; say how many.

    Pages owe it themselves; this finds who left by the desk, by a provider's event, or by mail. Who never
    confirmed has nothing to be told. A second farewell on one date is told on the next. Safe to repeat.
    """
    left = Subscriber.objects.filter(
        status=Subscriber.Status.UNSUBSCRIBED, left_at__gt=now - GOODBYE_TERM, confirmed_at__isnull=False
    )
    withdrawn = ConsentEvent.objects.filter(
        subscriber=OuterRef("pk"), kind=ConsentEvent.Kind.WITHDRAWN, at__gte=OuterRef("left_at")
    ).exclude(how=ConsentEvent.How.IMPORT)
    told = Delivery.objects.filter(
        subscriber=OuterRef("pk"), kind=Kind.GOODBYE, created_at__gte=OuterRef("left_at")
    )
    untold = left.filter(Exists(withdrawn), ~Exists(told)).order_by("left_at", "pk")
    ids = list(untold.values_list("pk", flat=True)[:GOODBYE_LIMIT])
    return sum(owe(pk, Kind.GOODBYE, now) is not None for pk in ids)


def compose(delivery: Delivery, subscriber: Subscriber, at: datetime) -> Mail:
    """The mail of a letter that is owed."""
    recipient = Recipient.of(delivery, subscriber)
    context = context_of(recipient, subscriber)
    if delivery.kind == Kind.CORRECTION:
        context["corrections"] = corrections_of(delivery, subscriber.language)
    content = letter_content(delivery.kind, subscriber.language, context)
    return Mail(content, recipient, at)


def context_of(recipient: Recipient, subscriber: Subscriber) -> dict[str, object]:
    """What the templates of letters may say; every link works for this reader only."""
    about = (recipient.subscriber_id, recipient.link_version)
    language = recipient.language
    links = {
        f"{purpose}_url": url(purpose, make(purpose, *about), language)
        for purpose in (Purpose.CONFIRM, Purpose.MOVE, Purpose.ERASE)
    }
    return {
        **slots_of(recipient),
        **links,
        # Undoing is offered on the page behind the unsubscribe link.
        "undo_url": slots_of(recipient)["unsubscribe_url"],
        "language": language,
        "site_url": settings.SITE_URL,
        "postal_address": settings.POSTAL_ADDRESS_EN if language == "en" else settings.POSTAL_ADDRESS_KO,
        "reason_line": reason_line(recipient),
        "address": recipient.email,
        **plan_words(subscriber),
    }


def plan_words(subscriber: Subscriber) -> dict[str, object]:
    """What the reader chose, in words: topics, the hour, and the first morning."""
    with override(subscriber.language):
        name = "topic__name_en" if subscriber.language == "en" else "topic__name_ko"
        chosen = subscriber.topic_preferences.filter(level__in=[Level.MORE, Level.NORMAL])
        first = subscriber.next_digest_at
        local = first.astimezone(ZoneInfo(subscriber.zone)) if first else None
        return {
            "topics": list(chosen.order_by("topic__position", "topic_id").values_list(name, flat=True)),
            "hour": subscriber.hour,
            "zone": subscriber.zone,
            "is_weekly": subscriber.is_weekly,
            "next_date": date_format(local, "n월 j일 l" if subscriber.language == "ko" else "l, j F")
            if local
            else "",
            "next_time": time_format(local, "H:i") if local else "",
        }
