"""An article as it stands in a file, before it is cleaned and stored."""

from dataclasses import dataclass

from digests.text.dates import ReadDate, read_date
from digests.text.urls import safe_link

LANGUAGES = frozenset({"ko", "en", "xx"})


class UnreadableText(Exception):  # noqa: N818 - named as what it is
    """Text that is none of the forms; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Outlet:
    """What a manuscript says about who published it: any of it may be empty."""

    name: str = ""
    host: str = ""
    is_company: bool = False


@dataclass(frozen=True)
class Manuscript:
    """One article as it stands in a file, from `line` on; title and text are not yet cleaned."""

    line: int
    title: str
    text: str
    url: str
    published: ReadDate | None
    outlet: Outlet
    language: str | None = None


def read_url(raw: str, line: int) -> str:
    """The address written on `line`, "" for none. Raises UnreadableText for one that is no http(s) link."""
    if raw.strip() and not safe_link(raw):
        raise UnreadableText(line, "url is not an http(s) address")
    return safe_link(raw)


def read_written(raw: str, zone: str, line: int) -> ReadDate | None:
    """The date written on `line`, None for none. Raises UnreadableText for what is no date."""
    read = read_date(raw, zone)
    if raw.strip() and read is None:
        raise UnreadableText(line, f"not a date: {raw.strip()[:40]}")
    return read
