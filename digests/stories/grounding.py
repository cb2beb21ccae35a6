"""Whether a summary says only what its sources say: numbers, dates, names and quotations. Pure.

A gate for texts an assistant wrote, a warning for a curator's. It looks for what is checkable:

- every number after unit normalisation (5천억 = 500B), so a date is a number of days or months;
- every Latin name, and every Latin word that starts in a capital inside a sentence;
- every organization, product and person of the taxonomy, in either language;
- every Korean name before a title ("홍길동 대표"), and every Korean word that is a name by its form;
- every quotation, letter by letter;
- and in a sentence that all but copies one of a source, every figure and name of that one sentence.
"""

import calendar
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from digests.stories.fingerprints import letters
from digests.stories.matching import PARTICLES, Matcher, Phrase
from digests.stories.shipped import shipped_organizations, shipped_words
from digests.text.figures import find_figures
from digests.text.sentences import split_sentences

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.&+'’\-][A-Za-z0-9]+)*")
_QUOTE = re.compile(r"[“\"]([^”\"\n]{4,})[”\"]|‘([^’\n]{4,})’|(?<!\w)'([^'\n]{4,})'(?!\w)")
_TITLES = (
    "대표이사|대표|최고경영자|CEO|CTO|CFO|COO|회장|부회장|사장|부사장|전무|상무|의장|이사장|이사|"
    "교수|박사|연구원|장관|차관|총리|부총리|"
    "대통령|원장|총장|위원장|위원|센터장|팀장|본부장|실장|국장|의원|시장|지사|대변인|변호사|기자|"
    "애널리스트|창업자|공동창업자|담당"
)
_PERSON = re.compile(
    rf"(?<![가-힣])([가-힣]{{2,4}})\s(?:[가-힣A-Za-z0-9]+\s){{0,3}}?(?:{_TITLES})(?![가-힣]{{2}})"
)
_TITLE_FOLLOWS = re.compile(rf"(?:\s[가-힣A-Za-z0-9()]+){{0,4}}?\s?(?:{_TITLES})(?![가-힣]{{2}})")
# Words that name a body by their last syllables: 한국전력공사, 서울대, 신한은행, 과학기술부.
_BODY = re.compile(
    r"(?:전자|은행|그룹|증권|생명|화재|카드|통신|텔레콤|대학교|대학|공사|공단|재단|협회|학회|연구원|"
    r"연구소|병원|신문|일보|방송|위원회|"
    r"진흥원|시청|도청|구청|교육청|경찰청|행정부|랩스|랩|테크|소프트|시스템즈|네트웍스|홀딩스|바이오|"
    r"로보틱스|모빌리티|게임즈|엔터테인먼트)$"
)
_FAMILY = re.compile(
    r"^[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염추도소석선설마길연위표명기반왕금옥육인맹제모][가-힣]{2}$"
)
_ENDING = re.compile(rf"(?:{'|'.join(sorted(PARTICLES, key=len, reverse=True))})$")
# Where a country or a month is told is where summaries go wrong too.
_PLACES = frozenset(shipped_words("places"))
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {month[:3]: number for month, number in _MONTHS.items()} | {"sept": 9}
_FUNCTION_WORDS = frozenset(shipped_words("function_words"))


READ_LENGTH = 120_000  # characters searched for the sentence that was copied
COPIED = 0.75  # of a sentence's words
SHORTEST_COPY = 5


class Sources:
    """The texts a summary may draw on, read once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "\n".join(texts)[:400_000]
        self.letters = letters(self.text)
        self.lowered = self.text.lower()
        figures = find_figures(self.text)
        self.figures = {(figure.value, figure.unit) for figure in figures}
        self.digits = {match[0].replace(",", "").rstrip(".") for match in _DIGITS.finditer(self.text)}
        self.values = {figure.value for figure in figures}
        self.words = {match[0].lower() for match in _LATIN_WORD.finditer(self.text)}
        self.organizations = {match.phrase.of for match in known_names().find(self.text)}
        self.sentences = [
            (Counter(_words(one.text)), one.text) for one in split_sentences(self.text[:READ_LENGTH])
        ]
        self.is_korean = bool(re.search(r"[가-힣]{3}", self.text))


def ungrounded(summary: str, sources: Sequence[str]) -> list[str]:
    """What the summary says that no source does, in order and as written; empty if all stands there."""
    read = Sources(sources)
    found = [*_numbers(summary, read), *_latin(summary, read), *_known(summary, read)]
    found += [*_korean(summary, read), *_quotes(summary, read), *_miscopied(summary, read)]
    found.sort()
    return list(dict.fromkeys(words for _, words in found))


def grounded(summary: str, sources: Sequence[str], replacements: Sequence[str]) -> tuple[str, list[str]]:
    """The summary with failing sentences replaced by unused ones of `replacements`, and what failed."""
    failed = ungrounded(summary, sources)
    if not failed:
        return summary, []
    spare = [sentence for sentence in replacements if letters(sentence) not in letters(summary)]
    kept: list[str] = []
    for sentence in split_sentences(summary):
        if not ungrounded(sentence.text, sources):
            kept.append(sentence.text)
        elif spare:
            kept.append(spare.pop(0))
    return " ".join(kept), failed


@cache
def known_names() -> Matcher:
    """The names, products and persons we ship, to be found in summaries and sources alike."""
    return Matcher(
        Phrase(
            alias["t"],
            lane="known",
            of=row["slug"],
            kind=alias["kind"],
            matches_case=alias.get("case", False),
        )
        for row in shipped_organizations()
        for alias in [*row["aliases"], *({"t": text, "kind": "blocker"} for text in row["blockers"])]
        if alias["kind"] != "blocker"
    )


def _numbers(summary: str, read: Sources) -> list[tuple[int, str]]:
    figures = find_figures(summary)
    found = [
        (figure.start, figure.text)
        for figure in figures
        if (figure.value, figure.unit) not in read.figures
        and not (figure.unit == "" and figure.value in read.values)
    ]
    for match in _DIGITS.finditer(summary):
        inside = any(figure.start <= match.start() < figure.end for figure in figures)
        if not inside and match[0].replace(",", "").rstrip(".") not in read.digits:
            found.append((match.start(), match[0]))
    return found


def _latin(summary: str, read: Sources) -> list[tuple[int, str]]:
    starts = {sentence.start for sentence in split_sentences(summary)}
    is_english = not re.search(r"[가-힣]", summary)
    # The taxonomy knows its names in either language.
    told = [(figure.start, figure.end) for figure in find_figures(summary)]
    told += [(hit.start, hit.end) for hit in known_names().find(summary)]
    found = []
    for match in _LATIN_WORD.finditer(summary):
        word = match[0]
        lowered = word.lower()
        bare = re.sub(r"['’]s?$", "", lowered)
        if lowered in read.words or bare in read.words or (letters(bare) in read.letters and len(bare) > 3):
            continue
        if bare in _MONTHS and _has_month(bare, read):
            continue
        if any(start <= match.start() < end for start, end in told):
            continue
        is_name = not word.islower() if not is_english else word[0].isupper()
        if is_english and match.start() in starts and bare in _FUNCTION_WORDS:
            continue
        if is_name:
            found.append((match.start(), word))
    return found


def _has_month(name: str, read: Sources) -> bool:
    number = _MONTHS[name]
    return any(value == number and unit == "월" for value, unit in read.figures) or any(
        month in read.words for month, other in _MONTHS.items() if other == number
    )


def _known(summary: str, read: Sources) -> list[tuple[int, str]]:
    found = []
    for match in known_names().find(summary):
        words = summary[match.start : match.end]
        if letters(words) in read.letters:
            continue
        is_same_script = read.is_korean == bool(re.search(r"[가-힣]", words))
        if match.phrase.of not in read.organizations or (is_same_script and match.phrase.kind != "name"):
            found.append((match.start, words))
    return found


def _korean(summary: str, read: Sources) -> list[tuple[int, str]]:
    if not read.is_korean:
        return []
    found = [
        (match.start(1), match[1]) for match in _PERSON.finditer(summary) if match[1] not in read.letters
    ]
    for match in re.finditer(r"[가-힣]{2,}", summary):
        word = match[0]
        if word in read.letters:
            continue
        stem = _ENDING.sub("", word)
        if len(stem) < 2 or stem in read.letters:
            continue
        is_before_comma = summary[match.end() : match.end() + 1] == "," and match.start() == 0
        has_title = bool(_TITLE_FOLLOWS.match(summary, match.end()))
        is_family = (word != stem and bool(_FAMILY.match(stem))) or (
            has_title and bool(_FAMILY.match(word) or _FAMILY.match(stem))
        )
        if stem in _PLACES or _BODY.search(stem) or is_before_comma or is_family:
            found.append((match.start(), stem))
    return found


def _quotes(summary: str, read: Sources) -> list[tuple[int, str]]:
    found = []
    for match in _QUOTE.finditer(summary):
        words = next(group for group in match.groups() if group)
        if letters(words) and letters(words) not in read.letters:
            found.append((match.start(), words))
    return found


_WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+\d*|[가-힣]+")


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _miscopied(summary: str, read: Sources) -> list[tuple[int, str]]:
    """Figures and names that the copied sentence does not have, though another one may."""
    found: list[tuple[int, str]] = []
    for sentence in split_sentences(summary):
        words = Counter(_words(sentence.text))
        size = words.total()
        if size < SHORTEST_COPY or not read.sentences:
            continue
        copied, text = max(read.sentences, key=lambda one: (_both(words, one[0]), -one[0].total()))
        if _both(words, copied) < COPIED * size:
            continue
        strange = set(words - copied)
        figures = find_figures(sentence.text)
        told = {(figure.value, figure.unit) for figure in find_figures(text)}
        spans = [(figure.start, figure.end) for figure in figures]
        found += [
            (sentence.start + figure.start, figure.text)
            for figure in figures
            if (figure.value, figure.unit) not in told and strange & set(_words(figure.text))
        ]
        about = {match.phrase.of for match in known_names().find(text)}
        spans += [(m.start, m.end) for m in known_names().find(sentence.text) if m.phrase.of in about]
        for match in _WORD.finditer(sentence.text):
            is_told = any(start <= match.start() < end for start, end in spans)
            if match[0] in strange and not is_told and _is_checkable(match[0]):
                found.append((sentence.start + match.start(), match[0]))
    return found


def _both(first: Counter[str], second: Counter[str]) -> int:
    """How many words the two share: `(first & second).total()` without the counter between."""
    return sum(min(count, second[word]) for word, count in first.items() if word in second)


def _is_checkable(word: str) -> bool:
    if word[0].isdigit() or (word[0].isascii() and not word.islower()):
        return True
    return bool(known_names().find(word)) or bool(_FAMILY.match(word) or _FAMILY.match(_ENDING.sub("", word)))
