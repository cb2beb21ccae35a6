"""Dates that people type, and the editions they mean."""

from datetime import date, datetime

from django.conf import settings
from django.core.management.base import CommandError

from digests.editions.models import Edition


def read_day(text: str) -> date:
    """The date that `text` writes as YYYY-MM-DD. Raises CommandError, exit 2, for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise CommandError(f"{text!r} is not a date like 2025-12-28", returncode=2) from None


def edition_of(day: date) -> Edition:
    """The published edition of `day`, the main zone's first. Raises CommandError if there is none."""
    zones = [cutoff.zone for cutoff in settings.EDITION_CUTOFFS]
    editions = list(Edition.objects.published().filter(date=day))
    editions.sort(key=lambda edition: zones.index(edition.zone) if edition.zone in zones else len(zones))
    if editions:
        return editions[0]
    if Edition.objects.filter(date=day).exists():
        raise CommandError(f"The edition of {day} is not frozen yet; `build_edition {day}` freezes it.")
    raise CommandError(f"There is no edition of {day}; `build_edition {day}` makes one.")
