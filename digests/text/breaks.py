"""Lines and paragraphs: what was one paragraph becomes one again."""

import re

from digests.text import shapes

_BULLET = re.compile(r"\s*(?:[-*•·■□▲△▷▶○●◆◇※]|\d{1,2}[.)]\s|[①-⑳])")
# A hard-wrapped line is at least and at most this long; a shorter one is a heading or a list's item.
_WRAPPED = 40
_WRAPPED_AT_MOST = 100
# How a line ends is seen in its last characters; looking at all of it would cost quadratic time.
_END = 4
# Nothing goes on from a paragraph longer than this.
_LONGEST = 5000


def paragraphs_of(text: str) -> list[str]:
    """Lines that say something, with hard-wrapped ones joined, and those that a link had broken.

    Any line is a paragraph, but for the next line of one that was wrapped in the middle of a sentence.
    """
    lines: list[str] = []
    is_next = False
    for raw in text.split("\n"):
        line = re.sub(r" {2,}", " ", raw).strip()
        if not line:
            is_next = False
            continue
        if is_next and _is_wrapped(lines[-1], line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        is_next = True
    return rejoined(lines)


def rejoined(lines: list[str]) -> list[str]:
    """Paragraphs that an inline link had broken, whole again.

    "채용 공고" + "에 따르면, …": a particle or a closing mark starts no paragraph, an opening quote ends
    none; and what the link's text went on from ("지난 27일" + "공식 블로그" + "를 통해") is no heading.
    """
    joined: list[str] = []
    for line in lines:
        end = joined[-1][-_END:] if joined and len(joined[-1]) < _LONGEST else ""
        if end and (shapes.OPENS.search(end) or _goes_on(end, line)):
            is_open = bool(shapes.OPENS.search(end))
            joined[-1] += line
            if not is_open and len(joined) > 1 and shapes.UNFINISHED.search(joined[-2][-_END:]):
                link = joined.pop()
                joined[-1] = f"{joined[-1]} {link}"
        else:
            joined.append(line)
    return joined


def _is_wrapped(before: str, line: str) -> bool:
    return (
        _WRAPPED <= len(before) <= _WRAPPED_AT_MOST
        and not shapes.ENDED.search(before)
        and not _BULLET.match(before)
        and not _BULLET.match(line)
        and not re.match(r"[(\[<]|엠바고|[가-힣]{2,4} 기자", line)
    )


def _goes_on(before: str, line: str) -> bool:
    if line[0] in shapes.CLOSES and not shapes.ENDED.search(before):
        return True
    is_open = before[-1:].isalnum() or before[-1:] in "’”)』」"
    return is_open and not shapes.STOPPED.search(before) and bool(shapes.GOES_ON.match(line))
