"""Webhooks as they come over HTTP: genuine, repeated, forged, malformed."""

import base64
import json
from datetime import datetime

import pytest
from django.test import Client

from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
SECRET = "hook:secret"
HOOK = "/anymail/postmark/tracking/"


@pytest.fixture
def bounce(settings, ada: Subscriber, now: datetime) -> dict[str, object]:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    Subscriber.objects.filter(pk=ada.pk).update(address_hash=address_hash(ada.email))
    delivery = Delivery.objects.create(subscriber=ada, local_date=now.date(), due_at=now, status="unknown")
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": "ada@example.com",
        "BouncedAt": "2026-01-05T00:00:00Z",
        "Details": "smtp;550 5.1.1 The email account does not exist.",
        "Metadata": {"delivery": str(delivery.pk)},
        "Tag": "digest",
    }


def post(body: str, secret: str = SECRET) -> int:
    client = Client(raise_request_exception=False)
    key = "Basic " + base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": key} if secret else {}
    status: int = client.post(HOOK, body, content_type="application/json", headers=headers).status_code
    return status


def test_a_hard_bounce_suppresses_and_settles_and_counts_once(bounce: dict[str, object]) -> None:
    assert [post(json.dumps(bounce)) for _again in range(3)] == [200] * 3
    assert DeliveryEvent.objects.get().kind == "bounced"
    assert Delivery.objects.get().status == "sent"
    assert Subscriber.objects.get().status == "suppressed"


@pytest.mark.parametrize("secret", ["", "hook:wrong", "::::"])
def test_a_forged_event_does_nothing(bounce: dict[str, object], secret: str) -> None:
    assert post(json.dumps(bounce), secret) == 400
    assert not DeliveryEvent.objects.exists()
    assert Subscriber.objects.get().status == "active"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"x"', "null", '{"RecordType": 5}', '{"RecordType": "Bounce"}']
)
@pytest.mark.filterwarnings("ignore")
def test_a_malformed_one_moves_nothing(bounce: dict[str, object], body: str) -> None:
    post(body)
    assert Delivery.objects.get().status == "unknown"
    assert Subscriber.objects.get().status == "active"
