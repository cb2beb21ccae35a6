"""The local mailbox: the mails of a service that runs embedded, shown as a mail program would."""

import re
from http import HTTPStatus

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.delivery.mailbox import StoredMail, UnknownMail, read_mail, read_mailbox

MAILS_A_PAGE = 50
HEADERS_SHOWN = (
    "From",
    "To",
    "Date",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "Message-ID",
    "Auto-Submitted",
)
# A mail is somebody's markup: no scripts, no forms, no frames, nothing fetched; only its own styles. Its
# links may lead the whole window on when a person clicks them, as from a mail program to a browser.
MAIL_RULES = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation", "allow-popups"],
}
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first."""
    refuse_unless_public()
    page = Paginator(read_mailbox(), MAILS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/mailbox.html", {"title": _("Local mailbox"), "page": page})


@never_cache
@require_safe
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its headers, and its HTML part in a frame, or its text part with `?part=text`."""
    mail = mail_or_404(name)
    shows_text = request.GET.get("part") == "text" or not mail.html
    context = {
        "title": mail.subject,
        "mail": mail,
        "shows_text": shows_text,
        "headers": [(key, mail.headers[key]) for key in HEADERS_SHOWN if key in mail.headers],
        "all_headers": list(mail.headers.items()),
        "size": len(mail.html.encode()),
    }
    return render(request, "pages/mailbox_mail.html", context)


@never_cache
@require_safe
@csp(MAIL_RULES)  # type: ignore[arg-type] # django-csp types views without arguments only
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as the frame shows it, under rules of its own; links open in the whole window."""
    mail = mail_or_404(name)
    if not mail.html:
        raise Http404
    markup, found = HEAD.subn(lambda head: f'{head.group()}<base target="_top">', mail.html, count=1)
    return HttpResponse(markup if found else f'<base target="_top">{mail.html}', status=HTTPStatus.OK)


def mail_or_404(name: str) -> StoredMail:
    """The mail stored under `name`, where the mailbox is public at all."""
    refuse_unless_public()
    try:
        return read_mail(name)
    except UnknownMail as error:
        raise Http404 from error


def refuse_unless_public() -> None:
    """Only a service that keeps its mails to itself shows them."""
    if not settings.MAILBOX_PUBLIC:
        raise Http404
