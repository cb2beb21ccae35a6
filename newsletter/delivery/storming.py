"""The storm: workers killed and frozen, servers restarted, readers leaving, while an edition is sent.

    outer: private PostgreSQL (and Redis), a sink that misbehaves ─▶ inner: readers, workers, disasters
    then the sink's log is compared with the tables: duplicates, lost, unknown, sent after leaving

What happens is drawn from a seed; when, follows from how many mails the sink has taken, so that the
disasters strike while bytes leave.
"""

import json
import logging
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from digests.editions.models import Edition
from newsletter.delivery import samples
from newsletter.delivery.cluster import PostgreSQL, Redis
from newsletter.delivery.crew import LEASE_SECONDS, Crew, Weather, crew_commands
from newsletter.delivery.ledger import resolutely
from newsletter.delivery.messages import delivery_id_of
from newsletter.delivery.models import Delivery
from newsletter.delivery.process import morning
from newsletter.delivery.reconciling import settle_by_log, sweep
from newsletter.delivery.reporting import prove
from newsletter.delivery.sink import Faults, Sink
from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.models import ConsentEvent, Subscriber

logger = logging.getLogger(__name__)
Status = Delivery.Status

# A mail that leaves within this of the reader's leaving was already on the wire.
OVERSHOOT = 2.0
# After the last disaster, how long the rest may take.
PATIENCE = 240.0
# The next disaster strikes although fewer mails left than it waited for.
STANDSTILL = LEASE_SECONDS + 12.0


@dataclass
class Verdict:
    """What the storm did and what it broke."""

    recipients: int
    seconds: float
    accepted: int
    duplicates: int
    lost: int
    after_leaving: int
    overshoot: float
    unknown_before: int
    unknown_bound: int
    unknown: int
    statuses: dict[str, int]
    is_sum_right: bool
    happened: dict[str, int]
    sink: dict[str, int]

    @property
    def is_good(self) -> bool:
        """Whether exactly one was kept."""
        is_exact = not (self.duplicates or self.lost or self.after_leaving or self.unknown)
        return is_exact and self.is_sum_right and self.unknown_before <= self.unknown_bound


class Storm:
    """One storm over one edition."""

    def __init__(
        self, weather: Weather, sink: Sink, database: PostgreSQL | None, redis: Redis | None, crew: Crew
    ) -> None:
        self.weather, self.sink, self.database, self.redis, self.crew = weather, sink, database, redis, crew
        self.chance = random.Random(weather.seed)  # noqa: S311
        self.happened: Counter[str] = Counter()
        self.left_at: dict[str, float] = {}
        self.edition: Edition

    def run(self, say: Callable[[str], None]) -> Verdict:
        """Make readers, let it blow, wait until it is calm, and count."""
        due = timezone.now().replace(microsecond=0)
        topics = samples.make_topics(8)
        self.edition = samples.make_edition(due, topics, seed=self.weather.seed, stories=24)
        samples.make_readers(self.weather.recipients, due, topics, seed=self.weather.seed, length=5)
        say(f"{self.weather.recipients} readers, {self.weather.workers} workers, seed {self.weather.seed}")
        started = time.monotonic()
        for number in range(len(self.crew.commands)):
            self.crew.hire(number)
        self.blow(say)
        self.calm(say)
        self.crew.dismiss()
        seconds = time.monotonic() - started
        unknown_before = self.settle()
        return self.judge(seconds, unknown_before)

    def disasters(self) -> list[tuple[float, Callable[[], None]]]:
        """What strikes, each with the share of mails after which it does."""
        weather, chance = self.weather, self.chance
        leavers = chance.sample(range(weather.recipients), k=round(weather.recipients * weather.leaving))
        acts: list[Callable[[], None]] = [self.kill] * weather.kills + [self.freeze] * weather.freezes
        acts += [self.restart] * weather.restarts
        if self.redis is not None:
            acts += [self.flush, self.lose_redis] * 2
        timed = [(chance.uniform(0.01, 0.97), act) for act in acts]
        timed += [(chance.uniform(0.0, 0.95), self.leaver(number)) for number in leavers]
        return sorted(timed, key=lambda pair: pair[0])

    def blow(self, say: Callable[[str], None]) -> None:
        """Let the disasters strike as the mails go out."""
        for share, act in self.disasters():
            self.wait_for_mails(share * self.weather.recipients)
            act()
        say(f"{len(self.sink.accepted)} mails taken, {dict(self.happened)}")

    def wait_for_mails(self, count: float) -> None:
        """Wait until the sink has taken so many mails, or takes no more: all is lost, or sent."""
        taken, since = -1, time.monotonic()
        while len(self.sink.accepted) < count and time.monotonic() - since < STANDSTILL:
            if len(self.sink.accepted) != taken:
                taken, since = len(self.sink.accepted), time.monotonic()
            time.sleep(0.01)

    def wait_until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Wait for something, at most so long; whether it came."""
        until = time.monotonic() + seconds
        while not is_so() and time.monotonic() < until:
            time.sleep(0.01)
        return is_so()

    def kill(self) -> None:
        """SIGKILL a worker."""
        self.crew.kill(self.chance.randrange(self.weather.workers))
        self.happened["kills"] += 1

    def freeze(self) -> None:
        """Stop a worker beyond its lease."""
        self.crew.freeze(self.chance.randrange(self.weather.workers), LEASE_SECONDS + 7.0)
        self.happened["freezes"] += 1

    def restart(self) -> None:
        """Restart PostgreSQL under everybody."""
        if self.database is not None:
            connection.close()
            self.database.restart(self.chance.choice(("fast", "immediate")))
            self.happened["restarts"] += 1

    def flush(self) -> None:
        """Empty the queue, as FLUSHALL would."""
        if self.redis is not None:
            self.redis.kill()
            self.redis.start()
            self.happened["flushes"] += 1

    def lose_redis(self) -> None:
        """Freeze the queue for some seconds."""
        if self.redis is not None:
            self.redis.freeze()
            threading.Timer(4.0, self.redis.thaw).start()
            self.happened["queue_freezes"] += 1

    def leaver(self, number: int) -> Callable[[], None]:
        """A reader who unsubscribes with one click."""

        def leave() -> None:
            reader = resolutely(lambda: Subscriber.objects.get(email__startswith=f"reader{number}@").pk)
            resolutely(lambda: unsubscribe(reader, ConsentEvent.How.ONE_CLICK, timezone.now()))
            self.left_at[f"reader{number}@sample{number % 40}.example"] = time.time()
            self.happened["left"] += 1

        return leave

    def calm(self, say: Callable[[str], None]) -> None:
        """Wait until nothing is on its way."""

        def is_calm() -> bool:
            time.sleep(0.5)
            due = Subscriber.objects.due(timezone.now())
            going = Delivery.objects.filter(status__in=[Status.PLANNED, Status.CLAIMED, Status.SENDING])
            return resolutely(lambda: not due.exists() and not going.exists())

        if not self.wait_until(is_calm, PATIENCE):
            say("it did not grow calm")

    def settle(self) -> int:
        """Settle the unknown by the sink's log, send what it never took; how many were unknown."""
        now = timezone.now()
        sweep(now + timedelta(seconds=LEASE_SECONDS + 60))
        unknown = Delivery.objects.filter(status=Status.UNKNOWN).count()
        ids = [f"<{row['id']}>" for row in self.sink.accepted]
        settle_by_log(ids, now - timedelta(hours=1), now + timedelta(minutes=1), now)
        while (owed := Delivery.objects.filter(status=Status.PLANNED)).exists():
            owed.update(next_try_at=now)  # the storm is over: no need to wait out a backoff
            morning()
            settle_by_log(
                [f"<{row['id']}>" for row in self.sink.accepted], now, timezone.now(), timezone.now()
            )
            time.sleep(1)
        return unknown

    def judge(self, seconds: float, unknown_before: int) -> Verdict:
        """Compare the sink's log with the tables."""
        accepted = Counter(delivery_id_of(f"<{row['id']}>") for row in self.sink.accepted)
        rows = dict(Delivery.objects.values_list("pk", "status"))
        late = [
            float(str(row["at"])) - self.left_at[str(row["to"])]
            for row in self.sink.accepted
            if str(row["to"]) in self.left_at
        ]
        missing = sum(status == Status.SENT and pk not in accepted for pk, status in rows.items())
        unplanned = Subscriber.objects.filter(deliveries=None, status=Subscriber.Status.ACTIVE).count()
        recorded = sum(pk in rows and rows[pk] != Status.SENT for pk in accepted)
        stored = prove(self.edition.pk, timezone.now())
        statuses = Counter(rows.values())
        return Verdict(
            recipients=self.weather.recipients,
            seconds=round(seconds, 1),
            accepted=len(self.sink.accepted),
            duplicates=sum(count - 1 for count in accepted.values()) + recorded,
            lost=missing + unplanned + statuses[Status.FAILED],
            after_leaving=sum(seconds > OVERSHOOT for seconds in late),
            overshoot=round(max([0.0, *late]), 3),
            unknown_before=unknown_before,
            unknown_bound=self.bound(),
            unknown=statuses[Status.UNKNOWN],
            statuses=dict(statuses),
            is_sum_right=stored.is_proved and stored.eligible == len(rows),
            happened=dict(self.happened),
            sink=dict(self.sink.ledger.counts),
        )

    def bound(self) -> int:
        """The most that may be unknown: a window per kill and per freeze, and each answer the sink lost."""
        window = settings.DELIVERY_GATE_WINDOW
        counts = self.sink.ledger.counts
        struck = self.happened["kills"] + self.happened["freezes"]
        return struck * window + counts["lost_before"] + counts["lost_after"]


def rage(weather: Weather, ports: Sequence[int], say: Callable[[str], None]) -> Verdict:
    """Start the servers on `ports`, let the storm blow, and stop them; call it in `inner_environment`."""
    database, queue, port = ports
    faults = Faults(temporary=0.005, lost_before=0.0005, lost_after=0.0005, stall=0.002, seed=weather.seed)
    folder = Path(settings.DATA_DIR)
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgreSQL(database)) if weather.has_postgres else None
        redis = stack.enter_context(Redis(queue)) if weather.has_celery else None
        sink = stack.enter_context(Sink(faults, port=port, log=folder / "sink.jsonl"))
        call_command("migrate", verbosity=0)
        crew = Crew(crew_commands(weather, folder), dict(os.environ), folder / "workers.log")
        stack.callback(crew.dismiss)
        return Storm(weather, sink, postgres, redis, crew).run(say)


def verdict_text(verdict: Verdict) -> str:
    """The verdict as JSON, for people and for CI."""
    return json.dumps({**verdict.__dict__, "is_good": verdict.is_good}, indent=2)
