"""Setting the stage: the sample publishers, their feeds and the organizations they write about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from digests.sources.models import Feed, Publisher
from digests.stories.models import Alias, Organization
from newsletter.demo.printing import feed_path
from newsletter.demo.samples import NEWS, SamplePublisher

# The demo's worker runs no beat, but whoever starts one later should not find 60 feeds overdue.
LEFT_ALONE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Stage:
    """The ids of the sample feeds, and how many real feeds are left alone."""

    feed_ids: tuple[int, ...]
    real_feeds: int


@transaction.atomic
def set_stage(publishers: Sequence[SamplePublisher], base: str, now: datetime) -> Stage:
    """Store the sample publishers with one due feed each under `base`, and leave the real feeds alone."""
    load_organizations()
    feed_ids = tuple(set_feed(publisher, base, now) for publisher in publishers)
    real = Feed.objects.exclude(pk__in=feed_ids)
    real.filter(next_check_at__lte=now).update(next_check_at=now + LEFT_ALONE_FOR)
    return Stage(feed_ids, real.count())


def set_feed(sample: SamplePublisher, base: str, now: datetime) -> int:
    """Store one sample publisher and its feed, due now; the feed moves when the newsstand's port did."""
    publisher, _ = Publisher.objects.get_or_create(
        slug=sample.slug,
        defaults={
            "name_ko": sample.name_ko,
            "name_en": sample.name_en,
            "homepage": f"https://{sample.slug}.example/",
            "language": sample.language,
            "kind": sample.kind,
            "trust": sample.trust,
            "family": sample.family,
            "zone": sample.zone,
            "allows_full_text": sample.allows_full_text,
            "cleaning_rules": dict(sample.cleaning_rules),
        },
    )
    defaults = {
        "url": base + feed_path(sample),
        "status": Feed.Status.ACTIVE,
        "next_check_at": now,
        "failures": 0,
        "fetches_pages": sample.format != "rss-full",
    }
    feed, _ = Feed.objects.update_or_create(publisher=publisher, defaults=defaults)
    return feed.pk


def load_organizations(path: Path = NEWS / "organizations.json") -> None:
    """Add the invented organizations that are not there yet."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        facts = {name: value for name, value in row.items() if name not in {"slug", "aliases"}}
        organization, is_new = Organization.objects.get_or_create(slug=row["slug"], defaults=facts)
        if is_new:
            Alias.objects.bulk_create(
                Alias(organization=organization, text=text, kind=kind)
                for kind, texts in row["aliases"].items()
                for text in texts
            )
