"""The process that ties stories to sagas: what follows what, and what is new in it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from digests.stories import fingerprints, following
from digests.stories.following import LOOK_BACK_DAYS, Told
from digests.stories.models import Kind, Story, Tag, Telling, Thread

TEXT_LENGTH = 12_000


@dataclass
class _Chain:
    """What stands in the tables about the stories of the look-back."""

    stories: dict[int, Story] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)

    @property
    def by_key(self) -> dict[str, int]:
        return {one.key: pk for pk, one in self.told.items()}


@transaction.atomic
def thread(story_ids: Iterable[int], since: datetime, until: datetime) -> None:
    """Link each of the stories to the earlier one it continues, within the look-back.

    Stories of the window are taken in the order of time, so that a chain grows the same way
    whatever order they came in.
    """
    chain = _load(since - timedelta(days=LOOK_BACK_DAYS), until)
    common = following.common_names(list(chain.told.values()))
    by_key = chain.by_key
    wanted = sorted(
        (pk for pk in set(story_ids) if pk in chain.told),
        key=lambda pk: (chain.told[pk].at, chain.told[pk].key),
    )
    about: dict[str, list[Told]] = defaultdict(list)
    for told in chain.told.values():
        for organization in told.organizations:
            about[organization].append(told)
    for pk in wanted:
        story, told = chain.stories[pk], chain.told[pk]
        story.thread, story.follows = None, None
        story.relation, story.whats_new = Story.Relation.NEW, ""
        if story.kind in (Kind.ROUNDUP, Kind.NOTICE):
            continue
        candidates = {one.key: one for name in told.organizations for one in about[name]}
        earlier = following.whom_it_follows(told, candidates.values(), common)
        if earlier is not None:
            _follow(story, chain.stories[by_key[earlier.key]], chain)
    Story.objects.bulk_update(
        [chain.stories[pk] for pk in wanted],
        ["thread", "follows", "relation", "whats_new"],
        batch_size=100,
    )
    _settle_threads(chain)


def _load(since: datetime, until: datetime) -> _Chain:
    chain = _Chain()
    rows: dict[int, list[Telling]] = defaultdict(list)
    for telling in (
        Telling.objects.filter(story__last_at__gte=since, story__first_at__lt=until)
        .select_related("article__assessment")
        .defer("article__text", "article__feed_text", "article__removed")
        .order_by("article__published_at", "article__identity", "pk")
    ):
        rows[telling.story_id].append(telling)
    organizations: dict[int, set[str]] = defaultdict(set)
    for story_id, slug in (
        Tag.objects.filter(article__telling__story_id__in=list(rows), organization__isnull=False)
        .exclude(state=Tag.State.REJECTED)
        .values_list("article__telling__story_id", "organization__slug")
    ):
        organizations[story_id].add(slug)
    chain.stories = {
        story.pk: story for story in Story.objects.filter(pk__in=list(rows)).select_related("thread")
    }
    for story_id, tellings in rows.items():
        chain.told[story_id] = _told(chain.stories[story_id], tellings, frozenset(organizations[story_id]))
    return chain


def _told(story: Story, tellings: Sequence[Telling], organizations: frozenset[str]) -> Told:
    titles = tuple(telling.article.title for telling in tellings)
    merged = following.merge(
        fingerprints.from_json(telling.article.assessment.fingerprint)
        for telling in tellings
        if hasattr(telling.article, "assessment")
    )
    return Told(
        key=story.key,
        at=story.first_at,
        titles=titles,
        organizations=organizations,
        facts=merged.facts,
        names=merged.names,
        quotes=merged.quotes,
        glosses=merged.glosses,
        title_names=fingerprints.names("\n".join(titles)),
    )


def _follow(story: Story, earlier: Story, chain: _Chain) -> None:
    """Put `story` on the thread of `earlier`, and say what it brings."""
    if earlier.thread is None:
        key = hashlib.sha256(f"thread {earlier.key}".encode()).hexdigest()[:16]
        title = chain.told[earlier.pk].titles[0]
        earlier.thread, _ = Thread.objects.get_or_create(
            key=key, defaults={"title": title, "first_at": earlier.first_at, "last_at": earlier.last_at}
        )
        earlier.save(update_fields=["thread"])
    story.thread, story.follows = earlier.thread, earlier
    before = [
        told
        for pk, told in chain.told.items()
        if chain.stories[pk].thread_id == story.thread.pk and told.at < story.first_at and pk != story.pk
    ]
    keys = [told.key for told in before]
    texts = _texts(keys)
    news = following.news_of(chain.told[story.pk], before, texts)
    if not news:
        story.relation = Story.Relation.REHASH
        return
    story.relation = Story.Relation.UPDATE
    for title, text in (
        Telling.objects.filter(story=story)
        .order_by("article__published_at", "article__identity")
        .values_list("article__title", "article__text")[:3]
    ):
        story.whats_new = following.whats_new(title, text, news)
        if story.whats_new:
            break


def _texts(keys: Sequence[str]) -> list[str]:
    return [
        text[:TEXT_LENGTH]
        for text in Telling.objects.filter(story__key__in=keys)
        .order_by("pk")
        .values_list("article__text", flat=True)[:60]
    ]


def _settle_threads(chain: _Chain) -> None:
    """Threads span their stories; one left with fewer than two stories goes."""
    threads: dict[int, list[Story]] = defaultdict(list)
    ids = {story.thread_id for story in chain.stories.values() if story.thread_id}
    for story in Story.objects.filter(thread_id__in=ids):
        if story.thread_id:
            threads[story.thread_id].append(story)
    for row in Thread.objects.filter(pk__in=ids):
        row.first_at = min(story.first_at for story in threads[row.pk])
        row.last_at = max(story.last_at for story in threads[row.pk])
        row.save(update_fields=["first_at", "last_at"])
    Thread.objects.filter(stories__isnull=True).delete()
