"""Leaving by a mail to one's own unsubscribe address."""

import mailbox
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter.delivery import letters, tasks
from newsletter.delivery.inbound import leaver, read_inbound
from newsletter.delivery.models import Delivery
from newsletter.subscribers.leaving import erase
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import ConsentEvent, Subscriber


def token(reader: Subscriber) -> str:
    return make(Purpose.UNSUBSCRIBE, reader.pk, reader.link_version)


@pytest.fixture
def box(tmp_path: Path, settings) -> mailbox.Maildir:
    settings.INBOUND_MAILDIR = str(tmp_path / "inbound")
    return mailbox.Maildir(tmp_path / "inbound", create=True)


@pytest.fixture
def folder(box: mailbox.Maildir, settings) -> Path:
    return Path(settings.INBOUND_MAILDIR)


@pytest.mark.django_db
def test_the_address_in_a_mail_is_the_one_that_is_read(
    ada: Subscriber, box: mailbox.Maildir, folder: Path, now: datetime, settings
) -> None:
    delivery = Delivery.objects.get(pk=letters.owe(ada.pk, "welcome", now))
    header = letters.compose(delivery, ada, now).extra_headers["List-Unsubscribe"]
    found = re.fullmatch(r"<http[^<>]+>, <mailto:([^<>@]+@[^<>?]+)\?subject=([^<>]+)>", header)
    assert found is not None
    address, subject = found.groups()
    assert address.endswith(f"@{settings.MAIL_DOMAIN}")
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    box.add(f"From: x@y.example\r\nTo: <{address}>\r\nSubject: {subject}\r\n\r\n".encode())
    assert read_inbound(folder, now) == 1
    assert Subscriber.objects.get().status == "unsubscribed"
    assert ConsentEvent.objects.get().how == "mail"
    assert len(box) == 0
    assert read_inbound(folder, now) == 0


@pytest.mark.django_db
def test_without_a_maildir_no_address_is_offered(ada: Subscriber, now: datetime, settings) -> None:
    settings.INBOUND_MAILDIR = ""
    delivery = Delivery.objects.get(pk=letters.owe(ada.pk, "welcome", now))
    assert "mailto:" not in letters.compose(delivery, ada, now).extra_headers["List-Unsubscribe"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "head",
    [
        "Delivered-To: unsubscribe+{token}@jogan.example\nTo: list@jogan.example",
        "To: a@b.example, Reader <unsubscribe+{token}@jogan.example>",
        "To: unsubscribe+{small}@jogan.example\nSubject: {token}",
        "Subject: Re: {token}",
        "To:\n unsubscribe+{token}@jogan.example",
    ],
)
def test_the_token_is_found_wherever_servers_leave_it(ada: Subscriber, head: str) -> None:
    said = head.format(token=token(ada), small=token(ada).lower())
    found = leaver(said.encode() + b"\n\nbody")
    assert found is not None
    assert found.subscriber_id == ada.pk


@pytest.mark.django_db
def test_what_is_not_ours_lets_nobody_go_and_stays(
    ada: Subscriber, box: mailbox.Maildir, folder: Path, now: datetime
) -> None:
    good = token(ada)
    for wrong in (
        make(Purpose.PREFERENCES, ada.pk, ada.link_version),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:-2],
        "x" * 40,
    ):
        box.add(f"To: unsubscribe+{wrong}@jogan.example\nSubject: {wrong}\n\n{good}".encode())
    box.add(b"Subject: a holiday reply\n\nI am away.")
    assert read_inbound(folder, now) == 0
    assert Subscriber.objects.get().status == "active"
    assert [message.get_flags() for message in box] == ["S"] * 5
    assert read_inbound(folder, now) == 0


@pytest.mark.django_db
def test_twice_and_after_erasure_is_harmless(
    ada: Subscriber, box: mailbox.Maildir, folder: Path, now: datetime
) -> None:
    mail = f"To: unsubscribe+{token(ada)}@jogan.example\n\n".encode()
    box.add(mail)
    box.add(mail)
    assert read_inbound(folder, now) == 1
    erase(ada.pk, now)
    box.add(mail)
    assert read_inbound(folder, now) == 0
    assert len(box) == 0


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_mail_is_too_broken_to_read(junk: bytes) -> None:
    assert leaver(junk) is None
    assert leaver(b"To: unsubscribe+" + junk + b"@jogan.example\nSubject: " + junk) is None


@pytest.mark.django_db
def test_the_tick_reads_and_tells_who_left(
    ada: Subscriber, box: mailbox.Maildir, now: datetime, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    monkeypatch.setattr(tasks.deliver, "delay", lambda: None)
    box.add(f"To: unsubscribe+{token(ada)}@jogan.example\n\n".encode())
    tasks.tick()
    assert Delivery.objects.get().kind == "goodbye"
    settings.INBOUND_MAILDIR = "/nowhere"
    tasks.read_mails(now)


@pytest.mark.django_db
def test_the_command_says_how_many_left(box: mailbox.Maildir, ada: Subscriber, settings, capsys) -> None:
    box.add(f"To: unsubscribe+{token(ada)}@jogan.example\n\n".encode())
    call_command("read_inbound")
    assert capsys.readouterr().out == "1 left\n"
    with pytest.raises(CommandError, match="No such file"):
        call_command("read_inbound", "/nowhere")
    settings.INBOUND_MAILDIR = ""
    with pytest.raises(CommandError, match="INBOUND_MAILDIR"):
        call_command("read_inbound")
