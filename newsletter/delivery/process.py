"""A whole morning in one process: what the worker does bit by bit, for the demo, commands and tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import Planned, plan
from newsletter.delivery.reconciling import sweep
from newsletter.delivery.reporting import prove
from newsletter.delivery.sending import Sent, send_owed

WORKER = "morning"


@dataclass(frozen=True)
class Morning:
    """What a morning planned and sent, and the editions whose sum is proved."""

    planned: Planned
    sent: Sent
    proved: list[int]


def morning(now: datetime | None = None, progress: Callable[[str, int, int], None] | None = None) -> Morning:
    """Plan everyone due at `now`, send all that is owed, and prove the sums.

    Without `now` the clock runs; with it time stands still, as tests and the demo like it.
    `progress` is called with a step ("plan" or "send"), how many are done and how many there are.
    """
    clock: Callable[[], datetime] = timezone.now if now is None else lambda: now
    tell = progress or (lambda _step, _done, _all: None)
    started = clock()
    sweep(started)
    planned = plan(started)
    tell("plan", planned.count, planned.count + planned.skipped)
    total = Delivery.objects.owed(clock()).count()
    sent = Sent()
    while (done := send_owed(WORKER, clock)).claimed:
        sent += done
        tell("send", sent.sent, total)
        if done.returned == done.claimed:
            break  # the provider is down or the edition paused: the next morning's call tries again
    editions = Delivery.objects.filter(created_at__gte=started).order_by()
    proved = [
        pk
        for pk in editions.values_list("edition_id", flat=True).distinct()
        if pk is not None and prove(pk, clock()).is_proved
    ]
    return Morning(planned, sent, proved)
