"""A reader's own pages: choices, what we know, feedback on a digest, being forgotten, moving."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digests.editions.models import Digest, Item, Placement
from digests.editions.preferences import Candidate, Preferences
from digests.editions.selecting import select
from digests.stories.models import Topic
from newsletter.delivery.models import Delivery
from newsletter.subscribers.leaving import erase as forget
from newsletter.subscribers.leaving import pause, resume
from newsletter.subscribers.links import BadLink, ExpiredLink, Purpose, make, url
from newsletter.subscribers.models import Level, Subscriber
from newsletter.subscribers.outcomes import Outcome
from newsletter.subscribers.portability import everything_about
from newsletter.subscribers.preferences import change, preferences_of, set_topic_level
from newsletter.web import shelf
from newsletter.web.choosing import PauseForm, PreferencesForm
from newsletter.web.context import page_language
from newsletter.web.letterbox import owe_letter
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
    if action == "resume":
        resume(subscriber.pk, now)
        return done(token, "resumed")
    form = PreferencesForm(subscriber, now, page_language(), request.POST)
    if not form.is_valid():
        return choices_page(request, subscriber, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
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


def choices_page(
    request: HttpRequest,
    subscriber: Subscriber,
    token: str,
    form: PreferencesForm,
    status: HTTPStatus = HTTPStatus.OK,
    resting: PauseForm | None = None,
) -> HttpResponse:
    """The page of choices, with what was wrong above it."""
    resting = resting or PauseForm(subscriber, form.now)
    forms = [form, resting]
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
        "would_get": stories_for(preferences_of(subscriber)),
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
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """More or less of a digest's topics: the mail links here, and a person presses the button."""
    try:
        subscriber, claims = reader_behind(Purpose.FEEDBACK, token)
    except BadLink as bad:
        return kind_page(request, bad)
    if subscriber is None:
        return kind_page(request)
    language = page_language()
    changed: tuple[str, str] | None = None
    if request.method == "POST":
        changed = turn(subscriber, request.POST.get("topic", ""), request.POST.get("level", ""), language)
        if changed is None:
            return kind_page(request)
    digest_id = claims.extra.get("digest")
    context = {
        "title": _("More or less of this"),
        "stories": told_stories(int(digest_id), language) if digest_id else [],
        "changed": changed,
        "preferences_url": url(
            Purpose.PREFERENCES,
            make(Purpose.PREFERENCES, subscriber.pk, subscriber.link_version),
            language,
        ),
    }
    return render(request, "pages/feedback.html", context)


def turn(subscriber: Subscriber, slug: str, level: str, language: str) -> tuple[str, str] | None:
    """Turn a topic to a level; its name and the level, or None for what cannot be."""
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None or level not in Level.values:
        return None
    set_topic_level(subscriber.pk, slug, Level(level))
    return topic.name(language), level


def told_stories(digest_id: int, language: str) -> list[dict[str, Any]]:
    """The stories of a digest with their topics, in its order."""
    digest = Digest.objects.filter(pk=digest_id).first()
    if digest is None:
        return []
    wanted = [choice["item"] for choice in digest.choices]
    items = {item.pk: item for item in Item.objects.filter(pk__in=wanted)}
    names = shelf.topic_names(language)
    told = []
    for item_id in wanted:
        if item_id in items:
            words: dict[str, dict[str, str]] = items[item_id].content.get("words", {})
            spoken = words.get(language) or next(iter(words.values()), {})
            topics = [
                (slug, names[slug]) for slug in items[item_id].content.get("topics", []) if slug in names
            ]
            told.append({"headline": spoken.get("headline", ""), "topics": topics})
    return told
