from datetime import date, timedelta

import pytest

from digests.journal.models import Tick
from newsletter.subscribers.leaving import pause
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.tasks import tick
from newsletter.subscribers.tidying import tidy

pytestmark = pytest.mark.django_db


def test_an_unconfirmed_address_is_forgotten_when_its_link_expires(bob, now):
    Subscriber.objects.update(created_at=now)
    assert tidy(now + timedelta(days=3)).forgotten == 0
    assert tidy(now + timedelta(days=3, seconds=1)).forgotten == 1
    assert not Subscriber.objects.exists()


def test_readers_and_those_who_left_are_kept(ada, eve, now):
    assert tidy(now + timedelta(days=400)).forgotten == 0
    assert Subscriber.objects.count() == 2


def test_rests_end_and_twice_is_harmless(ada, now):
    pause(ada.pk, date(2026, 1, 12), now)
    later = now + timedelta(days=7)
    assert tidy(later).woken == 1
    assert tidy(later).woken == 0


def test_the_tick_leaves_its_mark(db):
    tick()
    tick()
    assert Tick.objects.get().name == "subscribers"
