"""From preferences and an edition to one reader's stories: the same input gives the same output. Pure.

A candidate is *eligible* when the reader can read its language, has not received it, and mutes
nothing of it: one muted topic or organization is enough, and so is having no publisher left that
is not muted. Of the eligible:

1. Pinned stories lead, all of them, in the edition's order.
2. Each followed organization and each keyword gets the best story that it names, up to a third of
   the digest together; each chosen topic gets its best story (its floor).
3. The rest comes by place in the edition. Places count in ratios: a story of a wanted kind ("more",
   followed, keyword) stands as if its place were a third, a story of a "less" topic as if it were four
   times as far back. That lifts without a scale that ranks would have to keep to.
4. Caps: no organization takes more than three tenths of a digest, no publisher (the one that leads a
   story) four, no topic five, and a "less" topic gives one story. The caps on publishers and topics
   give way only where the alternative is an empty place; a topic chosen alone has none.
5. A day with fewer than THIN stories of interest is thin: the reader gets the few, or nothing, or the
   best of other topics up to FILLED stories.

Candidates stand as bits in integers, so that a set operation over 300 stories costs one instruction
a word, and a choice of 15 about as many microseconds.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from digests.editions.preferences import Candidate, Preferences

THIN = 3
FILLED = 5
LIFT = 3
SINK = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen story. `why` is pinned, followed, publisher, keyword, topic, top or fill; `of` names which."""

    item_id: int
    story_id: int
    why: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A story not chosen, and the reason.

    It is language, received, muted_topic, muted_organization, muted_publisher, no_interest, less,
    cap_organization, cap_publisher, cap_topic, thin_day or length.
    """

    item_id: int
    reason: str


class Pool(Sequence[Candidate]):
    """An edition's candidates in order, indexed once for every reader."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self.everything = (1 << len(self.candidates)) - 1
        self.pinned = 0
        self.topics: dict[str, int] = {}
        self.organizations: dict[str, int] = {}
        self.publishers: dict[str, int] = {}
        self.leading: dict[str, int] = {}
        self.languages: dict[str, int] = {}
        self.stories: dict[int, int] = {}
        self._keywords: dict[str, int] = {}
        for index, candidate in enumerate(self.candidates):
            self._index(candidate, 1 << index)
        self.groups = [
            (c.organizations, c.topics, c.publishers[0] if c.publishers else "") for c in self.candidates
        ]

    def _index(self, candidate: Candidate, bit: int) -> None:
        if candidate.is_pinned:
            self.pinned |= bit
        for names, masks in (
            (candidate.topics, self.topics),
            (candidate.organizations, self.organizations),
            (candidate.publishers, self.publishers),
            (candidate.publishers[:1], self.leading),
            (candidate.languages, self.languages),
        ):
            for name in names:
                masks[name] = masks.get(name, 0) | bit
        self.stories[candidate.story_id] = self.stories.get(candidate.story_id, 0) | bit

    def __len__(self) -> int:
        return len(self.candidates)

    def __getitem__(self, index):  # type: ignore[no-untyped-def, override]
        """The candidate, or candidates, at `index`."""
        return self.candidates[index]

    def naming(self, keyword: str) -> int:
        """Those whose headline or summary holds `keyword`."""
        if keyword not in self._keywords:
            folded = keyword.casefold().strip()
            self._keywords[keyword] = (
                sum(1 << i for i, c in enumerate(self.candidates) if folded in c.words) if folded else 0
            )
        return self._keywords[keyword]


@dataclass(frozen=True)
class Selection:
    """What one reader gets of a pool, in the order of worth, and on demand why not the rest."""

    pool: Pool
    preferences: Preferences
    received: frozenset[int]
    chosen: tuple[Choice, ...]
    is_thin: bool

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Every candidate not chosen, with the first reason that holds."""
        taken = {choice.item_id for choice in self.chosen}
        caps = _Picks(self.pool, self.preferences)
        for index, candidate in enumerate(self.pool.candidates):
            if candidate.item_id in taken:
                caps.take(index)
        return tuple(
            LeftOut(candidate.item_id, self._reason(index, candidate, caps))
            for index, candidate in enumerate(self.pool.candidates)
            if candidate.item_id not in taken
        )

    def _reason(self, index: int, candidate: Candidate, caps: "_Picks") -> str:
        wishes, bit = self.preferences, 1 << index
        reasons = (
            ("received", candidate.story_id in self.received),
            ("muted_topic", not wishes.topics_muted.isdisjoint(candidate.topics)),
            ("muted_organization", not wishes.organizations_muted.isdisjoint(candidate.organizations)),
            ("muted_publisher", bool(_muted_publishers(self.pool, wishes) & bit)),
            ("language", wishes.languages.isdisjoint(candidate.languages)),
            ("thin_day", self.is_thin and not self.chosen),
            ("no_interest", not _interest(self.pool, wishes)[0] & bit),
            ("cap_organization", bool(caps.full_organizations & bit)),
            ("less", bool(caps.full_less & bit)),
            ("cap_publisher", bool(caps.full_publishers & bit)),
            ("cap_topic", bool(caps.full_topics & bit)),
        )
        return next((name for name, holds in reasons if holds), "length")


def select(
    preferences: Preferences, candidates: Sequence[Candidate], received: frozenset[int] = frozenset()
) -> Selection:
    """The reader's stories of `candidates`, best first; `received` are ids of stories got before.

    Pass a `Pool` to share its index among readers.
    """
    pool = candidates if isinstance(candidates, Pool) else Pool(candidates)
    eligible = _eligible(pool, preferences, received)
    interest, lifted, sunk = _interest(pool, preferences)
    picks = _Picks(pool, preferences)
    for index in _bits(eligible & pool.pinned):
        picks.take(index)
    wanted = eligible & interest & ~picks.mask
    _floors(pool, preferences, picks, wanted)
    _fill(picks, wanted, lifted, sunk, preferences.length)
    is_thin = len(picks.order) < THIN and len(picks.order) < preferences.length
    filled = 0
    if is_thin and preferences.thin_day == "skip":
        return Selection(pool, preferences, received, (), is_thin)
    if is_thin and preferences.thin_day == "fill":
        before = picks.mask
        _fill(picks, eligible & ~picks.mask, 0, 0, min(FILLED, preferences.length))
        filled = picks.mask & ~before
    order = _by_worth(picks, eligible & pool.pinned, lifted, sunk, filled)
    explain = _Explainer(pool, preferences)
    chosen = tuple(explain(index, is_fill=bool(filled >> index & 1)) for index in order)
    return Selection(pool, preferences, received, chosen, is_thin)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _union(masks: dict[str, int], names: frozenset[str]) -> int:
    found = 0
    for name in names:
        found |= masks.get(name, 0)
    return found


def _muted_publishers(pool: Pool, wishes: Preferences) -> int:
    muted = _union(pool.publishers, wishes.publishers_muted)
    for name, mask in pool.publishers.items() if muted else ():
        if name not in wishes.publishers_muted:
            muted &= ~mask
    return muted


def _eligible(pool: Pool, wishes: Preferences, received: frozenset[int]) -> int:
    eligible = _union(pool.languages, wishes.languages)
    eligible &= ~_union(pool.topics, wishes.topics_muted)
    eligible &= ~_union(pool.organizations, wishes.organizations_muted)
    if wishes.publishers_muted:
        eligible &= ~_muted_publishers(pool, wishes)
    seen = received & pool.stories.keys() if received else ()
    for story_id in seen:
        eligible &= ~pool.stories[story_id]
    return eligible


def _interest(pool: Pool, wishes: Preferences) -> tuple[int, int, int]:
    """What the reader may get at all, what of it is lifted, and what sunk."""
    lifted = _union(pool.topics, wishes.topics_more)
    lifted |= _union(pool.organizations, wishes.organizations_followed)
    lifted |= _union(pool.publishers, wishes.publishers_followed)
    for keyword in wishes.keywords:
        lifted |= pool.naming(keyword)
    sunk = _union(pool.topics, wishes.topics_less) & ~lifted
    if not wishes.topics_more and not wishes.topics_normal:
        return pool.everything, lifted, sunk
    return lifted | sunk | _union(pool.topics, wishes.topics_normal), lifted, sunk


class _Picks:
    """What is taken so far, and which groups are full."""

    def __init__(self, pool: Pool, wishes: Preferences) -> None:
        self.pool = pool
        self.order: list[int] = []
        self.mask = 0
        self.counts: dict[tuple[str, str] | str, int] = {}
        self.full_organizations = self.full_publishers = self.full_topics = self.full_less = 0
        self.less = wishes.topics_less
        self.organization_cap = max(1, wishes.length * 3 // 10)
        self.publisher_cap = max(2, wishes.length * 4 // 10)
        chosen = len(wishes.topics_more) + len(wishes.topics_normal)
        self.topic_cap = wishes.length if chosen == 1 else max(3, wishes.length // 2)

    def take(self, index: int) -> None:
        """Take the candidate at `index`, and close the groups it fills."""
        self.order.append(index)
        self.mask |= 1 << index
        organizations, topics, publisher = self.pool.groups[index]
        counts = self.counts
        for slug in organizations:
            key = ("o", slug)
            counts[key] = count = counts.get(key, 0) + 1
            if count >= self.organization_cap:
                self.full_organizations |= self.pool.organizations[slug]
        for slug in topics:
            counts[slug] = count = counts.get(slug, 0) + 1
            if count >= self.topic_cap:
                self.full_topics |= self.pool.topics[slug]
            if slug in self.less:
                self.full_less |= self.pool.topics[slug]
        if publisher:
            key = ("p", publisher)
            counts[key] = count = counts.get(key, 0) + 1
            if count >= self.publisher_cap:
                self.full_publishers |= self.pool.leading[publisher]


def _floors(pool: Pool, wishes: Preferences, picks: _Picks, wanted: int) -> None:
    """The best story of each followed organization, keyword and chosen topic that has none yet."""
    named = [pool.naming(keyword) for keyword in sorted(wishes.keywords)]
    named += [pool.organizations.get(slug, 0) for slug in sorted(wishes.organizations_followed)]
    end = min(wishes.length, len(picks.order) + max(1, wishes.length // 3))
    _best_of_each(named, picks, wanted, end)
    chosen = sorted(wishes.topics_more) + sorted(wishes.topics_normal)
    _best_of_each([pool.topics.get(slug, 0) for slug in chosen], picks, wanted, wishes.length)


def _best_of_each(masks: list[int], picks: _Picks, wanted: int, end: int) -> None:
    for mask in masks:
        if len(picks.order) >= end:
            return
        if mask & picks.mask:
            continue
        left = mask & wanted & ~picks.full_organizations & ~picks.full_less
        left = left & ~picks.full_publishers & ~picks.full_topics or left
        if left:
            picks.take((left & -left).bit_length() - 1)


def _fill(picks: _Picks, wanted: int, lifted: int, sunk: int, length: int) -> None:
    """Take the best of `wanted` until `length`: within every cap, then beyond those that give way."""
    for is_bending in (False, True):
        while len(picks.order) < length:
            left = wanted & ~(picks.mask | picks.full_organizations | picks.full_less & sunk)
            if not is_bending:
                left &= ~(picks.full_publishers | picks.full_topics)
            if not left:
                break
            picks.take(_best(left, lifted, sunk))


def _best(left: int, lifted: int, sunk: int) -> int:
    """The index of the best place in `left`, a lifted one's divided by LIFT, a sunk one's times SINK."""
    plain = left & ~(lifted | sunk)
    raised, lowered = left & lifted, left & sunk
    best, worth = -1, float("inf")
    if plain:
        best = (plain & -plain).bit_length() - 1
        worth = best + 1.0
    if raised:
        index = (raised & -raised).bit_length() - 1
        if (index + 1) / LIFT < worth:
            best, worth = index, (index + 1) / LIFT
    if lowered:
        index = (lowered & -lowered).bit_length() - 1
        if (index + 1.0) * SINK < worth:
            best = index
    return best


def _by_worth(picks: _Picks, pinned: int, lifted: int, sunk: int, filled: int) -> list[int]:
    """Pinned first, fillers last, the others by their weighed place."""

    def worth(index: int) -> tuple[int, float]:
        bit = 1 << index
        if pinned & bit:
            return 0, index
        if filled & bit:
            return 2, index
        if lifted & bit:
            return 1, (index + 1) / LIFT
        return 1, (index + 1.0) * (SINK if sunk & bit else 1)

    return heapq.nsmallest(len(picks.order), picks.order, key=worth)


class _Explainer:
    """Names the strongest reason for which a candidate is in a reader's digest."""

    def __init__(self, pool: Pool, wishes: Preferences) -> None:
        self.pool = pool
        self.wishes = wishes
        self.chosen = wishes.topics_more | wishes.topics_normal
        self.keywords = [(keyword, pool.naming(keyword)) for keyword in sorted(wishes.keywords)]

    def __call__(self, index: int, *, is_fill: bool) -> Choice:
        candidate = self.pool.candidates[index]
        why, of = self._reason(index, candidate, is_fill=is_fill)
        return Choice(candidate.item_id, candidate.story_id, why, of)

    def _reason(self, index: int, candidate: Candidate, *, is_fill: bool) -> tuple[str, str]:
        if candidate.is_pinned:
            return "pinned", ""
        if is_fill:
            return "fill", ""
        wishes = self.wishes
        for slug in candidate.organizations if wishes.organizations_followed else ():
            if slug in wishes.organizations_followed:
                return "followed", slug
        for keyword, mask in self.keywords:
            if mask >> index & 1:
                return "keyword", keyword
        for wanted in (wishes.topics_more, self.chosen, wishes.topics_less) if self.chosen else ():
            for slug in candidate.topics:
                if slug in wanted:
                    return "topic", slug
        for slug in candidate.publishers if wishes.publishers_followed else ():
            if slug in wishes.publishers_followed:
                return "publisher", slug
        return "top", ""
