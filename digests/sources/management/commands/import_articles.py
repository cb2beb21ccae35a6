"""`manage.py import_articles PATH...`: articles from files into the store."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from digests.sources.importing import UnreadableFile, import_paths


class Command(BaseCommand):
    help = (
        "Import articles from JSON Lines (url, title, text, published_at, publisher, language), Markdown "
        "digests, records with front matter, and plain article texts. All of them or, if one cannot be "
        "read, none: then one line names file and line, and the exit code is 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files"
        )

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        try:
            imported = import_paths(paths, timezone.now())
        except UnreadableFile as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self.stdout.write(
            f"{len(imported.new_ids)} new, {len(imported.changed_ids)} changed, {imported.known} known"
        )
