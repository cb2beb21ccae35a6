import html
import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.staticfiles import finders

from digests.stories.models import Topic
from newsletter.delivery.models import Delivery
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.leaving import suppress
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import ConsentEvent, SignupAttempt, Subscriber, Suppression
from newsletter.subscribers.protection import CALM, MANY_REFUSED, make_stamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def stamp(clock, now):
    made = make_stamp()
    clock.shift(timedelta(seconds=10))
    return made


@pytest.fixture
def post(client, stamp):
    def send(email, path="/subscribe/", network="192.0.2.1", **fields):
        data = {"email": email, "stamp": stamp, "website": "", **fields}
        return client.post(path, data, REMOTE_ADDR=network)

    return send


def letters():
    return list(Delivery.objects.order_by("pk").values_list("subscriber__email", "kind"))


def test_one_field_is_enough(client, post):
    response = post("Ada@Example.com")
    assert (response.status_code, response["Location"]) == (302, "/subscribe/check/")
    ada = Subscriber.objects.get()
    assert (ada.email, ada.status, ada.hour, ada.zone, ada.language) == (
        "ada@example.com",
        "pending",
        7,
        "Asia/Seoul",
        "ko",
    )
    assert letters() == [("ada@example.com", "confirm")]
    page = client.get("/subscribe/check/")
    assert "ada@example.com" in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"


def test_every_choice_of_the_form_is_kept(post):
    for n, slug in enumerate(["llm", "chips", "policy"]):
        Topic.objects.create(slug=slug, name_ko=slug, name_en=slug, position=n)
    post(
        "ada@example.com",
        "/en/subscribe/",
        topics=["llm", "policy", "nope"],
        hour="21",
        zone="America/Argentina/Ushuaia",
        language="ko",
        frequency="weekday",
    )
    ada = Subscriber.objects.get()
    assert (ada.hour, ada.zone, ada.language, ada.weekdays) == (21, "America/Argentina/Ushuaia", "ko", 31)
    assert {p.topic.slug for p in ada.topic_preferences.all()} == {"llm", "policy"}


def test_the_language_is_the_paths(post):
    post("ada@example.com", "/en/subscribe/")
    assert Subscriber.objects.get().language == "en"


def test_a_zone_the_browser_invented_is_the_default(post):
    post("ada@example.com", zone="Mars/Olympus")
    assert Subscriber.objects.get().zone == "Asia/Seoul"


def test_a_bad_address_returns_the_form_with_the_words_and_the_input(post):
    response = post("reader.example.com", hour="9")
    page = response.content.decode()
    assert response.status_code == 422
    assert "메일 주소에 @가 없습니다" in page
    assert 'value="reader.example.com"' in page
    assert '<option value="9" selected>' in page
    assert "data-error-summary" in page
    assert not Subscriber.objects.exists()
    assert not Delivery.objects.exists()


def test_what_a_stranger_typed_is_escaped(post):
    page = post('"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stamp": ""}, "missing"),
        ({"stamp": "form:1:2"}, "missing"),
        ({"website": "https://spam.example"}, "trap"),
    ],
)
def test_a_form_without_our_stamp_or_in_the_trap_comes_back_to_be_sent_again(client, post, fields, reason):
    response = post("ada@example.com", **fields)
    assert response.status_code == 422
    assert "한 번만 더" in response.content.decode()
    assert 'value="ada@example.com"' in response.content.decode()
    assert not Subscriber.objects.exists()
    assert SignupAttempt.objects.get().reason == reason


def test_a_form_embedded_elsewhere_takes_one_more_press(client, clock):
    first = client.post("/subscribe/", {"email": "ada@example.com"})
    fresh = re.search(r'name="stamp" value="([^"]+)"', first.content.decode())
    assert fresh
    clock.shift(timedelta(seconds=5))
    second = client.post("/subscribe/", {"email": "ada@example.com", "stamp": fresh[1]})
    assert second.status_code == 302


def test_the_same_answer_whatever_the_address_is_to_us(client, post, ada, bob, eve, now):
    for reader in (ada, bob, eve):
        Subscriber.objects.filter(pk=reader.pk).update(address_hash=address_hash(reader.email))
    suppress(address_hash("gone@example.com"), Suppression.Reason.COMPLAINT, "", now)
    answers = set()
    for email in ("new@example.com", ada.email, bob.email, eve.email, "gone@example.com"):
        response = post(email)
        page = client.get(response["Location"]).content.decode().replace(email, "…")
        answers.add((response.status_code, response["Location"], page))
    assert len(answers) == 1
    assert sorted(letters()) == [
        ("ada@example.com", "already"),
        ("bob@example.com", "confirm"),
        ("eve@example.com", "confirm"),
        ("new@example.com", "confirm"),
    ]


def test_at_most_one_letter_a_day_to_an_address(post, clock):
    for n in range(8):
        assert post("ada@example.com", network=f"192.0.{n}.1").status_code == 302
    assert letters() == [("ada@example.com", "confirm")]
    assert SignupAttempt.objects.filter(outcome="limited", reason="address").count() == 3


def test_the_limit_of_a_network_is_told(post):
    for n in range(CALM.network_an_hour):
        assert post(f"r{n}@d{n}.example.com").status_code == 302
    response = post("late@example.com")
    assert response.status_code == 429
    assert "한 시간 뒤" in response.content.decode()
    assert not Subscriber.objects.filter(email="late@example.com").exists()


def test_resending_uses_what_the_browser_remembers(client, post, clock):
    post("ada@example.com", hour="9")
    response = client.post("/subscribe/resend/")
    assert (response.status_code, response["Location"]) == (302, "/subscribe/check/?again=1")
    assert letters() == [("ada@example.com", "confirm")]
    clock.shift(timedelta(days=1))
    client.cookies.clear()
    assert client.post("/subscribe/resend/")["Location"] == "/subscribe/"
    assert client.get("/subscribe/check/").status_code == 200
    assert client.get("/subscribe/resend/").status_code == 405


def test_a_forged_cookie_is_nothing(client, clock):
    client.cookies["asked"] = "e30:x:y"
    assert client.post("/subscribe/resend/")["Location"] == "/subscribe/"


@pytest.mark.parametrize("email", ["x" * 1_000_000, "a\x00b@example.com", "\r\nBcc: x@example.com", "\ud800"])
def test_hostile_fields_are_a_clear_message(client, stamp, email):
    body = f"stamp={quote(stamp)}&email={quote(email.encode('utf-8', 'surrogatepass'))}"
    response = client.post("/subscribe/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert len(response.content) < 30_000
    assert not Subscriber.objects.exists()


# --- The endpoint.


def call(client, body, path="/api/subscribe/", **extra):
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(path, data, content_type="application/json", **extra)


def test_the_endpoint_takes_what_the_form_takes(client, clock):
    Topic.objects.create(slug="llm", name_ko="엘", name_en="L")
    Topic.objects.create(slug="chips", name_ko="칩", name_en="C")
    body = {
        "email": "ada@example.com",
        "topics": ["llm"],
        "hour": 9,
        "zone": "Europe/Paris",
        "language": "en",
    }
    for _twice in range(2):
        response = call(client, body)
        assert (response.status_code, response.json()) == (202, {"status": "check_mail"})
    ada = Subscriber.objects.get()
    assert (ada.hour, ada.zone, ada.language) == (9, "Europe/Paris", "en")
    assert letters() == [("ada@example.com", "confirm")]
    assert ConsentEvent.objects.first().how == "api"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "json"),
        (b"\xff\xfe", 400, "json"),
        ("[]", 400, "json"),
        ('"x"', 400, "json"),
        ({}, 422, "email"),
        ({"email": None}, 422, "email"),
        ({"email": ["a@example.com"]}, 422, "email"),
        ({"email": {"a": 1}}, 422, "email"),
        ({"email": "a@example.com", "hour": 99}, 422, "hour"),
        ({"email": "a@example.com", "hour": [1]}, 422, "hour"),
        ({"email": "a@example.com", "language": "xx"}, 422, "language"),
        ({"email": "a@example.com", "frequency": 3}, 422, "frequency"),
    ],
    ids=str,
)
def test_a_bad_body_is_told_what_is_wrong(client, clock, body, status, code):
    response = call(client, body)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["message"]
    assert not Subscriber.objects.exists()


def test_odd_topics_are_all_topics(client, clock):
    for n, topics in enumerate([{"a": 1}, "llm", [["llm"]], None, 7]):
        assert call(client, {"email": f"r{n}@example.com", "topics": topics}).status_code == 202


def test_the_endpoint_closes_under_attack(client, clock):
    for n in range(MANY_REFUSED):
        call(client, {"email": "nobody"}, REMOTE_ADDR=f"198.51.{n}.1")
    response = call(client, {"email": "ada@example.com"})
    assert response.status_code == 503
    assert response["Retry-After"] == "3600"


def test_a_key_makes_asking_twice_asking_once(client, clock):
    body = {"email": "ada@example.com"}
    for _twice in range(2):
        assert call(client, body, headers={"Idempotency-Key": "k1"}).status_code == 202
    assert SignupAttempt.objects.count() == 1
    other = call(client, {"email": "bob@example.com"}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key")
    assert call(client, body, headers={"Idempotency-Key": "k2"}).status_code == 202
    assert SignupAttempt.objects.count() == 2


def test_a_limited_request_may_come_again_under_its_key(client, clock):
    for n in range(CALM.network_an_hour):
        call(client, {"email": f"r{n}@d{n}.example.com"})
    body, key = {"email": "late@example.com"}, {"Idempotency-Key": "later"}
    assert call(client, body, headers=key).status_code == 429
    clock.shift(timedelta(hours=1, seconds=1))
    assert call(client, body, headers=key).status_code == 202
    assert Subscriber.objects.filter(email="late@example.com").exists()


def test_the_description_names_what_the_endpoint_answers():
    path = finders.find("web/openapi.json")
    assert path
    described = json.loads(Path(path).read_text())["paths"]["/api/subscribe/"]["post"]
    assert set(described["responses"]) == {"202", "400", "422", "429", "503"}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_snippet_for_other_sites_works_as_copied(client, clock, settings, prefix):
    settings.SITE_URL = "https://jogan.example"
    page = html.unescape(client.get(f"{prefix}/subscribe/embed/").content.decode())
    action = re.search(r'<form action="https://jogan.example([^"]+)" method="post"', page)
    assert action
    assert action[1] == f"{prefix}/subscribe/"
    assert 'name="email"' in page
    assert "<script>" not in page


# --- The page behind the mailed link.


@pytest.fixture
def link(bob, clock):
    return f"/confirm/{make(Purpose.CONFIRM, bob.pk, bob.link_version)}/"


def test_a_scanner_changes_nothing(client, bob, link):
    for _time in range(3):
        for method in (client.get, client.head):
            assert method(link).status_code == 200
    bob.refresh_from_db()
    assert bob.status == "pending"
    assert not ConsentEvent.objects.exists()
    assert client.options(link).status_code == 405


def test_the_button_confirms_and_twice_is_already(client, bob, link, now):
    page = client.get(link).content.decode()
    assert page.count("<form") == 1
    assert "b•••••@example.com" in page
    assert "bob@example.com" not in page
    first = client.post(link)
    bob.refresh_from_db()
    assert (first.status_code, bob.status) == (200, "active")
    assert bob.next_digest_at == now + timedelta(days=1)
    assert "/p/" in first.content.decode()
    for again in (client.get(link), client.post(link)):
        assert "이미 구독 중" in again.content.decode()
    assert letters() == [("bob@example.com", "welcome")]


def test_the_consent_shown_is_the_consent_stored(client, bob, link):
    page = client.get(link).content.decode()
    client.post(link)
    assert ConsentEvent.objects.get(kind="confirmed").text in page


def test_private_pages_leave_no_trace(client, link):
    response = client.get(link)
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert b'name="robots" content="noindex' in response.content


def test_an_expired_link_offers_a_fresh_one(client, bob, link, clock):
    clock.shift(timedelta(days=3, minutes=2))
    response = client.get(link)
    assert response.status_code == 410
    assert "새 링크 받기" in response.content.decode()
    assert not Delivery.objects.exists()
    assert client.post(link)["Location"] == "/subscribe/check/"
    assert letters() == [("bob@example.com", "confirm")]


def test_an_expired_link_of_a_forgotten_request_leads_to_the_form(client, bob, link, clock):
    bob.delete()
    clock.shift(timedelta(days=4))
    page = client.get(link)
    assert page.status_code == 410
    assert "구독 신청하러 가기" in page.content.decode()


@pytest.mark.parametrize("token", ["x", "cAAAA.1.1.1.zzz", "%00", "가", "c" * 3000])
def test_a_link_we_did_not_sign_gets_the_kind_page(client, token, clock):
    for path in ("confirm", "p", "u", "f", "erase"):
        response = client.get(f"/{path}/{token}/")
        assert response.status_code == 404
        assert "쓸 수 없는 링크" in response.content.decode()


@pytest.mark.parametrize("host", ["jogan.example.attacker.example", "a b"])
def test_a_request_nobody_can_read_gets_a_kind_page(client, host):
    client.raise_request_exception = False
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "요청을 알아볼 수 없습니다" in answer.content.decode()
    assert "could not make sense" in answer.content.decode()
    assert host not in answer.content.decode()


def test_too_many_fields_get_the_same_kind_page(client):
    fields = {f"topic-{number}": "x" for number in range(1001)}
    answer = client.post("/subscribe/", {"email": "ada@example.com", **fields})
    assert answer.status_code == 400
    assert "요청을 알아볼 수 없습니다" in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_the_about_page_leads_to_the_form_to_copy(client):
    assert 'href="/subscribe/embed/"' in client.get("/about/").content.decode()
    assert 'href="/en/subscribe/embed/"' in client.get("/en/about/").content.decode()
