"""OPML 2.0 in and out: how feed readers exchange their lists of feeds."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.text import slugify
from lxml import etree  # type: ignore[import-untyped]

from digests.sources.checkup import known_feed
from digests.sources.decoding import has_entities
from digests.sources.failures import NotAFeed
from digests.sources.models import Feed, Publisher
from digests.text.cleaning import to_plain
from digests.text.urls import normal_host, safe_link

MAX_BYTES = 2_000_000
MAX_OUTLINES = 2_000


@dataclass
class Loaded:
    """What an OPML file brought."""

    added: list[int] = field(default_factory=list)
    known: int = 0
    unusable: int = 0


def export_opml(title: str) -> str:
    """All feeds that are not gone, as OPML, one outline a publisher."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for publisher in Publisher.objects.prefetch_related("feeds"):
        feeds = [feed for feed in publisher.feeds.all() if feed.status != Feed.Status.GONE]
        if not feeds:
            continue
        parent = ET.SubElement(body, "outline", text=publisher.name_ko)
        for feed in feeds:
            name = feed.title or publisher.name_ko
            ET.SubElement(
                parent,
                "outline",
                type="rss",
                text=name,
                title=name,
                xmlUrl=feed.url,
                htmlUrl=publisher.homepage,
                language=publisher.language,
            )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


@transaction.atomic
def load_opml(body: bytes) -> Loaded:
    """Add the feeds of an OPML file, paused until a curator has looked; raises NotAFeed.

    A feed's publisher is the one we know with the host of its page, else a new one named as in the file.
    """
    loaded = Loaded()
    for outline in outlines(body):
        url = safe_link((outline.get("xmlUrl") or "").strip())
        if not url or len(url) > 500:
            loaded.unusable += 1
        elif known_feed(url):
            loaded.known += 1
        else:
            home = safe_link((outline.get("htmlUrl") or "").strip())[:500]
            name = to_plain(outline.get("title") or outline.get("text") or "").strip()
            feed = Feed.objects.create(
                publisher=publisher_of(home or url, name, outline.get("language") or ""),
                url=url,
                title=name[:300],
                status=Feed.Status.PAUSED,
                status_reason="OPML",
            )
            loaded.added.append(feed.pk)
    return loaded


def outlines(body: bytes) -> list["etree._Element"]:
    """The outlines that name a feed."""
    if len(body) > MAX_BYTES:
        raise NotAFeed("too_large", f"more than {MAX_BYTES:,} bytes")
    if has_entities(body.decode("utf-8", "replace")):
        raise NotAFeed("entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeed("unreadable", str(error)) from None
    if root is None or root.tag.lower() != "opml":
        raise NotAFeed("not_a_feed", "no OPML")
    found = [outline for outline in root.iter("outline") if outline.get("xmlUrl")][:MAX_OUTLINES]
    if not found:
        raise NotAFeed("no_items", "it names no feed")
    return found


def publisher_of(home: str, name: str, language: str) -> Publisher:
    """The publisher at the host of `home`, made if need be."""
    host = normal_host(home).removeprefix("www.")
    for publisher in Publisher.objects.exclude(homepage=""):
        if normal_host(publisher.homepage).removeprefix("www.") == host:
            return publisher
    slug = base = slugify(host.replace(".", "-"))[:50] or "publisher"
    number = 1
    while Publisher.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return Publisher.objects.create(
        slug=slug,
        name_ko=(name or host)[:120],
        homepage=home,
        language="en" if language.lower().startswith("en") else "ko",
    )
