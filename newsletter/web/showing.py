"""What a page shows of a frozen story. Pure: from an item's content, in a language.

Nothing here reads a live story: what the paper said stays what it said, except corrections, which stand
beside it. Words, marks, reasons and order are the mail's own: a page equals the mail story for story.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from digests.editions import rendering_blocks as blocks
from digests.editions.models import Correction, Item
from digests.editions.sections import LEAD, OTHER, arrange
from digests.editions.typography import visible
from digests.editions.wording import wording
from digests.text.cleaning import to_plain
from digests.text.sentences import clip
from digests.text.urls import safe_link

# A curator may paste a page; a page of stories has to stay one.
SUMMARY_LIMIT = 700
HEADLINE_LIMIT = 300


@dataclass(frozen=True)
class ShownSource:
    """One outlet's telling of a story; `url` is empty where it is not safe to link.

    `text` is what may be shown of the original: all of it when `is_whole`, else two sentences.
    """

    publisher: str
    slug: str
    url: str
    title: str
    lang: str
    is_primary: bool
    text: str
    is_whole: bool


@dataclass(frozen=True)
class Fix:
    """What was corrected, and when."""

    at: datetime
    note: str


@dataclass(frozen=True)
class ShownStory:
    """A story as a page shows it. `lang` is the language of its words, "" when it is the page's own.

    `slugs` are all its topics, `topics` and `organizations` (slug, name) pairs, `contradictions` figures
    of the sources that do not agree; `why` is what the mail says below the summary.
    """

    number: int
    item_id: int
    key: str
    day: date
    headline: str
    summary: str
    lang: str
    slugs: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    organizations: tuple[tuple[str, str], ...]
    sources: tuple[ShownSource, ...]
    marks: tuple[str, ...]
    whats_new: str
    why: str
    contradictions: tuple[str, ...]
    fixes: tuple[Fix, ...]

    @property
    def sources_shown(self) -> tuple[ShownSource, ...]:
        """The first few sources, primary ones leading."""
        return self.sources[: blocks.SOURCES_SHOWN]

    @property
    def sources_more(self) -> int:
        """How many sources there are beyond `sources_shown`."""
        return len(self.sources) - len(self.sources_shown)

    @property
    def outlets(self) -> int:
        """How many outlets tell it."""
        return len({source.slug for source in self.sources})


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


def show(item: Item, day: date, language: str, *, why: str = "", of: str = "") -> ShownStory:
    """The story of `item`, in the edition of `day`, in `language` or else the other it has words in.

    `why` and `of` are a digest's reason for it. Needs the item's corrections fetched.
    """
    content: dict[str, Any] = item.content
    spoken = spoken_language(content, language)
    fixes = tuple(shown_fix(correction, language) for correction in item.corrections.all())
    marks = blocks.marks(content, language)
    corrected = wording(language).marks["corrected"]
    if fixes and corrected not in marks:
        marks = [*marks, corrected]
    return ShownStory(
        number=0,
        item_id=item.pk,
        key=str(content.get("key", "")),
        day=date.fromisoformat(content["date"]) if content.get("date") else day,
        headline=clip(blocks.headline(content, language), HEADLINE_LIMIT) or _("A story without a headline"),
        summary=clip(blocks.summary(content, language), SUMMARY_LIMIT),
        lang="" if spoken == language else spoken,
        slugs=tuple(content.get("topics", ())),
        topics=tuple(named(content, "topic", language)),
        organizations=tuple(named(content, "organization", language)),
        sources=tuple(shown_source(source, language) for source in content.get("sources", ())),
        marks=tuple(marks),
        whats_new=visible(content.get("whats_new") or ""),
        why=blocks.why_line(content, why, of, language),
        contradictions=tuple(disagreements(content)),
        fixes=fixes,
    )


def spoken_language(content: Mapping[str, Any], language: str) -> str:
    """The language of the words that a reader of `language` gets."""
    told = blocks.words(content, language)
    return next((code for code, words in content.get("words", {}).items() if words is told), language)


def named(content: Mapping[str, Any], kind: str, language: str) -> Iterable[tuple[str, str]]:
    """The slugs and names of a story's topics or organizations, strongest first."""
    names = map(visible, blocks.names(content, kind, language))
    return zip(content.get(f"{kind}s", ()), names, strict=True)


def shown_source(source: Mapping[str, Any], language: str) -> ShownSource:
    """A source by its name in `language`; an address that is not safe is not linked."""
    names = (source.get(f"name_{language}"), source.get("name_ko"), source.get("name_en"))
    spoken = source.get("language") or ""
    return ShownSource(
        publisher=visible(next(filter(None, names), "") or source.get("publisher") or "")
        or _("Unnamed source"),
        slug=source.get("publisher") or "",
        url=safe_link(source.get("url") or ""),
        title=visible(source.get("title") or ""),
        lang=spoken if spoken in ("ko", "en") and spoken != language else "",
        is_primary=bool(source.get("is_primary")),
        text=to_plain(source.get("text") or ""),
        is_whole=bool(source.get("is_full")),
    )


def disagreements(content: Mapping[str, Any]) -> Iterable[str]:
    """The figures of the sources that do not agree, side by side."""
    for found in content.get("contradictions", ()):
        yield " ↔ ".join(visible(str(figure)) for figure in found.get("figures", ()))


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


def cut(told: Sequence[Section], is_wanted: Callable[[ShownStory], bool]) -> list[Section]:
    """The sections with only the stories wanted; a section without any is gone."""
    cut_down = [replace(part, stories=tuple(filter(is_wanted, part.stories))) for part in told]
    return [part for part in cut_down if part.stories]


def lede(told: Sequence[Section], language: str) -> str:
    """The shape of the day in a sentence or two, empty on a day without stories."""
    stories = [story for section in told for story in section.stories]
    if not stories:
        return ""
    counts = [(part.heading, len(part.stories)) for part in told if part.name not in (LEAD, OTHER)]
    counts.sort(key=lambda pair: -pair[1])
    return wording(language).lede(counts, len(stories), stories[0].outlets)


def reading_minutes(stories: Iterable[ShownStory], language: str) -> int:
    """How long the headlines and summaries take to read, in whole minutes, at least one."""
    told = [text for story in stories for text in (story.headline, story.summary)]
    return wording(language).minutes(told)
