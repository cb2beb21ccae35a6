"""A mail as one reader or one set of preferences would get it, as the very bytes that would be sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, QuerySet

from digests.editions.admin_acts import PREVIEW_SLOTS
from digests.editions.digesting import preview
from digests.editions.models import Edition
from digests.editions.preferences import LENGTHS, Preferences
from digests.editions.rendering import RenderedMail, fill, render_digest
from digests.stories.models import Topic
from newsletter.delivery.messages import DIGEST_KINDS, public_url
from newsletter.delivery.models import Delivery
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.preferences import preferences_by_key, preferences_of

COMMON = 10
_STYLE = re.compile(r"<style.*?</style>|\sstyle=\"[^\"]*\"|\sbgcolor=\"[^\"]*\"", re.DOTALL)


@dataclass(frozen=True)
class Sample:
    """Whose mail it is, in words without an address, and the mail."""

    language: str
    preferences: Preferences
    mail: RenderedMail
    reader: Subscriber | None
    was_sent: bool
    slots: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text part."""
        return fill(self.mail.text, self.slots, escape=False)

    def html(self, look: str) -> str:
        """The HTML part: as sent, as a dark inbox shows it, or as one that strips styles does."""
        whole = fill(self.mail.html, self.slots, escape=True)
        if look == "dark":
            return whole.replace("(prefers-color-scheme:dark)", "all").replace(
                "(prefers-color-scheme: dark)", "all"
            )
        return _STYLE.sub("", whole) if look == "bare" else whole


def sample_of(
    edition: Edition, asked: "QuerySet[Subscriber] | None", wanted: Mapping[str, Sequence[str]]
) -> Sample:
    """The mail that `wanted` names: of a reader among `asked`, of a stored set of preferences, or of choices.

    `wanted` are the values of a query: reader, key, language, length, topic. What it does not name, or
    names wrongly, is as a new reader has it.
    """

    def one(name: str) -> str:
        return next(iter(wanted.get(name, ())), "")

    number = one("reader")
    reader = asked.filter(pk=int(number)).first() if asked is not None and _is_number(number) else None
    preferences = Preferences(language="en" if one("language") == "en" else "ko")
    if reader is not None:
        preferences = preferences_of(reader)
    elif one("key"):
        preferences = preferences_by_key([one("key")]).get(one("key"), preferences)
    else:
        length = int(one("length")) if _is_number(one("length")) else 0
        known = set(Topic.objects.filter(slug__in=wanted.get("topic", ())).values_list("slug", flat=True))
        preferences = replace(
            preferences,
            topics_normal=frozenset(known),
            length=length if length in LENGTHS else preferences.length,
        )
    language = preferences.language
    slots = {**PREVIEW_SLOTS, "web_url": public_url(language, f"{edition.date:%F}")}
    sent = sent_to(reader, edition) if reader else None
    mail = sent or preview(edition, preferences)
    return Sample(language, preferences, mail, reader, sent is not None, slots)


def sent_to(reader: Subscriber, edition: Edition) -> RenderedMail | None:
    """The digest that this reader was given of the edition, if planning has come to it."""
    row = (
        Delivery.objects.filter(
            subscriber=reader, edition=edition, kind__in=DIGEST_KINDS, digest__isnull=False
        )
        .select_related("digest__edition")
        .first()
    )
    return render_digest(row.digest) if row and row.digest else None


def common_choices() -> list[tuple[str, int]]:
    """The sets of preferences that most readers share, by their keys."""
    active = Subscriber.objects.filter(status=Subscriber.Status.ACTIVE).exclude(preference_key="")
    rows = active.order_by().values_list("preference_key").annotate(count=Count("pk"))
    return list(rows.order_by("-count", "preference_key")[:COMMON])


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
