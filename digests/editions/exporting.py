"""A published edition as one file: Markdown to read and keep, JSON to work with, HTML to open anywhere."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation

from digests.editions import rendering_blocks as blocks
from digests.editions.models import Edition
from digests.editions.rendering import edition_url
from digests.editions.rendering_pieces import paper
from digests.editions.sections import arrange
from digests.editions.typography import visible
from digests.editions.wording import wording
from digests.text.urls import safe_link

# What Markdown would read as its own.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s)", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """One story as an export tells it; plain text throughout."""

    number: int
    key: str
    headline: str
    summary: str
    whats_new: str
    day: str
    importance: str
    organizations: list[str]
    topics: list[str]
    marks: list[str]
    why: str
    url: str
    sources: list[dict[str, Any]]


def export(edition_id: int, format: str, language: str = "ko") -> str:  # noqa: A002
    """The edition as "md", "json" or "html", told in `language`.

    A source's original stands in full only where its publisher allows that, else in two sentences.
    Raises ValueError for another format, Edition.DoesNotExist.
    """
    edition = Edition.objects.get(pk=edition_id)
    writers: dict[str, Callable[[Edition, str], str]] = {"md": _markdown, "json": _json, "html": _html}
    if format not in writers:
        raise ValueError(f"{format!r} is not one of {', '.join(writers)}")
    return writers[format](edition, language)


def sections_of(edition: Edition, language: str) -> list[tuple[str, list[Told]]]:
    """The edition's stories under their headings, in reading order, numbered through."""
    items = edition.items.filter(is_chosen=True).order_by("position")
    contents = [content for content in items.values_list("content", flat=True) if content]
    number = 0
    sections = []
    for name, group in arrange(contents, lambda content: content.get("topics", ())):
        told = []
        for content in group:
            number += 1
            told.append(_told(number, content, edition.zone, language))
        sections.append((wording(language).sections[name], told))
    return sections


def _told(number: int, content: Mapping[str, Any], zone: str, language: str) -> Told:
    first_at = datetime.fromisoformat(content["first_at"]).astimezone(ZoneInfo(zone))
    return Told(
        number=number,
        key=content["key"],
        headline=blocks.headline(content, language),
        summary=blocks.summary(content, language),
        whats_new=visible(content.get("whats_new", "")),
        day=f"{first_at:%Y-%m-%d}",
        importance=wording(language).importance(content.get("importance", 0)),
        organizations=blocks.names(content, "organization", language),
        topics=blocks.names(content, "topic", language),
        marks=blocks.marks(content, language),
        why=blocks.why_line(content, "top", "", language),
        url=blocks.story_url(content, language),
        sources=[
            {
                "publisher": blocks.publisher_name(source, language),
                "title": visible(source.get("title", "")),
                "url": safe_link(source.get("url", "")),
                "is_primary": source.get("is_primary", False),
                "is_full": source.get("is_full", False),
                "paragraphs": [visible(p) for p in source.get("text", "").split("\n\n") if p.strip()],
            }
            for source in content.get("sources", ())
        ],
    )


def _context(edition: Edition, language: str) -> dict[str, Any]:
    say = wording(language)
    sections = sections_of(edition, language)
    stories = [story for _name, group in sections for story in group]
    minutes = say.minutes_for(sum(len(story.headline) + len(story.summary) for story in stories))
    return {
        **paper(language),
        "language": language,
        "edition": edition,
        "day": say.full_day(edition.date),
        "number": say.number(edition.number) if edition.number else "",
        "funnel": say.funnel(edition.articles_count, edition.stories_count, len(stories), minutes),
        "sections": sections,
        "stories": stories,
        "web_url": edition_url(edition.date, language),
    }


def _html(edition: Edition, language: str) -> str:
    with translation.override(language):
        return render_to_string("mails/export.html", _context(edition, language))


def _markdown(edition: Edition, language: str) -> str:
    context = _context(edition, language)
    with translation.override(language):
        lines = _head(context)
        for name, stories in context["sections"]:
            lines += [f"## {escaped(name)}", ""]
            for story in stories:
                lines += _story(story)
        lines += [f"[{translation.gettext('Read on the web')}]({context['web_url']})"]
    return "\n".join(lines) + "\n"


def _head(context: Mapping[str, Any]) -> list[str]:
    say = translation.gettext
    contents = [f"{s.number}. [{escaped(s.headline)}](#s-{s.key})" for s in context["stories"]]
    title = f"# {context['site_name']} — {context['day']}"
    number = f"{context['number']} · " if context["number"] else ""
    return [title, "", f"> {number}{context['funnel']}", "", f"## {say('Contents')}", "", *contents, ""]


def _story(story: Told) -> list[str]:
    say = translation.gettext
    facts = [
        (say("Date"), story.day),
        (say("Importance"), story.importance),
        (say("Organizations"), ", ".join(story.organizations)),
        (say("Publishers"), ", ".join(dict.fromkeys(source["publisher"] for source in story.sources))),
        (say("Topics"), ", ".join(story.topics)),
        (say("Notes"), ", ".join(story.marks)),
    ]
    told = " · ".join(f"**{name}** {escaped(value)}" for name, value in facts if value)
    lines = [
        f'<a id="s-{story.key}"></a>',
        "",
        f"### {story.number}. {escaped(story.headline)}",
        "",
        told,
        "",
    ]
    if story.summary:
        lines += [escaped(story.summary), ""]
    if story.whats_new:
        lines += [f"**{say('New since then')}** {escaped(story.whats_new)}", ""]
    lines += [f"**{say('Why this story')}** {escaped(story.why)}", ""] if story.why else []
    for source in story.sources:
        lines += _source(source)
    return [*lines, "---", ""]


def _source(source: Mapping[str, Any]) -> list[str]:
    say = translation.gettext
    kind = say("Original") if source["is_full"] else say("Beginning of the original")
    link = f"[{say('Read the original')} — {escaped(source['publisher'])}](<{source['url']}>)"
    if not source["paragraphs"]:
        return [link, ""] if source["url"] else []
    name = html_escaped(f"{kind} — {source['publisher']}: {source['title']}")
    opened = ["<details>", f"<summary>{name}</summary>", ""]
    told = [line for paragraph in source["paragraphs"] for line in (escaped(paragraph), "")]
    return [*opened, *told, "</details>", "", *([link, ""] if source["url"] else [])]


def escaped(text: str) -> str:
    """`text` as Markdown shows it literally."""
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", visible(text)))


def html_escaped(text: str) -> str:
    """`text` inside raw HTML in Markdown."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _json(edition: Edition, _language: str) -> str:
    items: Sequence[tuple[int, float, Mapping[str, Any]]] = list(
        edition.items.filter(is_chosen=True).order_by("position").values_list("position", "rank", "content")
    )
    told = {
        "date": f"{edition.date:%F}",
        "zone": edition.zone,
        "number": edition.number,
        "frozen_at": edition.frozen_at.isoformat() if edition.frozen_at else None,
        "articles": edition.articles_count,
        "stories": edition.stories_count,
        "items": [
            {"position": position, "rank": rank, **content} for position, rank, content in items if content
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
