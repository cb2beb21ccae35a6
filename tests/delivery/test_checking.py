"""No letter leaves for a domain without a mail server."""

from datetime import datetime

import pytest

from newsletter.delivery import tasks
from newsletter.delivery.checking import turn_away_dead
from newsletter.delivery.letters import owe
from newsletter.delivery.models import Delivery
from newsletter.subscribers import mailservers
from newsletter.subscribers.models import MailDomain, Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def strict(settings) -> None:
    settings.CHECK_MX = True


def no(domain: str) -> bool:
    return False


def test_a_letter_to_a_dead_domain_is_skipped_with_its_reason(bob: Subscriber, now: datetime) -> None:
    owe(bob.pk, "confirm", now)
    assert turn_away_dead(now, no) == 1
    row = Delivery.objects.get()
    assert (row.status, row.reason, row.settled_at) == ("skipped", "no_mail_server", now)
    assert turn_away_dead(now, no) == 0


@pytest.mark.parametrize("takes", [True, None])
def test_a_letter_goes_when_the_domain_takes_mail_or_nobody_knows(
    bob: Subscriber, now: datetime, takes: bool | None
) -> None:
    owe(bob.pk, "confirm", now)
    assert turn_away_dead(now, lambda _domain: takes) == 0
    assert Delivery.objects.get().status == "planned"


def test_readers_who_confirmed_are_not_asked_about(ada: Subscriber, now: datetime) -> None:
    owe(ada.pk, "move", now)
    owe(ada.pk, "welcome", now)
    assert turn_away_dead(now, no) == 0
    assert not MailDomain.objects.exists()


def test_nothing_is_asked_where_it_is_switched_off(bob: Subscriber, now: datetime, settings) -> None:
    settings.CHECK_MX = False
    owe(bob.pk, "confirm", now)
    assert turn_away_dead(now, no) == 0
    assert not MailDomain.objects.exists()


def test_the_delivery_task_asks_before_it_sends(
    bob: Subscriber, now: datetime, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    monkeypatch.setattr(mailservers, "takes_mail", no)
    owe(bob.pk, "confirm", now)
    tasks.deliver()
    assert Delivery.objects.get().reason == "no_mail_server"
