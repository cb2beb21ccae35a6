"""What tells one event from another: figures, proper names and quotations of a text. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from digests.stories.shipped import shipped_words
from digests.text.figures import facts

READ_LENGTH = 12_000  # characters; news says its facts long before that
MAX_FACTS = 300  # a table of 5,000 numbers is no fingerprint of an event

# Latin names in running text: "A.X K1", "SpecEdge", "42dot", "GPT-5.6". Two letters or more.
_NAME = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9.&+\-]*[A-Za-z])[A-Z0-9][A-Za-z0-9]*(?:[.&+\-][A-Za-z0-9]+)*"
    r"(?: (?:[A-Z][A-Za-z]*\d[A-Za-z0-9.]*|\d+(?:\.\d+)?(?![\d%억만조]))(?![A-Za-z]))?"
)
_KOREAN_NAME = re.compile(r"[‘'\"“]([가-힣A-Za-z0-9.\- ]{2,24})[’'\"”]")
_PERSON = re.compile(
    r"(?<![가-힣])([가-힣]{2,4}) (?:[가-힣A-Z]{2,10} )?(?:대표|CEO|CTO|회장|사장|부사장|의장|교수|"
    r"장관|원장|총장|위원장|센터장|연구원)"
)
_BRACKETS = re.compile(r"\([^()\n]{1,200}\)")
_SIZE = re.compile(r"\d+(?:\.\d+)?[bmtk]", re.IGNORECASE)
_QUOTE = re.compile(r"[“\"]([^”\"\n]{15,400})[”\"]")
# Latin words that name a kind of thing, not a thing.
COMMON = frozenset(shipped_words("common_latin"))


@dataclass(frozen=True)
class Fingerprint:
    """Distinctive figures, proper names in one form, and quotations reduced to their letters.

    `glosses` are the names that stand in brackets only, as "워크로드(workload)" explains a word:
    they tie texts together, but are no news.
    """

    facts: frozenset[tuple[Decimal, str]]
    names: frozenset[str]
    quotes: frozenset[str]
    glosses: frozenset[str] = frozenset()


def fingerprint(title: str, text: str) -> Fingerprint:
    """The fingerprint of an article; empty text gives that of its title."""
    whole = f"{title}\n{text[:READ_LENGTH]}"
    found = facts(whole)
    named = names(whole)
    return Fingerprint(
        facts=found if len(found) <= MAX_FACTS else frozenset(),
        names=named,
        glosses=named - names(_BRACKETS.sub(" ", whole)),
        quotes=frozenset(letters(match[1])[:40] for match in _QUOTE.finditer(whole)),
    )


def to_json(mark: Fingerprint) -> dict[str, list[Any]]:
    """The fingerprint as JSON values, in a fixed order."""
    return {
        "facts": [[str(value), unit] for value, unit in sorted(mark.facts)],
        "names": sorted(mark.names),
        "quotes": sorted(mark.quotes),
        "glosses": sorted(mark.glosses),
    }


def from_json(values: dict[str, list[Any]]) -> Fingerprint:
    """What `to_json` wrote; an empty object is an empty fingerprint."""
    return Fingerprint(
        facts=frozenset((Decimal(value), unit) for value, unit in values.get("facts", ())),
        names=frozenset(values.get("names", ())),
        quotes=frozenset(values.get("quotes", ())),
        glosses=frozenset(values.get("glosses", ())),
    )


def names(text: str) -> frozenset[str]:
    """Proper names of a text in one form: A.X K1 = AX K1 = axk1. Quoted Korean names count too."""
    found = {letters(match[0]) for match in _NAME.finditer(text) if match[0].lower() not in COMMON}
    found |= {letters(match[1]) for match in _KOREAN_NAME.finditer(text) if match[1].count(" ") <= 2}
    found |= {match[1] for match in _PERSON.finditer(text)}
    return frozenset(
        name
        for name in found
        if len(name) >= 2 and not name.isdigit() and name not in COMMON and not _SIZE.fullmatch(name)
    )


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, without anything between them."""
    return re.sub(r"[\W_]+", "", text).lower()
