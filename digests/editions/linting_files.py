"""A digest in a file, linted as an edition: what a Markdown digest says, held to the same rules. Pure."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from digests.editions.findings import Finding, blocking, warning
from digests.editions.linting_content import duplicates, is_cut_off, lint_content, lint_mix
from digests.sources.file_forms import read_manuscripts
from digests.sources.manuscripts import Manuscript
from digests.text.cleaning import clean_text
from digests.text.language import detect_language

_SUMMARY = re.compile(r"^\W*(?:요약|summary)\W*$", re.IGNORECASE)
_IMPORTANCE = re.compile(r"(?:📌|\*\*(?:중요도|Importance)\*\*)\s*([^|*·\n]+)")
_TAGS = re.compile(r"(?:🏷\ufe0f?|\*\*(?:주제|Topics)\*\*)\s*([^|·\n]+)")
_QUOTED = re.compile(r"^>\s?")
_OTHER = {"기타", "other", "etc", "general", "일반"}
_ANCHOR_LINK = re.compile(r"^\s*(?:\d+\.|[-*])\s+\[(?P<title>.+)\]\(#(?P<anchor>[^)]*)\)\s*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
_ID = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
# What GitHub drops from a heading to make its anchor.
_DROPPED = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class FileStory:
    """One story of a digest file: where it begins, its content as an item would have it, its original."""

    line: int
    content: dict[str, Any]
    text: str


def read_stories(text: str, zone: str = "Asia/Seoul") -> list[FileStory]:
    """The stories of a digest file. Raises manuscripts.UnreadableText."""
    manuscripts = read_manuscripts(text, zone)
    lines = text.splitlines()
    ends = [manuscript.line - 1 for manuscript in manuscripts[1:]] + [len(lines)]
    return [
        _story(manuscript, lines[manuscript.line - 1 : end])
        for manuscript, end in zip(manuscripts, ends, strict=True)
    ]


def _story(manuscript: Manuscript, section: list[str]) -> FileStory:
    facts = "\n".join(section[:12])
    tags = [tag.strip() for tag in _found(_TAGS, facts).split(",") if tag.strip()]
    outlet = manuscript.outlet.name or manuscript.outlet.host
    language = manuscript.language or detect_language(manuscript.title)
    content = {
        "language": language,
        "words": {language: {"headline": manuscript.title, "summary": _summary(section)}},
        "topics": ["other" if tag.casefold() in _OTHER else tag for tag in tags] or ["other"],
        "organizations": [],
        "importance": _found(_IMPORTANCE, facts).strip(),
        "sources": [{"publisher": outlet, "url": manuscript.url, "is_primary": manuscript.outlet.is_company}],
        "publishers": [outlet] if outlet else [],
    }
    return FileStory(manuscript.line, content, manuscript.text)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group(1) if match else ""


def _summary(section: list[str]) -> str:
    """What follows the line that says "summary", up to the next markup; else the first plain paragraph."""
    starts = [place for place, line in enumerate(section) if _SUMMARY.match(line)]
    told: list[str] = []
    for line in section[starts[0] + 1 if starts else 1 :]:
        plain = line.strip()
        if plain.startswith(("<", "#", "---", "🔗", "[")) or (not plain and told):
            break
        if plain and not _QUOTED.match(plain) and not plain.startswith("**"):
            told.append(plain)
    return " ".join(told)


def lint_file(text: str) -> list[Finding]:
    """The faults of a digest file. Raises manuscripts.UnreadableText."""
    stories = read_stories(text)
    findings: list[Finding] = []
    for story in stories:
        where = f"line {story.line}"
        findings += [
            Finding(f.code, f.is_blocking, where, f.message)
            for f in lint_content(story.content, [story.text])
        ]
        findings += _lint_original(story, where)
    contents = [story.content for story in stories]
    findings += [
        blocking(
            "duplicate_event", f"line {stories[second].line}", f"Tells what line {stories[first].line} tells."
        )
        for first, second in duplicates(contents, [[story.text] for story in stories])
    ]
    return findings + lint_mix(contents) + _lint_contents(text)


def _lint_original(story: FileStory, where: str) -> list[Finding]:
    findings = []
    if is_cut_off(story.text.rstrip("\"'”’ ")):
        findings.append(blocking("truncated", where, "The original is cut off."))
    headline = next(iter(story.content["words"].values()))["headline"]
    removed = Counter(removal.kind for removal in clean_text(story.text, title=headline).removed)
    if removed:
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(removed.items()))
        findings.append(warning("noise", where, f"The original carries what is not news: {told}."))
    return findings


def _lint_contents(text: str) -> list[Finding]:
    """Links of the table of contents that lead nowhere, and titles that it cuts."""
    anchors = {_DROPPED.sub("", title).strip().lower().replace(" ", "-") for title in _HEADING.findall(text)}
    anchors |= set(_ID.findall(text))
    findings = []
    for match in _ANCHOR_LINK.finditer(text):
        where = f"line {text.count(chr(10), 0, match.start()) + 1}"
        if match["anchor"] not in anchors:
            findings.append(blocking("bad_link", where, "The contents lead to a heading that is not there."))
        if is_cut_off(match["title"]):
            findings.append(warning("cut_headline", where, "The contents cut this title."))
    return findings
