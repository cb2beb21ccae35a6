"""Bounces that come as mail."""

import mailbox
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.delivery.bounces import read_notification, take_maildir
from newsletter.delivery.messages import message_id
from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.subscribers.models import Subscriber

DSN = """From: MAILER-DAEMON@relay.example
To: hello@jogan.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ada@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 <ada@example.com>: no such user

--b
Content-Type: {returned}

Message-ID: {message_id}
Subject: x

--b--
"""


def dsn(
    number: int, action: str = "failed", status: str = "5.1.1", returned: str = "message/rfc822"
) -> bytes:
    said = DSN.format(action=action, status=status, returned=returned, message_id=message_id(number))
    return said.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_notification_names_its_delivery_and_hides_the_address(returned: str) -> None:
    found = read_notification(dsn(42, returned=returned))
    assert found is not None
    assert (found.delivery_id, found.kind, found.is_hard) == (42, "bounced", True)
    assert "@" not in found.detail


@pytest.mark.parametrize(
    ("action", "status", "kind", "is_hard"),
    [
        ("failed", "5.2.2", "bounced", False),
        ("failed", "4.4.7", "bounced", False),
        ("delayed", "4.2.0", "deferred", False),
    ],
)
def test_what_may_pass_is_not_hard(action: str, status: str, kind: str, is_hard: bool) -> None:
    found = read_notification(dsn(42, action, status))
    assert found is not None
    assert (found.kind, found.is_hard) == (kind, is_hard)


def test_a_forged_message_id_names_nobody() -> None:
    assert read_notification(dsn(42).replace(b"<42.", b"<43.")) is None


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 700))
def test_no_mail_is_too_broken_to_read(junk: bytes, cut: int) -> None:
    read_notification(junk)
    read_notification(dsn(42)[:cut] + junk)


@pytest.mark.django_db
def test_a_maildir_is_taken_once(tmp_path: Path, ada: Subscriber, now: datetime, capsys) -> None:
    box = mailbox.Maildir(tmp_path / "bounces", create=True)
    delivery = Delivery.objects.create(subscriber=ada, local_date=now.date(), due_at=now, status="unknown")
    box.add(dsn(delivery.pk))
    box.add(dsn(delivery.pk))
    box.add(b"Subject: a holiday reply\r\n\r\nI am away.")
    assert take_maildir(tmp_path / "bounces", now) == 1
    assert take_maildir(tmp_path / "bounces", now) == 0
    assert Subscriber.objects.get().status == "suppressed"
    assert Delivery.objects.get().status == "sent"
    assert DeliveryEvent.objects.count() == 1
    call_command("take_bounces", tmp_path / "bounces")
    with pytest.raises(CommandError, match="no maildir"):
        call_command("take_bounces", tmp_path)
