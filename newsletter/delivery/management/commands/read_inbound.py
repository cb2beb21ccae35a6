"""manage.py read_inbound [MAILDIR]: let go whoever asked by mail."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.delivery.inbound import read_inbound


class Command(BaseCommand):
    help = (
        "Reads mails to unsubscribe addresses out of a maildir, by default INBOUND_MAILDIR's. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("maildir", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["maildir"] or (Path(settings.INBOUND_MAILDIR) if settings.INBOUND_MAILDIR else None)
        if folder is None:
            raise CommandError("name a maildir, or set INBOUND_MAILDIR", returncode=2)
        try:
            self.stdout.write(f"{read_inbound(folder, timezone.now())} left")
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}", returncode=2) from error
