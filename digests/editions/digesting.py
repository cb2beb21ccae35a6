"""From an edition and one reader's preferences to the stored digest that all who chose alike share.

edition ─▶ pool (once) ─▶ select (once per distinct key) ─▶ arrange ─▶ fit the budget ─▶ Digest
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.signals import setting_changed

from digests.editions.contents import contents_of
from digests.editions.linting_mail import MAX_HTML, MAX_MESSAGE, encoded_size
from digests.editions.models import Digest, Edition, Item, Placement
from digests.editions.preferences import Candidate, Preferences
from digests.editions.rendering import RenderedMail, Shown, load_contents, render, section_of_shown
from digests.editions.rendering_pieces import RECIPIENT_SLOTS
from digests.editions.sections import arrange_by
from digests.editions.selecting import Choice, Pool, select

# What the recipient's links and the line of reason may add to a part, with room to spare.
SLOT_ROOM = 400 * len(RECIPIENT_SLOTS)
WEEK = timedelta(days=7)
MAX_KEPT = 200_000
BATCH = 500


@dataclass(frozen=True)
class Shelf:
    """What can be chosen for one edition: the pool, and the content behind each candidate."""

    pool: Pool
    contents: Mapping[int, Mapping[str, Any]]


_shelves: dict[tuple[int, int, bool], Shelf] = {}
# What each reader's digest is called, by all that decides it; None where there is none to send.
_keys: dict[tuple[object, ...], str | None] = {}


def forget(**_sent: object) -> None:
    """Drop what was kept: settings that stand in mails have changed."""
    _shelves.clear()
    _keys.clear()


setting_changed.connect(forget)


def daily_candidates(edition: Edition) -> list[Candidate]:
    """What stands in a published edition, in its order."""
    return _candidates(Item.objects.filter(edition=edition, is_chosen=True).order_by("position"))


def weekly_candidates(edition: Edition) -> list[Candidate]:
    """What stood in the published editions of the seven days up to `edition`, best rank first."""
    items = Item.objects.filter(
        edition__zone=edition.zone,
        edition__date__gt=edition.date - WEEK,
        edition__date__lte=edition.date,
        edition__status__in=Edition.PUBLISHED,
        is_chosen=True,
    )
    return _candidates(items.order_by("-rank", "-edition__date", "position"))


def _candidates(items: Any) -> list[Candidate]:
    rows = items.values_list("pk", "story_id", "content", "placement")
    seen: set[int] = set()
    found = []
    for pk, story_id, content, placement in rows:
        if content and story_id not in seen and placement != Placement.HIDDEN:
            seen.add(story_id)
            is_pinned = placement == Placement.PINNED
            found.append(Candidate.of(pk, story_id, content, is_pinned=is_pinned))
    return found


def shelf_of(edition: Edition, *, is_weekly: bool = False) -> Shelf:
    """The shelf of a published edition, indexed once per process and version."""
    key = (edition.pk, edition.version, is_weekly)
    if key not in _shelves:
        if len(_shelves) > 20:
            _shelves.clear()
        if is_weekly:
            candidates = weekly_candidates(edition)
            ids = [candidate.item_id for candidate in candidates]
            contents = dict(Item.objects.filter(pk__in=ids).values_list("pk", "content"))
            _shelves[key] = Shelf(Pool(candidates), contents)
        else:
            _shelves[key] = Shelf(Pool(daily_candidates(edition)), load_contents(edition))
    return _shelves[key]


def digest_for(
    edition: Edition,
    preferences: Preferences,
    received: frozenset[int] = frozenset(),
    *,
    is_weekly: bool = False,
) -> Digest | None:
    """The digest that a reader with `preferences` gets of `edition`, stored once for all who choose alike.

    `received` are ids of stories the reader got before. None when there is nothing to send: the reader
    asked for no mail on a thin day, or there is no story and no short note is wanted.
    """
    (digest_id,) = digests_for(edition, [(preferences, received)], is_weekly=is_weekly)
    return None if digest_id is None else Digest.objects.get(pk=digest_id)


def digests_for(
    edition: Edition,
    wanted: Sequence[tuple[Preferences, frozenset[int]]],
    *,
    is_weekly: bool = False,
) -> list[int | None]:
    """The ids of the digests of many readers, in order, as `digest_for` gives them one by one.

    New rows go in together, 500 a statement. Safe to run twice at once: a digest's key is its content.
    """
    shelf = shelf_of(edition, is_weekly=is_weekly)
    if len(_keys) > MAX_KEPT:
        _keys.clear()
    fresh: dict[str, Digest] = {}
    keys = [_key_for(edition, shelf, *one, is_weekly=is_weekly, fresh=fresh) for one in wanted]
    known = _ids([key for key in keys if key])
    if any(key and key not in known and key not in fresh for key in keys):
        # Rows remembered here were rolled back or deleted: make them anew.
        _keys.clear()
        keys = [_key_for(edition, shelf, *one, is_weekly=is_weekly, fresh=fresh) for one in wanted]
    missing = [digest for key, digest in fresh.items() if key not in known]
    if missing:
        Digest.objects.bulk_create(missing, batch_size=BATCH, ignore_conflicts=True)
        known |= _ids([digest.key for digest in missing])
    return [known[key] if key else None for key in keys]


def _ids(keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), BATCH):
        rows = Digest.objects.filter(key__in=keys[start : start + BATCH])
        found.update(rows.values_list("key", "pk"))
    return found


def _key_for(
    edition: Edition,
    shelf: Shelf,
    preferences: Preferences,
    received: frozenset[int],
    *,
    is_weekly: bool,
    fresh: dict[str, Digest],
) -> str | None:
    """The key of one reader's digest; one not made before in this process is put into `fresh`."""
    before = received & shelf.pool.stories.keys()
    kept = (edition.pk, edition.version, is_weekly, preferences.key, frozenset(before))
    if kept in _keys:
        return _keys[kept]
    selection = select(preferences, shelf.pool, frozenset(before))
    if not selection.chosen and (is_weekly or preferences.thin_day != "note"):
        _keys[kept] = None
        return None
    shown = _shown(selection.chosen, shelf.contents)
    shown, mail = compose(edition, preferences.language, shown, standing=len(shelf.pool))
    digest = _digest(edition, preferences.language, shown, mail)
    fresh[digest.key] = digest
    _keys[kept] = digest.key
    return digest.key


def _shown(choices: Sequence[Choice], contents: Mapping[int, Mapping[str, Any]]) -> list[Shown]:
    return [Shown(c.item_id, contents[c.item_id], c.why, c.of, c.story_id) for c in choices]


def compose(
    edition: Edition, language: str, shown: list[Shown], *, standing: int
) -> tuple[list[Shown], RenderedMail]:
    """The stories in reading order, and their mail; the lowest are dropped until the mail fits its budget.

    The line to the web edition counts what was dropped.
    """
    while True:
        sections = arrange_by(shown, section_of_shown)
        ordered = [story for _name, stories in sections for story in stories]
        mail = render(edition, language, ordered, standing=standing)
        html, text = (sum(len(part.encode()) for part in parts) for parts in (mail.html, mail.text))
        size = encoded_size(b" " * (html + SLOT_ROOM), b" " * (text + SLOT_ROOM))
        if len(shown) <= 1 or (html + SLOT_ROOM <= MAX_HTML and size <= MAX_MESSAGE):
            return ordered, mail
        shown = shown[:-1]


def _digest(edition: Edition, language: str, shown: Sequence[Shown], mail: RenderedMail) -> Digest:
    told = [[story.item_id, story.why, story.of, story.content["hash"]] for story in shown]
    facts = [edition.pk, edition.version, language, told]
    return Digest(
        key=hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest(),
        edition=edition,
        language=language,
        choices=[{"item": s.item_id, "story": s.story_id, "why": s.why, "of": s.of} for s in shown],
        subject=mail.subject[:300],
        preheader=mail.preheader[:300],
        html_bytes=sum(len(part.encode()) for part in mail.html),
    )


def preview(edition: Edition, preferences: Preferences) -> RenderedMail:
    """The mail a reader with `preferences` would get if the edition froze now; nothing is stored."""
    if edition.status in Edition.PUBLISHED:
        shelf = shelf_of(edition)
        candidates: Sequence[Candidate] = shelf.pool
        contents = shelf.contents
    else:
        items = list(edition.items.filter(is_chosen=True).exclude(placement=Placement.HIDDEN))
        told = contents_of(edition, [item.story_id for item in items])
        contents = {item.pk: told[item.story_id] for item in items if item.story_id in told}
        candidates = [
            Candidate.of(i.pk, i.story_id, contents[i.pk], is_pinned=i.placement == Placement.PINNED)
            for i in items
            if i.pk in contents
        ]
    shown = _shown(select(preferences, candidates).chosen, contents)
    return compose(edition, preferences.language, shown, standing=len(candidates))[1]
