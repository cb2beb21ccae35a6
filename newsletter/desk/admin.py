"""What the desk adds to the rooms' own admin pages."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_migrate
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.editions.admin import EXTRA_LINKS, EditionAdmin
from digests.editions.models import Edition
from newsletter.delivery.outcomes import Fate
from newsletter.delivery.trial import send_preview
from newsletter.desk import board_pages, correction_pages, preview_pages, sending_pages
from newsletter.desk.clearance import make_roles
from newsletter.desk.pages import page_url
from newsletter.desk.site import DeskSite

DAY = r"^(?P<day>\d{4}-\d{2}-\d{2})"
PAGES: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
    ("board", f"{DAY}/board/$", board_pages.board),
    ("act", f"{DAY}/act/$", board_pages.act),
    ("preflight", f"{DAY}/preflight/$", board_pages.preflight),
    ("preview", f"{DAY}/preview-as/$", preview_pages.preview_as),
    ("preview_mail", f"{DAY}/preview-as/mail.html$", preview_pages.preview_mail),
    ("sending", f"{DAY}/sending/$", sending_pages.sending),
    ("settle", f"{DAY}/sending/settle/$", sending_pages.settle),
    ("find", f"{DAY}/sending/find/$", sending_pages.find),
    ("corrections", f"{DAY}/corrections/$", correction_pages.corrections),
    (
        "correct",
        f"{DAY}/corrections/(?P<item_id>\\d{{1,9}})/(?P<language>ko|en|xx)/$",
        correction_pages.correct,
    ),
)


class DeskEditionAdmin(EditionAdmin):
    """Editions with their desk: the board and its neighbours, and the mail of one sent to oneself."""

    def get_list_display(self, request: HttpRequest) -> Any:
        """The room's columns, and the way to the desk."""
        return [*super().get_list_display(request), "desk"]

    @admin.display(description=_("Desk"))
    def desk(self, edition: Edition) -> SafeString:
        """A link to the day board."""
        return format_html('<a href="{}">{}</a>', page_url("board", edition), _("Board"))

    def get_urls(self) -> list[URLPattern]:
        """The room's pages, the desk's, and the trial."""
        pages = [
            re_path(pattern, self.admin_site.admin_view(view), name=f"desk_{name}")
            for name, pattern, view in PAGES
        ]
        trial = path(
            "<int:edition_id>/trial/", self.admin_site.admin_view(self.trial), name="editions_edition_trial"
        )
        return [trial, *pages, *super().get_urls()]

    def trial(self, request: HttpRequest, edition_id: int) -> HttpResponse:
        """Ask with GET, send with POST, to the address of whoever is logged in and to nobody else."""
        edition = get_object_or_404(Edition, pk=edition_id)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        address: str = getattr(request.user, "email", "")
        if request.method == "POST" and address:
            language = "en" if request.POST.get("language") == "en" else "ko"
            outcome = send_preview(edition.pk, language, address)
            if outcome.fate is Fate.ACCEPTED:
                self.message_user(request, _("A test is on its way to you."), messages.SUCCESS)
            else:
                said = _("The test was not sent: %(reason)s") % {"reason": outcome.detail or outcome.reason}
                self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:editions_edition_change", args=[edition.pk]))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Send a test to yourself"),
            "edition": edition,
            "address": address,
            "language": (get_language() or "ko")[:2],
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/trial.html", context)


def trial_url(edition_id: int) -> str:
    """The address of an edition's trial page."""
    return reverse("admin:editions_edition_trial", args=[edition_id])


# What Django documents for a site that is in use already: everything registered stays registered.
admin.site.__class__ = DeskSite
admin.site.unregister(Edition)
admin.site.register(Edition, DeskEditionAdmin)
EXTRA_LINKS.append((_("Send a test to yourself"), trial_url))
EXTRA_LINKS.insert(0, (_("Board"), lambda edition_id: page_url("board", Edition.objects.get(pk=edition_id))))
# Here and not in the app's `ready`, because the roles need models; admin modules load once they are there.
post_migrate.connect(make_roles, sender=apps.get_app_config("auth"), dispatch_uid="desk roles")
