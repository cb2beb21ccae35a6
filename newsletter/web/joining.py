"""Joining: from the form, an embedded form or the endpoint to a confirmed subscription.

    form ─▶ stamp and trap ─▶ limits ─▶ sign_up ─▶ letter owed ─▶ "check your mail"
    link in the letter ─▶ page with one button ─▶ confirm ─▶ welcome

Whatever an address is to us, the visitor sees the same page at the same status.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.subscribers import protection
from newsletter.subscribers.addresses import address_hash, domain_of
from newsletter.subscribers.consent import consent_text
from newsletter.subscribers.links import BadLink, ExpiredLink, Purpose, make, url
from newsletter.subscribers.models import ConsentEvent, SignupAttempt, Subscriber
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.renewal import is_asked, renew
from newsletter.subscribers.signup import SignUp, sign_up
from newsletter.subscribers.signup import confirm as confirm_subscriber
from newsletter.web import options
from newsletter.web.context import page_language
from newsletter.web.forms import SignupForm
from newsletter.web.letterbox import owe_letter, poster, ring_after_commit
from newsletter.web.private import kind_page, private, reader_behind
from newsletter.web.visitors import network_behind

ASKED_COOKIE = "asked"
ASKED_SECONDS = 3600
How = ConsentEvent.How
Found = SignupAttempt.Outcome


def stumbles() -> dict[str, str]:
    """What to tell a visitor whose form was caught by the stamp or the trap: always a way on."""
    return {
        "missing": _("Please press the button once more: we need to see that a person asks."),
        "too_fast": _("That was very quick. Please press the button once more."),
        "stale": _("This form has been open for a long time. Please press the button once more."),
        "trap": _("A field that people do not see was filled in. Please press the button once more."),
        "network": _("Too many requests came from your network. Please try again in an hour."),
        "domain": _("Many requests for this mail provider are coming in. Please try again in an hour."),
        "overall": _("Very many requests are coming in right now. Please try again in an hour."),
    }


@transaction.atomic
def take(request: SignUp, now: datetime) -> protection.Verdict:
    """Let a valid request through the limits and, if admitted, store it with the letter it is owed.

    The worker is rung whether or not there is a letter: the time of an answer tells nothing.
    """
    verdict = protection.admit(address_hash(request.email), domain_of(request.email), request.network, now)
    if verdict.is_admitted:
        sign_up(request, now, poster(now))
        ring_after_commit()
    return verdict


# The page may be cached and the form may stand on another site: its stamp takes the CSRF token's place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The sign-up form and its target; a form without our stamp comes back to be sent once more."""
    language = page_language()
    if request.method != "POST":
        return form_page(request, SignupForm(language=language), HTTPStatus.OK)
    now = timezone.now()
    network = network_behind(request)
    form = SignupForm(request.POST, language=language)
    if not form.is_valid():
        protection.refuse(Found.INVALID, "address", network, now)
        return form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wrong = caught(form, now)
    if wrong:
        protection.refuse(Found.TRAPPED, wrong, network, now)
        return form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, stumbles()[wrong])
    asked = form.request(network, How.FORM)
    verdict = take(asked, now)
    if verdict.reason in stumbles():
        return form_page(request, form, HTTPStatus.TOO_MANY_REQUESTS, stumbles()[verdict.reason])
    return remember(redirect("check"), asked)


def caught(form: SignupForm, now: datetime) -> str:
    """What about a form's stamp and trap is wrong, "" for nothing."""
    if form.cleaned_data["website"]:
        return "trap"
    stamp = str(form.cleaned_data["stamp"] or "")
    return protection.read_stamp(stamp, now, is_attacked=protection.is_under_attack())


def form_page(request: HttpRequest, form: SignupForm, status: HTTPStatus, notice: str = "") -> HttpResponse:
    """The page with the form, and above it what to correct or do."""
    problems = [str(error) for errors in form.errors.values() for error in errors] if form.is_bound else []
    context = {
        "title": _("Sign up for the newsletter"),
        "form": form,
        "problems": problems,
        "notice": notice,
        "is_wrong": bool(problems or notice),
    }
    response = render(request, "pages/subscribe.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def remember(response: HttpResponseRedirect, asked: SignUp) -> HttpResponseRedirect:
    """Keep in the visitor's own browser, for an hour, what was asked: for the next page and for resending."""
    kept = {
        "email": asked.email,
        "language": asked.language,
        "topics": list(asked.topics),
        "hour": asked.hour,
        "zone": asked.zone,
        "weekdays": asked.weekdays,
        "is_weekly": asked.is_weekly,
    }
    value = signing.dumps(kept, salt=ASKED_COOKIE, compress=True)
    response.set_cookie(
        ASKED_COOKIE,
        value,
        max_age=ASKED_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def remembered(request: HttpRequest) -> dict[str, Any]:
    """What the visitor asked for within the hour; empty for nothing."""
    try:
        kept: dict[str, Any] = signing.loads(
            request.COOKIES.get(ASKED_COOKIE, ""), salt=ASKED_COOKIE, max_age=ASKED_SECONDS
        )
    except signing.BadSignature:
        return {}
    return kept


@private
@require_http_methods(["GET", "HEAD"])
def check(request: HttpRequest) -> HttpResponse:
    """ "Check your mail": the same for every address."""
    kept = remembered(request)
    context = {
        "title": _("Please check your inbox"),
        "email": kept.get("email", ""),
        "hour": options.hour_name(kept.get("hour", options.DEFAULT_HOUR)),
        "sender": settings.MAIL_FROM,
        "was_again": "again" in request.GET,
    }
    return render(request, "pages/check.html", context)


@private
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Ask for the letter once more, within the same limits; the address comes from the browser's cookie."""
    kept = remembered(request)
    if not kept:
        return redirect("subscribe")
    kept["topics"] = tuple(kept["topics"])
    network = network_behind(request)
    take(SignUp(**kept, network=network, how=How.FORM), timezone.now())
    response = redirect("check")
    response["Location"] += "?again=1"
    return response


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link: one button, which a scanner's GET does not press."""
    now = timezone.now()
    try:
        subscriber, claims = reader_behind(Purpose.CONFIRM, token)
    except ExpiredLink as expired:
        return expired_confirm(request, expired, now)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None or subscriber.status == Subscriber.Status.SUPPRESSED:
        return kind_page(request)
    if subscriber.is_reading and is_asked(subscriber):
        return keep_reading(request, subscriber, now)
    if subscriber.is_reading:
        return confirmed_page(request, subscriber, is_first=False)
    if request.method != "POST":
        context = {
            "title": _("Please confirm your subscription"),
            "subscriber": subscriber,
            "hour": options.hour_name(subscriber.hour),
            "zone": options.zone_name(subscriber.zone),
            "consent": consent_text(subscriber.language),
        }
        return render(request, "pages/confirm.html", context)
    with transaction.atomic():
        outcome = confirm_subscriber(
            subscriber.pk, now, network=network_behind(request), version=claims.version
        )
        owe_letter(outcome, now)
    if outcome.reason not in ("confirmed", "already"):
        return kind_page(request)
    subscriber.refresh_from_db()
    return confirmed_page(request, subscriber, is_first=outcome.reason == "confirmed")


def keep_reading(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    """The page behind the letter that asks after two years: one button again."""
    if request.method == "POST":
        renew(subscriber.pk, now, network_behind(request))
        return confirmed_page(request, subscriber, is_first=False)
    context = {
        "title": _("Would you like to keep reading?"),
        "subscriber": subscriber,
        "is_renewal": True,
        "consent": consent_text(subscriber.language),
    }
    return render(request, "pages/confirm.html", context)


def confirmed_page(request: HttpRequest, subscriber: Subscriber, *, is_first: bool) -> HttpResponse:
    """ "You are subscribed", or "you already were", with the way to the preferences."""
    token = make(Purpose.PREFERENCES, subscriber.pk, subscriber.link_version)
    context = {
        "title": _("You are subscribed") if is_first else _("You are already subscribed"),
        "is_first": is_first,
        "subscriber": subscriber,
        "preferences_url": url(Purpose.PREFERENCES, token, page_language()),
        "hour": options.hour_name(subscriber.hour),
        "zone": options.zone_name(subscriber.zone),
    }
    return render(request, "pages/confirmed.html", context)


def expired_confirm(request: HttpRequest, expired: ExpiredLink, now: datetime) -> HttpResponse:
    """Say that the link has expired, and send a fresh one to who asks for it by the button."""
    claims = expired.claims
    subscriber = Subscriber.objects.filter(pk=claims.subscriber_id, link_version=claims.version).first()
    if subscriber is not None and is_asked(subscriber):  # the answer to a renewal may take its time
        return keep_reading(request, subscriber, now)
    waits = subscriber is not None and not subscriber.is_reading and not subscriber.is_suppressed()
    if subscriber is None or not waits:
        return kind_page(request, expired)
    if request.method == "POST":
        with transaction.atomic():
            owe_letter(Outcome(subscriber.pk, "confirm", "pending"), now)
        return redirect("check")
    return kind_page(request, expired, again=True)
