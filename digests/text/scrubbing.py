"""Applying the rules of `noise` to a text, line by line, and saying what each took out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.text import noise
from digests.text.language import detect_language
from digests.text.sentences import split_sentences

_BULLET = re.compile(r"\s*(?:[-*•·■□▲△▷▶○●◆◇※]|\d{1,2}[.)]\s|[①-⑳])")
_HANGUL = re.compile("[가-힣]")
# A hard-wrapped line is at least this long; a shorter one is a heading or an item of a list.
_WRAPPED = 40
_WRAPPED_AT_MOST = 100
# A caption is no longer than this.
_CAPTION = 120


@dataclass(frozen=True)
class Removal:
    """A piece of noise that was taken out, and which kind it is."""

    kind: str
    text: str


def scrub(text: str, *, title: str = "", junk: Sequence[str] = ()) -> tuple[list[str], list[Removal]]:
    """The paragraphs of `text` without noise, and the noise.

    1. Phrases of the publisher's `junk` go. 2. Lines become paragraphs; those a link had broken are
    joined again. 3. A tail (glossary, related articles) goes. 4. Each line loses its inline noise, and
    goes if nothing else is on it. 5. Embedded posts, repeated captions and footnotes go.
    """
    removed: list[Removal] = []
    for phrase in junk:
        if phrase.strip() and phrase in text:
            removed.append(Removal("junk", phrase))
            text = text.replace(phrase, " ")
    lines = _paragraphs(text)
    lines = _without_tail(lines, removed)
    lines = _without_posts(lines, removed)
    lines = _without_footnotes(lines, removed)
    kept: list[str] = []
    for number, line in enumerate(lines):
        cleaned = _clean_line(line, removed, is_first=number < 2)
        if not cleaned:
            continue
        if number < 3 and title and _letters(cleaned) == _letters(title):
            removed.append(Removal("title", cleaned))
        elif kept and cleaned == kept[-1] and len(cleaned) <= _CAPTION:
            removed.append(Removal("repeated", cleaned))
        else:
            kept.append(cleaned)
    return _rejoined(kept), removed


def completeness_of(raw: str, cleaned: str) -> str:
    """How much of the article this is: "full", "truncated" or "blocked".

    Truncated when it ends in an ellipsis, or a "read more", that no quotation mark closes, or in the
    middle of a quotation; blocked when nothing is left, or little more than a notice.
    """
    if not cleaned.strip():
        return "blocked"
    if len(cleaned) < noise.BLOCKED_UNDER and noise.BLOCKED.search(raw):
        return "blocked"
    if noise.TRUNCATED.search(raw.rstrip()) or noise.TRUNCATED.search(cleaned):
        return "truncated"
    return "full"


def _paragraphs(text: str) -> list[str]:
    """Lines that say something, with hard-wrapped ones joined, and those broken by a link."""
    lines: list[str] = []
    is_wrapped = False
    for raw in text.split("\n"):
        line = re.sub(r" {2,}", " ", raw).strip()
        if not line:
            is_wrapped = False
            continue
        if (
            is_wrapped
            and len(lines[-1]) >= _WRAPPED
            and len(lines[-1]) <= _WRAPPED_AT_MOST
            and not noise.ENDED.search(lines[-1])
            and not _BULLET.match(line)
            and not _BULLET.match(lines[-1])
        ):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        is_wrapped = True
    return _rejoined(lines)


def _rejoined(lines: list[str]) -> list[str]:
    """Paragraphs that an inline link had broken, whole again.

    "채용 공고" + "에 따르면, …": a particle or a closing mark starts no paragraph; an opening quote ends none.
    """
    joined: list[str] = []
    for line in lines:
        if joined and (noise.OPENS.search(joined[-1]) or _goes_on(joined[-1], line)):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    return (
        bool(noise.GOES_ON.match(line)) and not re.search(r"[.!?。…]$", before) and before[-1:].isalnum()
    ) or (line[0] in "’”)」』" and not noise.ENDED.search(before))


def _without_tail(lines: list[str], removed: list[Removal]) -> list[str]:
    total = sum(map(len, lines)) or 1
    before = 0
    for number, line in enumerate(lines):
        if before >= total * noise.TAIL_FROM:
            for rule in noise.TAIL:
                if rule.pattern.fullmatch(line):
                    removed.extend(Removal(rule.kind, gone) for gone in lines[number:])
                    return lines[:number]
        if (glued := noise.GLUED_TAIL.search(line)) and before + glued.start() >= total * noise.TAIL_FROM:
            rest = [line[glued.start() :], *lines[number + 1 :]]
            removed.extend(Removal("glossary", gone) for gone in rest)
            head = line[: glued.start()].rstrip()
            return [*lines[:number], *([head] if head else [])]
        before += len(line)
    return lines


def _without_posts(lines: list[str], removed: list[Removal]) -> list[str]:
    """A post embedded in a Korean article: its English paragraphs, its author, its date."""
    if not any(noise.POST_AUTHOR.fullmatch(line) for line in lines):
        return lines
    is_korean = detect_language("\n".join(lines)) == "ko"
    gone: set[int] = set()
    for number, line in enumerate(lines):
        if not noise.POST_AUTHOR.fullmatch(line):
            continue
        gone.add(number)
        if number + 1 < len(lines) and noise.POST_DATE.fullmatch(lines[number + 1]):
            gone.add(number + 1)
        above = number - 1
        while is_korean and above >= 0 and not _HANGUL.search(lines[above]):
            gone.add(above)
            above -= 1
    removed.extend(Removal("post", lines[number]) for number in sorted(gone))
    return [line for number, line in enumerate(lines) if number not in gone]


def _without_footnotes(lines: list[str], removed: list[Removal]) -> list[str]:
    """Footnotes "1) CPT(…): …" that some earlier line refers to, and their marks there."""
    notes: dict[int, str] = {}
    for number, line in enumerate(lines):
        match = noise.FOOTNOTE.fullmatch(line)
        if match and any(_mark(match["number"]).search(earlier) for earlier in lines[:number]):
            notes[number] = match["number"]
    if not notes:
        return lines
    removed.extend(Removal("footnote", lines[number]) for number in notes)
    kept = []
    for number, line in enumerate(lines):
        if number not in notes:
            for mark in notes.values():
                line = _mark(mark).sub("", line)
            kept.append(line)
    return kept


def _mark(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[가-힣)’”\"']){number}\)(?!\d)")


def _clean_line(line: str, removed: list[Removal], *, is_first: bool) -> str:
    """The line without its noise, "" when nothing else is on it."""
    if line.startswith("# ") or not line.strip():
        line = line.lstrip("# ")
    for rule in noise.LINE:
        if rule.pattern.fullmatch(line):
            removed.append(Removal(rule.kind, line))
            return ""
    if len(line) <= 200 and noise.PHOTO_SENTENCE.fullmatch(line) and len(split_sentences(line)) == 1:
        removed.append(Removal("caption", line))
        return ""
    cleaned = _without_inline(line, removed)
    if cleaned != line:
        cleaned = re.sub(r" {2,}", " ", cleaned).strip(" ,|/")
        for rule in noise.LINE:
            if cleaned and rule.pattern.fullmatch(cleaned):
                removed.append(Removal(rule.kind, cleaned))
                return ""
    if not re.search(r"\w", cleaned):
        if cleaned:
            removed.append(Removal("empty", cleaned))
        return ""
    return _unglued(_without_sentences(cleaned, removed))


def _without_inline(line: str, removed: list[Removal]) -> str:
    for rule in noise.INLINE:
        match = rule.pattern.search(line)
        while match:
            begin, end = match.span()
            if rule.kind == "caption":
                begin, end = _caption_span(line, begin, end)
            if gone := line[begin:end].strip():
                removed.append(Removal(rule.kind, gone))
            gap = " " if line[:begin].endswith((".", "!", "?")) and line[end : end + 1].isalnum() else ""
            line = line[:begin] + (rule.instead or gap) + line[end:]
            match = rule.pattern.search(line)
    return line


def _caption_span(line: str, begin: int, end: int) -> tuple[int, int]:
    """A photo's mark with the caption before it: from the last sentence's end, if no verb is between.

    "휴머노이드 로봇 (사진=유니트리)" is all caption; "…밝혔다. (사진=A)" only the mark; a mark before a
    particle stands inside a sentence.
    """
    after = line[end:]
    if noise.GOES_ON.match(after):
        return begin, end
    before = line[:begin]
    sentences = split_sentences(before)
    last = sentences[-1] if sentences else None
    if last is None or len(last.text) > _CAPTION:
        return begin, end
    if re.search(r"[.!?][\"'”’)]*$", last.text):
        is_scene = len(sentences) == 1 and re.search(r"(?:고 있다|모습이다)\.$", last.text)
        return (0, end) if is_scene and not after.strip() else (begin, end)
    return last.start, end


def _without_sentences(line: str, removed: list[Removal]) -> str:
    if not any(rule.pattern.search(line) for rule in noise.SENTENCE):
        return line
    kept = []
    for sentence in split_sentences(line):
        for rule in noise.SENTENCE:
            if rule.pattern.search(sentence.text):
                removed.append(Removal(rule.kind, sentence.text))
                break
        else:
            kept.append(sentence.text)
    return " ".join(kept)


def _unglued(line: str) -> str:
    """A space between sentences that have none ("설계됐다.SK텔레콤")."""
    sentences = split_sentences(line)
    if all(line[one.end : two.start] for one, two in pairwise(sentences)):
        return line
    return " ".join(sentence.text for sentence in sentences)


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
