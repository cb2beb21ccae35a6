"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to the fields of parsing.ParsedFeed."""

import json
from typing import Any
from urllib.parse import urljoin

from digests.sources.failures import NotAFeed
from digests.text.dates import read_date

MAX_ITEMS = 2000
MAX_CONTENT = 400_000
MAX_FIELD = 4000


def read_json_feed(document: str, url: str, zone: str) -> dict[str, Any]:
    """The feed in `document`, as parsing.read_feed answers; raises NotAFeed."""
    try:
        feed = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("not_a_feed", f"JSON: {error}"[:200]) from None
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in str(feed.get("version", "")):
        raise NotAFeed("not_a_feed", "JSON, but no JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list):
        raise NotAFeed("not_a_feed", "JSON Feed without a list of items")
    if len(items) > MAX_ITEMS:
        items = items[: MAX_ITEMS // 2] + items[-MAX_ITEMS // 2 :]
    entries = [entry for item in items if (entry := read_item(item, url, zone))]
    if items and not entries:
        raise NotAFeed("no_readable_entry", f"{len(items)} items with neither title nor text nor link")
    hubs = feed.get("hubs")
    hub = hubs[0] if isinstance(hubs, list) and hubs and isinstance(hubs[0], dict) else {}
    return {
        "title": field(feed, "title"),
        "format": "json" + field(feed, "version").rpartition("/")[2].replace(".", "")[:10],
        "ttl_minutes": None,
        "hub_url": field(hub, "url") if hub.get("type") == "WebSub" else "",
        "self_url": field(feed, "feed_url"),
        "homepage": field(feed, "home_page_url"),
        "language": field(feed, "language")[:20],
        "entries": entries,
        "skipped": len(items) - len(entries),
        "is_well_formed": True,
    }


def field(source: dict[str, Any], name: str, limit: int = MAX_FIELD) -> str:
    """A string field, bounded; anything else is as if absent."""
    value = source.get(name)
    if isinstance(value, int | float) and name == "id":
        value = str(value)
    return value[:limit] if isinstance(value, str) else ""


def read_item(item: Any, url: str, zone: str) -> dict[str, Any] | None:
    """One item's fields, or None if it has neither title nor text nor link."""
    if not isinstance(item, dict):
        return None
    link = field(item, "url").strip() or field(item, "external_url").strip()
    content = field(item, "content_html", MAX_CONTENT)
    if not content:
        content = field(item, "content_text", MAX_CONTENT).replace("<", "&lt;")
    summary = field(item, "summary", MAX_CONTENT).replace("<", "&lt;")
    title = field(item, "title")
    if not (link or title.strip() or content.strip() or summary.strip()):
        return None
    try:
        link = urljoin(url, link) if link else ""
    except ValueError:
        link = ""
    raw_date = field(item, "date_published") or field(item, "date_modified")
    read = read_date(raw_date, zone) if raw_date else None
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return {
        "guid": field(item, "id"),
        "url": link,
        "title": title,
        "summary_html": summary,
        "content_html": content,
        "published": read.at.isoformat() if read else None,
        "is_date_only": bool(read and read.is_date_only),
        "author": field(author, "name")[:200] if isinstance(author, dict) else "",
    }
