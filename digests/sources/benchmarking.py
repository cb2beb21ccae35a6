"""What fetching costs: feeds on loopback with latency, fetched, parsed, cleaned and stored."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from digests.sources.benchserver import feed
from digests.sources.child import NURSERY, ROOT
from digests.sources.ingest import Polled, poll_due
from digests.sources.models import Article, Feed, Publisher
from digests.sources.parsing import feedparser_alone

THREADS = 50


def run(feeds: int = 200, latency_ms: int = 200, threads: int = THREADS) -> dict[str, Any]:
    """Poll `feeds` feeds of 30 entries twice, the second time unchanged; what it took.

    Everything happens in one transaction that is rolled back. Seconds are wall time, `cpu_ms_per_feed`
    is of this process and its parser children, `feedparser_alone` the same bytes given to feedparser
    in this process, with neither network, cleaning nor storing.
    """
    private = settings.FETCH_PRIVATE_HOSTS
    server = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "digests.sources.benchserver", str(feeds), str(latency_ms)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert server.stdout is not None  # noqa: S101 - for the type checker
    try:
        port = int(server.stdout.readline())
        hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}:{port}" for n in range(feeds)]
        settings.FETCH_PRIVATE_HOSTS = hosts
        with transaction.atomic():
            figures = measure(hosts, threads)
            transaction.set_rollback(True)
    finally:
        settings.FETCH_PRIVATE_HOSTS = private
        server.kill()
        server.stdout.close()
        server.wait()
    figures["feedparser_alone"] = alone(feeds)
    return figures | {"feeds": feeds, "latency_ms": latency_ms, "threads": threads}


def measure(hosts: list[str], threads: int) -> dict[str, Any]:
    """Both rounds."""
    now = timezone.now()
    publisher = Publisher.objects.create(slug="benchmark", name_ko="benchmark")
    Feed.objects.bulk_create(
        Feed(publisher=publisher, url=f"http://{host}/{n}", fetches_pages=False, next_check_at=now)
        for n, host in enumerate(hosts)
    )
    mine = Feed.objects.filter(publisher=publisher)
    others = list(Feed.objects.due(now).exclude(publisher=publisher).values_list("pk", flat=True))
    Feed.objects.filter(pk__in=others).update(status=Feed.Status.PAUSED)
    NURSERY.close()
    first = timed(len(hosts), threads)
    articles = Article.objects.filter(publisher=publisher).count()
    mine.update(next_check_at=timezone.now())
    second = timed(len(hosts), threads)
    return {"all_new": first, "all_unchanged": second, "articles": articles}


def timed(count: int, threads: int) -> dict[str, Any]:
    """One round's figures."""
    before, started = cpu(), time.monotonic()
    polled = poll_due(timezone.now(), count, threads=threads)
    seconds = time.monotonic() - started
    children = sum(peak_kilobytes(child.process.pid) for child in NURSERY.idle)
    NURSERY.close()  # reaped children's CPU is counted
    return {
        "seconds": round(seconds, 2),
        "feeds_per_second": round(count / seconds, 1),
        "cpu_ms_per_feed": round(1000 * (cpu() - before) / count, 2),
        "peak_mb": round(peak_kilobytes("self") / 1024, 1),
        "peak_mb_of_children": round(children / 1024, 1),
        "outcomes": outcomes(polled),
    }


def outcomes(polled: list[Polled]) -> dict[str, int]:
    """How many of which outcome."""
    names = [str(one.outcome) for one in polled]
    return {name: names.count(name) for name in sorted(set(names))}


def alone(count: int) -> dict[str, Any]:
    """feedparser with its defaults on the same bytes, one after another."""
    bodies = [feed(number) for number in range(count)]
    before, started = cpu(), time.monotonic()
    for body in bodies:
        feedparser_alone(body)
    return {
        "seconds": round(time.monotonic() - started, 2),
        "cpu_ms_per_feed": round(1000 * (cpu() - before) / count, 2),
    }


def cpu() -> float:
    """CPU seconds of this process and its reaped children."""
    whole = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in whole)


def peak_kilobytes(pid: int | str) -> int:
    """The most memory the process has held; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
