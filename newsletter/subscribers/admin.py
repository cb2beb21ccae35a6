"""Readers at the desk: addresses masked in lists, acts audited, evidence never edited."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.journal.admin import ReadOnlyAdmin
from newsletter.subscribers.addresses import BadAddress, address_hash, normalise
from newsletter.subscribers.deskwork import (
    add_by_hand,
    erase_by_desk,
    lift,
    pause_by_desk,
    record_export,
    unsubscribe_by_desk,
)
from newsletter.subscribers.models import (
    AddressChange,
    AttackMode,
    ConsentEvent,
    OrganizationPreference,
    PublisherPreference,
    SignupAttempt,
    Subscriber,
    Suppression,
    TopicPreference,
)
from newsletter.subscribers.portability import csv_lines
from newsletter.subscribers.preferences import SCHEDULING, refresh_key
from newsletter.subscribers.schedule import UnknownZone, zone_of


def actor_of(request: HttpRequest) -> User | None:
    """The curator behind a request."""
    return request.user if isinstance(request.user, User) else None


class SubscriberForm(forms.ModelForm):
    """A reader's choices; a zone must be one the zone database knows."""

    def clean_zone(self) -> str:
        """The zone's name."""
        name = str(self.cleaned_data["zone"])
        try:
            zone_of(name)
        except UnknownZone as error:
            raise ValidationError(_("This time zone does not exist.")) from error
        return name

    def clean_keywords(self) -> list[str]:
        """A list of words."""
        words = self.cleaned_data["keywords"] or []
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValidationError(_('A list of words, please: ["GPU", "robot"]'))
        return words


class NewSubscriberForm(SubscriberForm):
    """A reader added by hand: only with the evidence that this person agreed."""

    evidence = forms.CharField(
        label=_("evidence of consent"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who agreed, when, and how we know. It is stored with the consent and never changed."),
    )

    class Meta:
        model = Subscriber
        fields = ("email", "language", "zone", "hour")

    def clean_email(self) -> str:
        """The normalised address, known neither as a reader nor as suppressed."""
        try:
            email = normalise(self.cleaned_data["email"])
        except BadAddress as error:
            raise ValidationError(str(error)) from error
        if Subscriber.objects.filter(email=email).exists():
            raise ValidationError(_("This address is on record already."))
        if Suppression.objects.filter(address_hash=address_hash(email)).exists():
            raise ValidationError(_("This address is suppressed: we may never write to it."))
        return email


class ConsentInline(admin.TabularInline):
    """The history of a reader's consent."""

    model = ConsentEvent
    fields = readonly_fields = ("at", "kind", "how", "language", "text_version", "text", "network")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody adds evidence by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes evidence."""
        return False


class TopicInline(admin.TabularInline):
    """The topics a reader chose."""

    model = TopicPreference
    extra = 0


class OrganizationInline(admin.TabularInline):
    """The organizations a reader follows or mutes."""

    model = OrganizationPreference
    extra = 0
    autocomplete_fields = ()
    raw_id_fields = ("organization",)


class PublisherInline(admin.TabularInline):
    """The publishers a reader follows or mutes."""

    model = PublisherPreference
    extra = 0
    raw_id_fields = ("publisher",)


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """Readers: searched by the exact address, changed only in what they chose themselves."""

    form = SubscriberForm
    list_display = ("masked", "status", "language", "zone", "hour", "next_digest_at", "created_at")
    list_filter = ("status", "language", "is_weekly", "hour", "zone")
    date_hierarchy = "created_at"
    search_fields = ("email",)
    search_help_text = _("The whole address")
    actions = ("pause_two_weeks", "unsubscribe", "export_csv")
    inlines = (TopicInline, OrganizationInline, PublisherInline, ConsentInline)
    readonly_fields = (
        *("email", "status", "preference_key", "next_digest_at", "paused_until"),
        *("created_at", "confirmed_at", "left_at", "soft_bounces", "link_version"),
    )
    fieldsets = (
        (None, {"fields": ("email", "status", "created_at", "confirmed_at", "left_at")}),
        (_("When"), {"fields": ("hour", "zone", "weekdays", "is_weekly", "next_digest_at", "paused_until")}),
        (_("What"), {"fields": ("language", "reads_ko", "reads_en", "length", "thin_day", "keywords")}),
        (_("Inside"), {"fields": ("preference_key", "soft_bounces", "link_version")}),
    )

    @admin.display(description=_("address"), ordering="email")
    def masked(self, subscriber: Subscriber) -> str:
        """The address, all but its first letter and domain hidden."""
        return subscriber.masked_email

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Subscriber], search_term: str
    ) -> tuple[QuerySet[Subscriber], bool]:
        """The reader of exactly this address: nobody browses addresses by their parts."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(email=normalise(search_term)), False
        except BadAddress:
            return queryset.none(), False

    def get_form(
        self,
        request: HttpRequest,
        obj: Subscriber | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        """A short form for a new reader, the choices for one on record."""
        if obj is None:
            kwargs["form"] = NewSubscriberForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Subscriber | None = None) -> Any:
        """Address, language, hour and evidence for a new reader."""
        if obj is None:
            return ((None, {"fields": ("email", "language", "zone", "hour", "evidence")}),)
        return self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> Any:
        """What only the service writes; a new reader has none of it yet."""
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Subscriber | None) -> Any:
        """No rows beside a reader who is not on record yet."""
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:  # noqa: FBT001
        """Store a new reader with the evidence, or a changed one with the morning that follows."""
        if not change:
            add_by_hand(obj, form.cleaned_data["evidence"], actor_of(request), timezone.now())
            return
        if set(form.changed_data) & set(SCHEDULING):
            obj.plan_next_morning(timezone.now())
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Refresh the key once all rows are stored."""
        super().save_related(request, form, formsets, change)
        refresh_key(form.instance)

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        """Erase as the reader would: the keyed hash stays."""
        erase_by_desk(obj, actor_of(request), timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Erase each."""
        for subscriber in queryset:
            self.delete_model(request, subscriber)

    @admin.action(description=_("Pause for two weeks"), permissions=["change"])
    def pause_two_weeks(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Rest the chosen readers for two weeks."""
        done = sum(pause_by_desk(each, 14, actor_of(request), timezone.now()) for each in queryset)
        self.say(request, done)

    @admin.action(description=_("Unsubscribe"), permissions=["change"])
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Let the chosen readers go, as they asked by another way."""
        done = sum(unsubscribe_by_desk(each, actor_of(request), timezone.now()) for each in queryset)
        self.say(request, done)

    @admin.action(description=_("Export as CSV, with addresses"), permissions=["export"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> StreamingHttpResponse:
        """The chosen readers as a file, written down with the name of who took it."""
        chosen = Subscriber.objects.filter(pk__in=queryset.values("pk"))
        record_export(actor_of(request), chosen.count())
        response = StreamingHttpResponse(csv_lines(chosen), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="subscribers.csv"'
        response["Cache-Control"] = "no-store, private"
        return response

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may take addresses away."""
        return request.user.has_perm("subscribers.export_subscriber")

    def say(self, request: HttpRequest, done: int) -> None:
        """Tell the curator how many it was."""
        text = ngettext("%(count)d subscriber changed.", "%(count)d subscribers changed.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS)


class ByAddress(ReadOnlyAdmin):
    """A search by the exact address, for tables that keep only its hash."""

    search_fields = ("address_hash",)
    search_help_text = _("The whole address, or its hash")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows of exactly this address."""
        term = search_term.strip()
        if not term:
            return queryset, False
        with suppress(BadAddress):
            term = address_hash(normalise(term))
        return queryset.filter(address_hash=term), False


@admin.register(Suppression)
class SuppressionAdmin(ByAddress):
    """Addresses we may never write to. Lifting one is an act with a name under it."""

    list_display = ("at", "reason", "detail", "short_hash")
    list_filter = ("reason",)
    date_hierarchy = "at"
    actions = ("lift_suppression",)

    @admin.display(description=_("hash"))
    def short_hash(self, suppression: Suppression) -> str:
        """Enough of the hash to tell rows apart."""
        return suppression.address_hash[:12]

    @admin.action(description=_("Lift: this address may sign up again"), permissions=["lift"])
    def lift_suppression(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        """Remove the chosen suppressions, audited."""
        for suppression in queryset:
            lift(suppression, actor_of(request))

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Who may delete suppressions may lift them."""
        return request.user.has_perm("subscribers.delete_suppression")


@admin.register(ConsentEvent)
class ConsentEventAdmin(ByAddress):
    """The evidence, read only."""

    list_display = ("at", "kind", "how", "language", "text_version", "network", "subscriber")
    list_filter = ("kind", "how", "language", "text_version")
    date_hierarchy = "at"
    list_select_related = ("subscriber",)


@admin.register(SignupAttempt)
class SignupAttemptAdmin(ByAddress):
    """What the limits count."""

    list_display = ("at", "outcome", "reason", "network", "domain")
    list_filter = ("outcome", "reason")
    date_hierarchy = "at"


@admin.register(AttackMode)
class AttackModeAdmin(ReadOnlyAdmin):
    """When sign-up was guarded more strictly, and why."""

    list_display = ("started_at", "ended_at", "is_open", "reason")


@admin.register(AddressChange)
class AddressChangeAdmin(ReadOnlyAdmin):
    """Changes of address on their way."""

    list_display = ("subscriber", "successor", "asked_at", "old_confirmed_at", "new_confirmed_at")
    list_select_related = ("subscriber", "successor")
