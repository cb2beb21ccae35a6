from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from newsletter.delivery.models import Delivery
from newsletter.delivery.tasks import tick
from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import ConsentEvent, Subscriber
from newsletter.subscribers.renewal import TERM, ask_due, due, is_asked, renew

pytestmark = pytest.mark.django_db
Happened = ConsentEvent.Kind
How = ConsentEvent.How


@pytest.fixture
def letters():
    return []


@pytest.fixture
def post(letters):
    return lambda reader, kind: letters.append((reader, kind)) is None


@pytest.fixture
def old(ada, now):
    """ada, who agreed at `now`."""
    record_consent(ada, Happened.CONFIRMED, How.PAGE, now)
    return ada


def test_after_the_term_a_reader_is_asked_once(old, now, post, letters):
    assert ask_due(now + TERM - timedelta(seconds=1), post) == 0
    later = now + TERM + timedelta(hours=2)
    assert ask_due(later, post) == 1
    assert letters == [(old.pk, "renewal")]
    assert is_asked(old)
    assert ask_due(later + timedelta(days=1), post) == 0


def test_it_looks_at_most_once_an_hour(old, now, post):
    later = now + TERM + timedelta(days=1)
    ask_due(later, post)
    ConsentEvent.objects.filter(how="mail")._raw_delete("default")
    assert ask_due(later + timedelta(minutes=59), post) == 0
    assert ask_due(later + timedelta(minutes=61), post) == 1


def test_renewing_starts_the_term_anew(old, now, post):
    later = now + TERM + timedelta(days=1)
    ask_due(later, post)
    assert renew(old.pk, later, "192.0.2.0/24").reason == "renewed"
    assert renew(old.pk, later).reason == "already"
    assert renew(999_999, later).reason == "unknown"
    event = ConsentEvent.objects.get(kind="renewed")
    assert event.text
    assert not due(later + TERM - timedelta(days=1)).exists()
    assert due(later + TERM + timedelta(days=1)).exists()


@pytest.mark.parametrize("status", ["pending", "paused", "unsubscribed", "suppressed"])
def test_only_active_readers_are_asked(old, now, status):
    Subscriber.objects.update(status=status)
    assert not due(now + TERM * 2).exists()


def test_the_page_behind_the_letter_renews_by_a_press(client, old, now, post):
    ConsentEvent.objects.all()._raw_delete("default")
    record_consent(old, Happened.REQUESTED, How.MAIL, timezone.now())
    link = f"/confirm/{make(Purpose.CONFIRM, old.pk, old.link_version)}/"
    for _time in range(3):
        assert "네, 계속" in client.get(link).content.decode()
    assert not ConsentEvent.objects.filter(kind="renewed").exists()
    assert client.post(link).status_code == 200
    assert ConsentEvent.objects.filter(kind="renewed").count() == 1
    assert "이미 구독 중" in client.get(link).content.decode()


def test_the_letters_link_may_be_answered_late(client, old, now):
    with time_machine.travel(now, tick=False) as clock:
        record_consent(old, Happened.REQUESTED, How.MAIL, now)
        link = f"/confirm/{make(Purpose.CONFIRM, old.pk, old.link_version)}/"
        clock.shift(timedelta(days=20))
        assert client.post(link).status_code == 200
    assert ConsentEvent.objects.filter(kind="renewed").count() == 1


def test_the_beat_owes_the_letter(ada, now):
    Subscriber.objects.update(next_digest_at=None)
    record_consent(ada, Happened.CONFIRMED, How.PAGE, now - TERM * 2)
    Subscriber.objects.update(confirmed_at=now - TERM * 2)
    tick()
    assert Delivery.objects.filter(kind="renewal").count() == 1
