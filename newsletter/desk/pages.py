"""What the desk's pages have in common: which edition, who asks, in which language, and the page's frame."""

from datetime import date
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language

from digests.editions.models import Edition
from newsletter.desk import clearance


def actor_of(request: HttpRequest) -> User:
    """The curator who asks."""
    return cast(User, request.user)


def language_of() -> str:
    """The page's language, "ko" or "en"."""
    return "en" if (get_language() or "").startswith("en") else "ko"


def edition_of(request: HttpRequest, day: str) -> Edition:
    """The edition of a date, of the zone asked for, else of the first cut-off's. Raises Http404."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    main = settings.EDITION_CUTOFFS[0].zone
    zone = request.POST.get("zone") or request.GET.get("zone", "")
    editions = list(Edition.objects.filter(date=wanted).select_related("approved_by"))
    editions.sort(key=lambda one: (one.zone != zone, one.zone != main, one.zone))
    if not editions or (zone and editions[0].zone != zone):
        raise Http404
    return editions[0]


def page_url(name: str, edition: Edition) -> str:
    """The address of an edition's page at the desk; the zone is named where it is not the main one."""
    url = reverse(f"admin:desk_{name}", args=[f"{edition.date:%F}"])
    return url if edition.zone == settings.EDITION_CUTOFFS[0].zone else f"{url}?zone={edition.zone}"


def render(
    request: HttpRequest,
    template: str,
    title: str,
    edition: Edition | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page in the admin's frame, never stored by caches."""
    may = frozenset(request.user.get_all_permissions()) if request.user.is_authenticated else frozenset()
    tabs = [(name, page_url(name, edition)) for name, needs in TABS if edition is not None and needs <= may]
    values = {
        **admin.site.each_context(request),
        **context,
        "title": title,
        "edition": edition,
        "tabs": tabs,
        "may": {name: permission in may for name, permission in POWERS.items()},
    }
    response = TemplateResponse(request, f"admin/desk/{template}", values, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


TABS = (
    ("board", frozenset({clearance.SEE})),
    ("preflight", frozenset({clearance.SEE})),
    ("preview", frozenset({clearance.SEE})),
    ("sending", frozenset({clearance.SEE_SENDING})),
    ("corrections", frozenset({clearance.SEE})),
)
POWERS = {
    "curate": clearance.CURATE,
    "write": clearance.WRITE,
    "merge": clearance.MERGE,
    "publish": clearance.PUBLISH,
    "correct": clearance.CORRECT,
    "operate": clearance.OPERATE,
    "see_sending": clearance.SEE_SENDING,
    "see_readers": clearance.SEE_READERS,
    "see_stories": clearance.SEE_STORIES,
}
