"""The process that describes stories: what they are, their words, and how high they stand.

Rows in, the pure modules, rows out. A curator's headline and summary stay as they are; they are
only checked again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from digests.sources.models import Article, Language, Publisher
from digests.stories.contradictions import find_contradictions
from digests.stories.crossing import unsaid
from digests.stories.grounding import grounded, ungrounded
from digests.stories.labelling import Progress
from digests.stories.models import Assessment, Kind, Story, Telling, Words
from digests.stories.origins import Witness, origins
from digests.stories.ranking import Placed, Standing, rank_parts, spread
from digests.stories.reading import organizations_of
from digests.stories.summarizing import choose_sentences, summarise

BATCH = 100
SUMMARY_LENGTH = 240
PRIMARY_KINDS = (Publisher.Kind.COMPANY, Publisher.Kind.RESEARCH, Publisher.Kind.GOVERNMENT)
COMPLETENESS_ORDER = {
    Article.Completeness.FULL: 0,
    Article.Completeness.FEED_ONLY: 1,
    Article.Completeness.TRUNCATED: 2,
    Article.Completeness.BLOCKED: 3,
}
SOURCES_READ = 12  # articles; the hundredth retelling of an event adds nothing to its summary


@dataclass(frozen=True)
class _Told:
    telling: Telling
    article: Article
    assessment: Assessment | None


def describe(story_ids: Iterable[int], now: datetime, progress: Progress | None = None) -> None:
    """Set times, kind, language, sources, contradictions and words of the stories."""
    wanted = sorted(set(story_ids))
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        with transaction.atomic():
            _describe(batch, now)
        if progress:
            progress("summarise", start + len(batch), len(wanted))


def _describe(story_ids: Sequence[int], now: datetime) -> None:
    told: dict[int, list[_Told]] = defaultdict(list)
    for telling in (
        Telling.objects.filter(story_id__in=story_ids)
        .select_related("article__publisher", "article__assessment")
        .order_by("article__published_at", "article__identity", "pk")
    ):
        article = telling.article
        told[telling.story_id].append(_Told(telling, article, getattr(article, "assessment", None)))
    words: dict[tuple[int, str], Words] = {
        (one.story_id, one.language): one for one in Words.objects.filter(story_id__in=story_ids)
    }
    stories = [story for story in Story.objects.filter(pk__in=story_ids).order_by("pk") if told[story.pk]]
    tellings: list[Telling] = []
    for story in stories:
        ones = told[story.pk]
        tellings += _set_sources(ones)
        _set_facts(story, ones, now)
    Telling.objects.bulk_update(tellings, ["is_primary", "origin"], batch_size=BATCH)
    Story.objects.bulk_update(
        stories,
        ["language", "kind", "first_at", "last_at", "contradictions", "changed_at"],
        batch_size=BATCH,
    )
    _set_words(stories, told, words)


def _set_sources(ones: Sequence[_Told]) -> list[Telling]:
    """Set who is primary and what comes from one hand; the tellings that changed."""
    found = origins(
        [
            Witness(
                f"{one.article.published_at:%Y%m%d%H%M%S}{one.article.identity}",
                one.article.publisher.family or one.article.publisher.slug,
                one.article.text,
                is_told=one.assessment is not None and one.assessment.kind == Kind.PRESS_RELEASE,
            )
            for one in ones[: SOURCES_READ * 3]
        ]
    )
    changed = []
    for one in ones:
        key = f"{one.article.published_at:%Y%m%d%H%M%S}{one.article.identity}"
        origin = found.get(key, one.article.publisher.slug[:16])
        is_primary = one.article.publisher.kind in PRIMARY_KINDS
        if (one.telling.origin, one.telling.is_primary) != (origin, is_primary):
            one.telling.origin, one.telling.is_primary = origin, is_primary
            changed.append(one.telling)
    return changed


def _set_facts(story: Story, ones: Sequence[_Told], now: datetime) -> None:
    languages = {one.article.language for one in ones}
    story.language = Language.KO if Language.KO in languages else ones[0].article.language
    story.first_at = min(one.article.published_at for one in ones)
    story.last_at = max(one.article.published_at for one in ones)
    story.kind = _kind(ones)
    story.contradictions = find_contradictions([one.article.text for one in _best_first(ones)[:8]])
    story.changed_at = now


def _kind(ones: Sequence[_Told]) -> str:
    """The kind most articles show; of equals the more independent one, a report before a release."""
    order = [str(kind) for kind in Kind]
    counts = Counter(one.assessment.kind for one in ones if one.assessment)
    if not counts:
        return str(Kind.REPORT)
    return min(counts, key=lambda kind: (-counts[kind], order.index(kind)))


def _best_first(ones: Sequence[_Told]) -> list[_Told]:
    """Articles by how good a text they are to summarise: whole, trusted, of a telling length, early."""

    def worth(one: _Told) -> tuple[int, bool, int, int, datetime, str]:
        length = len(one.article.text)
        return (
            COMPLETENESS_ORDER[Article.Completeness(one.article.completeness)],
            length < 200,
            -one.article.publisher.trust,
            0 if 400 <= length <= 6000 else 1,
            one.article.published_at,
            one.article.identity,
        )

    return sorted(ones, key=worth)


def _set_words(
    stories: Sequence[Story], told: dict[int, list[_Told]], words: dict[tuple[int, str], Words]
) -> None:
    new: list[Words] = []
    changed: list[Words] = []
    for story in stories:
        for language in sorted({one.article.language for one in told[story.pk]}):
            if language == Language.OTHER and story.language != language:
                continue
            ones = _best_first([one for one in told[story.pk] if one.article.language == language])
            existing = words.get((story.pk, language))
            row = existing or Words(story=story, language=language)
            _word(row, ones, [one.article for one in told[story.pk]][:SOURCES_READ])
            (changed if existing else new).append(row)
    Words.objects.bulk_create(new)
    Words.objects.bulk_update(
        changed,
        ["headline", "headline_source", "summary", "summary_source", "grounding"],
        batch_size=BATCH,
    )


def _word(row: Words, ones: Sequence[_Told], sources: Sequence[Article]) -> None:
    texts = [text for article in sources for text in (article.title, article.text) if text]
    if row.headline_source != Words.Source.CURATOR:
        row.headline, row.headline_source = _headline(ones), Words.Source.MACHINE
    if row.summary_source == Words.Source.ASSISTANT:
        row.grounding = unsaid(row.summary, texts, is_translation=False)
        if not row.grounding:
            return
        row.summary_source = Words.Source.MACHINE  # its texts were edited since
    if row.summary_source == Words.Source.MACHINE:
        bodies = [one.article.text for one in ones[:3]]
        row.summary = summarise(row.headline, bodies, SUMMARY_LENGTH)
        row.grounding = ungrounded(row.summary, texts)
        if row.grounding:
            spare = choose_sentences(row.headline, bodies[0], SUMMARY_LENGTH)
            row.summary, _ = grounded(row.summary, texts, spare)
            row.grounding = ungrounded(row.summary, texts)
    else:
        row.grounding = ungrounded(row.summary, texts)


def _headline(ones: Sequence[_Told]) -> str:
    """The best article's title; one that is not cut, nor a quotation, where there is a choice."""

    def worth(one: _Told) -> tuple[bool, bool, int]:
        title = one.article.title
        is_cut = title.endswith(("...", "…"))
        return (is_cut, title.startswith(tuple("[<【\"“‘'")), abs(len(title) - 42) // 20)

    best = min(ones[:5], key=worth)
    return best.article.title


def rank(story_ids: Iterable[int], until: datetime) -> None:
    """Rank the stories against one another; every part of every rank is stored."""
    wanted = sorted(set(story_ids))
    organizations = organizations_of(wanted)
    stories = list(Story.objects.filter(pk__in=wanted).order_by("pk"))
    ones: dict[int, list[_Told]] = defaultdict(list)
    for telling in (
        Telling.objects.filter(story_id__in=wanted)
        .select_related("article__publisher", "article__assessment")
        .defer("article__text", "article__feed_text", "article__removed")
        .order_by("article__published_at", "article__identity", "pk")
    ):
        article = telling.article
        ones[telling.story_id].append(_Told(telling, article, getattr(article, "assessment", None)))
    placed: list[Placed] = []
    for story in stories:
        if not ones[story.pk]:
            continue
        parts = rank_parts(_standing(story, ones[story.pk]), until)
        story.rank_parts = parts
        story.rank = round(sum(parts.values()), 3)
        names = organizations[story.pk]
        placed.append(
            Placed(
                story.pk,
                story.rank,
                ones[story.pk][0].article.publisher.slug,
                names[0] if names else "",
            )
        )
    losses = spread(placed)
    for story in stories:
        if loss := losses.get(story.pk):
            story.rank_parts["flood"] = -loss
            story.rank = round(story.rank - loss, 3)
    Story.objects.bulk_update(stories, ["rank", "rank_parts"], batch_size=BATCH)


def _standing(story: Story, ones: Sequence[_Told]) -> Standing:
    assessed = [one.assessment for one in ones if one.assessment]
    return Standing(
        independent=len({one.telling.origin for one in ones}),
        articles=len(ones),
        trust=max(one.article.publisher.trust for one in ones),
        kind=story.kind,
        importance=max((one.importance for one in assessed), default=0.0),
        relation=story.relation,
        last_at=story.last_at,
        has_primary=any(one.telling.is_primary for one in ones),
        is_relevant=any(one.is_relevant for one in assessed),
        completeness=min(
            (one.article.completeness for one in ones),
            key=lambda state: COMPLETENESS_ORDER[Article.Completeness(state)],
        ),
    )
