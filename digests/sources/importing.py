"""Import articles from files: all of them, or none.

files ─▶ bytes ─▶ text ─▶ manuscripts ─▶ publisher + storing.store, in one transaction
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from digests.sources.file_forms import read_manuscripts
from digests.sources.manuscripts import Manuscript, UnreadableText
from digests.sources.models import Article
from digests.sources.outlets import find_publisher
from digests.sources.storing import Incoming, Outcome, Stored, store
from digests.text.language import detect_language

# The zone of dates that a file writes without one: the paper's own.
ZONE = "Asia/Seoul"
# A day's articles of a hundred outlets are a megabyte; past this a file is something else.
LARGEST = 50_000_000
JSON = {".json", ".jsonl", ".ndjson"}
SUFFIXES = JSON | {".txt", ".md"}


class UnreadableFile(Exception):  # noqa: N818 - named as what it is
    """A file that cannot be imported: which, at which line (from 1, 0 for the whole file), and why."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True)
class Imported:
    """What an import did: ids of new and of edited articles, and how many were known already."""

    new_ids: tuple[int, ...]
    changed_ids: tuple[int, ...]
    known: int


def import_paths(paths: Sequence[Path], now: datetime) -> Imported:
    """Store every article of `paths` (files, or folders of them), seen at `now`; all or none.

    Raises UnreadableFile for the first that cannot be read, with nothing stored.
    """
    manuscripts = read_paths(paths)
    with transaction.atomic():
        stored = [_store(manuscript, now) for manuscript in manuscripts]

    def ids(outcome: Outcome) -> tuple[int, ...]:
        return tuple(one.article_id for one in stored if one.outcome == outcome and one.article_id)

    new, changed = ids(Outcome.NEW), ids(Outcome.CHANGED)
    return Imported(new, changed, len(stored) - len(new) - len(changed))


def read_paths(paths: Sequence[Path]) -> list[Manuscript]:
    """The articles of `paths`, in order; touches no database. Raises UnreadableFile."""
    found: list[Manuscript] = []
    for path in _files(paths):
        try:
            found.extend(read_manuscripts(read_text(path), ZONE, is_named_json=path.suffix in JSON))
        except UnreadableText as error:
            raise UnreadableFile(path, error.line, error.reason) from None
    return found


def read_text(path: Path) -> str:
    """A text file's text: UTF-8, or else UTF-16 with its mark, or else CP949. Raises UnreadableFile."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(path, 0, f"larger than {LARGEST // 1_000_000} MB")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, 0, (error.strerror or "cannot be read").lower()) from None
    return decode(path, data)


def decode(path: Path, data: bytes) -> str:
    """The text of `data`. Raises UnreadableFile with the line of the first byte that is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableFile(path, 1, "not text (broken UTF-16)") from None
    if b"\0" in data:
        raise UnreadableFile(path, data.count(b"\n", 0, data.index(b"\0")) + 1, "not text (binary)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = data.count(b"\n", 0, error.start) + 1
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        raise UnreadableFile(path, broken, "not text (neither UTF-8 nor CP949)") from None
    # Anything decodes as something: it is CP949 only if what comes out is Korean.
    if detect_language(text) != "ko":
        raise UnreadableFile(path, broken, "not text (neither UTF-8 nor CP949)")
    return text


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
        if not inside:
            raise UnreadableFile(path, 0, "a folder with no file to import")
        files.extend(inside)
    return files


def _store(manuscript: Manuscript, now: datetime) -> Stored:
    language = manuscript.language or detect_language(f"{manuscript.title}\n{manuscript.text}")
    publisher = find_publisher(manuscript.outlet, manuscript.url, language)
    item = Incoming(
        guid="",
        url=manuscript.url,
        title=manuscript.title,
        text=manuscript.text,
        is_html=False,
        published=manuscript.published,
        language=manuscript.language,
        completeness=None,
    )
    return store(item, publisher=publisher, now=now, date_source=Article.DateSource.IMPORTED)
