"""The desk's pages for rows that machines write and people read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from digests.sources.models import Attempt, Host, HubSubscription


class MachineOwned(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that machines write and people read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Attempt)
class AttemptAdmin(MachineOwned):
    """Every request to a feed."""

    list_display = (
        "at",
        "feed",
        "outcome",
        "reason",
        "http_status",
        "bytes",
        "seconds",
        "items_new",
        "items_changed",
        "items_skipped",
    )
    list_filter = (
        "outcome",
        "reason",
        "http_status",
    )
    search_fields = (
        "feed__url",
        "feed__title",
    )
    date_hierarchy = "at"
    list_select_related = ("feed",)
    show_full_result_count = False


@admin.register(Host)
class HostAdmin(MachineOwned):
    """Hosts, and what their robots.txt says."""

    list_display = (
        "name",
        "free_at",
        "robots_at",
    )
    search_fields = ("name",)


@admin.register(HubSubscription)
class HubSubscriptionAdmin(MachineOwned):
    """Feeds whose hub rings."""

    list_display = ("feed", "hub_url", "state", "leased_until", "last_push_at")
    list_filter = ("state",)
    list_select_related = ("feed",)
    fields = ("feed", "hub_url", "topic_url", "state", "asked_at", "leased_until", "last_push_at")
