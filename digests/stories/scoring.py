"""Measures of tagging, grouping and summaries, each with a bootstrap interval. Pure."""

import random
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

Row = TypeVar("Row")

ROUNDS = 500
SEED = 20251228


@dataclass(frozen=True)
class Counts:
    """True positives, false positives, false negatives."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.hit + other.hit, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Of what was said, how much is so; 1 when nothing was said."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what is so, how much was said; 1 when nothing is."""
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.hit + self.false + self.missed
        return 2 * self.hit / total if total else 1.0


def count(said: frozenset[str], so: frozenset[str], either: frozenset[str] = frozenset()) -> Counts:
    """Compare a set said with the set that is so; labels in `either` count neither way."""
    said, so = said - either, so - either
    return Counts(len(said & so), len(said - so), len(so - said))


def total(counts: Sequence[Counts]) -> Counts:
    """The sum of counts."""
    return sum(counts, Counts())


def b_cubed(said: Sequence[Hashable], so: Sequence[Hashable]) -> list[tuple[float, float]]:
    """Precision and recall of each item's cluster (Bagga and Baldwin 1998)."""
    sizes_said, sizes_so = Counter(said), Counter(so)
    both = Counter(zip(said, so, strict=True))
    return [(both[a, b] / sizes_said[a], both[a, b] / sizes_so[b]) for a, b in zip(said, so, strict=True)]


def mean_f1(pairs: Sequence[tuple[float, float]]) -> float:
    """F1 of the mean precision and the mean recall."""
    if not pairs:
        return 1.0
    precision = sum(p for p, _ in pairs) / len(pairs)
    recall = sum(r for _, r in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pair_counts(said: Sequence[Hashable], so: Sequence[Hashable]) -> Counts:
    """Pairs of items in one cluster, compared."""
    both = sum(_pairs(n) for n in Counter(zip(said, so, strict=True)).values())
    said_pairs = sum(_pairs(n) for n in Counter(said).values())
    so_pairs = sum(_pairs(n) for n in Counter(so).values())
    return Counts(both, said_pairs - both, so_pairs - both)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def area_under_curve(scored: Sequence[tuple[bool, float]]) -> float:
    """The chance that a positive scores above a negative; ties count half; .5 without both kinds."""
    ordered = sorted(value for _, value in scored)
    ranks: dict[float, float] = {}
    for place, value in enumerate(ordered, 1):
        ranks.setdefault(value, 0.0)
        ranks[value] += place
    sizes = Counter(ordered)
    positives = [value for is_so, value in scored if is_so]
    negatives = len(scored) - len(positives)
    if not positives or not negatives:
        return 0.5
    rank_sum = sum(ranks[value] / sizes[value] for value in positives)
    return (rank_sum - len(positives) * (len(positives) + 1) / 2) / (len(positives) * negatives)


def rouge_2(text: str, reference: str) -> float:
    """F1 of the word pairs two texts share (Lin 2004)."""
    first, second = (Counter(_bigrams(one)) for one in (text, reference))
    both = (first & second).total()
    return 2 * both / (first.total() + second.total()) if both else 0.0


def _bigrams(text: str) -> list[tuple[str, str]]:
    words = re.findall(r"[\w%]+", text)
    return list(pairwise(words))


@dataclass(frozen=True)
class Figure:
    """A measure with its 95 % bootstrap interval over `count` rows."""

    value: float
    low: float
    high: float
    count: int


def figure(rows: Sequence[Row], measure: Callable[[Sequence[Row]], float]) -> Figure:
    """The measure of the rows, with the interval of `ROUNDS` resamples drawn with a fixed seed."""
    if not rows:
        return Figure(0.0, 0.0, 0.0, 0)
    draw = random.Random(SEED)  # noqa: S311 - resampling, not a secret
    values = sorted(measure(draw.choices(rows, k=len(rows))) for _ in range(ROUNDS))
    return Figure(
        round(measure(rows), 4),
        round(values[int(ROUNDS * 0.025)], 4),
        round(values[int(ROUNDS * 0.975) - 1], 4),
        len(rows),
    )
