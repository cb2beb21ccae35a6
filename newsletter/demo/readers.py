"""The three sample readers, who sign up like anyone, and whose morning has just come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from newsletter.delivery.models import Delivery
from newsletter.delivery.models import Kind as DeliveryKind
from newsletter.subscribers.models import ConsentEvent, Subscriber
from newsletter.subscribers.schedule import local_date, morning
from newsletter.subscribers.signup import SignUp, confirm, sign_up

DIGEST_KINDS = (DeliveryKind.DIGEST, DeliveryKind.NOTE)
# Zones that are half or three quarters of an hour off: just after a cut-off at 06:30, a full hour has
# begun since then nowhere else.
ODD_ZONES = ("Asia/Kolkata", "Asia/Kathmandu")


@dataclass(frozen=True)
class SampleReader:
    """Someone who signs up in the demo. No topics means all of them."""

    email: str
    language: str
    zone: str
    topics: tuple[str, ...] = ()


READERS = (
    SampleReader("jiwoo@example.com", "ko", "Asia/Seoul"),
    SampleReader("doyun@example.org", "ko", "Asia/Seoul", ("chips", "policy")),
    SampleReader("nora@example.net", "en", "Europe/London", ("agents", "llm")),
)


@dataclass(frozen=True)
class Morning:
    """An hour in a zone, and the instant at which it has come."""

    zone: str
    hour: int
    due: datetime


@dataclass(frozen=True)
class Seat:
    """A reader's id, and what keeps a digest from being sent today: "", "already" or "left"."""

    subscriber_id: int
    reader: SampleReader
    reason: str = ""


def morning_that_came(now: datetime, cutoff: datetime, zones: Sequence[str]) -> Morning:
    """The first of `zones` whose present hour began after `cutoff`, with that hour; else the first zone's.

    A reader of that hour is due now and gets the edition frozen at `cutoff`. Pure.
    """
    mornings = [present_hour(now, zone) for zone in zones]
    return next((m for m in mornings if cutoff <= m.due <= now), mornings[0])


def present_hour(now: datetime, zone: str) -> Morning:
    """The hour that a clock in `zone` shows at `now`."""
    local = now.astimezone(ZoneInfo(zone))
    return Morning(zone, local.hour, morning(local.date(), local.hour, zone))


def seat_readers(now: datetime, cutoff: datetime) -> list[Seat]:
    """Sign up and confirm the sample readers who are new, and make those due who got no digest today."""
    return [seat(reader, now, cutoff) for reader in READERS]


def seat(reader: SampleReader, now: datetime, cutoff: datetime) -> Seat:
    """Sign up and confirm one reader a minute before the morning that has come, or wake one who is there."""
    came = morning_that_came(now, cutoff, (reader.zone, *ODD_ZONES))
    before = came.due - timedelta(minutes=1)
    subscriber = Subscriber.objects.filter(email=reader.email).first()
    if subscriber is None:
        request = SignUp(
            reader.email, reader.language, reader.topics, came.hour, came.zone, network="127.0.0.0/24"
        )
        outcome = sign_up(request, before)
        assert outcome.subscriber_id is not None  # noqa: S101 - a new address is always stored
        confirm(outcome.subscriber_id, before, ConsentEvent.How.PAGE)
        return Seat(outcome.subscriber_id, reader)
    if subscriber.status != Subscriber.Status.ACTIVE:
        return Seat(subscriber.pk, reader, "left")
    today = local_date(came.due, came.zone)
    got = Delivery.objects.filter(subscriber=subscriber, kind__in=DIGEST_KINDS)
    if got.filter(Q(local_date=today) | Q(edition__cutoff_at=cutoff)).exists():
        return Seat(subscriber.pk, reader, "already")
    subscriber.hour, subscriber.zone = came.hour, came.zone
    subscriber.plan_next_morning(before)
    subscriber.save(update_fields=["hour", "zone", "next_digest_at"])
    return Seat(subscriber.pk, reader)
