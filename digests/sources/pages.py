"""From an article to its page's text: robots.txt, one page, a state for what came of it."""

from datetime import datetime, timedelta

from django.db import transaction

from digests.sources import network
from digests.sources.extraction import Extracted, extract_page
from digests.sources.failures import FetchError
from digests.sources.hosts import claim_host, free_at, host_of, release_host
from digests.sources.models import Article, Host
from digests.sources.politeness import HOST_PAUSE
from digests.sources.robots import check_robots, crawl_delay

MAX_ATTEMPTS = 3
RETRY = timedelta(minutes=20)
# Refusals that another attempt will not change.
FINAL = frozenset({"robots", "bad_url", "private_address", "too_large", "http_401", "http_402", "http_403"})
FINAL |= {"http_404", "http_410", "http_451", "too_many_redirects"}
BLOCKED = frozenset({"robots", "http_401", "http_402", "http_403", "http_451"})
# Below this many characters a page held no article.
SHORTEST = 80


def read_page(article_id: int, now: datetime) -> str:
    """Fetch the page behind an article, once; the article's page state after it. Never raises for a page."""
    article = claim_page(article_id, now)
    if article is None:
        state = Article.objects.filter(pk=article_id).values_list("page_state", flat=True).first()
        return str(state or "")
    host = host_of(article.url)
    pause = HOST_PAUSE
    try:
        row = Host.objects.get(name=host)
        check_robots(row, article.url, now)
        pause = max(pause, crawl_delay(row))
        response = network.get(article.url, headers={"Accept": "text/html, application/xhtml+xml"})
        page = extract_page(
            response.body,
            url=response.url,
            rules={"zone": article.publisher.zone, **article.publisher.cleaning_rules},
            content_type=response.headers.get("content-type", ""),
        )
    except FetchError as error:
        return settle_failed_page(article, error, now)
    finally:
        release_host(host, now, pause)
    return settle_page(article, page, now)


def claim_page(article_id: int, now: datetime) -> Article | None:
    """The article, if its page is wanted, due, and its host free; the next attempt is put off first."""
    article = (
        Article.objects.select_related("publisher")
        .filter(pk=article_id, page_state=Article.Page.WANTED, page_next_at__lte=now)
        .first()
    )
    if article is None:
        return None
    host = host_of(article.url)
    rows = Article.objects.filter(
        pk=article.pk, page_state=Article.Page.WANTED, page_next_at=article.page_next_at
    )
    if not claim_host(host, now):
        rows.update(page_next_at=free_at(host, now))
        return None
    later = now + RETRY * (article.page_attempts + 1)
    if not rows.update(page_next_at=later, page_attempts=article.page_attempts + 1):
        release_host(host, now)
        return None
    article.page_attempts, article.page_next_at = article.page_attempts + 1, later
    return article


def settle_failed_page(article: Article, error: FetchError, now: datetime) -> str:
    """Keep the feed's text; try again later, or say for good why there is no page."""
    is_final = error.reason in FINAL or article.page_attempts >= MAX_ATTEMPTS
    article.page_state = Article.Page.FAILED if is_final else Article.Page.WANTED
    article.page_reason = error.reason
    if error.retry_after is not None:
        article.page_next_at = max(article.page_next_at or now, now + error.retry_after)
    fields = ["page_state", "page_reason", "page_next_at"]
    if error.reason in BLOCKED and not article.text:
        article.completeness = Article.Completeness.BLOCKED
        fields.append("completeness")
    article.save(update_fields=fields)
    return str(article.page_state)


def settle_page(article: Article, page: Extracted, now: datetime) -> str:
    """Take the page's text, unless it is shorter than the feed's: that is a failed extraction."""
    with transaction.atomic():
        article = (
            Article.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=article.pk)
        )
        if article.state == Article.State.REMOVED:
            return str(article.page_state)
        fields = ["page_state", "page_reason"]
        is_undated = article.date_source == Article.DateSource.FIRST_SEEN
        if is_undated and page.published_at and page.published_at <= now + timedelta(hours=1):
            article.published_at = page.published_at
            article.is_date_only = page.is_date_only
            article.date_source = Article.DateSource.PAGE
            fields += ["published_at", "is_date_only", "date_source"]
        if len(page.text) < max(SHORTEST, len(article.feed_text)):
            article.page_state = Article.Page.FAILED
            article.page_reason = "shorter_than_feed" if page.text else "no_text"
        else:
            article.page_state, article.page_reason = Article.Page.READ, ""
            if article.text != page.text:
                article.changed_at = now
            article.text = page.text
            article.completeness = page.completeness
            article.removed = [dict(removal) for removal in page.removed]
            fields += ["text", "completeness", "removed", "changed_at"]
        article.save(update_fields=fields)
    return str(article.page_state)
