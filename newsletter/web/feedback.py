"""More or less of this: what a digest links to, acted on by a press."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digests.editions.models import Digest, Item
from digests.stories.models import Topic
from newsletter.subscribers.links import BadLink, Purpose, make, url
from newsletter.subscribers.models import Level, Subscriber
from newsletter.subscribers.preferences import set_topic_level
from newsletter.web import shelf
from newsletter.web.context import page_language
from newsletter.web.private import kind_page, private, reader_behind


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
