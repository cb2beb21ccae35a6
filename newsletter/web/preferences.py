"""A reader's own pages: choices, what we know, feedback on a digest, being forgotten, moving."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digests.editions.models import Placement
from digests.editions.preferences import Candidate, Preferences
from digests.editions.selecting import select
from newsletter.subscribers.leaving import pause, resume
from newsletter.subscribers.links import BadLink, ExpiredLink, Purpose, make
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.moving import ask
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.preferences import change, preferences_from, preferences_of
from newsletter.web import shelf
from newsletter.web.choosing import MoveForm, PauseForm, PreferencesForm
from newsletter.web.context import page_language
from newsletter.web.letterbox import owe_letter, poster, ring_after_commit
from newsletter.web.private import kind_page, private, reader_behind


@private
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The reader's choices, stored by a POST; the same address serves pausing and resuming."""
    now = timezone.now()
    try:
        subscriber, _claims = reader_behind(Purpose.PREFERENCES, token)
    except ExpiredLink as expired:
        return expired_preferences(request, expired, now)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None or not subscriber.is_reading:
        return kind_page(request)
    if request.method != "POST":
        return choices_page(request, subscriber, token, PreferencesForm(subscriber, now, page_language()))
    action = request.POST.get("action", "save")
    if action == "pause":
        return rest(request, subscriber, token, now)
    if action == "move":
        return move(request, subscriber, token, now)
    if action == "resume":
        resume(subscriber.pk, now)
        return done(token, "resumed")
    form = PreferencesForm(subscriber, now, page_language(), request.POST)
    if not form.is_valid():
        return choices_page(request, subscriber, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if action == "count":
        would_get = stories_for(preferences_from(form.changes(), subscriber))
        return choices_page(request, subscriber, token, form, would_get=would_get)
    change(subscriber.pk, form.changes(), now)
    return done(token, "saved")


def done(token: str, what: str) -> HttpResponse:
    """Back to the page by GET, so that reloading sends nothing twice."""
    response = redirect("preferences", token)
    response["Location"] += f"?done={what}"
    return response


def rest(request: HttpRequest, subscriber: Subscriber, token: str, now: datetime) -> HttpResponse:
    """Pause until the date asked for."""
    resting = PauseForm(subscriber, now, request.POST)
    if resting.is_valid():
        pause(subscriber.pk, resting.cleaned_data["until"], now)
        return done(token, "paused")
    form = PreferencesForm(subscriber, now, page_language())
    return choices_page(request, subscriber, token, form, HTTPStatus.UNPROCESSABLE_ENTITY, resting)


def move(request: HttpRequest, subscriber: Subscriber, token: str, now: datetime) -> HttpResponse:
    """Ask both addresses whether the reader moves."""
    moving = MoveForm(request.POST)
    if moving.is_valid():
        with transaction.atomic():
            ask(subscriber.pk, moving.cleaned_data["email"], now, poster(now))
            ring_after_commit()
        return done(token, "moving")
    form = PreferencesForm(subscriber, now, page_language())
    return choices_page(request, subscriber, token, form, HTTPStatus.UNPROCESSABLE_ENTITY, moving=moving)


def choices_page(
    request: HttpRequest,
    subscriber: Subscriber,
    token: str,
    form: PreferencesForm,
    status: HTTPStatus = HTTPStatus.OK,
    resting: PauseForm | None = None,
    moving: MoveForm | None = None,
    would_get: int | None = None,
) -> HttpResponse:
    """The page of choices, with what was wrong above it."""
    resting = resting or PauseForm(subscriber, form.now)
    moving = moving or MoveForm()
    forms: list[Form] = [form, resting, moving]
    if would_get is None:
        would_get = stories_for(preferences_of(subscriber))
    problems = [(name, str(e)) for each in forms for name, errors in each.errors.items() for e in errors]
    unsubscribe = make(Purpose.UNSUBSCRIBE, subscriber.pk, subscriber.link_version)
    context = {
        "title": _("Change what you get"),
        "token": token,
        "subscriber": subscriber,
        "form": form,
        "resting": resting,
        "problems": problems,
        "done": request.GET.get("done", "") if request.method == "GET" else "",
        "moving": moving,
        "would_get": would_get,
        "consents": subscriber.consent_events.all()[:20],
        "unsubscribe_token": unsubscribe,
        "is_paused": subscriber.status == Subscriber.Status.PAUSED,
    }
    return render(request, "pages/preferences.html", context, status=status)


def stories_for(wanted: Preferences) -> int | None:
    """How many stories of the newest edition these preferences choose; None before the first edition."""
    edition = shelf.published().first()
    if edition is None:
        return None
    candidates = [
        Candidate.of(item.pk, item.story_id, item.content, is_pinned=item.placement == Placement.PINNED)
        for item in shelf.standing(edition.items.all()).order_by("position", "pk")
    ]
    return len(select(wanted, candidates).chosen)


def expired_preferences(request: HttpRequest, expired: ExpiredLink, now: datetime) -> HttpResponse:
    """Offer a fresh link by mail in place of one that has expired."""
    claims = expired.claims
    subscriber = Subscriber.objects.filter(pk=claims.subscriber_id, link_version=claims.version).first()
    if subscriber is None or not subscriber.is_reading:
        return kind_page(request, expired)
    if request.method == "POST":
        with transaction.atomic():
            owe_letter(Outcome(subscriber.pk, "link", "changed"), now)
        return render(request, "pages/kind.html", {"title": _("A fresh link is on its way"), "is_sent": True})
    return kind_page(request, expired, again=True)
