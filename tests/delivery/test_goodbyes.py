"""Whoever left is told so, by whatever way they left."""

from datetime import datetime, timedelta

import pytest

from newsletter.delivery import letters, mailbox, tasks
from newsletter.delivery.letters import owe, owe_goodbyes
from newsletter.delivery.models import Delivery
from newsletter.delivery.sending import send_owed
from newsletter.subscribers.deskwork import unsubscribe_by_desk
from newsletter.subscribers.leaving import suppress, undo, unsubscribe
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression

pytestmark = pytest.mark.django_db
How = ConsentEvent.How


def test_the_desks_farewell_is_told_by_the_next_tick(
    ada: Subscriber, now: datetime, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    monkeypatch.setattr(tasks.deliver, "delay", lambda: None)
    assert unsubscribe_by_desk(ada, None, now)
    for _time in range(3):
        tasks.tick()
    assert Delivery.objects.get().kind == "goodbye"
    assert send_owed("w", lambda: now).sent == 1
    assert [mail.to for mail in mailbox.read_mailbox()] == ["ada@example.com"]


def test_who_was_told_is_not_told_again(ada: Subscriber, now: datetime) -> None:
    unsubscribe(ada.pk, How.PAGE, now)
    assert owe(ada.pk, "goodbye", now) is not None
    assert owe_goodbyes(now) == 0
    assert owe_goodbyes(now + timedelta(days=3)) == 0


def test_a_second_farewell_of_one_day_is_told_the_next_day(ada: Subscriber, now: datetime) -> None:
    unsubscribe(ada.pk, How.DESK, now)
    assert owe_goodbyes(now) == 1
    undo(ada.pk, now + timedelta(hours=1))
    assert owe_goodbyes(now + timedelta(hours=1)) == 0
    unsubscribe(ada.pk, How.DESK, now + timedelta(hours=2))
    assert owe_goodbyes(now + timedelta(hours=2)) == 0
    assert owe_goodbyes(now + timedelta(days=1)) == 1
    assert owe_goodbyes(now + timedelta(days=1)) == 0


@pytest.mark.parametrize(("days", "owed"), [(13, 1), (14, 0)])
def test_after_the_laws_term_nobody_is_written_to(
    ada: Subscriber, now: datetime, days: int, owed: int
) -> None:
    unsubscribe(ada.pk, How.DESK, now)
    assert owe_goodbyes(now + timedelta(days=days)) == owed


def test_no_letter_for_who_never_confirmed_came_as_departed_or_complained(
    ada: Subscriber, bob: Subscriber, eve: Subscriber, now: datetime
) -> None:
    unsubscribe(bob.pk, How.DESK, now)
    Subscriber.objects.filter(pk=eve.pk).update(confirmed_at=now)
    suppress(ada.address_hash, Suppression.Reason.COMPLAINT, "", now)
    assert owe_goodbyes(now) == 0


def test_few_letters_are_owed_at_a_time(
    ada: Subscriber, eve: Subscriber, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "GOODBYE_LIMIT", 1)
    Subscriber.objects.update(status="active", confirmed_at=now)
    for reader in (ada, eve):
        unsubscribe(reader.pk, How.MAIL, now)
    assert [owe_goodbyes(now) for _time in range(3)] == [1, 1, 0]
