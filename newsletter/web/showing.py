"""What a page shows of a frozen story. Pure: from an item's content, a language and the names of topics.

Nothing here reads a live story: what the paper said stays what it said, except corrections, which stand
beside it. The paper's own voice (`wording`) and order (`arrange`) are those of the mail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from digests.editions.models import Correction, Item
from digests.editions.sections import LEAD, arrange
from digests.editions.wording import wording
from digests.text.sentences import clip
from digests.text.urls import safe_link

# A curator may paste a page; a page of stories has to stay one.
SUMMARY_LIMIT = 700
SOURCES_SHOWN = 3


@dataclass(frozen=True)
class ShownSource:
    """One outlet's telling of a story; `url` is empty where it is not safe to link."""

    publisher: str
    url: str
    title: str
    language: str
    is_primary: bool


@dataclass(frozen=True)
class Fix:
    """What was corrected, and when."""

    at: datetime
    note: str


@dataclass(frozen=True)
class ShownStory:
    """A story as a page shows it. `lang` is the language of its words, "" when it is the page's own.

    `slugs` are all its topics, `topics` the (slug, name) pairs of those known, `why` what the mail says
    below the summary.
    """

    number: int
    item_id: int
    key: str
    headline: str
    summary: str
    lang: str
    slugs: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    organizations: tuple[str, ...]
    sources: tuple[ShownSource, ...]
    marks: tuple[str, ...]
    whats_new: str
    why: str
    fixes: tuple[Fix, ...] = field(default=())

    @property
    def sources_shown(self) -> tuple[ShownSource, ...]:
        """The first few sources, primary ones leading."""
        return self.sources[:SOURCES_SHOWN]

    @property
    def sources_more(self) -> int:
        """How many sources there are beyond `sources_shown`."""
        return len(self.sources) - len(self.sources_shown)


@dataclass(frozen=True)
class Section:
    """Stories under one heading; `name` is its key among the paper's sections."""

    name: str
    heading: str
    stories: tuple[ShownStory, ...]

    @property
    def is_lead(self) -> bool:
        """Whether it is the top story's."""
        return self.name == LEAD


def show(
    item: Item, language: str, topics: Mapping[str, str], *, number: int = 0, reason: str = ""
) -> ShownStory:
    """The story of `item` in `language`, or in its other language when it has no words in that one.

    `reason` is why a reader got it, said before how it stands in its sources.
    """
    content: dict[str, Any] = item.content
    words, written = words_of(content, language)
    sources = shown_sources(content, language)
    codes = mark_codes(content, sources, "" if written == language else written)
    outlets = len(set(content.get("publishers", []))) or len({s.publisher for s in sources})
    voice = wording(language)
    stands = voice.standing(
        outlets, has_primary=any(s.is_primary for s in sources), is_unverified="unverified" in codes
    )
    fixes = tuple(shown_fix(correction, language) for correction in item.corrections.all())
    return ShownStory(
        number=number,
        item_id=item.pk,
        key=item.story.key,
        headline=words.get("headline") or _("A story without a headline"),
        summary=clip(words.get("summary") or "", SUMMARY_LIMIT),
        lang="" if written == language else written,
        slugs=tuple(content.get("topics", [])),
        topics=tuple((slug, topics[slug]) for slug in content.get("topics", []) if slug in topics),
        organizations=tuple(content.get("organizations", [])),
        sources=sources,
        marks=tuple(voice.marks[code] for code in [*codes, *(["corrected"] if fixes else [])]),
        whats_new=content.get("whats_new") or "",
        why=" ".join(filter(None, [reason, stands])),
        fixes=fixes,
    )


def words_of(content: Mapping[str, Any], language: str) -> tuple[dict[str, str], str]:
    """The words of a frozen story in `language`, else in whichever it has, and their language."""
    words: dict[str, dict[str, str]] = content.get("words", {})
    for code in (language, content.get("language", ""), *words):
        if words.get(code, {}).get("headline"):
            return words[code], code
    return {}, language


def shown_sources(content: Mapping[str, Any], language: str) -> tuple[ShownSource, ...]:
    """The sources of a frozen story, primary ones first; an address that is not safe is not linked."""
    first, second = ("name_en", "name_ko") if language == "en" else ("name_ko", "name_en")
    sources = [
        ShownSource(
            publisher=source.get(first) or source.get(second) or _("Unnamed source"),
            url=safe_link(source.get("url") or ""),
            title=source.get("title") or "",
            language=source.get("language") or "",
            is_primary=bool(source.get("is_primary")),
        )
        for source in content.get("sources", [])
    ]
    return tuple(sorted(sources, key=lambda source: not source.is_primary))


def mark_codes(content: Mapping[str, Any], sources: Sequence[ShownSource], foreign: str) -> list[str]:
    """The codes of the marks a story carries; `foreign` is its language where the page's differs."""
    held = {*content.get("marks", []), content.get("relation", "")}
    if "single_source" in held and sources and all(source.is_primary for source in sources):
        held = (held - {"single_source"}) | {"unverified"}
    order = ("update", "unverified", "single_source", "contradiction", "rehash", "opinion", "interview")
    codes = [code for code in order if code in held]
    return [*codes, f"language:{foreign}"] if foreign in ("ko", "en", "xx") else codes


def shown_fix(correction: Correction, language: str) -> Fix:
    """A correction in `language`, else in Korean."""
    note = correction.note_en if language == "en" and correction.note_en else correction.note_ko
    return Fix(correction.at, note)


def sections(stories: Sequence[ShownStory], language: str) -> list[Section]:
    """The stories, best first, in the mail's order under the mail's headings, numbered as they stand."""
    headings = wording(language).sections
    numbers = count(1)
    return [
        Section(name, headings[name], tuple(replace(story, number=next(numbers)) for story in told))
        for name, told in arrange(stories, lambda story: story.slugs)
    ]


def reading_minutes(stories: Iterable[ShownStory], language: str) -> int:
    """How long the headlines and summaries take to read, in whole minutes, at least one."""
    return wording(language).minutes([f"{story.headline} {story.summary}" for story in stories])
