"""The service's own mails: confirm, welcome, already, link, goodbye, renewal, correction, move, erase."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from digests.editions.models import Edition, Item
from digests.editions.rendering_blocks import headline, story_url
from digests.editions.rendering_pieces import PADDING, inline, paper
from digests.editions.typography import bind_words, visible
from digests.editions.wording import wording

# Which link of the context the letter's button follows: the first that is there.
ACTIONS = {
    "confirm": ("confirm_url",),
    "already": ("preferences_url",),
    "link": ("preferences_url",),
    "goodbye": ("undo_url", "preferences_url"),
    "renewal": ("renewal_url", "confirm_url"),
    "move": ("move_url", "confirm_url"),
    "erase": ("erase_url", "confirm_url"),
}
# The others go to people who are not, or no longer, subscribed.
WITH_LINKS = frozenset({"welcome", "already", "renewal", "correction"})
SAMPLES = 5


@dataclass(frozen=True)
class RenderedLetter:
    """A service mail, complete."""

    subject: str
    html: str
    text: str


def render_letter(template: str, language: str, context: Mapping[str, object]) -> RenderedLetter:
    """The service mail `template` in `language`.

    `context` holds the recipient's links (`confirm_url`, `preferences_url`, `unsubscribe_url`, …), and may
    hold `hour` and `zone`, or their words `hour_text` and `zone_text`; `headlines` for a welcome, else the
    latest edition's; `corrections` as `{"headline", "note", "url"}` for a correction.
    """
    values: dict[str, object] = {**context, **paper(language), "language": language, "padding": PADDING}
    values |= _clock(values, language)
    values["action_url"] = next((values[name] for name in ACTIONS.get(template, ()) if values.get(name)), "")
    values["has_links"] = template in WITH_LINKS and bool(values.get("unsubscribe_url"))
    if template == "welcome" and "headlines" not in values:
        values["headlines"] = sample_headlines(language)
    with translation.override(language):
        values["title"] = subject = visible(render_to_string(f"mails/{template}_subject.txt", values))
        text = render_to_string(f"mails/{template}.txt", values)
        html = bind_words(inline(render_to_string(f"mails/{template}.html", values)))
    return RenderedLetter(subject, html, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


def _clock(values: Mapping[str, object], language: str) -> dict[str, object]:
    say, hour, zone = wording(language), values.get("hour"), values.get("zone")
    return {
        "hour_text": values.get("hour_text") or (say.hour(hour) if isinstance(hour, int) else ""),
        "zone_text": values.get("zone_text") or say.zone(str(zone or "")),
    }


def sample_headlines(language: str) -> list[dict[str, str]]:
    """The first stories of the latest edition, for readers who have not had one yet."""
    edition = Edition.objects.published().first()
    items = Item.objects.filter(edition=edition, is_chosen=True).order_by("position")
    contents = [content for content in items.values_list("content", flat=True)[:SAMPLES] if content]
    return [
        {"title": headline(content, language), "url": story_url(content, language)} for content in contents
    ]
