"""The landing page, the two pages of plain words, and the page for an address that leads nowhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests.editions.models import Edition
from digests.editions.wording import wording
from digests.sources.models import Feed, Publisher
from newsletter.web import shelf
from newsletter.web.context import page_language
from newsletter.web.forms import SignupForm
from newsletter.web.showing import Section, ShownStory, reading_minutes, sections, show

PAST_SHOWN = 5
TITLES_SHOWN = 12
DATE_IN_PATH = re.compile(r"/(\d{4}-\d{2}-\d{2})(?:/|$)")


@dataclass(frozen=True)
class Bar:
    """One step of the day's funnel: how many, out of the first step's many. `width` is in per cent."""

    name: str
    count: int
    width: str


def funnel(edition: Edition, chosen: int) -> list[Bar]:
    """Articles, stories, chosen: the day's own figures; empty where the first two were not counted."""
    if not edition.articles_count or not edition.stories_count:
        return []
    last = _("checked by a person and chosen") if edition.approved_by_id else _("chosen for the issue")
    steps = [
        (_("articles that came in"), edition.articles_count),
        (_("stories, once retellings are merged"), edition.stories_count),
        (last, chosen),
    ]
    widest = max(count for _name, count in steps)
    return [Bar(name, count, f"{max(0.6, 100 * count / widest):.1f}%") for name, count in steps]


def front_stories(edition: Edition) -> list[Section]:
    """The edition's stories as its page shows them, in sections."""
    language = page_language()
    return sections([show(item, edition.date, language) for item in shelf.items_of(edition)], language)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The newest edition as proof, what it was made from, past editions, and the sign-up form."""
    editions = list(shelf.with_front_page(shelf.published())[: PAST_SHOWN + 1])
    newest = editions[0] if editions else None
    told: Sequence[ShownStory] = []
    if newest:
        told = [story for section in front_stories(newest) for story in section.stories]
    language = page_language()
    today = timezone.localdate(timezone=newest_zone(newest))
    context = {
        "title": _("AI news, one email each morning"),
        "description": _(
            "The night's AI news, retellings merged and the stories that matter chosen, with their sources. "
            "No tracking."
        ),
        "form": SignupForm(language=language),
        "edition": newest,
        "is_today": newest is not None and newest.date == today,
        "stories": told[:TITLES_SHOWN],
        "stories_more": max(0, len(told) - TITLES_SHOWN),
        "minutes": reading_minutes(told, language) if told else 0,
        "funnel": funnel(newest, len(told)) if newest else [],
        "past": editions[1:],
    }
    return render(request, "pages/landing.html", context)


def newest_zone(edition: Edition | None) -> ZoneInfo:
    """The zone in which "today" is meant."""
    return ZoneInfo(edition.zone if edition else shelf.main_zone())


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the paper is made and how stories are chosen, with the sources it reads."""
    language = page_language()
    publishers = Publisher.objects.filter(feeds__status=Feed.Status.ACTIVE).distinct()
    names = sorted((publisher.name(language) for publisher in publishers), key=str.casefold)
    context = {
        "title": _("How we choose"),
        "description": _("Where the news comes from, how it is merged and ranked, and who can change it."),
        "publishers": names,
        "marks": mark_meanings(wording(language).marks),
        "contact": settings.MAIL_FROM,
        "cutoff": settings.EDITION_CUTOFFS[0],
    }
    return render(request, "pages/about.html", context)


def mark_meanings(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each mark a story can carry, with what it says."""
    meanings = {
        "unverified": _("The announcing side's own word is all there is so far."),
        "single_source": _("Only one outlet tells it."),
        "contradiction": _("Figures in the sources do not agree; the story's page names them."),
        "update": _("It goes on with a story told before, and says what is new."),
        "rehash": _("It was told before, and little is new."),
        "opinion": _("Somebody's view, not a report."),
        "interview": _("An interview."),
        "corrected": _("We have corrected it since it was sent."),
    }
    return [(names[code], meaning) for code, meaning in meanings.items()]


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a reader, for how long, and how to have it all deleted."""
    context = {
        "title": _("Privacy"),
        "description": _("What we keep of a reader, for how long, and how to have it all deleted."),
        "contact": settings.MAIL_FROM,
    }
    return render(request, "pages/privacy.html", context)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere; for a date, why it has no issue, and the nearest one."""
    found = DATE_IN_PATH.search(request.path)
    wanted: date | None = None
    if found:
        try:
            wanted = date.fromisoformat(found.group(1))
        except ValueError:
            wanted = None
    context = {
        "title": _("No such page"),
        "wanted": wanted,
        "why": why_no_issue(wanted) if wanted else "",
        "nearest": shelf.nearest(wanted) if wanted else None,
    }
    return render(request, "404.html", context, status=HTTPStatus.NOT_FOUND)


def why_no_issue(day: date) -> str:
    """Why `day` has no public edition: it failed, is still being made, or there never was one."""
    edition = Edition.objects.filter(date=day, zone=shelf.main_zone()).first()
    if edition and edition.status == Edition.Status.CANCELLED:
        return _("We could not bring out an issue that day")
    if edition and edition.status in Edition.OPEN:
        return _("The issue of this day is still being made")
    if edition or Edition.objects.filter(date=day, status__in=Edition.PUBLISHED).exists():
        return _("This page does not exist")
    return _("There is no issue of that date")
