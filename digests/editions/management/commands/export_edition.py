"""`manage.py export_edition DATE`: a published edition as one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests.editions.days import edition_of, read_day
from digests.editions.exporting import export


class Command(BaseCommand):
    help = "Write the published edition of DATE (YYYY-MM-DD) as Markdown, JSON or HTML."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", metavar="DATE", help="the edition's date, as 2025-12-28")
        parser.add_argument("--format", choices=["md", "json", "html"], default="md")
        parser.add_argument("--language", choices=["ko", "en"], default="ko")
        parser.add_argument("--output", type=Path, help="a file; without it, standard output")

    def handle(self, *args: Any, date: str, output: Path | None, **options: Any) -> None:
        edition = edition_of(read_day(date))
        told = export(edition.pk, options["format"], options["language"])
        if output is None:
            self.stdout.write(told, ending="")
            return
        try:
            output.write_text(told, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=2) from error
