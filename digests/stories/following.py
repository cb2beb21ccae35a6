"""How a story follows an earlier one: which it follows, and what it says that is new. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from digests.stories.fingerprints import Fingerprint, fingerprint, letters
from digests.text.sentences import clip, split_sentences

# A saga rests for weeks, not for months: what is older is background.
LOOK_BACK_DAYS = 28
LINK = 1.0
# A name in more stories than this share of the look-back says no more than its field does.
COMMON_SHARE = 0.04
COMMON_LEAST = 6


@dataclass(frozen=True)
class Told:
    """A story as following sees it; facts, names and quotes are of all its articles together."""

    key: str
    at: datetime
    titles: tuple[str, ...]
    organizations: frozenset[str]
    facts: frozenset[tuple[Decimal, str]]
    names: frozenset[str]
    quotes: frozenset[str]
    title_names: frozenset[str]
    glosses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class News:
    """What a follow-up adds: figures, names and quotations that no earlier story of its thread has."""

    facts: frozenset[tuple[Decimal, str]]
    names: frozenset[str]
    quotes: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.facts or self.names or self.quotes)


def common_names(stories: Sequence[Told]) -> frozenset[str]:
    """Names that stand in so many stories that sharing one links nothing."""
    counts: dict[str, int] = {}
    for story in stories:
        for name in story.names:
            counts[name] = counts.get(name, 0) + 1
    most = max(COMMON_LEAST, int(COMMON_SHARE * len(stories)))
    return frozenset(name for name, count in counts.items() if count > most)


def link(later: Told, earlier: Told, common: frozenset[str]) -> float:
    """How strongly one story continues another; at `LINK` it belongs to its thread.

    A name of the earlier title is the saga's own name; other shared names, figures and
    organizations support it. Without a shared name or three figures there is no thread.
    """
    names = (later.names & earlier.names) - common
    of_title = names & (earlier.title_names | later.title_names)
    facts = later.facts & earlier.facts
    organizations = later.organizations & earlier.organizations
    if not organizations or not (of_title or len(facts) >= 3):
        return 0.0
    return (
        0.5 * min(len(of_title), 2)
        + 0.1 * min(len(names - of_title), 4)
        + 0.15 * min(len(facts), 4)
        + 0.3 * min(len(organizations), 2)
    )


def whom_it_follows(later: Told, earlier: Iterable[Told], common: frozenset[str]) -> Told | None:
    """The earlier story that this one continues best: the strongest link, then the latest, if any."""
    found = [
        (round(strength, 6), story.at, story.key, story)
        for story in earlier
        if story.at < later.at
        and (later.at - story.at).days < LOOK_BACK_DAYS
        and (strength := link(later, story, common)) >= LINK
    ]
    return max(found, key=lambda one: one[:3])[3] if found else None


def news_of(later: Told, earlier: Sequence[Told], texts: Sequence[str]) -> News:
    """What `later` says that none of `earlier` does; `texts` are the bodies of the earlier stories."""
    known = letters("\n".join(texts))
    facts: set[tuple[Decimal, str]] = set()
    names: set[str] = set()
    for story in earlier:
        facts |= story.facts
        names |= story.names
        known += letters(" ".join(story.titles))
    return News(
        facts=frozenset(fact for fact in later.facts if fact not in facts),
        names=frozenset(name for name in later.names - later.glosses - names if name not in known),
        quotes=frozenset(quote for quote in later.quotes if quote[:12] not in known),
    )


def whats_new(title: str, text: str, news: News, limit: int = 200) -> str:
    """The sentence that says most of what is new, early ones first; "" if there is no such sentence."""
    best: tuple[int, int, str] = (0, 0, "")
    for place, sentence in enumerate(split_sentences(text[:12_000])[:40]):
        found = fingerprint("", sentence.text)
        count = (
            len(found.facts & news.facts) + len(found.names & news.names) + len(found.quotes & news.quotes)
        )
        if count and (min(count, 3), -place) > best[:2] and letters(sentence.text) != letters(title):
            best = (min(count, 3), -place, " ".join(sentence.text.split()))
    return clip(best[2], limit)


def merge(prints: Iterable[Fingerprint]) -> Fingerprint:
    """The fingerprint of several articles together."""
    facts: set[tuple[Decimal, str]] = set()
    names: set[str] = set()
    quotes: set[str] = set()
    glosses: set[str] = set()
    plain: set[str] = set()
    for one in prints:
        facts |= one.facts
        names |= one.names
        quotes |= one.quotes
        glosses |= one.glosses
        plain |= one.names - one.glosses
    return Fingerprint(frozenset(facts), frozenset(names), frozenset(quotes), frozenset(glosses - plain))
