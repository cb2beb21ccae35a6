import json
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from digests.editions.models import Digest, Edition
from digests.sources.models import Publisher
from digests.stories.models import Organization
from newsletter.delivery.letters import compose
from newsletter.delivery.models import Delivery
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from tests.web.factories import load_topics, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(db) -> Edition:
    Organization.objects.create(slug="garam", name_ko="가람연구소", name_en="Garam Lab")
    Organization.objects.create(slug="moru", name_ko="모루전자", name_en="Moru Electronics")
    Publisher.objects.create(slug="saebyeok", name_ko="새벽신문", name_en="Dawn Daily")
    return publish(date(2026, 1, 5))


def path(reader, name="preferences", purpose=Purpose.PREFERENCES, **claims):
    return reverse(name, args=[make(purpose, reader.pk, reader.link_version, **claims)])


def fields(**changed):
    """What the page posts for a reader with the defaults."""
    data = {
        "hour": "7",
        "zone": "Asia/Seoul",
        "frequency": "daily",
        "language": "ko",
        "reads": ["ko", "en"],
        "length": "10",
        "thin_day": "fill",
        "keywords": "",
        "followed": "",
        "muted": "",
        "topic-llm": "normal",
        "topic-agents": "normal",
        "topic-chips": "normal",
        "topic-policy": "normal",
    }
    return {**data, **changed}


def test_the_page_shows_what_is_stored_and_no_address(client, ada, edition):
    page = client.get(path(ada)).content.decode()
    assert "a•••••@example.com" in page
    assert "ada@example.com" not in page
    assert "LLM·파운데이션 모델" in page
    assert '<option value="7" selected>오전 7시</option>' in page


def test_saving_what_is_shown_changes_nothing(client, ada, edition):
    before = Subscriber.objects.values().get()
    assert client.post(path(ada), fields()).status_code == 302
    after = Subscriber.objects.values().get()
    assert {name for name in before if before[name] != after[name]} <= {"preference_key"}
    assert not ada.topic_preferences.exists()


def test_every_choice_is_saved(client, ada, edition):
    response = client.post(
        path(ada),
        fields(
            hour="22",
            zone="Europe/Berlin",
            frequency="days",
            days=["0", "2"],
            language="en",
            reads=["en"],
            length="5",
            thin_day="skip",
            keywords="로봇, GPU,로봇",
            followed="가람연구소, moru electronics",
            publishers=["saebyeok", "nope"],
            **{"topic-llm": "more", "topic-chips": "mute", "topic-agents": "none"},
        ),
    )
    assert response["Location"].endswith("?done=saved")
    ada.refresh_from_db()
    assert (ada.hour, ada.zone, ada.weekdays, ada.language) == (22, "Europe/Berlin", 0b101, "en")
    assert (ada.reads_ko, ada.reads_en, ada.length, ada.thin_day) == (False, True, 5, "skip")
    assert ada.keywords == ["로봇", "GPU"]
    assert dict(ada.topic_preferences.values_list("topic__slug", "level")) == {
        "llm": "more",
        "chips": "mute",
        "policy": "normal",
    }
    assert set(ada.organization_preferences.values_list("organization__slug", "level")) == {
        ("garam", "more"),
        ("moru", "more"),
    }
    assert [p.publisher.slug for p in ada.publisher_preferences.all()] == ["saebyeok"]
    assert "저장했습니다" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("frequency", "weekdays", "is_weekly"),
    [("daily", 127, False), ("weekday", 31, False), ("weekly", 64, True)],
)
def test_how_often(client, ada, edition, frequency, weekdays, is_weekly):
    client.post(path(ada), fields(frequency=frequency))
    ada.refresh_from_db()
    assert (ada.weekdays, ada.is_weekly) == (weekdays, is_weekly)
    checked = f'value="{frequency}" checked'
    assert checked in client.get(path(ada)).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"frequency": "days"}, "요일을 하나 이상"),
        ({"followed": "없는회사"}, "아직 모르는 이름"),
        ({"keywords": ",".join(f"k{n}" for n in range(21))}, "키워드는 20개까지"),
        ({"keywords": "가" * 41}, "40자까지"),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept(client, ada, edition, changed, words):
    response = client.post(path(ada), fields(hour="9", **changed))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert '<option value="9" selected>' in page
    ada.refresh_from_db()
    assert ada.hour == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"hour": "24"},
        {"hour": "x"},
        {"length": "1000"},
        {"language": "fr"},
        {"thin_day": "?"},
        {"frequency": ""},
    ],
)
def test_values_that_no_page_offers_are_refused(client, ada, edition, changed):
    assert client.post(path(ada), fields(**changed)).status_code == 422


def test_hostile_fields_raise_nothing(client, ada, edition):
    for text in ("\x00", "'; drop table--", "<script>", "{{7*7}}", "‮", "가" * 100_000):
        for name in ("hour", "zone", "keywords", "followed", "muted", "days", "topic-llm", "until"):
            response = client.post(path(ada), fields(**{name: text}))
            assert response.status_code in (302, 422)
            assert "<script>" not in response.content.decode().replace("<script src", "")


def test_it_says_how_many_stories_today_would_have_had(client, ada, edition):
    assert "<strong>4건</strong>" in client.get(path(ada)).content.decode()
    client.post(path(ada), fields(**{"topic-llm": "normal", "topic-chips": "mute"}))
    assert "<strong>3건</strong>" in client.get(path(ada)).content.decode()


def test_without_an_edition_it_says_nothing_of_today(client, ada, db):
    load_topics()
    assert "would-get" not in client.get(path(ada)).content.decode()


def test_a_rest_until_a_date_and_back(client, ada, edition):
    response = client.post(path(ada), {"action": "pause", "until": "2026-02-01"})
    assert response["Location"].endswith("?done=paused")
    ada.refresh_from_db()
    assert (ada.status, ada.paused_until) == ("paused", date(2026, 2, 1))
    assert "2026년 2월 1일까지 쉬는 중" in client.get(path(ada)).content.decode()
    client.post(path(ada), {"action": "resume"})
    ada.refresh_from_db()
    assert ada.status == "active"


@pytest.mark.parametrize("until", ["2026-01-05", "1999-01-01", "2099-01-01", "tomorrow", "2026-02-30"])
def test_a_rest_needs_a_date_that_makes_sense(client, ada, edition, until):
    assert client.post(path(ada), {"action": "pause", "until": until}).status_code == 422
    ada.refresh_from_db()
    assert ada.status == "active"


def test_get_changes_nothing(client, ada, edition):
    before = list(Subscriber.objects.values())
    for _time in range(3):
        for name, purpose in [
            ("preferences", Purpose.PREFERENCES),
            ("export", Purpose.PREFERENCES),
            ("erase", Purpose.PREFERENCES),
            ("erase_now", Purpose.ERASE),
            ("feedback", Purpose.FEEDBACK),
        ]:
            assert client.get(path(ada, name, purpose)).status_code == 200
            assert client.head(path(ada, name, purpose)).status_code == 200
    assert list(Subscriber.objects.values()) == before
    assert not Delivery.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_renewed_links_end_the_old_ones(client, ada, edition):
    old = path(ada)
    Subscriber.objects.update(link_version=2)
    assert client.get(old).status_code == 404
    assert client.post(old, fields(hour="9")).status_code == 404
    ada.refresh_from_db()
    assert ada.hour == 7


def test_one_readers_link_shows_nothing_of_another(client, ada, bob, edition):
    for name in ("preferences", "export", "erase"):
        assert "bob" not in client.get(path(ada, name)).content.decode()


@pytest.mark.parametrize("cast", ["bob", "eve"])
def test_only_readers_have_preferences(client, request, cast, edition):
    reader = request.getfixturevalue(cast)
    assert client.get(path(reader)).status_code == 404
    assert client.post(path(reader), fields(hour="9")).status_code == 404


def test_an_expired_link_brings_a_fresh_one_by_mail(client, ada, clock, edition):
    old = path(ada)
    clock.shift(timedelta(days=181))
    assert client.get(old).status_code == 410
    assert client.post(old, fields(hour="9")).status_code == 200
    ada.refresh_from_db()
    assert ada.hour == 7
    assert Delivery.objects.get().kind == "link"


def test_the_export_is_everything_and_nothing_secret(client, ada, edition):
    client.post(path(ada), fields(**{"topic-llm": "more"}))
    response = client.get(path(ada, "export"))
    data = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert data["subscriber"]["email"] == "ada@example.com"
    assert data["topics"]["llm"] == "more"
    assert data["mails"] == []
    assert "address_hash" not in response.content.decode()


def test_erasing_needs_the_fresh_mail(client, ada, edition):
    Subscriber.objects.update(address_hash=address_hash(ada.email))
    asked = client.post(path(ada, "erase"))
    assert "메일을 보냈습니다" in asked.content.decode()
    assert Delivery.objects.get().kind == "erase"
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    done = client.post(path(ada, "erase_now", Purpose.ERASE))
    assert "모두 지웠습니다" in done.content.decode()
    assert not Subscriber.objects.filter(pk=ada.pk).exists()
    assert Suppression.objects.get().address_hash == address_hash("ada@example.com")
    assert Delivery.objects.get().subscriber is None
    assert client.get(path(ada)).status_code == 404


@pytest.fixture
def digest(edition) -> Digest:
    items = list(edition.items.all())
    choices = [{"item": item.pk, "story": item.story_id, "why": "top", "of": ""} for item in items]
    return Digest.objects.create(key="k" * 64, edition=edition, language="ko", choices=choices, subject="호")


def test_less_of_this_takes_a_press(client, ada, digest):
    page_path = path(ada, "feedback", Purpose.FEEDBACK, digest=digest.pk)
    page = client.get(page_path).content.decode()
    assert "가람연구소, 320억" in page
    assert "AI 반도체 덜 받기" in page
    done = client.post(page_path, {"topic": "chips", "level": "less"})
    assert "덜 보내 드립니다" in done.content.decode()
    assert ada.topic_preferences.get().level == "less"
    ada.refresh_from_db()
    assert ada.preference_key


@pytest.mark.parametrize(
    "data", [{}, {"topic": "nope", "level": "less"}, {"topic": "chips", "level": "huge"}]
)
def test_feedback_that_no_page_offers_is_refused(client, ada, digest, data):
    page_path = path(ada, "feedback", Purpose.FEEDBACK, digest=digest.pk)
    assert client.post(page_path, data).status_code == 404
    assert not ada.topic_preferences.exists()


def test_counting_saves_nothing(client, ada, edition):
    response = client.post(path(ada), fields(action="count", **{"topic-chips": "mute"}))
    assert "<strong>3건</strong>" in response.content.decode()
    assert '<option value="mute" selected>' in response.content.decode()
    assert not ada.topic_preferences.exists()


def test_moving_takes_both_addresses(client, ada, edition):
    response = client.post(path(ada), {"action": "move", "email": "ada@new.example"})
    assert response["Location"].endswith("?done=moving")
    successor = Subscriber.objects.get(email="ada@new.example")
    pages = [path(reader, "move", Purpose.MOVE) for reader in (ada, successor)]
    for page in pages:
        for _time in range(3):
            shown = client.get(page).content.decode()
        assert "a•••••@new.example" in shown
        assert "ada@" not in shown
    assert client.post(pages[0]).status_code == 200
    assert "옮겼습니다" in client.post(pages[1]).content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@new.example"
    assert client.get(pages[0]).status_code == 404
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == ["move", "move"]


def test_moving_to_no_address_is_told(client, ada, edition):
    response = client.post(path(ada), {"action": "move", "email": "reader.example.com"})
    assert response.status_code == 422
    assert "@가 없습니다" in response.content.decode()
    assert not Delivery.objects.exists()


def test_the_letter_of_a_move_reads_right_at_both_addresses(client, ada, edition, now):
    client.post(path(ada), {"action": "move", "email": "ada@new.example"})
    letters = [compose(row, row.subscriber, now) for row in Delivery.objects.select_related("subscriber")]
    said = [mail.subject for mail in letters]
    assert said == ["주소 변경을 확인해 주세요"] * 2
    for mail in letters:
        text = "".join(mail.content.text)
        assert "예전 주소와 새 주소에 똑같이" in text
        assert "/move/" in text
        assert "이 주소로" not in text
