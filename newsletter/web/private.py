"""Pages behind a signed link: for their reader's eyes only, and kind to every other visitor."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from newsletter.subscribers.links import BadLink, Claims, ExpiredLink, Purpose, read
from newsletter.subscribers.models import Subscriber

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def private(view: View[P]) -> View[P]:
    """Mark a view's answers as nobody else's: no store, no index, no referrer.

    The signed link in the address is what gives the right to act, and no other site knows it, so
    Django's CSRF check adds nothing here. It would even lock readers out: under `no-referrer` browsers
    send `Origin: null`, which the check refuses.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def reader_behind(purpose: Purpose, token: str) -> tuple[Subscriber | None, Claims]:
    """The reader a good link belongs to, None when erased or when the link was made invalid since.

    Raises BadLink, ExpiredLink.
    """
    claims = read(purpose, token)
    subscriber = Subscriber.objects.filter(pk=claims.subscriber_id).first()
    is_current = purpose == Purpose.UNSUBSCRIBE or (
        subscriber is not None and subscriber.link_version == claims.version
    )
    return (subscriber if is_current else None), claims


def kind_page(request: HttpRequest, problem: BadLink | None = None, *, again: bool = False) -> HttpResponse:
    """The page for a link that does not work: says so plainly, and what to do instead.

    With `again` it offers a fresh link by mail, asked for by a POST to the same address.
    """
    is_expired = isinstance(problem, ExpiredLink)
    heading = _("This link has expired") if is_expired else _("This link does not work any more")
    context = {"title": heading, "is_expired": is_expired, "again": again}
    return render(request, "pages/kind.html", context, status=410 if is_expired else 404)
