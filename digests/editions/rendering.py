"""One renderer for mail, preview and test send: digests from ready blocks, and the service's letters.

    item content ─▶ block (once per item, language, version) ─┐
    edition ─▶ shell (once per edition, language, version) ───┴▶ digest (a join) ─▶ mail (slots filled)

A rendered digest keeps slots for what only the recipient's copy says, all of them in the footer, so
that the part every reader of a digest shares comes first and is encoded once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from digests.editions import rendering_blocks as blocks
from digests.editions.models import Digest, Edition, Item
from digests.editions.rendering_letters import RenderedLetter, render_letter
from digests.editions.rendering_pieces import (
    RECIPIENT_SLOTS,
    Segments,
    bind,
    fill,
    load_pieces,
    split,
)
from digests.editions.sections import LEAD, arrange_by
from digests.editions.selecting import THIN
from digests.editions.typography import escape, typeset, visible
from digests.editions.wording import wording
from digests.text.sentences import clip

__all__ = ["RenderedLetter", "RenderedMail", "fill", "render_digest", "render_letter"]

_CAPITAL, _SMALL = re.compile(r"[A-Z]"), re.compile(r"[a-z]")
SUBJECT_LENGTH = {"ko": 52, "en": 66}
TEASER_LENGTH = 44


@dataclass(frozen=True)
class Shown:
    """One chosen story as a digest shows it."""

    item_id: int
    content: Mapping[str, Any]
    why: str
    of: str = ""
    story_id: int = 0


def section_of_shown(story: Shown) -> str:
    """The section that the story's content names."""
    section: str = story.content["section"]
    return section


Sections = Sequence[tuple[str, Sequence[Shown]]]


@dataclass(frozen=True)
class RenderedMail:
    """A digest's mail. In `html` and `text` even places are literal, odd ones name a recipient's slot."""

    subject: str
    preheader: str
    html: Segments
    text: Segments


def render_digest(digest: Digest) -> RenderedMail:
    """The mail of a stored digest; the same row always gives the same mail."""
    shown = load_shown(digest.edition, digest.choices)
    return render(digest.edition, digest.language, shown, standing=len(load_contents(digest.edition)))


_contents: dict[tuple[int, int], dict[int, Mapping[str, Any]]] = {}
_shells: dict[tuple[object, ...], tuple[Segments, Segments]] = {}


def forget(**_sent: object) -> None:
    """Drop what was kept of editions: settings that stand in mails have changed."""
    _contents.clear()
    _shells.clear()


setting_changed.connect(forget)


def load_contents(edition: Edition) -> Mapping[int, Mapping[str, Any]]:
    """The content of every item that stands in a frozen edition, read once per process and version."""
    key = (edition.pk, edition.version)
    if key not in _contents:
        if len(_contents) > 50:
            _contents.clear()
        rows = Item.objects.filter(edition=edition, is_chosen=True).values_list("pk", "content")
        _contents[key] = {pk: content for pk, content in rows if content}
    return _contents[key]


def load_shown(edition: Edition, choices: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """The stories that a digest's stored `choices` name, in order; a weekly's come from several editions."""
    contents = load_contents(edition)
    missing = [choice["item"] for choice in choices if choice["item"] not in contents]
    shown = Item.objects.filter(pk__in=missing, is_chosen=True) if missing else Item.objects.none()
    others = dict(shown.values_list("pk", "content"))
    return [
        Shown(choice["item"], content, choice["why"], choice.get("of", ""), choice["story"])
        for choice in choices
        if (content := contents.get(choice["item"]) or others.get(choice["item"]))
    ]


def render(edition: Edition, language: str, shown: Sequence[Shown], *, standing: int) -> RenderedMail:
    """The mail that shows `shown`, in order, of the `standing` stories of `edition`."""
    sections = arrange_by(shown, section_of_shown)
    lines = _Lines(edition, language, shown, sections, standing)
    return RenderedMail(
        lines.subject,
        lines.preheader,
        _page("digest.html", edition, language, sections, lines),
        _page("digest.txt", edition, language, sections, lines),
    )


class _Lines:
    """What a digest says of itself as a whole."""

    def __init__(
        self, edition: Edition, language: str, shown: Sequence[Shown], sections: Sections, standing: int
    ) -> None:
        say, ready, count = wording(language), blocks.of("digest.txt", language), len(shown)
        told = [ready.block(story.content, is_top=False) for story in shown]
        minutes = max(1, round(sum(block.minutes for block in told)))
        self.is_weekly = is_weekly(edition, shown)
        self.subject = subject_line(edition, language, [block.headline for block in told])
        teasers = [_clip(block.headline, TEASER_LENGTH) for block in told[1:3]]
        self.preheader = say.preheader(teasers, count, minutes) if shown else say.thin(0, 0)
        self.lede = say.weekly(count) if self.is_weekly else _lede(language, shown, sections)
        articles, stories = edition.articles_count, edition.stories_count
        if self.is_weekly:
            articles = stories = 0
        self.funnel = say.funnel(articles, stories, count, minutes) if shown else ""
        waiting = 0 if self.is_weekly else standing - count
        self.more = say.more(waiting) if waiting > 0 else ""


# Few lines and headlines recur in most digests of a morning.
_clip = lru_cache(maxsize=8192)(clip)
_typeset = lru_cache(maxsize=8192)(typeset)


def _lede(language: str, shown: Sequence[Shown], sections: Sections) -> str:
    say = wording(language)
    fillers = sum(story.why == "fill" for story in shown)
    if fillers or len(shown) < THIN:
        return say.thin(len(shown), fillers)
    counts = [(say.sections[name], len(stories)) for name, stories in sections[1:] if name != "other"]
    counts.sort(key=lambda pair: -pair[1])
    return say.lede(counts, len(shown), len(shown[0].content.get("publishers", ())))


def is_weekly(edition: Edition, shown: Iterable[Shown]) -> bool:
    """Whether a digest draws on other days than its edition's."""
    day = f"{edition.date:%F}"
    return any(story.content.get("date", day) != day for story in shown)


def subject_line(edition: Edition, language: str, headlines: Sequence[str]) -> str:
    """The subject: the reader's own top story.

    Where its only Latin letters are capitals ("AI"), which filters take for shouting (SpamAssassin
    +0.5, rspamd +2.7), the edition's number follows: its "No." has the small letter that settles it.
    """
    say = wording(language)
    if not headlines:
        return say.empty(say.day(edition.date))
    line = say.subject(_clip(headlines[0], SUBJECT_LENGTH[language]), len(headlines) - 1)
    if _CAPITAL.search(line) and not _SMALL.search(line):
        line += f" · No. {edition.number or 1}"
    return line


def edition_url(day: date | str, language: str) -> str:
    """The public address of an edition."""
    root = f"{settings.SITE_URL}/en" if language == "en" else settings.SITE_URL
    return f"{root}/{day}/"


def _shell(template: str, edition: Edition, language: str, lines: _Lines) -> tuple[Segments, Segments]:
    """What stands around the stories: before the recipient's first slot, and from it on."""
    key = (template, edition.pk, edition.version, edition.number, language, lines.is_weekly)
    if key not in _shells:
        if len(_shells) > 200:
            _shells.clear()
        say = wording(language)
        first = edition.date - timedelta(days=6)
        day = say.week(first, edition.date) if lines.is_weekly else say.day(edition.date)
        values = {
            "number": say.number(edition.number) if edition.number else "",
            "web_url": edition_url(edition.date, language),
            "report_url": f"mailto:{settings.DEFAULT_FROM_EMAIL}?subject={edition.date}",
            "day": day,
            "full_day": day if lines.is_weekly else say.full_day(edition.date),
        }
        if template.endswith(".html"):
            values = {name: escape(value) for name, value in values.items()} | {"day": typeset(day)}
        shell = split(bind(load_pieces(template, language)["shell"], values))
        end = next(place for place in range(1, len(shell), 2) if shell[place] in RECIPIENT_SLOTS)
        _shells[key] = shell[:end], shell[end:]
    return _shells[key]


def _page(template: str, edition: Edition, language: str, sections: Sections, lines: _Lines) -> Segments:
    ready = blocks.of(template, language)
    pieces = ready.pieces
    show = escape if ready.is_html else visible
    entries: list[str] = []
    body: list[str] = []
    number = 0
    for name, stories in sections:
        body.append(ready.section(name))
        for place, story in enumerate(stories):
            number += 1
            first, rest, before, after = ready.tell(story.content, story.why, story.of, is_top=name == LEAD)
            if place:
                body.append(ready.between)
            body += (first, str(number), rest)
            entries += (before, str(number), after)
    values = dict.fromkeys(pieces, "")
    values |= {"title": show(lines.subject), "preheader": show(lines.preheader)}
    values["lede"] = _typeset(lines.lede) if ready.is_html else lines.lede
    values["section"] = "".join(body)
    if lines.funnel:
        values["funnel"] = bind(pieces["funnel"], {"funnel": show(lines.funnel)})
    if number > 1:
        values["contents"] = bind(pieces["contents"], {"entry": "".join(entries)})
    if lines.more:
        url = edition_url(edition.date, language)
        values["more"] = bind(pieces["more"], {"more": show(lines.more), "web_url": url})
    head, tail = _shell(template, edition, language, lines)
    return (bind(head, values), *tail)
