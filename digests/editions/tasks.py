"""The beat's doorbell for editions."""

from celery import shared_task
from django.utils import timezone

from digests.editions import assembling
from digests.journal.models import Tick


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Refresh collecting editions, freeze those whose cut-off has passed."""
    now = timezone.now()
    Tick.beat("editions", now)
    assembling.tick(now)
