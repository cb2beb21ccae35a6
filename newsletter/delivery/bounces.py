"""Bounces that come as mail: delivery status notifications (RFC 3464) out of a maildir.

The delivery is named by the Message-ID of the returned mail, which is ours and cannot be made up.
"""

import email
import hashlib
import logging
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.policy import compat32
from pathlib import Path

from newsletter.delivery.messages import delivery_id_of
from newsletter.delivery.models import DeliveryEvent
from newsletter.delivery.outcomes import plain_detail
from newsletter.delivery.tracking import take

logger = logging.getLogger(__name__)
Kind = DeliveryEvent.Kind

# RFC 3464, 2.3.3. "relayed" and "expanded" say that somebody else answers for it now.
ACTIONS = {"failed": Kind.BOUNCED, "delayed": Kind.DEFERRED, "delivered": Kind.DELIVERED}
# A mailbox that is full may be emptied: RFC 3463, 3.3.
FULL_MAILBOX = "5.2.2"


@dataclass(frozen=True)
class Notification:
    """What a server says became of one of our mails."""

    delivery_id: int
    kind: DeliveryEvent.Kind
    status: str
    detail: str

    @property
    def is_hard(self) -> bool:
        """Whether the mailbox will never take mail: a 5.x.x that is not a full one's."""
        return self.kind == Kind.BOUNCED and self.status.startswith("5.") and self.status != FULL_MAILBOX


def read_notification(data: bytes) -> Notification | None:
    """The notification in a mail; None for anything else, however broken."""
    # The older policy: the modern one parses headers, and dies of an empty Message-ID (IndexError).
    message = email.message_from_bytes(data, policy=compat32)
    if message.get_content_type() != "multipart/report":
        return None
    fields = next(recipient_fields(message), None)
    delivery_id = returned_delivery(message)
    if fields is None or delivery_id is None:
        return None
    kind = ACTIONS.get(str(fields.get("Action", "")).strip().lower())
    if kind is None:
        return None
    status = str(fields.get("Status", "")).strip().partition(" ")[0][:12]
    detail = plain_detail(f"{status} {fields.get('Diagnostic-Code', '')}")
    return Notification(delivery_id, kind, status, detail)


def recipient_fields(message: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part that speak of a recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in part.get_payload():
                if isinstance(group, Message) and group.get("Action"):
                    yield group


def returned_delivery(message: Message) -> int | None:
    """The delivery that the returned mail, or its headers, names by its Message-ID."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            header = first.get("Message-ID", "") if isinstance(first, Message) else ""
        elif kind == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload if isinstance(payload, bytes) else b""
            header = email.message_from_bytes(text, policy=compat32).get("Message-ID", "")
        else:
            continue
        found = delivery_id_of(str(header))
        if found is not None:
            return found
    return None


def take_maildir(folder: Path, now: datetime) -> int:
    """Take every new mail of a maildir, mark it as seen, and say how many were notifications of ours.

    A mail taken twice counts once: its event id is the hash of its bytes.
    """
    box, taken = mailbox.Maildir(folder, create=False), 0
    for key in list(box.keys()):
        stored = box.get_message(key)
        if "S" in stored.get_flags():
            continue
        data = box.get_bytes(key)
        notification = read_notification(data)
        if notification is not None:
            taken += take(
                provider="dsn",
                event_id=hashlib.sha256(data).hexdigest(),
                kind=notification.kind,
                at=now,
                delivery_id=notification.delivery_id,
                detail=notification.detail,
                is_hard=notification.is_hard,
            )
        else:
            logger.info("mail %s in the bounce box is no notification of ours", key[:40])
        stored.set_subdir("cur")
        stored.add_flag("S")
        box[key] = stored
    return taken
