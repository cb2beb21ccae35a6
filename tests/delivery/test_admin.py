"""The ledger in the admin, and a test sent to oneself."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from digests.editions.models import Edition
from digests.journal.models import Act
from newsletter.delivery import mailbox
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.sending import send_owed
from newsletter.subscribers.models import Subscriber
from tests.delivery.conftest import make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings) -> Client:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    user = User.objects.create_superuser("cho", "cho@desk.example", "x")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(desk: Client, action: str, *rows: Delivery) -> None:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    assert desk.post(reverse("admin:delivery_delivery_changelist"), data).status_code == 302


@pytest.fixture
def unknown(ada: Subscriber, now: datetime) -> Delivery:
    return Delivery.objects.create(
        subscriber=ada, local_date=now.date(), due_at=now, status="unknown", reason="lost_answer"
    )


def test_the_lists_show_and_search_without_an_address(desk: Client, unknown: Delivery) -> None:
    for query in ("", f"?q={unknown.pk}", "?q=ada@example.com", "?status__exact=unknown"):
        page = desk.get(reverse("admin:delivery_delivery_changelist") + query)
        assert page.status_code == 200
        assert "a•••••@example.com" in page.content.decode()
        assert "ada@example.com" not in page.content.decode().replace('value="ada@example.com"', "")
    assert desk.get(reverse("admin:delivery_delivery_change", args=[unknown.pk])).status_code == 200
    for name in ("deliveryevent", "editionsum"):
        assert desk.get(reverse(f"admin:delivery_{name}_changelist")).status_code == 200


@pytest.mark.parametrize(("action", "status"), [("settle_as_sent", "sent"), ("send_again", "planned")])
def test_an_unknown_delivery_is_settled_by_hand_and_written_down(
    desk: Client, unknown: Delivery, action: str, status: str
) -> None:
    act(desk, action, unknown)
    unknown.refresh_from_db()
    assert (unknown.status, unknown.reason) == (status, "by_hand")
    assert Act.objects.get().verb == "settle"


@pytest.mark.parametrize("action", ["settle_as_sent", "send_again", "try_again"])
def test_what_is_settled_is_left_alone(desk: Client, unknown: Delivery, action: str) -> None:
    Delivery.objects.update(status="sent")
    act(desk, action, unknown)
    unknown.refresh_from_db()
    assert unknown.status == "sent"
    assert not Act.objects.exists()


def test_a_failed_delivery_is_tried_again_alone(desk: Client, edition: Edition, now: datetime) -> None:
    make_readers(2, now)
    plan(now)
    failed, sent = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=failed.pk).update(status="failed", tries=4)
    Delivery.objects.filter(pk=sent.pk).update(status="sent")
    act(desk, "try_again", failed, sent)
    Delivery.objects.filter(pk=failed.pk).update(next_try_at=now)
    assert send_owed("one", lambda: now).sent == 1
    assert len(mailbox.read_mailbox()) == 1


def test_nobody_edits_the_ledger(desk: Client, unknown: Delivery) -> None:
    assert desk.post(reverse("admin:delivery_delivery_change", args=[unknown.pk]), {}).status_code == 403
    assert desk.get(reverse("admin:delivery_delivery_add")).status_code == 403
    assert desk.post(reverse("admin:delivery_delivery_delete", args=[unknown.pk])).status_code == 403


@pytest.mark.parametrize("status", [Edition.Status.FROZEN, Edition.Status.REVIEW])
def test_a_test_goes_to_oneself_only(desk: Client, edition: Edition, status: str) -> None:
    Edition.objects.update(status=status)
    address = reverse("admin:editions_edition_trial", args=[edition.pk])
    assert desk.get(address).status_code == 200
    assert not mailbox.read_mailbox()
    if status == Edition.Status.FROZEN:
        assert desk.post(address, {"language": "en", "to": "other@example.com"}).status_code == 302
        [mail] = mailbox.read_mailbox()
        assert mail.to == "cho@desk.example"
        assert "Nurilab" in mail.text
    assert not Delivery.objects.exists()
