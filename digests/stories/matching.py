"""Phrases found in text: Aho-Corasick with the boundaries of Korean and Latin words.

The one door to pyahocorasick. Substrings are the field's classic defect ("ai" in "training", 메타 in
메타버스, KT in KTX), so a match must keep these boundaries:

1. A Latin end needs a neighbour that is neither a Latin letter nor a digit; a Hangul particle may
   follow ("GPT가").
2. A phrase that starts with Hangul must not follow a Hangul syllable, unless it `joins`.
3. A phrase that ends with Hangul may be followed by particles and suffixes of names, else by no
   Hangul, unless it `joins`.
4. Of overlapping matches in one lane the longest wins, then the earliest; blockers compete as
   matches and then count for nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ahocorasick

from digests.stories.shipped import shipped_words

# What may stand between a name and the end of its word: particles, and a few nouns that names take
# ("오픈AI측", "네이버발"). Chains such as 에서는 are made of them.
PARTICLES = shipped_words("particles")
WORD_END = re.compile(rf"(?:{'|'.join(sorted(PARTICLES, key=len, reverse=True))}){{0,3}}(?![가-힣])")

HANGUL = re.compile(r"[가-힣]")
LATIN = re.compile(r"[A-Za-z0-9À-ɏ]")
ADDRESS_END = re.compile(r"\.(?:com|net|org|co|kr|ai|io|dev)(?![A-Za-z])|@", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """A phrase to find: what it speaks for (`of`), how much, and how it matches.

    `lane` is the field of competition: matches of one lane must not overlap.
    """

    text: str
    lane: str
    of: str
    weight: float = 1.0
    kind: str = ""
    matches_case: bool = False
    is_strict: bool = False
    joins: bool = False
    is_blocker: bool = False


@dataclass(frozen=True)
class Match:
    """A phrase found at [start, end) of the text."""

    phrase: Phrase
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case with every character in its place: those that would grow stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


class Matcher:
    """All phrases in one automaton; reading a text costs its length, not the number of phrases."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_form: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for form in forms(phrase.text):
                by_form[form].append(phrase)
        self._automaton: Any = ahocorasick.Automaton()
        for form, found in by_form.items():
            self._automaton.add_word(form, (len(form), tuple(found)))
        self._is_empty = not by_form
        if by_form:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Match]:
        """Every match that keeps the boundaries and wins its lane, blockers left out, in text order."""
        if self._is_empty:
            return []
        lanes: dict[str, list[Match]] = defaultdict(list)
        for last, (length, phrases) in self._automaton.iter(fold(text)):
            start, end = last + 1 - length, last + 1
            for phrase in phrases:
                if phrase.matches_case and text[start:end] != phrase.text:
                    continue
                if _stands_alone(text, start, end, joins=phrase.joins or phrase.is_blocker):
                    lanes[phrase.lane].append(Match(phrase, start, end))
        winners = [match for matches in lanes.values() for match in _longest(matches)]
        return sorted(
            (match for match in winners if not match.phrase.is_blocker),
            key=lambda match: (match.start, -match.end, match.phrase.lane, match.phrase.of),
        )


def forms(text: str) -> tuple[str, ...]:
    """How a phrase may be written: as it is, and between Hangul words also without the space."""
    form = fold(text)
    joined = re.sub(r"(?<=[가-힣]) (?=[가-힣])", "", form)
    return (form,) if joined == form else (form, joined)


def _stands_alone(text: str, start: int, end: int, *, joins: bool) -> bool:
    before = text[start - 1] if start else " "
    first, last = text[start], text[end - 1]
    after = text[end : end + 1] or " "
    if LATIN.match(first) and LATIN.match(before):
        return False
    if LATIN.match(last) and LATIN.match(after):
        return False
    if LATIN.match(last) and ADDRESS_END.match(text, end):
        return False  # naver.com is an address, not news of Naver
    if joins:
        return True
    if HANGUL.match(first) and HANGUL.match(before):
        return False
    return not (HANGUL.match(last) and HANGUL.match(after)) or bool(WORD_END.match(text, end))


def _longest(matches: list[Match]) -> list[Match]:
    taken: list[Match] = []
    owner: dict[int, Match] = {}  # who holds each character; phrases are short, so this stays linear
    ordered = sorted(matches, key=lambda m: (m.start - m.end, m.start, not m.phrase.is_blocker, m.phrase.of))
    for match in ordered:
        rivals = {id(owner[at]): owner[at] for at in range(match.start, match.end) if at in owner}
        if not rivals:
            owner |= dict.fromkeys(range(match.start, match.end), match)
            taken.append(match)
        elif len(rivals) == 1:
            # One span may speak for two, unless a blocker holds it.
            rival = next(iter(rivals.values()))
            is_same_span = (rival.start, rival.end) == (match.start, match.end)
            if is_same_span and not rival.phrase.is_blocker and not match.phrase.is_blocker:
                taken.append(match)
    return taken
