"""Feeds that a web page links to."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from digests.sources.child import ChildFailed, ask
from digests.sources.decoding import decode
from digests.sources.extraction import meta_charset, page_tree

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
FEED_ENDINGS = ("/rss", "/feed", "/atom", ".rss", ".atom", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
FEED_PARTS = ("/rss/", "/feed/", "/feeds/")
MAX_FOUND = 10


def feeds_of_page(body: bytes, url: str) -> list[str]:
    """The feeds that the HTML page `body` at `url` names, declared ones first. Safe on any bytes."""
    try:
        said = ask("links", {"url": url}, body, seconds=3.0)
    except ChildFailed:
        return []
    return list(said.get("links", ()))


def read_links(body: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """What the child answers to `feeds_of_page`."""
    url = str(options.get("url", ""))
    tree = page_tree(decode(body, meta_charset(body)))
    if tree is None:
        return {"links": []}
    found = [
        link.get("href", "")
        for link in tree.iter("link")
        if "alternate" in link.get("rel", "").lower().split() and link.get("type", "").lower() in FEED_TYPES
    ]
    found += [anchor.get("href", "") for anchor in tree.iter("a") if looks_like_feed(anchor.get("href", ""))]
    absolute = [joined for href in found if href and (joined := join(url, href))]
    return {"links": list(dict.fromkeys(absolute))[:MAX_FOUND]}


def looks_like_feed(href: str) -> bool:
    """Whether a link's path is one that feeds usually have."""
    try:
        path = urlsplit(href).path.lower()
    except ValueError:
        return False
    return path.rstrip("/").endswith(FEED_ENDINGS) or any(part in path for part in FEED_PARTS)


def join(url: str, href: str) -> str:
    """`href` seen from `url`, if it is http(s)."""
    try:
        joined = urljoin(url, href.strip())
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""
