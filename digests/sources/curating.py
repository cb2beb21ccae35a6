"""What curators can do to feeds and articles; each act is written down."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from digests.journal.recording import record
from digests.sources.models import Article, Feed


@transaction.atomic
def check_now(feed: Feed, actor: User | None, now: datetime) -> int:
    """Make the feed due at once, whatever its back-off; its id, for the caller to enqueue."""
    Feed.objects.filter(pk=feed.pk).update(next_check_at=now)
    record(actor, "check_now", feed, after={"next_check_at": now.isoformat()})
    return feed.pk


@transaction.atomic
def set_status(feed: Feed, status: str, actor: User | None, now: datetime, reason: str = "") -> bool:
    """Pause or resume the feed; False if it was so already. Resuming forgets failures and is due at once."""
    fields: dict[str, object] = {"status": status, "status_reason": reason}
    if status == Feed.Status.ACTIVE:
        fields |= {"failures": 0, "next_check_at": now}
    if not Feed.objects.filter(pk=feed.pk).exclude(status=status).update(**fields):
        return False
    verb = "resume" if status == Feed.Status.ACTIVE else "pause"
    record(actor, verb, feed, before={"status": feed.status}, after={"status": status}, reason=reason)
    return True


@transaction.atomic
def set_article_state(article: Article, state: str, actor: User | None, now: datetime) -> bool:
    """Remove the article (it stays as a tombstone) or restore it; False if it was so already."""
    rows = Article.objects.filter(pk=article.pk).exclude(state=state)
    if not rows.update(state=state, changed_at=now):
        return False
    verb = "remove" if state == Article.State.REMOVED else "restore"
    record(actor, verb, article, before={"state": article.state}, after={"state": state})
    return True


@transaction.atomic
def want_page(article: Article, actor: User | None, now: datetime) -> bool:
    """Have the article's page read again; False if it has no address."""
    rows = Article.objects.filter(pk=article.pk).exclude(url="")
    if not rows.update(page_state=Article.Page.WANTED, page_next_at=now, page_attempts=0, page_reason=""):
        return False
    record(actor, "want_page", article, before={"page_state": article.page_state})
    return True
