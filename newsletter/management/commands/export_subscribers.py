"""`manage.py export_subscribers`: every reader as CSV, written down in the journal."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsletter.subscribers.deskwork import record_export
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.portability import csv_lines


class Command(BaseCommand):
    help = "Write every subscriber, or those of a status, as CSV to a file or to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--status", choices=Subscriber.Status.values)
        parser.add_argument("--output", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Subscriber.objects.all()
        if options["status"]:
            chosen = chosen.filter(status=options["status"])
        record_export(None, chosen.count())
        if options["output"]:
            with options["output"].open("w", newline="") as file:
                file.writelines(csv_lines(chosen))
        else:
            sys.stdout.writelines(csv_lines(chosen))
