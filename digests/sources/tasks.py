"""Celery's handles on this room: small, taking ids, safe to run twice or never."""

import logging
import time
from itertools import islice
from typing import Any

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from digests.journal.models import Tick
from digests.sources import ingest, websub
from digests.sources.models import Article, Feed, HubSubscription
from digests.sources.politeness import HOST_PAUSE

logger = logging.getLogger(__name__)

FEEDS_A_TICK = 400
PAGES_A_TICK = 400
PAGES_A_TASK = 8


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Ask the tables which feeds and pages are due and enqueue them: one feed and a few pages a host."""
    now = timezone.now()
    Tick.beat("fetch", now)
    feeds = ingest.by_host(Feed.objects.due(now).values_list("pk", "url")[:FEEDS_A_TICK])
    for ids in feeds.values():
        poll_feed.delay(ids[0])
    if websub.is_public_site() and HubSubscription.objects.exists():
        subscribe_to_hubs.delay()
    pages = ingest.by_host(Article.objects.page_due(now).values_list("pk", "url")[:PAGES_A_TICK])
    for ids in pages.values():
        read_pages.delay(list(islice(ids, PAGES_A_TASK)))


@shared_task  # type: ignore[untyped-decorator]
def subscribe_to_hubs() -> None:
    """Ask the hubs that are due."""
    websub.subscribe_due(timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def poll_feed(feed_id: int) -> None:
    """Poll one feed."""
    ingest.poll(feed_id, timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def read_page(article_id: int) -> None:
    """Read one article's page."""
    ingest.read_page(article_id, timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def read_pages(article_ids: list[int]) -> None:
    """Read a few pages of one host, with the pause between them."""
    for position, article_id in enumerate(article_ids):
        if position:
            time.sleep(HOST_PAUSE.total_seconds() + 0.1)
        ingest.read_page(article_id, timezone.now())


def ring(task: Any, *ids: int) -> bool:
    """Enqueue `task` for a person who waits; False if no queue answers: the next tick will do it."""
    try:
        task.delay(*ids)
    except OperationalError:
        logger.warning("no queue: the next tick will do it")
        return False
    return True
