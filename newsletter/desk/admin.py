"""What the desk adds to the rooms' own admin pages."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.editions.admin import EXTRA_LINKS, EditionAdmin
from digests.editions.models import Edition
from newsletter.delivery.outcomes import Fate
from newsletter.delivery.trial import send_preview


class DeskEditionAdmin(EditionAdmin):
    """Editions, and the mail of one sent to oneself."""

    def get_urls(self) -> list[URLPattern]:
        """The room's pages, and the trial."""
        trial = path(
            "<int:edition_id>/trial/", self.admin_site.admin_view(self.trial), name="editions_edition_trial"
        )
        return [trial, *super().get_urls()]

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


admin.site.unregister(Edition)
admin.site.register(Edition, DeskEditionAdmin)
EXTRA_LINKS.append((_("Send a test to yourself"), trial_url))
