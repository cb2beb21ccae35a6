"""manage.py take_bounces MAILDIR: read the bounces a mail server left."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.delivery.bounces import take_maildir


class Command(BaseCommand):
    help = "Takes delivery status notifications out of a maildir; suppresses dead addresses. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("maildir", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["maildir"]
        if not (folder / "new").is_dir():
            raise CommandError(f"{folder} is no maildir", returncode=2)
        self.stdout.write(f"{take_maildir(folder, timezone.now())} taken")
