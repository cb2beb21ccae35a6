"""Golden digests: Korean and English, on five kinds of day; rendered, linted, and looked at."""

from dataclasses import dataclass
from typing import Any

from digests.editions.digesting import compose
from digests.editions.preferences import Candidate, Preferences
from digests.editions.rendering import RenderedMail, Shown, fill
from digests.editions.selecting import select
from tests.editions.newsroom import content, contents, edition

SLOTS = {
    "preferences_url": "https://jogan.example/p/" + "t" * 60 + "/",
    "unsubscribe_url": "https://jogan.example/u/" + "t" * 60 + "/",
    "feedback_base_url": "https://jogan.example/f/" + "t" * 80 + "/",
    "reason_line": "ada@example.com 님이 2025년 11월 2일에 구독을 확인하셔서 보냅니다.",
}
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Golden:
    """One digest in one language, and its finished parts."""

    name: str
    language: str
    mail: RenderedMail
    html: str
    text: str
    shown: list[Shown]


def long_contents(count: int = 15) -> list[dict[str, Any]]:
    """The longest day: every headline 300 characters, summaries of many sentences, eight outlets."""
    made = []
    for number in range(count):
        base = content(f"a{number % 10 + 1}")
        words = {
            "ko": {
                "headline": f"{number}번째로 아주 긴 제목 " + "끝없이 이어지는 ‘이야기’의 (한국어)를 " * 11,
                "summary": "매개변수 4,100억 개의 60%는 켜지지 않는다고 밝혔다. " * 12,
            },
            "en": {
                "headline": f"Number {number} " + "a headline that goes on and on without a rest " * 6,
                "summary": "Only 60% of the parameters are active, they said at length. " * 10,
            },
        }
        sources = [{**base["sources"][0], "url": f"https://outlet-{n}.example/{'x' * 150}"} for n in range(8)]
        key = f"b{number}"
        made.append({**base, "key": key, "words": words, "sources": sources, "hash": f"long-{number}"})
    return made


def days() -> dict[str, tuple[list[dict[str, Any]], Preferences]]:
    """Name → the day's contents and the reader."""
    everything = contents()
    one_source = [
        content(
            f"a{n}",
            publishers=["areum"],
            sources=[
                {**source, "publisher": "areum", "name_ko": "아름일보", "name_en": "Areum Daily"}
                for source in content(f"a{n}")["sources"][-1:]
            ],
            marks=["single_source", "no_primary"],
        )
        for n in range(1, 11)
    ]
    return {
        "all-topics": (everything, Preferences()),
        "one-topic": (everything, Preferences(topics_more=frozenset({"llm"}), thin_day="note")),
        "thin-day": (
            everything[5:],
            Preferences(topics_normal=frozenset({"coding", "llm"}), thin_day="fill"),
        ),
        "empty-day": ([], Preferences(thin_day="note")),
        "longest-day": (long_contents(), Preferences(length=15)),
        "one-source": (one_source, Preferences()),
    }


def golden(name: str, language: str) -> Golden:
    """The golden digest `name` in `language`."""
    told, reader = days()[name]
    pool = [Candidate.of(place, place, one) for place, one in enumerate(told)]
    chosen = select(reader, pool).chosen
    shown = [Shown(c.item_id, told[c.item_id], c.why, c.of, c.story_id) for c in chosen]
    ordered, mail = compose(edition(), language, shown, standing=len(told))
    html, text = fill(mail.html, SLOTS, escape=True), fill(mail.text, SLOTS, escape=False)
    return Golden(name, language, mail, html, text, ordered)
