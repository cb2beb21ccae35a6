"""What can be wrong with a mail: tags, links, headings, contrast, size, subject, text part. Pure."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

from digests.editions.findings import Finding, blocking, warning
from digests.editions.typography import traps

MAX_HTML = 64 * 1024
# Gmail clips near 102 KB, counted as sent; headers and a signature need the rest.
MAX_MESSAGE = 98_000
HEADERS = 4_000
TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"}
    | {"p", "h1", "h2", "h3", "a", "span", "strong", "em", "br", "ul", "ol", "li"}
)
VOID = frozenset({"meta", "br"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\uf8f0\uf8f1]")
_COLOR = re.compile(r"(?:^|[;\s])color:\s*(#[0-9a-f]{6})", re.IGNORECASE)
_BACKGROUND = re.compile(r"background-color:\s*(#[0-9a-f]{6})", re.IGNORECASE)
_FONT_SIZE = re.compile(r"font-size:\s*(\d+)px")
_URL = re.compile(r"https?://\S+")
# WCAG 2.2, 1.4.3: body text against its ground.
CONTRAST = 4.5
LONGEST_SUBJECT = 90


def encoded_size(html: str | bytes, text: str | bytes) -> int:
    """Bytes of the whole message: both parts in base64 with its line ends, and room for headers."""
    sizes = [len(part.encode() if isinstance(part, str) else part) for part in (html, text)]
    return HEADERS + sum((size + 2) // 3 * 4 * 78 // 76 + 4 for size in sizes)


def lint_mail(html: str, text: str, subject: str, *, is_letter: bool = False) -> list[Finding]:
    """The faults of a finished mail, its recipient's links filled in.

    A letter needs no unsubscribe link; a digest needs that and one to the preferences.
    """
    page = _Page()
    page.feed(html)
    page.close()
    findings = [*page.findings, *_lint_headings(page), *_lint_links(page, is_letter=is_letter)]
    findings += _lint_subject(subject)
    if len(html.encode()) > MAX_HTML:
        findings.append(blocking("size", "html", f"The HTML has {len(html.encode())} bytes."))
    if encoded_size(html, text) > MAX_MESSAGE:
        findings.append(blocking("size", "message", f"The message has {encoded_size(html, text)} bytes."))
    for name, part in (("html", html), ("text", text), ("subject", subject)):
        if _CONTROL.search(part):
            findings.append(blocking("control_characters", name, "Control characters, or an unfilled slot."))
    return [*findings, *_lint_parts(page, text)]


def _lint_headings(page: "_Page") -> Iterator[Finding]:
    levels = [level for level, _text in page.headings]
    if levels.count(1) != 1 or (levels and levels[0] != 1):
        yield blocking("heading_order", "html", "A mail has one h1, and it comes first.")
    for before, after in pairwise(levels):
        if after > before + 1:
            yield blocking("heading_order", "html", f"h{after} follows h{before}.")


def _lint_links(page: "_Page", *, is_letter: bool) -> Iterator[Finding]:
    for link, name in page.links:
        if not link.startswith(("https://", "http://", "mailto:")) or re.search(r"[\s<>\"\\]", link):
            yield blocking("bad_link", link[:80], "The link leads nowhere or is unsafe.")
        if not name.strip():
            yield blocking("empty_link", link[:80], "The link has no name.")
    if is_letter:
        return
    for part, code in (("/u/", "no_unsubscribe"), ("/p/", "no_preferences")):
        if not any(part in link for link, _name in page.links):
            yield blocking(code, "html", "The footer's link is missing.")


def _lint_subject(subject: str) -> Iterator[Finding]:
    if not subject.strip():
        yield blocking("no_subject", "subject", "There is no subject.")
    if "\n" in subject or "\r" in subject:
        yield blocking("control_characters", "subject", "A subject is one line.")
    if len(subject) > LONGEST_SUBJECT:
        yield warning("long_subject", "subject", f"The subject has {len(subject)} characters.")
    latin = re.findall(r"[A-Za-z]", subject)
    if latin and not any(letter.islower() for letter in latin):
        yield warning("shouting", "subject", "The only Latin letters are capitals.")


def _lint_parts(page: "_Page", text: str) -> Iterator[Finding]:
    """The text part tells the same titles in the same order, and leads to the same sources."""
    place = 0
    for level, title in page.headings:
        if level != 3:
            continue
        found = text.find(" ".join(title.split()), place)
        if found < 0:
            yield blocking("parts_differ", title[:40], "The text part lacks this title, or has it elsewhere.")
        place = max(place, found)
    told = set(_URL.findall(text))
    missing = [link for link, _name in page.links if link.startswith("http") and "#" not in link]
    for link in [link for link in missing if link not in told][:1]:
        yield blocking("parts_differ", link[:80], "The text part lacks this link.")
    for trap in [word for words in page.loose for word in traps(words)][:1]:
        yield warning("particle_break", trap, "A line may break before the particle.")


class _Page(HTMLParser):
    """Walks a mail once, and keeps what the rules above look at."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[Finding] = []
        self.headings: list[tuple[int, str]] = []
        self.links: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self.stack: list[tuple[str, str, str, bool]] = []
        self.color, self.ground = "#000000", "#ffffff"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check the tag, and remember its colours."""
        known = dict(attrs)
        style = (known.get("style") or "").lower()
        if tag not in TAGS:
            self.findings.append(blocking("unknown_tag", tag, "Mail programs do not show this tag."))
        for name in known:
            if name.startswith("on"):
                self.findings.append(blocking("script", name, "A mail carries no scripts."))
        if tag in VOID:
            return
        color, ground, is_bound = (
            (self.color, self.ground, False) if not self.stack else (*self.stack[-1][1:3], self.stack[-1][3])
        )
        if found := _COLOR.search(style):
            color = found.group(1)
        if found := _BACKGROUND.search(style):
            ground = found.group(1)
        is_hidden = "display:none" in style.replace(" ", "")
        if is_hidden or tag in ("style", "title"):
            color = ground = ""
        is_bound = is_bound or known.get("class") == "nb" or not color
        if (size := _FONT_SIZE.search(style)) and 1 < int(size.group(1)) < 13:
            self.findings.append(warning("small_type", tag, f"{size.group(1)} px is too small to read."))
        self.stack.append((tag, color, ground, is_bound))
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))
        if tag == "a":
            self.links.append((known.get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag; one that was never open is a fault."""
        if tag in VOID:
            return
        names = [entry[0] for entry in self.stack]
        if tag not in names:
            self.findings.append(blocking("unbalanced", tag, "Closed, but never opened."))
            return
        while self.stack and self.stack.pop()[0] != tag:
            self.findings.append(blocking("unbalanced", tag, "Opened, but never closed."))

    def handle_data(self, data: str) -> None:
        """Collect names of links, titles, and text that may break."""
        if not self.stack:
            return
        open_tags = {entry[0] for entry in self.stack}
        _tag, color, ground, is_bound = self.stack[-1]
        if data.strip() and color and ground and contrast(color, ground) < CONTRAST:
            self.findings.append(blocking("contrast", f"{color} on {ground}", "Too faint to read."))
        if open_tags & {"h1", "h2", "h3"} and self.headings:
            level, title = self.headings[-1]
            self.headings[-1] = (level, title + data)
        if "a" in open_tags and self.links:
            link, name = self.links[-1]
            self.links[-1] = (link, name + data)
        if not is_bound and open_tags & {"p", "h1", "h2", "h3"}:
            self.loose.append(data)


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, `#rrggbb` each."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
