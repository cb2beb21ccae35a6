"""`manage.py benchmark NAME`: measure a room on this machine, with fixed seeds and invented input."""

import json
from argparse import _SubParsersAction
from dataclasses import asdict, is_dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from digests.editions import benchmarking as editions
from digests.sources import benchmarking as sources
from digests.stories import benchmarking as stories
from newsletter.delivery import benchmarking as mornings


class Command(BaseCommand):
    help = "Measure one room with fixed seeds and invented input; prints JSON, changes no table."

    def add_arguments(self, parser: CommandParser) -> None:
        names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
        self.add_fetch(names)
        self.add_stories(names)
        self.add_selection(names)
        self.add_morning(names)

    def add_fetch(self, names: "_SubParsersAction[CommandParser]") -> None:
        fetch = names.add_parser("fetch", help="feeds on loopback, fetched, parsed and stored")
        fetch.add_argument("--feeds", type=int, default=200)
        fetch.add_argument("--latency", type=int, default=200, metavar="MS")
        fetch.add_argument("--threads", type=int, default=sources.THREADS)
        fetch.set_defaults(measure=lambda o: sources.run(o["feeds"], o["latency"], o["threads"]))

    def add_stories(self, names: "_SubParsersAction[CommandParser]") -> None:
        told = names.add_parser("stories", help="articles from text to ranked, summarised stories")
        told.add_argument("--articles", type=int, nargs="+", default=list(stories.SIZES))
        told.set_defaults(measure=lambda o: stories.run(timezone.now(), o["articles"]))

    def add_selection(self, names: "_SubParsersAction[CommandParser]") -> None:
        selection = names.add_parser("selection", help="digests chosen for distinct readers, and rendered")
        selection.add_argument("--readers", type=int, default=100_000)
        selection.add_argument("--stories", type=int, default=300)
        selection.set_defaults(
            measure=lambda o: {
                "selection": editions.run_selection(o["readers"], o["stories"]),
                "rendering": editions.run_rendering(),
            }
        )

    def add_morning(self, names: "_SubParsersAction[CommandParser]") -> None:
        morning = names.add_parser(
            "morning", help="from planning to the last mail, beside smtplib and a socket"
        )
        morning.add_argument("--subscribers", default="2000", metavar="N[,N...]")
        morning.add_argument("--sink", choices=["builtin", "smtp-sink"], default="builtin")
        morning.add_argument("--rounds", type=int, default=5)
        morning.set_defaults(
            measure=lambda o: mornings.run(
                [int(n) for n in o["subscribers"].split(",")], o["sink"], o["rounds"]
            )
        )

    def handle(self, *args: Any, **options: Any) -> None:
        figures = options["measure"](options)
        self.stdout.write(json.dumps(figures, default=plain, ensure_ascii=False, indent=2))


def plain(figures: object) -> object:
    """Figures as JSON takes them."""
    if is_dataclass(figures) and not isinstance(figures, type):
        return asdict(figures)
    return str(figures)
