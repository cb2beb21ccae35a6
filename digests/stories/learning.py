"""The learned topic model: words and rule scores into logistic regression. Pure.

One of the two doors to scikit-learn. Measured in ten folds over 490 labelled articles against .77 of
the rules alone (`manage.py evaluate`). It starts at `ENOUGH` approved articles; below that the rules
stand alone. A model is kept as plain numbers, never as a pickle.
"""

import math
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from digests.stories.matching import PARTICLES
from digests.stories.tagging import MAX_TOPICS, Reading

ENOUGH = 100  # approved articles; with fewer the model is worse than the rules
READ_LENGTH = 600
FULL_SCORE = 20.0
THRESHOLD = 0.4
LEAST_EXAMPLES = 3  # of a topic; with fewer the rules decide it
STRENGTH = 10.0  # inverse of the regularisation, by ten folds


@dataclass(frozen=True)
class Example:
    """An article to learn from or to predict: its words, and what the rules say of it."""

    title: str
    text: str
    scores: Mapping[str, float]
    chosen: tuple[str, ...]
    is_relevant: bool = True


@dataclass(frozen=True)
class TopicModel:
    """Words with their rarity, and for each topic an intercept and the weights of words and rule features."""

    slugs: tuple[str, ...]
    words: Mapping[str, int]
    rarity: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float | None, ...]

    def probabilities(self, example: Example) -> dict[str, float]:
        """How likely each topic is; a topic the model could not learn follows the rules."""
        vector = self._vector(example)
        found: dict[str, float] = {}
        for place, slug in enumerate(self.slugs):
            intercept = self.intercepts[place]
            if intercept is None:
                found[slug] = 0.6 if slug in example.chosen else 0.0
                continue
            row = self.weights[place]
            total = intercept + sum(value * row[column] for column, value in vector.items())
            rules = _rule_features(example, slug, self.slugs)
            total += sum(value * row[len(self.words) + k] for k, value in enumerate(rules))
            found[slug] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        return found

    def topics(self, example: Example) -> list[tuple[str, float]]:
        """The topics chosen with their probabilities, likeliest first; AI news always has one."""
        ranked = sorted(self.probabilities(example).items(), key=lambda pair: (-pair[1], pair[0]))
        chosen = [(slug, value) for slug, value in ranked[:MAX_TOPICS] if value >= THRESHOLD]
        if not chosen and example.is_relevant and ranked and ranked[0][1] > 0.1:
            chosen = ranked[:1]
        return [(slug, round(value, 3)) for slug, value in chosen]

    def _vector(self, example: Example) -> dict[int, float]:
        counts = Counter(word for word in _words(example) if word in self.words)
        raw = {
            self.words[word]: (1 + math.log(count)) * self.rarity[self.words[word]]
            for word, count in counts.items()
        }
        size = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {column: value / size for column, value in raw.items()}

    def to_json(self) -> dict[str, Any]:
        """The model as JSON values."""
        return {
            "slugs": list(self.slugs),
            "words": dict(self.words),
            "rarity": [round(value, 5) for value in self.rarity],
            "weights": [[round(value, 5) for value in row] for row in self.weights],
            "intercepts": list(self.intercepts),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "TopicModel":
        """What `to_json` wrote."""
        return cls(
            slugs=tuple(values["slugs"]),
            words=dict(values["words"]),
            rarity=tuple(values["rarity"]),
            weights=tuple(tuple(row) for row in values["weights"]),
            intercepts=tuple(values["intercepts"]),
        )


def example_of(title: str, text: str, reading: Reading) -> Example:
    """An article and what the rules read in it, as the model sees them."""
    return Example(
        title, text, reading.topic_scores, tuple(hit.slug for hit in reading.topics), reading.is_relevant
    )


def train(examples: Sequence[Example], labels: Sequence[frozenset[str]], slugs: Sequence[str]) -> TopicModel:
    """Fit one classifier a topic; the same examples in any order give the same model."""
    order = sorted(range(len(examples)), key=lambda n: (examples[n].title, examples[n].text))
    examples, labels = [examples[n] for n in order], [labels[n] for n in order]
    vectorizer = TfidfVectorizer(analyzer=_words, sublinear_tf=True, min_df=2)
    words = vectorizer.fit_transform(examples)
    weights: list[tuple[float, ...]] = []
    intercepts: list[float | None] = []
    for slug in slugs:
        wanted = np.array([slug in label for label in labels])
        if not LEAST_EXAMPLES <= wanted.sum() < len(examples):
            weights.append(())
            intercepts.append(None)
            continue
        rules = np.array([_rule_features(example, slug, slugs) for example in examples])
        features = sparse.hstack([words, rules]).tocsr()
        classifier = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            classifier.fit(features, wanted)
        weights.append(tuple(float(value) for value in classifier.coef_[0]))
        intercepts.append(float(classifier.intercept_[0]))
    return TopicModel(
        slugs=tuple(slugs),
        words={word: int(column) for word, column in vectorizer.vocabulary_.items()},
        rarity=tuple(float(value) for value in vectorizer.idf_),
        weights=tuple(weights),
        intercepts=tuple(intercepts),
    )


def _words(example: Example) -> list[str]:
    text = f"{example.title} {example.title} {example.text[:READ_LENGTH]}".lower()
    return [_stem(word) for word in re.findall(r"[\w%]{2,}", text)]


_PARTICLE = re.compile(rf"(?:{'|'.join(sorted(PARTICLES, key=len, reverse=True))})$")


def _stem(word: str) -> str:
    if not "가" <= word[0] <= "힣":
        return word
    stem = _PARTICLE.sub("", word)
    return stem if len(stem) >= 2 else word


def _rule_features(example: Example, slug: str, slugs: Sequence[str]) -> list[float]:
    top = max([1.0, *example.scores.values()])
    score = example.scores.get(slug, 0.0)
    return [
        min(score / FULL_SCORE, 1.5),
        score / top,
        float(slug in example.chosen),
        float(bool(example.chosen) and example.chosen[0] == slug),
        *(min(example.scores.get(other, 0.0) / FULL_SCORE, 1.5) for other in slugs),
    ]
