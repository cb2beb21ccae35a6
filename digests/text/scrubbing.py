"""Applying the rules of noise to a text, line by line, and saying what each took out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.text import noise, noise_english, shapes
from digests.text.breaks import paragraphs_of, rejoined
from digests.text.language import detect_language
from digests.text.noise import Rule
from digests.text.sentences import split_sentences

INLINE = noise.INLINE + noise_english.INLINE
LINE = noise.LINE + noise_english.LINE
SENTENCE = noise.SENTENCE + noise_english.SENTENCE
TAIL = noise.TAIL + noise_english.TAIL

_HANGUL = re.compile("[가-힣]")
_KOREAN_SENTENCE = re.compile(r"[가-힣]다\.(?=[\s\"'”’)가-힣]|$)")
_SEPARATOR = re.compile(r"[\s\-=_*~#·•—–.,|/()\[\]<>▶■]*")
_ENGLISH_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|said|says|\w{3,}ed)\b")
# Stands before a line that markup calls a caption; a private character that no text may bring.
CAPTION_MARK = "\ue000"
# A caption is no longer than this, nor is a line of chrome.
_CAPTION = 120
_LONGEST_LINE = 400
# No line of an article holds more pieces of one kind; each costs a copy of the line.
_MOST_IN_A_LINE = 200


@dataclass(frozen=True)
class Removal:
    """A piece of noise that was taken out, and which kind it is."""

    kind: str
    text: str


def scrub(text: str, *, title: str = "", junk: Sequence[str] = ()) -> tuple[list[str], list[Removal]]:
    """The paragraphs of `text` without noise, and the noise.

    1. Phrases of the publisher's `junk` go. 2. Lines become paragraphs; those a link had broken are
    joined again. 3. A tail (glossary, related articles) goes, then embedded posts and footnotes.
    4. Each line loses its inline noise, and goes if nothing else is on it. 5. Repeated captions go.
    """
    removed: list[Removal] = []
    for phrase in junk:
        if phrase.strip() and phrase in text:
            removed.append(Removal("junk", phrase))
            text = text.replace(phrase, " ")
    lines = []
    for line in paragraphs_of(text):
        if line.startswith(CAPTION_MARK):
            removed.append(Removal("caption", line.removeprefix(CAPTION_MARK)))
        else:
            lines.append(line.replace(CAPTION_MARK, ""))
    lines = _without_tail(lines, removed)
    lines = _without_footnotes(_without_posts(lines, removed), removed)
    lines = _without_repeats(lines, removed)
    kept: list[str] = []
    for number, line in enumerate(lines):
        cleaned = _clean_line(line, removed)
        if cleaned and number < 3 and title and _letters(cleaned) == _letters(title):
            removed.append(Removal("title", cleaned))
        elif cleaned:
            kept.append(cleaned)
    return rejoined(kept), removed


def completeness_of(raw: str, cleaned: str, title: str = "") -> str:
    """How much of the article this is: "full", "truncated", "blocked", or "feed_only" for no text at all.

    Truncated when it ends in an ellipsis or a "read more" that no quotation mark closes; blocked when
    little stands there but a notice, or nothing but noise.
    """
    if not cleaned.strip():
        return "blocked" if raw.strip() and _letters(raw) != _letters(title) else "feed_only"
    if len(cleaned) < shapes.BLOCKED_UNDER and shapes.BLOCKED.search(raw):
        beside = (s.text for s in split_sentences(cleaned) if not shapes.BLOCKED.search(s.text))
        if sum(map(len, beside)) < shapes.BLOCKED_BESIDE:
            return "blocked"
    if shapes.TRUNCATED.search(raw.rstrip()[-60:]) or shapes.TRUNCATED.search(cleaned[-60:]):
        return "truncated"
    return "full"


def _without_tail(lines: list[str], removed: list[Removal]) -> list[str]:
    total = sum(map(len, lines)) or 1
    before = 0
    for number, line in enumerate(lines):
        is_late = before >= total * shapes.TAIL_FROM
        for rule in TAIL:
            # A head with brackets or a mark says what it is wherever it stands under some text.
            if before and (is_late or rule.takes_sentences) and rule.pattern.fullmatch(line):
                removed.extend(Removal(rule.kind, gone) for gone in lines[number:])
                return lines[:number]
        glued = noise.GLUED_TAIL.search(line)
        if glued and re.search(r"[.!?][\"”’]?\s?$", line[: glued.start()]):
            rest = [line[glued.start() :], *lines[number + 1 :]]
            removed.extend(Removal("glossary", gone) for gone in rest)
            return [*lines[:number], line[: glued.start()].rstrip()]
        before += len(line)
    return lines


def _without_posts(lines: list[str], removed: list[Removal]) -> list[str]:
    """A post embedded in a Korean article goes: its English paragraphs, its author, its date."""
    marks = [number for number, line in enumerate(lines) if shapes.POST_IN_ONE.search(line)]
    if not marks or detect_language("\n".join(lines)) != "ko":
        return lines
    gone: set[int] = set()
    for number in marks:
        if not shapes.POST_AUTHOR.fullmatch(lines[number]) and _HANGUL.search(lines[number]):
            continue
        gone.add(number)
        if number + 1 < len(lines) and shapes.POST_DATE.fullmatch(lines[number + 1]):
            gone.add(number + 1)
        above = number - 1
        while above >= 0 and above not in gone and not _HANGUL.search(lines[above]):
            gone.add(above)
            above -= 1
    removed.extend(Removal("post", lines[number]) for number in sorted(gone))
    return [line for number, line in enumerate(lines) if number not in gone]


def _without_footnotes(lines: list[str], removed: list[Removal]) -> list[str]:
    """Footnotes "1) CPT(…): …" that an earlier line refers to go, and so do their marks there."""
    first_marks: dict[str, int] = {}
    for number, line in enumerate(lines):
        for mark in shapes.FOOTNOTE_MARK.finditer(line):
            first_marks.setdefault(mark["number"], number)
    notes: dict[int, str] = {}
    for number, line in enumerate(lines):
        match = shapes.FOOTNOTE.fullmatch(line)
        if match and first_marks.get(match["number"], number) < number:
            notes[number] = match["number"]
    if not notes:
        return lines
    removed.extend(Removal("footnote", lines[number]) for number in notes)
    named = set(notes.values())

    def without(mark: re.Match[str]) -> str:
        return "" if mark["number"] in named else mark.group()

    return [
        shapes.FOOTNOTE_MARK.sub(without, line) for number, line in enumerate(lines) if number not in notes
    ]


def _without_repeats(lines: list[str], removed: list[Removal]) -> list[str]:
    """A line twice in a row goes once if it is a sentence, and both times if it is a caption."""
    kept: list[str] = []
    skip = ""
    for number, line in enumerate(lines):
        if line == skip:
            removed.append(Removal("repeated", line))
            continue
        skip = ""
        if number + 1 < len(lines) and lines[number + 1] == line and 6 <= len(line) <= _CAPTION:
            skip = line
            if _HANGUL.search(line) and not shapes.ENDED.search(line):
                removed.append(Removal("repeated", line))
                continue
        kept.append(line)
    return kept


def _clean_line(line: str, removed: list[Removal]) -> str:
    """The line without its noise, "" when nothing else is on it."""
    if (kind := _whole_kind(line)) is not None:
        removed.append(Removal(kind, line))
        return ""
    cleaned = _without_inline(line, removed)
    if cleaned != line:
        cleaned = re.sub(r" {2,}", " ", cleaned).strip(" |/")
    if _SEPARATOR.fullmatch(cleaned):
        if cleaned:
            removed.append(Removal("empty", cleaned))
        return ""
    return _without_sentences(cleaned, removed)


def _whole_kind(line: str) -> str | None:
    """The kind of noise that the whole line is, or None."""
    if len(line) > _LONGEST_LINE:
        return None
    has_sentence = bool(_KOREAN_SENTENCE.search(line))
    for rule in LINE:
        if (rule.takes_sentences or not has_sentence) and rule.pattern.fullmatch(line):
            return rule.kind
    if len(line) <= shapes.PHOTO_SENTENCE_AT_MOST and shapes.PHOTO_SENTENCE.fullmatch(line):
        return "caption" if len(split_sentences(line)) == 1 else None
    return None


def _without_inline(line: str, removed: list[Removal]) -> str:
    for rule in INLINE:
        match = rule.pattern.search(line) if rule.needs in line else None
        for _ in range(_MOST_IN_A_LINE):
            if match is None:
                break
            begin, end = _span(rule, line, match)
            if gone := line[begin:end].strip():
                removed.append(Removal(rule.kind, gone))
            gap = " " if line[:begin].endswith((".", "!", "?")) and line[end : end + 1].isalnum() else ""
            line = line[:begin] + gap + line[end:]
            match = rule.pattern.search(line, begin)
    return line


def _span(rule: Rule, line: str, match: re.Match[str]) -> tuple[int, int]:
    """Where noise begins and ends: for a photo's mark, with the caption before it.

    "휴머노이드 로봇 (사진=유니트리)" is all caption; of "…밝혔다. (사진=A)" only the mark is; and a mark
    before a particle, or of a photo alone ("(사진)"), stands inside a sentence.
    """
    begin, end = match.span()
    if rule.kind != "caption" or len(match.group()) < 6 or shapes.GOES_ON.match(line[end:]):
        return begin, end
    near = max(0, begin - 3 * _CAPTION)
    sentences = split_sentences(line[near:begin])
    if not sentences or len(sentences[-1].text) > _CAPTION:
        return begin, end
    last = sentences[-1]
    if not re.search(r"[.!?][\"'”’)]*$", last.text):
        return near + last.start, end
    is_scene = not near and len(sentences) == 1 and _is_scene(last.text)
    return (0, end) if is_scene and not line[end:].strip() else (begin, end)


def _is_scene(sentence: str) -> bool:
    """Whether a sentence before a photo's mark is of a scene ("…하고 있다."; no past tense)."""
    if _HANGUL.search(sentence):
        return bool(re.search(r"(?:고 있다|모습이다)\.$", sentence))
    return not _ENGLISH_VERB.search(sentence)


def _without_sentences(line: str, removed: list[Removal]) -> str:
    """The line without sentences that are noise: named ones anywhere, others at either end of it."""
    spans = split_sentences(line)
    is_glued = any(one.end == two.start for one, two in pairwise(spans))
    sentences = [span.text for span in spans]
    kept = []
    for sentence in sentences:
        for rule in SENTENCE:
            if rule.needs in sentence and rule.pattern.search(sentence):
                removed.append(Removal(rule.kind, sentence))
                break
        else:
            kept.append(sentence)
    # A line of one sentence has been asked already, as a line.
    for end in (-1, 0) if len(sentences) > 1 else ():
        while kept and (kind := _whole_kind(kept[end])) is not None:
            removed.append(Removal(kind, kept.pop(end)))
    if len(kept) == len(sentences) and not is_glued:
        return line
    return " ".join(kept)


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
