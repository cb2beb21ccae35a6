"""Sentences of Korean and English news text.

A regular expression agrees with a morphological analyser (409 against 403 sentences on the seeds) and is
70 times faster.
"""

import re
from dataclasses import dataclass

# A sentence's end: marks, then closing quotes or brackets, then a space or the end of the line; or the
# verb's last syllable, a mark, and a new sentence glued to it ("설계됐다.SK텔레콤").
_END = re.compile(
    r"[.!?。！？…]+[\"'”’»」』)\]）］]*(?=\s|$)"
    r"|(?<=[다요죠까음함됨임니라])[.!?](?=[가-힣A-Z0-9\"“'‘(\[△▲■◆○●▷▶<《〈])"
    r"|(?<=[a-z0-9)\"”])[.!?](?=[A-Z][a-z]+[ ,'’])"
    r"|[。！？](?=\S)"
)
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "(": ")", "[": "]", "（": "）", "《": "》", "〈": "〉"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_MARKS = re.compile('["“”‘’「」『』()\\[\\]（）《》〈〉\n]')
# A quote that stays open longer than this is a typing error, not a quote.
_LONGEST_QUOTE = 800

_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|St|Sr|Jr|vs|No|Nos|Fig|Eq|Vol|pp|al|Ph|approx|est"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mt|Rev|Hon|cf|ca)"
    r"|\b(?:[A-Za-z]\.)*[A-Za-z])\.$"
)
_MAYBE_LAST = re.compile(r"(?:\b(?:Inc|Corp|Co|Ltd|LLC|etc|Bros)|\b(?:[A-Za-z]\.)+[A-Za-z])\.$")
_STARTERS = re.compile(
    r"\s+[\"“‘']?(?:The|This|That|These|It|In|But|And|He|She|They|We|You|As|At|On|For|If|When|While|Its|An?)\b"
)
_DATE = re.compile(r"\d{4}\.\s?\d{1,2}\.\s?\d{1,2}\.$")
_ORDINAL = re.compile(r"(?:^|\s)[(]?\d{1,4}\.$")
# A sentence with its end mark; a subheading has none.
_WHOLE = re.compile(r"[.!?。！？…][\"'”’)\]」』]*$")


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands: `text == whole[start:end]`."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order, with nothing lost but the space between them.

    A line's end ends a sentence; quotes and brackets are kept whole; numbers, names ("A.X K1"),
    addresses and abbreviations are not split. Linear time.
    """
    inside = _quoted_spans(text)
    found: list[Sentence] = []
    start = 0
    position = 0
    for line in text.splitlines(keepends=True):
        line_end = start + len(line)
        begin = start
        for match in _END.finditer(text, start, line_end):
            end = match.end()
            while position < len(inside) and inside[position][1] < match.start() + 1:
                position += 1
            within = (
                position < len(inside) and inside[position][0] < match.start() and end < inside[position][1]
            )
            if not within and _is_end(text, begin, match):
                _add(found, text, begin, end)
                begin = end
        _add(found, text, begin, line_end)
        start = line_end
    return found


def first_sentences(text: str, count: int = 2) -> str:
    """The first `count` whole sentences of `text` joined by spaces.

    Subheadings, which stand without an end mark, are passed over unless there is nothing else.
    """
    sentences = [sentence.text for sentence in split_sentences(text[:20_000])]
    whole = [sentence for sentence in sentences if _WHOLE.search(sentence)]
    return " ".join((whole or sentences)[:count])


def clip(text: str, length: int) -> str:
    """The text in at most `length` characters, cut at a word and ended with "…" if anything was cut."""
    text = text.strip()
    if len(text) <= length:
        return text
    if length <= 1:
        return "…"[:length]
    cut = text[: length - 1]
    if not text[length - 1].isspace():
        space = max(cut.rfind(" "), cut.rfind("\n"))
        # A word longer than half of the room is cut itself: an empty line would say less.
        if space >= length // 2:
            cut = cut[:space]
    return cut.rstrip(" \n.,;:·—-–…\u200d(‘“[") + "…"


def _add(found: list[Sentence], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    stripped = piece.strip()
    if stripped:
        lead = begin + len(piece) - len(piece.lstrip())
        found.append(Sentence(stripped, lead, lead + len(stripped)))


def _is_end(text: str, begin: int, match: re.Match[str]) -> bool:
    marks = match.group()
    if not marks.startswith("."):
        return True
    after = text[match.end() : match.end() + 24]
    if marks.startswith(".") and len(marks) == 1:
        before = text[max(begin, match.start() - 24) : match.end()]
        if _MAYBE_LAST.search(before):
            return not after.strip() or bool(_STARTERS.match(after))
        if _ABBREVIATION.search(before) and not re.search(r"[가-힣]\.$", before):
            return False
        if _DATE.search(before) and after.strip():
            return False
        if _ORDINAL.search(before) and (re.match(r"\s*\d", after) or match.start() - begin <= 4):
            return False
    # "...": a pause inside a sentence when what follows goes on in lower case or after a comma.
    return not (len(marks) > 1 and re.match(r"\s*[a-z,]", after))


def _quoted_spans(text: str) -> list[tuple[int, int]]:
    """Outermost quotes and brackets that close within their line, as sorted disjoint [start, end)."""
    stack: list[tuple[str, int]] = []
    spans: list[tuple[int, int]] = []
    for match in _MARKS.finditer(text):
        mark, place = match.group(), match.start()
        if mark == "\n":
            stack.clear()
            continue
        while stack and place - stack[0][1] > _LONGEST_QUOTE:
            del stack[0]
        if mark == '"':
            opener = '"' if any(open_mark == '"' for open_mark, _ in stack[-4:]) else ""
        elif mark == "’" and _is_apostrophe(text, place):
            continue
        else:
            opener = _CLOSERS.get(mark, "")
        if not opener:
            if mark == '"' or mark in _PAIRS:
                stack.append((mark, place))
                del stack[:-32]
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == opener:
                begin = stack[depth][1]
                del stack[depth:]
                while spans and spans[-1][0] >= begin:
                    spans.pop()
                spans.append((begin, place + 1))
                break
    return spans


def _is_apostrophe(text: str, place: int) -> bool:
    return (
        0 < place < len(text) - 1
        and text[place - 1].isascii()
        and text[place - 1].isalpha()
        and (text[place + 1].isascii() and text[place + 1].isalpha())
    )
