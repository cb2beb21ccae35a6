"""The process that tells each event once: articles in, stories and tellings out.

1. Documents are made of the live articles of the window and of the week before it.
2. Curators' verdicts and placements become pairs that are the same, or different.
3. `clustering` says which articles tell one event. Of a cluster that was told before the window, the
   window's articles that bring news become a story of their own, which `threads` then makes an
   update; those that bring none are folded into the told one.
4. Each cluster keeps the story that most of its articles tell already; where clusters meet, the
   older story stays. A new story's key comes from its earliest article's identity.
5. Tellings move only where they changed; a curator's never do.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, pairwise

from django.db import transaction
from django.db.models import ProtectedError

from digests.sources.models import Article, Language
from digests.stories import fingerprints, following
from digests.stories.clustering import Document, cluster
from digests.stories.models import Assessment, Kind, Story, Tag, Telling, Verdict
from digests.stories.turns import one_at_a_time

TEXT_LENGTH = 2_000  # of a body, as far as clustering reads
# One new figure is often a rounding of an old one.
NEW_FACTS = 2

Pairs = set[tuple[str, str]]


@dataclass
class Grouped:
    """The ids of the stories that now tell the articles, and those whose articles changed."""

    stories: list[int] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)


@transaction.atomic
def group(since: datetime, until: datetime, now: datetime, *, told_until: datetime | None = None) -> Grouped:
    """Group the articles published in [since, until); the same articles give the same stories.

    Articles published before `told_until` were told already: those of one story stay together, so
    that no reader gets its half again. Within the window the order of arrival decides nothing.
    """
    one_at_a_time(now)
    documents, ids = _documents(since, until)
    tellings = list(Telling.objects.filter(article_id__in=ids.values()).select_related("story"))
    key_of = {pk: key for key, pk in ids.items()}
    same, different = _said_by_curators(tellings, key_of)
    if told_until is not None:
        same |= _told_together(tellings, key_of, {d.key for d in documents if d.at < told_until}) - different
    clustered = cluster(documents, same, different)
    parts = clustered.clusters
    if told_until is not None:
        told = {key_of[t.article_id] for t in tellings} & {d.key for d in documents if d.at < told_until}
        parts = _with_follow_ups(parts, {d.key: d for d in documents}, told, same, different)
    grouped = Grouped()
    told_by = {telling.article_id: telling for telling in tellings}
    clusters = [[ids[key] for key in keys] for keys in parts]
    homes = _homes(clusters, told_by, {ids[document.key]: document for document in documents})
    by_id = {ids[document.key]: document for document in documents}
    for members, home in zip(clusters, homes, strict=True):
        story = home or _new_story([by_id[pk] for pk in members], now)
        _tell(story, members, told_by, grouped)
        grouped.stories.append(story.pk)
    drop_empty({telling.story_id for telling in tellings})
    _relate(clustered.related, ids)
    return grouped


def _with_follow_ups(
    clusters: Sequence[tuple[str, ...]],
    documents: dict[str, Document],
    told: set[str],
    same: Pairs,
    different: Pairs,
) -> tuple[tuple[str, ...], ...]:
    """The clusters, those told before cut from what came after and brings a new figure or quotation.

    Stories told before stay apart, and what is the same by a curator's word stays together.
    """
    bound = {key for pair in same if told & set(pair) for key in pair}
    parts: list[tuple[str, ...]] = []
    for keys in clusters:
        later = [documents[key] for key in keys if key not in told and key not in bound]
        earlier = _bound_parts([key for key in keys if key in told or key in bound], same)
        if not earlier:
            parts.append(keys)
            continue
        before = [documents[key] for part in earlier for key in part]
        for follow_up in cluster(later, same, different).clusters:
            if _brings_news([documents[key] for key in follow_up], before):
                parts.append(follow_up)
            else:
                earlier[-1] += follow_up
        parts += [tuple(sorted(part)) for part in earlier]
    return tuple(sorted(parts))


def _bound_parts(keys: Sequence[str], same: Pairs) -> list[tuple[str, ...]]:
    """The keys in the sets that `same` ties together, in order of each set's latest."""
    part_of = {key: {key} for key in keys}
    for first, second in same:
        if first in part_of and second in part_of and part_of[first] is not part_of[second]:
            joined = part_of[first] | part_of[second]
            part_of.update(dict.fromkeys(joined, joined))
    return sorted({max(part): tuple(sorted(part)) for part in part_of.values()}.values(), key=max)


def _brings_news(later: Sequence[Document], earlier: Sequence[Document]) -> bool:
    """Whether what is told later has two figures, or a quotation, that nothing told before has."""
    known = following.merge(document.fingerprint for document in earlier)
    new = following.merge(document.fingerprint for document in later)
    return len(new.facts - known.facts) >= NEW_FACTS or bool(new.quotes - known.quotes)


def _documents(since: datetime, until: datetime) -> tuple[list[Document], dict[str, int]]:
    organizations: dict[int, set[str]] = defaultdict(set)
    articles = Article.objects.published_in(since, until)
    for pk, slug in (
        Tag.objects.filter(article__in=articles, organization__isnull=False)
        .exclude(state=Tag.State.REJECTED)
        .values_list("article_id", "organization__slug")
    ):
        organizations[pk].add(slug)
    documents: list[Document] = []
    ids: dict[str, int] = {}
    for article in articles.select_related("assessment").order_by("pk").iterator(chunk_size=500):
        document = document_of(article, frozenset(organizations[article.pk]))
        documents.append(document)
        ids[document.key] = article.pk
    return documents, ids


def document_of(article: Article, organizations: frozenset[str]) -> Document:
    """An article as clustering sees it; its key is made of what it is, not of when it came."""
    assessment: Assessment | None = getattr(article, "assessment", None)
    return Document(
        key=f"{article.published_at:%Y%m%d%H%M%S}{article.identity}{article.url_key or ''}",
        title=article.title,
        text=article.text[:TEXT_LENGTH],
        at=article.published_at,
        language=article.language,
        organizations=organizations,
        fingerprint=fingerprints.from_json(assessment.fingerprint if assessment else {}),
        is_roundup=assessment is not None and assessment.kind == Kind.ROUNDUP,
    )


def _said_by_curators(tellings: Sequence[Telling], key_of: dict[int, str]) -> tuple[Pairs, Pairs]:
    same: Pairs = set()
    different: Pairs = set()
    for first, second, is_same in Verdict.objects.filter(first__in=key_of, second__in=key_of).values_list(
        "first_id", "second_id", "is_same"
    ):
        (same if is_same else different).add((key_of[first], key_of[second]))
    placed: dict[int, list[str]] = defaultdict(list)
    others: dict[int, list[str]] = defaultdict(list)
    for telling in tellings:
        by_curator = telling.by == Telling.By.CURATOR
        (placed if by_curator else others)[telling.story_id].append(key_of[telling.article_id])
    for first_keys, second_keys in combinations(placed.values(), 2):
        different.update((a, b) for a in first_keys for b in second_keys)
    for story_id, keys in placed.items():
        # Taken out of a story means: away from the articles that stayed there.
        strangers = [key for other, told in others.items() if other != story_id for key in told]
        different.update((a, b) for a in keys for b in strangers if (a, b) not in same and (b, a) not in same)
        # Put into a story means: with the articles that tell it, whatever they look like.
        members = sorted([*keys, *others[story_id]])
        same.update(pair for pair in pairwise(members) if pair not in different)
    return same, different


def _told_together(tellings: Sequence[Telling], key_of: dict[int, str], told: set[str]) -> Pairs:
    together: dict[int, list[str]] = defaultdict(list)
    for telling in tellings:
        if key_of[telling.article_id] in told:
            together[telling.story_id].append(key_of[telling.article_id])
    return {pair for keys in together.values() for pair in pairwise(sorted(keys))}


def _homes(
    clusters: Sequence[Sequence[int]], told_by: dict[int, Telling], documents: dict[int, Document]
) -> list[Story | None]:
    """The story each cluster keeps: one whose articles are mostly here; of several, the oldest."""
    where: dict[int, Counter[int]] = defaultdict(Counter)
    stories: dict[int, Story] = {}
    for number, members in enumerate(clusters):
        for pk in members:
            if pk in told_by:
                telling = told_by[pk]
                stories[telling.story_id] = telling.story
                # A curator's placement decides where its story lives.
                where[telling.story_id][number] += 1000 if telling.by == Telling.By.CURATOR else 1
    claims: dict[int, list[Story]] = defaultdict(list)
    for story_id, counts in where.items():
        most = max(counts.values())
        home = min(number for number, count in counts.items() if count == most)
        claims[home].append(stories[story_id])
    homes: list[Story | None] = []
    for number, members in enumerate(clusters):
        placed = {
            told_by[pk].story_id for pk in members if pk in told_by and told_by[pk].by == Telling.By.CURATOR
        }
        claimants = sorted(
            claims[number], key=lambda story: (story.pk not in placed, story.first_at, story.pk)
        )
        homes.append(claimants[0] if claimants else None)
    return homes


def _new_story(documents: Sequence[Document], now: datetime) -> Story:
    earliest = min(documents, key=lambda document: document.key)
    seed = earliest.key
    while True:
        key = hashlib.sha256(seed.encode()).hexdigest()[:16]
        story, is_new = Story.objects.get_or_create(
            key=key,
            defaults={
                "language": earliest.language or Language.OTHER,
                "first_at": earliest.at,
                "last_at": max(document.at for document in documents),
                "changed_at": now,
            },
        )
        if is_new or not story.tellings.exists():
            return story
        seed += "+"  # the key's own story has moved on with other articles


def _tell(story: Story, members: Iterable[int], told_by: dict[int, Telling], grouped: Grouped) -> None:
    new: list[Telling] = []
    for pk in members:
        telling = told_by.get(pk)
        if telling is None:
            new.append(Telling(story=story, article_id=pk))
        elif telling.story_id != story.pk and telling.by != Telling.By.CURATOR:
            grouped.changed.add(telling.story_id)
            telling.story = story
            telling.save(update_fields=["story"])
        else:
            continue
        grouped.changed.add(story.pk)
    Telling.objects.bulk_create(new)


def drop_empty(story_ids: Iterable[int]) -> None:
    """Stories left without an article go, unless an edition has printed them."""
    for story in Story.objects.filter(pk__in=list(story_ids), tellings__isnull=True):
        try:
            with transaction.atomic():
                story.delete()
        except ProtectedError:
            continue


def _relate(related: Iterable[tuple[str, str]], ids: dict[str, int]) -> None:
    story_of = dict(Telling.objects.filter(article_id__in=ids.values()).values_list("article_id", "story_id"))
    for first, second in sorted(related):
        a, b = story_of[ids[first]], story_of[ids[second]]
        if a != b:
            Story.objects.get(pk=a).related.add(b)
