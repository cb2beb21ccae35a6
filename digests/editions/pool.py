"""An edition's candidates, indexed once for every reader. Pure.

Candidates stand as bits in integers, so that a set operation over 300 stories costs one instruction
a word.
"""

from collections.abc import Sequence
from typing import NamedTuple

from digests.editions.preferences import Candidate

# A group of stories, how many of them one digest takes, and the reason that tells.
Cap = tuple[int, int, str]


class Choice(NamedTuple):
    """A chosen story. `why` is pinned, followed, publisher, keyword, topic, top or fill; `of` names which."""

    item_id: int
    story_id: int
    why: str
    of: str = ""


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
        # Stories that one outlet tells alone: muting it mutes them.
        self.alone: dict[str, int] = {}
        self._keywords: dict[str, int] = {}
        self._caps: dict[tuple[int, bool], list[tuple[Cap, ...]]] = {}
        for index, candidate in enumerate(self.candidates):
            self._index(candidate, 1 << index)
        # Most choices are of these kinds, and the same for every reader.
        self.top = [Choice(c.item_id, c.story_id, "top") for c in self.candidates]
        self.of_topic = [
            {slug: Choice(c.item_id, c.story_id, "topic", slug) for slug in c.topics} for c in self.candidates
        ]

    def _index(self, candidate: Candidate, bit: int) -> None:
        if candidate.is_pinned:
            self.pinned |= bit
        for names, masks in (
            (candidate.topics, self.topics),
            (candidate.organizations, self.organizations),
            (candidate.publishers, self.publishers),
            (candidate.publishers[:1], self.leading),
            (candidate.publishers if len(candidate.publishers) == 1 else (), self.alone),
            (candidate.languages, self.languages),
        ):
            for name in names:
                masks[name] = masks.get(name, 0) | bit
        self.stories[candidate.story_id] = self.stories.get(candidate.story_id, 0) | bit

    def __len__(self) -> int:
        return len(self.candidates)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        """The candidate, or candidates, at `index`."""
        return self.candidates[index]

    def choice(self, index: int, why: str, of: str = "") -> Choice:
        """The candidate at `index`, chosen for a reason."""
        candidate = self.candidates[index]
        return Choice(candidate.item_id, candidate.story_id, why, of)

    def naming(self, keyword: str) -> int:
        """Those whose headline or summary holds `keyword`."""
        if keyword not in self._keywords:
            folded = keyword.casefold().strip()
            self._keywords[keyword] = (
                sum(1 << i for i, c in enumerate(self.candidates) if folded in c.words) if folded else 0
            )
        return self._keywords[keyword]

    def caps(self, length: int, *, is_one_topic: bool) -> list[tuple[Cap, ...]]:
        """For each candidate the caps it may meet: organizations', its leading publisher's, topics'.

        Groups too small to reach their cap are left out.
        """
        key = (length, is_one_topic)
        if key not in self._caps:
            organization, publisher = max(1, length * 3 // 10), max(2, length * 4 // 10)
            topic = length if is_one_topic else max(3, length // 2)
            self._caps[key] = [
                tuple(
                    (masks[name], cap, reason)
                    for names, masks, cap, reason in (
                        (c.organizations, self.organizations, organization, "cap_organization"),
                        (c.publishers[:1], self.leading, publisher, "cap_publisher"),
                        (c.topics, self.topics, topic, "cap_topic"),
                    )
                    for name in names
                    if masks[name].bit_count() > cap
                )
                for c in self.candidates
            ]
        return self._caps[key]
