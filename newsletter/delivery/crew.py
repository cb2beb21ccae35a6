"""Who is out in the storm: the worker processes, what they do, and how they are killed and frozen."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from newsletter.delivery import tasks
from newsletter.delivery.carrying import carry, drop, open_backend
from newsletter.delivery.cluster import postgres_url
from newsletter.delivery.ledger import claim
from newsletter.delivery.models import Delivery
from newsletter.delivery.outcomes import Fate
from newsletter.delivery.planning import plan
from newsletter.delivery.reconciling import sweep
from newsletter.delivery.sending import compose, send_owed

Status = Delivery.Status

LEASE_SECONDS = 8
CLIENT_SECONDS = 3.0


@dataclass(frozen=True)
class Weather:
    """How hard it blows."""

    recipients: int
    seed: int = 0
    workers: int = 3
    kills: int = 20
    restarts: int = 4
    freezes: int = 2
    leaving: float = 0.01
    is_naive: bool = False
    has_postgres: bool = True
    has_celery: bool = False


@dataclass
class Crew:
    """The worker processes, by number."""

    commands: list[list[str]]
    environment: dict[str, str]
    log: Path
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def hire(self, number: int) -> None:
        """Start a worker."""
        with self.log.open("ab") as output:
            self.processes[number] = subprocess.Popen(  # noqa: S603
                self.commands[number],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self, number: int) -> None:
        """SIGKILL a worker, and hire another in its place."""
        signal_group(self.processes[number], signal.SIGKILL)
        self.processes[number].wait()
        self.hire(number)

    def freeze(self, number: int, seconds: float) -> None:
        """SIGSTOP a worker for longer than its lease."""
        worker = self.processes[number]
        signal_group(worker, signal.SIGSTOP)
        threading.Timer(seconds, signal_group, (worker, signal.SIGCONT)).start()

    def dismiss(self) -> None:
        """End every worker."""
        for worker in self.processes.values():
            signal_group(worker, signal.SIGCONT)
            worker.terminate()
        for worker in self.processes.values():
            try:
                worker.wait(10)
            except subprocess.TimeoutExpired:
                signal_group(worker, signal.SIGKILL)
                worker.wait()


def signal_group(worker: "subprocess.Popen[bytes]", number: int) -> None:
    """Signal a worker and its children, if they still live."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, number)


def inner_environment(weather: Weather, ports: Sequence[int], folder: Path) -> dict[str, str]:
    """The environment of the storm's processes: production's parts on `ports`, with short leases."""
    database, queue, sink = ports
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsletter.settings",
        "DATABASE_URL": postgres_url(database)
        if weather.has_postgres
        else f"sqlite:///{folder}/storm.sqlite3",
        "DATABASE_POOL": "3",
        "REDIS_URL": f"redis://127.0.0.1:{queue}/0" if weather.has_celery else "",
        "DATA_DIR": str(folder),
        "MAIL_PROVIDER": "smtp",
        "SMTP_URL": f"smtp://127.0.0.1:{sink}",
        "EMAIL_TIMEOUT": str(CLIENT_SECONDS),
        "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
        "DELIVERY_CLAIM_SIZE": "200",
        "LOG_LEVEL": "WARNING",
    }


def crew_commands(weather: Weather, folder: Path) -> list[list[str]]:
    """How each process is started: the workers, and with Celery three beats and two loops of ticks."""
    django = [sys.executable, "-m", "django", "storm", "--role"]
    if not weather.has_celery:
        return [[*django, "naive" if weather.is_naive else "worker"]] * weather.workers
    celery = [sys.executable, "-m", "celery", "-A", "newsletter"]
    quiet = ["-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = [*celery, "worker", "-Q", "deliver", "-c", "1", *quiet]
    beats = [[*celery, "beat", "-l", "WARNING", "-s", f"{folder}/beat{n}", "--pidfile="] for n in range(3)]
    workers = [[*worker, "-n", f"worker{n}@storm"] for n in range(weather.workers)]
    return [*workers, *beats, *[[*django, "ticker"]] * 2]


def keep_ticking() -> None:
    """What a loop of `manage.py tick` does, beside the beats."""
    is_over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    while not is_over.wait(2.0):
        try:
            tasks.tick()
        except (OperationalError, InterfaceError):
            connection.close()


def work(*, is_naive: bool = False) -> None:
    """What a worker process does until it is ended: plan, sweep, send, again and again."""
    name, is_over = f"storm-{os.getpid()}", threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    while not is_over.is_set():
        try:
            now = timezone.now()
            sweep(now)
            plan(now, 2000)
            claimed = send_naively(name) if is_naive else send_owed(name, timezone.now).claimed
        except (OperationalError, InterfaceError):
            connection.close()
            claimed = 0
        if not claimed:
            is_over.wait(0.5)


def send_naively(worker: str) -> int:
    """What the storm must find out: send first, mark as sent after, and ask nobody in between."""
    _token, rows = claim(worker, timezone.now(), 50)
    readers = Delivery.objects.filter(pk__in=[row.pk for row in rows]).with_digest_key()
    mails = [compose(row, timezone.now()) for row in readers.select_related("subscriber", "edition")]
    backend = open_backend()
    try:
        fates = carry(backend, mails, lambda: True)
    finally:
        drop(backend)
    for mail, fate in zip(mails, fates, strict=True):
        status = Status.SENT if fate.fate is Fate.ACCEPTED else Status.PLANNED
        Delivery.objects.filter(pk=mail.delivery_id).update(status=status)
    return len(rows)
