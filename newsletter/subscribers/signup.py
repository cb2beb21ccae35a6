"""Joining: the one function behind the form, the embeddable form and the endpoint; and confirming."""

import secrets
from collections.abc import Callable, Sequence
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

# Owes a letter to a reader by its kind; whether a new row was written for it.
Post = Callable[[int, str], bool]


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


def no_post(subscriber_id: int, kind: str) -> bool:
    """Owe nothing: the caller does."""
    return True


@transaction.atomic
def sign_up(request: SignUp, now: datetime, post: Post = no_post) -> Outcome:
    """Take a request to join, and say which letter it deserves; the page shown is the same for all.

    1. A suppressed address gets nothing.
    2. An active or paused reader gets a letter with a link to the preferences.
    3. Everyone else gets a confirmation: a new address is stored as pending; one that is pending, or left
       longer than the undo lasts ago, takes the new choices; one that just left keeps its own, since
       a stranger may have typed it.
    4. The letter is owed through `post`, in the same transaction.
    5. Whatever of this an address did not need is done for a decoy and rolled back, so that the time
       taken says nothing about the address.

    Raises BadAddress.
    """
    email = normalise(request.email)
    hashed = address_hash(email)
    is_suppressed = Suppression.objects.filter(address_hash=hashed).exists()
    subscriber = Subscriber.objects.select_for_update().filter(email=email).first()
    reason = reason_for(subscriber, is_suppressed=is_suppressed)
    steps: set[str] = set()
    if reason == "new":
        # Two posts of one new address may race here: the loser takes the winner's row.
        subscriber, _is_new = Subscriber.objects.get_or_create(
            email=email, defaults={"address_hash": hashed, "created_at": now}
        )
        steps.add("create")
    letter = LETTERS[reason]
    if letter is None or subscriber is None:
        rehearse(request, now, post, steps)
        return Outcome(subscriber.pk if subscriber else None, None, reason)
    if reason != "active":
        if reason != "returning" or not left_lately(subscriber, now):
            take_choices(subscriber, request, now)
            steps.add("choices")
        record_consent(subscriber, ConsentEvent.Kind.REQUESTED, request.how, now, network=request.network)
        steps.add("consent")
    if post(subscriber.pk, letter):
        steps.add("letter")
    rehearse(request, now, post, steps)
    return Outcome(subscriber.pk, letter, reason)


LETTERS = {
    "suppressed": None,
    "active": "already",
    "new": "confirm",
    "pending": "confirm",
    "returning": "confirm",
}


def reason_for(subscriber: Subscriber | None, *, is_suppressed: bool) -> str:
    """What an address is to us when somebody signs it up."""
    if is_suppressed or (subscriber is not None and subscriber.status == Status.SUPPRESSED):
        return "suppressed"
    if subscriber is None:
        return "new"
    if subscriber.is_reading:
        return "active"
    return "pending" if subscriber.status == Status.PENDING else "returning"


def left_lately(subscriber: Subscriber, now: datetime) -> bool:
    """Whether the reader may still take the leaving back."""
    return subscriber.left_at is not None and subscriber.left_at > now - timedelta(days=UNDO_DAYS)


def take_choices(subscriber: Subscriber, request: SignUp, now: datetime) -> None:
    """Store the choices of a request on a reader who has not confirmed them yet."""
    subscriber.created_at = now
    subscriber.language = request.language
    # Korean readers of this field read English too; few English readers read Korean. Both can say otherwise.
    subscriber.reads_ko = request.language == Subscriber.MailLanguage.KO
    subscriber.reads_en = True
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


def rehearse(request: SignUp, now: datetime, post: Post, done: set[str]) -> None:
    """Do for a decoy the steps that were not done for the address, and undo them.

    A decoy always has a row of its own, so that the steps after it have something to stand on.
    """
    with transaction.atomic():
        decoy = Subscriber(email=f"{secrets.token_hex(12)}@decoy.invalid", address_hash=secrets.token_hex(32))
        if done != {"create", "choices", "consent", "letter"}:
            decoy.save()
        if "choices" not in done:
            take_choices(decoy, request, now)
        if "consent" not in done:
            record_consent(decoy, ConsentEvent.Kind.REQUESTED, request.how, now, network=request.network)
        if "letter" not in done:
            post(decoy.pk, "confirm")
        transaction.set_rollback(True)


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
