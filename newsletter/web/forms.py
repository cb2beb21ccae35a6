"""The forms of readers: joining, choosing, moving. Every message is in the words of who typed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from newsletter.subscribers.addresses import BadAddress, normalise
from newsletter.subscribers.consent import consent_text
from newsletter.subscribers.leaving import SUNDAY
from newsletter.subscribers.models import EVERY_DAY, WEEKDAYS, ConsentEvent
from newsletter.subscribers.protection import make_stamp
from newsletter.subscribers.signup import SignUp
from newsletter.web import options

MAX_ECHO = 320
LANGUAGES = [("ko", "한국어"), ("en", "English")]
FREQUENCIES = {"daily": EVERY_DAY, "weekday": WEEKDAYS, "weekly": SUNDAY}


class AddressField(forms.Field):
    """An address in the spelling we know it by."""

    def clean(self, value: Any) -> str:
        """The normalised address; raises ValidationError with what to correct."""
        try:
            return normalise(str(value or ""))
        except BadAddress as error:
            raise forms.ValidationError(str(error), code="address") from error


class ZoneField(forms.Field):
    """An IANA zone; one the database does not know becomes the default: browsers guess it, not people."""

    def clean(self, value: Any) -> str:
        """The zone's name."""
        name = str(value or "")
        return name if options.is_zone(name) else options.DEFAULT_ZONE


class SignupForm(forms.Form):
    """One visible field; behind "topics and time" the choices, all with a default.

    `stamp` says when the form was shown, `website` is the trap: both are protection's to judge.
    No topic ticked, or every one, means all topics.
    """

    email = AddressField(required=False)
    hour = forms.TypedChoiceField(
        choices=[(str(hour), hour) for hour in range(24)],
        coerce=int,
        required=False,
        empty_value=str(options.DEFAULT_HOUR),
    )
    zone = ZoneField(required=False)
    language = forms.ChoiceField(choices=LANGUAGES, required=False)
    frequency = forms.ChoiceField(choices=[(name, name) for name in FREQUENCIES], required=False)
    website = forms.Field(required=False)
    stamp = forms.Field(required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, language: str = "ko") -> None:
        super().__init__(data)
        self.page_language = language
        self.now = timezone.now()

    @cached_property
    def fresh_stamp(self) -> str:
        """The mark of this showing of the form."""
        return make_stamp()

    @property
    def typed_email(self) -> str:
        """What was typed, to be typed no second time; a flood is not echoed."""
        typed = str(self.data.get("email", "")) if self.is_bound else ""
        return typed if len(typed) <= MAX_ECHO and typed.isprintable() else ""

    @cached_property
    def offers(self) -> list[tuple[options.TopicOffer, bool]]:
        """The topics with their week, and whether each is ticked."""
        ticked = self.ticked_topics()
        offers = options.topic_offers(self.page_language, self.now)
        return [(offer, not ticked or offer.slug in ticked) for offer in offers]

    @cached_property
    def hours(self) -> list[tuple[str, str]]:
        """The hours offered."""
        return options.hours()

    @cached_property
    def zones(self) -> list[tuple[str, str]]:
        """The zones offered, the chosen one among them."""
        return options.zones(self.now, self.chosen_zone)

    @cached_property
    def chosen_hour(self) -> str:
        """The hour selected."""
        chosen = str(self.data.get("hour", "")) if self.is_bound else ""
        return chosen if chosen in dict(self.hours) else str(options.DEFAULT_HOUR)

    @cached_property
    def chosen_zone(self) -> str:
        """The zone selected."""
        chosen = str(self.data.get("zone", "")) if self.is_bound else ""
        return chosen if options.is_zone(chosen) else options.DEFAULT_ZONE

    @cached_property
    def chosen_language(self) -> str:
        """The language selected: the page's, never guessed from the address."""
        chosen = str(self.data.get("language", "")) if self.is_bound else ""
        return chosen if chosen in dict(LANGUAGES) else self.page_language

    @cached_property
    def chosen_frequency(self) -> str:
        """How often: daily, weekday or weekly."""
        chosen = str(self.data.get("frequency", "")) if self.is_bound else ""
        return chosen if chosen in FREQUENCIES else "daily"

    @property
    def hour_said(self) -> str:
        """The hour selected, in words."""
        return options.hour_name(int(self.chosen_hour))

    @property
    def zone_said(self) -> str:
        """The zone selected, in words."""
        return options.zone_name(self.chosen_zone)

    @property
    def consent(self) -> str:
        """What signing up agrees to."""
        return consent_text(self.page_language)

    def ticked_topics(self) -> list[str]:
        """The topics ticked in the data."""
        if not self.is_bound:
            return []
        read = getattr(self.data, "getlist", None)
        found = read("topics") if read else self.data.get("topics") or []
        return [str(slug) for slug in found] if isinstance(found, list) else []

    def request(self, network: str, how: ConsentEvent.How) -> SignUp:
        """What the form asks for; call it once the form is valid."""
        data = self.cleaned_data
        slugs = [offer.slug for offer in options.topic_offers(self.page_language, self.now)]
        topics = [slug for slug in slugs if slug in self.ticked_topics()]
        frequency = data["frequency"] or "daily"
        return SignUp(
            email=data["email"],
            language=data["language"] or self.page_language,
            topics=() if len(topics) == len(slugs) else tuple(topics),
            hour=int(data["hour"]),
            zone=data["zone"],
            weekdays=FREQUENCIES[frequency],
            is_weekly=frequency == "weekly",
            network=network,
            how=how,
        )
