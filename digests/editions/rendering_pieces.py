"""Mail templates as pieces: inlined once, split at their marks, then only joined. The door to css-inline.

A template is one whole mail, readable as such. Between `<!--@name-->` and `<!--/name-->` stands a
piece that repeats or may be missing. Its variables become slots. `load_pieces` renders it once per
language, inlines its style sheet once (438 µs measured) and cuts it up; a digest is a join of pieces.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from digests.editions.typography import escape

# Even places hold text, odd ones the names of slots.
Segments = tuple[str, ...]

_OPEN, _CLOSE = "\uf8f0", "\uf8f1"
_SLOT = re.compile(f"{_OPEN}([a-z_0-9-]+){_CLOSE}")
_PIECE = re.compile(r"<!--@([a-z-]+)-->(.*?)<!--/\1-->", re.DOTALL)
# Inboxes show what follows a short preheader; these invisible marks keep the masthead out of it.
PADDING = range(60)

# What only the recipient's copy says; everything else is shared by all readers of a digest.
RECIPIENT_SLOTS = ("preferences_url", "unsubscribe_url", "feedback_base_url", "reason_line")
DIGEST_SLOTS = (
    *("title", "preheader", "site_url", "number", "web_url", "report_url", "day", "full_day", "lede"),
    *("funnel", "no", "anchor_url", "short", "heading", "topics", "story_url", "headline", "body"),
    *("summary", "whats_new", "mark", "url", "publisher", "name", "reason", "more"),
    *RECIPIENT_SLOTS,
)


def slot(name: str) -> str:
    """The mark that stands for the slot `name` until it is filled."""
    return f"{_OPEN}{name}{_CLOSE}"


def split(text: str) -> Segments:
    """`text` cut at its slots."""
    return tuple(_SLOT.split(text))


def bind(segments: Sequence[str], values: Mapping[str, str]) -> str:
    """Segments with `values` in their slots, as they are; slots without a value stay slots."""
    parts = list(segments)
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = values[name] if name in values else slot(name)
    return "".join(parts)


def fill(segments: Sequence[str], slots: Mapping[str, str], *, escape: bool) -> str:
    """The finished text: every slot filled from `slots`, escaped for HTML when `escape`.

    Raises KeyError that names a slot without a value.
    """
    parts = list(segments)
    for place in range(1, len(parts), 2):
        value = slots[parts[place]]
        parts[place] = _escaped(value) if escape else value
    return "".join(parts)


def _escaped(value: str) -> str:
    return escape(value)


@lru_cache(maxsize=1)
def inliner() -> css_inline.CSSInliner:
    """The inliner with the mails' style sheet; it reaches for nothing outside."""
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
        minify_css=True,
        extra_css=render_to_string("mails/style.css"),
    )


def inline(markup: str) -> str:
    """A mail with its classes' styles in every element, and its indentation gone.

    The `<tbody>` that a parser adds would open inside a piece and close outside of it.
    """
    return re.sub(r"\n\s*", "\n", re.sub(r"</?tbody>", "", inliner().inline(markup))).strip() + "\n"


def paper(language: str) -> dict[str, str]:
    """The paper's name, address and home in `language`."""
    is_english = language == "en"
    return {
        "site_name": settings.SITE_NAME_EN if is_english else settings.SITE_NAME_KO,
        "postal_address": settings.POSTAL_ADDRESS_EN if is_english else settings.POSTAL_ADDRESS_KO,
        "site_url": f"{settings.SITE_URL}/en/" if is_english else f"{settings.SITE_URL}/",
    }


@lru_cache(maxsize=8)
def load_pieces(template: str, language: str) -> dict[str, Segments]:
    """The pieces of `mails/<template>` in `language`; the whole around them is the piece `shell`."""
    context: dict[str, object] = {name: slot(name) for name in DIGEST_SLOTS}
    context |= paper(language) | {"language": language, "padding": PADDING}
    with translation.override(language):
        markup: str = render_to_string(f"mails/{template}", context)
    if template.endswith(".html"):
        markup = inline(markup)
    pieces: dict[str, Segments] = {}
    pieces["shell"] = split(_cut(markup, pieces))
    return pieces


def _cut(markup: str, pieces: dict[str, Segments]) -> str:
    def take(match: re.Match[str]) -> str:
        name, inner = match.groups()
        pieces[name] = split(_cut(inner, pieces))
        return slot(name)

    return _PIECE.sub(take, markup)
