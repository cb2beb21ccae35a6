"""`manage.py clean_text FILE|-`: what the cleaner makes of a text."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from digests.sources.importing import LARGEST, UnreadableFile, decode, read_text
from digests.text.cleaning import Cleaned, clean_text


class Command(BaseCommand):
    help = (
        "Print a text as the cleaner leaves it. Exit code 0 for an article, 1 for what is none (with the "
        "reason on stderr), 2 for a file that cannot be read."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a text file, or - for standard input")
        parser.add_argument("--html", action="store_true", help="the text is markup")
        parser.add_argument("--title", default="", help="the article's title, to drop where it is repeated")
        parser.add_argument("--json", action="store_true", help="print text, language, completeness, removed")

    def handle(self, *args: Any, file: str, html: bool, title: str, **options: Any) -> None:
        try:
            raw = _standard_input() if file == "-" else read_text(Path(file))
        except UnreadableFile as error:
            self.stderr.write(str(error))
            sys.exit(2)
        cleaned = clean_text(raw, is_html=html, title=title)
        if options["json"]:
            self.stdout.write(json.dumps(as_dict(cleaned), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(cleaned.text)
        if cleaned.completeness == "blocked" or not cleaned.text:
            self.stderr.write(
                "refused: a notice stands in the article's place"
                if cleaned.text
                else "refused: no text is left"
            )
            sys.exit(1)


def as_dict(cleaned: Cleaned) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "text": cleaned.text,
        "language": cleaned.language,
        "completeness": cleaned.completeness,
        "removed": [{"kind": removal.kind, "text": removal.text} for removal in cleaned.removed],
    }


def _standard_input() -> str:
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableFile(Path("-"), 0, f"larger than {LARGEST // 1_000_000} MB")
    return decode(Path("-"), data)
