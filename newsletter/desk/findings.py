"""What the linter says of an edition right now, in the desk's words, before anybody approves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digests.editions.contents import contents_of
from digests.editions.linting import Finding, lint_edition, lint_items
from digests.editions.models import Edition, Placement

NAMES: Mapping[str, Promise] = {
    "single_source": _("Only one independent source"),
    "no_primary": _("No primary source"),
    "no_topic": _("No topic that a reader can choose"),
    "no_headline": _("No headline"),
    "control_characters": _("Control characters"),
    "summary_is_title": _("The summary only repeats the headline"),
    "truncated": _("The summary is cut off"),
    "cut_headline": _("The headline looks cut off"),
    "long_headline": _("The headline is long"),
    "sentence_count": _("The number of sentences is unusual"),
    "verbatim": _("Copied word for word from a source"),
    "ungrounded": _("The summary says what no source says"),
    "bad_link": _("No link that can be shown"),
    "unsafe_link": _("A link was left out as unsafe"),
    "duplicate_event": _("Another story tells the same event"),
    "topic_balance": _("One topic fills the edition"),
    "publisher_share": _("One publisher fills the edition"),
    "same_importance": _("Every story has the same importance"),
    "missing_language": _("No story in one of the languages"),
}


@dataclass(frozen=True)
class Told:
    """A finding as the desk shows it."""

    code: str
    name: str
    message: str
    where: str
    is_blocking: bool
    is_waived: bool
    reason: str
    item_id: int | None
    story_id: int | None
    headline: str


def findings_of(edition: Edition) -> list[Finding]:
    """The linter's findings: of what an open edition would freeze now, or of what a published one froze."""
    if edition.status not in Edition.OPEN:
        return lint_edition(edition)
    items = list(edition.items.filter(is_chosen=True).exclude(placement=Placement.HIDDEN))
    return lint_items(edition, items, contents_of(edition, [item.story_id for item in items]))


def blocking_of(edition: Edition) -> list[Finding]:
    """Those findings that keep a story out and that nobody waived."""
    return [one for one in findings_of(edition) if one.is_blocking and not one.is_waived]


def told(edition: Edition) -> list[Told]:
    """The findings with their stories, blocking ones first, each code once a story."""
    items = {item.pk: item for item in edition.items.select_related("story").prefetch_related("story__words")}
    found: dict[tuple[Any, ...], Told] = {}
    for one in findings_of(edition):
        item = items.get(one.item_id or 0)
        key = (one.code, one.item_id, one.where)
        found.setdefault(
            key,
            Told(
                code=one.code,
                name=str(NAMES.get(one.code, one.code)),
                message=one.message,
                where=one.where,
                is_blocking=one.is_blocking,
                is_waived=one.is_waived,
                reason=str(item.waived.get(one.code, "")) if item else "",
                item_id=one.item_id,
                story_id=item.story_id if item else None,
                headline=str(item.story) if item else "",
            ),
        )
    return sorted(found.values(), key=lambda one: (not one.is_blocking or one.is_waived, one.is_waived))
