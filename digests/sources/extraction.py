"""Article page to text; the one door to trafilatura.

`extract_page` is for everyone: it has the child read the bytes. A publisher's rules are data:
{"selector": "#article-view-content-div", "junk": ["phrase", …]}.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
import trafilatura

from digests.sources.child import ChildFailed, ask
from digests.sources.decoding import decode
from digests.sources.failures import FetchError
from digests.text.cleaning import clean_text, clean_title
from digests.text.dates import read_date

MAX_PAGE = 3_000_000
DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "date",
    "pubdate",
    "DC.date.issued",
    "parsely-pub-date",
)
SIMPLE_SELECTOR = re.compile(r"^([a-z][a-z0-9]*)?(?:([#.])([A-Za-z_][\w-]*))?$")
LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


@dataclass(frozen=True)
class Extracted:
    """The article of a page, cleaned; `published_at` is in UTC, `removed` what the cleaner took out."""

    title: str
    text: str
    published_at: datetime | None
    is_date_only: bool
    language: str
    completeness: str
    removed: tuple[dict[str, str], ...]
    canonical_url: str = ""


def extract_page(html: bytes, *, url: str, rules: Mapping[str, Any], content_type: str = "") -> Extracted:
    """The article in the page `html`; raises FetchError `unreadable`, `too_slow`, `too_heavy`.

    A page without an article gives an empty text. Safe on any bytes.
    """
    options = {"url": url, "rules": dict(rules), "content_type": content_type}
    try:
        said = ask("page", options, html[:MAX_PAGE])
    except ChildFailed as failure:
        raise FetchError(failure.reason) from None
    if "error" in said:
        raise FetchError(said["error"], said.get("detail", ""))
    said.pop("cpu_seconds")
    published = said.pop("published_at")
    return Extracted(
        published_at=datetime.fromisoformat(published) if published else None,
        removed=tuple(said.pop("removed")),
        **said,
    )


def read_page(body: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """What the child answers to `extract_page`: the fields of Extracted, the date as an ISO string."""
    rules = options.get("rules") or {}
    markup = decode(body, str(options.get("content_type") or "") or meta_charset(body))
    tree = page_tree(markup)
    if tree is None:
        return empty_page()
    title, raw_date, canonical = facts_of(tree, markup)
    text = selected_text(tree, str(rules.get("selector", "")))
    if not text:
        text = (
            trafilatura.extract(
                markup, url=str(options.get("url", "")) or None, include_comments=False, include_tables=False
            )
            or ""
        )
    cleaned = clean_text(text, title=title, junk=tuple(rules.get("junk", ())))
    read = read_date(raw_date, str(rules.get("zone", "Asia/Seoul"))) if raw_date else None
    return {
        "title": title,
        "text": cleaned.text,
        "published_at": read.at.isoformat() if read else None,
        "is_date_only": bool(read and read.is_date_only),
        "language": cleaned.language,
        "completeness": cleaned.completeness,
        "removed": [{"kind": item.kind, "text": item.text} for item in cleaned.removed],
        "canonical_url": canonical,
    }


def empty_page() -> dict[str, Any]:
    """The answer for a page that holds nothing."""
    return {
        "title": "",
        "text": "",
        "published_at": None,
        "is_date_only": False,
        "language": "xx",
        "completeness": "blocked",
        "removed": [],
        "canonical_url": "",
    }


def meta_charset(body: bytes) -> str:
    """The charset that an HTML page declares in its first kilobytes."""
    match = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{1,40})", body[:4096], re.IGNORECASE)
    return f"text/html; charset={match.group(1).decode('ascii')}" if match else ""


def page_tree(markup: str) -> Any:
    """The page as lxml's tree, or None."""
    try:
        return lxml.html.document_fromstring(markup.encode("utf-8"), parser=utf8_parser())
    except (lxml.etree.LxmlError, ValueError):
        return None


def utf8_parser() -> Any:
    """An HTML parser for bytes that we have already decoded and encoded again."""
    return lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)


def facts_of(tree: Any, markup: str) -> tuple[str, str, str]:
    """The page's title, its raw date and its canonical address, from meta tags and JSON-LD."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name and meta.get("content"):
            metas.setdefault(name, meta.get("content"))
    title = clean_title(metas.get("og:title") or str(tree.findtext(".//title") or ""))
    raw_date = next((metas[name] for name in DATE_METAS if metas.get(name)), "")
    if not raw_date and (match := LD_DATE.search(markup[:500_000])):
        raw_date = json.loads(f'"{match.group(1)}"') if "\\" in match.group(1) else match.group(1)
    canonical = next(
        (link.get("href", "") for link in tree.iter("link") if link.get("rel") == "canonical"), ""
    )
    return title, raw_date[:200], canonical[:2000]


def xpath_of(selector: str) -> str:
    """A simple CSS selector (`#id`, `.class`, `tag`, `tag.class`, with commas) as XPath, or ""."""
    paths = []
    for part in selector.split(","):
        match = SIMPLE_SELECTOR.match(part.strip())
        if not match or not part.strip():
            return ""
        tag, kind, name = match.group(1) or "*", match.group(2), match.group(3)
        if kind == "#":
            paths.append(f"//{tag}[@id='{name}']")
        elif kind == ".":
            paths.append(f"//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
        else:
            paths.append(f"//{tag}")
    return " | ".join(paths)


def selected_text(tree: Any, selector: str) -> str:
    """The text of the elements a publisher's rule selects, paragraphs apart, or ""."""
    path = xpath_of(selector)
    parts = []
    for element in tree.xpath(path)[:5] if path else ():
        for unwanted in list(element.iter("script", "style", "figcaption", "button", "iframe", "noscript")):
            unwanted.drop_tree()
        for block in element.iter("p", "br", "div", "li", "h2", "h3", "h4", "blockquote"):
            block.tail = ("\n" if block.tag == "br" else "\n\n") + (block.tail or "")
        parts.append(str(element.text_content()).strip())
    return "\n\n".join(part for part in parts if part)
