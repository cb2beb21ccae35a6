"""Whether what the assistant wrote may be printed: a gate of seven checks, the first that fails named. Pure.

`malformed`, `injected`, `language`, `length`, `sentences`, `title`, `ungrounded`, in this order.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digests.stories.crossing import unsaid
from digests.stories.fingerprints import letters
from digests.stories.prompting import gives_orders
from digests.text.characters import to_plain
from digests.text.language import detect_language
from digests.text.sentences import split_sentences

SUMMARY_LENGTH = 240
SHORTEST_SUMMARY = 25
HEADLINE_LENGTH = 120
SHORTEST_HEADLINE = 5
SENTENCES = (2, 3)
KOREAN_SHARE = 0.3  # of a Korean text's letters; a headline of Latin names still has its verb in Hangul

_FOREIGN = re.compile(
    r"https?:|www\.|\S@\S|\b[\w-]+\.(?:com|net|org|io|kr|ru|cn|xyz|info|biz|link|site|top|app|dev)\b(?!\w)"
    r"|[<>{}`\\|]|\*\*|__|\]\(|^\s*[#*>-]\s|====",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_HANGUL = re.compile(r"[가-힣]")


class BadAnswer(Exception):  # noqa: N818
    """An answer that is not printed, with the `reason` that is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wording:
    """A headline and a summary in one language."""

    headline: str
    summary: str


def read_answer(
    content: str, languages: Sequence[str], titles: Sequence[str], texts: Mapping[str, Sequence[str]]
) -> dict[str, Wording]:
    """The wordings of an answer by language, if every one of them may be printed; raises BadAnswer.

    `texts` are the story's titles and texts by their language, against all of which it is checked.
    """
    found = _parse(content, languages)
    for language, wording in found.items():
        _check_form(language, wording, titles)
        sources = [text for some in texts.values() for text in some]
        said = f"{wording.headline.rstrip('.')}.\n{wording.summary}"
        if unsaid(said, sources, is_translation=not texts.get(language)):
            raise BadAnswer("ungrounded")
    return found


def _parse(content: str, languages: Sequence[str]) -> dict[str, Wording]:
    try:
        answer = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadAnswer("malformed") from None
    if not isinstance(answer, dict) or set(answer) != set(languages):
        raise BadAnswer("malformed")
    found = {}
    for language in languages:
        wording = answer[language]
        if not isinstance(wording, dict) or set(wording) != {"headline", "summary"}:
            raise BadAnswer("malformed")
        if not all(isinstance(part, str) for part in wording.values()):
            raise BadAnswer("malformed")
        found[language] = Wording(wording["headline"].strip(), wording["summary"].strip())
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _check_form(language: str, wording: Wording, titles: Sequence[str]) -> None:
    for text in (wording.headline, wording.summary):
        if to_plain(text) != text or "\n" in text or _FOREIGN.search(text) or gives_orders(text):
            raise BadAnswer("injected")
        if not is_in(text, language):
            raise BadAnswer("language")
    if not SHORTEST_HEADLINE <= len(wording.headline) <= HEADLINE_LENGTH:
        raise BadAnswer("length")
    if not SHORTEST_SUMMARY <= len(wording.summary) <= SUMMARY_LENGTH:
        raise BadAnswer("length")
    sentences = [sentence.text for sentence in split_sentences(wording.summary)]
    is_whole = wording.summary.rstrip("”\"’')").endswith((".", "!", "?"))
    if not SENTENCES[0] <= len(sentences) <= SENTENCES[1] or not is_whole:
        raise BadAnswer("sentences")
    known = {letters(title) for title in (*titles, wording.headline)}
    if letters(wording.summary) in known or any(letters(sentence) in known for sentence in sentences):
        raise BadAnswer("title")


def is_in(text: str, language: str) -> bool:
    """Whether the text is written in the language, not merely sprinkled with it."""
    if detect_language(text) != language:
        return False
    count = len(_LETTER.findall(text))
    return language != "ko" or len(_HANGUL.findall(text)) >= KOREAN_SHARE * count
