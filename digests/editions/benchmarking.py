"""How fast selection and rendering are, on editions and readers made up by chance; nothing is stored.

Times are of the processor, so that a busy machine does not blur them.
"""

import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from digests.editions.contents import seal
from digests.editions.models import Edition
from digests.editions.preferences import Candidate, Preferences
from digests.editions.rendering import Shown, render
from digests.editions.rendering_blocks import forget
from digests.editions.sections import SECTION_OF
from digests.editions.selecting import Pool, select

TOPICS = sorted(SECTION_OF)
ORGANIZATIONS = [f"organization-{number}" for number in range(120)]
PUBLISHERS = [f"outlet-{number}" for number in range(60)]
WORDS = "모델 추론 반도체 데이터센터 규제 초안 연구팀 공개했다 성능 비용 에이전트 학습 평가 시험 병원".split()  # noqa: SIM905


@dataclass(frozen=True)
class SelectionFigures:
    """Of `readers` distinct preferences over `stories`: time a key, distinct digests, memory."""

    readers: int
    stories: int
    microseconds: float
    digests: int
    megabytes: float


@dataclass(frozen=True)
class RenderingFigures:
    """Time to make a story's blocks, and a digest of `length` stories from ready blocks; its bytes."""

    length: int
    block_microseconds: float
    digest_microseconds: float
    html_bytes: int
    text_bytes: int


def run_selection(readers: int = 100_000, stories: int = 300, seed: int = 1) -> SelectionFigures:
    """Select for `readers` readers who all want something else, over one edition of `stories`."""
    chance = Random(seed)  # noqa: S311 - a benchmark's dice
    pool = Pool([Candidate.of(n, n, made_content(chance, n)) for n in range(stories)])
    wishes = [made_preferences(chance) for _ in range(readers)]
    tracemalloc.start()
    digests = {tuple(choice.item_id for choice in select(one, pool).chosen) for one in wishes[:2000]}
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    digests.clear()
    started = time.process_time()
    for one in wishes:
        digests.add(tuple(choice.item_id for choice in select(one, pool).chosen))
    seconds = time.process_time() - started
    return SelectionFigures(readers, stories, seconds / readers * 1e6, len(digests), peak / 1e6)


def run_rendering(
    length: int = 15, rounds: int = 300, language: str = "ko", seed: int = 1
) -> RenderingFigures:
    """Render one edition's stories into blocks once, then digests of `length` stories out of them."""
    chance = Random(seed)  # noqa: S311 - a benchmark's dice
    edition = Edition(
        pk=0,
        date=date(2026, 1, 5),
        number=128,
        cutoff_at=datetime(2026, 1, 4, 21, 30, tzinfo=UTC),
        articles_count=412,
        stories_count=63,
    )
    shelf = [Shown(n, made_content(chance, n), "topic", TOPICS[n % len(TOPICS)]) for n in range(100)]
    forget()
    render(edition, language, shelf[:1], standing=100)  # the templates are read and inlined once
    blocks = _seconds(lambda: _render_all(edition, language, shelf), 1)
    choices = [chance.sample(shelf, length) for _ in range(rounds)]
    for choice in choices:
        render(edition, language, choice, standing=100)  # leads and reasons are made ready
    place = iter(choices * 2)
    digest = _seconds(lambda: render(edition, language, next(place), standing=100), rounds)
    mail = render(edition, language, choices[0], standing=100)
    sizes = [sum(len(part.encode()) for part in parts) for parts in (mail.html, mail.text)]
    return RenderingFigures(length, blocks / len(shelf) * 1e6, digest * 1e6, *sizes)


def _render_all(edition: Edition, language: str, shelf: Sequence[Shown]) -> None:
    for start in range(0, len(shelf), 10):
        render(edition, language, shelf[start : start + 10], standing=100)


def _seconds(work: Callable[[], object], rounds: int) -> float:
    started = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - started) / rounds


def made_content(chance: Random, number: int) -> dict[str, Any]:
    """An invented story's content."""
    topics = chance.sample(TOPICS, chance.randint(1, 3))
    organizations = chance.sample(ORGANIZATIONS, chance.randint(0, 2))
    outlets = chance.sample(PUBLISHERS, chance.randint(1, 4))
    headline = " ".join(chance.sample(WORDS, 7))
    summary = ". ".join(" ".join(chance.sample(WORDS, 12)) for _ in range(3)) + "."
    return seal(
        {
            "key": f"story{number}",
            "date": "2026-01-05",
            "language": "ko",
            "words": {language: {"headline": headline, "summary": summary} for language in ("ko", "en")},
            "topics": topics,
            "topic_names": {slug: {"ko": slug, "en": slug} for slug in topics},
            "organizations": organizations,
            "organization_names": {slug: {"ko": slug, "en": slug} for slug in organizations},
            "publishers": outlets,
            "marks": [],
            "sources": [
                {"publisher": o, "name_ko": o, "name_en": o, "url": f"https://{o}.example/{number}"}
                for o in outlets
            ],
        }
    )


def made_preferences(chance: Random) -> Preferences:
    """A reader made up by chance: topics at each level, organizations, outlets, now and then a keyword."""
    topics = chance.sample(TOPICS, len(TOPICS))
    first, second, third, fourth = sorted(chance.sample(range(9), 4))
    return Preferences(
        language=chance.choice(["ko", "en"]),
        topics_more=frozenset(topics[:first]),
        topics_normal=frozenset(topics[first:second]),
        topics_less=frozenset(topics[second:third]),
        topics_muted=frozenset(topics[third:fourth]),
        organizations_followed=frozenset(chance.sample(ORGANIZATIONS, chance.randint(0, 3))),
        publishers_muted=frozenset(chance.sample(PUBLISHERS, chance.randint(0, 2))),
        keywords=frozenset(chance.sample(WORDS, 1)) if chance.random() < 0.1 else frozenset(),
        length=chance.choice([5, 10, 15]),
    )
