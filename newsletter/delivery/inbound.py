"""Leaving by mail: the address in List-Unsubscribe, and the maildir in which its mails arrive.

The token in the address is what gives the right, whoever the mail says it is from.
"""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

from django.conf import settings

from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.links import BadLink, Claims, Purpose, read
from newsletter.subscribers.models import ConsentEvent

logger = logging.getLogger(__name__)

# The headers by which servers say whom a mail was for. Some put addresses into small letters, which
# ruins the token; so the mail's subject says it again.
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
TOKEN_IN_ADDRESS = re.compile(r"\bunsubscribe\+([\w.-]{20,60})@", re.ASCII | re.IGNORECASE)
TOKEN_IN_SUBJECT = re.compile(r"(?<![\w.-])u[\w-]{4}\.[\w.-]{20,60}(?![\w.-])", re.ASCII)
# All headers of an honest mail; what comes after is not read.
HEAD_BYTES = 65_536
# Mails looked at in one go.
LIMIT = 500


def ways_to_leave(unsubscribe_url: str) -> str:
    """The value of List-Unsubscribe: the link, and an address too where mail to it is read."""
    if not settings.INBOUND_MAILDIR:
        return f"<{unsubscribe_url}>"
    token = unsubscribe_url.rstrip("/").rpartition("/")[2]
    return f"<{unsubscribe_url}>, <mailto:unsubscribe+{token}@{settings.MAIL_DOMAIN}?subject={token}>"


def read_inbound(folder: Path, now: datetime) -> int:
    """Let go whoever wrote to their unsubscribe address; say how many left. Safe to repeat.

    What was done is deleted, as it names a reader; other mails stay, marked as seen. Raises OSError
    when the maildir cannot be read.
    """
    left = 0
    for path in list(unseen(folder))[:LIMIT]:
        with path.open("rb") as file:
            claims = leaver(file.read(HEAD_BYTES))
        if claims is None:
            logger.info("mail %s asks nobody to be let go", path.name[:40])
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,S")
            continue
        left += unsubscribe(claims.subscriber_id, ConsentEvent.How.MAIL, now).reason == "left"
        path.unlink()
    return left


def unseen(folder: Path) -> Iterator[Path]:
    """The mails of a maildir that neither we nor a person has read, oldest first."""
    for part in ("new", "cur"):
        for path in sorted((folder / part).iterdir()):
            if path.is_file() and "S" not in path.name.partition(":2,")[2]:
                yield path


def leaver(data: bytes) -> Claims | None:
    """Who is to be let go by a mail, of which the head is enough; None for any other mail."""
    head = BytesHeaderParser(policy=compat32).parsebytes(data)
    for token in tokens(head):
        try:
            return read(Purpose.UNSUBSCRIBE, token)
        except BadLink:
            continue
    return None


def tokens(head: Message) -> Iterator[str]:
    """What may be a token: in the addresses a mail was for, then in its subject."""
    for name in ADDRESSED:
        for value in head.get_all(name, []):
            yield from TOKEN_IN_ADDRESS.findall(str(value))
    yield from TOKEN_IN_SUBJECT.findall(str(head.get("Subject", "")))
