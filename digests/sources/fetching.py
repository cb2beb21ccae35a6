"""One conditional GET of a feed, read: everything of a poll that needs no database.

`ask_feed` does what may run in a thread: network, parser child, cleaner child. It never raises for
a bad feed; an Answer says what came or why nothing did.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from digests.sources import network
from digests.sources.child import ChildFailed, ask
from digests.sources.failures import FetchError, NotAFeed
from digests.sources.parsing import Entry, ParsedFeed, parse_feed
from digests.sources.politeness import Wishes
from digests.sources.storing import Incoming
from digests.text.cleaning import Cleaned, Removal, clean_title
from digests.text.dates import ReadDate

# Long enough to be an article rather than a lead.
FULL_TEXT = 1200
CLEAN_SECONDS = 4.0
# CPU seconds for one feed's cleaning, so that waiting for others does not count. Entries beyond are
# left for the next poll, which knows the ones before them already.
READING_SECONDS = 6.0
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Question:
    """What a request needs to know of its feed: values only, read before."""

    url: str
    zone: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    max_entries: int = 100
    wants_pages: bool = False
    junk: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()  # entry hashes that need no second reading


@dataclass(frozen=True)
class Answer:
    """What came of a request. Exactly one of: failure, unchanged, feed."""

    status: int | None = None
    size: int = 0
    seconds: float = 0.0
    failure: str = ""
    detail: str = ""
    unchanged: str = ""  # not_modified or same_body
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    moved_to: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    feed: ParsedFeed | None = None
    items: tuple[Incoming, ...] = ()  # new or changed entries, oldest first
    known: int = 0
    skipped: int = 0  # beyond the cap, repeated, or unreadable
    newest: datetime | None = None


def ask_feed(question: Question) -> Answer:
    """Fetch and read the feed; never raises for what came from outside."""
    headers = {"Accept": ACCEPT}
    if question.etag:
        headers["If-None-Match"] = question.etag
    if question.last_modified:
        headers["If-Modified-Since"] = question.last_modified
    try:
        response = network.get(question.url, headers=headers)
    except FetchError as error:
        return Answer(
            status=error.status,
            failure=error.reason,
            detail=error.detail,
            wishes=Wishes(retry_after=error.retry_after),
        )
    return read_response(question, response)


def read_response(question: Question, response: network.Response) -> Answer:
    """What `response` says to `question`."""
    now = datetime.now(UTC)
    headers = response.headers
    said = Answer(
        status=response.status,
        size=len(response.body),
        seconds=response.seconds,
        etag=headers.get("etag", "")[:500],
        last_modified=headers.get("last-modified", "")[:100],
        body_hash=hashlib.sha256(response.body).hexdigest() if response.body else "",
        moved_to=response.moved_to[:500],
        wishes=wishes_of(headers, now),
    )
    if response.status == 304:
        return replace(
            said,
            unchanged="not_modified",
            etag=said.etag or question.etag,
            last_modified=said.last_modified or question.last_modified,
            body_hash=question.body_hash,
        )
    if said.body_hash and said.body_hash == question.body_hash:
        return replace(said, unchanged="same_body")
    try:
        feed = parse_feed(
            response.body,
            content_type=headers.get("content-type", ""),
            url=response.url,
            zone=question.zone,
        )
    except NotAFeed as refusal:
        return replace(said, failure=refusal.reason, detail=refusal.detail, body_hash="")
    return with_entries(said, feed, question)


@dataclass
class Budget:
    """CPU seconds that are left for cleaning."""

    seconds: float


@dataclass(frozen=True)
class Harvest:
    """What a parsed feed holds for us: items new or changed (oldest first), and how many were not.

    `failed` entries held nothing or had to be killed; `unread` ones are left for the next poll.
    """

    items: tuple[Incoming, ...]
    known: int
    skipped: int
    failed: int
    unread: int


def read_parsed(feed: ParsedFeed, question: Question) -> Harvest:
    """The entries that are new or changed, cleaned; the newest up to the cap, for READING_SECONDS."""
    entries, beyond = newest_first(feed.entries, question.max_entries)
    uses = Counter(entry.url for entry in entries)
    items: list[Incoming] = []
    known = failed = unread = 0
    budget = Budget(READING_SECONDS)
    for entry in entries:
        fingerprint = entry_hash(entry)
        if fingerprint in question.known:
            known += 1
            continue
        if budget.seconds <= 0:
            unread += 1
        elif item := incoming(entry, fingerprint, question, budget):
            items.append(replace(item, shares_url=uses[entry.url] > 1))
        else:
            failed += 1
    return Harvest(tuple(reversed(items)), known, beyond + failed + unread + feed.skipped, failed, unread)


def with_entries(answer: Answer, feed: ParsedFeed, question: Question) -> Answer:
    """`answer` with what `feed` holds for us; a feed of which nothing could be read has failed."""
    harvest = read_parsed(feed, question)
    if harvest.failed and not harvest.items and not harvest.known:
        return replace(answer, failure="no_readable_entry", skipped=harvest.skipped, body_hash="")
    latest = datetime.now(UTC) + timedelta(hours=1)
    past = [entry.published for entry in feed.entries if entry.published and entry.published <= latest]
    if harvest.unread:  # the same bytes must not count as read
        answer = replace(answer, etag="", last_modified="", body_hash="")
    ttl = min(timedelta(minutes=feed.ttl_minutes), timedelta(days=1)) if feed.ttl_minutes else None
    return replace(
        answer,
        feed=feed,
        items=harvest.items,
        known=harvest.known,
        skipped=harvest.skipped,
        newest=max(past, default=None),
        wishes=replace(answer.wishes, ttl=ttl),
    )


def newest_first(entries: list[Entry], limit: int) -> tuple[list[Entry], int]:
    """The newest `limit` entries, each guid or address once (the first wins); how many were left out.

    Undated entries keep their place among their neighbours: feeds list the newest first.
    """
    seen: set[str] = set()
    unique: list[Entry] = []
    for entry in entries:
        name = entry.guid or entry.url or f"{entry.title}\n{entry.summary_html}"
        if name not in seen:
            seen.add(name)
            unique.append(entry)
    if len(unique) > limit:
        floor = datetime.min.replace(tzinfo=UTC)
        dated = any(entry.published for entry in unique)
        ranked = sorted(unique, key=lambda e: e.published or floor, reverse=True) if dated else unique
        unique = ranked[:limit]
    return unique, len(entries) - len(unique)


def entry_hash(entry: Entry) -> str:
    """The fingerprint of everything we take from an entry."""
    parts = (
        entry.guid,
        entry.url,
        entry.title,
        entry.summary_html,
        entry.content_html,
        entry.published.isoformat() if entry.published else "",
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def best_text(entry: Entry, junk: tuple[str, ...], budget: Budget) -> Cleaned:
    """The longer of content and summary, cleaned in the child; raises ChildFailed."""
    content = clean_in_child(entry.content_html, entry.title, junk, budget) if entry.content_html else None
    if content is not None and (len(content.text) >= FULL_TEXT or not entry.summary_html):
        return content
    summary = clean_in_child(entry.summary_html, entry.title, junk, budget)
    return content if content is not None and len(content.text) >= len(summary.text) else summary


def incoming(entry: Entry, fingerprint: str, question: Question, budget: Budget) -> Incoming | None:
    """The entry as an item to store, or None: nothing to show, or its cleaning had to be killed."""
    try:
        cleaned = best_text(entry, question.junk, budget)
    except ChildFailed:
        return None
    if not cleaned.text and not clean_title(entry.title):
        return None
    is_full = len(cleaned.text) >= FULL_TEXT and cleaned.completeness == "full"
    completeness = "feed_only" if cleaned.completeness == "full" and not is_full else cleaned.completeness
    published = ReadDate(entry.published, entry.is_date_only) if entry.published else None
    return Incoming(
        guid=entry.guid,
        url=entry.url,
        title=entry.title,
        text="",
        is_html=False,
        published=published,
        completeness=completeness,
        cleaned=cleaned,
        entry_hash=fingerprint,
        wants_page=question.wants_pages and not is_full,
    )


def clean_in_child(markup: str, title: str, junk: tuple[str, ...], budget: Budget) -> Cleaned:
    """The cleaner's answer on hostile HTML, what it took taken from `budget`; raises ChildFailed."""
    options = {"is_html": True, "title": title, "junk": list(junk)}
    try:
        said = ask("clean", options, markup.encode("utf-8", "surrogatepass"), seconds=CLEAN_SECONDS)
    except ChildFailed:
        budget.seconds -= CLEAN_SECONDS
        raise
    budget.seconds -= said.pop("cpu_seconds")
    if "error" in said:
        raise ChildFailed(said["error"])
    removed = tuple(Removal(**removal) for removal in said.pop("removed"))
    return Cleaned(removed=removed, **said)


def wishes_of(headers: Mapping[str, str], now: datetime) -> Wishes:
    """How long the headers ask us to wait (RFC 9111 for the first two, RFC 9110 for the third)."""
    max_age = expires = None
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isascii() and value.strip('"').isdigit():
            max_age = timedelta(seconds=min(int(value.strip('"')[:9]), 31_536_000))
    if max_age is None and "expires" in headers:
        try:
            at = parsedate_to_datetime(headers["expires"])
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            expires = max(at - now, timedelta(0))
        except (ValueError, TypeError, IndexError, OverflowError):
            expires = None
    wait = headers.get("retry-after", "")
    return Wishes(None, max_age, expires, network.retry_after(wait, now) if wait else None)
