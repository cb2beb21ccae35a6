"""The paper for crawlers: the sitemap, and what they are asked to leave alone."""

from datetime import datetime
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from digests.editions.models import Item
from newsletter.web import shelf
from newsletter.web.context import path_in
from newsletter.web.syndication import absolute, changed_at, etag, rfc3339

# The newest; older ones are found through their editions, which are all here.
SITEMAP_STORIES = 2_000
NAMESPACES = {
    "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
}
PRIVATE_PATHS = ("/confirm/", "/p/", "/u/", "/i/", "/f/", "/move/", "/erase/", "/mailbox/")


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
    writer.startElement("urlset", AttributesImpl(NAMESPACES))
    for name, arguments, changed in pages:
        path = reverse(name, args=arguments)
        addresses = {code: absolute(path_in(path, code)) for code in ("ko", "en")}
        for address in addresses.values():
            writer.startElement("url", AttributesImpl({}))
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


@cache_control(max_age=86400, public=True)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked to leave alone, and where the sitemap is."""
    closed = [f"Disallow: {prefix}{path}" for prefix in ("", "/en") for path in PRIVATE_PATHS]
    lines = ["User-agent: *", *closed, "Disallow: /admin/", "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
