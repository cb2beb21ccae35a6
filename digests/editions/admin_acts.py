"""What this room's admin pages have in common: who acts, on which rows, and how a mail is shown."""

from collections.abc import Callable
from typing import Any, cast

from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from digests.editions import curating, rendering_blocks
from digests.editions.models import Item

PREVIEW_SLOTS = {
    "preferences_url": "https://preview.invalid/p/",
    "unsubscribe_url": "https://preview.invalid/u/",
    "feedback_base_url": "https://preview.invalid/f/",
    "reason_line": "reader@example.com",
}
# A mail carries its own styles, and nothing else of it may run or load.
MAIL_POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
}

AS_MAIL: list[Callable[[Any], Any]] = [xframe_options_sameorigin, csp_replace(MAIL_POLICY)]


def actor_of(request: HttpRequest) -> User:
    """The curator who asks."""
    return cast(User, request.user)


def headline_of(item: Item) -> str:
    """The item's headline as frozen, else as its story tells it now."""
    return rendering_blocks.headline(item.content, "ko") if item.content else str(item.story)


def act_on_each(
    page: "admin.ModelAdmin[Any]",
    request: HttpRequest,
    rows: QuerySet[Any],
    act: Callable[..., object],
) -> None:
    """Do `act` to every row as the curator who asks, and say how many went and why the others did not."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    done = 0
    for pk in rows.values_list("pk", flat=True):
        try:
            act(pk, actor_of(request), timezone.now())
            done += 1
        except curating.CannotCurateError as error:
            page.message_user(request, str(error), messages.WARNING)
    if done:
        told = ngettext("%(count)d changed.", "%(count)d changed.", done) % {"count": done}
        page.message_user(request, told, messages.SUCCESS)
