"""`manage.py demo`: from nothing to three mails, with a worker, then the site."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletter.demo.opening import NotHere, open_demo


class Command(BaseCommand):
    help = (
        "Fetch sample news from a loopback newsstand, make the edition, send three readers their digests "
        "into the local mailbox, and serve the site."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="end after the mails")
        parser.add_argument("--port", type=int, default=8000, help="of the site; the next free one is taken")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            open_demo(sys.stdout, port=options["port"], serves=not options["no_serve"])
        except NotHere as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\n  멈췄습니다. 남은 프로세스는 없습니다.  Stopped; no process is left.")
