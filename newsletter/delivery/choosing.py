"""What a due reader gets: the edition, the digest chosen for these preferences, or a reason why none.

Whatever many readers share is looked up or chosen once per call: the edition of an instant, the
preferences behind a key, the stories of a digest, the digest of a (preferences, received) pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from digests.editions.digesting import digests_for
from digests.editions.models import Digest, Edition
from digests.editions.preferences import Preferences
from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.preferences import preferences_by_key
from newsletter.subscribers.schedule import is_late

Status = Delivery.Status

# An edition older than this is no news any more.
EDITION_MAX_AGE = timedelta(hours=36)
# For how long a story that reached a reader is remembered; editions tell only the last days.
MEMORY = timedelta(days=14)


@dataclass(frozen=True)
class Due:
    """A reader whose morning has come."""

    subscriber_id: int
    due_at: datetime
    day: date
    next_at: datetime
    preference_key: str
    kind: str
    received: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Answer:
    """What a due reader gets: a digest of an edition, or no digest for a reason; None waits."""

    edition_id: int | None = None
    digest_id: int | None = None
    reason: str = ""


# Edition, preferences, digests received, and whether it is the weekly one.
Choice = tuple[int, str, frozenset[int], bool]


@dataclass
class Choices:
    """What was selected during one call, so that each distinct choice is made once."""

    editions: dict[datetime, Edition | None] = field(default_factory=dict)
    preferences: dict[str, Preferences] = field(default_factory=dict)
    stories: dict[int, frozenset[int]] = field(default_factory=dict)
    digests: dict[Choice, int | None] = field(default_factory=dict)


def with_received(due: Sequence[Due], choices: Choices, now: datetime) -> list[Due]:
    """The same readers with the digests that reached them, or may have, in the last 14 days."""
    past = Delivery.objects.filter(
        subscriber_id__in=[one.subscriber_id for one in due],
        digest__isnull=False,
        due_at__gte=now - MEMORY,
    ).exclude(status__in=[Status.SKIPPED, Status.FAILED])
    got: dict[int, set[int]] = defaultdict(set)
    for subscriber_id, digest_id in past.order_by().values_list("subscriber_id", "digest_id"):
        if subscriber_id is not None and digest_id is not None:
            got[subscriber_id].add(digest_id)
    unread = {digest_id for ids in got.values() for digest_id in ids} - choices.stories.keys()
    for pk, shown in Digest.objects.filter(pk__in=unread).values_list("pk", "choices"):
        choices.stories[pk] = frozenset(choice["story"] for choice in shown)
    return [replace(one, received=frozenset(got[one.subscriber_id])) for one in due]


def learn_preferences(due: Iterable[Due], choices: Choices) -> None:
    """Read the preferences behind keys not met before in this call."""
    unknown = {one.preference_key for one in due} - choices.preferences.keys()
    if unknown:
        choices.preferences |= preferences_by_key(unknown)


def select_all(due: Sequence[Due], choices: Choices, now: datetime) -> None:
    """Choose each distinct digest of a batch once, and store the new ones together."""
    wanted: dict[tuple[int, bool], dict[Choice, Edition]] = defaultdict(dict)
    for one in due:
        edition = edition_of(one, choices)
        if edition is None or edition.status not in Edition.PUBLISHED or is_late(one.due_at, now):
            continue
        choice = choice_of(edition, one)
        if choice not in choices.digests and one.preference_key in choices.preferences:
            wanted[edition.pk, one.kind == Kind.WEEKLY][choice] = edition
    for (_pk, is_weekly), group in wanted.items():
        edition = next(iter(group.values()))
        asked = [
            (choices.preferences[key], told(received, choices)) for _edition, key, received, _kind in group
        ]
        found = digests_for(edition, asked, is_weekly=is_weekly)
        choices.digests.update(zip(group, found, strict=True))


def choice_of(edition: Edition, one: Due) -> Choice:
    """What decides a reader's digest: all who share it share the digest."""
    return edition.pk, one.preference_key, one.received, one.kind == Kind.WEEKLY


def told(received: frozenset[int], choices: Choices) -> frozenset[int]:
    """The stories of the digests a reader has."""
    return frozenset().union(*(choices.stories[pk] for pk in received))


def edition_of(one: Due, choices: Choices) -> Edition | None:
    """The edition of a due reader, looked up once per instant."""
    if one.due_at not in choices.editions:
        choices.editions[one.due_at] = edition_for(one.due_at)
    return choices.editions[one.due_at]


def answer(one: Due, choices: Choices, now: datetime) -> Answer | None:
    """What this reader gets at `now`; None to wait for an edition that is still open."""
    edition = edition_of(one, choices)
    if edition is None:
        return Answer(reason="no_edition") if is_late(one.due_at, now) else None
    if edition.status == Edition.Status.CANCELLED:
        return Answer(edition.pk, reason="cancelled")
    if edition.status in Edition.OPEN:
        return Answer(edition.pk, reason="not_frozen") if is_late(one.due_at, now) else None
    if is_late(one.due_at, now):
        return Answer(edition.pk, reason="late")
    choice = choice_of(edition, one)
    if choice not in choices.digests:
        return None  # the reader changed while we read; the next tick reads again
    digest_id = choices.digests[choice]
    return Answer(edition.pk, digest_id, "" if digest_id else "nothing_new")


def edition_for(due_at: datetime) -> Edition | None:
    """The edition of a reader due at `due_at`: the newest whose cut-off has come, open ones included.

    None while the edition of the last cut-off does not exist and nothing else is fresh.
    """
    recent = Edition.objects.filter(cutoff_at__lte=due_at, cutoff_at__gt=due_at - EDITION_MAX_AGE)
    return recent.order_by("-cutoff_at", "zone").first()
