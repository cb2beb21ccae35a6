"""Items, digests and corrections in the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.editions import curating
from digests.editions.admin_acts import AS_MAIL, PREVIEW_SLOTS, act_on_each, headline_of
from digests.editions.models import Correction, Digest, Item
from digests.editions.rendering import fill, render_digest


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    """Stories across editions, with what curators do to them."""

    list_display = ("headline", "edition", "position", "placement", "is_chosen", "is_moved", "rank")
    list_filter = ("placement", "is_chosen", "edition__status")
    list_select_related = ("edition", "story")
    search_fields = ("story__words__headline", "story__key")
    date_hierarchy = "edition__date"
    actions = [  # noqa: RUF012
        "pin",
        "hide",
        "restore",
        "set_aside",
        "first",
    ]
    fields = (
        ("edition", "story"),
        ("position", "placement", "is_chosen", "is_moved"),
        ("rank", "rank_parts"),
        "waived",
        "content",
    )
    readonly_fields = (
        "edition",
        "story",
        "position",
        "placement",
        "is_chosen",
        "is_moved",
        "rank",
        "rank_parts",
        "waived",
        "content",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Stories come by assembling."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A story is hidden, never deleted."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        """With the stories' words."""
        return super().get_queryset(request).prefetch_related("story__words")

    @admin.display(description=_("headline"))
    def headline(self, item: Item) -> str:
        """As mails show it."""
        return headline_of(item)

    @admin.action(description=_("Pin to the top"))
    def pin(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        """Each chosen row."""
        act_on_each(self, request, items, curating.pin)

    @admin.action(description=_("Hide"))
    def hide(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        """Each chosen row, in published editions too."""
        act_on_each(self, request, items, curating.hide)

    @admin.action(description=_("Restore to its ranked place"))
    def restore(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        """Each chosen row."""
        act_on_each(self, request, items, curating.restore)

    @admin.action(description=_("Set aside"))
    def set_aside(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        """Each chosen row."""
        act_on_each(self, request, items, curating.set_aside)

    @admin.action(description=_("Move to the first place"))
    def first(self, request: HttpRequest, items: QuerySet[Item]) -> None:
        """Each chosen row; the last asked for ends up first."""
        act_on_each(self, request, items, lambda pk, actor, now: curating.move(pk, 1, actor, now))


class ReadOnly(admin.ModelAdmin):
    """Rows to look up."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Digest)
class DigestAdmin(ReadOnly):
    """What readers got: shared rows, each shown as it was sent."""

    list_display = ("subject", "edition", "language", "stories", "html_bytes", "created_at", "shown")
    list_filter = ("language",)
    list_select_related = ("edition",)
    search_fields = ("subject", "key")
    date_hierarchy = "created_at"

    @admin.display(description=_("stories"))
    def stories(self, digest: Digest) -> int:
        """How many it holds."""
        return len(digest.choices)

    @admin.display(description=_("mail"))
    def shown(self, digest: Digest) -> SafeString:
        """A link to the mail as readers see it."""
        url = reverse("admin:editions_digest_mail", args=[digest.pk])
        return format_html('<a href="{}">{}</a>', url, _("Show"))

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the mail."""
        mail = path("<int:pk>/mail.html", self.admin_site.admin_view(self.mail), name="editions_digest_mail")
        return [mail, *super().get_urls()]

    @method_decorator(AS_MAIL)
    def mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML part of the digest."""
        digest = get_object_or_404(Digest.objects.select_related("edition"), pk=pk)
        if not self.has_view_permission(request, digest):
            raise PermissionDenied
        return HttpResponse(fill(render_digest(digest).html, PREVIEW_SLOTS, escape=True))


@admin.register(Correction)
class CorrectionAdmin(ReadOnly):
    """What was put right; corrections are made at the desk."""

    list_display = ("note_ko", "item", "at", "curator")
    list_select_related = ("item", "curator")
    date_hierarchy = "at"
