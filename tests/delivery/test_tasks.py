"""The doorbell: rings that may be lost, doubled or slow."""

import threading
from datetime import datetime, timedelta

import pytest

from digests.journal.models import Tick
from newsletter.delivery import mailbox, tasks
from newsletter.delivery.models import Delivery, EditionSum
from tests.delivery.conftest import make_edition, make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The queue replaced at its edge: how often it was rung."""
    counted: list[int] = []
    monkeypatch.setattr(tasks.deliver, "delay", lambda: counted.append(1))
    return counted


def test_a_tick_plans_and_rings_once_per_claim(
    now: datetime, topics, rings: list[int], settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_CLAIM_SIZE = 2
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    make_edition(now.date() + timedelta(days=1), now - timedelta(minutes=30))
    make_readers(5, now)
    tasks.tick()
    assert Delivery.objects.filter(status="planned").count() == 5
    assert len(rings) == 3
    assert Tick.objects.get(name="deliver").at == now


def test_ticks_at_once_plan_once_and_a_second_delivery_task_finds_nothing(
    now: datetime, topics, rings: list[int], settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    make_edition(now.date() + timedelta(days=1), now - timedelta(minutes=30))
    make_readers(3, now)
    for _again in range(3):
        tasks.tick()
        tasks.deliver()
    assert len(mailbox.read_mailbox()) == 3
    monkeypatch.setattr(tasks.timezone, "now", lambda: now + timedelta(minutes=2))
    tasks.tick()
    assert EditionSum.objects.get().is_proved


def test_a_turn_is_taken_by_one_and_comes_back(now: datetime) -> None:
    assert tasks.take_turn("plan", now, 40)
    assert not tasks.take_turn("plan", now + timedelta(seconds=1), 40)
    assert tasks.take_turn("plan", now + timedelta(seconds=41), 40)
    tasks.pass_turn("plan", now + timedelta(seconds=41))
    assert tasks.take_turn("plan", now + timedelta(seconds=42), 40)


def test_a_queue_that_is_away_costs_a_warning(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def away() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.deliver, "delay", away)
    assert tasks.ring_and_wait() is False
    assert "the queue is away" in caplog.text


def test_a_frozen_queue_never_holds_a_page_up(monkeypatch: pytest.MonkeyPatch) -> None:
    thaw, entered = threading.Event(), threading.Event()
    calls: list[int] = []

    def freeze() -> None:
        calls.append(1)
        entered.set()
        thaw.wait(5)

    monkeypatch.setattr(tasks.deliver, "delay", freeze)
    tasks.ring()
    entered.wait(5)
    tasks.ring()
    assert calls == [1]
    thaw.set()
    for thread in threading.enumerate():
        if thread.name == "ring":
            thread.join(5)
