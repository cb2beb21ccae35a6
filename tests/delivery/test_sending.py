"""Claim, gate, send, settle: exactly one, whatever happens."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core import mail as outbox

from digests.editions.models import Edition
from newsletter.delivery import ledger, mailbox
from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.delivery.planning import plan
from newsletter.delivery.reconciling import sweep
from newsletter.delivery.sending import send_owed
from newsletter.delivery.sink import Faults, Sink
from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from tests.delivery.conftest import make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local_mailbox(settings) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"


@pytest.fixture
def owed(edition: Edition, now: datetime) -> list[Delivery]:
    """Five planned digests."""
    make_readers(5, now)
    plan(now)
    return list(Delivery.objects.order_by("pk"))


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


def through(settings, sink: Sink) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.smtp.PipelinedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 2.0


def test_two_claims_never_share_a_row(owed: list[Delivery], now: datetime) -> None:
    first, mine = ledger.claim("one", now, 3)
    second, theirs = ledger.claim("two", now, 10)
    assert first != second
    assert (len(mine), len(theirs)) == (3, 2)
    assert not {row.pk for row in mine} & {row.pk for row in theirs}
    assert send_owed("three", lambda: now).claimed == 0


def test_a_claim_passes_the_gate_once(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("one", now, 10)
    assert len(ledger.gate(token, rows, now)) == 5
    assert statuses() == ["sending"] * 5
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}
    assert ledger.held(token, [row.pk for row in rows]).count() == 0


def test_a_lease_that_ran_out_does_not_pass(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("one", now, 10)
    later = now + timedelta(seconds=301)
    assert ledger.gate(token, rows, later) == []
    assert sweep(later + timedelta(minutes=1)).planned == 5
    assert statuses() == ["planned"] * 5


def test_a_row_that_another_claim_took_over_does_not_pass(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("asleep", now, 10)
    later = now + timedelta(seconds=306)
    sweep(later)
    _other, taken = ledger.claim("awake", later, 10)
    assert len(taken) == 5
    assert ledger.gate(token, rows, now) == []
    assert ledger.turn_away(token, rows, now) == 0
    assert ledger.give_back(token, [row.pk for row in rows], now) == 0
    assert statuses() == ["claimed"] * 5


def test_one_click_between_claim_and_gate_keeps_the_mail_back(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("one", now, 10)
    unsubscribe(rows[2].subscriber_id or 0, ConsentEvent.How.ONE_CLICK, now)
    passed = ledger.gate(token, rows, now)
    assert len(passed) == 4
    assert ledger.turn_away(token, rows, now) == 1
    row = Delivery.objects.get(pk=rows[2].pk)
    assert (row.status, row.reason) == ("skipped", "left")


def test_an_erased_reader_gets_nothing(owed: list[Delivery], now: datetime) -> None:
    Subscriber.objects.filter(pk=owed[0].subscriber_id).delete()
    send_owed("one", lambda: now)
    row = Delivery.objects.get(pk=owed[0].pk)
    assert (row.status, row.reason) == ("skipped", "erased")
    assert statuses().count("sent") == 4


def test_a_process_that_slept_after_the_gate_gives_everything_back(
    owed: list[Delivery], now: datetime
) -> None:
    seconds: Iterator[float] = iter([0.0, *[60.0] * 20])
    done = send_owed("one", lambda: now, ticks=lambda: next(seconds))
    assert (done.sent, done.returned) == (0, 5)
    assert statuses() == ["planned"] * 5
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}
    assert mailbox.read_mailbox() == []
    assert send_owed("one", lambda: now).sent == 5


def test_what_slept_and_was_swept_is_known_not_to_have_left(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("asleep", now, 10)
    ledger.gate(token, rows, now)
    later = now + timedelta(seconds=306)
    assert sweep(later).unknown == 5
    assert ledger.give_back(token, [row.pk for row in rows], later) == 5
    assert statuses() == ["planned"] * 5


def test_a_vanished_worker_leaves_unknown_rows_that_nobody_sends_again(
    owed: list[Delivery], now: datetime
) -> None:
    token, rows = ledger.claim("killed", now, 10)
    ledger.gate(token, rows[:2], now)
    later = now + timedelta(seconds=310)
    swept = sweep(later)
    assert (swept.planned, swept.unknown) == (3, 2)
    assert send_owed("next", lambda: later).sent == 3
    assert sorted(statuses()) == ["sent"] * 3 + ["unknown"] * 2


def test_an_answer_that_comes_after_the_sweep_still_counts(owed: list[Delivery], now: datetime) -> None:
    token, rows = ledger.claim("slow", now, 10)
    passed = ledger.gate(token, rows, now)
    sweep(now + timedelta(seconds=306))
    results = {row.pk: ledger.Outcome(ledger.Fate.ACCEPTED) for row in passed}
    ledger.settle(token, passed, results, now + timedelta(seconds=307), "smtp")
    assert statuses() == ["sent"] * 5


def test_lost_answers_are_unknown_and_stay_so(owed: list[Delivery], now: datetime, settings) -> None:
    with Sink(Faults(lost_after=1.0)) as sink:
        through(settings, sink)
        done = send_owed("one", lambda: now)
        assert done.unknown == 1
        send_owed("one", lambda: now + timedelta(hours=1))
        send_owed("one", lambda: now + timedelta(hours=2))
    assert statuses().count("unknown") == 3
    assert len({row["id"] for row in sink.accepted}) == len(sink.accepted) == 3


def test_a_temporary_refusal_is_tried_again_the_same_morning(
    owed: list[Delivery], now: datetime, settings
) -> None:
    with Sink(Faults(temporary=1.0)) as sink:
        through(settings, sink)
        assert send_owed("one", lambda: now).deferred == 5
        assert send_owed("one", lambda: now).claimed == 0
    row = Delivery.objects.first()
    assert row is not None
    assert (row.status, row.reason, row.tries) == ("planned", "temporary", 1)
    assert now + timedelta(seconds=30) <= row.next_try_at <= now + timedelta(seconds=60)
    with Sink() as sink:
        through(settings, sink)
        assert send_owed("one", lambda: now + timedelta(minutes=2)).sent == 5
    assert Delivery.objects.filter(tries=2, reason="", status="sent").count() == 5


def test_a_refusal_that_lasts_fails_before_the_grace_is_over(
    owed: list[Delivery], now: datetime, settings
) -> None:
    with Sink(Faults(temporary=1.0)) as sink:
        through(settings, sink)
        for minutes in range(0, 300, 5):
            send_owed("one", partial(lambda at: at, now + timedelta(minutes=minutes)))
    assert statuses() == ["failed"] * 5
    assert Delivery.objects.filter(reason="temporary").count() == 5


def test_a_dead_address_fails_alone_and_is_never_written_to_again(
    owed: list[Delivery], now: datetime, settings
) -> None:
    with Sink(Faults(dead_words=("reader2@",))) as sink:
        through(settings, sink)
        done = send_owed("one", lambda: now)
    assert (done.sent, done.failed) == (4, 1)
    assert len(sink.accepted) == 4
    reader = Subscriber.objects.get(email="reader2@example.com")
    assert reader.status == Subscriber.Status.SUPPRESSED
    assert Suppression.objects.get(address_hash=reader.address_hash).reason == "hard_bounce"
    assert DeliveryEvent.objects.count() == 1


def test_a_provider_that_is_down_costs_no_try(owed: list[Delivery], now: datetime, settings) -> None:
    with Sink() as sink:
        port = sink.port
    settings.EMAIL_BACKEND = "newsletter.delivery.smtp.PipelinedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.DELIVERY_GATE_WINDOW = "127.0.0.1", port, 2
    done = send_owed("one", lambda: now)
    assert (done.sent, done.returned) == (0, 5)
    assert set(Delivery.objects.values_list("status", "tries")) == {("planned", 0)}
    assert send_owed("one", lambda: now + timedelta(seconds=5)).claimed == 0


def test_one_digest_that_cannot_be_rendered_leaves_the_others_alone(
    owed: list[Delivery], now: datetime, digest
) -> None:
    digest.choices = [{"item": "nonsense"}]
    digest.save()
    Delivery.objects.filter(pk=owed[0].pk).update(digest=digest)
    done = send_owed("one", lambda: now)
    assert (done.sent, done.deferred) == (4, 1)
    assert Delivery.objects.get(pk=owed[0].pk).reason == "not_composed"


def test_a_plain_backend_shows_every_reader_one_address(
    owed: list[Delivery], now: datetime, settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.outbox.clear()
    assert send_owed("one", lambda: now).sent == 5
    assert [mail.recipients() for mail in outbox.outbox] == [[f"reader{n}@example.com"] for n in range(5)]
    assert all(mail.body and mail.alternatives for mail in outbox.outbox)


def test_a_window_is_all_that_a_kill_can_leave_unknown(owed: list[Delivery], now: datetime, settings) -> None:
    settings.DELIVERY_GATE_WINDOW = 2
    seen: list[int] = []

    class Killed(BaseException):
        pass

    def clock() -> datetime:
        seen.append(statuses().count("sending"))
        if statuses().count("sent") >= 2:
            raise Killed
        return now

    with pytest.raises(Killed):
        send_owed("one", clock)
    assert max(seen) <= 2
