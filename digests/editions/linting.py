"""Our own linter: of items before they freeze, of editions, of files, of every rendered mail.

Public tools miss `<svg>` and `<details>` in mail, and none knows what a story is. A finding is
blocking or a warning; a curator can waive one with a reason (`Item.waived`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from digests.editions.findings import Finding, blocking, warning
from digests.editions.linting_content import duplicates, lint_content, lint_mix
from digests.editions.linting_mail import lint_mail
from digests.editions.models import Edition, Item, Placement
from digests.sources.models import Article
from digests.stories.grounding import ungrounded
from digests.stories.models import Verdict, Words

__all__ = ["Finding", "lint_edition", "lint_item", "lint_items", "lint_mail"]


def lint_edition(edition: Edition) -> list[Finding]:
    """The faults of a published edition, from what it froze."""
    items = list(edition.items.filter(is_chosen=True).order_by("position"))
    return lint_items(edition, items, {item.story_id: item.content for item in items})


def lint_item(item: Item) -> list[Finding]:
    """The faults of one frozen item."""
    return _lint(item, item.content, _texts([item.story_id]).get(item.story_id, []))


def lint_items(
    edition: Edition, items: Sequence[Item], contents: Mapping[int, Mapping[str, Any]]
) -> list[Finding]:
    """The faults of `items` with the `contents` (by story) that they have or would get, and of their mix."""
    told = [item for item in items if contents.get(item.story_id) and item.placement != Placement.HIDDEN]
    texts = _texts([item.story_id for item in told])
    findings: list[Finding] = []
    for item in told:
        findings += _lint(item, contents[item.story_id], texts.get(item.story_id, []))
    findings += _lint_duplicates(told, contents, texts)
    return findings + lint_mix([contents[item.story_id] for item in told])


def _lint(item: Item, content: Mapping[str, Any], texts: Sequence[str]) -> list[Finding]:
    findings = lint_content(content, texts)
    for language, words in content.get("words", {}).items():
        loose = ungrounded(words.get("summary", ""), [*texts, *_titles(content)]) if texts else []
        if loose:
            told = f"No source says: {', '.join(loose[:5])}."
            # A curator's word stands; the finding says where to look again.
            is_curators = words.get("by") == Words.Source.CURATOR
            findings.append((warning if is_curators else blocking)("ungrounded", str(language), told))
    return [finding.of(item.pk, item.waived) for finding in findings]


def _titles(content: Mapping[str, Any]) -> list[str]:
    return [source.get("title", "") for source in content.get("sources", ())]


def _texts(story_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = Article.objects.live().filter(telling__story_id__in=story_ids).order_by("pk")
    texts: dict[int, list[str]] = {}
    for story_id, text in rows.values_list("telling__story_id", "text"):
        texts.setdefault(story_id, []).append(text)
    return texts


def _lint_duplicates(
    items: Sequence[Item], contents: Mapping[int, Mapping[str, Any]], texts: Mapping[int, list[str]]
) -> list[Finding]:
    pairs = duplicates(
        [contents[item.story_id] for item in items], [texts.get(item.story_id, []) for item in items]
    )
    if not pairs:
        return []
    apart = _parted([items[place].story_id for pair in pairs for place in pair])
    return [
        blocking("duplicate_event", "edition", f"Tells what #{items[first].position} tells.").of(
            items[second].pk, items[second].waived
        )
        for first, second in pairs
        if frozenset((items[first].story_id, items[second].story_id)) not in apart
    ]


def _parted(story_ids: Sequence[int]) -> set[frozenset[int]]:
    """Pairs of stories that a curator's verdict keeps apart."""
    rows = Verdict.objects.filter(
        is_same=False, first__telling__story_id__in=story_ids, second__telling__story_id__in=story_ids
    ).values_list("first__telling__story_id", "second__telling__story_id")
    return {frozenset(row) for row in rows}
