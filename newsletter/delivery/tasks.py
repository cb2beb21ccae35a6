"""The doorbell: short tasks that ask the tables what is owed. They may run twice, at once, or never."""

import logging
import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from digests.journal.models import Tick
from newsletter.delivery.checking import turn_away_dead
from newsletter.delivery.inbound import read_inbound
from newsletter.delivery.letters import owe, owe_goodbyes
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
# One scheduler plans at a time, for about so long; a killed one is followed after twice that.
PLAN_SECONDS = 20.0
# Mails to unsubscribe addresses are looked for each minute.
INBOUND_EVERY = 60.0
# Sums are proved again each minute while anything of them may change.
SUM_EVERY, SUM_DAYS = 60.0, timedelta(days=2)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Settle what vanished workers left, plan who is due, owe letters, and ring per claim owed."""
    now = timezone.now()
    Tick.beat("deliver", now)
    sweep(now)
    if take_turn("plan", now, 2 * PLAN_SECONDS):
        planned = plan(now, seconds=PLAN_SECONDS)
        if planned.count or planned.skipped:
            logger.info("planned %s, skipped %s, waiting %s", planned.count, planned.skipped, planned.waiting)
        pass_turn("plan", now)
    ask_due(now, lambda reader, kind: owe(reader, kind, now) is not None)
    if settings.INBOUND_MAILDIR and take_turn("inbound", now, INBOUND_EVERY):
        read_mails(now)
    owe_goodbyes(now)
    owed = Delivery.objects.owed(now).count()
    for _ring in range(min(MAX_RINGS, -(-owed // settings.DELIVERY_CLAIM_SIZE))):
        if not ring_and_wait():
            break
    if take_turn("sums", now, SUM_EVERY):
        prove_recent(now - SUM_DAYS, now)


def read_mails(now: datetime) -> None:
    """Let go who asked by mail; a maildir that cannot be read is told in the log and holds nothing up."""
    try:
        read_inbound(Path(settings.INBOUND_MAILDIR), now)
    except OSError as error:
        logger.warning("INBOUND_MAILDIR cannot be read: %s", error.strerror)


@shared_task  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Send what is owed for about TASK_SECONDS, then ring again if there is more."""
    worker = f"{socket.gethostname()[:12]}-{os.getpid()}"
    until = time.monotonic() + TASK_SECONDS
    turn_away_dead(timezone.now())
    while send_owed(worker, timezone.now).claimed:
        turn_away_dead(timezone.now())
        if time.monotonic() > until:
            ring_and_wait()
            break


def take_turn(name: str, now: datetime, seconds: float) -> bool:
    """Whether it is our turn: nobody took it within `seconds`. Many may ask at once, one gets it.

    Without it nothing goes wrong, work is only done twice; so a killed turn costs its seconds.
    """
    Tick.objects.get_or_create(name=name, defaults={"at": LONG_AGO})
    return Tick.objects.filter(name=name, at__lte=now - timedelta(seconds=seconds)).update(at=now) == 1


def pass_turn(name: str, now: datetime) -> None:
    """Let the next one who asks have the turn that was taken at `now`."""
    Tick.objects.filter(name=name, at=now).update(at=now - timedelta(seconds=2 * PLAN_SECONDS))


_ringing = threading.Lock()


def ring() -> None:
    """Enqueue `deliver` without waiting for the queue: what a page calls after its commit.

    A frozen queue must not freeze the page. One ring at a time is under way; one dropped meanwhile
    costs only the wait for the next tick.
    """
    if _ringing.acquire(blocking=False):
        threading.Thread(target=ring_in_background, name="ring", daemon=True).start()


def ring_in_background() -> None:
    """Ring, and let the next ring go."""
    try:
        ring_and_wait()
    finally:
        _ringing.release()


def ring_and_wait() -> bool:
    """Enqueue `deliver`; False when the broker is away."""
    try:
        deliver.delay()
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("the queue is away: %s", type(error).__name__)
        return False
    return True
