"""The desk's own filters for feeds and articles."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.sources.health import State, health_of
from digests.sources.models import Article, Feed


class HealthFilter(admin.SimpleListFilter):
    """Feeds by how they are."""

    title = _("health")
    parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The states worth a look."""
        return [
            (State.FAILING, _("Failing")),
            (State.SILENT, _("Silent beyond its rhythm")),
            (State.WAITING, _("Not asked yet")),
            (State.WELL, _("Well")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feed]) -> QuerySet[Feed]:
        """The feeds in the chosen state."""
        state = self.value()
        active = queryset.filter(status=Feed.Status.ACTIVE)
        if state == State.FAILING:
            return active.filter(failures__gt=0)
        if state == State.WAITING:
            return active.filter(failures=0, last_success_at=None)
        if state in {State.SILENT, State.WELL}:
            now = timezone.now()
            good = active.filter(failures=0).exclude(last_success_at=None)
            if state == State.SILENT:
                good = good.filter(newest_entry_at__lt=now - timedelta(days=3))
            return queryset.filter(pk__in=[feed.pk for feed in good if health_of(feed, now).state == state])
        return queryset


class PageFilter(admin.SimpleListFilter):
    """Articles by what came of their page."""

    title = _("page")
    parameter_name = "page"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The page states."""
        return list(Article.Page.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        """The articles in the chosen state."""
        return queryset.filter(page_state=self.value()) if self.value() else queryset
