"""The catalogue of publishers and feeds that the paper starts with: facts, as data beside this module."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from digests.sources.models import Feed, Publisher

CATALOGUE = Path(__file__).with_name("catalogue.json")


@transaction.atomic
def load_catalogue(path: Path = CATALOGUE) -> int:
    """Create what the catalogue has and the database lacks; how many feeds were added.

    Idempotent; a publisher (by slug) or feed (by address) that exists is a curator's and stays as
    it is. A feed whose address a redirect has changed is known by its publisher having one.
    """
    added = 0
    for row in json.loads(path.read_text(encoding="utf-8"))["publishers"]:
        added += load_publisher(row)
    return added


def load_publisher(row: dict[str, Any]) -> int:
    """One publisher with its feeds; how many feeds were added."""
    feeds = row["feeds"]
    facts = {name: value for name, value in row.items() if name not in {"slug", "feeds"}}
    publisher, is_new = Publisher.objects.get_or_create(slug=row["slug"], defaults=facts)
    if not is_new and publisher.feeds.count() >= len(feeds):
        return 0
    added = 0
    for feed in feeds:
        settings = {name: value for name, value in feed.items() if name != "url"}
        _, is_added = Feed.objects.get_or_create(
            url=feed["url"], defaults={"publisher": publisher, **settings}
        )
        added += is_added
    return added
