"""`manage.py tick`: do once, here and now, what the beat's ticks ask the workers to do."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from digests.editions import tasks as editions
from digests.journal.models import Tick
from digests.sources.ingest import poll_due, read_due
from digests.stories import tasks as stories
from newsletter.delivery.process import morning
from newsletter.subscribers import tasks as subscribers


class Command(BaseCommand):
    help = (
        "Fetch what is due, tell the stories, refresh and freeze editions, send what is owed; "
        "harmless beside a beat, because each step asks the tables who is due."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="again and again, with this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        pause: float | None = options["loop"]
        try:
            self.tick()
            while pause is not None:
                time.sleep(pause)
                self.tick()
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def tick(self) -> None:
        """One round of all five, in the order of the way."""
        polled = poll_due(self.beat("fetch"))
        read = read_due(timezone.now())
        stories.tick()
        editions.tick()
        sent = morning()
        self.beat("deliver")
        subscribers.tick()
        new = sum(len(feed.new_ids) for feed in polled)
        self.stdout.write(
            f"{timezone.now():%F %T} feeds {len(polled)}, new articles {new}, pages {read}, "
            f"planned {sent.planned.count}, sent {sent.sent.sent}"
        )

    def beat(self, name: str) -> Any:
        """Record that the tick `name` ran, and give the present instant."""
        now = timezone.now()
        Tick.beat(name, now)
        return now
