"""The beat's hook into this room."""

from celery import shared_task
from django.utils import timezone

from digests.journal.models import Tick
from newsletter.subscribers.tidying import tidy


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Let time pass for subscriptions; running it twice is harmless."""
    now = timezone.now()
    tidy(now)
    Tick.beat("subscribers", now)
