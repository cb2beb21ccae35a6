"""The topics, organizations and word lists we ship, as files. Pure."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def shipped_topics() -> list[dict[str, Any]]:
    """The rows of topics.json: slug, names, keywords [{"t", "w"}], blockers."""
    rows: list[dict[str, Any]] = json.loads((DATA / "topics.json").read_text(encoding="utf-8"))
    return rows


@cache
def shipped_organizations() -> list[dict[str, Any]]:
    """The rows of organizations.json: slug, names, aliases [{"t", "kind", "case", "strict"}], blockers."""
    rows: list[dict[str, Any]] = json.loads((DATA / "organizations.json").read_text(encoding="utf-8"))
    return rows


@cache
def shipped_words(name: str) -> tuple[str, ...]:
    """A list of words.json: `particles` (what may end a Korean name's word), `common_latin`, `places`,
    `function_words` (English), `no_nouns`, `counterparts` ("한국 Korea"), `sentence_starts` (English),
    `places_and_days` (Korean, each with a counterpart)."""
    lists: dict[str, list[str]] = json.loads((DATA / "words.json").read_text(encoding="utf-8"))
    return tuple(lists[name])
