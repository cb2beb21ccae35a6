"""The paper for machines: Atom, RSS and JSON feeds, the sitemap, and what crawlers are asked."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition, require_safe

from digests.editions.models import Correction, Edition, Item
from newsletter.web import shelf
from newsletter.web.context import page_language, site_name
from newsletter.web.showing import ShownStory, show

ENTRIES = 60
EDITIONS = 14
SITEMAP_STORIES = 5000
PRIVATE_PATHS = ("/confirm/", "/p/", "/u/", "/i/", "/f/", "/move/", "/erase/", "/mailbox/")


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


def entries(topic: str) -> list[tuple[Edition, Item]]:
    """The newest stories, of one topic where it is given, the best of the newest edition first."""
    editions = list(shelf.published()[:EDITIONS])
    items = shelf.standing(Item.objects.filter(edition__in=editions))
    by_pk = {edition.pk: edition for edition in editions}
    found = sorted(
        items.prefetch_related("corrections"),
        key=lambda item: (-by_pk[item.edition_id].date.toordinal(), item.position),
    )
    wanted = [item for item in found if not topic or topic in item.content.get("topics", [])]
    return [(by_pk[item.edition_id], item) for item in wanted[:ENTRIES]]


def told(request: HttpRequest) -> tuple[str, list[tuple[Edition, ShownStory]]]:
    """The name of the topic asked for, and the entries; an unknown topic is no feed."""
    topic = request.GET.get("topic", "")
    topics = shelf.topic_names(page_language())
    if topic and topic not in topics:
        raise Http404
    stories = [(edition, show(item, edition.date, page_language())) for edition, item in entries(topic)]
    return topics.get(topic, ""), stories


def described(story: ShownStory) -> str:
    """The text of an entry: corrections first, then the summary."""
    fixes = [f"{_('Corrected')}: {fix.note}" for fix in story.fixes]
    return "\n\n".join([*fixes, story.summary])


def story_address(edition: Edition, story: ShownStory) -> str:
    """Where a story stands, in the language of the request."""
    return absolute(reverse("story", args=[edition.date, story.key]))


def feed(kind: Callable[..., SyndicationFeed]) -> Callable[[HttpRequest], HttpResponse]:
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
                pubdate=edition.frozen_at,
                updateddate=max([edition.frozen_at, *[fix.at for fix in story.fixes]]),
                categories=[topic_name for _slug, topic_name in story.topics],
            )
        return HttpResponse(written.writeString("utf-8"), content_type=written.content_type)

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
            "date_published": rfc3339(edition.frozen_at),
            "date_modified": rfc3339(max([edition.frozen_at, *[fix.at for fix in story.fixes]])),
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


@require_safe
@condition(etag_func=etag, last_modified_func=changed_at)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in both languages, each naming the other."""
    pages: list[tuple[str, list[object], datetime | None]] = [
        (name, [], None) for name in ("landing", "archive", "about", "privacy")
    ]
    pages += [("edition", [edition.date], edition.frozen_at) for edition in shelf.published()]
    items = shelf.standing(Item.objects.filter(edition__in=shelf.published())).order_by(
        "-edition__date", "position"
    )
    pages += [
        ("story", [day, key], frozen_at)
        for day, key, frozen_at in items.values_list("edition__date", "story__key", "edition__frozen_at")[
            :SITEMAP_STORIES
        ]
    ]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    write_sitemap(response, pages)
    return response


def write_sitemap(out: HttpResponse, pages: list[tuple[str, list[object], datetime | None]]) -> None:
    """Write `pages`, (name, arguments, changed), as a sitemap of sitemaps.org with hreflang links."""
    writer = SimplerXMLGenerator(out, "utf-8")
    writer.startDocument()
    writer.startElement(
        "urlset",
        {
            "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
            "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
        },
    )
    for name, arguments, changed in pages:
        addresses = {}
        for code in ("ko", "en"):
            with override(code):
                addresses[code] = absolute(reverse(name, args=arguments))
        for address in addresses.values():
            writer.startElement("url", {})
            writer.addQuickElement("loc", address)
            if changed:
                writer.addQuickElement("lastmod", rfc3339(changed))
            for code, other in addresses.items():
                writer.addQuickElement(
                    "xhtml:link", attrs={"rel": "alternate", "hreflang": code, "href": other}
                )
            writer.endElement("url")
    writer.endElement("urlset")
    writer.endDocument()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked to leave alone, and where the sitemap is."""
    closed = [f"Disallow: {prefix}{path}" for prefix in ("", "/en") for path in PRIVATE_PATHS]
    lines = ["User-agent: *", *closed, "Disallow: /admin/", "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Expires"] = http_date(datetime.now(UTC).timestamp() + 86400)
    return response
