"""What became of one mail handed to a carrier, and what refusals mean. Pure.

The one question that matters is whether the mail may have been accepted. Explicit refusals may be
tried again; a lost answer never is, it waits for evidence.
"""

import re
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """Where a mail stands once the carrier has answered, or has not."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # explicitly, and for good
    DEFERRED = "deferred"  # explicitly, and worth another try
    UNSENT = "unsent"  # no byte of its body left: not a try at all
    LOST = "lost"  # bytes left, no answer came


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one mail.

    `reason` is one of: address, content, temporary, throttled, provider_down, slept, lost_answer.
    `detail` is the server's own words, without addresses. `retry_after` is in seconds.
    """

    fate: Fate
    reason: str = ""
    detail: str = ""
    provider_id: str = ""
    retry_after: float | None = None


ACCEPTED = Outcome(Fate.ACCEPTED)
SLEPT = Outcome(Fate.UNSENT, "slept")

# RFC 3463 enhanced codes that say the mailbox does not exist: a hard bounce.
DEAD_ADDRESS = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
THROTTLE_WORDS = re.compile(r"rate|thrott|too many|too fast|slow down|\b4\.7\.(?:0|28)\b", re.IGNORECASE)
ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")
MAX_DETAIL = 300


def plain_detail(raw: str | bytes) -> str:
    """A server's words on one line, without the address they may repeat."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    printable = "".join(c if c.isprintable() else " " for c in text)
    return ADDRESS.sub("<…>", " ".join(printable.split()))[:MAX_DETAIL]


def unsent(reason: str, detail: str | bytes = "") -> Outcome:
    """Nothing of the mail left, because of `reason`."""
    return Outcome(Fate.UNSENT, reason, plain_detail(detail))


def lost(detail: str | bytes) -> Outcome:
    """The mail may have been accepted or not."""
    return Outcome(Fate.LOST, "lost_answer", plain_detail(detail))


def from_smtp(code: int, text: bytes | str, stage: str) -> Outcome:
    """What a negative SMTP reply at `stage` ("connect", "mail", "rcpt" or "data") means.

    Refusals of the connection or the sender are the provider's state, never the recipient's.
    """
    detail = plain_detail(f"{code} {plain_detail(text)}")
    if stage in ("connect", "mail") or code == 421:
        return Outcome(
            Fate.DEFERRED, "throttled" if THROTTLE_WORDS.search(detail) else "provider_down", detail
        )
    if code < 500:
        return Outcome(Fate.DEFERRED, "throttled" if THROTTLE_WORDS.search(detail) else "temporary", detail)
    return Outcome(Fate.REFUSED, "address" if stage == "rcpt" else "content", detail)


def is_dead_address(outcome: Outcome) -> bool:
    """Whether the refusal says that the mailbox does not exist, as a hard bounce would."""
    return outcome.reason == "address" and bool(DEAD_ADDRESS.search(outcome.detail))


def from_http(status: int, text: str, headers: Mapping[str, str]) -> Outcome:
    """What a provider's HTTP error means. A 5xx may hide an accepted mail behind a broken gateway."""
    detail = plain_detail(f"HTTP {status} {text}")
    retry_after = seconds_of(headers.get("Retry-After", ""))
    if status == 429 or (status == 503 and retry_after is not None):
        return Outcome(Fate.DEFERRED, "throttled", detail, retry_after=retry_after)
    if status in (401, 402, 403, 404, 405):
        return Outcome(Fate.DEFERRED, "provider_down", detail)
    if 400 <= status < 500:
        return Outcome(Fate.REFUSED, "content", detail)
    return lost(detail)


def seconds_of(retry_after: str) -> float | None:
    """Retry-After as seconds, at most an hour; None for a date or nonsense."""
    return min(float(retry_after), 3600.0) if retry_after.isdecimal() else None


# anymail's statuses of one recipient in a call that was answered.
PER_RECIPIENT = {
    "sent": Fate.ACCEPTED,
    "queued": Fate.ACCEPTED,
    "invalid": Fate.REFUSED,
    "rejected": Fate.REFUSED,
    "failed": Fate.DEFERRED,
}


def from_recipient_status(status: str | None, message_id: str | None) -> Outcome:
    """What an ESP said about one recipient inside a 200: it can still be a refusal."""
    fate = PER_RECIPIENT.get(status or "", Fate.LOST)
    if fate is Fate.ACCEPTED:
        return Outcome(fate, provider_id=message_id or "")
    if fate is Fate.LOST:
        return lost(f"status {status}")
    reason = "address" if fate is Fate.REFUSED else "temporary"
    return Outcome(fate, reason, plain_detail(f"status {status}"))


def from_smtplib(error: smtplib.SMTPException) -> Outcome:
    """What an exception of smtplib means; one without an answer of the server is a lost one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return from_smtp(code, text, "rcpt")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return from_smtp(error.smtp_code, error.smtp_error, "mail")
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return from_smtp(error.smtp_code, error.smtp_error, "connect")
    if isinstance(error, smtplib.SMTPResponseException):
        return from_smtp(error.smtp_code, error.smtp_error, "data")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(Fate.DEFERRED, "provider_down", plain_detail(str(error)))
    return lost(f"{type(error).__name__}: {error}")
