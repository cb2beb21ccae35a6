"""`manage.py lint_edition DATE|FILE`: what is wrong with an edition, or with a digest in a file."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests.editions.days import edition_of, read_day
from digests.editions.findings import Finding
from digests.editions.linting import lint_edition
from digests.editions.linting_files import lint_file
from digests.sources.manuscripts import UnreadableText


class Command(BaseCommand):
    help = (
        "Lint the published edition of a date (YYYY-MM-DD), or a Markdown digest in a file. "
        "The exit code is 1 where a finding blocks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="DATE|FILE")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, what: str, as_json: bool, **options: Any) -> None:
        path = Path(what)
        findings = self._of_file(path) if path.is_file() else lint_edition(edition_of(read_day(what)))
        if as_json:
            told = [finding.as_json() for finding in findings]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._show(findings)
        if any(finding.is_blocking and not finding.is_waived for finding in findings):
            sys.exit(1)

    def _of_file(self, path: Path) -> list[Finding]:
        try:
            return lint_file(path.read_text(encoding="utf-8"))
        except UnreadableText as error:
            raise CommandError(f"{path}:{error.line}: {error.reason}", returncode=2) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error

    def _show(self, findings: list[Finding]) -> None:
        for finding in sorted(findings, key=lambda one: not one.is_blocking):
            level = "waived" if finding.is_waived else "BLOCKING" if finding.is_blocking else "warning"
            about = f" (item {finding.item_id})" if finding.item_id else ""
            self.stdout.write(f"{level:8} {finding.code:18} {finding.where}{about}: {finding.message}")
        counts = Counter(finding.code for finding in findings)
        told = ", ".join(f"{code} {count}" for code, count in counts.most_common())
        self.stdout.write(
            f"{len(findings)} findings of {len(counts)} kinds: {told}" if findings else "Nothing found."
        )
