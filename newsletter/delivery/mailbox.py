"""The local mailbox: mails as `.eml` files, written whole or not at all, and read back to be shown."""

import email
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import BaseHeader
from email.message import EmailMessage as ReadMessage
from email.policy import default as modern_policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SUFFIX = ".eml"
# What /mailbox/ lists; older mails stay on disk.
NEWEST = 500


class UnknownMail(LookupError):  # noqa: N818 - the glossary's word
    """There is no mail of that name in the mailbox."""


@dataclass(frozen=True)
class StoredMail:
    """A mail as its reader would see it. `name` is its file's, `date` its Date header in UTC."""

    name: str
    to: str
    subject: str
    date: datetime
    html: str
    text: str
    headers: dict[str, str]


class MailboxBackend(BaseEmailBackend):
    """Django's mail backend that writes each message to MAILBOX_DIR as one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message and say how many there were; raises OSError when the disk will not take it."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            write(folder, message.message().as_bytes())
        return len(email_messages)


def write(folder: Path, data: bytes) -> Path:
    """Store `data` under a new name; a reader of the folder never sees half of it."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    path = folder / f"{stamp}-{secrets.token_hex(4)}{SUFFIX}"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return path


def read_mailbox(limit: int = NEWEST) -> list[StoredMail]:
    """The newest mails, newest first."""
    folder = Path(settings.MAILBOX_DIR)
    names = sorted((path.name for path in folder.glob(f"*{SUFFIX}")), reverse=True)
    return [parse(name, (folder / name).read_bytes()) for name in names[:limit]]


def read_mail(name: str) -> StoredMail:
    """The mail stored under `name`. Raises UnknownMail for anything that is not a stored mail's name."""
    folder = Path(settings.MAILBOX_DIR)
    # Compared with what is there, so that no path of somebody else's making is ever opened.
    if name not in {path.name for path in folder.glob(f"*{SUFFIX}")}:
        raise UnknownMail(name[:100])
    return parse(name, (folder / name).read_bytes())


def parse(name: str, data: bytes) -> StoredMail:
    """Read the bytes of a mail."""
    message = email.message_from_bytes(data, policy=modern_policy)
    return StoredMail(
        name=name,
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        date=date_of(message.get("Date"), name),
        html=body(message, "html"),
        text=body(message, "plain"),
        headers={key: str(value) for key, value in message.items()},
    )


def date_of(header: BaseHeader | None, name: str) -> datetime:
    """The Date header in UTC, or the instant in the file's name."""
    try:
        read = parsedate_to_datetime(str(header))
        # "-0000" is UTC from a sender that does not tell its zone (RFC 5322, 3.3).
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except ValueError:
        return datetime.strptime(name[:22], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)


def body(message: ReadMessage, kind: str) -> str:
    """The text of the first part of a kind, "" where there is none."""
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
