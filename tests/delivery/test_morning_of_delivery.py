"""A morning from due readers to the mailbox."""

from datetime import date, datetime, timedelta

import pytest

from digests.editions.models import Edition
from newsletter.delivery import mailbox
from newsletter.delivery.models import Delivery, EditionSum
from newsletter.delivery.planning import plan
from newsletter.delivery.process import morning
from newsletter.subscribers.models import Subscriber, Suppression
from newsletter.subscribers.preferences import change
from tests.delivery.conftest import make_edition, make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local_mailbox(settings) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"


def test_every_due_reader_gets_one_mail(edition: Edition, now: datetime) -> None:
    make_readers(3, now)
    done = morning(now)
    assert (done.planned.count, done.sent.sent) == (3, 3)
    mails = mailbox.read_mailbox()
    assert sorted(mail.to for mail in mails) == [f"reader{n}@example.com" for n in range(3)]
    assert all("누리랩" in mail.text and "누리랩" in mail.html for mail in mails)
    assert len({mail.headers["Message-ID"] for mail in mails}) == 3
    assert done.proved == [edition.pk]
    assert EditionSum.objects.get().sent == 3


def test_a_second_morning_sends_nothing(edition: Edition, now: datetime) -> None:
    make_readers(2, now)
    morning(now)
    again = morning(now + timedelta(minutes=5))
    assert (again.planned.count, again.sent.sent) == (0, 0)
    assert len(mailbox.read_mailbox()) == 2


def test_readers_who_choose_alike_share_a_digest(edition: Edition, now: datetime) -> None:
    readers = make_readers(4, now)
    for reader in readers[:2]:
        change(reader.pk, {"topics": {"chips": "normal"}, "thin_day": "skip"}, now)
    Subscriber.objects.update(next_digest_at=now)
    morning(now)
    digests = Delivery.objects.order_by("subscriber_id").values_list("digest_id", flat=True)
    assert digests[0] == digests[1] != digests[2] == digests[3]


def test_a_story_never_reaches_one_reader_twice(edition: Edition, now: datetime) -> None:
    [reader] = make_readers(1, now)
    morning(now)
    tuesday = make_edition(date(2026, 1, 6), now + timedelta(hours=23, minutes=30))
    reader.refresh_from_db()
    assert reader.next_digest_at == now + timedelta(days=1)
    morning(now + timedelta(days=1))
    shown = [
        {choice["story"] for choice in delivery.digest.choices}
        for delivery in Delivery.objects.order_by("due_at").select_related("digest")
    ]
    assert len(shown) == 2
    assert not shown[0] & shown[1]
    assert Delivery.objects.filter(edition=tuesday, status="sent").count() == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [("unsubscribed", "left"), ("suppressed", "suppressed"), ("paused", "resting")],
)
def test_who_leaves_between_plan_and_gate_gets_nothing(
    edition: Edition, now: datetime, status: str, reason: str
) -> None:
    make_readers(2, now)
    plan(now)
    Subscriber.objects.filter(email="reader0@example.com").update(status=status)
    morning(now)
    assert [mail.to for mail in mailbox.read_mailbox()] == ["reader1@example.com"]
    row = Delivery.objects.get(subscriber__email="reader0@example.com")
    assert (row.status, row.reason) == ("skipped", reason)


def test_a_suppressed_address_gets_nothing_whatever_its_status(edition: Edition, now: datetime) -> None:
    [reader] = make_readers(1, now)
    Suppression.objects.create(address_hash=reader.address_hash, reason="complaint")
    morning(now)
    assert mailbox.read_mailbox() == []
    assert Delivery.objects.get().reason == "suppressed"


def test_an_edition_still_held_makes_readers_wait_and_then_go_without(
    edition: Edition, now: datetime, settings
) -> None:
    Edition.objects.update(status=Edition.Status.HELD)
    make_readers(1, now)
    done = morning(now)
    assert (done.planned.count, done.planned.waiting) == (0, 1)
    assert not Delivery.objects.exists()
    done = morning(now + timedelta(hours=4, minutes=1))
    assert done.planned.skipped == 1
    assert Delivery.objects.get().reason == "not_frozen"


def test_no_edition_at_all_is_said_after_the_grace(now: datetime) -> None:
    make_readers(1, now)
    assert morning(now).planned.waiting == 1
    assert morning(now + timedelta(hours=5)).planned.skipped == 1
    assert Delivery.objects.get().reason == "no_edition"


def test_a_morning_missed_within_the_grace_is_caught_up_and_later_is_skipped(
    edition: Edition, now: datetime
) -> None:
    early, late = make_readers(2, now)
    Subscriber.objects.filter(pk=late.pk).update(next_digest_at=now - timedelta(minutes=30))
    morning(now + timedelta(hours=3, minutes=45))
    rows = {row.subscriber_id: row for row in Delivery.objects.all()}
    assert rows[early.pk].status == "sent"
    assert (rows[late.pk].status, rows[late.pk].reason) == ("skipped", "late")


def test_a_paused_edition_holds_its_mails_and_a_cancelled_one_drops_them(
    edition: Edition, now: datetime
) -> None:
    make_readers(2, now)
    plan(now)
    Edition.objects.update(status=Edition.Status.PAUSED)
    morning(now)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"planned"}
    Edition.objects.update(status=Edition.Status.FROZEN)
    morning(now + timedelta(minutes=2))
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_a_rest_that_is_over_ends_by_itself(edition: Edition, now: datetime) -> None:
    make_readers(1, now, status=Subscriber.Status.PAUSED, paused_until=date(2026, 1, 5))
    morning(now)
    assert len(mailbox.read_mailbox()) == 1
    assert Subscriber.objects.get().status == "active"


def test_a_weekly_reader_gets_one_mail_a_week(edition: Edition, now: datetime) -> None:
    make_readers(1, now, is_weekly=True)
    morning(now)
    assert Delivery.objects.get().kind == "weekly"
    assert Subscriber.objects.get().next_digest_at == now + timedelta(days=7)


def test_two_digests_never_come_within_six_hours(edition: Edition, now: datetime) -> None:
    [reader] = make_readers(1, now)
    morning(now)
    Subscriber.objects.filter(pk=reader.pk).update(
        next_digest_at=now + timedelta(hours=2), zone="Pacific/Auckland"
    )
    morning(now + timedelta(hours=16))
    assert Delivery.objects.filter(status="sent").count() == 1


def test_a_reader_planned_in_the_last_zone_is_not_planned_again_on_that_date(
    edition: Edition, now: datetime
) -> None:
    [reader] = make_readers(1, now)
    morning(now)
    Subscriber.objects.filter(pk=reader.pk).update(next_digest_at=now + timedelta(hours=8))
    morning(now + timedelta(hours=8))
    assert Delivery.objects.count() == 1
    assert Subscriber.objects.get().next_digest_at > now + timedelta(hours=8)
