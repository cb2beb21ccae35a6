"""The form of a reader's preferences: from the stored choices to fields, and from fields to changes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.editions.preferences import LENGTHS
from digests.sources.models import Publisher
from digests.stories.models import Organization
from newsletter.subscribers.leaving import MAX_PAUSE_DAYS, SUNDAY
from newsletter.subscribers.models import EVERY_DAY, WEEKDAYS, Level, Subscriber
from newsletter.subscribers.preferences import MAX_KEYWORD, MAX_KEYWORDS, Changes
from newsletter.subscribers.schedule import local_date
from newsletter.web import options
from newsletter.web.forms import FREQUENCIES, LANGUAGES, MAX_ECHO, AddressField, ZoneField

UNCHOSEN = "none"
LEVELS = [
    (Level.MORE.value, gettext_lazy("More of it")),
    (Level.NORMAL.value, gettext_lazy("As it comes")),
    (Level.LESS.value, gettext_lazy("One at most")),
    (UNCHOSEN, gettext_lazy("Not chosen")),
    (Level.MUTE.value, gettext_lazy("Never")),
]
THIN_DAYS = [
    (Subscriber.ThinDay.FILL.value, gettext_lazy("Add the best of other topics")),
    (Subscriber.ThinDay.NOTE.value, gettext_lazy("Send the few there are")),
    (Subscriber.ThinDay.SKIP.value, gettext_lazy("Send nothing")),
]


class NamesField(forms.Field):
    """Names separated by commas, of things `find` knows; its value is their slugs."""

    def __init__(self, find: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(required=False)
        self.find = find

    def clean(self, value: Any) -> list[str]:
        """The slugs in the order typed; raises ValidationError with the names nobody knows."""
        known = self.find() if value else {}
        names = split_names(str(value or ""))
        unknown = [name for name in names if name.casefold() not in known]
        if unknown:
            message = _("We do not know %(names)s. Please write the name as our stories do.")
            raise forms.ValidationError(message % {"names": ", ".join(name[:40] for name in unknown[:3])})
        return list(dict.fromkeys(known[name.casefold()] for name in names))


class KeywordsField(forms.Field):
    """Words separated by commas that a headline or summary should name."""

    def clean(self, value: Any) -> list[str]:
        """The words, once each; raises ValidationError for too many or too long ones."""
        words = list(dict.fromkeys(split_names(str(value or ""))))
        if len(words) > MAX_KEYWORDS:
            raise forms.ValidationError(_("At most %(count)d keywords, please.") % {"count": MAX_KEYWORDS})
        if any(len(word) > MAX_KEYWORD or not word.isprintable() for word in words):
            raise forms.ValidationError(
                _("A keyword has at most %(count)d characters.") % {"count": MAX_KEYWORD}
            )
        return words


def split_names(text: str) -> list[str]:
    """The names in a line of names separated by commas."""
    return [name for part in text.replace("、", ",").replace("\n", ",").split(",") if (name := part.strip())]


def organizations_by_name() -> dict[str, str]:
    """Every organization's slug by each of its names, case-folded."""
    found: dict[str, str] = {}
    for slug, *names in Organization.objects.values_list("slug", "name_ko", "name_en"):
        found |= {name.casefold(): slug for name in (slug, *names) if name}
    return found


class PreferencesForm(forms.Form):
    """Everything a reader can choose, filled with what is stored."""

    hour = forms.TypedChoiceField(choices=[(str(hour), hour) for hour in range(24)], coerce=int)
    zone = ZoneField()
    frequency = forms.ChoiceField(choices=[(name, name) for name in [*FREQUENCIES, "days"]])
    language = forms.ChoiceField(choices=LANGUAGES)
    length = forms.TypedChoiceField(choices=[(str(n), n) for n in LENGTHS], coerce=int)
    thin_day = forms.ChoiceField(choices=THIN_DAYS)
    keywords = KeywordsField(required=False)
    followed = NamesField(organizations_by_name)
    muted = NamesField(organizations_by_name)

    def __init__(
        self,
        subscriber: Subscriber,
        now: datetime,
        language: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.subscriber = subscriber
        self.now = now
        self.page_language = language

    # --- What the page shows: what was typed, else what is stored.

    def shown(self, name: str, stored: object) -> str:
        """The value of a field."""
        return str(self.data.get(name, "")) if self.is_bound else str(stored)

    def ticked(self, name: str, stored: Iterable[object]) -> set[str]:
        """The values of a field of boxes."""
        if not self.is_bound:
            return {str(value) for value in stored}
        read = getattr(self.data, "getlist", None)
        return set(read(name)) if read else set()

    @cached_property
    def topics(self) -> list[tuple[options.TopicOffer, str]]:
        """The topics with the level each has."""
        stored = dict(self.subscriber.topic_preferences.values_list("topic__slug", "level"))
        chosen = {Level.MORE, Level.NORMAL} & set(stored.values())
        rest = UNCHOSEN if chosen else Level.NORMAL.value
        return [
            (offer, self.shown(f"topic-{offer.slug}", stored.get(offer.slug, rest)))
            for offer in options.topic_offers(self.page_language, self.now)
        ]

    @property
    def levels(self) -> list[tuple[str, Any]]:
        """The levels of a topic."""
        return LEVELS

    @cached_property
    def hours(self) -> list[tuple[str, str]]:
        """The hours offered."""
        return options.hours()

    @cached_property
    def zones(self) -> list[tuple[str, str]]:
        """The zones offered."""
        return options.zones(self.now, self.chosen_zone)

    @cached_property
    def chosen_hour(self) -> str:
        """The hour selected."""
        return self.shown("hour", self.subscriber.hour)

    @cached_property
    def chosen_zone(self) -> str:
        """The zone selected."""
        return self.shown("zone", self.subscriber.zone)

    @cached_property
    def chosen_frequency(self) -> str:
        """daily, weekday, weekly or days."""
        stored = (self.subscriber.weekdays, self.subscriber.is_weekly)
        known = {(EVERY_DAY, False): "daily", (WEEKDAYS, False): "weekday", (SUNDAY, True): "weekly"}
        return self.shown("frequency", known.get(stored, "days"))

    @cached_property
    def days(self) -> list[tuple[int, Any, bool]]:
        """The weekdays with their names, and whether each is ticked."""
        bits = [n for n in range(7) if self.subscriber.weekdays >> n & 1]
        ticked = self.ticked("days", bits)
        return [(n, name, str(n) in ticked) for n, name in enumerate(options.WEEKDAY_NAMES)]

    @cached_property
    def chosen_language(self) -> str:
        """The language of the mail."""
        return self.shown("language", self.subscriber.language)

    @cached_property
    def reads(self) -> list[tuple[str, str, bool]]:
        """The languages of stories, and whether each is read."""
        stored = [code for code in ("ko", "en") if getattr(self.subscriber, f"reads_{code}")]
        ticked = self.ticked("reads", stored)
        return [(code, name, code in ticked) for code, name in LANGUAGES]

    @property
    def lengths(self) -> list[tuple[int, bool]]:
        """The lengths offered, and which is chosen."""
        chosen = self.shown("length", self.subscriber.length)
        return [(length, str(length) == chosen) for length in LENGTHS]

    @property
    def thin_days(self) -> list[tuple[str, Any, bool]]:
        """What to do on a thin day, and which is chosen."""
        chosen = self.shown("thin_day", self.subscriber.thin_day)
        return [(value, name, value == chosen) for value, name in THIN_DAYS]

    @property
    def typed_keywords(self) -> str:
        """The keywords as a line."""
        return self.shown("keywords", ", ".join(self.subscriber.keywords))

    @property
    def typed_followed(self) -> str:
        """The organizations followed as a line."""
        return self.shown("followed", self.organization_names(Level.MORE))

    @property
    def typed_muted(self) -> str:
        """The organizations muted as a line."""
        return self.shown("muted", self.organization_names(Level.MUTE))

    @cached_property
    def organizations(self) -> list[str]:
        """Every organization's name, for the browser to complete."""
        return [o.name(self.page_language) for o in Organization.objects.all()]

    @cached_property
    def publishers(self) -> list[tuple[str, str, bool]]:
        """The publishers with their names, and whether each is muted."""
        muted = self.subscriber.publisher_preferences.filter(level=Level.MUTE)
        ticked = self.ticked("publishers", muted.values_list("publisher__slug", flat=True))
        return [(p.slug, p.name(self.page_language), p.slug in ticked) for p in Publisher.objects.all()]

    def organization_names(self, level: Level) -> str:
        """The stored organizations of a level as a line."""
        rows = self.subscriber.organization_preferences.filter(level=level).select_related("organization")
        return ", ".join(row.organization.name(self.page_language) for row in rows)

    # --- What was chosen.

    def clean(self) -> dict[str, Any]:
        """Check what spans fields: days chosen one by one need at least one."""
        data = super().clean() or self.cleaned_data
        if data.get("frequency") == "days" and not self.chosen_bits():
            self.add_error("frequency", _("Please tick at least one day."))
        return data

    def chosen_bits(self) -> int:
        """The ticked days, a bit each."""
        return sum({1 << int(day) for day in self.ticked("days", ()) if day in tuple("0123456")})

    def changes(self) -> Changes:
        """The choices to store; call it once the form is valid."""
        data = self.cleaned_data
        frequency = data["frequency"]
        reads = self.ticked("reads", ())
        levels = {offer.slug: self.data.get(f"topic-{offer.slug}", UNCHOSEN) for offer, _level in self.topics}
        organizations = dict.fromkeys(data["followed"], Level.MORE.value)
        organizations |= dict.fromkeys(data["muted"], Level.MUTE.value)
        followed = self.subscriber.publisher_preferences.filter(level=Level.MORE)
        publishers = dict.fromkeys(followed.values_list("publisher__slug", flat=True), Level.MORE.value)
        publishers |= dict.fromkeys(self.ticked("publishers", ()), Level.MUTE.value)
        return Changes(
            language=data["language"],
            reads_ko="ko" in reads or (not reads and data["language"] == "ko"),
            reads_en="en" in reads or (not reads and data["language"] == "en"),
            hour=data["hour"],
            zone=data["zone"],
            weekdays=self.chosen_bits() if frequency == "days" else FREQUENCIES[frequency],
            is_weekly=frequency == "weekly",
            length=data["length"],
            thin_day=data["thin_day"],
            keywords=data["keywords"],
            topics={slug: level for slug, level in levels.items() if level in Level.values},
            organizations=organizations,
            publishers=publishers,
        )


class MoveForm(forms.Form):
    """Where to read from now on."""

    email = AddressField(required=False)

    @property
    def typed_email(self) -> str:
        """What was typed, unless it is a flood."""
        typed = str(self.data.get("email", "")) if self.is_bound else ""
        return typed if len(typed) <= MAX_ECHO and typed.isprintable() else ""


class PauseForm(forms.Form):
    """Until when to rest."""

    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def __init__(self, subscriber: Subscriber, now: datetime, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.today = local_date(now, subscriber.zone)

    @property
    def suggested(self) -> date:
        """Two weeks from today."""
        return self.today + timedelta(days=14)

    @property
    def earliest(self) -> date:
        """Tomorrow."""
        return self.today + timedelta(days=1)

    @property
    def latest(self) -> date:
        """The furthest day a rest may reach."""
        return self.today + timedelta(days=MAX_PAUSE_DAYS)

    def clean_until(self) -> date:
        """A date after today and within a year; two weeks when none was given."""
        until: date = self.cleaned_data["until"] or self.suggested
        if not self.earliest <= until <= self.latest:
            raise forms.ValidationError(_("Please choose a date after today and within a year."))
        return until
