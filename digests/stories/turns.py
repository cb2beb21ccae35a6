"""One writer at a time: two workers that tell the same stories take turns."""

from datetime import datetime

from digests.journal.models import Tick

NAME = "stories.turn"


def one_at_a_time(now: datetime) -> None:
    """Wait for the turn and hold it until the transaction ends; call it first in the transaction.

    A row lock on PostgreSQL; on SQLite the transaction itself is exclusive.
    """
    Tick.objects.get_or_create(name=NAME, defaults={"at": now})
    Tick.objects.select_for_update().get(name=NAME)
