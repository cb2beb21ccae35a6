"""The journal in the admin: to read, never to change."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from digests.journal.models import Act, Tick


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin of rows that only the service writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes a row by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes a row by hand."""
        return False


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    """Who did what, newest first, with the state before and after."""

    list_display = ("at", "actor", "verb", "content_type", "object_id", "reason", "undoes")
    list_filter = ("verb", "content_type", "actor")
    search_fields = ("verb", "reason", "object_id")
    date_hierarchy = "at"
    list_select_related = ("actor", "content_type", "undoes__content_type")


@admin.register(Tick)
class TickAdmin(ReadOnlyAdmin):
    """When each beat last asked the tables who is due."""

    list_display = ("name", "at")
