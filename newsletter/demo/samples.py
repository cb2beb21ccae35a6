"""The sample news: invented articles of invented publishers, read from `news/`. Pure.

Each publisher has one Markdown file. An article is a `## title`, headers (`slug`, `hours`
before the cut-off, optionally `day`, `byline`, `caption`), an empty line, and paragraphs.
`{day}` stands for the day of publication, as the article's language says it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from digests.editions.cutoffs import Cutoff

NEWS = Path(__file__).resolve().parent / "news"
SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True)
class Sample:
    """An article as written: its time is a distance from a cut-off, its day the number of its set."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    hours: float
    day: int = 1
    byline: str = ""
    caption: str = ""


@dataclass(frozen=True)
class SamplePublisher:
    """An invented outlet, how its feed looks, and what it wrote."""

    slug: str
    name_ko: str
    name_en: str
    language: str
    kind: str
    trust: int
    format: str
    samples: tuple[Sample, ...]
    family: str = ""
    zone: str = "Asia/Seoul"
    allows_full_text: bool = False
    cleaning_rules: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """An article with the date and instant it was published on."""

    sample: Sample
    number: int
    edition: date
    at: datetime
    language: str

    @property
    def name(self) -> str:
        """What tells it apart within its publisher, whatever the port it is served on."""
        return f"{self.edition:%F}/{self.sample.slug}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its text, with the day said as its language says it."""
        local = self.at.astimezone(SEOUL)
        day = f"{local.day}일" if self.language == "ko" else f"{local:%A}"
        return tuple(paragraph.replace("{day}", day) for paragraph in self.sample.paragraphs)


def read_samples(text: str) -> tuple[Sample, ...]:
    """The articles of one publisher's file, in its order; raises ValueError that names a broken one."""
    return tuple(read_sample(part) for part in ("\n" + text.strip()).split("\n## ")[1:])


def read_sample(part: str) -> Sample:
    """One article from its `title`, headers, empty line and paragraphs."""
    head, _, body = part.strip().partition("\n\n")
    title, *lines = head.splitlines()
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if unknown := headers.keys() - {"slug", "hours", "day", "byline", "caption"}:
        raise ValueError(f"{title!r} has the unknown headers {sorted(unknown)}")
    return Sample(
        slug=headers["slug"],
        title=title.strip(),
        paragraphs=tuple(paragraph.strip() for paragraph in body.split("\n\n")),
        hours=float(headers["hours"]),
        day=int(headers.get("day", 1)),
        byline=headers.get("byline", ""),
        caption=headers.get("caption", ""),
    )


def read_publishers(folder: Path = NEWS) -> tuple[SamplePublisher, ...]:
    """Every invented publisher with its articles."""
    rows = json.loads((folder / "publishers.json").read_text(encoding="utf-8"))
    return tuple(
        SamplePublisher(
            **row, samples=read_samples((folder / f"{row['slug']}.md").read_text(encoding="utf-8"))
        )
        for row in rows
    )


def publish(publisher: SamplePublisher, days: Mapping[int, date], cutoff: Cutoff) -> tuple[Published, ...]:
    """Its articles of the sets in `days` ({set: date of its edition}), newest first.

    Each article lies its `hours` before the cut-off of its edition: those under 24 inside its window.
    """
    published = [
        Published(
            sample,
            number,
            days[sample.day],
            cutoff.instant(days[sample.day]) - timedelta(hours=sample.hours),
            publisher.language,
        )
        for number, sample in enumerate(publisher.samples)
        if sample.day in days
    ]
    return tuple(sorted(published, key=lambda article: article.at, reverse=True))


# The same news may come again once the grouping's week of memory is over, with a day to spare.
FORGOTTEN_AFTER = timedelta(days=8)


def days_played(played: Mapping[int, date], today: date, last: int = 2) -> dict[int, date]:
    """Which set of news appears in the edition of which date, when the demo runs on `today`.

    The first run plays set 1; a run on a later date the next set, once; when all are told the
    play stays as it is, and starts again from set 1 once the grouping has forgotten the first.
    """
    if not played or today - max(played.values()) >= FORGOTTEN_AFTER:
        return {1: today}
    newest = max(played)
    if played[newest] < today and newest < last:
        return {**played, newest + 1: today}
    return dict(played)
