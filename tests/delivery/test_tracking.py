"""Events of providers: any order, any number of times, forged or not."""

import itertools
from datetime import datetime

import pytest
from anymail.signals import AnymailTrackingEvent
from django.utils import timezone

from newsletter.delivery import tracking
from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import Subscriber, Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(ada: Subscriber) -> Subscriber:
    ada.address_hash = address_hash(ada.email)
    ada.save()
    return ada


@pytest.fixture
def unknown(ada: Subscriber, now: datetime) -> Delivery:
    return Delivery.objects.create(subscriber=ada, local_date=now.date(), due_at=now, status="unknown")


def event(kind: str, number: int = 1, **fields: object) -> AnymailTrackingEvent:
    values = {"timestamp": timezone.now(), "event_id": f"e{number}", "recipient": "ada@example.com"}
    return AnymailTrackingEvent(event_type=kind, **{**values, **fields})


def tell(*events: AnymailTrackingEvent) -> None:
    for one in events:
        tracking.on_event(None, one, "Stub")


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        pytest.param(
            "bounced", {"reject_reason": "bounced", "mta_response": "550 5.1.1 no"}, "hard_bounce", id="hard"
        ),
        pytest.param("complained", {}, "complaint", id="complaint"),
        pytest.param("bounced", {"mta_response": "452 4.2.2 mailbox full"}, None, id="soft"),
        pytest.param("rejected", {"reject_reason": "spam"}, None, id="rejected"),
        pytest.param("opened", {}, None, id="something else"),
    ],
)
def test_only_hard_bounces_and_complaints_suppress(
    ada: Subscriber, kind: str, fields: dict[str, object], reason: str | None
) -> None:
    tell(event(kind, **fields))
    ada.refresh_from_db()
    assert (ada.status == "suppressed") == (reason is not None)
    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if reason else [])


def test_repeated_events_count_once(ada: Subscriber) -> None:
    soft = event("bounced", mta_response="4.2.2")
    tell(soft, soft, soft)
    ada.refresh_from_db()
    assert ada.soft_bounces == 1
    assert DeliveryEvent.objects.count() == 1


def test_events_without_an_id_are_told_apart_by_what_they_say(ada: Subscriber) -> None:
    at = timezone.now()
    one = event("bounced", event_id=None, timestamp=at, mta_response="4.2.2")
    tell(one, event("bounced", event_id=None, timestamp=at, mta_response="4.2.2"))
    assert DeliveryEvent.objects.count() == 1


def test_soft_bounces_in_a_row_suppress_and_a_delivery_ends_the_row(ada: Subscriber) -> None:
    tell(*(event("bounced", n, mta_response="4.2.2") for n in range(4)))
    tell(event("delivered", 50))
    tell(*(event("bounced", n, mta_response="4.2.2") for n in range(60, 64)))
    ada.refresh_from_db()
    assert (ada.status, ada.soft_bounces) == ("active", 4)
    tell(event("bounced", 99, mta_response="4.2.2"))
    ada.refresh_from_db()
    assert ada.status == "suppressed"


def test_events_in_any_order_leave_the_same_state(ada: Subscriber, unknown: Delivery) -> None:
    named = {"metadata": {"delivery": str(unknown.pk)}}
    events = [event("delivered", 1, **named), event("deferred", 2, **named), event("complained", 3, **named)]
    ends = set()
    for order in itertools.permutations(events):
        DeliveryEvent.objects.all().delete()
        Suppression.objects.all().delete()
        Subscriber.objects.update(status="active")
        Delivery.objects.update(status="unknown")
        tell(*order)
        ends.add((*Delivery.objects.values_list("status"), *Subscriber.objects.values_list("status")))
    assert ends == {(("sent",), ("suppressed",))}


def test_a_suppression_outlives_the_reader(ada: Subscriber) -> None:
    email = ada.email
    ada.delete()
    tell(event("complained"))
    assert Suppression.objects.filter(address_hash=address_hash(email)).exists()


@pytest.mark.parametrize(
    "metadata", [None, {}, {"delivery": "x"}, {"delivery": "9" * 30}, {"delivery": -1}, []]
)
def test_an_event_that_names_no_delivery_of_ours_is_kept(metadata: object) -> None:
    tell(event("delivered", metadata=metadata, recipient=None))
    assert DeliveryEvent.objects.get().delivery_id is None


@pytest.mark.parametrize("status", ["sent", "failed", "skipped", "planned"])
def test_an_event_never_moves_a_settled_delivery(unknown: Delivery, status: str) -> None:
    Delivery.objects.update(status=status)
    tell(event("delivered", metadata={"delivery": str(unknown.pk)}))
    assert Delivery.objects.get().status == status
