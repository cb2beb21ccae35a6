"""The process that trains the topic model from curators' tags, and decides whether it may be used.

1. Approved articles, those with a topic a curator set or accepted, are the examples; `ENOUGH` of
   them or nothing happens.
2. A fifth of them, chosen by identity, is the frozen set and never learned from.
3. A candidate trained without the frozen set and without the last week's approvals is compared on
   both with what is in use. It must be no worse on either.
4. The model promoted has learned the last week too. Five are kept; one click goes back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from digests.journal.models import Act
from digests.journal.recording import record
from digests.sources.models import Article
from digests.stories.labelling import load_rules
from digests.stories.learning import ENOUGH, Example, TopicModel, example_of, train
from digests.stories.models import LearnedModel, Tag, Topic
from digests.stories.scoring import count, total

KEPT = 5
RECENT = timedelta(days=7)
SLACK = 0.005  # of F1; less than one tag in two hundred is chance
NIGHTLY = timedelta(hours=20)


@dataclass(frozen=True)
class _Approved:
    example: Example
    labels: frozenset[str]
    is_frozen: bool
    is_recent: bool


def train_if_due(now: datetime) -> int | None:
    """Train once a night where there is enough to learn from; the id of the new row, or None."""
    last = LearnedModel.objects.order_by("-trained_at").first()
    if last and now - last.trained_at < NIGHTLY:
        return None
    return train_model(now)


def train_model(now: datetime) -> int | None:
    """Train, compare, and promote or refuse; the id of the new row, or None with too few approvals."""
    approved = _approved(now)
    if len(approved) < ENOUGH:
        return None
    slugs = list(Topic.objects.exclude(slug="other").order_by("slug").values_list("slug", flat=True))
    learnable = [one for one in approved if not one.is_frozen]
    candidate = _train([one for one in learnable if not one.is_recent], slugs)
    current = LearnedModel.objects.filter(status=LearnedModel.Status.ACTIVE).first()
    used = TopicModel.from_json(current.weights) if current else None
    figures = {}
    is_better = True
    for name, rows in (
        ("frozen", [one for one in approved if one.is_frozen]),
        ("recent", [one for one in learnable if one.is_recent]),
    ):
        old, new = _f1(rows, _said_by(used)), _f1(rows, _said_by(candidate))
        figures[name] = {"old": round(old, 4), "new": round(new, 4), "articles": len(rows)}
        is_better = is_better and new >= old - SLACK
    final = _train(learnable, slugs)
    return _store(final, len(learnable), figures, now, is_better=is_better)


@transaction.atomic
def promote(model_id: int, actor: User | None) -> None:
    """Use this model from the next tagging on; the one in use before is kept."""
    model = LearnedModel.objects.select_for_update().get(pk=model_id)
    before = LearnedModel.objects.filter(status=LearnedModel.Status.ACTIVE).first()
    LearnedModel.objects.filter(status=LearnedModel.Status.ACTIVE).update(status=LearnedModel.Status.KEPT)
    LearnedModel.objects.filter(pk=model.pk).update(status=LearnedModel.Status.ACTIVE)
    record(
        actor, "promote", model, before={"active": before.pk if before else None}, after={"active": model.pk}
    )


@transaction.atomic
def roll_back(actor: User | None) -> int | None:
    """Go back to the model used before this one, or to the rules alone; the id now in use, or None."""
    active = LearnedModel.objects.select_for_update().filter(status=LearnedModel.Status.ACTIVE).first()
    if active is None:
        return None
    act = Act.objects.filter(verb="promote", object_id=active.pk, content_type__model="learnedmodel").first()
    earlier = LearnedModel.objects.filter(pk=(act.before.get("active") if act else None) or 0).first()
    LearnedModel.objects.filter(pk=active.pk).update(status=LearnedModel.Status.REFUSED)
    if earlier:
        LearnedModel.objects.filter(pk=earlier.pk).update(status=LearnedModel.Status.ACTIVE)
    now_used = earlier.pk if earlier else None
    record(actor, "roll_back", active, before={"active": active.pk}, after={"active": now_used})
    return now_used


def _approved(now: datetime) -> list[_Approved]:
    rules = load_rules()
    labels: dict[int, set[str]] = {}
    latest: dict[int, datetime] = {}
    for pk, slug, source, state, at in Tag.objects.filter(topic__isnull=False).values_list(
        "article_id", "topic__slug", "source", "state", "changed_at"
    ):
        is_approved = state == Tag.State.ACCEPTED or source == Tag.Source.CURATOR
        if is_approved and state != Tag.State.REJECTED:
            labels.setdefault(pk, set()).add(slug)
            latest[pk] = max(at, latest.get(pk, at))
    found = []
    for article in Article.objects.filter(pk__in=list(labels)).order_by("identity", "pk"):
        reading = rules.tagger.read(article.title, article.text, article.language)
        found.append(
            _Approved(
                example_of(article.title, article.text, reading),
                frozenset(labels[article.pk]),
                is_frozen=sum(article.identity.encode()) % 5 == 0,
                is_recent=latest[article.pk] > now - RECENT,
            )
        )
    return found


def _train(rows: Sequence[_Approved], slugs: Sequence[str]) -> TopicModel:
    return train([one.example for one in rows], [one.labels for one in rows], slugs)


def _said_by(model: TopicModel | None) -> Callable[[Example], frozenset[str]]:
    if model is None:
        return lambda example: frozenset(example.chosen)
    return lambda example: frozenset(slug for slug, _ in model.topics(example))


def _f1(rows: Sequence[_Approved], said: Callable[[Example], frozenset[str]]) -> float:
    return total([count(said(one.example), one.labels) for one in rows]).f1


@transaction.atomic
def _store(
    model: TopicModel,
    articles: int,
    figures: dict[str, dict[str, float]],
    now: datetime,
    *,
    is_better: bool,
) -> int:
    row = LearnedModel.objects.create(
        trained_at=now,
        articles=articles,
        status=LearnedModel.Status.KEPT if is_better else LearnedModel.Status.REFUSED,
        figures=figures,
        weights=model.to_json(),
    )
    if is_better:
        promote(row.pk, None)
    spare = LearnedModel.objects.exclude(status=LearnedModel.Status.ACTIVE).order_by("-trained_at", "-pk")
    LearnedModel.objects.filter(pk__in=list(spare.values_list("pk", flat=True)[KEPT - 1 :])).delete()
    return row.pk
