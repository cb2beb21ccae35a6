"""manage.py storm: prove exactly one under kills, freezes, restarts and lost answers."""

import shutil
import subprocess
import sys
import tempfile
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsletter.delivery.cluster import NotInstalled, find_program, free_port
from newsletter.delivery.crew import Weather, inner_environment, keep_ticking, work
from newsletter.delivery.storming import rage, verdict_text


class Command(BaseCommand):
    help = (
        "Sends to invented readers through a sink on loopback while workers are killed and frozen, a private "
        "PostgreSQL is restarted and readers leave; then compares the sink's log with the tables. Needs "
        "PostgreSQL's programs (and redis-server with --celery); touches no server that is already running."
    )

    # Workers start often here, and what is checked does not matter to them.
    requires_system_checks = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recipients", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--workers", type=int, default=3)
        parser.add_argument("--kills", type=int, default=20)
        parser.add_argument("--restarts", type=int, default=4)
        parser.add_argument("--freezes", type=int, default=2)
        parser.add_argument("--naive", action="store_true", help="a sender that marks mails after sending")
        parser.add_argument(
            "--celery", action="store_true", help="real Celery workers, three beats, two ticks"
        )
        parser.add_argument(
            "--role", choices=["outer", "inner", "worker", "naive", "ticker"], default="outer", help=SUPPRESS
        )
        parser.add_argument("--sqlite", action="store_true", help="on SQLite, which is not restarted")
        parser.add_argument("--keep", type=Path, help="a folder for the logs of the sink and the workers")
        parser.add_argument("--ports", type=int, nargs=3, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        if role == "ticker":
            keep_ticking()
            return
        if role in ("worker", "naive"):
            work(is_naive=role == "naive")
            return
        names = ("recipients", "seed", "workers", "kills", "restarts", "freezes")
        weather = Weather(
            **{name: options[name] for name in names},
            is_naive=options["naive"],
            has_celery=options["celery"],
            has_postgres=not options["sqlite"],
        )
        if role == "outer":
            self.start_again(weather, options["keep"])
            return
        verdict = rage(weather, options["ports"], lambda line: self.stderr.write(line))
        self.stdout.write(verdict_text(verdict))
        if not verdict.is_good:
            raise CommandError("exactly one was broken", returncode=1)

    def start_again(self, weather: Weather, keep: Path | None) -> None:
        """Run the storm in an environment of its own, whose settings name servers of its own."""
        try:
            for name in ["initdb", "pg_ctl"] * weather.has_postgres + ["redis-server"] * weather.has_celery:
                find_program(name)
        except NotInstalled as error:
            raise CommandError(str(error)) from error
        ports = [free_port() for _server in range(3)]
        with tempfile.TemporaryDirectory(prefix="storm-") as folder:
            environment = inner_environment(weather, ports, Path(folder))
            command = [
                sys.executable,
                "-m",
                "django",
                "storm",
                "--role",
                "inner",
                "--ports",
                *map(str, ports),
            ]
            for name in ("recipients", "seed", "workers", "kills", "restarts", "freezes"):
                command += [f"--{name}", str(getattr(weather, name))]
            command += ["--naive"] * weather.is_naive + ["--celery"] * weather.has_celery
            command += ["--sqlite"] * (not weather.has_postgres)
            done = subprocess.run(command, env=environment, check=False)  # noqa: S603
            if keep is not None:
                shutil.copytree(folder, keep, dirs_exist_ok=True)
            if done.returncode:
                for log in Path(folder).glob("*.log"):
                    self.stderr.write(log.read_text()[-3000:])
        if done.returncode:
            raise CommandError("the storm was lost", returncode=done.returncode)
