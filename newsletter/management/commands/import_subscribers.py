"""`manage.py import_subscribers FILE`: take over a list of another service."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.delivery.letters import owe
from newsletter.subscribers.deskwork import record_import
from newsletter.subscribers.importing import import_rows
from newsletter.subscribers.lists import UnreadableList, decode, read_list


class Command(BaseCommand):
    help = (
        "Take over a CSV of Mailchimp, Substack, beehiiv, listmonk, Ghost, Stibee or our own export. "
        "Without --evidence every address is asked by the ordinary confirmation mail. "
        "Nobody who left or is suppressed is ever revived."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report only, store and send nothing")
        parser.add_argument("--evidence", default="", help="how and when these people agreed, in your words")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        now = timezone.now()
        try:
            service, rows = read_list(decode(path.read_bytes()))
            report = import_rows(
                rows,
                options["evidence"].strip(),
                now,
                lambda reader, kind: owe(reader, kind, now) is not None,
                is_dry_run=options["dry_run"],
            )
        except (OSError, UnreadableList) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
        if not options["dry_run"]:
            record_import(None, path.name, dict(report.counts), options["evidence"].strip())
        self.stdout.write(f"{service}{' (dry run)' if options['dry_run'] else ''}")
        for outcome, count in sorted(report.counts.items()):
            self.stdout.write(f"{outcome:>12} {count}")
        for line, why in report.lines:
            self.stdout.write(f"  line {line}: {why}")
