"""A feed's last attempts as a small picture: height is what came, colour and shape what it means."""

from collections.abc import Sequence
from math import log2

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from digests.sources.models import Attempt
from digests.sources.reasons import in_words

BAR, GAP, HEIGHT = 5, 2, 28
NEW, QUIET, FAILED = "#2f6f4f", "#9aa3ab", "#c0392b"


def attempts_chart(attempts: Sequence[Attempt]) -> SafeString:
    """An inline SVG of `attempts`, given newest first, drawn oldest first.

    Bars up: new entries (logarithmic). A grey stub: nothing new. A red bar down: failed. Each bar has a
    title in words; the whole has a label, so that it can be heard as well as seen.
    """
    if not attempts:
        return format_html("<span>{}</span>", _("No attempt yet"))
    ordered = list(reversed(attempts))
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        (bar_of(attempt, position) for position, attempt in enumerate(ordered)),
    )
    failed = sum(attempt.outcome == Attempt.Outcome.FAILED for attempt in ordered)
    label = _("The last %(count)d attempts, %(failed)d of them failed") % {
        "count": len(ordered),
        "failed": failed,
    }
    width = len(ordered) * (BAR + GAP)
    return format_html(
        '<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>',
        label,
        width,
        HEIGHT,
        width,
        HEIGHT,
        bars,
    )


def bar_of(attempt: Attempt, position: int) -> tuple[int, int, int, int, str, str]:
    """x, y, width, height, colour and words of one attempt's bar."""
    x = position * (BAR + GAP)
    base = HEIGHT - 8
    if attempt.outcome == Attempt.Outcome.FAILED:
        return x, base, BAR, 8, FAILED, in_title(attempt)
    count = attempt.items_new + attempt.items_changed
    height = min(4 + round(3 * log2(count + 1)), base) if count else 2
    return x, base - height, BAR, height, NEW if count else QUIET, in_title(attempt)


def in_title(attempt: Attempt) -> str:
    """One attempt in words."""
    when = date_format(localtime(attempt.at), "SHORT_DATETIME_FORMAT")
    if attempt.outcome == Attempt.Outcome.NEW:
        what = _("%(new)d new, %(changed)d changed") % {
            "new": attempt.items_new,
            "changed": attempt.items_changed,
        }
    else:
        what = in_words(attempt.reason) if attempt.reason else attempt.get_outcome_display()
    return f"{when} · {what}"
