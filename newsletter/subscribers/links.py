"""Signed links: who may do what without a password.

A token is `<purpose><key id>.<subscriber>.<version>.<issued>[.<claims>].<signature>`, numbers in base 36.
The signature is HMAC-SHA256 cut to 160 bits (RFC 2104, 5), under a key derived per purpose, and is
compared as text in constant time: no second spelling of a token is valid. The key id says which of
SECRET_KEY and SECRET_KEY_FALLBACKS signed, so rotated keys are honoured and a guess costs one HMAC.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

SIGNATURE_BYTES = 20
MAX_TOKEN = 500
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Purpose(StrEnum):
    """What a link is for; its letter stands first in the token and its path in the address."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    ISSUE = "issue"
    FEEDBACK = "feedback"
    MOVE = "move"
    ERASE = "erase"

    @property
    def letter(self) -> str:
        """The one letter that names it inside a token."""
        return LETTERS[self]

    @property
    def lifetime(self) -> timedelta | None:
        """How long its links work, None for ever."""
        return LIFETIMES[self]


LETTERS = {
    Purpose.CONFIRM: "c",
    Purpose.PREFERENCES: "p",
    Purpose.UNSUBSCRIBE: "u",
    Purpose.ISSUE: "i",
    Purpose.FEEDBACK: "f",
    Purpose.MOVE: "m",
    Purpose.ERASE: "e",
}
LIFETIMES: dict[Purpose, timedelta | None] = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.PREFERENCES: timedelta(days=180),
    Purpose.UNSUBSCRIBE: None,  # CAN-SPAM: an unsubscribe link never expires
    Purpose.ISSUE: None,
    Purpose.FEEDBACK: timedelta(days=60),
    Purpose.MOVE: timedelta(days=3),
    Purpose.ERASE: timedelta(days=1),
}
PATHS = {
    Purpose.CONFIRM: "confirm",
    Purpose.PREFERENCES: "p",
    Purpose.UNSUBSCRIBE: "u",
    Purpose.ISSUE: "i",
    Purpose.FEEDBACK: "f",
    Purpose.MOVE: "move",
    Purpose.ERASE: "erase",
}


class BadLink(Exception):  # noqa: N818 - the glossary's word
    """A token that we did not sign for this purpose."""


@dataclass(frozen=True)
class Claims:
    """What a good token says: whose it is, at which link version, and what else was signed."""

    subscriber_id: int
    version: int
    issued_at: datetime | None
    extra: Mapping[str, str | int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str | int:
        return self.extra[name]


class ExpiredLink(BadLink):
    """A token we did sign, too long ago; `claims` says for whom, so that a way on can be offered."""

    def __init__(self, claims: Claims) -> None:
        super().__init__("expired")
        self.claims = claims


def make(purpose: Purpose, subscriber_id: int, version: int, **claims: str | int) -> str:
    """A token by which the reader may do `purpose`; links that never expire are the same each time."""
    issued = 0 if purpose.lifetime is None else int(timezone.now().timestamp()) // 60
    numbers = [to_base36(subscriber_id), to_base36(version), to_base36(issued)]
    secret = settings.SECRET_KEY
    parts = [purpose.letter + key_id(secret), *numbers]
    if claims:
        parts.append(encode(json.dumps(claims, separators=(",", ":"), sort_keys=True).encode()))
    payload = ".".join(parts)
    return f"{payload}.{sign(payload, purpose, secret)}"


def read(purpose: Purpose, token: str, now: datetime | None = None) -> Claims:
    """What `token` claims, if we signed it for `purpose` and it has not expired.

    Raises BadLink for everything else, ExpiredLink (a BadLink) for good tokens past their lifetime.
    Whether the version is still the reader's is the caller's to check (`Subscriber.link_version`);
    unsubscribe links work whatever the version.
    """
    if not token.isascii() or len(token) > MAX_TOKEN:
        raise BadLink("not a link of ours")
    payload, dot, signature = token.rpartition(".")
    secret = signing_key(payload[1:].partition(".")[0])
    if not dot or secret is None or payload[:1] != purpose.letter:
        raise BadLink("not a link of ours")
    if not constant_time_compare(signature, sign(payload, purpose, secret)):
        raise BadLink("wrong signature")
    claims = parse(payload)
    lifetime, issued_at = purpose.lifetime, claims.issued_at
    if lifetime and issued_at and (now or timezone.now()) > issued_at + lifetime:
        raise ExpiredLink(claims)
    return claims


def url(purpose: Purpose, token: str, language: str = "ko") -> str:
    """The absolute address behind which `token` works, in the reader's language."""
    prefix = "/en" if language == "en" else ""
    return f"{settings.SITE_URL}{prefix}/{PATHS[purpose]}/{token}/"


def parse(payload: str) -> Claims:
    """Read a payload whose signature was found good."""
    parts = payload.split(".")
    try:
        subscriber_id, version, issued = (int(part, 36) for part in parts[1:4])
        extra = json.loads(decode(parts[4])) if len(parts) > 4 else {}
    except (ValueError, binascii.Error) as error:
        raise BadLink("unreadable") from error
    issued_at = datetime.fromtimestamp(issued * 60, UTC) if issued else None
    return Claims(subscriber_id, version, issued_at, extra)


def sign(payload: str, purpose: Purpose, secret: str) -> str:
    """The signature of `payload` under the purpose's key."""
    mac = hmac.digest(purpose_key(secret, purpose), payload.encode(), "sha256")
    return encode(mac[:SIGNATURE_BYTES])


@lru_cache(maxsize=64)
def purpose_key(secret: str, purpose: Purpose) -> bytes:
    """The key of one purpose, derived from a secret."""
    return hmac.digest(secret.encode(), f"newsletter.subscribers.links.{purpose}".encode(), "sha256")


@lru_cache(maxsize=64)
def key_id(secret: str) -> str:
    """Four characters that name a secret without giving it away."""
    return encode(hashlib.sha256(b"key id of links:" + secret.encode()).digest()[:3])


def signing_key(wanted: str) -> str | None:
    """The secret, current or former, whose id is `wanted`."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return next((secret for secret in secrets if constant_time_compare(key_id(secret), wanted)), None)


def to_base36(number: int) -> str:
    """A number that is not negative, in digits and small letters."""
    if number < 0:
        raise ValueError("numbers in links are not negative")
    digits = DIGITS[number % 36]
    while number := number // 36:
        digits = DIGITS[number % 36] + digits
    return digits


def encode(data: bytes) -> str:
    """Bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of `encode`'s text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
