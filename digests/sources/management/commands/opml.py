"""`manage.py opml [FILE]`: the list of feeds, in and out."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from digests.sources.failures import NotAFeed
from digests.sources.opml import export_opml, load_opml
from digests.sources.reasons import in_words


class Command(BaseCommand):
    help = (
        "Print all feeds as OPML; with FILE, add its feeds instead, paused until a curator has looked. "
        "Exit code 2 for a file that cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", help="an OPML file")

    def handle(self, *args: Any, file: str | None, **options: Any) -> None:
        if file is None:
            self.stdout.write(export_opml(settings.SITE_NAME_KO))
            return
        try:
            loaded = load_opml(Path(file).read_bytes())
        except (OSError, NotAFeed) as error:
            reason = in_words(error.reason) if isinstance(error, NotAFeed) else str(error)
            self.stderr.write(f"{file}: {reason}")
            sys.exit(2)
        self.stdout.write(f"{len(loaded.added)} added, {loaded.known} known, {loaded.unusable} unusable")
