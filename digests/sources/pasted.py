"""What the plain text of an article says about itself: its title, its date, and who published it.

For text that a person pasted or saved: an article copied from a page, or a press release. Pure.
"""

import re

from digests.text.dates import ReadDate, read_date
from digests.text.sentences import clip, first_sentences

# A headline is shorter than this and no sentence; what has no headline is called by its first sentence.
_HEADLINE = 120
_CALLED = 120
# A date that is the article's stands among its first or its last lines.
_HEAD, _FOOT = 15, 5

_DAY = r"\d{4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}(?:\s?일|\.)?"
_CLOCK = r"(?:[\sT]+(?:오전|오후)?\s?\d{1,2}:\d{2}(?::\d{2})?)?"
_DATE_LINE = re.compile(
    rf"^[\[(<]?\s?(?:date|입력|등록|승인|발행|배포|배포일|작성|기사입력|최종수정|수정|published|updated)?\s?:?\s?"
    rf"(?P<date>{_DAY}{_CLOCK})\s?[\])>]?(?:\s?\|.{{0,40}})?$",
    re.IGNORECASE,
)
_GLUED_DATE = re.compile(
    rf"^(?:date|입력|등록|기사입력|published)\s?:?\s?(?P<date>{_DAY}{_CLOCK})(?=\s|$)", re.IGNORECASE
)
_ENGLISH_DATE_LINE = re.compile(
    r"^(?:(?:published|updated|posted)\s?(?:on)?:?\s)?(?P<date>(?:[A-Z][a-z]{2,8},?\s)?"
    r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4}|\d{1,2}\s[A-Z][a-z]{2,8}\s\d{4}).{0,20})$"
)
_ENGLISH_DATELINE = re.compile(
    r"^[A-Z][A-Za-z .,]{2,40}[,(]\s?(?P<date>[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4})\s?\)?\s?"
    r"(?:\([^)]{2,30}\))?\s?[-–—/]"
)
_NO_TITLE = re.compile(
    r"^[\[(<]?\s?(?:엠바고|보도\s?자료|배포\s?일|bookmark|date\s|for immediate release|press release)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?:다|요|까)\.[\"”’']?$|[a-z]\.$")

_WIRE = re.compile(
    r"[(\[【](?!사진|이미지|자료|그래픽|출처|영상|제공)[가-힣A-Za-z·]{2,12}\s?=\s?(?P<name>[가-힣A-Za-z0-9]{2,12})[)\]】]|^\[(?P<paper>[가-힣A-Za-z0-9]{2,12})[\s=]"
    r"[가-힣]{2,4}\s?기자\]"
)
_BY_MAIL = re.compile(
    r"(?:기자|특파원|에디터|by\s[A-Z][\w.' -]{1,40})[\s=,|/(\[<]{0,4}"
    r"[A-Za-z0-9._%+-]{1,64}@(?P<host>[A-Za-z0-9.-]{4,100})"
)
_OWN_PHOTO = re.compile(
    r"[(\[]\s?(?:사진|이미지|자료)\s?[=:]\s?(?P<name>[가-힣A-Za-z0-9 ]{2,20}?)\s?(?:DB|자료사진)\s?[)\]]"
)
_FREE_MAIL = re.compile(r"(?:gmail|naver|hanmail|daum|kakao|nate|hotmail|outlook|yahoo|icloud)\.\w")
_RELEASE = re.compile(
    r"엠바고\s?[:：]|보도\s?자료|for immediate release|media contact|press release", re.IGNORECASE
)
_COMPANY = re.compile(
    r"(?:^|[\s\]])(?P<name>[가-힣A-Za-z0-9&.·]{2,30})\s?\((?P<who>[^()]{0,80}(?:대표|CEO|사장|회장|www\.)[^()]{0,80})\)"
)
_SITE = re.compile(r"(?:https?://)?(?P<host>(?:www\.)[a-z0-9.-]{4,100})", re.IGNORECASE)


def find_title(lines: list[str]) -> tuple[str, int]:
    """The title, and the number of the line where the body begins.

    The first line that says something, when it is short and no sentence; else the first sentence,
    without its full stop, stands in, and the body keeps it.
    """
    for number, line in enumerate(lines[:_HEAD]):
        bare = line.strip().lstrip("#").strip()
        if not bare or (_NO_TITLE.match(bare) and not _GLUED_DATE.match(bare)) or _DATE_LINE.match(bare):
            continue
        if _GLUED_DATE.match(bare) or len(bare) > _HEADLINE or _SENTENCE_END.search(bare):
            break
        return bare, number + 1
    text = "\n".join(lines).strip()
    text = _GLUED_DATE.sub("", text).strip()
    return clip(first_sentences(text, 1).rstrip("."), _CALLED), 0


def find_date(lines: list[str], zone: str) -> ReadDate | None:
    """The date the article gives itself, from a line of its own, a date line, or the head of its text."""
    shown = [line.strip() for line in lines if line.strip()]
    for line in [*shown[:_HEAD], *shown[-_FOOT:]]:
        for shape in (_DATE_LINE, _GLUED_DATE, _ENGLISH_DATE_LINE, _ENGLISH_DATELINE):
            if (match := shape.match(line)) and (read := read_date(match["date"], zone)):
                return read
    return None


def find_outlet(lines: list[str]) -> tuple[str, str, bool]:
    """Who published it: (name, host, whether a company whose press release it is); "" for what it hides.

    In order of trust: a press release's company with its site, a wire's date line, the address in a
    by-line, the outlet whose own archive a photo is from.
    """
    text = "\n".join(lines)
    if _RELEASE.search(text[:2000]) and (company := _company(text[:4000])):
        return company
    if wire := _WIRE.search(text[:2000]):
        return (wire["name"] or wire["paper"]), "", False
    for mail in _BY_MAIL.finditer(text):
        host = mail["host"].lower().rstrip(".")
        if not _FREE_MAIL.match(host):
            return "", host, False
    names = [match["name"].strip() for match in _OWN_PHOTO.finditer(text)]
    names = [name for name in names if name not in {"본지", "자료", "AI", "게티이미지"}]
    if names:
        return max(names, key=names.count), "", False
    return "", "", False


def _company(text: str) -> tuple[str, str, bool] | None:
    match = _COMPANY.search(text)
    if not match:
        return None
    site = _SITE.search(match["who"])
    return match["name"], site["host"].lower() if site else "", True
