"""The room's front: poll a feed, read a page, or do all that is due here and now.

feed due ─▶ claim ─▶ ask ─▶ parse ─▶ clean ─▶ store ─▶ page wanted ─▶ robots ─▶ ask ─▶ extract
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.conf import settings

from digests.sources.fetching import Answer, ask_feed
from digests.sources.hosts import host_of, release_host
from digests.sources.models import Article, Feed
from digests.sources.pages import read_page
from digests.sources.politeness import HOST_PAUSE
from digests.sources.polling import Polled, claim, poll, question_of, settle

__all__ = ["Polled", "by_host", "poll", "poll_due", "read_due", "read_page"]


def by_host(rows: Iterable[tuple[int, str]]) -> dict[str, deque[int]]:
    """Ids by the host of their URL, order kept."""
    queues: dict[str, deque[int]] = {}
    for pk, url in rows:
        queues.setdefault(host_of(url), deque()).append(pk)
    return queues


def pause_of(host: str) -> float:
    """Seconds between two requests to `host`; our own loopback hosts need none."""
    return 0.0 if host in settings.FETCH_PRIVATE_HOSTS else HOST_PAUSE.total_seconds()


def poll_due(
    now: datetime, limit: int = 500, *, threads: int = 8, told: Callable[[Polled], None] | None = None
) -> list[Polled]:
    """Poll up to `limit` due feeds here and now: hosts side by side, one host's feeds in turn.

    For the demo, the commands and a service without workers; `told` hears of each as it is done.
    Only the asking runs in threads; the database is this thread's.
    """
    queues = by_host(Feed.objects.due(now).values_list("pk", "url")[:limit])
    started = time.monotonic()
    ready = dict.fromkeys(queues, started)
    polled: list[Polled] = []
    asked: dict[Future[Answer], Feed] = {}
    with ThreadPoolExecutor(max_workers=max(threads, 1), thread_name_prefix="fetch") as pool:
        while queues or asked:
            clock = time.monotonic()
            busy = {host_of(feed.url) for feed in asked.values()}
            for host in [host for host in queues if host not in busy and ready[host] <= clock]:
                if len(asked) >= threads:
                    break
                pk = queues[host].popleft()
                if not queues[host]:
                    del queues[host]
                feed = claim(pk, now + timedelta(seconds=clock - started))
                if feed is None:
                    polled.append(Polled(pk, "busy"))
                else:
                    asked[pool.submit(ask_feed, question_of(feed))] = feed
            if not asked:
                time.sleep(max(min((ready[host] for host in queues), default=clock) - clock, 0))
                continue
            done, _ = wait(asked, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                feed = asked.pop(future)
                host = host_of(feed.url)
                polled.append(settle(feed, future.result(), now))
                clock = time.monotonic()
                release_host(host, now + timedelta(seconds=clock - started))
                ready[host] = clock + pause_of(host)
                if told is not None:
                    told(polled[-1])
    return polled


def read_due(now: datetime, limit: int = 200, *, told: Callable[[int, str], None] | None = None) -> int:
    """Read up to `limit` pages that are due, one after another, hosts in turn; how many were read.

    `told` hears of each article's id and page state as it is done.
    """
    queues = by_host(Article.objects.page_due(now).values_list("pk", "url")[:limit])
    started = time.monotonic()
    ready = dict.fromkeys(queues, started)
    count = 0
    while queues:
        host = min(queues, key=lambda name: ready[name])
        time.sleep(max(ready[host] - time.monotonic(), 0))
        pk = queues[host].popleft()
        state = read_page(pk, now + timedelta(seconds=time.monotonic() - started))
        ready[host] = time.monotonic() + pause_of(host)
        count += state == Article.Page.READ
        if not queues[host]:
            del queues[host]
        if told is not None:
            told(pk, state)
    return count
