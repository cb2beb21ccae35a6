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
   give way only where the alternative is an empty place or a chosen topic without its story, the
   topics' first; a topic chosen alone has none.
5. A day with fewer than THIN stories of interest is thin: the reader gets the few, or nothing, or the
   best of other topics up to FILLED stories.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from digests.editions.pool import Choice, Pool
from digests.editions.preferences import Candidate, Preferences

__all__ = ["Candidate", "Choice", "LeftOut", "Pool", "Preferences", "Selection", "select"]

THIN = 3
FILLED = 5
LIFT = 3
SINK = 4
NOWHERE = 1 << 60


class LeftOut(NamedTuple):
    """A story not chosen, and the reason.

    It is language, received, muted_topic, muted_organization, muted_publisher, no_interest, less,
    cap_organization, cap_publisher, cap_topic, thin_day or length.
    """

    item_id: int
    reason: str


class Selection:
    """What one reader gets of a pool, in the order of worth, and on demand why not the rest."""

    def __init__(
        self, wishes: "_Wishes", received: frozenset[int], chosen: tuple[Choice, ...], *, is_thin: bool
    ) -> None:
        self.pool = wishes.pool
        self.chosen = chosen
        self.is_thin = is_thin
        self._wishes = wishes
        self._received = received

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Every candidate not chosen, with the first reason that holds."""
        taken = {choice.item_id for choice in self.chosen}
        picks = _Picks(self._wishes)
        for index, candidate in enumerate(self.pool.candidates):
            if candidate.item_id in taken:
                picks.mask |= 1 << index
        return tuple(
            LeftOut(candidate.item_id, self._reason(index, candidate, picks))
            for index, candidate in enumerate(self.pool.candidates)
            if candidate.item_id not in taken
        )

    def _reason(self, index: int, candidate: Candidate, picks: "_Picks") -> str:
        wishes, wanted = self._wishes, self._wishes.preferences
        reasons = (
            ("received", candidate.story_id in self._received),
            ("muted_topic", not wanted.topics_muted.isdisjoint(candidate.topics)),
            ("muted_organization", not wanted.organizations_muted.isdisjoint(candidate.organizations)),
            ("muted_publisher", bool(_muted_publishers(self.pool, wanted) >> index & 1)),
            ("language", wanted.languages.isdisjoint(candidate.languages)),
            ("thin_day", self.is_thin and not self.chosen),
            ("no_interest", not wishes.interest >> index & 1),
        )
        return next((name for name, holds in reasons if holds), "") or picks.objection(index) or "length"


def select(
    preferences: Preferences, candidates: Sequence[Candidate], received: frozenset[int] = frozenset()
) -> Selection:
    """The reader's stories of `candidates`, best first; `received` are ids of stories got before.

    Pass a `Pool` to share its index among readers.
    """
    pool = candidates if isinstance(candidates, Pool) else Pool(candidates)
    wishes = _Wishes(preferences, pool)
    eligible = _eligible(pool, preferences, received)
    picks = _Picks(wishes)
    for index in _bits(eligible & pool.pinned):
        picks.take(index, index - NOWHERE)
    wanted = eligible & wishes.interest & ~picks.mask
    _floors(wishes, picks, wanted)
    picks.fill(wanted & ~picks.mask, preferences.length)
    count = len(picks.order)
    is_thin = count < THIN and count < preferences.length
    if is_thin and preferences.thin_day == "skip":
        return Selection(wishes, received, (), is_thin=True)
    if is_thin and preferences.thin_day == "fill":
        picks.fill(eligible & ~picks.mask, min(FILLED, preferences.length), later=NOWHERE)
    picks.order.sort()
    explain = wishes.explain
    chosen = tuple(
        [explain(index) if worth < NOWHERE else pool.choice(index, "fill") for worth, index in picks.order]
    )
    return Selection(wishes, received, chosen, is_thin=is_thin)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _union(masks: dict[str, int], names: frozenset[str]) -> int:
    found = 0
    for name in names:
        if name in masks:
            found |= masks[name]
    return found


def _muted_publishers(pool: Pool, wanted: Preferences) -> int:
    once = twice = 0
    for name in wanted.publishers_muted:
        mask = pool.publishers.get(name, 0)
        twice |= once & mask
        once |= mask
    muted = _union(pool.alone, wanted.publishers_muted)
    for index in _bits(twice):
        if wanted.publishers_muted.issuperset(pool.candidates[index].publishers):
            muted |= 1 << index
    return muted


def _eligible(pool: Pool, wanted: Preferences, received: frozenset[int]) -> int:
    eligible = _union(pool.languages, wanted.languages)
    if wanted.topics_muted:
        eligible &= ~_union(pool.topics, wanted.topics_muted)
    if wanted.organizations_muted:
        eligible &= ~_union(pool.organizations, wanted.organizations_muted)
    if wanted.publishers_muted:
        eligible &= ~_muted_publishers(pool, wanted)
    seen = received & pool.stories.keys() if received else ()
    for story_id in seen:
        eligible &= ~pool.stories[story_id]
    return eligible


class _Wishes:
    """A reader's preferences as sets of one pool: what may be chosen at all, what is lifted, what sunk."""

    __slots__ = ("followed", "interest", "lifted", "marked", "named", "pool", "preferences", "sunk")

    def __init__(self, preferences: Preferences, pool: Pool) -> None:
        self.preferences = preferences
        self.pool = pool
        self.followed = _union(pool.organizations, preferences.organizations_followed)
        self.named = [(keyword, pool.naming(keyword)) for keyword in sorted(preferences.keywords)]
        # Those whose reason is not their topic.
        self.marked = pool.pinned | self.followed
        lifted = _union(pool.topics, preferences.topics_more) | self.followed
        if preferences.publishers_followed:
            lifted |= _union(pool.publishers, preferences.publishers_followed)
        for _keyword, mask in self.named:
            lifted |= mask
            self.marked |= mask
        self.lifted = lifted
        self.sunk = _union(pool.topics, preferences.topics_less) & ~lifted
        self.interest = pool.everything
        if preferences.topics_more or preferences.topics_normal:
            self.interest = lifted | self.sunk | _union(pool.topics, preferences.topics_normal)

    def explain(self, index: int) -> Choice:
        """The strongest reason for which a candidate of interest is in the reader's digest."""
        pool, wanted = self.pool, self.preferences
        if self.marked >> index & 1:
            return self._explain_marked(index)
        if wanted.topics_more or wanted.topics_normal:
            told = pool.of_topic[index]
            for slug in told:
                if slug in wanted.topics_more:
                    return told[slug]
            for slug in told:
                if slug in wanted.topics_normal:
                    return told[slug]
            for slug in told:
                if slug in wanted.topics_less:
                    return told[slug]
        for slug in pool.candidates[index].publishers if wanted.publishers_followed else ():
            if slug in wanted.publishers_followed:
                return pool.choice(index, "publisher", slug)
        return pool.top[index]

    def _explain_marked(self, index: int) -> Choice:
        candidate = self.pool.candidates[index]
        if candidate.is_pinned:
            return self.pool.choice(index, "pinned")
        for slug in candidate.organizations:
            if slug in self.preferences.organizations_followed:
                return self.pool.choice(index, "followed", slug)
        keyword = next(keyword for keyword, mask in self.named if mask >> index & 1)
        return self.pool.choice(index, "keyword", keyword)


class _Picks:
    """What is taken so far, each with its worth (low is good), and what the caps say of the rest."""

    __slots__ = ("caps", "mask", "order", "wishes")

    def __init__(self, wishes: _Wishes) -> None:
        wanted = wishes.preferences
        is_one_topic = len(wanted.topics_more) + len(wanted.topics_normal) == 1
        self.wishes = wishes
        self.caps = wishes.pool.caps(wanted.length, is_one_topic=is_one_topic)
        self.order: list[tuple[int, int]] = []
        self.mask = 0

    def take(self, index: int, worth: int) -> None:
        """Take the candidate at `index`."""
        self.order.append((worth, index))
        self.mask |= 1 << index

    def objection(self, index: int) -> str:
        """Which cap the candidate would break; an organization's before a publisher's before a topic's."""
        taken = self.mask
        if self.wishes.sunk >> index & 1:
            pool, less = self.wishes.pool, self.wishes.preferences.topics_less
            for slug in pool.candidates[index].topics:
                if slug in less and pool.topics[slug] & taken:
                    return "less"
        for group, cap, reason in self.caps[index]:
            if (group & taken).bit_count() >= cap:
                return reason
        return ""

    def worth(self, index: int) -> int:
        """The place of a candidate, weighed: a lifted one's divided by LIFT, a sunk one's times SINK."""
        place = index + 1
        if self.wishes.lifted >> index & 1:
            return place
        return place * LIFT * SINK if self.wishes.sunk >> index & 1 else place * LIFT

    def fill(self, wanted: int, length: int, later: int = 0) -> None:
        """Take the best of `wanted` until `length`: within the caps, then past topics', then outlets'.

        `later` is added to the worth of what is taken, and then nothing is lifted or sunk.
        """
        lifted, sunk = (0, 0) if later else (self.wishes.lifted, self.wishes.sunk)
        room = length - len(self.order)
        if room <= 0:
            return
        waiting: dict[str, list[tuple[int, int]]] = {"cap_topic": [], "cap_publisher": []}
        caps, order, taken = self.caps, self.order, self.mask
        for worth, index in _by_worth(wanted, lifted, sunk):
            objection = ""
            if sunk >> index & 1:
                objection = self.objection(index)
            else:  # as `objection` says, without the call: this loop is most of a selection
                for group, cap, reason in caps[index]:
                    if (group & taken).bit_count() >= cap:
                        objection = reason
                        break
            if not objection:
                order.append((worth + later, index))
                self.mask = taken = taken | 1 << index
                room -= 1
                if not room:
                    return
            elif objection in waiting:
                waiting[objection].append((worth, index))
        self._bend(waiting, room, later)

    def _bend(self, waiting: dict[str, list[tuple[int, int]]], room: int, later: int) -> None:
        """Fill what is left of the room from those that a cap kept waiting, topics' before outlets'."""
        for allowed in ("cap_topic", "cap_publisher"):
            for worth, index in waiting[allowed]:
                objection = self.objection(index)
                if objection == "cap_publisher" != allowed:
                    waiting[objection].append((worth, index))
                elif objection in ("", *waiting):
                    self.take(index, worth + later)
                    room -= 1
                    if not room:
                        return
            waiting["cap_publisher"].sort()


def _by_worth(wanted: int, lifted: int, sunk: int) -> Iterator[tuple[int, int]]:
    """The candidates of `wanted` with their weighed places, best first: a merge of three ordered sets."""
    raised, lowered = wanted & lifted, wanted & sunk
    plain = wanted ^ raised ^ lowered
    first = (raised & -raised).bit_length() or NOWHERE
    second = (plain & -plain).bit_length() * LIFT or NOWHERE
    third = (lowered & -lowered).bit_length() * LIFT * SINK or NOWHERE
    while True:
        if first <= second and first <= third:
            if first == NOWHERE:
                return
            yield first, first - 1
            raised &= raised - 1
            first = (raised & -raised).bit_length() or NOWHERE
        elif second <= third:
            yield second, second // LIFT - 1
            plain &= plain - 1
            second = (plain & -plain).bit_length() * LIFT or NOWHERE
        else:
            yield third, third // (LIFT * SINK) - 1
            lowered &= lowered - 1
            third = (lowered & -lowered).bit_length() * LIFT * SINK or NOWHERE


def _floors(wishes: _Wishes, picks: _Picks, wanted: int) -> None:
    """The best story of each followed organization, keyword and chosen topic that has none yet."""
    pool, preferences = wishes.pool, wishes.preferences
    length = preferences.length
    if wishes.named or wishes.followed:
        masks = [mask for _keyword, mask in wishes.named]
        masks += [pool.organizations.get(slug, 0) for slug in sorted(preferences.organizations_followed)]
        _best_of_each(masks, picks, wanted, min(length, len(picks.order) + max(1, length // 3)))
    if preferences.topics_more or preferences.topics_normal:
        chosen = sorted(preferences.topics_more) + sorted(preferences.topics_normal)
        _best_of_each([pool.topics.get(slug, 0) for slug in chosen], picks, wanted, length)


def _best_of_each(masks: list[int], picks: _Picks, wanted: int, end: int) -> None:
    for mask in masks:
        if len(picks.order) >= end:
            return
        if mask & picks.mask or not mask & wanted:
            continue
        second_best = -1
        best = (mask & wanted & -(mask & wanted)).bit_length() - 1
        if not picks.objection(best):
            picks.take(best, picks.worth(best))
            continue
        for index in _bits(mask & wanted):
            objection = picks.objection(index)
            if not objection:
                picks.take(index, picks.worth(index))
                break
            if second_best < 0 and objection in ("cap_topic", "cap_publisher"):
                second_best = index
        else:
            if second_best >= 0:
                picks.take(second_best, picks.worth(second_best))
