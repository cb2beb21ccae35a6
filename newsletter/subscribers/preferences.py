"""What readers want: read for selection, changed in one place, and keyed so that equals share digests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypedDict, TypeVar

from django.db import transaction
from django.db.models import Min

from digests.editions.preferences import Preferences
from digests.sources.models import Publisher
from digests.stories.models import Organization, Topic
from newsletter.subscribers.models import (
    Level,
    OrganizationPreference,
    PublisherPreference,
    Subscriber,
    SubscriberQuerySet,
    TopicPreference,
)
from newsletter.subscribers.outcomes import Outcome

T = TypeVar("T")

# SQLite takes 32,766 variables a statement, PostgreSQL 65,535.
CHUNK = 5000

MAX_KEYWORDS = 20
MAX_KEYWORD = 40

# Fields of a reader that selection reads, and those that move the reader's mornings.
SELECTING = ("language", "reads_ko", "reads_en", "length", "thin_day", "keywords")
SCHEDULING = ("hour", "zone", "weekdays", "is_weekly")


class Changes(TypedDict, total=False):
    """New values of a reader's choices; what is missing stays.

    `topics`, `organizations` and `publishers` map slugs to levels and replace all former choices of
    their kind. Choosing every offered topic as "normal" is choosing none: all topics, later ones too.
    """

    language: str
    reads_ko: bool
    reads_en: bool
    hour: int
    zone: str
    weekdays: int
    is_weekly: bool
    length: int
    thin_day: str
    keywords: list[str]
    topics: Mapping[str, str]
    organizations: Mapping[str, str]
    publishers: Mapping[str, str]


def preferences_of(subscriber: Subscriber) -> Preferences:
    """What one reader wants, as selection takes it."""
    return read_preferences([subscriber])[subscriber.pk]


def preferences_from(changes: Changes, subscriber: Subscriber) -> Preferences:
    """What a reader would want if `changes` were stored."""

    def slugs(name: str, level: Level) -> frozenset[str]:
        levels: Mapping[str, str] = dict(changes).get(name, {})  # type: ignore[assignment]
        return frozenset(slug for slug, wanted in levels.items() if wanted == level)

    imagined = Subscriber(**{name: dict(changes).get(name, getattr(subscriber, name)) for name in SELECTING})
    return Preferences(
        language=imagined.language,
        languages=frozenset(languages_of(imagined)),
        topics_more=slugs("topics", Level.MORE),
        topics_normal=slugs("topics", Level.NORMAL),
        topics_less=slugs("topics", Level.LESS),
        topics_muted=slugs("topics", Level.MUTE),
        organizations_followed=slugs("organizations", Level.MORE),
        organizations_muted=slugs("organizations", Level.MUTE),
        publishers_followed=slugs("publishers", Level.MORE),
        publishers_muted=slugs("publishers", Level.MUTE),
        keywords=frozenset(imagined.keywords),
        length=imagined.length,
        thin_day=imagined.thin_day,
    )


def preferences_by_key(keys: Iterable[str]) -> dict[str, Preferences]:
    """The preferences behind stored keys, read from one reader of each, in four queries per 5,000 keys.

    A key that no reader has any more is missing from the answer.
    """
    found: dict[str, Preferences] = {}
    for chunk in chunks(set(keys) - {""}):
        owners = (
            Subscriber.objects.filter(preference_key__in=chunk)
            .order_by()
            .values("preference_key")
            .annotate(owner=Min("pk"))
        )
        key_of = {row["owner"]: row["preference_key"] for row in owners}
        for pk, preferences in read_preferences(Subscriber.objects.filter(pk__in=list(key_of))).items():
            found[key_of[pk]] = preferences
    return found


@transaction.atomic
def change(subscriber_id: int, changes: Changes, now: datetime) -> Outcome:
    """Store new choices of a reader, refresh the key, and move the next morning when its hour moved.

    A digest that is due already still goes out; the new hour counts from the next one.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return Outcome(None, None, "unknown")
    values = {name: value for name, value in changes.items() if name in SELECTING + SCHEDULING}
    is_moved = any(name in values and values[name] != getattr(subscriber, name) for name in SCHEDULING)
    for name, value in values.items():
        setattr(subscriber, name, value)
    is_due = subscriber.next_digest_at is not None and subscriber.next_digest_at <= now
    if is_moved and not is_due:
        subscriber.plan_next_morning(now)
    subscriber.save()
    if "topics" in changes:
        replace_topics(subscriber, changes["topics"])
    if "organizations" in changes:
        replace_organizations(subscriber, changes["organizations"])
    if "publishers" in changes:
        replace_publishers(subscriber, changes["publishers"])
    refresh_key(subscriber)
    return Outcome(subscriber.pk, None, "changed")


@transaction.atomic
def set_topic_level(subscriber_id: int, slug: str, level: Level) -> Outcome:
    """Turn one topic up, down or off, as feedback on a story asks, all other choices kept."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    topic = Topic.objects.filter(slug=slug).first()
    if subscriber is None or topic is None:
        return Outcome(None, None, "unknown")
    TopicPreference.objects.update_or_create(subscriber=subscriber, topic=topic, defaults={"level": level})
    keep_all_topics(subscriber, topic, level)
    refresh_key(subscriber)
    return Outcome(subscriber.pk, None, "changed")


def keep_all_topics(subscriber: Subscriber, topic: Topic, level: Level) -> None:
    """Let "more of this" not mean "only this" for a reader who had all topics: choose the others too."""
    others = subscriber.topic_preferences.exclude(topic=topic)
    if level != Level.MORE or others.filter(level__in=[Level.MORE, Level.NORMAL]).exists():
        return
    spoken_for = [topic.pk, *others.values_list("topic_id", flat=True)]
    TopicPreference.objects.bulk_create(
        TopicPreference(subscriber=subscriber, topic=other, level=Level.NORMAL)
        for other in Topic.objects.filter(is_offered=True).exclude(pk__in=spoken_for)
    )


def refresh_key(subscriber: Subscriber) -> None:
    """Store the key of the reader's present choices, in one UPDATE."""
    subscriber.preference_key = preferences_of(subscriber).key
    Subscriber.objects.filter(pk=subscriber.pk).update(preference_key=subscriber.preference_key)


def refresh_keys(subscribers: SubscriberQuerySet) -> int:
    """Store the keys of many readers, one UPDATE per distinct key and chunk; say how many changed."""
    changed = 0
    for chunk in chunks(subscribers.order_by("pk").values_list("pk", flat=True).iterator(CHUNK)):
        readers = list(Subscriber.objects.filter(pk__in=chunk))
        preferences = read_preferences(readers)
        keys: dict[Preferences, str] = {}
        stale: defaultdict[str, list[int]] = defaultdict(list)
        for reader in readers:
            wanted = preferences[reader.pk]
            key = keys.get(wanted) or keys.setdefault(wanted, wanted.key)
            if key != reader.preference_key:
                stale[key].append(reader.pk)
        for key, pks in stale.items():
            changed += Subscriber.objects.filter(pk__in=pks).update(preference_key=key)
    return changed


def read_preferences(subscribers: Iterable[Subscriber]) -> dict[int, Preferences]:
    """The preferences of at most CHUNK readers by their ids, in three queries beside the readers' own."""
    readers = list(subscribers)
    pks = [reader.pk for reader in readers]
    topics = slugs_by_level(
        TopicPreference.objects.filter(subscriber__in=pks).values_list(
            "subscriber_id", "level", "topic__slug"
        )
    )
    organizations = slugs_by_level(
        OrganizationPreference.objects.filter(subscriber__in=pks).values_list(
            "subscriber_id", "level", "organization__slug"
        )
    )
    publishers = slugs_by_level(
        PublisherPreference.objects.filter(subscriber__in=pks).values_list(
            "subscriber_id", "level", "publisher__slug"
        )
    )
    return {
        reader.pk: Preferences(
            language=reader.language,
            languages=frozenset(languages_of(reader)),
            topics_more=topics[reader.pk, Level.MORE.value],
            topics_normal=topics[reader.pk, Level.NORMAL.value],
            topics_less=topics[reader.pk, Level.LESS.value],
            topics_muted=topics[reader.pk, Level.MUTE.value],
            organizations_followed=organizations[reader.pk, Level.MORE.value],
            organizations_muted=organizations[reader.pk, Level.MUTE.value],
            publishers_followed=publishers[reader.pk, Level.MORE.value],
            publishers_muted=publishers[reader.pk, Level.MUTE.value],
            keywords=frozenset(reader.keywords),
            length=reader.length,
            thin_day=reader.thin_day,
        )
        for reader in readers
    }


def languages_of(subscriber: Subscriber) -> Iterator[str]:
    """The languages a reader reads stories in; one who ticked none reads the mail's."""
    if subscriber.reads_ko or (not subscriber.reads_en and subscriber.language == "ko"):
        yield "ko"
    if subscriber.reads_en or (not subscriber.reads_ko and subscriber.language == "en"):
        yield "en"


def slugs_by_level(
    rows: Iterable[tuple[int, str, str]],
) -> defaultdict[tuple[int, str], frozenset[str]]:
    """Rows of (reader, level, slug) as sets by reader and level."""
    slugs: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for reader, level, slug in rows:
        slugs[reader, level].add(slug)
    return defaultdict(frozenset, {key: frozenset(found) for key, found in slugs.items()})


def chunks(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """The items in lists of CHUNK."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def replace_topics(subscriber: Subscriber, levels: Mapping[str, str]) -> None:
    """Store the reader's topics anew; all of them "normal" is stored as no choice."""
    offered = {topic.slug: topic for topic in Topic.objects.filter(is_offered=True)}
    chosen = {slug: level for slug, level in levels.items() if slug in offered and level in Level.values}
    if set(chosen) == set(offered) and set(chosen.values()) == {Level.NORMAL.value}:
        chosen = {}
    subscriber.topic_preferences.all().delete()
    TopicPreference.objects.bulk_create(
        TopicPreference(subscriber=subscriber, topic=offered[slug], level=level)
        for slug, level in chosen.items()
    )


def replace_organizations(subscriber: Subscriber, levels: Mapping[str, str]) -> None:
    """Store anew which organizations the reader follows and mutes."""
    known = {o.slug: o for o in Organization.objects.filter(slug__in=list(levels))}
    subscriber.organization_preferences.all().delete()
    OrganizationPreference.objects.bulk_create(
        OrganizationPreference(subscriber=subscriber, organization=known[slug], level=level)
        for slug, level in levels.items()
        if slug in known and level in (Level.MORE, Level.MUTE)
    )


def replace_publishers(subscriber: Subscriber, levels: Mapping[str, str]) -> None:
    """Store anew which publishers the reader follows and mutes."""
    known = {p.slug: p for p in Publisher.objects.filter(slug__in=list(levels))}
    subscriber.publisher_preferences.all().delete()
    PublisherPreference.objects.bulk_create(
        PublisherPreference(subscriber=subscriber, publisher=known[slug], level=level)
        for slug, level in levels.items()
        if slug in known and level in (Level.MORE, Level.MUTE)
    )
