from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from newsletter.delivery.models import Delivery
from newsletter.subscribers.leaving import erase
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import ConsentEvent, Subscriber

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def strict():
    """A mail client: no cookies, and every CSRF check on."""
    return Client(enforce_csrf_checks=True)


def link(reader, version=None):
    return f"/u/{make(Purpose.UNSUBSCRIBE, reader.pk, version or reader.link_version)}/"


def status(reader):
    return Subscriber.objects.get(pk=reader.pk).status


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_acts_without_cookie_token_or_redirect(strict, ada, content_type):
    if content_type.startswith("multipart"):
        response = strict.post(link(ada), ONE_CLICK)
    else:
        response = strict.post(link(ada), "List-Unsubscribe=One-Click", content_type=content_type)
    assert response.status_code == 200
    assert not response.cookies
    assert status(ada) == "unsubscribed"
    assert ConsentEvent.objects.get().how == "one_click"
    assert Delivery.objects.get().kind == "goodbye"


def test_a_post_with_any_body_acts(strict, ada):
    assert strict.post(link(ada), b"", content_type="text/plain").status_code == 200
    assert status(ada) == "unsubscribed"


def test_one_click_works_in_english_and_after_the_links_were_renewed(strict, ada):
    path = link(ada)
    Subscriber.objects.update(link_version=9)
    assert strict.post(f"/en{path}", ONE_CLICK).status_code == 200
    assert status(ada) == "unsubscribed"


def test_a_scanner_changes_nothing(strict, ada):
    for _time in range(3):
        assert strict.get(link(ada)).status_code == 200
        assert strict.head(link(ada)).status_code == 200
    assert status(ada) == "active"
    assert not ConsentEvent.objects.exists()


def test_the_page_has_one_button_and_no_survey(client, ada):
    page = client.get(link(ada)).content.decode()
    assert page.count("<button") == 1
    assert "<input" not in page
    assert "ada@example.com" not in page


def test_a_valid_link_of_who_left_or_was_erased_is_answered_kindly(strict, ada, eve, now):
    gone = link(ada)
    erase(ada.pk, now)
    for path in (gone, link(eve)):
        for response in (strict.get(path), strict.post(path, ONE_CLICK)):
            assert response.status_code == 200
            assert "이제 메일을 보내지 않습니다" in response.content.decode()


def test_a_link_works_for_its_own_reader_only(strict, ada, bob):
    strict.post(link(bob), ONE_CLICK)
    assert status(ada) == "active"
    forged = link(ada)[:-2] + ("A" if link(ada)[-2] != "A" else "B") + "/"
    assert strict.post(forged, ONE_CLICK).status_code == 404
    assert status(ada) == "active"


def test_undo_for_a_week(client, ada, clock):
    page = client.post(link(ada)).content.decode()
    assert "되돌리기" in page
    assert "일주일에 한 통만 받기" in page
    back = client.post(link(ada), {"action": "undo"})
    assert "다시 만나 반갑습니다" in back.content.decode()
    assert status(ada) == "active"
    client.post(link(ada))
    clock.shift(timedelta(days=7, seconds=1))
    assert "되돌리기" not in client.get(link(ada)).content.decode()
    late = client.post(link(ada), {"action": "undo"})
    assert (late.status_code, status(ada)) == (200, "unsubscribed")


def test_weekly_instead_is_offered_once(client, ada):
    client.post(link(ada))
    client.post(link(ada), {"action": "weekly"})
    ada.refresh_from_db()
    assert (ada.status, ada.is_weekly) == ("active", True)
    page = client.post(link(ada)).content.decode()
    assert "되돌리기" in page
    assert "일주일에 한 통만 받기" not in page


def test_a_pending_reader_leaves_without_a_letter(client, bob):
    client.post(link(bob))
    assert status(bob) == "unsubscribed"
    assert not Delivery.objects.exists()
