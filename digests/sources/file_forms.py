"""The forms of file that articles come in: JSON Lines, a Markdown digest or record, or plain text.

Pure: text to manuscripts. Which form a file has, its content says; a name that says JSON is believed.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from digests.sources import pasted
from digests.sources.manuscripts import LANGUAGES, Manuscript, Outlet, UnreadableText, read_url, read_written
from digests.sources.markdown import is_digest, is_record, read_digest, read_record
from digests.text.characters import to_plain

FIELDS = ("url", "title", "text", "published_at", "publisher", "language")
# A single line shorter than this is a note, not an article.
_SHORTEST = 40


def read_manuscripts(text: str, zone: str, *, is_named_json: bool = False) -> list[Manuscript]:
    """The articles in a file's text; dates without a zone are in `zone`. Raises UnreadableText.

    A file whose name says JSON is read as nothing else: a broken first line is an error, not an article.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise UnreadableText(1, "the file is empty")
    for is_form, read in FORMS:
        if is_form(text) or (is_named_json and is_form is is_json):
            found = list(read(text, zone))
            if not found:
                raise UnreadableText(1, "there is no article in it")
            return found
    raise AssertionError("plain text is always a form")


# --- JSON Lines -------------------------------------------------------------------------------


def is_json(text: str) -> bool:
    """Whether the text begins as JSON does."""
    return bool(re.match(r'[\ufeff\s]*(?:\{\s*["}]|\[\s*[{\]])', text[:2000]))


def read_json(text: str, zone: str) -> Iterator[Manuscript]:
    """One object a line; a whole array or one object over several lines is taken too."""
    text = text.lstrip("\ufeff")
    if text.lstrip().startswith("[") or not _is_object(text.lstrip().split("\n", 1)[0]):
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UnreadableText(getattr(error, "lineno", 1), f"not JSON ({_short(error)})") from None
        for record in whole if isinstance(whole, list) else [whole]:
            yield _of_record(record, 1, zone)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UnreadableText(number, f"not JSON ({_short(error)})") from None
            yield _of_record(record, number, zone)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return line.rstrip().endswith("}")


def _short(error: Exception) -> str:
    return getattr(error, "msg", "") or "nested too deeply"


def _of_record(record: object, line: int, zone: str) -> Manuscript:
    if not isinstance(record, dict):
        raise UnreadableText(line, "not an object with title and text")
    values = {name: _string(record, name, line) for name in FIELDS}
    if not values["title"].strip() and not values["text"].strip():
        raise UnreadableText(line, "neither title nor text")
    language = values["language"].strip().lower()[:2]
    return Manuscript(
        line=line,
        title=values["title"],
        text=values["text"],
        url=read_url(values["url"], line),
        published=read_written(values["published_at"], zone, line),
        outlet=Outlet(name=to_plain(values["publisher"]).strip()),
        language=language if language in LANGUAGES else None,
    )


def _string(record: dict[str, Any], name: str, line: int) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableText(line, f"{name} is not a string")
    return value


# --- Plain text -------------------------------------------------------------------------------


def read_plain(text: str, zone: str) -> Iterator[Manuscript]:
    """One article, whose title, date and publisher are found in what it says."""
    lines = to_plain(text).split("\n")
    if len(text.strip()) < _SHORTEST and sum(1 for line in lines if line.strip()) < 2:
        raise UnreadableText(1, "too little text for an article")
    title, body_from = pasted.find_title(lines)
    name, host, is_company = pasted.find_outlet(lines)
    yield Manuscript(
        line=1,
        title=title,
        text="\n".join(lines[body_from:]),
        url="",
        published=pasted.find_date(lines, zone),
        outlet=Outlet(name, host, is_company),
    )


def _always(text: str) -> bool:
    return bool(text)


Form = tuple[Callable[[str], bool], Callable[[str, str], Iterator[Manuscript]]]
FORMS: tuple[Form, ...] = (
    (is_json, read_json),
    (is_record, read_record),
    (is_digest, read_digest),
    (_always, read_plain),
)
