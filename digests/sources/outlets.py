"""Who published an imported article: a publisher we have, one we know of, or a new one."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from digests.sources.catalogue import CATALOGUE
from digests.sources.manuscripts import Outlet
from digests.sources.models import Publisher
from digests.text.urls import normal_host

# Outlets we poll no feed of, and other names of those we do: facts, as data beside this module.
OUTLETS = Path(__file__).with_name("outlets.json")
# Hosts that show many outlets' articles: they say nothing about who wrote one.
PORTALS = frozenset(
    {"news.naver.com", "naver.com", "v.daum.net", "daum.net", "news.google.com", "msn.com", "zum.com"}
)
UNKNOWN = "unknown"
_FACTS = ("name_ko", "name_en", "homepage", "language", "kind", "trust", "family", "zone", "allows_full_text")


def find_publisher(outlet: Outlet, url: str, language: str) -> Publisher:
    """The publisher an article is of, made if need be; one called "unknown" when nothing says.

    Matched by name (as any language or alias writes it), then by the host of `outlet` or `url` against
    homepages; rows first, then the catalogue and the outlets beside it, so that a later load of the
    catalogue finds the same publisher. Slugs depend on name and host alone.
    """
    host = site_of(outlet.host) or site_of(normal_host(url))
    host = "" if host in PORTALS else host
    for row in Publisher.objects.order_by("pk"):
        if row.slug != UNKNOWN and is_same(outlet.name, host, (row.name_ko, row.name_en), row.homepage):
            return row
    for known in known_outlets():
        names = (known["name_ko"], known.get("name_en", ""), *known.get("aliases", ()))
        if is_same(outlet.name, host, names, known.get("homepage", "")):
            facts = {name: known[name] for name in _FACTS if name in known}
            return Publisher.objects.get_or_create(slug=known["slug"], defaults=facts)[0]
    return make_publisher(outlet, host, language)


def make_publisher(outlet: Outlet, host: str, language: str) -> Publisher:
    """A publisher we knew nothing of; a company's press release may be shown in full."""
    if not outlet.name and not host:
        return Publisher.objects.get_or_create(
            slug=UNKNOWN, defaults={"name_ko": "출처 미상", "name_en": "Unknown source", "trust": 1}
        )[0]
    defaults: dict[str, Any] = {
        "name_ko": (outlet.name or host)[:120],
        "homepage": f"https://{host}/" if host else "",
        "language": language if language in {"ko", "en"} else "ko",
    }
    if outlet.is_company:
        defaults |= {"kind": Publisher.Kind.COMPANY, "allows_full_text": True}
    return Publisher.objects.get_or_create(slug=slug_of(outlet.name, host), defaults=defaults)[0]


def slug_of(name: str, host: str) -> str:
    """A slug that depends on host and name alone: the host with dashes, else the name, else its hash."""
    if host:
        return host.replace(".", "-")[:60]
    latin = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") if name.isascii() else ""
    return (latin or f"p-{hashlib.sha256(name.encode()).hexdigest()[:12]}")[:60]


def site_of(host: str) -> str:
    """The host without the part that says which of its faces ("www.", "m.", "n.")."""
    return re.sub(r"^(?:www\d?|m|n|mobile|amp)\.(?=[^.]+\.)", "", host.lower())


def is_same(name: str, host: str, names: Sequence[str], homepage: str) -> bool:
    """Whether an article's outlet is this one: by name if it has one, else by host."""
    if name and any(_folded(name) == _folded(other) for other in names if other):
        return True
    return bool(host) and site_of(normal_host(homepage)) == host


@cache
def known_outlets() -> tuple[dict[str, Any], ...]:
    """The rows of the catalogue, with our other names for them, then the outlets beside it."""
    rows: dict[str, dict[str, Any]] = {}
    if CATALOGUE.exists():
        rows = {row["slug"]: row for row in json.loads(CATALOGUE.read_text(encoding="utf-8"))["publishers"]}
    for row in json.loads(OUTLETS.read_text(encoding="utf-8")):
        listed = rows.get(row["slug"])
        rows[row["slug"]] = {**row, **listed, "aliases": row.get("aliases", [])} if listed else row
    return tuple(rows.values())


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
