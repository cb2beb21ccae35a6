"""manage.py benchmark_morning: the processes behind `manage.py benchmark morning`."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from newsletter.delivery.benchmarking import by_product, prepare, race, start_over
from newsletter.delivery.cluster import PostgreSQL


class Command(BaseCommand):
    help = "Runs inside `manage.py benchmark morning`, in an environment with servers of its own."
    requires_system_checks = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=["race", "product"])
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--subscribers", type=int, default=2000)
        parser.add_argument("--sink", default="builtin")
        parser.add_argument("--rounds", type=int, default=5)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["role"] == "product":
            self.stdout.write(json.dumps(by_product(options["port"]).__dict__))
            return
        with PostgreSQL(options["port"]):
            call_command("migrate", verbosity=0)
            prepare(options["subscribers"])
            start_over()
            found = race(options["subscribers"], options["sink"], options["rounds"], self.say)
        self.stdout.write(json.dumps(found))

    def say(self, line: str) -> None:
        """Progress, beside the report."""
        print(line, file=sys.stderr, flush=True)
