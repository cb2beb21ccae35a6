"""Dates that people type, and the editions they mean."""

from datetime import date

from django.conf import settings
from django.core.management.base import CommandError

from digests.editions.models import Edition


def read_day(text: str) -> date:
    """The date that `text` writes as YYYY-MM-DD. Raises CommandError, exit 2, for anything else."""
    try:
        if len(text) != len("2025-12-28"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a date like 2025-12-28", returncode=2) from None


def edition_of(day: date) -> Edition:
    """The published main edition of `day`, else that of another zone. Raises CommandError if there is none."""
    zones = [cutoff.zone for cutoff in settings.EDITION_CUTOFFS]
    editions = list(Edition.objects.published().filter(date=day))
    editions.sort(key=lambda edition: zones.index(edition.zone) if edition.zone in zones else len(zones))
    if editions:
        return editions[0]
    if Edition.objects.filter(date=day).exists():
        raise CommandError(f"The edition of {day} is not frozen yet; `build_edition {day}` freezes it.")
    raise CommandError(f"There is no edition of {day}; `build_edition {day}` makes one.")
