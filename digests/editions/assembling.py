"""Editions come to be: collect a window's stories, keep curators' acts, freeze at the cut-off.

    stories told in [since, until) ─▶ assemble (as often as liked) ─▶ freeze (once) ─▶ published

With nobody at the desk an edition freezes itself, once its window has been read; only HELD waits
longer. The linter's blocking findings drop a story, with the reason, and never the edition.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from digests.editions import linting
from digests.editions.contents import contents_of
from digests.editions.cutoffs import Cutoff
from digests.editions.models import Edition, Item, Placement
from digests.journal.recording import record
from digests.sources.models import Article, Feed
from digests.stories.models import Story
from digests.stories.process import tell

# Articles that we saw only after their window had closed are still news for this long.
LATECOMER = timedelta(hours=48)
# An edition whose cut-off was missed (the service was down) is still made within this time.
MISSED = timedelta(hours=20)
# What a cut-off waits for at most: four polls of the fetch and story beats for 60 feeds, with room.
PATIENCE = timedelta(minutes=15)
# A feed this long past its check has not been asked: the beat rings every half minute.
OVERDUE = timedelta(minutes=2)

Progress = Callable[[str, int, int], None]


def window_of(edition: Edition) -> tuple[datetime, datetime]:
    """The half-open [since, until) whose articles the edition tells."""
    cutoff = next((c for c in settings.EDITION_CUTOFFS if c.zone == edition.zone), None)
    if cutoff is None or cutoff.instant(edition.date) != edition.cutoff_at:
        return edition.cutoff_at - timedelta(days=1), edition.cutoff_at
    since, until = cutoff.window(edition.date)
    return since, until


def told_in(since: datetime, until: datetime) -> QuerySet[Story]:
    """Stories with an article of the window, or with one that came late and was first seen in it."""
    in_time = Q(published_at__gte=since, published_at__lt=until)
    late = Q(
        published_at__gte=since - LATECOMER,
        published_at__lt=since,
        first_seen_at__gte=since,
        first_seen_at__lt=until,
    )
    articles = Article.objects.live().filter(in_time | late)
    return Story.objects.filter(tellings__article__in=articles).distinct()


def candidates(edition: Edition) -> list[Story]:
    """The stories that may stand in `edition`, best first: AI news that no earlier edition of its zone told.

    A story comes back only as the update of itself.
    """
    since, until = window_of(edition)
    relevant = (
        told_in(since, until)
        .filter(tellings__article__assessment__is_relevant=True)
        .order_by("-rank", "-last_at", "key")
    )
    earlier = Item.objects.filter(
        edition__zone=edition.zone,
        edition__date__lt=edition.date,
        edition__status__in=Edition.PUBLISHED,
        is_chosen=True,
        story__in=relevant.order_by(),
    ).values_list("story_id", "content__relation")
    told: dict[int, bool] = {}
    for story_id, relation in earlier:
        told[story_id] = told.get(story_id, False) or relation == Story.Relation.UPDATE
    return [
        story
        for story in relevant
        if story.pk not in told or (story.relation == Story.Relation.UPDATE and not told[story.pk])
    ]


def assemble(day: date, cutoff: Cutoff, now: datetime) -> int:
    """Create or refresh the edition of `day` and give its id; a frozen one is left as it is.

    Stories are ranked anew; what a curator pinned, hid, moved or set aside stays so.
    """
    with transaction.atomic():
        edition, _is_new = Edition.objects.get_or_create(
            date=day, zone=cutoff.zone, defaults={"cutoff_at": cutoff.instant(day), "opened_at": now}
        )
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if edition.status in Edition.OPEN:
            _refresh(edition)
    return edition.pk


def _refresh(edition: Edition) -> None:
    stories = candidates(edition)[: settings.EDITION_MAX_STORIES]
    items = {item.story_id: item for item in edition.items.all()}
    found = {story.pk for story in stories}
    touched = [
        item.pk
        for item in items.values()
        if item.story_id not in found and item.placement == Placement.NORMAL and not item.is_moved
    ]
    Item.objects.filter(pk__in=touched).delete()
    fresh = [
        Item(edition=edition, story=story, position=0, rank=story.rank, rank_parts=story.rank_parts)
        for story in stories
        if story.pk not in items
    ]
    Item.objects.bulk_create(fresh)
    ranks = {story.pk: story for story in stories}
    kept = list(edition.items.all())
    for item in kept:
        if item.story_id in ranks:
            item.rank = ranks[item.story_id].rank
            item.rank_parts = ranks[item.story_id].rank_parts
    place(kept)
    Item.objects.bulk_update(kept, ["rank", "rank_parts", "position"])


def place(items: list[Item]) -> None:
    """Set every position: pinned first, then by rank; a moved item keeps the place a curator gave it."""
    free = [item for item in items if not item.is_moved]
    free.sort(key=lambda item: (item.placement != Placement.PINNED, -item.rank, item.story_id))
    moved = sorted((item for item in items if item.is_moved), key=lambda item: (item.position, item.pk))
    order = free
    for item in moved:
        order.insert(min(max(item.position - 1, 0), len(order)), item)
    for position, item in enumerate(order, start=1):
        item.position = position


def freeze(edition_id: int, now: datetime, *, actor: User | None = None) -> int:
    """Freeze an open edition: write every item's content, drop what the linter blocks, number it.

    Gives the number of stories that stand. A published edition is left as it is.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition_id)
        items = list(edition.items.order_by("position"))
        if edition.status not in Edition.OPEN:
            return sum(item.is_chosen for item in items)
        standing = [item for item in items if item.is_chosen and item.placement != Placement.HIDDEN]
        contents = contents_of(edition, [item.story_id for item in standing])
        findings = linting.lint_items(edition, standing, contents)
        blocked = {finding.item_id for finding in findings if finding.is_blocking and not finding.is_waived}
        chosen = 0
        for item in items:
            content = contents.get(item.story_id)
            item.is_chosen = bool(content) and item in standing and item.pk not in blocked
            item.content = content or {}
            chosen += item.is_chosen
        Item.objects.bulk_update(items, ["is_chosen", "content"])
        _publish(edition, now, actor, findings)
        record(actor, "freeze", edition, after={"stories": chosen, "dropped": sorted(blocked)})
    return chosen


def _publish(edition: Edition, now: datetime, actor: User | None, findings: list[linting.Finding]) -> None:
    since, until = window_of(edition)
    highest = Edition.objects.filter(zone=edition.zone).aggregate(highest=Max("number"))["highest"]
    edition.number = edition.number or (highest or 0) + 1
    edition.articles_count = Article.objects.published_in(since, until).count()
    edition.stories_count = told_in(since, until).count()
    edition.status = Edition.Status.FROZEN
    edition.frozen_at = now
    edition.approved_by = actor
    edition.findings = [finding.as_json() for finding in findings]
    edition.version += 1
    edition.save()


def build(day: date, now: datetime, progress: Progress | None = None) -> int:
    """Tell the stories of the main edition of `day`, assemble it, freeze it, and give its id."""
    cutoff: Cutoff = settings.EDITION_CUTOFFS[0]
    since, until = cutoff.window(day)
    tell(since, until, now, progress)
    edition_id = assemble(day, cutoff, now)
    freeze(edition_id, now)
    return edition_id


def tick(now: datetime) -> list[int]:
    """Refresh what is collecting, freeze what is due unless held, and give the ids of the newly frozen."""
    frozen: list[int] = []
    for cutoff in settings.EDITION_CUTOFFS:
        latest = cutoff.latest_day(now)
        if now - cutoff.instant(latest) <= MISSED:
            assemble(latest, cutoff, now)
        assemble(cutoff.next_day(now), cutoff, now)
    due = Edition.objects.filter(
        status__in=[Edition.Status.COLLECTING, Edition.Status.REVIEW], cutoff_at__lte=now
    ).order_by("cutoff_at")
    for edition in due:
        if is_ready(edition, now):
            freeze(edition.pk, now)
            frozen.append(edition.pk)
    return frozen


def is_ready(edition: Edition, now: datetime) -> bool:
    """Whether nothing of the window is still on its way, or has been waited for long enough.

    After an outage across the cut-off, and on a first day, the feeds are asked and told before the
    edition freezes; a feed or page that does not answer holds nobody's morning up for longer than PATIENCE.
    """
    if now >= max(edition.cutoff_at, edition.opened_at) + PATIENCE:
        return True
    since, until = window_of(edition)
    articles = Article.objects.published_in(since, until)
    is_untold = Q(assessment__isnull=True) | Q(assessment__is_relevant=True, telling__isnull=True)
    return not (
        Feed.objects.due(now - OVERDUE).exists()
        or articles.filter(page_state=Article.Page.WANTED, page_next_at__lte=now).exists()
        or articles.filter(is_untold).exists()
    )
