"""Editions in the admin: items in order, pin, hide and restore, previews; digests to look up.

A test sent to oneself needs a mailer, which no room down here has: the rooms above add theirs to
`EditionAdmin.actions` and `EXTRA_LINKS`.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests.editions import curating, rendering_blocks
from digests.editions.admin_acts import AS_MAIL, PREVIEW_SLOTS, act_on_each, headline_of
from digests.editions.admin_items import ItemAdmin
from digests.editions.digesting import preview
from digests.editions.models import Edition, Item
from digests.editions.preferences import LENGTHS, Preferences
from digests.editions.rendering import RenderedMail, fill

# Links that rooms above add to an edition's page: the name, and a function from the edition's id to a URL.
EXTRA_LINKS: list[tuple[Any, Callable[[int], str]]] = []


class ItemInline(admin.TabularInline):
    """The stories of an edition, in order."""

    model = Item
    fields = ("position", "headline", "placement", "is_chosen", "rank", "sources", "marks")
    readonly_fields = ("position", "headline", "placement", "is_chosen", "rank", "sources", "marks")
    ordering = ("position",)
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stories come by assembling."""
        return False

    @admin.display(description=_("headline"))
    def headline(self, item: Item) -> str:
        """As mails show it."""
        return headline_of(item)

    @admin.display(description=_("sources"))
    def sources(self, item: Item) -> int:
        """How many articles tell it."""
        return len(item.content.get("sources", ())) or item.story.tellings.count()

    @admin.display(description=_("marks"))
    def marks(self, item: Item) -> str:
        """What readers are told of its standing."""
        return ", ".join(rendering_blocks.marks(item.content, "ko")) if item.content else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        """With the stories' words, so that a page costs a few queries."""
        return super().get_queryset(request).select_related("story").prefetch_related("story__words")


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    """The editions: what machines set is read-only, what curators do goes through `curating`."""

    list_display = ("date", "number", "zone", "status", "cutoff_at", "stories_chosen", "blocked", "previews")
    list_filter = ("status", "zone")
    date_hierarchy = "date"
    search_fields = ("items__story__words__headline",)
    fields = (
        ("date", "number", "zone"),
        ("status", "status_reason"),
        ("cutoff_at", "frozen_at", "approved_by"),
        ("articles_count", "stories_count"),
        "previews",
        "findings_told",
    )
    inlines = (ItemInline,)
    actions = [  # noqa: RUF012
        "hold",
        "release",
        "approve",
        "pause",
        "resume",
        "cancel",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything: acts are the actions'."""
        return [name for group in self.fields for name in ([group] if isinstance(group, str) else group)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Editions come by the clock, or by build_edition."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An edition is cancelled, never deleted."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """With the number of stories that stand."""
        rows: QuerySet[Edition] = super().get_queryset(request)
        return rows.annotate(chosen=Count("items", filter=Q(items__is_chosen=True)))

    @admin.display(description=_("stories"))
    def stories_chosen(self, edition: Edition) -> int:
        """How many stories stand in it."""
        return int(getattr(edition, "chosen", 0))

    @admin.display(description=_("blocked"))
    def blocked(self, edition: Edition) -> int:
        """How many findings dropped a story."""
        return sum(f["is_blocking"] and not f["is_waived"] for f in edition.findings)

    @admin.display(description=_("findings of the linter"))
    def findings_told(self, edition: Edition) -> str:
        """The blocking ones first, each once."""
        found = sorted(edition.findings, key=lambda finding: not finding["is_blocking"])
        lines = [f"{'✕' if f['is_blocking'] else '·'} {f['code']} — {f['message']}" for f in found]
        return "\n".join(dict.fromkeys(lines)) or "–"

    @admin.display(description=_("previews"))
    def previews(self, edition: Edition) -> SafeString:
        """Links to what a reader of every topic would get."""
        url = reverse("admin:editions_edition_preview", args=[edition.pk])
        spoken = [("ko", "한국어"), ("en", "English")]
        links = [format_html('<a href="{}?language={}">{}</a>', url, code, name) for code, name in spoken]
        links += [format_html('<a href="{}">{}</a>', to(edition.pk), name) for name, to in EXTRA_LINKS]
        told: SafeString = format_html_join(" · ", "{}", ((link,) for link in links))
        return told

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the previews."""
        views = [
            path(
                "<int:pk>/preview/",
                self.admin_site.admin_view(self.preview_page),
                name="editions_edition_preview",
            ),
            path(
                "<int:pk>/preview/mail.html",
                self.admin_site.admin_view(self.preview_mail),
                name="editions_edition_preview_mail",
            ),
        ]
        return [*views, *super().get_urls()]

    def preview_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail as HTML in a frame, its subject and its text part."""
        edition, mail, language = self._preview(request, pk)
        frame = reverse("admin:editions_edition_preview_mail", args=[pk])
        context = {
            **self.admin_site.each_context(request),
            "title": mail.subject,
            "edition": edition,
            "mail": mail,
            "language": language,
            "frame": f"{frame}?{request.GET.urlencode()}",
            "text": fill(mail.text, PREVIEW_SLOTS, escape=False),
            "lengths": LENGTHS,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/editions/edition/preview.html", context)

    @method_decorator(AS_MAIL)
    def preview_mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML part alone, for the frame."""
        _edition, mail, _language = self._preview(request, pk)
        return HttpResponse(fill(mail.html, PREVIEW_SLOTS, escape=True))

    def _preview(self, request: HttpRequest, pk: int) -> tuple[Edition, RenderedMail, str]:
        edition = get_object_or_404(Edition, pk=pk)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        language = "en" if request.GET.get("language") == "en" else "ko"
        length = request.GET.get("length", "")
        wanted = int(length) if length.isascii() and length.isdigit() and int(length) in LENGTHS else 10
        return edition, preview(edition, Preferences(language=language, length=wanted)), language

    @admin.action(description=_("Hold: keep from freezing"))
    def hold(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each open one."""
        self._each(request, editions, curating.hold)

    @admin.action(description=_("Release"))
    def release(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each held one."""
        self._each(request, editions, curating.release)

    @admin.action(description=_("Approve: freeze now"))
    def approve(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each open one."""
        self._each(request, editions, curating.approve)

    @admin.action(description=_("Pause sending"))
    def pause(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each frozen one."""
        self._each(request, editions, curating.pause)

    @admin.action(description=_("Resume sending"))
    def resume(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each paused one."""
        self._each(request, editions, curating.resume)

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, editions: QuerySet[Edition]) -> None:
        """Each that can be."""
        self._each(request, editions, curating.cancel)

    def _each(self, request: HttpRequest, rows: QuerySet[Any], act: Callable[..., object]) -> None:
        act_on_each(self, request, rows, act)


__all__ = ["EXTRA_LINKS", "EditionAdmin", "ItemAdmin"]  # all registered with the room
