"""What is the reader's own: everything we know, being forgotten, moving to another address."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.delivery.models import Delivery
from newsletter.subscribers.leaving import erase as forget
from newsletter.subscribers.links import BadLink, Purpose
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.moving import agree, waiting
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.portability import everything_about
from newsletter.web.letterbox import owe_letter
from newsletter.web.private import kind_page, private, reader_behind
from newsletter.web.visitors import network_behind


@private
@require_safe
def export(request: HttpRequest, token: str) -> HttpResponse:
    """Everything we know about the reader, as a JSON file."""
    try:
        subscriber, _claims = reader_behind(Purpose.PREFERENCES, token)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None:
        return kind_page(request)
    data = everything_about(subscriber) | {"mails": mails_to(subscriber)}
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="ai-jogan.json"'
    return response


def mails_to(subscriber: Subscriber) -> list[dict[str, Any]]:
    """Every mail we made for the reader."""
    mails = Delivery.objects.filter(subscriber=subscriber).select_related("digest").order_by("due_at")
    return [
        {
            "kind": mail.kind,
            "date": mail.local_date.isoformat(),
            "status": mail.status,
            "sent_at": mail.settled_at.isoformat() if mail.settled_at else None,
            "subject": mail.digest.subject if mail.digest else None,
        }
        for mail in mails
    ]


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the letter whose link erases: a forwarded digest must not be enough to delete a person."""
    try:
        subscriber, _claims = reader_behind(Purpose.PREFERENCES, token)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None:
        return kind_page(request)
    if request.method == "POST":
        now = timezone.now()
        with transaction.atomic():
            owe_letter(Outcome(subscriber.pk, "erase", "changed"), now)
    step = "sent" if request.method == "POST" else "ask"
    return render(request, "pages/erase.html", {"title": _("Delete everything"), "step": step})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase_now(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link: one button, and then nothing of the reader is left but a hash."""
    try:
        subscriber, _claims = reader_behind(Purpose.ERASE, token)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None:
        return kind_page(request)
    if request.method == "POST":
        forget(subscriber.pk, timezone.now())
    step = "gone" if request.method == "POST" else "sure"
    title = _("Everything is deleted") if step == "gone" else _("Delete everything")
    return render(request, "pages/erase.html", {"title": title, "step": step})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind each of the two letters of a change of address: one button."""
    try:
        subscriber, _claims = reader_behind(Purpose.MOVE, token)
    except BadLink as bad:
        return kind_page(request, bad)
    now = timezone.now()
    change = waiting(subscriber.pk, now) if subscriber else None
    if subscriber is None or change is None:
        return kind_page(request)
    step = "ask"
    if request.method == "POST":
        step = agree(subscriber.pk, now, network_behind(request)).reason
        if step == "unknown":
            return kind_page(request)
    context = {
        "title": _("Move to another address"),
        "step": step,
        "old": change.subscriber.masked_email,
        "new": change.successor.masked_email,
    }
    return render(request, "pages/move.html", context)
