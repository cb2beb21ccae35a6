from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.sources.models import Publisher
from digests.stories.models import Organization, Topic
from newsletter.subscribers.models import Level, Subscriber, TopicPreference
from newsletter.subscribers.preferences import (
    Changes,
    change,
    preferences_by_key,
    preferences_of,
    refresh_key,
    refresh_keys,
    set_topic_level,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def choices(db):
    for position, slug in enumerate(["llm", "chips", "policy"]):
        Topic.objects.create(slug=slug, name_ko=slug, name_en=slug, position=position)
    Organization.objects.create(slug="garam", name_ko="가람", name_en="Garam")
    Organization.objects.create(slug="moru", name_ko="모루", name_en="Moru")
    Publisher.objects.create(slug="saebyeok", name_ko="새벽신문")
    Publisher.objects.create(slug="hanteul", name_ko="한틀경제")


def test_every_choice_reaches_selection(ada, choices, now):
    outcome = change(
        ada.pk,
        Changes(
            language="en",
            reads_ko=False,
            reads_en=True,
            length=15,
            thin_day="skip",
            keywords=["GPU"],
            topics={"llm": "more", "chips": "less", "policy": "mute"},
            organizations={"garam": "more", "moru": "mute"},
            publishers={"saebyeok": "mute", "hanteul": "more"},
        ),
        now,
    )
    ada.refresh_from_db()
    wanted = preferences_of(ada)
    assert outcome.reason == "changed"
    assert (wanted.language, wanted.languages, wanted.length, wanted.thin_day) == (
        "en",
        {"en"},
        15,
        "skip",
    )
    assert (wanted.topics_more, wanted.topics_normal) == ({"llm"}, frozenset())
    assert (wanted.topics_less, wanted.topics_muted) == ({"chips"}, {"policy"})
    assert (wanted.organizations_followed, wanted.organizations_muted) == ({"garam"}, {"moru"})
    assert (wanted.publishers_followed, wanted.publishers_muted) == ({"hanteul"}, {"saebyeok"})
    assert wanted.keywords == {"GPU"}
    assert ada.preference_key == wanted.key


@pytest.mark.parametrize(
    "changes",
    [
        Changes(language="en"),
        Changes(reads_en=False),
        Changes(length=5),
        Changes(thin_day="note"),
        Changes(keywords=["로봇"]),
        Changes(topics={"llm": "normal"}),
        Changes(organizations={"garam": "more"}),
        Changes(publishers={"saebyeok": "mute"}),
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_change_that_selection_reads_changes_the_key(ada, choices, now, changes):
    refresh_key(ada)
    before = ada.preference_key
    change(ada.pk, changes, now)
    ada.refresh_from_db()
    assert ada.preference_key != before


def test_hour_and_zone_share_digests_and_move_the_morning(ada, choices, now):
    refresh_key(ada)
    before = ada.preference_key
    early = now - timedelta(minutes=5)
    change(ada.pk, Changes(hour=9), early)
    ada.refresh_from_db()
    assert ada.preference_key == before
    assert ada.next_digest_at == now + timedelta(hours=2)
    change(ada.pk, Changes(zone="Europe/Berlin"), early)
    ada.refresh_from_db()
    assert ada.next_digest_at == now + timedelta(hours=10)


def test_a_digest_that_is_due_already_still_goes_out(ada, choices, now):
    change(ada.pk, Changes(hour=6), now + timedelta(seconds=5))
    ada.refresh_from_db()
    assert (ada.hour, ada.next_digest_at) == (6, now)


def test_saving_the_same_hour_again_keeps_what_is_due(ada, choices, now):
    change(ada.pk, Changes(hour=7, zone="Asia/Seoul", weekdays=127, is_weekly=False), now)
    ada.refresh_from_db()
    assert ada.next_digest_at == now


def test_choosing_every_topic_is_choosing_none(ada, choices, now):
    change(ada.pk, Changes(topics=dict.fromkeys(["llm", "chips", "policy"], "normal")), now)
    assert not ada.topic_preferences.exists()
    change(ada.pk, Changes(topics=dict.fromkeys(["llm", "chips", "policy"], "more")), now)
    assert ada.topic_preferences.count() == 3


def test_names_and_levels_of_strangers_are_ignored(ada, choices, now):
    change(
        ada.pk,
        Changes(topics={"nope": "more", "llm": "huge"}, organizations={"x": "more", "moru": "less"}),
        now,
    )
    assert not ada.topic_preferences.exists()
    assert not ada.organization_preferences.exists()


def test_more_of_one_topic_does_not_drop_the_others(ada, choices):
    set_topic_level(ada.pk, "llm", Level.MORE)
    wanted = preferences_of(ada)
    assert (wanted.topics_more, wanted.topics_normal) == ({"llm"}, {"chips", "policy"})
    set_topic_level(ada.pk, "chips", Level.LESS)
    wanted = preferences_of(ada)
    assert (wanted.topics_less, wanted.topics_normal) == ({"chips"}, {"policy"})


def test_less_of_one_topic_keeps_all_the_others(ada, choices):
    set_topic_level(ada.pk, "chips", Level.LESS)
    wanted = preferences_of(ada)
    assert (wanted.topics_less, wanted.topics_normal, wanted.topics_more) == ({"chips"}, set(), set())
    assert set_topic_level(ada.pk, "nope", Level.LESS).reason == "unknown"


def test_a_reader_of_no_language_reads_the_mails_own(ada, choices, now):
    change(ada.pk, Changes(reads_ko=False, reads_en=False), now)
    ada.refresh_from_db()
    assert preferences_of(ada).languages == {"ko"}


def make_readers(count, choices_of):
    readers = Subscriber.objects.bulk_create(
        Subscriber(email=f"r{n}@example.com", address_hash=f"{n:064}", length=choices_of(n)[0])
        for n in range(count)
    )
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    TopicPreference.objects.bulk_create(
        TopicPreference(subscriber=reader, topic=topics[slug], level="normal")
        for n, reader in enumerate(readers)
        for slug in choices_of(n)[1]
    )


def test_keys_of_many_readers_are_refreshed_and_read_in_bulk(choices):
    make_readers(600, lambda n: ((5, 10, 15)[n % 3], ["llm", "chips"][: n % 2 + 1]))
    assert refresh_keys(Subscriber.objects.all()) == 600
    assert refresh_keys(Subscriber.objects.all()) == 0
    keys = set(Subscriber.objects.values_list("preference_key", flat=True))
    assert len(keys) == 6
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = preferences_by_key(keys | {"f" * 64})
    assert len(queries) == 5
    assert set(found) == keys
    assert all(preferences.key == key for key, preferences in found.items())
    one = Subscriber.objects.order_by("?").first()
    assert one is not None
    assert preferences_of(one) == found[one.preference_key]
