"""Celery's handles on this room: small, safe to run twice or never."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from digests.journal.models import Tick
from digests.sources.models import Article
from digests.stories.assistant import assist, due
from digests.stories.labelling import load_rules, untagged
from digests.stories.process import tell
from digests.stories.promoting import train_if_due

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=36)
# Feed dates may lie an hour ahead (see sources).
AHEAD = timedelta(hours=1)
RETAG = timedelta(days=14)


@shared_task  # type: ignore[untyped-decorator]
def tick() -> None:
    """Tell what came in or changed since the last tick, if anything did, and learn once a night.

    The newest window that has closed and the open one are told, each as the edition tells it: what an
    edition has printed stays a story of its own, and what follows it becomes its update.
    """
    now = timezone.now()
    Tick.beat("stories", now)
    if has_news(now):
        cutoff = settings.EDITION_CUTOFFS[0]
        for day in (cutoff.latest_day(now), cutoff.next_day(now)):
            since, until = cutoff.window(day)
            told = tell(since, until, now)
            logger.info(
                "told %s articles as %s stories, %s tagged", told.articles, len(told.stories), told.tagged
            )
    assist(due(now - WINDOW, now), now)
    model = train_if_due(now)
    if model:
        logger.info("trained model %s", model)


def has_news(now: datetime) -> bool:
    """Whether an article of the last days is untold, or was edited or retagged since it was told."""
    articles = Article.objects.published_in(now - RETAG, now + AHEAD)
    return (
        articles.filter(published_at__gte=now - WINDOW)
        .filter(Q(telling__isnull=True) | Q(telling__story__changed_at__lt=F("changed_at")))
        .exists()
        or untagged(articles, load_rules().version).exists()
    )
