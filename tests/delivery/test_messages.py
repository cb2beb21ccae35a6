"""What every mail carries, and that it reads back."""

import email
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest

from digests.editions.models import Digest
from digests.editions.rendering import fill, render_digest
from newsletter.delivery import letters, messages
from newsletter.delivery.messages import Mail, Recipient, delivery_id_of, message_id
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.links import Purpose, read
from newsletter.subscribers.models import Subscriber

pytestmark = pytest.mark.django_db


def parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.to_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


@pytest.fixture
def mail(digest: Digest, ada: Subscriber, now: datetime) -> Mail:
    delivery = Delivery.objects.create(
        subscriber=ada, local_date=now.date(), due_at=now, digest=digest, edition=digest.edition
    )
    recipient = Recipient.of(delivery, ada, "2026-01-05")
    return Mail(messages.digest_content(digest.key, 0), recipient, now)


def test_the_bytes_say_what_the_template_renders_in_full(mail: Mail, digest: Digest) -> None:
    message, whole = parsed(mail), render_digest(digest)
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().replace("\r\n", "\n") == fill(whole.html, mail.slots, escape=True)
    assert text.get_content().replace("\r\n", "\n") == fill(whole.text, mail.slots, escape=False)
    assert message["Subject"] == whole.subject


def test_the_headers_are_those_of_a_good_sender(mail: Mail, ada: Subscriber) -> None:
    message = parsed(mail)
    unsubscribe = message["List-Unsubscribe"]
    assert unsubscribe.startswith("<http")
    assert (
        read(Purpose.UNSUBSCRIBE, unsubscribe.strip("<>").rstrip("/").rpartition("/")[2]).subscriber_id
        == ada.pk
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"] == "ada@example.com"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"].isascii()
    assert message["Feedback-ID"].endswith(":aijogan")
    assert message["Message-ID"] == message_id(mail.delivery_id)
    assert b"=?" not in b"".join(
        line for line in mail.to_bytes().split(b"\r\n") if line.startswith(b"List-Unsubscribe")
    )


def test_no_line_is_longer_than_smtp_allows(mail: Mail) -> None:
    raw = mail.to_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_djangos_own_build_says_the_same(mail: Mail) -> None:
    again = super(Mail, mail.write_out()).message()
    assert str(make_header(decode_header(again["Subject"]))) == parsed(mail)["Subject"]
    assert again["List-Unsubscribe"] == parsed(mail)["List-Unsubscribe"]


def test_a_message_id_names_its_delivery_and_no_other() -> None:
    assert delivery_id_of(message_id(42)) == 42
    assert delivery_id_of(message_id(42).replace("42.", "43.")) is None
    for foreign in ("", "<>", "<42@jogan.example>", "<x.y@z>", "<" + "9" * 40 + ".a@b>", "<٤٢.a@b>"):
        assert delivery_id_of(foreign) is None


@pytest.mark.parametrize(
    "subject", ["AI morning", "가" * 200, "모델 410B 공개 — 외 3건 🎉", "é" * 44 + "가", "x" * 1200]
)
def test_a_subject_of_any_length_reads_back(subject: str) -> None:
    line = messages.encoded("Subject", subject)
    assert line.isascii()
    assert all(len(part) <= 76 or subject.isascii() for part in line.split(b"\r\n"))
    assert max(len(part) for part in line.split(b"\r\n")) <= 998
    read_back = email.message_from_bytes(line + b"\r\n\r\n", policy=default)["Subject"]
    assert read_back == subject


def test_a_subject_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        messages.encoded("Subject", "hello\r\nBcc: everyone@example.com")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "kind", [k.value for k in Kind if k not in messages.DIGEST_KINDS | {Kind.CORRECTION}]
)
def test_every_letter_is_a_whole_mail(ada: Subscriber, now: datetime, kind: str, language: str) -> None:
    ada.language = language
    ada.save()
    delivery_id = letters.owe(ada.pk, kind, now)
    message = parsed(letters.compose(Delivery.objects.get(pk=delivery_id), ada, now))
    text = message.get_body(("plain",))
    assert text is not None
    assert message["Subject"]
    assert len(text.get_content()) > 60
    assert "{{" not in text.get_content()
    assert message["List-Unsubscribe"]


def test_a_letter_is_owed_once_a_date(ada: Subscriber, now: datetime) -> None:
    assert letters.owe(ada.pk, Kind.CONFIRM, now) is not None
    assert letters.owe(ada.pk, "confirm", now) is None
    assert letters.owe(ada.pk, Kind.LINK, now) is not None
    assert letters.owe(0, Kind.LINK, now) is None


def test_a_confirmation_links_to_the_confirming_page(bob: Subscriber, now: datetime) -> None:
    delivery = Delivery.objects.get(pk=letters.owe(bob.pk, Kind.CONFIRM, now))
    text = parsed(letters.compose(delivery, bob, now)).get_body(("plain",))
    assert text is not None
    token = text.get_content().partition("/confirm/")[2].partition("/")[0]
    assert read(Purpose.CONFIRM, token).subscriber_id == bob.pk
