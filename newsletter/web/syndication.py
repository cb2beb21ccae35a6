"""The paper for feed readers: Atom, RSS and JSON, in each language, of each topic."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from digests.editions.models import Correction, Edition, Item
from newsletter.web import shelf
from newsletter.web.context import page_language, site_name
from newsletter.web.showing import ShownStory, show

ENTRIES = 60


def absolute(path: str) -> str:
    """A path of this site as an address."""
    return f"{settings.SITE_URL}{path}"


def changed_at(request: HttpRequest, *_args: object, **_kwargs: object) -> datetime | None:
    """When the newest edition froze or the newest correction was made."""
    moments = [
        shelf.published().order_by("-frozen_at").values_list("frozen_at", flat=True).first(),
        Correction.objects.order_by("-at").values_list("at", flat=True).first(),
    ]
    return max((moment for moment in moments if moment), default=None)


def etag(request: HttpRequest, *_args: object, **_kwargs: object) -> str:
    """A tag that changes with anything the answer shows."""
    facts = f"{request.get_full_path()}|{site_name(page_language())}|{shelf.state_of_the_shelf()}"
    return f'"{hashlib.sha256(facts.encode()).hexdigest()[:32]}"'


def entries(topic: str) -> list[Item]:
    """The newest stories, of one topic where it is given, the best of the newest edition first."""
    items = shelf.standing(Item.objects.filter(edition__in=shelf.published()))
    if topic:
        items = shelf.listing(items, "topics", topic)
    newest = items.select_related("edition").prefetch_related("corrections")
    return list(newest.order_by("-edition__date", "position")[:ENTRIES])


def told(request: HttpRequest) -> tuple[str, list[tuple[Edition, ShownStory]]]:
    """The name of the topic asked for, and the entries; an unknown topic is no feed."""
    topic = request.GET.get("topic", "")
    topics = shelf.topic_names(page_language())
    if topic and topic not in topics:
        raise Http404
    stories = [(item.edition, show(item, item.edition.date, page_language())) for item in entries(topic)]
    return topics.get(topic, ""), stories


def described(story: ShownStory) -> str:
    """The text of an entry: corrections first, then the summary."""
    fixes = [f"{_('Corrected')}: {fix.note}" for fix in story.fixes]
    return "\n\n".join([*fixes, story.summary])


def story_address(edition: Edition, story: ShownStory) -> str:
    """Where a story stands, in the language of the request."""
    return absolute(reverse("story", args=[edition.date, story.key]))


def published_at(edition: Edition) -> datetime:
    """When an edition was published."""
    return edition.frozen_at or edition.cutoff_at


def modified_at(edition: Edition, story: ShownStory) -> datetime:
    """When a story was published or last corrected."""
    return max([published_at(edition), *[fix.at for fix in story.fixes]])


def feed(kind: type[Atom1Feed] | type[Rss201rev2Feed]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that writes the stories in one of Django's two feed formats."""

    @require_safe
    @condition(etag_func=etag, last_modified_func=changed_at)
    def view(request: HttpRequest) -> HttpResponse:
        topic, stories = told(request)
        name = site_name(page_language())
        written = kind(
            title=f"{name} · {topic}" if topic else name,
            link=absolute(reverse("landing")),
            description=_("AI news, one email each morning"),
            language=page_language(),
            feed_url=absolute(request.get_full_path()),
        )
        for edition, story in stories:
            address = story_address(edition, story)
            written.add_item(
                title=story.headline,
                link=address,
                description=described(story),
                unique_id=address,
                pubdate=published_at(edition),
                updateddate=modified_at(edition, story),
                categories=[topic_name for _slug, topic_name in story.topics],
            )
        return HttpResponse(written.writeString("utf-8"), content_type=kind.content_type)

    return view


feed_atom = feed(Atom1Feed)
feed_rss = feed(Rss201rev2Feed)


@require_safe
@condition(etag_func=etag, last_modified_func=changed_at)
def feed_json(request: HttpRequest) -> JsonResponse:
    """The stories as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    topic, stories = told(request)
    name = site_name(page_language())
    items: list[dict[str, Any]] = [
        {
            "id": story_address(edition, story),
            "url": story_address(edition, story),
            "title": story.headline,
            "content_text": described(story),
            "date_published": rfc3339(published_at(edition)),
            "date_modified": rfc3339(modified_at(edition, story)),
            "tags": [topic_name for _slug, topic_name in story.topics],
            "language": story.lang or page_language(),
        }
        for edition, story in stories
    ]
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{name} · {topic}" if topic else name,
        "home_page_url": absolute(reverse("landing")),
        "feed_url": absolute(request.get_full_path()),
        "language": page_language(),
        "items": items,
    }
    return JsonResponse(
        body, content_type="application/feed+json; charset=utf-8", json_dumps_params={"ensure_ascii": False}
    )


def rfc3339(moment: datetime) -> str:
    """An instant as JSON Feed wants it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
