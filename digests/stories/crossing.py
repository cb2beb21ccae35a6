"""Whether a text in one language says only what texts in another say. Pure.

Grounding compares words; across languages it is right about money, percentages and known names, but
refuses counters ("42곳" from "42 institutes"), dates and the names of countries. Those are forgiven
here where the other language has the counterpart, and Korean names that no Latin text can prove are
refused.
"""

import calendar
import re
from collections.abc import Sequence
from decimal import Decimal

from digests.stories.fingerprints import letters
from digests.stories.grounding import ungrounded
from digests.stories.shipped import shipped_words
from digests.text.figures import find_figures

MONEY_AND_SHARES = frozenset({"%", "%p", "원", "달러", "위안", "유로", "엔", "파운드", "배"})
DATES = frozenset({"년", "월", "일", "시간", "분", "초", "개월", "주"})
_SPANS = {
    "시간": "hour",
    "분": "minute",
    "초": "second",
    "개월": "month",
    "주": "week",
    "일": "day",
    "년": "year",
}
_MONTHS = {number: name for number, name in enumerate(calendar.month_name) if name}
# Words that a translation has to write differently, "한국 Korea", and small English words.
_ENGLISH: dict[str, set[str]] = {}
_KOREAN: dict[str, set[str]] = {}
for _korean, _english in (pair.split() for pair in shipped_words("counterparts")):
    _ENGLISH.setdefault(_english.lower(), set()).add(_korean)
    _KOREAN.setdefault(_korean, set()).add(_english.lower())
_SMALL_WORDS = frozenset(shipped_words("sentence_starts"))
_PLACES_AND_DAYS = frozenset(shipped_words("places_and_days"))
_NAMED = re.compile(
    r"(?<![가-힣])([가-힣]{2,4})\s(?:[가-힣A-Za-z0-9]+\s){0,2}?(?:대표|최고경영자|CEO|CTO|회장|사장|교수|박사|장관|총리|"
    r"대통령|원장|연구원|의장|부사장|대변인)"
)
_MONTH = rf"(?:{'|'.join(name[:3] for name in _MONTHS.values())})[a-z]*\.?"
_HANGUL_WORD = re.compile(r"[가-힣]{2,}")


def unsaid(text: str, sources: Sequence[str], *, is_translation: bool) -> list[str]:
    """What `text` says that no source does; as `grounding.ungrounded`, across languages if need be."""
    found = [one for one in ungrounded(text, sources) if one.lower() not in _SMALL_WORDS]
    if not is_translation:
        return found
    source = "\n".join(sources)
    words = {word.lower() for word in re.findall(r"[A-Za-z][A-Za-z.]*[A-Za-z]", source)}
    kept = [one for one in found if not _has_counterpart(one, source)]
    is_korean = bool(re.search(r"[가-힣]", text))
    if is_korean:
        kept += _unproved_korean(text, source, words)
    return list(dict.fromkeys(kept))


def _has_counterpart(phrase: str, source: str) -> bool:
    figures = find_figures(phrase)
    if figures:
        return all(_has_figure(figure.value, figure.unit, source) for figure in figures)
    return any(korean in source for korean in _ENGLISH.get(phrase.lower(), ()))


def _has_figure(value: Decimal, unit: str, source: str) -> bool:
    """Whether a source has the value with a unit that this one may translate."""
    number = re.escape(f"{value.normalize():f}")
    if unit == "배":
        return bool(re.search(rf"(?<![\d.]){number}\s?(?:x\b|times|-fold)", source))
    if unit in MONEY_AND_SHARES:
        return False
    if unit == "월":
        return value in _MONTHS and bool(re.search(rf"\b{_MONTHS[int(value)][:3]}", source))
    if unit == "일" and re.search(rf"\b{_MONTH}\s{number}(?!\d)|(?<!\d){number}\s{_MONTH}", source):
        return True
    if unit == "년" and 1900 <= value <= 2100:
        return bool(re.search(rf"(?<!\d){number}(?!\d)", source))
    if unit in DATES:
        return bool(re.search(rf"(?<![\d.]){number}[\s-]{_SPANS.get(unit, unit)}", source))
    counted = (figure for figure in find_figures(source) if figure.unit not in MONEY_AND_SHARES | DATES)
    return any(figure.value == value for figure in counted)


def _unproved_korean(text: str, source: str, words: set[str]) -> list[str]:
    """Korean persons before a title, and places and days, that the other language's texts do not name."""
    told = letters(source)
    found = [match[1] for match in _NAMED.finditer(text) if match[1] not in told and match[1] not in _KOREAN]
    words_of_text = _HANGUL_WORD.findall(text)
    return found + [
        korean
        for korean in sorted(_PLACES_AND_DAYS)
        if korean not in source and not _KOREAN[korean] & words
        if any(word.startswith(korean) for word in words_of_text)
    ]
