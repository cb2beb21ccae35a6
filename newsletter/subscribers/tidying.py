"""What time alone changes of subscriptions: rests end, requests nobody confirmed are forgotten."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.subscribers import protection
from newsletter.subscribers.leaving import wake
from newsletter.subscribers.links import Purpose
from newsletter.subscribers.mailservers import forget_domains
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.moving import forget_unanswered


@dataclass(frozen=True)
class Tidied:
    """How many rests ended, and how many unconfirmed requests and attempts were forgotten."""

    woken: int
    forgotten: int
    attempts: int


def tidy(now: datetime) -> Tidied:
    """End due rests, forget requests whose letters expired, and ease attack mode."""
    woken = wake(now)
    forget_unanswered(now)
    forgotten = forget_unconfirmed(now)
    forget_domains(now)
    protection.watch(now)
    return Tidied(woken, forgotten, protection.tidy(now))


def forget_unconfirmed(now: datetime) -> int:
    """Delete pending addresses whose confirmation link has expired, as that letter promised."""
    lifetime = Purpose.CONFIRM.lifetime
    if lifetime is None:
        return 0
    pending = Subscriber.objects.filter(status=Subscriber.Status.PENDING, created_at__lt=now - lifetime)
    _rows, by_model = pending.delete()
    return by_model.get("subscribers.Subscriber", 0)
