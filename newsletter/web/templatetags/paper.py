"""How pages set type: the paper's own line breaks, dates and addresses."""

from datetime import date
from functools import cache

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from digests.editions import typography
from digests.editions.wording import wording
from newsletter.web.context import page_language, path_in

WEEKDAYS = "월화수목금토일"

register = template.Library()


@register.filter
def typeset(text: object) -> SafeString:
    """Plain text escaped, without the line breaks that Korean browsers get wrong."""
    return typography.typeset("" if text is None else str(text))


@register.filter
def day_name(day: date) -> str:
    """The day as a headline: 1월 5일 월요일; Monday, January 5."""
    return wording(page_language()).day(day)


@register.filter
def long_day(day: date) -> str:
    """The day with its year: 2026년 1월 5일 월요일; Monday, January 5, 2026."""
    named = day_name(day)
    return f"{named}, {day.year}" if page_language() == "en" else f"{day.year}년 {named}"


@register.filter(expects_localtime=True)
def short_day(day: date) -> str:
    """The day in a column: 1. 5. (월); Mon, Jan 5."""
    if page_language() == "en":
        return f"{day:%a, %b} {day.day}"
    return f"{day.month}. {day.day}. ({WEEKDAYS[day.weekday()]})"


@register.filter
def number_name(number: int | None) -> str:
    """The number of an edition: 제128호; No. 128; empty where it has none."""
    return wording(page_language()).number(number) if number else ""


@register.simple_tag
def story_path(day: date, key: str) -> str:
    """The address of a story, cheaper than reversing it hundreds of times."""
    return _story_pattern(page_language()).replace("2000-01-01", day.isoformat()).replace("/k/", f"/{key}/")


@register.simple_tag
def edition_path(day: date, language: str) -> str:
    """The address of an edition in `language`."""
    return path_in(reverse("edition", args=[day]), language)


@cache
def _story_pattern(language: str) -> str:
    return reverse("story", args=[date(2000, 1, 1), "k"])
