"""How fast a morning goes: the product beside the same bytes on a bare socket and through smtplib.

    private PostgreSQL ─▶ readers, edition ─▶ checked round ─▶ rounds: socket, smtplib, product ─▶ medians

The clock of the product runs from planning to the last settled row, the ledger fully on. The three
take turns within a round, so that a busy machine slows them alike: trust the ratios.
"""

import email
import json
import os
import platform
import re
import resource
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.policy import default as modern_policy
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone

from digests.editions.models import Digest
from digests.editions.rendering import fill, render_digest
from newsletter.delivery import messages, samples, sending
from newsletter.delivery.cluster import NotInstalled, find_program, free_port, wait_for
from newsletter.delivery.crew import Weather, inner_environment
from newsletter.delivery.messages import Recipient, delivery_id_of, slots_of
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.sending import compose, send_owed
from newsletter.subscribers.models import Subscriber

SEED = 20260105
CHECKED = 200
SMTP_SINK = Path("/usr/sbin/smtp-sink")
# The bytes that socket and smtplib send again and again; more would only fill the memory.
CAPTURED = 1000
STAGES = ("plan", "claim", "warm", "gate", "compose", "carry", "settle")


@dataclass
class Run:
    """One contestant's go: seconds on the wall, and CPU seconds by stage."""

    seconds: float
    count: int
    cpu: dict[str, float] = field(default_factory=dict)
    memory_mb: float = 0.0

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.count / self.seconds if self.seconds else 0.0


class SinkProcess:
    """A mail sink in a process of its own: `smtp-sink` of Debian's postfix, or the builtin one."""

    def __init__(self, kind: str, keep: int = 0) -> None:
        self.kind, self.port = kind, free_port()
        if kind == "smtp-sink":
            as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
            command = [str(SMTP_SINK), "-c", *as_user, f"127.0.0.1:{self.port}", "1000"]
        else:
            command = [sys.executable, "-m", "newsletter.delivery.sink", "--port", str(self.port)]
            command += ["--keep", str(keep)]
        self.process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        wait_for(self.port)

    def stop(self) -> tuple[int, list[bytes]]:
        """End it: how many mails it took, and those it kept."""
        if self.kind == "smtp-sink":
            self.process.terminate()
            said, _none = self.process.communicate()
            counts = re.findall(rb"mesg=(\d+)", said)
            return (int(counts[-1]) if counts else 0), []
        said, _none = self.process.communicate(b"")
        told = json.loads(said.splitlines()[-1])
        return told["counts"].get("accepted", 0), [body.encode("latin-1") for body in told["kept"]]


def by_socket(port: int, mails: Sequence[tuple[str, bytes]], count: int) -> Run:
    """The floor: MAIL, RCPT and DATA pipelined behind the body before, over one bare socket."""
    started, cpu = time.perf_counter(), time.process_time()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies = line.makefile("rb")
        replies.readline()
        line.sendall(b"EHLO bench\r\n")
        while replies.readline()[3:4] == b"-":
            pass
        commands = [
            f"MAIL FROM:<a@jogan.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode() for to, _body in mails
        ]
        line.sendall(commands[0])
        for number in range(count):
            for _reply in range(3):
                replies.readline()
            following = commands[(number + 1) % len(mails)] if number + 1 < count else b""
            line.sendall(mails[number % len(mails)][1] + b".\r\n" + following)
            replies.readline()
        line.sendall(b"QUIT\r\n")
        replies.close()
    return Run(time.perf_counter() - started, count, {"carry": time.process_time() - cpu})


def by_smtplib(port: int, mails: Sequence[tuple[str, bytes]], count: int) -> Run:
    """The standard library on one connection, the bytes ready."""
    started, cpu = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        for number in range(count):
            to, body = mails[number % len(mails)]
            server.sendmail("a@jogan.example", [to], body)
    return Run(time.perf_counter() - started, count, {"carry": time.process_time() - cpu})


@contextmanager
def clocked() -> Iterator[dict[str, float]]:
    """CPU seconds by stage of what runs inside, taken where the sender calls its parts."""
    spent: dict[str, float] = defaultdict(float)

    def clock(stage: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.process_time()
            try:
                return act(*args, **kwargs)
            finally:
                spent[stage] += time.process_time() - started

        return timed

    places: list[tuple[object, str, str]] = [
        (sending, "claim", "claim"),
        (sending, "gate", "gate"),
        (sending, "compose", "compose"),
        (sending, "carry", "carry"),
        (sending, "settle", "settle"),
        (messages, "warm", "warm"),
    ]
    before = [(place, name, getattr(place, name)) for place, name, _stage in places]
    for place, name, stage in places:
        setattr(place, name, clock(stage, getattr(place, name)))
    try:
        yield spent
    finally:
        for place, name, act in before:
            setattr(place, name, act)


def by_product(port: int, *, is_planning: bool = True) -> Run:
    """Plan, claim, gate, send and settle everyone who is due, until nobody is owed anything."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    started, cpu, sent = time.perf_counter(), time.process_time(), 0
    with clocked() as spent:
        if is_planning:
            plan(timezone.now())
            spent["plan"] = time.process_time() - cpu
        while (done := send_owed("bench", timezone.now)).claimed:
            sent += done.sent
    seconds = time.perf_counter() - started
    spent["all"] = time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, sent, dict(spent), memory)


def product_in_a_process(port: int) -> Run:
    """The product as a worker would run it: in a process that has done nothing else."""
    command = [
        sys.executable,
        "-m",
        "django",
        "benchmark_morning",
        "product",
        "--port",
        str(port),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return Run(**json.loads(done.stdout))


def prepare(subscribers: int) -> None:
    """An edition and its readers."""
    due = timezone.now().replace(microsecond=0)
    topics = samples.make_topics()
    samples.make_edition(due, topics, seed=SEED)
    samples.make_readers(subscribers, due, topics, seed=SEED)
    analyse()


def start_over() -> None:
    """Make everyone due again, as if nobody had got anything."""
    due = timezone.now().replace(microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE delivery_delivery, delivery_deliveryevent, editions_digest CASCADE")
    Subscriber.objects.update(next_digest_at=due)
    analyse()


def analyse() -> None:
    """Let PostgreSQL know its tables."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def check(kept: Sequence[bytes], count: int, subscribers: int) -> dict[str, Any]:
    """Whether a round sent what it should; raises ValueError with what is wrong."""
    sent = Delivery.objects.filter(status=Delivery.Status.SENT).count()
    if not count == sent == subscribers:
        raise ValueError(f"sink took {count}, {sent} rows are sent, {subscribers} readers")
    if len({check_mail(body) for body in kept}) != len(kept):
        raise ValueError("two mails share a Message-ID")
    if plan(timezone.now()).count or send_owed("again", timezone.now).claimed:
        raise ValueError("a second run had something to send")
    return {"checked": len(kept), "digests": Digest.objects.count()}


def check_mail(body: bytes) -> int:
    """Whether a mail says what the template renders in full; its delivery. Raises ValueError."""
    if max(len(line) for line in body.split(b"\r\n")) > 998:
        raise ValueError("a line is longer than 998 bytes")
    message: Any = email.message_from_bytes(body, policy=modern_policy)
    if not (message["List-Unsubscribe"] and message["List-Unsubscribe-Post"]):
        raise ValueError("no way to unsubscribe")
    pk = delivery_id_of(message["Message-ID"]) or 0
    delivery = Delivery.objects.select_related("subscriber", "digest", "edition").get(pk=pk)
    if delivery.subscriber is None or delivery.digest is None or delivery.edition is None:
        raise ValueError("a mail of nobody")
    slots = slots_of(Recipient.of(delivery, delivery.subscriber, f"{delivery.edition.date:%F}"))
    whole = render_digest(delivery.digest)
    for kind, segments in (("plain", whole.text), ("html", whole.html)):
        said = message.get_body((kind,)).get_content().replace("\r\n", "\n")
        if undated(said) != undated(fill(segments, slots, escape=kind == "html")):
            raise ValueError(f"the {kind} part of delivery {pk} is not what the template says")
    return pk


def undated(text: str) -> str:
    """Without the links that hold the minute they were made."""
    return re.sub(r"/(p|f)/[^/]+/", r"/\1/", text)


def capture(limit: int = CAPTURED) -> list[tuple[str, bytes]]:
    """The bytes of the first mails, with their recipients."""
    rows = Delivery.objects.with_digest_key().select_related("subscriber", "edition").order_by("pk")[:limit]
    return [(row.subscriber.email, compose(row, timezone.now()).to_bytes()) for row in rows if row.subscriber]


def race(subscribers: int, sink: str, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Check one round, then let the three take turns; the report."""
    start_over()
    checked = SinkProcess("builtin", keep=CHECKED)
    product_in_a_process(checked.port)
    count, kept = checked.stop()
    facts = check(kept, count, subscribers)
    mails = capture()
    runs: dict[str, list[Run]] = defaultdict(list)
    contestants: list[tuple[str, Callable[[int], Run]]] = [
        ("socket", lambda port: by_socket(port, mails, subscribers)),
        ("smtplib", lambda port: by_smtplib(port, mails, subscribers)),
        ("product", product_in_a_process),
    ]
    for number in range(rounds):
        for name, contestant in contestants[number % 3 :] + contestants[: number % 3]:
            if name == "product":
                start_over()
            target = SinkProcess(sink)
            run = contestant(target.port)
            taken, _kept = target.stop()
            if taken != subscribers:
                raise ValueError(f"{name}: the sink took {taken} of {subscribers}")
            runs[name].append(run)
            say(f"round {number + 1} {name}: {run.rate:,.0f} a second")
    size = statistics.mean(len(body) for _to, body in mails) / 1024
    return {**report(runs, subscribers), **facts, "kb_per_message": round(size, 1), "sink": sink}


def report(runs: dict[str, list[Run]], subscribers: int) -> dict[str, Any]:
    """Medians with ranges, ratios within rounds, CPU by stage."""
    ratios = {
        f"of_{other}": [p.rate / o.rate for p, o in zip(runs["product"], runs[other], strict=True)]
        for other in ("smtplib", "socket")
    }
    cpu = {
        stage: round(
            statistics.median(run.cpu.get(stage, 0.0) for run in runs["product"]) / subscribers * 1e6, 1
        )
        for stage in (*STAGES, "all")
    }
    return {
        "subscribers": subscribers,
        "rates": {name: spread([run.rate for run in found], 0) for name, found in runs.items()},
        **{name: spread(values, 2) for name, values in ratios.items()},
        "cpu_us": cpu,
        "memory_mb": round(max(run.memory_mb for run in runs["product"])),
        "load": os.getloadavg()[0],
        "versions": {"python": platform.python_version(), "django": django.get_version()},
    }


def spread(values: Sequence[float], digits: int) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), digits),
        "least": round(min(values), digits),
        "most": round(max(values), digits),
    }


def run(sizes: Sequence[int], sink: str, rounds: int) -> list[dict[str, Any]]:
    """Race once per size on a private PostgreSQL; a report each. Raises NotInstalled, CalledProcessError."""
    find_program("initdb")
    if sink == "smtp-sink" and not SMTP_SINK.exists():
        raise NotInstalled(f"{SMTP_SINK} is not installed: it comes with Debian's postfix")
    reports = []
    for size in sizes:
        port = free_port()
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            environment = inner_environment(Weather(recipients=size), [port, 0, 25], Path(folder))
            environment |= {
                "DELIVERY_LEASE_SECONDS": "300",
                "DELIVERY_CLAIM_SIZE": "500",
                "EMAIL_TIMEOUT": "20",
            }
            command = [sys.executable, "-m", "django", "benchmark_morning", "race", "--port", str(port)]
            command += ["--subscribers", str(size), "--sink", sink, "--rounds", str(rounds)]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603
        reports.append(json.loads(done.stdout))
    return reports
