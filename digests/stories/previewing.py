"""What an alias or keyword would match, before it is saved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.sources.models import Article
from digests.stories.matching import Matcher, Phrase, fold

WEEK = timedelta(days=7)
READ_LENGTH = 6_000
SHOWN = 20
AROUND = 30


@dataclass(frozen=True)
class Sample:
    """An article that is hit, with the words around the first match."""

    article_id: int
    title: str
    context: str


@dataclass(frozen=True)
class Preview:
    """Articles of the last week: hit as a word, and holding the letters inside longer words only."""

    text: str
    articles: int
    inside: int
    samples: tuple[Sample, ...]
    inside_samples: tuple[Sample, ...]


def preview(text: str, now: datetime, *, matches_case: bool = False, joins: bool = False) -> Preview:
    """Try a phrase on the last week's articles; an empty phrase hits nothing."""
    text = text.strip()
    matcher = Matcher(
        [Phrase(text, "preview", "preview", matches_case=matches_case, joins=joins)] if text else []
    )
    hits: list[Sample] = []
    inside: list[Sample] = []
    rows = Article.objects.published_in(now - WEEK, now + timedelta(hours=1)).order_by("-published_at", "-pk")
    for pk, title, body in rows.values_list("pk", "title", "text").iterator(chunk_size=500):
        whole = f"{title}\n{body[:READ_LENGTH]}"
        found = matcher.find(whole)
        at = found[0].start if found else (fold(whole).find(fold(text)) if text else -1)
        if at >= 0:
            context = " ".join(whole[max(0, at - AROUND) : at + len(text) + AROUND].split())
            (hits if found else inside).append(Sample(pk, title, context))
    return Preview(text, len(hits), len(inside), tuple(hits[:SHOWN]), tuple(inside[:SHOWN]))
