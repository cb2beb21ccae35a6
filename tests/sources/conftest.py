"""Publishers, a feed, and a site on loopback that may be fetched."""

from collections.abc import Iterator

import pytest

from digests.sources.models import Feed, Publisher
from tests.sources.loopback import Page, Site, serving


@pytest.fixture
def site(settings) -> Iterator[Site]:
    """A server on loopback, exempt from the guard as the demo's own feeds are."""
    pages: dict[str, Page] = {}
    with serving(pages) as running:
        settings.FETCH_PRIVATE_HOSTS = [running.host]
        yield running


@pytest.fixture
def publisher(db) -> Publisher:
    return Publisher.objects.create(slug="hanbit", name_ko="한빛일보", name_en="Hanbit Daily")


@pytest.fixture
def feed(publisher: Publisher, site: Site, now) -> Feed:
    return Feed.objects.create(
        publisher=publisher, url=site.url("/rss"), fetches_pages=False, next_check_at=now
    )
