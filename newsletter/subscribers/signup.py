"""Joining: the one function behind the form, the embeddable form and the endpoint; and confirming."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from digests.stories.models import Topic
from newsletter.subscribers.addresses import address_hash, normalise
from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.leaving import UNDO_DAYS
from newsletter.subscribers.models import (
    EVERY_DAY,
    ConsentEvent,
    Level,
    Subscriber,
    Suppression,
    TopicPreference,
)
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.preferences import refresh_key

Status = Subscriber.Status


@dataclass(frozen=True)
class SignUp:
    """What a stranger asked for. No topics means all of them; `network` is a /24 or /64, never an address."""

    email: str
    language: str = "ko"
    topics: Sequence[str] = field(default=())
    hour: int = 7
    zone: str = "Asia/Seoul"
    weekdays: int = EVERY_DAY
    is_weekly: bool = False
    network: str = ""
    how: ConsentEvent.How = ConsentEvent.How.FORM


@transaction.atomic
def sign_up(request: SignUp, now: datetime) -> Outcome:
    """Take a request to join, and say which letter it deserves; the page shown is the same for all.

    1. A suppressed address gets nothing.
    2. An active or paused reader gets a letter with a link to the preferences.
    3. Everyone else gets a confirmation: a new address is stored as pending; one that is pending, or left
       longer than the undo lasts ago, takes the new choices; one that just left keeps its own, since
       a stranger may have typed it.

    Raises BadAddress.
    """
    email = normalise(request.email)
    hashed = address_hash(email)
    is_suppressed = Suppression.objects.filter(address_hash=hashed).exists()
    subscriber = Subscriber.objects.select_for_update().filter(email=email).first()
    if is_suppressed or (subscriber and subscriber.status == Status.SUPPRESSED):
        return Outcome(subscriber.pk if subscriber else None, None, "suppressed")
    if subscriber and subscriber.is_reading:
        return Outcome(subscriber.pk, "already", "active")
    reason = "new"
    if subscriber is None:
        # Two posts of one new address may race here: the loser takes the winner's row.
        subscriber, _is_new = Subscriber.objects.get_or_create(
            email=email, defaults={"address_hash": hashed, "created_at": now}
        )
    else:
        reason = "pending" if subscriber.status == Status.PENDING else "returning"
    if (
        reason != "returning"
        or not subscriber.left_at
        or subscriber.left_at < now - timedelta(days=UNDO_DAYS)
    ):
        take_choices(subscriber, request, now)
    record_consent(subscriber, ConsentEvent.Kind.REQUESTED, request.how, now, network=request.network)
    return Outcome(subscriber.pk, "confirm", reason)


def take_choices(subscriber: Subscriber, request: SignUp, now: datetime) -> None:
    """Store the choices of a request on a reader who has not confirmed them yet."""
    subscriber.created_at = now
    subscriber.language = request.language
    subscriber.hour = request.hour
    subscriber.zone = request.zone
    subscriber.weekdays = request.weekdays
    subscriber.is_weekly = request.is_weekly
    subscriber.save()
    subscriber.topic_preferences.all().delete()
    chosen = Topic.objects.filter(slug__in=request.topics, is_offered=True) if request.topics else []
    TopicPreference.objects.bulk_create(
        TopicPreference(subscriber=subscriber, topic=topic, level=Level.NORMAL) for topic in chosen
    )
    refresh_key(subscriber)


@transaction.atomic
def confirm(
    subscriber_id: int,
    now: datetime,
    how: ConsentEvent.How = ConsentEvent.How.PAGE,
    *,
    network: str = "",
    version: int | None = None,
) -> Outcome:
    """Make a reader active who pressed the button behind the mailed link; twice is "already".

    `version` is the link's; one older than the reader's is "unknown". A reader who was suppressed since is
    "suppressed" and stays so.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None or version not in (None, subscriber.link_version):
        return Outcome(None, None, "unknown")
    if subscriber.is_reading:
        return Outcome(subscriber.pk, None, "already")
    if subscriber.is_suppressed():
        return Outcome(subscriber.pk, None, "suppressed")
    subscriber.status = Status.ACTIVE
    subscriber.confirmed_at = now
    subscriber.left_at = None
    subscriber.paused_until = None
    subscriber.soft_bounces = 0
    subscriber.plan_next_morning(now)
    subscriber.save()
    record_consent(subscriber, ConsentEvent.Kind.CONFIRMED, how, now, network=network)
    return Outcome(subscriber.pk, "welcome", "confirmed")
