"""Labelled sets, read and checked: one error names file, line and field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]

# For each file its fields: the type each must have; a trailing "?" may be missing or null.
FIELDS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "articles.jsonl": {
        "url": str,
        "title": str,
        "date?": str,
        "lang?": str,
        "topics?": list,
        "topics_ok?": list,
        "orgs?": list,
        "orgs_ok?": list,
        "relevant?": bool,
        "importance?": str,
    },
    "texts.jsonl": {"url": str, "title?": str, "text": str, "date?": str},
    "days.jsonl": {
        "url": str,
        "title?": str,
        "date": str,
        "event_id": str,
        "thread_id?": str,
        "roundup?": bool,
    },
    "pairs.jsonl": {"a": str, "b": str, "label": (str, int, bool), "stratum?": str, "roundup?": bool},
    "summaries.jsonl": {"url": str, "keep_sentences": list, "key_facts?": list, "min_facts?": int},
    "cleaning.jsonl": {"url": str, "noise?": list, "must_survive?": list, "expect_empty?": bool},
}


class GoldError(Exception):
    """A labelled file that cannot be read: its name, line (0 for the whole), field and what is wrong."""

    def __init__(self, file: str, line: int, field_name: str, reason: str) -> None:
        super().__init__(f"{file}, line {line}, field {field_name!r}: {reason}")


@dataclass(frozen=True)
class Gold:
    """The rows of each file that is present, and the texts by url, and by url and date."""

    rows: Mapping[str, Rows] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Rows:
        return self.rows.get(f"{name}.jsonl", [])

    def texts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The texts by (url, date) and by (url, "")."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self["texts"]:
            found.setdefault((row["url"], ""), row)
            found[row["url"], row.get("date") or ""] = row
        return found


def read_gold(folder: Path) -> Gold:
    """Read what is present in `folder`; raises `GoldError` for the first row that is not as it should be."""
    rows = {name: _read(folder / name) for name in FIELDS if (folder / name).exists()}
    if not rows:
        raise GoldError(str(folder), 0, "", f"none of {', '.join(FIELDS)} is there")
    return Gold(rows)


def _read(path: Path) -> Rows:
    found: Rows = []
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(path.name, 0, "", f"cannot be read: {error}") from error
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldError(path.name, number, "", f"is no JSON: {error.msg}") from error
        if not isinstance(row, dict):
            raise GoldError(path.name, number, "", "is no object")
        _check(path.name, number, row)
        found.append(row)
    return found


def _check(name: str, number: int, row: dict[str, Any]) -> None:
    for key, kind in FIELDS[name].items():
        field_name = key.rstrip("?")
        value = row.get(field_name)
        if value is None:
            if key.endswith("?"):
                continue
            raise GoldError(name, number, field_name, "is missing")
        if not isinstance(value, kind):
            expected = kind.__name__ if isinstance(kind, type) else "str or int"
            raise GoldError(name, number, field_name, f"is {type(value).__name__}, not {expected}")
        if isinstance(value, list) and field_name in ("topics", "topics_ok", "orgs", "orgs_ok"):
            for item in value:
                if not isinstance(item, str):
                    raise GoldError(name, number, field_name, f"holds {type(item).__name__}, not str")
        if field_name == "importance" and value not in ("high", "normal", "low"):
            raise GoldError(name, number, field_name, f"is {value!r}, not high, normal or low")
