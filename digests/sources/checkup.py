"""Is this feed worth taking? What `manage.py check_feed` and the admin ask before a feed is added.

Refused: no feed, no entries, newest entry older than 90 days, a feed we have. Taken with warnings:
thin texts, missing or future dates, another language, robots.txt against the pages, broken XML.
The thresholds are those Kagi's small web checks its submissions with.
"""

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from digests.sources import network
from digests.sources.discovery import feeds_of_page
from digests.sources.failures import FetchError, NotAFeed
from digests.sources.fetching import Question, read_parsed
from digests.sources.hosts import host_of
from digests.sources.models import Article, Feed, Host
from digests.sources.parsing import ParsedFeed, parse_feed
from digests.sources.robots import check_robots
from digests.sources.storing import Incoming
from digests.text.cleaning import clean_title
from digests.text.language import detect_language
from digests.text.urls import canonical_url, safe_link, url_key

FRESH = timedelta(days=90)
SAMPLES = 5
THIN_SHARE = 0.8
THIN_LENGTH = 40
KNOWN_SHARE = 0.6
SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """An entry as it would be stored."""

    title: str
    url: str
    published: str
    is_date_only: bool
    language: str
    completeness: str
    text: str


@dataclass
class Checkup:
    """What the check-up found. `reasons` refuse the feed, `warnings` only say."""

    source: str
    is_accepted: bool = False
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    detail: str = ""
    title: str = ""
    format: str = ""
    homepage: str = ""
    language: str = ""
    items: int = 0
    skipped: int = 0
    dated: int = 0
    newest: str = ""
    oldest: str = ""
    hub: str = ""
    moved_to: str = ""
    feeds: list[str] = field(default_factory=list)
    entries: list[Preview] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The check-up as JSON values."""
        return asdict(self)


def check_url(url: str, now: datetime, *, zone: str = "Asia/Seoul", wants_pages: bool = True) -> Checkup:
    """The check-up of the feed at `url`; raises FetchError if nothing came."""
    checkup = Checkup(url)
    started = time.monotonic()
    known = known_feed(url)
    if known:
        checkup.reasons.append("known_feed")
        checkup.detail = known
    response = network.get(url)
    checkup.moved_to = response.moved_to
    if response.moved_to and known_feed(response.moved_to) and not known:
        checkup.reasons.append("known_feed")
        checkup.detail = response.moved_to
    examine(checkup, response.body, response.headers.get("content-type", ""), response.url, zone, now)
    if wants_pages and checkup.entries and checkup.entries[0].url:
        check_pages(checkup, checkup.entries[0].url, now)
    return finish(checkup, started)


def check_bytes(source: str, body: bytes, now: datetime, *, zone: str = "Asia/Seoul") -> Checkup:
    """The check-up of a feed that lies in a file."""
    checkup = Checkup(source)
    started = time.monotonic()
    examine(checkup, body, "", "", zone, now)
    return finish(checkup, started)


def finish(checkup: Checkup, started: float) -> Checkup:
    """The verdict."""
    checkup.is_accepted = not checkup.reasons
    checkup.seconds = round(time.monotonic() - started, 3)
    return checkup


def known_feed(url: str) -> str:
    """The address of a feed we have that is `url` but for its scheme, case or tracking, or ""."""
    wanted = same_address(url)
    rows = Feed.objects.filter(url__icontains=host_of(url)).values_list("url", flat=True)
    return next((known for known in rows if same_address(known) == wanted), "")


def same_address(url: str) -> str:
    """What two addresses of one feed have in common."""
    return canonical_url(url).partition("://")[2].rstrip("/").lower()


def examine(checkup: Checkup, body: bytes, content_type: str, url: str, zone: str, now: datetime) -> None:
    """Everything that the bytes themselves tell."""
    try:
        parsed = parse_feed(body, content_type=content_type, url=url, zone=zone)
    except NotAFeed as refusal:
        checkup.reasons.append(refusal.reason)
        checkup.detail = checkup.detail or refusal.detail
        if refusal.reason in {"html_page", "not_a_feed"}:
            checkup.feeds = feeds_of_page(body, url)
        return
    checkup.title, checkup.format = clean_title(parsed.title), parsed.format
    checkup.homepage, checkup.hub = safe_link(parsed.homepage), parsed.hub_url
    checkup.items, checkup.skipped = len(parsed.entries), parsed.skipped
    if not parsed.entries:
        checkup.reasons.append("no_items")
        return
    check_dates(checkup, parsed, now)
    if parsed.skipped:
        checkup.warnings.append("skipped_entries")
    if not parsed.is_well_formed:
        checkup.warnings.append("not_well_formed")
    items = read_parsed(parsed, Question(url=url, zone=zone, max_entries=SHOWN)).items[::-1]
    check_texts(checkup, list(items))
    keys = [url_key(link) for entry in parsed.entries[:50] if (link := safe_link(entry.url))]
    if len(keys) >= SAMPLES and "known_feed" not in checkup.reasons:
        known = Article.objects.filter(url_key__in=keys).count()
        if known >= KNOWN_SHARE * len(keys):
            checkup.reasons.append("known_articles")


def check_dates(checkup: Checkup, parsed: ParsedFeed, now: datetime) -> None:
    """Freshness, and whether dates are there and credible."""
    dates = sorted(entry.published for entry in parsed.entries if entry.published)
    checkup.dated = len(dates)
    if not dates:
        checkup.warnings.append("no_dates")
        return
    past = [at for at in dates if at <= now + timedelta(hours=1)]
    if len(past) < len(dates):
        checkup.warnings.append("future_dates")
    if past:
        checkup.newest, checkup.oldest = past[-1].isoformat(), past[0].isoformat()
        if now - past[-1] > FRESH:
            checkup.reasons.append("stale")


def check_texts(checkup: Checkup, items: list[Incoming]) -> None:
    """Language, thinness, and the first entries as they would be stored."""
    thin = 0
    for item in items[:SAMPLES]:
        title = clean_title(item.title)
        text = item.cleaned.text if item.cleaned else ""
        thin += len(text) < THIN_LENGTH or abs(len(text) - len(title)) <= 5
        checkup.entries.append(
            Preview(
                title=title,
                url=safe_link(item.url),
                published=item.published.at.isoformat() if item.published else "",
                is_date_only=bool(item.published and item.published.is_date_only),
                language=item.cleaned.language if item.cleaned and text else detect_language(title),
                completeness=item.completeness or "",
                text=text[:300],
            )
        )
    if items and thin >= THIN_SHARE * len(items[:SAMPLES]):
        checkup.warnings.append("thin")
    spoken = [entry.language for entry in checkup.entries]
    checkup.language = max(set(spoken), key=spoken.count) if spoken else ""
    if checkup.language == "xx":
        checkup.warnings.append("other_language")


def check_pages(checkup: Checkup, url: str, now: datetime) -> None:
    """Whether robots.txt lets us read the article pages."""
    if not host_of(url):
        return
    try:
        host, _ = Host.objects.get_or_create(name=host_of(url), defaults={"free_at": now})
        check_robots(host, url, now)
    except FetchError:
        checkup.warnings.append("robots_pages")
