"""The desk's pages for publishers, feeds and articles. What machines write is read-only here."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.sources import tasks
from digests.sources.admin_articles import ArticleAdmin
from digests.sources.admin_machines import AttemptAdmin, HostAdmin, HubSubscriptionAdmin
from digests.sources.charts import attempts_chart
from digests.sources.curating import check_now, set_status
from digests.sources.filters import HealthFilter
from digests.sources.forms import HTTPS_FIRST, NewFeedForm, actor_of
from digests.sources.health import State, health_of, rhythm_in_words
from digests.sources.models import Attempt, Feed, Publisher
from digests.sources.opml import export_opml
from digests.sources.reasons import in_words

SIGNS = {
    State.WELL: "●",
    State.WAITING: "○",
    State.SILENT: "◐",
    State.FAILING: "✕",
    State.PAUSED: "‖",
    State.GONE: "†",
}
ATTEMPTS_SHOWN = 30


class FeedInline(admin.TabularInline):
    """The feeds of a publisher."""

    formfield_overrides = HTTPS_FIRST

    model = Feed
    fields = (
        "url",
        "status",
        "interval_minutes",
        "fetches_pages",
    )
    readonly_fields = (
        "url",
        "status",
    )
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Feeds are added on their own page, where the check-up runs."""
        return False


__all__ = [
    "ArticleAdmin",
    "AttemptAdmin",
    "HostAdmin",
    "HubSubscriptionAdmin",
]  # registered with the rest of this room


@admin.register(Publisher)
class PublisherAdmin(admin.ModelAdmin):
    """Outlets."""

    formfield_overrides = HTTPS_FIRST

    list_display = (
        "name_ko",
        "name_en",
        "language",
        "kind",
        "trust",
        "family",
        "feed_count",
    )
    list_filter = (
        "language",
        "kind",
        "trust",
        "allows_full_text",
    )
    search_fields = (
        "name_ko",
        "name_en",
        "slug",
        "homepage",
        "family",
    )
    inlines = (FeedInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        """With the number of feeds."""
        rows: QuerySet[Publisher] = super().get_queryset(request)
        return rows.annotate(count=Count("feeds"))

    @admin.display(description=_("feeds"), ordering="count")
    def feed_count(self, publisher: Publisher) -> int:
        """How many feeds it has."""
        return int(getattr(publisher, "count", 0))


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    """Feeds: how they are, their last attempts, why they are quiet."""

    formfield_overrides = HTTPS_FIRST

    list_display = (
        "name",
        "publisher",
        "sign",
        "chart",
        "newest_entry_at",
        "next_check_at",
    )
    list_filter = (
        HealthFilter,
        "status",
        "publisher__language",
        "publisher__kind",
        "last_reason",
    )
    search_fields = (
        "title",
        "url",
        "publisher__name_ko",
        "publisher__name_en",
        "publisher__slug",
    )
    list_select_related = ("publisher",)
    list_per_page = 50
    actions = (
        "act_check_now",
        "act_pause",
        "act_resume",
    )
    readonly_fields = (
        "status",
        "status_reason",
        "health",
        "chart",
        "rhythm",
        "last_attempt_at",
        "last_success_at",
        "newest_entry_at",
        "next_check_at",
        "failures",
        "last_reason_words",
        "last_detail",
        "redirect_url",
        "redirect_since",
        "last_attempts",
    )
    fieldsets = (
        (None, {"fields": ["publisher", "url", "title", "interval_minutes", "max_entries", "fetches_pages"]}),
        (_("How it is"), {"fields": ["status", "status_reason", "health", "chart", "rhythm"]}),
        (
            _("Schedule"),
            {
                "fields": [
                    "last_attempt_at",
                    "last_success_at",
                    "newest_entry_at",
                    "next_check_at",
                    "failures",
                    "last_reason_words",
                    "last_detail",
                    "redirect_url",
                    "redirect_since",
                ]
            },
        ),
        (_("Last attempts"), {"fields": ["last_attempts"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        """With each feed's last attempts."""
        attempts = Attempt.objects.order_by("-at", "-pk")
        recent = Prefetch("attempts", attempts[:ATTEMPTS_SHOWN], to_attr="recent")
        return super().get_queryset(request).prefetch_related(recent)

    def get_form(
        self,
        request: HttpRequest,
        obj: Feed | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        """The check-up's form for a new feed."""
        if obj is None:
            kwargs["form"] = NewFeedForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Feed | None = None) -> Any:
        """A new feed has no state yet."""
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": NewFeedForm.Meta.fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Feed | None = None) -> Any:
        """A new feed has no state yet."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save; a new feed takes its title from the check-up, whose warnings are shown."""
        checkup = getattr(form, "checkup", None)
        if checkup is not None:
            obj.title = obj.title or checkup.title[:300]
            for warning in checkup.warnings:
                messages.warning(request, in_words(warning))
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Feed | None = None) -> bool:
        """A feed that brought articles is paused, not deleted: they would lose their identity."""
        return obj is not None and not obj.articles.exists() and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """With the list as OPML."""
        view = self.admin_site.admin_view(self.opml)
        return [path("opml/", view, name="sources_feed_opml"), *super().get_urls()]

    def opml(self, request: HttpRequest) -> HttpResponse:
        """All feeds as a file for feed readers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        headers = {"Content-Disposition": 'attachment; filename="feeds.opml"'}
        return HttpResponse(
            export_opml("AI 조간"), content_type="text/x-opml; charset=utf-8", headers=headers
        )

    @admin.display(description=_("feed"), ordering="title")
    def name(self, feed: Feed) -> str:
        """Its title or address."""
        return str(feed)

    @admin.display(description=_("state"))
    def sign(self, feed: Feed) -> str:
        """A sign and the sentence behind it."""
        health = health_of(feed, timezone.now())
        return format_html('<span title="{0}">{1} {0}</span>', health.words, SIGNS[health.state])

    @admin.display(description=_("why it is quiet"))
    def health(self, feed: Feed) -> str:
        """How it is, in a sentence."""
        return health_of(feed, timezone.now()).words

    @admin.display(description=_("last 30 attempts"))
    def chart(self, feed: Feed) -> str:
        """The small picture."""
        recent = getattr(feed, "recent", None)
        return attempts_chart(recent if recent is not None else list(feed.attempts.all()[:ATTEMPTS_SHOWN]))

    @admin.display(description=_("publishing rhythm"))
    def rhythm(self, feed: Feed) -> str:
        """How often it publishes."""
        return rhythm_in_words(feed)

    @admin.display(description=_("last reason"))
    def last_reason_words(self, feed: Feed) -> str:
        """The last reason in words."""
        return in_words(feed.last_reason) if feed.last_reason else "-"

    @admin.display(description=_("last attempts"))
    def last_attempts(self, feed: Feed) -> str:
        """The attempts as a table."""
        rows = (
            (
                timezone.localtime(attempt.at).strftime("%Y-%m-%d %H:%M:%S"),
                attempt.get_outcome_display(),
                in_words(attempt.reason) if attempt.reason else "",
                attempt.http_status or "",
                f"{attempt.bytes:,} B",
                f"{attempt.seconds:.2f} s",
                f"+{attempt.items_new} ~{attempt.items_changed} −{attempt.items_skipped}",
            )
            for attempt in feed.attempts.all()[:ATTEMPTS_SHOWN]
        )
        cells = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", cells, rows))

    @admin.action(description=_("Check now"), permissions=["change"])
    def act_check_now(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        """Make the feeds due and wake a worker."""
        rows = queryset.filter(status=Feed.Status.ACTIVE)
        ids = [check_now(feed, actor_of(request), timezone.now()) for feed in rows]
        for feed_id in ids:
            tasks.ring(tasks.poll_feed, feed_id)
        text = ngettext("%(n)d feed will be asked now.", "%(n)d feeds will be asked now.", len(ids))
        self.message_user(request, text % {"n": len(ids)})

    @admin.action(description=_("Pause"), permissions=["change"])
    def act_pause(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        """Stop asking the feeds."""
        now = timezone.now()
        count = sum(set_status(feed, Feed.Status.PAUSED, actor_of(request), now) for feed in queryset)
        text = ngettext("%(n)d feed paused.", "%(n)d feeds paused.", count)
        self.message_user(request, text % {"n": count})

    @admin.action(description=_("Resume"), permissions=["change"])
    def act_resume(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        """Ask the feeds again."""
        now = timezone.now()
        count = sum(set_status(feed, Feed.Status.ACTIVE, actor_of(request), now) for feed in queryset)
        text = ngettext("%(n)d feed resumed.", "%(n)d feeds resumed.", count)
        self.message_user(request, text % {"n": count})
