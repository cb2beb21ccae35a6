"""A story's HTML and text, made once per content and language, and kept ready to join.

Only two things of a block depend on the reader's digest: the story's number and why it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from digests.editions.rendering_pieces import bind, inliner, load_pieces, slot, split
from digests.editions.sections import SECTION_OF
from digests.editions.typography import curled, escape, typeset, visible
from digests.editions.voice import MINUTES
from digests.editions.wording import wording
from digests.text.sentences import clip
from digests.text.urls import safe_link

ENTRY_LENGTH = {"ko": 60, "en": 84}
SOURCES_SHOWN = 3
TOPICS_SHOWN = 3
MAX_BLOCKS = 4000


def words(content: Mapping[str, Any], language: str) -> Mapping[str, str]:
    """The headline and summary in `language`, else in the story's own language, else in any."""
    told: Mapping[str, Mapping[str, str]] = content.get("words", {})
    return told.get(language) or told.get(content.get("language", "")) or next(iter(told.values()), {})


def spoken(content: Mapping[str, Any], language: str) -> str:
    """The language of the words that a reader of `language` sees."""
    told = words(content, language)
    return next((code for code, known in content.get("words", {}).items() if known is told), "")


def headline(content: Mapping[str, Any], language: str) -> str:
    """The headline a reader of `language` sees."""
    return curled(visible(words(content, language).get("headline", ""))) or visible(content.get("key", ""))


def summary(content: Mapping[str, Any], language: str) -> str:
    """The summary a reader of `language` sees; empty where it would only repeat the headline."""
    text = curled(visible(words(content, language).get("summary", "")))
    return "" if text == headline(content, language) else text


def names(content: Mapping[str, Any], kind: str, language: str) -> list[str]:
    """The names of the story's `kind` ("topic" or "organization") in `language`, strongest first."""
    known = content.get(f"{kind}_names", {})
    return [known.get(slug, {}).get(language) or slug for slug in content.get(f"{kind}s", ())]


def marks(content: Mapping[str, Any], language: str) -> list[str]:
    """The marks to show, by name: how far to trust a story, and whether it was told before."""
    say, found = wording(language), set(content.get("marks", ()))
    if is_unverified(content):
        found = (found | {"unverified"}) - {"single_source"}
    if len(content.get("publishers", ())) > 1:
        found.discard("single_source")  # the line of reasons tells that they share a source
    if content.get("corrected"):
        found.add("corrected")
    shown = [name for code, name in say.marks.items() if code in found]
    code = spoken(content, language)
    return shown if code in ("", language) else [*shown, say.marks.get(f"language:{code}", code)]


def is_unverified(content: Mapping[str, Any]) -> bool:
    """Whether nobody but the one who announces it tells the story."""
    found = content.get("marks", ())
    sources = content.get("sources", ())
    is_own_word = "press_release" in found or any(source.get("is_primary") for source in sources)
    return "single_source" in found and is_own_word and content.get("kind") != "research"


def story_url(content: Mapping[str, Any], language: str) -> str:
    """The public address of a story's page."""
    root = f"{settings.SITE_URL}/en" if language == "en" else settings.SITE_URL
    return f"{root}/{content.get('date', '')}/{content.get('key', '')}/"


def anchor_url(content: Mapping[str, Any], language: str) -> str:
    """The place of a story on the web page of its edition."""
    root = f"{settings.SITE_URL}/en" if language == "en" else settings.SITE_URL
    return f"{root}/{content.get('date', '')}/#s-{content.get('key', '')}"


def publisher_name(source: Mapping[str, Any], language: str) -> str:
    """The outlet's name, "primary" said where it is; the slug where it has no name."""
    name = source.get(f"name_{language}") or source.get("name_ko") or source.get("name_en") or ""
    name = visible(name) or visible(source.get("publisher", ""))
    return f"{name} ({wording(language).labels['primary']})" if source.get("is_primary") else name


def why_line(content: Mapping[str, Any], why: str, of: str, language: str) -> str:
    """Why this reader gets this story, and how it stands in its sources, in a line."""
    say = wording(language)
    if why == "topic" and of in content.get("tops", ()):
        why = "most"
    known = content.get("topic_names", {}) | content.get("organization_names", {})
    for source in content.get("sources", ()):
        if why == "publisher" and source["publisher"] == of:
            known = {of: {"ko": source["name_ko"], "en": source["name_en"]}}
    name = known.get(of, {}).get(language) or of
    outlets = len(content.get("publishers", ()))
    has_primary = any(source.get("is_primary") for source in content.get("sources", ()))
    reason = say.reason(why, visible(name))
    standing = say.standing(
        outlets,
        has_primary=has_primary,
        is_unverified=is_unverified(content),
        is_one_origin="single_source" in content.get("marks", ()),
    )
    return " ".join(filter(None, (reason, standing))) or _general_reason(content, language)


def _general_reason(content: Mapping[str, Any], language: str) -> str:
    """Why a story that only one outlet tells is there for a reader who asked for nothing in particular."""
    say = wording(language)
    topics = [
        (slug, name)
        for slug, name in zip(content.get("topics", ()), names(content, "topic", language), strict=True)
        if slug in SECTION_OF
    ]
    for slug, name in topics:
        if slug in content.get("tops", ()):
            return say.reason("most_of_day", name)
    return say.reason("of_day", topics[0][1]) if topics else say.reason("new", "")


@dataclass(frozen=True, slots=True)
class Block:
    """A story's parts around its number and its reason, and its line of the contents around the number.

    `headline` is plain; `minutes` is how long headline and summary take to read.
    """

    parts: tuple[str, str, str]
    entry: tuple[str, str]
    headline: str
    minutes: float


# A story's parts for one reason: before its number, after it, and the same of its line of the contents.
Told = tuple[str, str, str, str]


@dataclass
class Blocks:
    """The ready blocks of one template in one language."""

    template: str
    language: str
    kept: dict[tuple[str, bool], Block] = field(default_factory=dict)
    told: dict[tuple[str, bool, str, str], Told] = field(default_factory=dict)
    reasons: dict[tuple[str, str, str], str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.is_html = self.template.endswith(".html")
        self.pieces = load_pieces(self.template, self.language)
        self.between = bind(self.pieces["between"], {}) if "between" in self.pieces else ""
        self.say = wording(self.language)

    def section(self, name: str) -> str:
        """The heading of a section."""
        if name not in self.headings:
            heading = self._show(self.say.sections[name])
            self.headings[name] = bind(self.pieces["section"], {"heading": heading})
        return self.headings[name]

    def block(self, content: Mapping[str, Any], *, is_top: bool) -> Block:
        """The block of a story; `is_top` sets it as the lead."""
        key = (content["hash"], is_top)
        block = self.kept.get(key)
        if block is None:
            if len(self.kept) > MAX_BLOCKS:
                self.kept.clear()
            block = self.kept[key] = self._block(content, is_top=is_top)
        return block

    def tell(self, content: Mapping[str, Any], why: str, of: str, *, is_top: bool) -> Told:
        """The parts of a story that is there for a reason: one look-up in a digest from ready blocks."""
        key = (content["hash"], is_top, why, of)
        told = self.told.get(key)
        if told is None:
            if len(self.told) > MAX_BLOCKS:
                self.told.clear()
            block = self.block(content, is_top=is_top)
            first, middle, last = block.parts
            rest = middle + self.because(content, why, of) + last
            told = self.told[key] = (first, rest, *block.entry)
        return told

    def because(self, content: Mapping[str, Any], why: str, of: str) -> str:
        """The line that says why a story is there."""
        key = (content["hash"], why, of)
        line = self.reasons.get(key)
        if line is None:
            if len(self.reasons) > MAX_BLOCKS:
                self.reasons.clear()
            reason = self._set(why_line(content, why, of, self.language))
            line = self.reasons[key] = bind(self.pieces["because"], {"reason": reason}) if reason else ""
        return line

    def _show(self, text: str) -> str:
        return escape(text) if self.is_html else visible(text)

    def _set(self, text: str) -> str:
        return typeset(text) if self.is_html else visible(text)

    def _block(self, content: Mapping[str, Any], *, is_top: bool) -> Block:
        pieces, language = self.pieces, self.language
        title = headline(content, language)
        piece = pieces["top-story"] if is_top and "top-story" in pieces else pieces["story"]
        whole = bind(
            piece,
            {
                "topics": self._topics(content),
                "mark": self._marks(content),
                "story_url": self._show(story_url(content, language)),
                "headline": self._set(title),
                "body": self._body(content),
            },
        )
        first, number, middle, because, last = split(whole)
        if (number, because) != ("no", "because"):
            raise ValueError(f"{self.template}: a story's number comes before its reason")
        entry = bind(
            pieces["entry"],
            {
                "anchor_url": self._show(anchor_url(content, language)),
                "short": self._show(clip(title, ENTRY_LENGTH[language])),
            },
        )
        before, _no, after = split(entry)
        pace = MINUTES.get(spoken(content, language), MINUTES["en"])
        minutes = (len(title) + len(summary(content, language))) / pace
        return Block((first, middle, last), (before, after), title, minutes)

    def _topics(self, content: Mapping[str, Any]) -> str:
        topics = self._show(" · ".join(names(content, "topic", self.language)[:TOPICS_SHOWN]))
        if self.is_html or not topics:
            return topics
        shown = " ".join(f"({name})" for name in marks(content, self.language))
        return f"[{topics}] {shown}".strip()

    def _marks(self, content: Mapping[str, Any]) -> str:
        if not self.is_html:
            return ""
        shown = [self._show(name) for name in marks(content, self.language)]
        return "".join(bind(self.pieces["mark"], {"name": name}) for name in shown)

    def _body(self, content: Mapping[str, Any]) -> str:
        pieces = self.pieces
        values = {"because": slot("because"), "summary": "", "new": "", "sources": ""}
        values["story_url"] = self._show(story_url(content, self.language))
        text, new = summary(content, self.language), visible(content.get("whats_new", ""))
        if text:
            values["summary"] = bind(pieces["summary"], {"summary": self._set(text)})
        if new:
            values["new"] = bind(pieces["new"], {"whats_new": self._set(new)})
        sources = self._sources(content)
        if sources:
            values["sources"] = bind(pieces["sources"], {"source": sources})
        return bind(pieces["body"], values)

    def _sources(self, content: Mapping[str, Any]) -> str:
        links: list[str] = []
        rest = 0
        for source in content.get("sources", ()):
            url = safe_link(source.get("url", ""))
            if not url:
                continue
            if len(links) >= SOURCES_SHOWN:
                rest += 1
                continue
            values = {"url": self._show(url), "publisher": self._show(publisher_name(source, self.language))}
            links.append(bind(self.pieces["source"], values))
        if not self.is_html:
            return "".join(links)
        told = ", ".join(links)
        if rest:
            before, linked = self.say.others(rest)
            values = {"url": self._show(story_url(content, self.language)), "publisher": self._show(linked)}
            told += f" {before} {bind(self.pieces['source'], values)}"
        return told


def forget(**_sent: object) -> None:
    """Drop every block: settings that stand in mails have changed."""
    of.cache_clear()
    load_pieces.cache_clear()
    inliner.cache_clear()


setting_changed.connect(forget)


@lru_cache(maxsize=8)
def of(template: str, language: str) -> Blocks:
    """The ready blocks of `template` in `language`, one store per process."""
    return Blocks(template, language)
