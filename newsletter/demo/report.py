"""What the demo tells at its end: fetched, grouped, chosen, sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from digests.editions.models import Digest, Edition, Item
from digests.sources.models import Article, Feed
from digests.stories.models import Story
from newsletter.delivery.models import Delivery
from newsletter.demo.readers import DIGEST_KINDS, Seat
from newsletter.demo.screen import Screen

MOST_SHOWN = 8
Status = Delivery.Status
STATUSES: dict[str, str] = {
    Status.SENT: "보냄 sent",
    Status.FAILED: "실패 failed",
    Status.UNKNOWN: "알 수 없음 unknown",
    Status.SKIPPED: "건너뜀 skipped",
}


def report(screen: Screen, edition: Edition, feed_ids: Sequence[int], seats: Sequence[Seat]) -> None:
    """Print the four lists, a few lines each."""
    report_fetched(screen, feed_ids)
    report_grouped(screen, edition)
    report_sent(screen, edition, seats)


def report_fetched(screen: Screen, feed_ids: Sequence[int]) -> None:
    """Articles by publisher, and how much of their text we have."""
    screen.say("\n수집한 기사  Fetched")
    feeds = Feed.objects.filter(pk__in=feed_ids).select_related("publisher")
    is_full = Q(articles__completeness=Article.Completeness.FULL)
    counted = feeds.annotate(total=Count("articles"), full=Count("articles", filter=is_full))
    rows = counted.order_by("-total", "publisher__name_ko").values_list(
        "total", "full", "publisher__name_ko", "publisher__name_en", "failures", "last_reason"
    )
    for total, full, name_ko, name_en, failures, reason in rows:
        trouble = f" · {reason}" if failures else ""
        screen.say(f"  {total:3}  {name_ko} · {name_en} (전문 full {full}){trouble}")


def report_grouped(screen: Screen, edition: Edition) -> None:
    """The stories that several articles of the edition tell, and what was left out as no AI news."""
    screen.say("\n같은 소식끼리 묶음  Grouped")
    stories = Story.objects.filter(items__edition=edition, items__is_chosen=True)
    counted = stories.annotate(total=Count("tellings")).filter(total__gt=1).prefetch_related("words")
    for story in counted.order_by("-total", "-rank")[:MOST_SHOWN]:
        screen.say(f"  {story.total:3}  {story}")
    since, until = window(edition)
    outside = Article.objects.published_in(since, until).filter(assessment__is_relevant=False)
    for title in outside.values_list("title", flat=True)[:3]:
        screen.say(f"    -  AI 소식이 아님 not AI news: {title}")


def window(edition: Edition) -> tuple[datetime, datetime]:
    """The day before the cut-off."""
    return edition.cutoff_at - timedelta(days=1), edition.cutoff_at


def report_sent(screen: Screen, edition: Edition, seats: Sequence[Seat]) -> None:
    """Each reader's digest: its topics, subject, and first stories."""
    screen.say("\n고르고 보낸 것  Chosen and sent")
    rows = Delivery.objects.filter(kind__in=DIGEST_KINDS, edition=edition).select_related("digest")
    by_reader = {row.subscriber_id: row for row in rows}
    for seat in seats:
        reader = seat.reader
        topics = ", ".join(reader.topics) or "모든 주제 all topics"
        screen.say(f"  {reader.email} ({reader.language}; {topics})")
        row = by_reader.get(seat.subscriber_id)
        if row is None:
            said = {"left": "구독을 멈춘 독자 not subscribed any more"}.get(
                seat.reason, "보낸 것 없음 nothing"
            )
            screen.say(f"      {said}")
        elif row.digest is None:
            screen.say(f"      {STATUSES.get(row.status, row.status)}: {row.reason}")
        else:
            report_digest(screen, row.digest, STATUSES.get(row.status, row.status))


def report_digest(screen: Screen, digest: Digest, status: str) -> None:
    """A digest's subject, and the headlines of its first stories."""
    screen.say(f"      {status}: {digest.subject} · 소식 stories {len(digest.choices)}")
    shown = [choice["item"] for choice in digest.choices[:3]]
    items = Item.objects.in_bulk(shown)
    for pk in shown:
        words = items[pk].content.get("words", {})
        wording: dict[str, str] = words.get(digest.language) or next(iter(words.values()), {})
        screen.say(f"        - {wording.get('headline', '')}")
