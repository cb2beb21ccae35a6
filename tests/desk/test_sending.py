"""The send monitor and the corrections desk, from the ledger to the mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from digests.editions.models import Correction, Edition, Item
from digests.journal.models import Act
from newsletter.delivery.mailbox import read_mailbox
from newsletter.delivery.models import Delivery, Kind
from newsletter.delivery.process import morning
from newsletter.desk.monitor import find_reader, monitor_of
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.preferences import refresh_key
from tests.desk.conftest import BOARD, press

pytestmark = pytest.mark.django_db
SENDING = BOARD.replace("board", "sending")
CORRECTIONS = BOARD.replace("board", "corrections")
Status = Delivery.Status


@pytest.fixture
def sent(published, ada, now, settings):
    """Ada has Monday's digest."""
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    refresh_key(ada)
    assert morning(now).sent.sent == 1
    return Delivery.objects.get(kind=Kind.DIGEST)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_counts_everyone_by_wave_and_hides_addresses(owner, published, sent, language):
    page = owner.get(SENDING, headers={"accept-language": language}).content.decode()
    assert "Asia/Seoul" in page
    assert "01-05 07:00" in page
    assert "ada@example.com" not in page


def test_pace_and_what_is_left_come_from_the_ledger(published, sent, now):
    found = monitor_of(published, now + timedelta(seconds=1))
    assert (found.total, found.sums["sent"], found.pace.left, found.is_right) == (1, 1, 0, True)
    assert found.pace.per_second
    assert monitor_of(published, now + timedelta(hours=1)).pace.per_second is None


def test_sending_is_paused_resumed_and_cancelled_with_a_reason(owner, published):
    press(owner, published, "pause", reason="링크 확인", next=SENDING)
    assert "링크 확인" in owner.get(SENDING).content.decode()
    press(owner, published, "resume", next=SENDING)
    press(owner, published, "cancel", next=SENDING)
    assert Edition.objects.get().status == Edition.Status.FROZEN
    press(owner, published, "cancel", reason="잘못된 호", next=SENDING)
    assert Edition.objects.get().status == Edition.Status.CANCELLED


def test_failed_and_unknown_are_settled_once_and_written_down(owner, published, sent):
    Act.objects.all().delete()
    Delivery.objects.update(status=Status.FAILED, reason="refused")
    assert "refused" in owner.get(SENDING).content.decode()
    owner.post(f"{SENDING}settle/", {"act": "retry"})
    assert Delivery.objects.get().status == Status.PLANNED
    Delivery.objects.update(status=Status.UNKNOWN)
    owner.post(f"{SENDING}settle/", {"act": "arrived", "delivery": sent.pk})
    owner.post(f"{SENDING}settle/", {"act": "again", "delivery": sent.pk})
    owner.post(f"{SENDING}settle/", {"act": "again", "delivery": "x"})
    assert Delivery.objects.get().status == Status.SENT
    assert sorted(Act.objects.values_list("verb", flat=True)) == ["retry", "settle"]


def test_a_reader_is_found_by_the_whole_address_only_and_shown_masked(owner, published, sent):
    page = owner.post(f"{SENDING}find/", {"address": "ADA@example.com"}).content.decode()
    assert "a•••••@example.com" in page
    assert "ada@example.com" not in page
    assert f"?reader={sent.subscriber_id}" in page
    assert find_reader("ada@").reader is None
    assert find_reader("example.com").reader is None


def correct(owner, item: Item, **fields):
    data = {"headline": "바로잡은 제목", "summary": "바로잡은 글이다.", "note_ko": "수치가 틀렸습니다."}
    return owner.post(f"{CORRECTIONS}{item.pk}/ko/", {**data, **fields}, follow=True)


def test_a_correction_is_on_the_web_at_once_and_goes_to_those_who_got_it(owner, published, sent, bob, now):
    item = Item.objects.get(pk=sent.digest.choices[0]["item"])
    page = correct(owner, item, by_mail="on").content.decode()
    assert "수치가 틀렸습니다." in page
    item.refresh_from_db()
    assert item.content["words"]["ko"]["headline"] == "바로잡은 제목"
    owed = Delivery.objects.get(kind=Kind.CORRECTION)
    assert (owed.subscriber_id, owed.edition_id) == (sent.subscriber_id, published.pk)
    morning(timezone.now())
    [letter] = [mail for mail in read_mailbox() if "수치가 틀렸습니다." in mail.text]
    assert "바로잡은 제목" in letter.text
    assert correct(owner, item, by_mail="on", note_ko="또 틀렸습니다.").status_code == 200
    assert Delivery.objects.filter(kind=Kind.CORRECTION).count() == 1
    assert Correction.objects.count() == 2


def test_a_correction_may_stay_on_the_web_and_needs_its_note(owner, published, sent):
    item = published.items.filter(is_chosen=True).first()
    correct(owner, item, note_ko="")
    assert not Correction.objects.exists()
    correct(owner, item)
    assert Correction.objects.count() == 1
    assert not Delivery.objects.filter(kind=Kind.CORRECTION).exists()
    assert owner.get(f"{CORRECTIONS}{item.pk}/xx/").status_code == 404


def test_who_left_since_is_owed_nothing_that_leaves(owner, published, sent, ada):
    item = Item.objects.get(pk=sent.digest.choices[0]["item"])
    correct(owner, item, by_mail="on")
    Subscriber.objects.filter(pk=ada.pk).update(status=Subscriber.Status.UNSUBSCRIBED)
    morning(timezone.now())
    assert Delivery.objects.get(kind=Kind.CORRECTION).status == Status.SKIPPED
