"""The doorbell: short tasks that ask the tables what is owed. They may run twice, at once, or never."""

import logging
import os
import socket
import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from digests.journal.models import Tick
from newsletter.delivery.letters import owe
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.reconciling import sweep
from newsletter.delivery.reporting import prove_recent
from newsletter.delivery.sending import send_owed
from newsletter.subscribers.renewal import ask_due

logger = logging.getLogger(__name__)

# A task runs about this long and then rings for the next, so that workers can stop between.
TASK_SECONDS = 20.0
# More rings than this at once only wake workers for nothing.
MAX_RINGS = 8
# Readers planned by one tick; the next comes ten seconds later.
PLAN_LIMIT = 50_000
# Sums are proved again while anything of them may change.
SUM_DAYS = timedelta(days=2)


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Settle what vanished workers left, plan who is due, ask for consent again, and ring per claim owed."""
    now = timezone.now()
    Tick.beat("deliver", now)
    sweep(now)
    planned = plan(now, PLAN_LIMIT)
    if planned.count or planned.skipped:
        logger.info("planned %s, skipped %s, waiting %s", planned.count, planned.skipped, planned.waiting)
    ask_due(now, lambda reader, kind: owe(reader, kind, now) is not None)
    owed = Delivery.objects.owed(now).count()
    for _ring in range(min(MAX_RINGS, -(-owed // settings.DELIVERY_CLAIM_SIZE))):
        if not ring():
            break
    prove_recent(now - SUM_DAYS, now)


@shared_task  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Send what is owed for about TASK_SECONDS, then ring again if there is more."""
    worker = f"{socket.gethostname()[:12]}-{os.getpid()}"
    until = time.monotonic() + TASK_SECONDS
    while send_owed(worker, timezone.now).claimed:
        if time.monotonic() > until:
            ring()
            break


def ring() -> bool:
    """Enqueue `deliver`; False when the broker is away, which costs only the wait for the next tick."""
    try:
        deliver.delay()
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("the queue is away: %s", type(error).__name__)
        return False
    return True
