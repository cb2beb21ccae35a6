"""The process that tags articles: rows in, the pure tagger, rows out."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from digests.sources.models import Article
from digests.stories import fingerprints
from digests.stories.learning import TopicModel, example_of
from digests.stories.models import Alias, Assessment, Keyword, LearnedModel, Organization, Tag, Topic
from digests.stories.tagging import VERSION, Hit, Name, OrganizationNames, Reading, Tagger, TopicWords
from digests.stories.turns import one_at_a_time

BATCH = 200

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rules:
    """The tagger made of the curators' tables, its version, the ids behind the slugs, the learned model."""

    tagger: Tagger
    version: str
    topics: dict[str, int]
    organizations: dict[str, int]
    model: TopicModel | None = None


def load_rules() -> Rules:
    """Read the curators' keywords and aliases; the version changes with every edit of them."""
    topics: dict[str, list[tuple[str, float]]] = {}
    topic_ids: dict[str, int] = dict(Topic.objects.order_by("slug").values_list("slug", "pk"))
    for slug, text, weight in Keyword.objects.order_by("topic__slug", "text").values_list(
        "topic__slug", "text", "weight"
    ):
        topics.setdefault(slug, []).append((text, weight))
    names: dict[str, list[Name]] = {}
    for slug, text, kind, matches_case, is_strict in Alias.objects.order_by(
        "organization__slug", "text"
    ).values_list("organization__slug", "text", "kind", "matches_case", "is_strict"):
        names.setdefault(slug, []).append(Name(text, kind, matches_case, is_strict))
    groups = {
        slug: (pk, group)
        for slug, pk, group in Organization.objects.order_by("slug").values_list("slug", "pk", "group")
    }
    topic_words = [TopicWords(slug, tuple(topics.get(slug, ()))) for slug in topic_ids]
    organizations = [
        OrganizationNames(slug, group, tuple(names.get(slug, ()))) for slug, (_, group) in groups.items()
    ]
    learned = LearnedModel.objects.filter(status=LearnedModel.Status.ACTIVE).first()
    digest = hashlib.sha256(repr((VERSION, topic_words, organizations)).encode()).hexdigest()[:12]
    return Rules(
        tagger=Tagger(topic_words, organizations),
        version=f"{VERSION}-{digest}" + (f"-m{learned.pk}" if learned else ""),
        topics=topic_ids,
        organizations={slug: pk for slug, (pk, _) in groups.items()},
        model=TopicModel.from_json(learned.weights) if learned else None,
    )


def untagged(articles: QuerySet[Article], version: str) -> QuerySet[Article]:
    """Articles not yet read in their present words by the present rules."""
    return articles.filter(
        Q(assessment__isnull=True)
        | ~Q(assessment__version=version)
        | Q(assessment__assessed_at__lt=F("changed_at"))
    )


def tag_articles(
    articles: QuerySet[Article], rules: Rules, now: datetime, progress: Progress | None = None
) -> int:
    """Tag what of `articles` needs it, in short transactions; curators' tags and decisions stay."""
    wanted = list(untagged(articles, rules.version).order_by("pk").values_list("pk", flat=True))
    done = 0
    for start in range(0, len(wanted), BATCH):
        rows = list(Article.objects.filter(pk__in=wanted[start : start + BATCH]).order_by("pk"))
        _store(rows, rules, now)
        done += len(rows)
        if progress:
            progress("tag", done, len(wanted))
    return done


@transaction.atomic
def _store(articles: Sequence[Article], rules: Rules, now: datetime) -> None:
    one_at_a_time(now)
    readings = [
        (article, rules.tagger.read(article.title, article.text, article.language)) for article in articles
    ]
    ids = [article.pk for article in articles]
    Tag.objects.filter(
        article__in=ids, state=Tag.State.PROPOSED, source__in=(Tag.Source.RULE, Tag.Source.MODEL)
    ).delete()
    # What a curator or the assistant said, or a curator decided, is not said again by the rules.
    kept = set(Tag.objects.filter(article__in=ids).values_list("article_id", "topic_id", "organization_id"))
    tags = [
        tag
        for article, reading in readings
        for tag in _tags(article, reading, rules, now)
        if (tag.article_id, tag.topic_id, tag.organization_id) not in kept
    ]
    Tag.objects.bulk_create(tags)
    Assessment.objects.bulk_create(
        [_assessment(article, reading, rules.version, now) for article, reading in readings],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=[
            "is_relevant",
            "relevance",
            "kind",
            "importance",
            "importance_parts",
            "fingerprint",
            "version",
            "assessed_at",
        ],
    )


def _tags(article: Article, reading: Reading, rules: Rules, now: datetime) -> Iterable[Tag]:
    for slug, score, source, evidence in _topics(article, reading, rules):
        if slug in rules.topics:
            yield Tag(
                article=article,
                topic_id=rules.topics[slug],
                source=source,
                score=score,
                evidence=evidence,
                version=rules.version,
                changed_at=now,
            )
    for hit in reading.organizations:
        yield Tag(
            article=article,
            organization_id=rules.organizations[hit.slug],
            source=Tag.Source.RULE,
            score=hit.score,
            evidence=_evidence(hit),
            version=rules.version,
            changed_at=now,
        )


def _topics(
    article: Article, reading: Reading, rules: Rules
) -> Iterable[tuple[str, float, Tag.Source, list[dict[str, object]]]]:
    """The topics by the learned model where there is one, each with the rules' evidence."""
    evidence = {hit.slug: _evidence(hit) for hit in reading.topics}
    if rules.model is None:
        for hit in reading.topics:
            yield hit.slug, hit.score, Tag.Source.RULE, evidence[hit.slug]
    elif reading.is_relevant or reading.topics:
        for slug, score in rules.model.topics(example_of(article.title, article.text, reading)):
            yield slug, score, Tag.Source.MODEL, evidence.get(slug, [])


def _evidence(hit: Hit) -> list[dict[str, object]]:
    return [
        {"text": words.text, "place": words.place, "start": words.start, "end": words.end}
        for words in hit.evidence
    ]


def _assessment(article: Article, reading: Reading, version: str, now: datetime) -> Assessment:
    return Assessment(
        article=article,
        is_relevant=reading.is_relevant,
        relevance=reading.relevance,
        kind=reading.kind,
        importance=reading.importance,
        importance_parts=dict(reading.importance_parts),
        fingerprint=fingerprints.to_json(fingerprints.fingerprint(article.title, article.text)),
        version=version,
        assessed_at=max(now, article.changed_at),
    )
