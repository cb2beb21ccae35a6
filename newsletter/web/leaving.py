"""Leaving: RFC 8058's POST, the page with one button, and the way back for a week."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter.subscribers.leaving import can_undo, undo
from newsletter.subscribers.leaving import unsubscribe as let_go
from newsletter.subscribers.links import BadLink, Purpose
from newsletter.subscribers.models import ConsentEvent, Subscriber
from newsletter.web.letterbox import owe_letter
from newsletter.web.private import kind_page, private, reader_behind

How = ConsentEvent.How
# RFC 8058, 3.1: the body's key and value.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; POST acts at once, for a mail client as for a person.

    No cookie, no CSRF token, no login, no redirect. A valid link of a reader who has left, or whom we no
    longer know, is answered with 200 as well: what it asks for is already so.
    """
    try:
        subscriber, claims = reader_behind(Purpose.UNSUBSCRIBE, token)
    except BadLink as bad:
        return kind_page(request, bad)
    now = timezone.now()
    if request.method != "POST":
        if subscriber is None or not may_leave(subscriber):
            return left_page(request, subscriber, now)
        return render(
            request, "pages/leave.html", {"title": _("Stop the newsletter"), "subscriber": subscriber}
        )
    action = request.POST.get("action", "")
    if action in ("undo", "weekly") and subscriber is not None:
        return come_back(request, subscriber, now, weekly=action == "weekly")
    is_one_click = request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]
    with transaction.atomic():
        outcome = let_go(claims.subscriber_id, How.ONE_CLICK if is_one_click else How.PAGE, now)
        owe_letter(outcome, now)
    if subscriber is not None:
        subscriber.refresh_from_db()
    return left_page(request, subscriber, now)


def may_leave(subscriber: Subscriber) -> bool:
    """Whether there is anything to stop."""
    return subscriber.status not in (Subscriber.Status.UNSUBSCRIBED, Subscriber.Status.SUPPRESSED)


def left_page(request: HttpRequest, subscriber: Subscriber | None, now: datetime) -> HttpResponse:
    """ "Nothing more will come", with the way back while there is one."""
    context = {
        "title": _("You will get no more mail"),
        "can_undo": subscriber is not None and can_undo(subscriber, now),
        "offers_weekly": subscriber is not None and not subscriber.is_weekly,
    }
    return render(request, "pages/left.html", context)


def come_back(request: HttpRequest, subscriber: Subscriber, now: datetime, *, weekly: bool) -> HttpResponse:
    """Take the leaving back, at once."""
    outcome = undo(subscriber.pk, now, weekly=weekly)
    if outcome.reason not in ("restored", "already"):
        subscriber.refresh_from_db()
        return left_page(request, subscriber, now)
    context = {"title": _("Good to have you back"), "is_back": True, "is_weekly": weekly}
    return render(request, "pages/left.html", context)
