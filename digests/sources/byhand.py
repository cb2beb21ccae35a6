"""Articles that a curator brings: a pasted text or an address, through the same cleaner."""

from datetime import datetime

from digests.sources import network
from digests.sources.extraction import extract_page
from digests.sources.failures import FetchError
from digests.sources.models import Article, Publisher
from digests.sources.storing import Incoming, Stored, store
from digests.text.cleaning import Cleaned, Removal
from digests.text.dates import ReadDate

SHORTEST = 80


def take_text(
    publisher: Publisher, *, title: str, text: str, url: str, published_at: datetime | None, now: datetime
) -> Stored:
    """Store a pasted text, such as a press release, as an article of `publisher`."""
    item = Incoming(
        guid="",
        url=url,
        title=title,
        text=text,
        is_html=False,
        published=ReadDate(published_at or now, is_date_only=False),
    )
    return store(item, publisher=publisher, now=now, date_source=Article.DateSource.IMPORTED)


def take_url(publisher: Publisher, url: str, now: datetime, *, title: str = "") -> Stored:
    """Fetch a page and store its article; raises FetchError, `no_text` for a page without one.

    robots.txt is for robots: a person asked for this one page.
    """
    response = network.get(url, headers={"Accept": "text/html, application/xhtml+xml"})
    page = extract_page(
        response.body,
        url=response.url,
        rules={"zone": publisher.zone, **publisher.cleaning_rules},
        content_type=response.headers.get("content-type", ""),
    )
    if len(page.text) < SHORTEST:
        raise FetchError("no_text")
    item = Incoming(
        guid="",
        url=url,
        title=title or page.title,
        text="",
        is_html=False,
        published=ReadDate(page.published_at, page.is_date_only) if page.published_at else None,
        cleaned=Cleaned(
            text=page.text,
            language=page.language,
            completeness=page.completeness,
            removed=tuple(Removal(**removal) for removal in page.removed),
        ),
    )
    return store(item, publisher=publisher, now=now, date_source=Article.DateSource.PAGE)
