"""How high a story stands: a sum whose parts are stored and shown. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digests.stories.models import Kind, Story

HALF_LIFE_HOURS = 36.0

KIND_PARTS: Mapping[str, float] = {
    Kind.REPORT: 0.3,
    Kind.RESEARCH: 0.2,
    Kind.INTERVIEW: 0.0,
    Kind.PRESS_RELEASE: -0.3,
    Kind.OPINION: -0.4,
    Kind.ROUNDUP: -0.8,
    Kind.NOTICE: -1.5,
}
RELATION_PARTS: Mapping[str, float] = {
    Story.Relation.NEW: 0.0,
    Story.Relation.UPDATE: -0.2,
    Story.Relation.REHASH: -2.0,
}


@dataclass(frozen=True)
class Standing:
    """What ranking knows of a story; `trust` (1 to 3) and `importance` are the best article's."""

    independent: int
    articles: int
    trust: int
    kind: str
    importance: float
    relation: str
    last_at: datetime
    has_primary: bool
    is_relevant: bool
    completeness: str = "full"


@dataclass(frozen=True)
class Placed:
    """A story to be spread: who tells it first and whom it is about first."""

    story: int
    rank: float
    publisher: str
    organization: str


def rank_parts(standing: Standing, until: datetime) -> dict[str, float]:
    """The named parts of a rank; their sum is the rank. `until` is the end of the window told."""
    hours = max(0.0, (until - standing.last_at).total_seconds() / 3600)
    parts = {
        "publishers": 1.2 * math.log2(1 + max(standing.independent, 1)) - 1.2,
        "coverage": 0.2 * math.log2(max(standing.articles, 1)),
        "trust": 0.3 * (standing.trust - 2),
        "kind": KIND_PARTS.get(standing.kind, 0.0),
        "importance": 0.8 * standing.importance,
        "novelty": RELATION_PARTS.get(standing.relation, 0.0),
        "primary": 0.2 if standing.has_primary else 0.0,
        "recency": 0.8 * 0.5 ** (hours / HALF_LIFE_HOURS),
        "text": -0.4 if standing.completeness in ("blocked", "truncated") else 0.0,
        "relevance": 0.0 if standing.is_relevant else -5.0,
    }
    return {name: round(value, 3) for name, value in parts.items() if round(value, 3)}


def spread(placed: Sequence[Placed]) -> dict[int, float]:
    """What each story loses so that no publisher and no organization floods the top.

    In order of rank, the third story and each further one of an organization, and the fourth and
    each further one of a publisher, loses a growing amount.
    """
    losses: dict[int, float] = {}
    publishers: dict[str, int] = {}
    organizations: dict[str, int] = {}
    for one in sorted(placed, key=lambda one: (-one.rank, one.story)):
        loss = 0.0
        if one.organization:
            before = organizations[one.organization] = organizations.get(one.organization, 0) + 1
            loss += 0.25 * min(max(0, before - 2), 6)
        if one.publisher:
            before = publishers[one.publisher] = publishers.get(one.publisher, 0) + 1
            loss += 0.1 * min(max(0, before - 3), 6)
        losses[one.story] = round(loss, 3)
    return losses
