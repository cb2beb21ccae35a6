"""What a reader asked for, and what of an edition can be chosen: the two inputs of selection. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

LENGTHS = (5, 10, 15)


@dataclass(frozen=True)
class Preferences:
    """Everything of a reader that selection reads; slugs throughout.

    `languages` are those whose stories the reader reads, `language` the one the mail is written in.
    No topic in `topics_more` or `topics_normal` means every topic. `thin_day` is "note", "skip" or
    "fill".
    """

    language: str = "ko"
    languages: frozenset[str] = frozenset({"ko", "en"})
    topics_more: frozenset[str] = frozenset()
    topics_normal: frozenset[str] = frozenset()
    topics_less: frozenset[str] = frozenset()
    topics_muted: frozenset[str] = frozenset()
    organizations_followed: frozenset[str] = frozenset()
    organizations_muted: frozenset[str] = frozenset()
    publishers_followed: frozenset[str] = frozenset()
    publishers_muted: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    length: int = 10
    thin_day: str = "fill"

    @cached_property
    def key(self) -> str:
        """The SHA-256 of every preference: readers of one key share selections and digests."""
        values = [sorted(v) if isinstance(v, frozenset) else v for v in self._values()]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()

    def _values(self) -> Iterable[object]:
        return (getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class Candidate:
    """A story that may be chosen. `words` is its headline and summary in every language, case-folded."""

    item_id: int
    story_id: int
    languages: frozenset[str]
    topics: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    is_pinned: bool = False
    words: str = ""

    @classmethod
    def of(
        cls, item_id: int, story_id: int, content: Mapping[str, Any], *, is_pinned: bool = False
    ) -> "Candidate":
        """The candidate that an item's frozen content makes."""
        words = content.get("words", {})
        spoken = " ".join(f"{w.get('headline', '')} {w.get('summary', '')}" for w in words.values())
        return cls(
            item_id=item_id,
            story_id=story_id,
            languages=frozenset([content.get("language", "xx"), *words]),
            topics=tuple(content.get("topics", ())),
            organizations=tuple(content.get("organizations", ())),
            publishers=tuple(content.get("publishers", ())),
            is_pinned=is_pinned,
            words=spoken.casefold(),
        )
