"""What curators can do to an edition: each act one audited function, and each act on an item can be undone.

A curator's act raises the edition's version, so that whatever was kept ready of it is made anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from digests.editions import assembling
from digests.editions.contents import seal
from digests.editions.models import Correction, Edition, Item, Placement
from digests.editions.typography import visible
from digests.journal.models import Act
from digests.journal.recording import record
from digests.stories import curating as stories
from digests.stories.models import Words

# The fields of an item that curators set, and that undoing sets back.
FIELDS = ("placement", "is_chosen", "is_moved", "position", "waived")


class CannotCurateError(Exception):
    """The act does not fit the edition's or the item's state; its message is for the curator."""


def pin(item_id: int, actor: User | None, now: datetime) -> Act:
    """Let the story lead every digest that may hold it."""
    return _change(item_id, actor, "pin", now, placement=Placement.PINNED, is_chosen=True)


def hide(item_id: int, actor: User | None, now: datetime, reason: str = "") -> Act:
    """Take the story out of the edition, from a published one too: no later digest or page shows it."""
    return _change(item_id, actor, "hide", now, reason, placement=Placement.HIDDEN, is_chosen=False)


def restore(item_id: int, actor: User | None, now: datetime) -> Act:
    """Give the story back the place its rank gives it."""
    return _change(item_id, actor, "restore", now, placement=Placement.NORMAL, is_chosen=True, is_moved=False)


def set_aside(item_id: int, actor: User | None, now: datetime) -> Act:
    """Let the story wait beside the edition."""
    return _change(item_id, actor, "set aside", now, is_chosen=False)


def move(item_id: int, position: int, actor: User | None, now: datetime) -> Act:
    """Put the story at `position`, from 1; ranking leaves it there."""
    return _change(item_id, actor, "move", now, position=max(position, 1), is_moved=True)


def waive(item_id: int, code: str, reason: str, actor: User | None, now: datetime) -> Act:
    """Let the linter's finding `code` of this story stand, for a reason."""
    if not reason.strip():
        raise CannotCurateError(_("A finding is waived with a reason."))
    item = Item.objects.get(pk=item_id)
    return _change(item_id, actor, "waive", now, reason, waived={**item.waived, code: reason})


def undo(act_id: int, actor: User | None, now: datetime) -> Act:
    """Set an item, or an edition's status, back to what it was before the act."""
    act = Act.objects.get(pk=act_id)
    is_undone = Act.objects.filter(undoes=act).exists()
    before: Mapping[str, Any] = act.before
    if act.content_type.model_class() is Edition and "status" in before and not is_undone:
        return _set_back(act, actor)
    if act.content_type.model_class() is not Item or is_undone or not set(before) <= set(FIELDS):
        raise CannotCurateError(_("This act cannot be undone, or has been."))
    return _change(act.object_id, actor, "undo", now, undoes=act, **before)


def _change(
    item_id: int,
    actor: User | None,
    verb: str,
    now: datetime,
    reason: str = "",
    undoes: Act | None = None,
    **changes: Any,
) -> Act:
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(items=item_id)
        item = Item.objects.get(pk=item_id)
        is_published = edition.status in Edition.PUBLISHED
        if edition.status == Edition.Status.CANCELLED:
            raise CannotCurateError(_("This edition is cancelled."))
        if is_published and changes.get("is_chosen") and not item.content:
            raise CannotCurateError(
                _("This story was not frozen with its edition, so it cannot be shown in it.")
            )
        if "position" in changes and not is_published:
            _make_room(item, changes["position"])
        before = {name: getattr(item, name) for name in changes}
        for name, value in changes.items():
            setattr(item, name, value)
        item.save(update_fields=list(changes))
        if not is_published:
            _place(edition)
        _bump(edition)
        return record(actor, verb, item, before=before, after=changes, reason=reason, undoes=undoes)


def _place(edition: Edition) -> None:
    items = list(edition.items.all())
    assembling.place(items)
    Item.objects.bulk_update(items, ["position"])


def _make_room(item: Item, position: int) -> None:
    """Let the other stories that curators moved step aside, so that this one comes to stand at `position`."""
    moved = Item.objects.filter(edition=item.edition_id, is_moved=True).exclude(pk=item.pk)
    if position > item.position:
        passed = moved.filter(position__gt=item.position, position__lte=position)
        passed.update(position=F("position") - 1)
    else:
        passed = moved.filter(position__gte=position, position__lt=item.position)
        passed.update(position=F("position") + 1)


def _bump(edition: Edition) -> None:
    edition.version += 1
    edition.save(update_fields=["version"])


def correct(
    item_id: int,
    language: str,
    actor: User | None,
    now: datetime,
    *,
    note_ko: str,
    note_en: str = "",
    headline: str | None = None,
    summary: str | None = None,
) -> Correction:
    """Put a published story right: its words on the web at once, a correction for those who received it.

    Mails already sent stay as they were; `before` keeps the words they had.
    """
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(items=item_id)
        item = Item.objects.get(pk=item_id)
        if edition.status not in Edition.PUBLISHED or not item.content:
            raise CannotCurateError(
                _("Only a published story is corrected; before that, its words are edited.")
            )
        content = dict(item.content)
        told = dict(content.get("words", {}))
        before = dict(told.get(language, {}))
        changes = {"headline": headline, "summary": summary}
        told[language] = {
            **before,
            **{name: visible(value) for name, value in changes.items() if value is not None},
            "by": "curator",
        }
        note = {"at": now.isoformat(), "ko": visible(note_ko), "en": visible(note_en)}
        content |= {"words": told, "corrected": note}
        item.content = seal(content)
        item.save(update_fields=["content"])
        _bump(edition)
        correction = Correction.objects.create(
            item=item, at=now, curator=actor, note_ko=note_ko, note_en=note_en, before={language: before}
        )
        record(
            actor,
            "correct",
            item,
            before={language: before},
            after={language: told[language]},
            reason=note_ko,
        )
    return correction


def reword(
    item_id: int, language: str, headline: str, summary: str, actor: User | None, now: datetime
) -> Words:
    """Write a story's headline and summary while its edition is open; the act stands with the story.

    `grounding` of the words given back says what no source says. Undone by `stories.curating.undo`.
    """
    if not headline.strip():
        raise CannotCurateError(_("A story needs a headline."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(items=item_id)
        if edition.status not in Edition.OPEN:
            raise CannotCurateError(_("This edition is not open any more: correct the story instead."))
        words = Words.objects.get(story__items=item_id, language=language)
        stories.write(words.pk, visible(headline)[:500], visible(summary), actor, now)
        _bump(edition)
        words.refresh_from_db()
    return words


def hold(edition_id: int, actor: User | None, now: datetime, reason: str = "") -> Act:
    """Keep an open edition from freezing itself at its cut-off."""
    return _set(edition_id, actor, "hold", Edition.OPEN, Edition.Status.HELD, reason)


def release(edition_id: int, actor: User | None, now: datetime) -> Act:
    """Let a held edition go its way again; a cut-off that has passed freezes it at the next tick."""
    return _set(edition_id, actor, "release", [Edition.Status.HELD], Edition.Status.COLLECTING)


def review(edition_id: int, actor: User | None, now: datetime) -> Act:
    """Say that somebody is looking an open edition over; it still freezes itself at its cut-off."""
    return _set(edition_id, actor, "review", [Edition.Status.COLLECTING], Edition.Status.REVIEW)


def approve(edition_id: int, actor: User, now: datetime) -> int:
    """Freeze an open edition now, as the curator's own act; gives the number of its stories."""
    return assembling.freeze(edition_id, now, actor=actor)


def pause(edition_id: int, actor: User | None, now: datetime, reason: str = "") -> Act:
    """Stop sending a published edition; its pages stay."""
    return _set(edition_id, actor, "pause", [Edition.Status.FROZEN], Edition.Status.PAUSED, reason)


def resume(edition_id: int, actor: User | None, now: datetime) -> Act:
    """Send a paused edition on."""
    return _set(edition_id, actor, "resume", [Edition.Status.PAUSED], Edition.Status.FROZEN)


def cancel(edition_id: int, actor: User | None, now: datetime, reason: str = "") -> Act:
    """Withdraw an edition: it is sent to nobody any more, and shown to nobody."""
    states = [*Edition.OPEN, *Edition.PUBLISHED]
    return _set(edition_id, actor, "cancel", states, Edition.Status.CANCELLED, reason)


def _set(
    edition_id: int, actor: User | None, verb: str, allowed: list[Any], status: str, reason: str = ""
) -> Act:
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=edition_id)
        if edition.status not in allowed:
            raise CannotCurateError(
                _("This edition's status is “%(status)s”, so that cannot be done.")
                % {"status": edition.get_status_display()}
            )
        before = {"status": edition.status, "status_reason": edition.status_reason}
        edition.status, edition.status_reason = status, reason
        edition.version += 1
        edition.save(update_fields=["status", "status_reason", "version"])
        after = {"status": status, "status_reason": reason}
        return record(actor, verb, edition, before=before, after=after, reason=reason)


def _set_back(act: Act, actor: User | None) -> Act:
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=act.object_id)
        if edition.status != act.after["status"]:
            raise CannotCurateError(_("The edition has changed since; this act can no longer be undone."))
        edition.status, edition.status_reason = act.before["status"], act.before["status_reason"]
        edition.version += 1
        edition.save(update_fields=["status", "status_reason", "version"])
        return record(actor, "undo", edition, before=act.after, after=act.before, undoes=act)
