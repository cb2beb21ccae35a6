"""What the assistant may cost: calls reserved before they are made, and a rest after failures.

A call is reserved in the day's and in the month's row by one conditional UPDATE each, so that two
workers never exceed a cap. A reservation is not given back: what was sent may have been charged.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from digests.stories.models import AssistantBreaker, AssistantBudget, AssistantCount

FAILURES = 5  # in a row, of the endpoint
REST = timedelta(minutes=10)


def periods(now: datetime) -> dict[str, int]:
    """The caps in calls of the day and the month that `now` falls in, in the desk's zone."""
    local = timezone.localtime(now)
    return {
        f"{local:%Y-%m-%d}": settings.ASSISTANT_DAILY_CALLS,
        f"{local:%Y-%m}": settings.ASSISTANT_MONTHLY_CALLS,
    }


def reserve(now: datetime) -> bool:
    """Reserve one call in the day and the month; False, and nothing reserved, at either cap."""
    caps = periods(now)
    for period in caps:
        AssistantBudget.objects.get_or_create(period=period)
    with transaction.atomic():
        for period, cap in caps.items():
            free = AssistantBudget.objects.filter(period=period, reserved__lt=cap)
            if not free.update(reserved=F("reserved") + 1):
                transaction.set_rollback(True)
                return False
    return True


def settle(now: datetime, tokens: int, extra_calls: int = 0) -> None:
    """Record that a reserved call was answered; `extra_calls` are charged for one that cost too much."""
    AssistantBudget.objects.filter(period__in=periods(now)).update(
        spent=F("spent") + 1, tokens=F("tokens") + tokens, reserved=F("reserved") + extra_calls
    )


def count(reason: str, now: datetime) -> None:
    """Count one more of `reason` today."""
    day = timezone.localtime(now).date()
    AssistantCount.objects.get_or_create(day=day, reason=reason[:40])
    AssistantCount.objects.filter(day=day, reason=reason[:40]).update(count=F("count") + 1)


def rests(now: datetime) -> bool:
    """Whether the assistant rests after failures in a row."""
    return AssistantBreaker.objects.filter(name=AssistantBreaker.NAME, rests_until__gt=now).exists()


def failed(now: datetime) -> None:
    """Record a failure of the endpoint; from the fifth in a row on it rests."""
    AssistantBreaker.objects.get_or_create(name=AssistantBreaker.NAME)
    row = AssistantBreaker.objects.filter(name=AssistantBreaker.NAME)
    row.update(failures=F("failures") + 1)
    row.filter(failures__gte=FAILURES).update(rests_until=now + REST)


def answered() -> None:
    """Record that the endpoint answers."""
    AssistantBreaker.objects.filter(name=AssistantBreaker.NAME).exclude(failures=0).update(
        failures=0, rests_until=None
    )
