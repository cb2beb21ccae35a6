from datetime import timedelta

import pytest

from newsletter.subscribers.addresses import BadAddress, address_hash
from newsletter.subscribers.leaving import suppress
from newsletter.subscribers.models import AddressChange, ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.moving import agree, ask
from newsletter.subscribers.tidying import tidy

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    """Takes letters down; one of a kind and reader, as a delivery is."""
    letters = []

    def owe(reader, kind):
        if (reader, kind) in letters:
            return False
        letters.append((reader, kind))
        return True

    owe.letters = letters
    return owe


def test_both_addresses_are_asked_and_nothing_changes_yet(ada, now, post):
    assert ask(ada.pk, "Ada@New.example", now, post).reason == "asked"
    successor = Subscriber.objects.get(email="ada@new.example")
    assert post.letters == [(ada.pk, "move"), (successor.pk, "move")]
    assert successor.status == "pending"
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


@pytest.mark.parametrize("first", ["old", "new"])
def test_it_moves_once_both_agreed_in_either_order(ada, now, post, first):
    ask(ada.pk, "ada@new.example", now, post)
    successor = Subscriber.objects.get(email="ada@new.example")
    one, other = (ada.pk, successor.pk) if first == "old" else (successor.pk, ada.pk)
    assert agree(one, now).reason == "half"
    assert agree(one, now).reason == "unknown"
    assert agree(other, now).reason == "moved"
    moved = Subscriber.objects.get()
    assert (moved.pk, moved.email, moved.status, moved.link_version) == (
        ada.pk,
        "ada@new.example",
        "active",
        2,
    )
    assert moved.address_hash == address_hash("ada@new.example")
    assert {e.address_hash for e in ConsentEvent.objects.filter(kind="changed")} == {
        ada.address_hash,
        moved.address_hash,
    }
    assert agree(ada.pk, now).reason == "unknown"


def test_an_address_that_reads_already_is_told_so_and_stays(ada, bob, now, post):
    Subscriber.objects.filter(pk=bob.pk).update(status="active")
    assert ask(ada.pk, bob.email, now, post).reason == "asked"
    assert post.letters == [(ada.pk, "move"), (bob.pk, "already")]
    assert not AddressChange.objects.exists()


def test_a_suppressed_address_gets_nothing(ada, now, post):
    suppress(address_hash("no@example.com"), Suppression.Reason.COMPLAINT, "", now)
    assert ask(ada.pk, "no@example.com", now, post).reason == "asked"
    assert post.letters == [(ada.pk, "move")]
    assert Subscriber.objects.count() == 1


def test_one_wish_a_day_and_none_for_the_same_address(ada, now, post):
    assert ask(ada.pk, " ADA@example.com", now, post).reason == "same"
    ask(ada.pk, "one@new.example", now, post)
    ask(ada.pk, "two@new.example", now, post)
    assert not Subscriber.objects.filter(email="two@new.example").exists()
    with pytest.raises(BadAddress):
        ask(ada.pk, "nowhere", now, post)


def test_a_new_address_suppressed_meanwhile_is_not_moved_to(ada, now, post):
    ask(ada.pk, "ada@new.example", now, post)
    agree(ada.pk, now)
    suppress(address_hash("ada@new.example"), Suppression.Reason.HARD_BOUNCE, "", now)
    successor = Subscriber.objects.get(email="ada@new.example")
    assert agree(successor.pk, now).reason == "unknown"
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


def test_a_wish_is_forgotten_after_three_days(ada, now, post):
    ask(ada.pk, "ada@new.example", now, post)
    later = now + timedelta(days=3, seconds=1)
    assert agree(ada.pk, later).reason == "unknown"
    tidied = tidy(later)
    assert tidied.forgotten == 1
    assert not AddressChange.objects.exists()
    assert Subscriber.objects.get() == ada
