from datetime import timedelta

import pytest

from digests.stories.models import Topic
from newsletter.subscribers.addresses import BadAddress, address_hash
from newsletter.subscribers.leaving import suppress, unsubscribe
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.signup import SignUp, confirm, sign_up

pytestmark = pytest.mark.django_db
Status = Subscriber.Status


@pytest.fixture
def topics():
    return [
        Topic.objects.create(slug=slug, name_ko=slug, name_en=slug, position=n)
        for n, slug in enumerate(["llm", "chips", "policy"])
    ]


def test_a_new_address_waits_and_is_owed_a_confirmation(now, topics):
    asked = SignUp("Ada@Example.com", "en", ("llm", "chips"), 8, "Europe/Berlin", network="192.0.2.0/24")
    outcome = sign_up(asked, now)
    ada = Subscriber.objects.get()
    assert (outcome.subscriber_id, outcome.letter, outcome.reason) == (ada.pk, "confirm", "new")
    assert (ada.email, ada.status, ada.language, ada.hour) == ("ada@example.com", "pending", "en", 8)
    assert ada.address_hash == address_hash("ada@example.com")
    assert ada.next_digest_at is None
    assert set(ada.topic_preferences.values_list("topic__slug", "level")) == {
        ("llm", "normal"),
        ("chips", "normal"),
    }
    assert ada.preference_key
    event = ConsentEvent.objects.get()
    assert (event.kind, event.how, event.network) == ("requested", "form", "192.0.2.0/24")
    assert event.text_version
    assert "AI Morning" in event.text


def test_no_topics_means_all_topics(now, topics):
    sign_up(SignUp("ada@example.com"), now)
    assert not Subscriber.objects.get().topic_preferences.exists()


def test_a_pending_address_takes_the_new_choices(now, topics):
    sign_up(SignUp("ada@example.com", topics=("llm",), hour=6), now)
    outcome = sign_up(SignUp("ada@example.com", topics=("policy",), hour=9), now + timedelta(hours=1))
    ada = Subscriber.objects.get()
    assert (outcome.letter, outcome.reason) == ("confirm", "pending")
    assert ada.hour == 9
    assert [p.topic.slug for p in ada.topic_preferences.all()] == ["policy"]
    assert ada.created_at == now + timedelta(hours=1)


def test_an_active_reader_gets_a_link_and_keeps_every_choice(now, topics):
    first = sign_up(SignUp("ada@example.com", hour=6), now)
    confirm(first.subscriber_id, now)
    outcome = sign_up(SignUp("ada@example.com", "en", ("llm",), hour=20), now)
    ada = Subscriber.objects.get()
    assert (outcome.letter, outcome.reason) == ("already", "active")
    assert (ada.hour, ada.language, ada.status) == (6, "ko", "active")


def test_a_suppressed_address_gets_nothing(now):
    suppress(address_hash("ada@example.com"), Suppression.Reason.COMPLAINT, "", now)
    outcome = sign_up(SignUp("ada@example.com"), now)
    assert (outcome.letter, outcome.reason) == (None, "suppressed")
    assert not Subscriber.objects.exists()


def test_who_just_left_keeps_the_choices_whoever_typed_the_address(now, topics):
    first = sign_up(SignUp("ada@example.com", hour=6), now)
    confirm(first.subscriber_id, now)
    unsubscribe(first.subscriber_id, ConsentEvent.How.PAGE, now)
    outcome = sign_up(SignUp("ada@example.com", hour=20), now + timedelta(days=2))
    ada = Subscriber.objects.get()
    assert (outcome.letter, ada.hour, ada.status) == ("confirm", 6, Status.UNSUBSCRIBED)
    sign_up(SignUp("ada@example.com", hour=20), now + timedelta(days=8))
    ada.refresh_from_db()
    assert (ada.hour, ada.status) == (20, Status.UNSUBSCRIBED)


def test_a_bad_address_is_refused(now):
    with pytest.raises(BadAddress):
        sign_up(SignUp("reader.example.com"), now)
    assert not Subscriber.objects.exists()


def test_confirming_starts_the_next_morning_and_is_owed_a_welcome(now):
    first = sign_up(SignUp("ada@example.com", hour=7), now)
    outcome = confirm(first.subscriber_id, now, network="192.0.2.0/24", version=1)
    ada = Subscriber.objects.get()
    assert (outcome.letter, outcome.reason) == ("welcome", "confirmed")
    assert (ada.status, ada.confirmed_at) == (Status.ACTIVE, now)
    assert ada.next_digest_at == now + timedelta(days=1)
    assert [e.kind for e in ConsentEvent.objects.order_by("pk")] == ["requested", "confirmed"]


def test_confirming_twice_changes_nothing(now):
    first = sign_up(SignUp("ada@example.com"), now)
    confirm(first.subscriber_id, now)
    outcome = confirm(first.subscriber_id, now + timedelta(days=1))
    assert (outcome.letter, outcome.reason) == (None, "already")
    assert Subscriber.objects.get().confirmed_at == now
    assert ConsentEvent.objects.filter(kind="confirmed").count() == 1


def test_a_link_of_an_older_version_confirms_nothing(now):
    first = sign_up(SignUp("ada@example.com"), now)
    Subscriber.objects.update(link_version=2)
    assert confirm(first.subscriber_id, now, version=1).reason == "unknown"
    assert Subscriber.objects.get().status == Status.PENDING


def test_an_address_suppressed_meanwhile_stays_silent(now):
    first = sign_up(SignUp("ada@example.com"), now)
    suppress(address_hash("ada@example.com"), Suppression.Reason.HARD_BOUNCE, "", now)
    outcome = confirm(first.subscriber_id, now)
    assert (outcome.letter, outcome.reason) == (None, "suppressed")
    assert Subscriber.objects.get().status == Status.SUPPRESSED


def test_confirming_an_erased_request_is_unknown(now):
    assert confirm(999_999, now).reason == "unknown"


@pytest.mark.parametrize(("language", "reads_ko"), [("ko", True), ("en", False)])
def test_an_english_sign_up_starts_with_english_stories_only(now, language, reads_ko):
    outcome = sign_up(SignUp("kim@example.com", language=language), now)
    reader = Subscriber.objects.get(pk=outcome.subscriber_id)
    assert (reader.reads_ko, reader.reads_en) == (reads_ko, True)
