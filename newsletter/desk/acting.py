"""The acts behind the desk's buttons: who may, whether the page they saw still holds, and what it does.

A button names its act; the act itself is one audited function of the stage it belongs to. The version
of the edition that the page showed comes with it: where somebody acted since, nothing is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from digests.editions import curating
from digests.editions.curating import CannotCurateError
from digests.editions.models import Edition, Item, Placement
from digests.journal.models import Act
from digests.stories import curating as stories
from digests.stories.curating import CannotDo
from digests.stories.models import Tag, Verdict, Words
from newsletter.desk import clearance
from newsletter.desk.findings import blocking_of


class RefusedError(Exception):
    """The act was not done; its message says why and what to do, for the curator."""


class StaleError(RefusedError):
    """Somebody changed the edition since the page was made."""


@dataclass(frozen=True)
class Wish:
    """What a button asks for: on which edition, by whom, when, and the fields of its form."""

    edition: Edition
    actor: User
    now: datetime
    fields: Mapping[str, str]

    def number(self, name: str) -> int:
        """A field as a whole number. Raises RefusedError."""
        value = self.fields.get(name, "").strip()
        if not (value.isascii() and value.isdigit()) or len(value) > 9:
            raise RefusedError(_("A number is missing."))
        return int(value)

    def item(self) -> Item:
        """The story the act is about. Raises RefusedError when this edition does not hold it."""
        item = Item.objects.filter(edition=self.edition, pk=self.number("item")).first()
        if item is None:
            raise RefusedError(_("This story is not in the edition any more."))
        return item

    def reason(self) -> str:
        """Why, if said."""
        return self.fields.get("reason", "").strip()[:300]


def standing(edition: Edition) -> list[Item]:
    """The items that stand in the edition, in its order."""
    items = edition.items.filter(is_chosen=True, story__tellings__isnull=False).distinct()
    return list(items.exclude(placement=Placement.HIDDEN).order_by("position"))


def do(name: str, wish: Wish) -> str:
    """Do what the button `name` asks for, and give the sentence that says so.

    1. The permission; an unknown act is nobody's. 2. The edition, locked, and its version. 3. The act.
    Raises PermissionDenied, StaleError, and RefusedError for what makes no sense here.
    """
    if name not in ACTS:
        raise RefusedError(_("There is no such act."))
    permission, act = ACTS[name]
    if not wish.actor.has_perm(permission):
        raise PermissionDenied
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=wish.edition.pk)
        if wish.number("version") != edition.version:
            raise StaleError(who_changed(edition))
        try:
            return act(Wish(edition, wish.actor, wish.now, wish.fields))
        except CannotCurateError as error:
            raise RefusedError(str(error)) from error
        except CannotDo as error:
            raise RefusedError(_(str(error))) from error


def acts_of(edition: Edition) -> list[Act]:
    """The last forty acts on the edition, its items, and its stories' words and tellings, newest first."""
    items = edition.items.order_by()
    words = Words.objects.filter(story__items__edition=edition).order_by()
    about = Act.objects.filter(
        content_type__app_label="editions", content_type__model="edition", object_id=edition.pk
    )
    about |= Act.objects.filter(
        content_type__app_label="editions", content_type__model="item", object_id__in=items.values("pk")
    )
    about |= Act.objects.filter(
        content_type__app_label="stories", content_type__model="words", object_id__in=words.values("pk")
    )
    about |= Act.objects.filter(
        content_type__app_label="stories", content_type__model="story", object_id__in=items.values("story_id")
    )
    rows = about.select_related("actor", "content_type", "undone_by")
    return list(rows.order_by("-at", "-pk")[:40])


def who_changed(edition: Edition) -> str:
    """Who acted last, and when: what somebody with an older page is told."""
    last = next(iter(acts_of(edition)), None)
    if last is None:
        return _("The edition has changed since you opened this page. Below is the newer one.")
    return _(
        "%(who)s changed the edition at %(time)s (%(what)s). Below is the newer one; "
        "nothing of yours was done."
    ) % {
        "who": last.actor or _("The service"),
        "time": time_format(localtime(last.at), "H:i"),
        "what": VERBS.get(last.verb, last.verb),
    }


def _pin(wish: Wish) -> str:
    curating.pin(wish.item().pk, wish.actor, wish.now)
    return _("Pinned: it leads every digest that may hold it.")


def _hide(wish: Wish) -> str:
    curating.hide(wish.item().pk, wish.actor, wish.now, wish.reason())
    return _("Hidden: no digest and no page shows it.")


def _restore(wish: Wish) -> str:
    curating.restore(wish.item().pk, wish.actor, wish.now)
    return _("It stands in the edition, where its rank puts it.")


def _set_aside(wish: Wish) -> str:
    curating.set_aside(wish.item().pk, wish.actor, wish.now)
    return _("It waits beside the edition.")


def _move_to(wish: Wish, item: Item, place: int) -> str:
    order = standing(wish.edition)
    target = order[min(max(place, 1), len(order)) - 1]
    if target.pk == item.pk:
        raise RefusedError(_("It stands there already."))
    curating.move(item.pk, target.position, wish.actor, wish.now)
    return _("Moved to place %(place)s.") % {"place": min(max(place, 1), len(order))}


def _move(wish: Wish) -> str:
    return _move_to(wish, _standing_item(wish)[0], wish.number("place"))


def _up(wish: Wish) -> str:
    item, place = _standing_item(wish)
    return _move_to(wish, item, place - 1)


def _down(wish: Wish) -> str:
    item, place = _standing_item(wish)
    return _move_to(wish, item, place + 1)


def _standing_item(wish: Wish) -> tuple[Item, int]:
    if wish.edition.status not in Edition.OPEN:
        raise RefusedError(_("The order of a published edition stays as it was sent."))
    wanted = wish.item()
    for place, item in enumerate(standing(wish.edition), start=1):
        if item.pk == wanted.pk:
            return item, place
    raise RefusedError(_("Only a story that stands in the edition can be moved."))


def _write(wish: Wish) -> str:
    item, given = wish.item(), wish.fields
    language = given.get("language", "")
    if not Words.objects.filter(story=item.story_id, language=language).exists():
        raise RefusedError(_("The story has no words in this language."))
    headline, summary = given.get("headline", ""), given.get("summary", "")
    words = curating.reword(item.pk, language, headline, summary, wish.actor, wish.now)
    if words.grounding:
        return _("Saved. Look again: no source says %(words)s.") % {"words": ", ".join(words.grounding[:5])}
    return _("Saved. The sources say everything the summary says.")


def _merge(wish: Wish) -> str:
    item, place = _standing_item(wish)
    order, other = standing(wish.edition), wish.number("place")
    if other == place or not 0 < other <= len(order):
        raise RefusedError(_("Give the place of the other story."))
    stories.merge([item.story_id, order[other - 1].story_id], wish.actor, wish.now)
    _count(wish.edition)
    return _("Merged into one story.")


def _count(edition: Edition) -> None:
    edition.version += 1
    edition.save(update_fields=["version"])


def _hold(wish: Wish) -> str:
    curating.hold(wish.edition.pk, wish.actor, wish.now, wish.reason())
    return _("Held: it will not freeze until somebody releases it.")


def _release(wish: Wish) -> str:
    curating.release(wish.edition.pk, wish.actor, wish.now)
    return _("Released: it freezes at its cut-off, or at once if that has passed.")


def _review(wish: Wish) -> str:
    curating.review(wish.edition.pk, wish.actor, wish.now)
    return _("In review: others see that somebody is at it.")


def _approve(wish: Wish) -> str:
    if wish.edition.status not in Edition.OPEN:
        raise RefusedError(_("This edition is not open any more."))
    if blocked := len(blocking_of(wish.edition)):
        raise RefusedError(
            ngettext(
                "%(count)d blocking finding. Fix it, waive it with a reason, or set the story aside, "
                "then approve.",
                "%(count)d blocking findings. Fix them, waive them with a reason, or set the stories aside, "
                "then approve.",
                blocked,
            )
            % {"count": blocked}
        )
    count = curating.approve(wish.edition.pk, wish.actor, wish.now)
    return ngettext("Approved with %(count)d story.", "Approved with %(count)d stories.", count) % {
        "count": count
    }


def _waive(wish: Wish) -> str:
    curating.waive(wish.item().pk, wish.fields.get("code", "")[:40], wish.reason(), wish.actor, wish.now)
    return _("Waived.")


def _pause(wish: Wish) -> str:
    curating.pause(wish.edition.pk, wish.actor, wish.now, wish.reason())
    return _("Paused: no further mail of this edition leaves.")


def _resume(wish: Wish) -> str:
    curating.resume(wish.edition.pk, wish.actor, wish.now)
    return _("Sending goes on.")


def _cancel(wish: Wish) -> str:
    if not wish.reason():
        raise RefusedError(_("Say why it is cancelled."))
    curating.cancel(wish.edition.pk, wish.actor, wish.now, wish.reason())
    return _("Cancelled: nobody gets it any more, and no page shows it.")


def _undo(wish: Wish) -> str:
    act = Act.objects.filter(pk=wish.number("act_id")).select_related("content_type").first()
    if act is None or all(act.pk != one.pk for one in acts_of(wish.edition)):
        raise RefusedError(_("This act is not one of this edition."))
    if not wish.actor.has_perm(permission_to_undo(act)):
        raise PermissionDenied
    if act.content_type.app_label == "stories":
        stories.undo(act.pk, wish.actor, wish.now)
        _count(wish.edition)
    else:
        curating.undo(act.pk, wish.actor, wish.now)
    return _("Undone.")


def permission_to_undo(act: Act) -> str:
    """Whoever may do an act may undo it."""
    model = act.content_type.model_class()
    if model is Words:
        return clearance.WRITE
    if model in (Tag, Verdict) or act.content_type.app_label == "stories":
        return clearance.MERGE
    if model is Edition:
        return clearance.OPERATE if act.verb in ("pause", "resume", "cancel") else clearance.PUBLISH
    return clearance.CURATE


VERBS: Mapping[str, Promise] = {
    "pin": gettext_lazy("pinned"),
    "hide": gettext_lazy("hidden"),
    "restore": gettext_lazy("given back its place"),
    "set aside": gettext_lazy("set aside"),
    "move": gettext_lazy("moved"),
    "waive": gettext_lazy("waived a finding"),
    "write": gettext_lazy("words written"),
    "merge": gettext_lazy("merged"),
    "split": gettext_lazy("split"),
    "same": gettext_lazy("the same event"),
    "not_same": gettext_lazy("not the same"),
    "undo": gettext_lazy("undone"),
    "freeze": gettext_lazy("edition frozen"),
    "hold": gettext_lazy("held"),
    "release": gettext_lazy("released"),
    "review": gettext_lazy("taken into review"),
    "pause": gettext_lazy("sending paused"),
    "resume": gettext_lazy("sending resumed"),
    "cancel": gettext_lazy("cancelled"),
    "correct": gettext_lazy("corrected"),
}
UNDOABLE = frozenset(
    {"pin", "hide", "restore", "set aside", "move", "waive", "write", "merge", "split"}
    | {"same", "not_same", "hold", "release", "review", "pause", "resume", "cancel"}
)

ACTS: Mapping[str, tuple[str, Callable[[Wish], str]]] = {
    "pin": (clearance.CURATE, _pin),
    "hide": (clearance.CURATE, _hide),
    "restore": (clearance.CURATE, _restore),
    "set_aside": (clearance.CURATE, _set_aside),
    "move": (clearance.CURATE, _move),
    "up": (clearance.CURATE, _up),
    "down": (clearance.CURATE, _down),
    "waive": (clearance.CURATE, _waive),
    "undo": (clearance.SEE, _undo),
    "write": (clearance.WRITE, _write),
    "merge": (clearance.MERGE, _merge),
    "hold": (clearance.PUBLISH, _hold),
    "release": (clearance.PUBLISH, _release),
    "review": (clearance.PUBLISH, _review),
    "approve": (clearance.PUBLISH, _approve),
    "pause": (clearance.OPERATE, _pause),
    "resume": (clearance.OPERATE, _resume),
    "cancel": (clearance.OPERATE, _cancel),
}
