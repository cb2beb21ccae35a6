"""Articles in Markdown: a record with front matter, and a day's digest.

What a digest says about importance, organisations and tags is not read: they are found anew.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from digests.sources.manuscripts import LANGUAGES, Manuscript, Outlet, UnreadableText, read_url, read_written
from digests.text.characters import to_plain, unescape

_HEADING = re.compile(r"^#{2,6}\s+(?P<title>\S.*)$")
_META = re.compile(r"^>\s?(?P<meta>.*)$")
_LINK = re.compile(r"\[[^\]\n]{0,200}\]\((?P<url>https?://[^\s)]{1,1990})\)")
_DATE = re.compile(r"\d{4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}(?:\s?일)?(?:\s\d{1,2}:\d{2})?")
_FRONT = re.compile(r"^(?P<key>[A-Za-z_][\w-]{0,40}):(?:\s(?P<value>.*))?$")
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_RECORD_META = re.compile(r"^\*\*[^*\n]{1,80}\*\*\s*\|.*$")
_RECORD_TAIL = re.compile(r"^\*(?:Crawled at|Source|Published|Collected at)\b.*\*$")


# --- A record with front matter ---------------------------------------------------------------


def is_record(text: str) -> bool:
    """Whether the text begins with a block of `key: value` lines between two rules of dashes."""
    return bool(re.match(r"[\ufeff\s]*---[ \t]*\r?\n\s*[A-Za-z_][\w-]{0,40}:", text[:400]))


def read_record(text: str, zone: str) -> Iterator[Manuscript]:
    """One article: what the front matter says, and the body without what the record repeats of it."""
    lines = text.lstrip("\ufeff").split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip())
    values: dict[str, str] = {}
    key = ""
    for number in range(first + 1, len(lines)):
        line = lines[number].rstrip("\r")
        if _RULE.match(line):
            break
        if match := _FRONT.match(line):
            key = match["key"].lower()
            values[key] = _unquoted(match["value"] or "")
        elif key and line.strip():
            values[key] = f"{values[key]} {line.strip()}".strip()
    else:
        raise UnreadableText(first + 1, "the front matter has no end")
    title = values.get("title", "")
    body = _record_body(lines[number + 1 :], title)
    if not title.strip() and not body.strip():
        raise UnreadableText(first + 1, "neither title nor text")
    written = values.get("published_at") or values.get("published") or values.get("date") or ""
    yield Manuscript(
        line=first + 1,
        title=title,
        text=body,
        url=read_url(values.get("url") or values.get("link") or "", first + 1),
        published=read_written(written, zone, first + 1),
        outlet=Outlet(name=to_plain(unescape(values.get("publisher") or values.get("source") or "")).strip()),
        language=values.get("language") if values.get("language") in LANGUAGES else None,
    )


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace('\\"', '"') if value[0] == '"' else inner.replace("''", "'")
    return value


def _record_body(lines: list[str], title: str) -> str:
    """The body without the record's own frame: the title again, its meta line, rules, its footer."""
    kept = []
    heading = to_plain(unescape(title)).strip()
    for line in lines:
        bare = line.strip()
        is_title = bare.startswith("# ") and to_plain(unescape(bare[2:])).strip() == heading
        if is_title or _RULE.match(bare) or _RECORD_META.match(bare) or _RECORD_TAIL.match(bare):
            continue
        kept.append(line)
    return "\n".join(kept)


# --- A Markdown digest ------------------------------------------------------------------------


def is_digest(text: str) -> bool:
    """Whether the text has a heading with a quoted line of facts, that has a date, under it.

    The date may stand in the digest's title instead, where the section has a link.
    """
    return any(True for _ in _sections(text.split("\n")))


def read_digest(text: str, zone: str) -> Iterator[Manuscript]:
    """One article per section: title, date, publisher (the last fact), original, and link."""
    lines = text.lstrip("\ufeff").split("\n")
    for start, end in _sections(lines):
        section = lines[start + 1 : end]
        facts = _facts(section)
        date = next((match.group() for fact in facts if (match := _DATE.search(fact))), _head_date(lines))
        # The last fact is who published it; in a row of one there is only the date.
        name = facts[-1] if len(facts) > 1 and not _DATE.search(facts[-1]) else ""
        body, rest = _original(section)
        title = _title(lines[start])
        body = body or _written(rest, title)
        link = next((match["url"] for line in rest if (match := _LINK.search(line))), "")
        yield Manuscript(
            line=start + 1,
            title=title,
            text=body,
            url=read_url(link, start + 1),
            published=read_written(date, zone, start + 1),
            outlet=Outlet(name=to_plain(name).strip()),
        )


def _sections(lines: list[str]) -> Iterator[tuple[int, int]]:
    """[start, end) of each section that has facts; headings inside an original are its text."""
    heads: list[int] = []
    is_inside = False
    for number, line in enumerate(lines):
        if "<details" in line:
            is_inside = True
        if "</details>" in line:
            is_inside = False
        if not is_inside and _HEADING.match(line):
            heads.append(number)
    has_date = bool(_head_date(lines))
    for start, end in pairwise([*heads, len(lines)]):
        section = lines[start + 1 : end]
        facts = _facts(section)
        has_link = has_date and any(_LINK.search(line) for line in section)
        if any(_DATE.search(fact) for fact in facts) or (facts and has_link):
            yield start, end


def _head_date(lines: list[str]) -> str:
    """The date in the digest's own title: its articles' where they name none."""
    head = next((line for line in lines if line.strip()), "")
    match = _DATE.search(head) if head.lstrip("\ufeff ").startswith("# ") else None
    return match.group() if match else ""


def _facts(section: list[str]) -> list[str]:
    """The facts of the first quoted line under a heading, without their bold and pictures."""
    for line in section:
        if match := _META.match(line.strip()):
            facts = (re.sub(r"[*_`]", "", fact).strip() for fact in match["meta"].split("|"))
            return [fact for fact in facts if fact]
        if line.strip():
            break
    return []


def _original(section: list[str]) -> tuple[str, list[str]]:
    """The collapsed original, and the lines around it."""
    inside: list[str] = []
    outside: list[str] = []
    is_inside = False
    for line in section:
        if "<details" in line:
            is_inside = True
        (inside if is_inside else outside).append(line)
        if "</details>" in line:
            is_inside = False
    body = re.sub(r"<summary>.{0,300}?</summary>", "", "\n".join(inside), flags=re.DOTALL)
    return re.sub(r"</?details[^>]{0,40}>", "", body).strip(), outside


def _written(rest: list[str], title: str) -> str:
    """What a section without a collapsed original says: not its facts, labels, links, or title again."""
    kept = []
    for line in rest:
        bare = line.strip()
        is_frame = bare.startswith(">") or _RULE.match(bare) or re.fullmatch(r"\*\*[^*]{1,40}\*\*:?", bare)
        is_link = _LINK.search(bare) and len(_LINK.sub("", bare).strip()) < 4
        if not is_frame and not is_link and bare != title:
            kept.append(line)
    return "\n".join(kept).strip()


def _title(line: str) -> str:
    match = _HEADING.match(line)
    title = match["title"] if match else line
    if link := re.fullmatch(r"\[(?P<text>.{1,500})\]\([^)\s]{1,2000}\)", title.strip()):
        return link["text"]
    return title
