"""From what feeds and pages bring to the text of an article: plain, in paragraphs, without noise.

    markup ─▶ html_to_text ─▶ to_plain ─▶ lines ─▶ rejoin ─▶ the rules of `noise` ─▶ paragraphs

The rules are data in `noise` and applied by `scrubbing`; everything taken out is reported. The result
is plain text: a "<" in it is the character, which every page and mail escapes. The one door to bleach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bleach
from bleach import html5lib_shim

from digests.text.characters import one_line, to_plain, unescape
from digests.text.language import detect_language
from digests.text.markup import BLOCKS, KNOWN, SILENT, strip_tags
from digests.text.scrubbing import CAPTION_MARK, Removal, completeness_of, scrub

__all__ = ["Cleaned", "Removal", "clean_text", "clean_title", "html_to_text", "to_plain"]

TITLE_LENGTH = 500
# html5lib builds a tree: past these it costs seconds (measured: 0.6 s for 500 KB of plain paragraphs,
# and quadratic time in the depth of unclosed tags), so larger or deeper markup is read without one.
TREE_CHARACTERS = 600_000
TREE_TAGS = 20_000
TREE_DEPTH = 400


@dataclass(frozen=True)
class Cleaned:
    """An article's text, what it is, and what was taken out of it.

    `completeness` is "full", "truncated" (the text stops before its end), "blocked" (a notice or nothing
    but noise stands in its place), or "feed_only" where there is no text at all; that a text is a feed's
    lead and not the article is the caller's to say.
    """

    text: str
    language: str
    completeness: str
    removed: tuple[Removal, ...]


def clean_title(raw: str) -> str:
    """A title as plain text on one line: unescaped until stable, without tags, at most 500 characters."""
    text = one_line(strip_tags(to_plain(unescape(to_plain(raw)))))
    return text[:TITLE_LENGTH].rstrip()


def html_to_text(markup: str) -> str:
    """The text a reader of the page would see: blocks become paragraphs, `br` a line's end.

    The content of script, style and their like is dropped; entities are unescaped until stable, and what
    was markup escaped twice is stripped as well. Never raises.
    """
    return _read(markup, mark_captions=False)


def clean_text(raw: str, *, is_html: bool = False, title: str = "", junk: Sequence[str] = ()) -> Cleaned:
    """The article's own text, with paragraphs separated by "\\n\\n", and a report of what was removed.

    `title` is the article's: a first line that repeats it goes. `junk` are a publisher's own phrases of
    chrome, removed wherever they stand. Text that no rule names is kept as it is. Never raises.
    """
    raw = raw.replace(CAPTION_MARK, "")
    text = _read(raw, mark_captions=True) if is_html else strip_tags(to_plain(unescape(to_plain(raw))))
    headline = clean_title(title)
    paragraphs, removed = scrub(text, title=headline, junk=junk)
    cleaned = "\n\n".join(paragraphs)
    completeness = completeness_of(text, cleaned, headline)
    return Cleaned(cleaned, detect_language(cleaned or headline), completeness, tuple(removed))


def _read(markup: str, *, mark_captions: bool) -> str:
    if len(markup) > TREE_CHARACTERS or not _is_plain_tree(markup):
        return _squeezed(strip_tags(to_plain(unescape(strip_tags(markup)))))
    text = unescape(_Reader(mark_captions=mark_captions).clean(to_plain(markup)))
    return _squeezed(strip_tags(to_plain(text)))


class _LinesFilter(html5lib_shim.Filter):  # type: ignore[misc,name-defined]  # bleach is untyped
    """Of a tree's tokens only the text, with the ends of lines that block elements make."""

    caption_mark = ""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        silent = preformatted = 0
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            step = {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            silent += step * (name in SILENT)
            preformatted += step * (name == "pre")
            if kind in {"Characters", "SpaceCharacters"}:
                if not silent:
                    data = token["data"] if preformatted else token["data"].replace("\n", " ")
                    yield {"type": "Characters", "data": data}
            elif kind == "Entity":
                if not silent:
                    yield token
            elif name == "figcaption" and step == 1 and not silent:
                yield {"type": "Characters", "data": f"\n\n{self.caption_mark}"}
            elif name in BLOCKS and not silent:
                yield {"type": "Characters", "data": "\n" if name in {"br", "td", "th"} else "\n\n"}


class _MarkingFilter(_LinesFilter):
    """The same, with what stands in a `figcaption` marked as a caption."""

    caption_mark = CAPTION_MARK


class _Reader(bleach.Cleaner):  # type: ignore[misc,name-defined]  # bleach is untyped
    """One per document: a shared Cleaner mixes documents between threads."""

    def __init__(self, *, mark_captions: bool) -> None:
        filters = [_MarkingFilter if mark_captions else _LinesFilter]
        super().__init__(tags=KNOWN, attributes={}, protocols=[], strip=True, filters=filters)


def _is_plain_tree(markup: str) -> bool:
    """Whether a tree of `markup` stays cheap: not too many tags, and not too many left open."""
    opened = markup.count("<")
    if opened > TREE_TAGS:
        return False
    closing = markup.count("</") + markup.count("/>")
    return opened - closing - markup.lower().count("<br") - markup.lower().count("<img") <= TREE_DEPTH


def _squeezed(text: str) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    squeezed: list[str] = []
    for line in lines:
        if line or (squeezed and squeezed[-1]):
            squeezed.append(" ".join(line.split()))
    return "\n".join(squeezed).strip()
