"""Deliveries to mails: the headers of every kind, the shared bytes, and the recipient's own links.

A mail is an `EmailMultiAlternatives` whose `message()` gives bytes put together from parts encoded
once per digest, so every Django backend and every ESP of anymail takes it, and the fast ones take
62 KB without building MIME again.
"""

import hmac
import logging
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from digests.editions.models import Digest
from digests.editions.rendering import fill, render_digest, render_letter
from newsletter.delivery.inbound import ways_to_leave
from newsletter.delivery.mime import SharedPart, alternative
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.links import Purpose, make, url
from newsletter.subscribers.models import Subscriber

logger = logging.getLogger(__name__)

DIGEST_KINDS = frozenset({Kind.DIGEST, Kind.WEEKLY, Kind.NOTE})
# About 200 KB a digest: what one worker keeps encoded.
KEPT_DIGESTS = 128
Segments = tuple[str, ...]


class PrebuiltBytes:
    """What `EmailMessage.message()` gives to backends: bytes that are ready."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:  # noqa: FBT001, FBT002
        """The mail with the line ends asked for, as `email.message.Message` would give it."""
        return self.raw if linesep == "\r\n" else self.raw.replace(b"\r\n", linesep.encode())

    def as_string(self, unixfrom: bool = False, linesep: str = "\n") -> str:  # noqa: FBT001, FBT002
        """The mail as text; it is ASCII."""
        return self.as_bytes(linesep=linesep).decode("ascii")

    def get_charset(self) -> None:
        """None: the parts name their own."""


class Mail(EmailMultiAlternatives):
    """One mail to one recipient; `delivery_id` is 0 for a trial."""

    def __init__(self, content: "Content", recipient: "Recipient", at: datetime) -> None:
        self.slots = slots_of(recipient)
        self.content = content
        self.recipient = recipient
        self.delivery_id = recipient.delivery_id
        own = headers_of(content, recipient, at, self.slots["unsubscribe_url"])
        super().__init__(
            subject=content.subject,
            from_email=content.sender,
            to=[recipient.email],
            headers=own,
        )
        # Read by anymail only: no tracking, and our own id back in every event.
        self.metadata = {"delivery": str(recipient.delivery_id)}
        self.tags = [recipient.kind]
        self.track_opens = self.track_clicks = False

    def write_out(self) -> "Mail":
        """Fill in body and alternative, for backends that do not ask for bytes."""
        if not self.alternatives:
            self.body = fill(self.content.text, self.slots, escape=False)
            self.attach_alternative(fill(self.content.html, self.slots, escape=True), "text/html")
        return self

    def message(self) -> PrebuiltBytes:  # type: ignore[override]
        """The whole mail as bytes."""
        return PrebuiltBytes(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The mail as it goes over the wire, CRLF line ends, no line over 998 bytes."""
        plain = {name: value.encode() for name, value in self.slots.items()}
        escaped = {name: escape(value).encode() for name, value in self.slots.items()}
        head = [*self.content.head, b"To: " + self.recipient.email.encode("ascii")]
        head += [f"{name}: {value}".encode("ascii") for name, value in self.extra_headers.items()]
        headers = b"\r\n".join(head) + b"\r\n"
        return alternative(headers, self.content.text_part.fill(plain), self.content.html_part.fill(escaped))


@dataclass(frozen=True, slots=True)
class Content:
    """What all recipients of a digest, or one of a letter, get; segments alternate with slot names."""

    subject: str
    sender: str
    text: Segments
    html: Segments
    head: tuple[bytes, ...]
    text_part: SharedPart
    html_part: SharedPart
    # Joins the Feedback-ID: edition and language, so that complaints are counted per campaign.
    campaign: str

    @classmethod
    def of(cls, subject: str, text: Segments, html: Segments, language: str, campaign: str) -> "Content":
        """Encode once what many mails share."""
        name = sender(language)
        head = (encoded_sender(name), encoded("Subject", subject))
        return cls(subject, name, text, html, head, SharedPart(text), SharedPart(html), campaign)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail, as read by the gate."""

    delivery_id: int
    kind: str
    subscriber_id: int
    email: str
    language: str
    link_version: int
    confirmed_at: datetime | None = None
    digest_id: int | None = None
    web_url: str = ""

    @classmethod
    def of(cls, delivery: Delivery, subscriber: Subscriber, edition_date: str | None = None) -> "Recipient":
        """Put together from the rows; `edition_date` is ISO and makes the public address of the issue."""
        return cls(
            delivery_id=delivery.pk or 0,
            kind=delivery.kind,
            subscriber_id=subscriber.pk or 0,
            email=subscriber.email,
            language=subscriber.language,
            link_version=subscriber.link_version,
            confirmed_at=subscriber.confirmed_at,
            digest_id=delivery.digest_id,
            web_url=public_url(subscriber.language, edition_date),
        )


Key = tuple[str, int]
_kept: OrderedDict[Key, Content] = OrderedDict()


def digest_content(key: str, version: int) -> Content:
    """The encoded digest of a key, kept per `version` of its edition (a correction makes a new one).

    Raises Digest.DoesNotExist.
    """
    found = _kept.get((key, version))
    if found is None:
        found = keep(Digest.objects.select_related("edition").get(key=key), version)
    return found


def warm(keys: Iterable[Key]) -> list[str]:
    """Render what many mails will share, read in one query; the keys of digests that cannot be rendered."""
    missing = {key: version for key, version in keys if (key, version) not in _kept}
    broken: list[str] = []
    for digest in Digest.objects.filter(key__in=missing).select_related("edition") if missing else ():
        try:
            keep(digest, missing[digest.key])
        except Exception:
            # Whoever was to get it is told so when their mail is composed, each on a row of its own.
            logger.exception("digest %s cannot be rendered", digest.pk)
            broken.append(digest.key)
    return broken


def keep(digest: Digest, version: int) -> Content:
    """Render and encode a digest, and keep it for the next mails."""
    mail = render_digest(digest)
    campaign = f"{digest.edition.date:%Y%m%d}{digest.language}"
    content = Content.of(mail.subject, tuple(mail.text), tuple(mail.html), digest.language, campaign)
    _kept[digest.key, version] = content
    while len(_kept) > KEPT_DIGESTS:
        _kept.popitem(last=False)
    return content


def letter_content(kind: str, language: str, context: dict[str, object]) -> Content:
    """The content of a letter, made for one recipient."""
    letter = render_letter(kind, language, context)
    return Content.of(letter.subject, (letter.text,), (letter.html,), language, f"letter{language}")


def slots_of(recipient: Recipient) -> dict[str, str]:
    """The recipient's own words and links, by slot name, as plain text."""
    about = (recipient.subscriber_id, recipient.link_version)
    language = recipient.language
    feedback = {"digest": recipient.digest_id} if recipient.digest_id else {}
    return {
        "preferences_url": url(Purpose.PREFERENCES, make(Purpose.PREFERENCES, *about), language),
        "unsubscribe_url": url(Purpose.UNSUBSCRIBE, make(Purpose.UNSUBSCRIBE, *about), language),
        "feedback_base_url": url(Purpose.FEEDBACK, make(Purpose.FEEDBACK, *about, **feedback), language),
        "web_url": recipient.web_url,
        "reason_line": reason_line(recipient),
    }


def reason_line(recipient: Recipient) -> str:
    """Why this person gets this mail, in one sentence."""
    with override(recipient.language):
        if recipient.confirmed_at is None:
            return _("This mail went to %(address)s because somebody entered it on our sign-up form.") % {
                "address": recipient.email
            }
        return _("You get this because %(address)s confirmed the subscription on %(date)s.") % {
            "address": recipient.email,
            "date": day_words(recipient.confirmed_at, recipient.language),
        }


@lru_cache(maxsize=4096)
def day_words(at: datetime, language: str) -> str:
    """A date as people write it."""
    with override(language):
        return date_format(at, "Y년 n월 j일" if language == "ko" else "j F Y")


def headers_of(content: Content, recipient: Recipient, at: datetime, unsubscribe_url: str) -> dict[str, str]:
    """The headers that every kind of mail carries, beside From, To and Subject.

    List-Unsubscribe stays on one ASCII line: encoded by RFC 2047 it would be no link (RFC 8058).
    """
    return {
        "Date": format_datetime(at),
        "Message-ID": message_id(recipient.delivery_id),
        "List-Unsubscribe": ways_to_leave(unsubscribe_url),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<digest.{settings.MAIL_DOMAIN}>",
        "Feedback-ID": f"{content.campaign}:{recipient.kind}:d{recipient.delivery_id}:aijogan",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }


def message_id(delivery_id: int) -> str:
    """The one Message-ID of a delivery, the same at every try: what an MTA's log is searched for."""
    return f"<{delivery_id}.{mark_of(delivery_id, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}>"


def mark_of(delivery_id: int, secret: str) -> str:
    """What nobody else can put behind a delivery's number."""
    return hmac.digest(secret.encode(), b"mail %d" % delivery_id, "sha256").hex()[:16]


def delivery_id_of(header: str) -> int | None:
    """The delivery a Message-ID of ours names, None for any other; former keys and domains count."""
    number, _dot, rest = header.strip().strip("<>").partition(".")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return None
    mark = rest.partition("@")[0].encode()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    is_ours = any(hmac.compare_digest(mark_of(int(number), key).encode(), mark) for key in keys)
    return int(number) if is_ours else None


def sender(language: str) -> str:
    """The From of a language: the paper's name and MAIL_FROM's address."""
    name = settings.SITE_NAME_EN if language == "en" else settings.SITE_NAME_KO
    address = settings.MAIL_FROM.rpartition("<")[2].strip("> ")
    return formataddr((name, address))


def public_url(language: str, edition_date: str | None) -> str:
    """The public page of an edition, or of the paper."""
    prefix = "/en/" if language == "en" else "/"
    return f"{settings.SITE_URL}{prefix}" + (f"{edition_date}/" if edition_date else "")


# Bytes in one encoded word, so that "Subject: " and it fit 76 characters (RFC 2047, 2).
WORD_BYTES = 39


def encoded(name: str, value: str) -> bytes:
    """A header line in ASCII, folded as RFC 2047 asks. Raises ValueError for a value of several lines.

    Ours, because the standard library's Header costs 250 µs, a quarter of a digest's rendering.
    """
    if "\n" in value or "\r" in value:
        raise ValueError(f"{name} has a line break")
    if value.isascii() and len(value) < 900:
        return f"{name}: {value}".encode("ascii")
    words, word = [], b""
    for character in value:
        piece = character.encode()
        if len(word) + len(piece) > WORD_BYTES:
            words.append(word)
            word = b""
        word += piece
    words.append(word)
    folded = b"\r\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in words)
    return name.encode("ascii") + b": " + folded


def encoded_sender(address: str) -> bytes:
    """The From line: its name may be encoded already, by formataddr."""
    return b"From: " + address.encode("ascii")
