"""What editions read of stories: topics, organizations and facts, from the stored tags and tellings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digests.stories.models import Kind, Story, Tag, Telling

# A tag speaks for a story when at least this share of its articles carries it.
SHARE = 1 / 3


@dataclass(frozen=True)
class Source:
    """One article of a story, as a reader sees its source."""

    article_id: int
    publisher: str
    name_ko: str
    name_en: str
    title: str
    url: str
    language: str
    published_at: datetime
    is_primary: bool
    origin: str


@dataclass(frozen=True)
class StoryFacts:
    """What is known of a story beside its words.

    `sources` run primary first, then by time. `independent` counts origins: the outlets of one
    family, and the rewrites of one press release, count once. `marks` are among `single_source`,
    `no_primary`, `press_release`, `opinion`, `interview`, `roundup`, `update`, `rehash`,
    `contradiction`.
    """

    story_id: int
    key: str
    language: str
    kind: str
    relation: str
    whats_new: str
    thread: str | None
    follows: str | None
    first_at: datetime
    last_at: datetime
    is_relevant: bool
    importance: float
    languages: tuple[str, ...]
    publishers: tuple[str, ...]
    sources: tuple[Source, ...]
    independent: int
    has_primary: bool
    topics: tuple[str, ...]
    organizations: tuple[str, ...]
    contradictions: tuple[dict[str, Any], ...]
    marks: tuple[str, ...]


def topics_of(story_ids: Iterable[int]) -> dict[int, list[str]]:
    """The topics of each story by slug, strongest first; a curator's come before all others."""
    return _tags_of(list(story_ids), "topic")


def organizations_of(story_ids: Iterable[int]) -> dict[int, list[str]]:
    """The organizations of each story by slug, strongest first."""
    return _tags_of(list(story_ids), "organization")


def _tags_of(story_ids: list[int], of: str) -> dict[int, list[str]]:
    articles: dict[int, int] = defaultdict(int)
    for story_id in Telling.objects.filter(story_id__in=story_ids).values_list("story_id", flat=True):
        articles[story_id] += 1
    rows = (
        Tag.objects.filter(article__telling__story_id__in=story_ids, **{f"{of}__isnull": False})
        .values_list("article__telling__story_id", f"{of}__slug", "score", "source", "state")
        .order_by("pk")
    )
    scores: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    firm: dict[int, set[str]] = defaultdict(set)
    for story_id, slug, score, source, state in rows:
        if state == Tag.State.REJECTED:
            continue
        scores[story_id][slug] += score
        counts[story_id][slug] += 1
        if source == Tag.Source.CURATOR or state == Tag.State.ACCEPTED:
            firm[story_id].add(slug)
    found: dict[int, list[str]] = {}
    for story_id in story_ids:
        slugs = [
            slug
            for slug, count in counts[story_id].items()
            if slug in firm[story_id] or count >= SHARE * articles[story_id]
        ]
        found[story_id] = sorted(
            slugs, key=lambda slug: (slug not in firm[story_id], -scores[story_id][slug], slug)
        )
    return found


def facts_of(story_ids: Iterable[int]) -> dict[int, StoryFacts]:
    """Everything an edition freezes of each story beside its words; unknown ids are left out."""
    wanted = list(story_ids)
    topics, organizations = topics_of(wanted), organizations_of(wanted)
    stories = (
        Story.objects.filter(pk__in=wanted)
        .select_related("thread", "follows")
        .prefetch_related("tellings__article__publisher", "tellings__article__assessment")
    )
    return {
        story.pk: _facts(story, tuple(topics[story.pk]), tuple(organizations[story.pk])) for story in stories
    }


def _facts(story: Story, topics: tuple[str, ...], organizations: tuple[str, ...]) -> StoryFacts:
    tellings = sorted(
        story.tellings.all(),
        key=lambda telling: (not telling.is_primary, telling.article.published_at, telling.article.identity),
    )
    sources = tuple(_source(telling) for telling in tellings)
    assessments = [t.article.assessment for t in tellings if hasattr(t.article, "assessment")]
    independent = len({source.origin or f"={source.publisher}" for source in sources})
    has_primary = any(source.is_primary for source in sources)
    return StoryFacts(
        story_id=story.pk,
        key=story.key,
        language=story.language,
        kind=story.kind,
        relation=story.relation,
        whats_new=story.whats_new,
        thread=story.thread.key if story.thread else None,
        follows=story.follows.key if story.follows else None,
        first_at=story.first_at,
        last_at=story.last_at,
        is_relevant=any(assessment.is_relevant for assessment in assessments),
        importance=max((assessment.importance for assessment in assessments), default=0.0),
        languages=tuple(sorted({source.language for source in sources})),
        publishers=tuple(dict.fromkeys(source.publisher for source in sources)),
        sources=sources,
        independent=independent,
        has_primary=has_primary,
        topics=topics,
        organizations=organizations,
        contradictions=tuple(story.contradictions),
        marks=_marks(story, independent, has_primary=has_primary),
    )


def _source(telling: Telling) -> Source:
    article = telling.article
    return Source(
        article_id=article.pk,
        publisher=article.publisher.slug,
        name_ko=article.publisher.name_ko,
        name_en=article.publisher.name_en or article.publisher.name_ko,
        title=article.title,
        url=article.url,
        language=article.language,
        published_at=article.published_at,
        is_primary=telling.is_primary,
        origin=telling.origin,
    )


def _marks(story: Story, independent: int, *, has_primary: bool) -> tuple[str, ...]:
    marks: Sequence[tuple[str, bool]] = (
        ("single_source", independent <= 1),
        ("no_primary", not has_primary),
        (story.kind, story.kind in (Kind.PRESS_RELEASE, Kind.OPINION, Kind.INTERVIEW, Kind.ROUNDUP)),
        (story.relation, story.relation != Story.Relation.NEW),
        ("contradiction", bool(story.contradictions)),
    )
    return tuple(name for name, holds in marks if holds)
