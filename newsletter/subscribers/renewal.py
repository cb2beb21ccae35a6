"""Consent is told again every two years (Korea, 정보통신망법 제50조 제8항), and each asking is evidence.

A reader who does not answer keeps reading: the law asks for the notice, with the way to leave in it
(시행령 제62조의3). Who presses the button has renewed.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from digests.journal.models import Tick
from newsletter.subscribers.consent import AGREEING, record_consent
from newsletter.subscribers.models import ConsentEvent, Subscriber, SubscriberQuerySet
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.signup import Post

# A month before two years are over, so that the letter has time to be read.
TERM = timedelta(days=730 - 30)
PAUSE = timedelta(hours=1)
LIMIT = 500


def due(now: datetime) -> SubscriberQuerySet:
    """Active readers who neither agreed nor were asked within the term, longest first."""
    recent = ConsentEvent.objects.filter(subscriber=OuterRef("pk"), kind__in=AGREEING, at__gt=now - TERM)
    readers = Subscriber.objects.filter(status=Subscriber.Status.ACTIVE, confirmed_at__lte=now - TERM)
    return readers.filter(~Exists(recent)).order_by("confirmed_at", "pk")


def ask_due(now: datetime, post: Post, limit: int = LIMIT) -> int:
    """Owe those due a letter and write the asking down; at most once an hour, say how many."""
    if Tick.objects.filter(name="renewal", at__gt=now - PAUSE).exists():
        return 0
    Tick.beat("renewal", now)
    asked = 0
    for subscriber in due(now)[:limit]:
        with transaction.atomic():
            post(subscriber.pk, "renewal")
            record_consent(subscriber, ConsentEvent.Kind.REQUESTED, ConsentEvent.How.MAIL, now)
            asked += 1
    return asked


def is_asked(subscriber: Subscriber) -> bool:
    """Whether the reader was asked and has not answered yet."""
    events = ConsentEvent.objects.filter(subscriber=subscriber, kind__in=AGREEING).order_by("-at", "-pk")
    last = events.first()
    asking = (ConsentEvent.Kind.REQUESTED, ConsentEvent.How.MAIL)
    return subscriber.is_reading and last is not None and (last.kind, last.how) == asking


@transaction.atomic
def renew(subscriber_id: int, now: datetime, network: str = "") -> Outcome:
    """Note that a reader who was asked agrees again; "already" for one who need not."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return Outcome(None, None, "unknown")
    if not is_asked(subscriber):
        return Outcome(subscriber.pk, None, "already")
    record_consent(subscriber, ConsentEvent.Kind.RENEWED, ConsentEvent.How.PAGE, now, network=network)
    return Outcome(subscriber.pk, None, "renewed")
