"""`manage.py evaluate DIR`: how good tagging, grouping and summaries are, against labelled sets."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from digests.stories.evaluation import evaluate, shipped_tagger
from digests.stories.gold import GoldError, read_gold
from digests.stories.scoring import Figure


class Command(BaseCommand):
    help = (
        "Measure the pipeline on the labelled files of a folder (articles, texts, days, pairs, summaries, "
        "cleaning .jsonl). With --fail-under, a JSON object of least values by figure, the exit code is 1 "
        "if any is missed. A malformed file is one line and exit code 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
        parser.add_argument("--fail-under", type=Path, metavar="FILE", help="least values, as JSON")

    def handle(
        self, *args: Any, folder: Path, as_json: bool, fail_under: Path | None, **options: Any
    ) -> None:
        try:
            least = _least(fail_under) if fail_under else {}
            figures = evaluate(read_gold(folder), shipped_tagger())
        except GoldError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if as_json:
            self.stdout.write(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=1))
        else:
            for name, one in figures.items():
                self.stdout.write(_line(name, one, least.get(name)))
        missed = [name for name, value in least.items() if name not in figures or figures[name].value < value]
        if missed:
            self.stderr.write(f"under: {', '.join(missed)}")
            sys.exit(1)


def _least(path: Path) -> dict[str, float]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldError(path.name, 0, "", f"cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise GoldError(path.name, 1, "", "is no object")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise GoldError(path.name, 1, name, "is no number")
    return values


def _line(name: str, one: Figure, least: float | None) -> str:
    interval = f"[{one.low:.3f}, {one.high:.3f}]" if one.low != one.high else ""
    mark = "" if least is None else ("  ok" if one.value >= least else f"  under {least}")
    return f"{name:36} {one.value:10.3f}  {interval:18} n={one.count}{mark}"
