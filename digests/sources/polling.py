"""One poll: from a feed that is due to stored articles.

1. claim: the next check is written before the request, by a conditional UPDATE on the old one;
   and the host, so that it is asked once at a time with a pause.
2. act: fetching.ask_feed, outside any transaction, without the database.
3. settle: store what is new or changed, record the attempt, set the next check. Every failure
   leaves by the same door (`settle_failure`), with its named reason on the feed and the attempt.
"""

import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from digests.sources.fetching import Answer, Question, ask_feed
from digests.sources.health import rhythm_of
from digests.sources.hosts import claim_host, free_at, host_of, release_host
from digests.sources.models import Article, Attempt, Feed
from digests.sources.politeness import (
    BACK_OFF_FROM,
    may_adopt_redirect,
    next_check,
)
from digests.sources.storing import Outcome, store_many
from digests.sources.websub import interval_of, want_hub
from digests.text.cleaning import clean_title

logger = logging.getLogger(__name__)

# Until a crashed poll is tried again: a first failure's back-off.
CLAIM = timedelta(seconds=BACK_OFF_FROM**4)
# Entry fingerprints kept in mind for a feed: more than any feed shows at once.
KNOWN_ENTRIES = 3000
# What a settled attempt may write on its feed: never what a curator decides.
SETTLED = (
    "title",
    "etag",
    "last_modified",
    "body_hash",
    "newest_entry_at",
    "redirect_url",
    "redirect_since",
    "last_success_at",
    "failures",
    "last_reason",
    "last_detail",
    "next_check_at",
)
ATTEMPTS_KEPT = 200
FAILED = Attempt.Outcome.FAILED


@dataclass
class Polled:
    """What a poll came to. `outcome` is an Attempt.Outcome, or "busy" where it was not ours to do."""

    feed_id: int
    outcome: str
    reason: str = ""
    new_ids: list[int] = field(default_factory=list)
    changed_ids: list[int] = field(default_factory=list)
    skipped: int = 0


def poll(feed_id: int, now: datetime) -> Polled:
    """Ask one feed and store what it says; never raises for a bad feed."""
    feed = claim(feed_id, now)
    if feed is None:
        return Polled(feed_id, "busy")
    host = host_of(feed.url)
    try:
        return settle(feed, ask_feed(question_of(feed)), now)
    finally:
        release_host(host, now)


def claim(feed_id: int, now: datetime) -> Feed | None:
    """The feed, if it and its host are ours to ask; its next check is put off before the request."""
    feed = Feed.objects.select_related("publisher").filter(pk=feed_id, status=Feed.Status.ACTIVE).first()
    if feed is None or feed.next_check_at > now:
        return None
    host = host_of(feed.url)
    if not claim_host(host, now):
        Feed.objects.filter(pk=feed.pk, next_check_at=feed.next_check_at).update(
            next_check_at=free_at(host, now)
        )
        return None
    won = Feed.objects.filter(pk=feed.pk, next_check_at=feed.next_check_at, status=Feed.Status.ACTIVE).update(
        next_check_at=now + CLAIM, last_attempt_at=now
    )
    if not won:
        release_host(host, now)
        return None
    feed.next_check_at, feed.last_attempt_at = now + CLAIM, now
    return feed


def question_of(feed: Feed) -> Question:
    """What the request needs to know of `feed`."""
    hashes = feed.articles.order_by("-first_seen_at").values_list("entry_hash", flat=True)
    return Question(
        url=feed.url,
        zone=feed.publisher.zone,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_hash=feed.body_hash,
        max_entries=min(feed.max_entries, settings.FETCH_MAX_ENTRIES),
        wants_pages=feed.fetches_pages,
        junk=tuple(feed.publisher.cleaning_rules.get("junk", ())),
        known=frozenset(hashes[:KNOWN_ENTRIES]) - {""},
    )


def settle(feed: Feed, answer: Answer, now: datetime) -> Polled:
    """Write down what `answer` means for `feed`."""
    if answer.failure:
        return settle_failure(feed, answer, now)
    polled = Polled(feed.pk, Attempt.Outcome.UNCHANGED, answer.unchanged, skipped=answer.skipped)
    try:
        for stored in store_many(
            answer.items,
            publisher=feed.publisher,
            feed=feed,
            now=now,
            date_source=Article.DateSource.FEED,
        ):
            if stored.outcome == Outcome.NEW and stored.article_id:
                polled.new_ids.append(stored.article_id)
            elif stored.outcome == Outcome.CHANGED and stored.article_id:
                polled.changed_ids.append(stored.article_id)
            elif stored.outcome == Outcome.SKIPPED:
                polled.skipped += 1
    except DatabaseError:
        # The claim stands: the feed is asked again after it, and nothing says it was read.
        logger.exception("feed %s: storing failed", feed.pk)
        return settle_failure(feed, Answer(failure="not_stored", status=answer.status), now)
    if polled.new_ids or polled.changed_ids:
        polled.outcome = Attempt.Outcome.NEW
    elif not polled.reason:
        same = answer.newest is not None and answer.newest == feed.newest_entry_at
        polled.reason = "same_newest" if same else "nothing_new"
    settle_success(feed, answer, polled, now)
    return polled


def settle_success(feed: Feed, answer: Answer, polled: Polled, now: datetime) -> None:
    """The feed's health, validators, title, redirect and next check after a good answer."""
    parsed = answer.feed
    feed.etag, feed.last_modified, feed.body_hash = answer.etag, answer.last_modified, answer.body_hash
    if parsed is not None:
        feed.title = feed.title or clean_title(parsed.title)[:300]
        feed.newest_entry_at = answer.newest or feed.newest_entry_at
        want_hub(feed, parsed.hub_url, parsed.self_url)
    feed.last_success_at, feed.failures, feed.last_detail = now, 0, ""
    feed.last_reason = polled.reason
    follow_redirect(feed, answer.moved_to, now)
    feed.next_check_at = next_check(
        now,
        interval=interval_of(feed, now),
        wishes=answer.wishes,
        rhythm=rhythm_of(feed),
        chance=random.random(),  # noqa: S311 - it only spreads the load
    )
    record(feed, answer, polled, now)


def settle_failure(feed: Feed, answer: Answer, now: datetime) -> Polled:
    """The one exit for failures: the reason on the feed, an attempt, the back-off, 410 to gone."""
    feed.failures += 1
    feed.last_reason, feed.last_detail = answer.failure, answer.detail
    feed.next_check_at = next_check(
        now,
        interval=timedelta(minutes=feed.interval_minutes),
        wishes=answer.wishes,
        failures=feed.failures,
        chance=random.random(),  # noqa: S311 - it only spreads the load
    )
    if answer.status == 410:
        feed.status, feed.status_reason = Feed.Status.GONE, "http_410"
    polled = Polled(feed.pk, FAILED, answer.failure, skipped=answer.skipped)
    record(feed, answer, polled, now)
    logger.info("feed %s failed: %s", feed.pk, answer.failure)
    return polled


def record(feed: Feed, answer: Answer, polled: Polled, now: datetime) -> None:
    """The feed's row and the attempt's, together; a status changed by a curator meanwhile stands."""
    fields = {name: getattr(feed, name) for name in SETTLED}
    with transaction.atomic():
        if not Feed.objects.filter(pk=feed.pk).update(**fields):
            return  # deleted while it was asked
        if feed.status == Feed.Status.GONE:
            Feed.objects.filter(pk=feed.pk, status=Feed.Status.ACTIVE).update(
                status=feed.status, status_reason=feed.status_reason
            )
        attempt = Attempt.objects.create(
            feed_id=feed.pk,
            at=now,
            outcome=polled.outcome,
            reason=polled.reason,
            detail=answer.detail if answer.failure else "",
            http_status=answer.status,
            bytes=answer.size,
            seconds=round(answer.seconds, 3),
            items_new=len(polled.new_ids),
            items_changed=len(polled.changed_ids),
            items_skipped=polled.skipped,
        )
    if attempt.pk % ATTEMPTS_KEPT == 0:
        prune_attempts(feed.pk)


def follow_redirect(feed: Feed, moved_to: str, now: datetime) -> None:
    """Remember a permanent redirect; adopt it once it has held for days and nobody has its address."""
    if not moved_to or moved_to == feed.url:
        feed.redirect_url, feed.redirect_since = "", None
    elif moved_to != feed.redirect_url:
        feed.redirect_url, feed.redirect_since = moved_to, now
    elif may_adopt_redirect(feed.redirect_since, now) and not Feed.objects.filter(url=moved_to).exists():
        Feed.objects.filter(pk=feed.pk).update(url=moved_to)
        feed.url, feed.redirect_url, feed.redirect_since = moved_to, "", None


def prune_attempts(feed_id: int, keep: int = ATTEMPTS_KEPT) -> int:
    """Delete the feed's attempts beyond its last `keep`; how many went."""
    kept = Attempt.objects.filter(feed_id=feed_id).order_by("-at", "-pk").values_list("pk", flat=True)[:keep]
    return Attempt.objects.filter(feed_id=feed_id).exclude(pk__in=list(kept)).delete()[0]
