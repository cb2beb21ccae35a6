"""Where a story's own numbers do not agree, for the curator to look at. Pure.

Two signs: a slip of a power of ten (500B beside 5000B), and two close but different values of the
same thing (5190억 and 6850억 parameters). Rounded forms of one value do not disagree.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from digests.stories.shipped import shipped_words
from digests.text.figures import Figure, find_figures
from digests.text.sentences import split_sentences

READ_LENGTH = 8_000
READ_FIGURES = 200  # a table of numbers contradicts nothing
MOST = 5
CLOSE = Decimal("2.5")

# What is counted, whatever it is called.
_SAME = {
    "파라미터": "매개변수",
    "parameters": "매개변수",
    "parameter": "매개변수",
    "이용자": "사용자",
    "가입자": "사용자",
}
_NOUN_AFTER = re.compile(
    r"^\)?\s?(?:개|여\s?개|급|규모)?(?:의|인)?\s?(?:규모의\s)?([가-힣]{2,8}|parameters?|users?)"
)
_NOUN_BEFORE = re.compile(
    r"(매개변수|파라미터|매출|투자금?|직원|사용자|이용자|가입자|기업가치|"
    r"예산)[는은이가을를도만]?\s(?:총\s|약\s)?\(?$"
)
_PARTICLE = re.compile(r"(?:으로|에서|까지|보다|로|를|을|은|는|이|가|의|에|와|과|도|만)$")
# Sentences that compare, count a part, or speak of another time may give another number.
_OTHER = re.compile(
    r"보다|대비|늘어|줄어|증가|감소|활성화|전년|지난해|작년|최대 매개변수는|소형|중형|이하|이상의|"
    r"목표|각각|경쟁사|비교|\bthan\b|\bfrom\b|\bup to\b|active"
)


@dataclass(frozen=True)
class _Said:
    figure: Figure
    noun: str
    sentence: str
    compares: bool


def find_contradictions(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Pairs of figures that disagree: [{"figures": [two as written], "sentences": [two]}], few and clear."""
    said = [one for text in texts for one in _said(text)]
    found: list[dict[str, Any]] = []
    seen: set[frozenset[tuple[Decimal, str]]] = set()
    for first, second in combinations(said, 2):
        if len(found) >= MOST:
            break
        pair = frozenset(((first.figure.value, first.figure.unit), (second.figure.value, second.figure.unit)))
        if len(pair) < 2 or pair in seen:
            continue
        if _is_slip(first, second) or _is_other_value(first, second):
            seen.add(pair)
            found.append(
                {
                    "figures": [first.figure.text, second.figure.text],
                    "sentences": [first.sentence, second.sentence],
                }
            )
    return found


def _said(text: str) -> list[_Said]:
    found: list[_Said] = []
    read = 0
    for sentence in split_sentences(text[:READ_LENGTH]):
        line = " ".join(sentence.text.split())
        for figure in find_figures(line):
            if figure.value < 1000 and figure.unit not in ("%", "배"):
                continue
            read += 1
            if read > READ_FIGURES:
                return []
            noun = _noun(line, figure)
            if noun in _STEADY or _LATIN_SIZES.match(figure.text):
                found.append(_Said(figure, noun, line[:300], bool(_OTHER.search(line))))
    return found


def _noun(line: str, figure: Figure) -> str:
    after = _NOUN_AFTER.match(line[figure.end :])
    if after:
        noun = _PARTICLE.sub("", after[1]) or after[1]
        noun = _SAME.get(noun, noun)
        if len(noun) >= 2 and noun not in _VERBS:
            return noun
    before = _NOUN_BEFORE.search(line[: figure.start])
    return _SAME.get(before[1], before[1]) if before else ""


_VERBS = frozenset(shipped_words("no_nouns"))


_LATIN_SIZES = re.compile(r"(?<![A-Za-z0-9.])\d[\d.,]*[BTM](?![A-Za-z])")


def _is_slip(first: _Said, second: _Said) -> bool:
    """The same digits written with the same scale, ten or a hundred times apart, of model sizes."""
    low, high = sorted((first.figure.value, second.figure.value))
    if first.figure.unit != second.figure.unit or low == 0 or high / low not in (10, 100):
        return False
    scales = {re.sub(r"[\d.,\s]", "", one.figure.text)[:1] for one in (first, second)}
    digits = {re.sub(r"\D", "", one.figure.text).rstrip("0") for one in (first, second)}
    if len(scales) != 1 or not scales <= {"B", "T", "M"} or len(digits) != 1:
        return False
    # A sentence that lists models of several sizes may well list one ten times another.
    return all(len(_LATIN_SIZES.findall(one.sentence)) == 1 for one in (first, second))


def _is_other_value(first: _Said, second: _Said) -> bool:
    if first.figure.unit != second.figure.unit or not first.noun or first.noun != second.noun:
        return False
    if first.compares or second.compares or first.noun not in _STEADY:
        return _is_whole_against_part(first, second)
    return _disagree(first.figure.value, second.figure.value)


# What an event has only one of.
_STEADY = frozenset(["매개변수", "기업가치", "예산", "사용자", "직원", "매출"])


def _is_whole_against_part(first: _Said, second: _Said) -> bool:
    """A sentence may give the whole beside the active part; the wholes must still agree."""
    if first.noun != "매개변수" or "보다" in first.sentence + second.sentence:
        return False
    wholes = [one for one in (first, second) if one.figure.value >= _largest(one.sentence)]
    return len(wholes) == 2 and _disagree(first.figure.value, second.figure.value)


def _largest(sentence: str) -> Decimal:
    return max((figure.value for figure in find_figures(sentence)), default=Decimal(0))


def _disagree(first: Decimal, second: Decimal) -> bool:
    low, high = sorted((first, second))
    if low <= 0 or high / low > CLOSE:
        return False
    # 519B told as 500B or 520B is rounding, not another value.
    return not any(_rounded(high, digits) == _rounded(low, digits) for digits in (1, 2)) and not (
        _is_round(low) and abs(high - low) / high < Decimal("0.1")
    )


def _rounded(value: Decimal, digits: int) -> Decimal:
    return Decimal(f"%.{digits}g" % value)


def _is_round(value: Decimal) -> bool:
    return len(value.normalize().as_tuple().digits) == 1
