"""Owing a letter from a page: the row first, the bell after."""

from datetime import datetime

from django.db import transaction

from newsletter.delivery.letters import owe
from newsletter.delivery.models import Kind
from newsletter.delivery.tasks import ring
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.signup import Post


def owe_letter(outcome: Outcome, now: datetime) -> None:
    """Write the letter an outcome deserves down as owed; call it in the transaction of the change.

    The worker is rung once that is committed. An unreachable queue costs minutes, never the request.
    """
    if outcome.letter is None or outcome.subscriber_id is None:
        return
    if owe(outcome.subscriber_id, Kind(outcome.letter), now) is not None:
        ring_after_commit()


def poster(now: datetime) -> Post:
    """What `sign_up` and `ask` owe their letters through."""
    return lambda reader, kind: owe(reader, Kind(kind), now) is not None


def ring_after_commit() -> None:
    """Wake a worker once the transaction is committed."""
    transaction.on_commit(ring, robust=True)
