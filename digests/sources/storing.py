"""The one place where articles come to be and change.

Identity: the guid within the feed, else the address, else title and text. The same canonical
address is the same article whichever feed brings it. A changed title or text is an edit: the
article stays, what it said before becomes a revision. A removed article is a tombstone: it never
comes back.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from digests.sources.models import Article, Feed, Publisher, Revision
from digests.text.cleaning import Cleaned, clean_text, clean_title
from digests.text.dates import ReadDate, trusted_date
from digests.text.language import detect_language
from digests.text.sentences import clip
from digests.text.urls import safe_link, url_key

# Dates before the first web feeds are what a CMS writes when it knows none.
OLDEST_DATE = datetime(1997, 1, 1, tzinfo=UTC)
URL_LENGTH = 2000
IDLE_FRAGMENT = re.compile(r"(?:rss|atom|feed|comments?|respond|xtor|echobox|ref|utm_|top)\b", re.IGNORECASE)
DIGITS = re.compile(r"\d+")


class Outcome(StrEnum):
    """What became of an incoming item."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Incoming:
    """An item on its way in, its title and text as they came (`is_html`: markup or plain).

    `cleaned` is the cleaner's answer where it has already been asked (in the child, for feeds).
    """

    guid: str
    url: str
    title: str
    text: str
    is_html: bool
    published: ReadDate | None = None
    language: str | None = None
    completeness: str | None = None
    cleaned: Cleaned | None = None
    entry_hash: str = ""
    wants_page: bool = False
    shares_url: bool = False  # with other entries of its feed: then the address is nobody's identity


@dataclass(frozen=True)
class Stored:
    """The article an item became (None if skipped), and how."""

    article_id: int | None
    outcome: Outcome


@dataclass(frozen=True)
class Reading:
    """What will be written of an item: the pure part of storing."""

    identity: str
    url: str
    key: str | None
    title: str
    cleaned: Cleaned
    language: str
    completeness: str


def sha256(*parts: str) -> str:
    """The hex SHA-256 of `parts`, which cannot run into each other."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read(item: Incoming, publisher: Publisher) -> Reading | None:
    """What `item` says, or None if it has neither title nor text."""
    title = clean_title(item.title)
    junk = tuple(publisher.cleaning_rules.get("junk", ()))
    cleaned = item.cleaned or clean_text(item.text, is_html=item.is_html, title=title, junk=junk)
    title = title or clip(cleaned.text.split("\n", 1)[0], 100)
    if not title:
        return None
    url = safe_link(item.url)
    url = url if len(url) <= URL_LENGTH else ""
    key = None if item.shares_url else address_key(url, item.guid)
    language = item.language or cleaned.language
    if language == "xx" and len(cleaned.text) < 40:
        language = detect_language(title)
        language = publisher.language if language == "xx" else language
    if item.guid:
        identity = sha256("guid", item.guid)
    else:
        identity = sha256("url", key) if key else sha256("text", title, cleaned.text)
    return Reading(
        identity=identity,
        url=url,
        key=key,
        title=title,
        cleaned=cleaned,
        language=language,
        completeness=item.completeness or cleaned.completeness,
    )


def address_key(url: str, guid: str) -> str | None:
    """What makes `url` an article's own address, or None: a home page is nobody's.

    A fragment is dropped, unless the guid names it too: a changelog has one page and many entries.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.path in {"", "/"} and not parts.query and not parts.fragment:
        return None
    key = url_key(url)
    if parts.fragment and parts.fragment in guid and not IDLE_FRAGMENT.match(parts.fragment):
        return sha256("fragment", key, parts.fragment)
    return key


def publication(published: ReadDate | None, now: datetime, date_source: str) -> tuple[datetime, str, bool]:
    """When an item counts as published: (instant, source, is date only).

    A date the reader trusts (within 14 days) is taken. A feed's older date is taken too, as what it
    is, an old entry: counted as first seen now, the first poll of an archive of 1,016 items would
    be told as today's news. A date in the future, before the web's feeds, or none: first seen.
    """
    if published is not None and OLDEST_DATE <= published.at <= now + timedelta(hours=1):
        trusted = trusted_date(published, now) or published
        return trusted.at, date_source, trusted.is_date_only
    return now, Article.DateSource.FIRST_SEEN, False


def store(
    item: Incoming, *, publisher: Publisher, feed: Feed | None = None, now: datetime, date_source: str
) -> Stored:
    """Create, edit or recognise the article that `item` is.

    `date_source` is an Article.DateSource for a date that is taken. Two writers of one item are
    sorted out by the unique constraints: the second recognises what the first created.
    """
    reading = read(item, publisher)
    if reading is None:
        return Stored(None, Outcome.SKIPPED)
    for _ in range(3):
        try:
            with transaction.atomic():
                found = find(reading, feed)
                if found is not None:
                    return edit(found, item, reading, feed, now)
                article = built(item, reading, publisher, feed, now, date_source)
                article.save(force_insert=True)
                return Stored(article.pk, Outcome.NEW)
        except IntegrityError:
            continue
    return Stored(None, Outcome.SKIPPED)


def find(reading: Reading, feed: Feed | None) -> Article | None:
    """The article `reading` is: by identity in its feed, else by address."""
    rows = Article.objects.select_for_update(of=("self",))
    found = rows.filter(feed=feed, identity=reading.identity).first()
    if found is None and reading.key is not None:
        found = rows.filter(url_key=reading.key).first()
    return found


def built(
    item: Incoming, reading: Reading, publisher: Publisher, feed: Feed | None, now: datetime, date_source: str
) -> Article:
    """The article `item` becomes, not yet inserted."""
    published_at, source, is_date_only = publication(item.published, now, date_source)
    return Article(
        publisher=publisher,
        feed=feed,
        identity=reading.identity,
        entry_hash=item.entry_hash,
        url=reading.url,
        url_key=reading.key,
        title=reading.title,
        text=reading.cleaned.text,
        feed_text=reading.cleaned.text if feed else "",
        language=reading.language,
        completeness=reading.completeness,
        published_at=published_at,
        date_source=source,
        is_date_only=is_date_only,
        first_seen_at=now,
        changed_at=now,
        removed=[{"kind": gone.kind, "text": gone.text} for gone in reading.cleaned.removed],
        page_state=Article.Page.WANTED if item.wants_page and reading.url else Article.Page.UNWANTED,
        page_next_at=now if item.wants_page and reading.url else None,
    )


def store_many(
    items: Sequence[Incoming], *, publisher: Publisher, feed: Feed, now: datetime, date_source: str
) -> list[Stored]:
    """As `store` for each of `items` in turn; those that are plainly new in one INSERT."""
    readings = [read(item, publisher) for item in items]
    identities = [reading.identity for reading in readings if reading]
    keys = [reading.key for reading in readings if reading and reading.key]
    seen: set[str | None] = set(
        Article.objects.filter(feed=feed, identity__in=identities).values_list("identity", flat=True)
    )
    seen |= set(Article.objects.filter(url_key__in=keys).values_list("url_key", flat=True))
    fresh: dict[int, Article] = {}
    for position, (item, reading) in enumerate(zip(items, readings, strict=True)):
        if reading is None or seen & {reading.identity, reading.key or reading.identity}:
            continue
        seen |= {reading.identity, reading.key or reading.identity}
        fresh[position] = built(item, reading, publisher, feed, now, date_source)
    try:
        with transaction.atomic():
            Article.objects.bulk_create(fresh.values(), batch_size=100)
    except IntegrityError:  # another worker was faster: one by one
        fresh = {}
    return [
        Stored(fresh[position].pk, Outcome.NEW)
        if position in fresh
        else store(item, publisher=publisher, feed=feed, now=now, date_source=date_source)
        for position, item in enumerate(items)
    ]


def edit(article: Article, item: Incoming, reading: Reading, feed: Feed | None, now: datetime) -> Stored:
    """Bring what `reading` says into an article we know.

    Only the feed that brought an article edits it: two section feeds of one paper cut titles
    differently, and would edit each other's words on every poll.
    """
    if article.state == Article.State.REMOVED:
        return Stored(article.pk, Outcome.REMOVED)
    if article.feed_id != (feed.pk if feed else None):
        return Stored(article.pk, Outcome.KNOWN)
    before = (article.title, article.text)
    old_words = article.feed_text if feed else article.text
    words_changed = is_edit(old_words, reading.cleaned.text, article.publisher)
    if not words_changed and article.title == reading.title:
        if article.entry_hash != item.entry_hash:
            Article.objects.filter(pk=article.pk).update(entry_hash=item.entry_hash)
        return Stored(article.pk, Outcome.KNOWN)
    article.title = reading.title
    article.entry_hash = item.entry_hash
    if reading.key and reading.key != article.url_key and not is_taken(reading.key):
        article.url, article.url_key = reading.url, reading.key
    if words_changed:
        take_words(article, item, reading, feed, now)
    article.changed_at = now
    Revision.objects.create(article=article, at=now, title=before[0], text=before[1])
    article.save()
    return Stored(article.pk, Outcome.CHANGED)


def is_edit(old: str, new: str, publisher: Publisher) -> bool:
    """Whether `new` is an edit of `old`: communities' counters ("12 points") are none."""
    if publisher.kind in {Publisher.Kind.COMMUNITY, Publisher.Kind.AGGREGATOR}:
        return DIGITS.sub("0", old) != DIGITS.sub("0", new)
    return old != new


def is_taken(key: str) -> bool:
    """Whether an article has this address already."""
    return Article.objects.filter(url_key=key).exists()


def take_words(article: Article, item: Incoming, reading: Reading, feed: Feed | None, now: datetime) -> None:
    """Take the new text; where the page had been read, it is wanted again and its text kept so long."""
    if feed:
        article.feed_text = reading.cleaned.text
    if item.wants_page and article.page_state != Article.Page.UNWANTED:
        article.page_state, article.page_next_at, article.page_attempts = Article.Page.WANTED, now, 0
    if article.text and article.page_next_at == now and len(article.text) > len(reading.cleaned.text):
        return
    article.text = reading.cleaned.text
    article.language = reading.language
    article.completeness = reading.completeness
    article.removed = [{"kind": gone.kind, "text": gone.text} for gone in reading.cleaned.removed]
