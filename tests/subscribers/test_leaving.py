from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from newsletter.subscribers.leaving import (
    SUNDAY,
    erase,
    pause,
    resume,
    suppress,
    undo,
    unsubscribe,
    wake,
)
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.signup import confirm

pytestmark = pytest.mark.django_db
Status = Subscriber.Status
How = ConsentEvent.How


def kinds(subscriber):
    return list(
        ConsentEvent.objects.filter(subscriber=subscriber).order_by("pk").values_list("kind", flat=True)
    )


def test_leaving_is_immediate_and_told(ada, now):
    outcome = unsubscribe(ada.pk, How.ONE_CLICK, now)
    ada.refresh_from_db()
    assert (outcome.letter, outcome.reason) == ("goodbye", "left")
    assert (ada.status, ada.left_at, ada.next_digest_at) == (Status.UNSUBSCRIBED, now, None)
    assert kinds(ada) == ["withdrawn"]


def test_leaving_twice_changes_nothing(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    outcome = unsubscribe(ada.pk, How.PAGE, now + timedelta(days=1))
    ada.refresh_from_db()
    assert (outcome.letter, outcome.reason, ada.left_at) == (None, "already", now)
    assert kinds(ada) == ["withdrawn"]


def test_who_never_confirmed_leaves_without_a_letter(bob, now):
    assert unsubscribe(bob.pk, How.PAGE, now).letter is None
    bob.refresh_from_db()
    assert bob.status == Status.UNSUBSCRIBED
    assert undo(bob.pk, now).reason == "too_late"


def test_an_erased_reader_is_unknown(now):
    assert unsubscribe(999_999, How.PAGE, now).reason == "unknown"
    assert undo(999_999, now).reason == "unknown"
    assert pause(999_999, date(2026, 2, 1), now).reason == "unknown"
    assert erase(999_999, now).reason == "unknown"


@pytest.mark.parametrize(
    ("days", "reason"), [(0, "restored"), (6, "restored"), (7, "too_late"), (90, "too_late")]
)
def test_undo_works_for_a_week(ada, now, days, reason):
    unsubscribe(ada.pk, How.PAGE, now)
    outcome = undo(ada.pk, now + timedelta(days=days))
    ada.refresh_from_db()
    assert outcome.reason == reason
    assert (ada.status == Status.ACTIVE) is (reason == "restored")
    assert kinds(ada) == ["withdrawn"] + ["restored"] * (reason == "restored")


def test_undo_brings_the_next_morning_back(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    undo(ada.pk, now)
    ada.refresh_from_db()
    assert ada.next_digest_at == now + timedelta(days=1)
    assert undo(ada.pk, now).reason == "already"


def test_once_a_week_instead_comes_on_sundays(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    undo(ada.pk, now, weekly=True)
    ada.refresh_from_db()
    assert (ada.is_weekly, ada.weekdays) == (True, SUNDAY)
    assert ada.next_digest_at == now + timedelta(days=6)


def test_a_suppressed_reader_cannot_undo(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    Suppression.objects.create(address_hash=ada.address_hash, reason="complaint")
    assert undo(ada.pk, now).reason == "too_late"


def test_a_rest_ends_on_the_morning_of_its_date(ada, now):
    assert pause(ada.pk, date(2026, 1, 19), now).reason == "paused"
    ada.refresh_from_db()
    assert (ada.status, ada.next_digest_at) == (Status.PAUSED, now + timedelta(days=14))
    assert not Subscriber.objects.due(now + timedelta(days=13)).exists()
    assert wake(now + timedelta(days=14) - timedelta(seconds=1)) == 0
    assert wake(now + timedelta(days=14)) == 1
    ada.refresh_from_db()
    assert (ada.status, ada.paused_until) == (Status.ACTIVE, None)
    assert Subscriber.objects.due(now + timedelta(days=14)).get() == ada


@pytest.mark.parametrize("until", [date(2026, 1, 5), date(2020, 1, 1), date(2027, 6, 1)])
def test_a_rest_is_neither_over_nor_for_ever(ada, now, until):
    assert pause(ada.pk, until, now).reason == "too_late"
    ada.refresh_from_db()
    assert ada.status == Status.ACTIVE


def test_a_rest_can_end_early(ada, now):
    pause(ada.pk, date(2026, 2, 1), now)
    assert resume(ada.pk, now).reason == "resumed"
    ada.refresh_from_db()
    assert (ada.status, ada.next_digest_at) == (Status.ACTIVE, now + timedelta(days=1))
    assert resume(ada.pk, now).reason == "unknown"


def test_only_readers_can_rest(bob, eve, now):
    for stranger in (bob, eve):
        assert pause(stranger.pk, date(2026, 2, 1), now).reason == "unknown"


def test_suppression_silences_for_good(ada, now):
    outcome = suppress(ada.address_hash, Suppression.Reason.HARD_BOUNCE, "550 no such user", now)
    ada.refresh_from_db()
    assert outcome.reason == "suppressed"
    assert (ada.status, ada.next_digest_at) == (Status.SUPPRESSED, None)
    assert ConsentEvent.objects.get().how == How.BOUNCE
    suppress(ada.address_hash, Suppression.Reason.COMPLAINT, "", now)
    assert Suppression.objects.get().reason == "hard_bounce"
    assert unsubscribe(ada.pk, How.PAGE, now).reason == "already"
    assert confirm(ada.pk, now).reason == "suppressed"


def test_erasing_leaves_a_keyed_hash_and_the_history(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    assert erase(ada.pk, now).reason == "erased"
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().address_hash == ada.address_hash
    assert [e.kind for e in ConsentEvent.objects.order_by("pk")] == ["withdrawn", "erased"]
    assert "ada@example.com" not in str(list(ConsentEvent.objects.values()))


def test_consent_is_append_only(ada, now):
    unsubscribe(ada.pk, How.PAGE, now)
    with pytest.raises(PermissionDenied):
        ConsentEvent.objects.all().delete()
    with pytest.raises(PermissionDenied):
        ConsentEvent.objects.update(text="")
