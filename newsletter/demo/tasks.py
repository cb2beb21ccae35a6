"""The one task that only the demo needs: the edition of a day whose cut-off passed before the demo began."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from digests.editions.assembling import build


@shared_task  # type: ignore[untyped-decorator]
def build_edition(day: str) -> None:
    """Tell, assemble and freeze the edition of the ISO date `day`; twice changes nothing."""
    build(date.fromisoformat(day), timezone.now())
