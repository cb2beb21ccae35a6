import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from digests.journal.models import Act
from digests.stories.models import Topic
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import (
    AddressChange,
    AttackMode,
    ConsentEvent,
    SignupAttempt,
    Subscriber,
    Suppression,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/subscribers/subscriber/"


@pytest.fixture
def admin_user(db):
    """A curator of every right, without a password: hashing one takes longer than the test."""
    return User.objects.create(username="desk", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(admin_client):
    return admin_client


@pytest.fixture
def known(ada):
    Subscriber.objects.filter(pk=ada.pk).update(address_hash=address_hash(ada.email))
    ada.refresh_from_db()
    return ada


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_list_opens_in_both_languages(desk, known, bob, now, language):
    Suppression.objects.create(address_hash="c" * 64, reason="complaint")
    SignupAttempt.objects.create(network="192.0.2.0/24", outcome="limited", reason="network")
    AttackMode.objects.create(reason="many posts: 300 / 2 in 10 min")
    AddressChange.objects.create(subscriber=known, successor=bob)
    desk.post(LIST, {"action": "unsubscribe", "_selected_action": [known.pk]})
    for model in (
        *("subscriber", "suppression", "consentevent"),
        *("signupattempt", "attackmode", "addresschange"),
    ):
        response = desk.get(f"/admin/subscribers/{model}/", headers={"accept-language": language})
        assert response.status_code == 200


def test_lists_mask_addresses_and_search_wants_the_whole(desk, known, bob):
    page = desk.get(LIST).content.decode()
    assert "a•••••@example.com" in page
    assert "ada@example.com" not in page
    found = desk.get(LIST, {"q": "ADA@example.com"}).content.decode()
    assert "a•••••@" in found
    assert "b•••••@" not in found
    assert "•••••@" not in desk.get(LIST, {"q": "example"}).content.decode()
    assert "•••••@" not in desk.get(LIST, {"q": "ada@example"}).content.decode()


def test_a_reader_added_by_hand_needs_evidence(desk, db):
    data = {"email": "Ina@Example.com", "language": "ko", "zone": "Asia/Seoul", "hour": "8", "evidence": ""}
    assert desk.post(f"{LIST}add/", data).status_code == 200
    assert not Subscriber.objects.exists()
    response = desk.post(f"{LIST}add/", data | {"evidence": "1월 3일 전화로 신청, 통화 기록 12"})
    assert response.status_code == 302
    ina = Subscriber.objects.get()
    assert (ina.email, ina.status, ina.hour) == ("ina@example.com", "active", 8)
    assert ina.next_digest_at
    assert ina.preference_key
    assert ConsentEvent.objects.get().text == "1월 3일 전화로 신청, 통화 기록 12"
    assert Act.objects.get().verb == "add_subscriber"


@pytest.mark.parametrize("email", ["nobody", "ada@example.com", "gone@example.com"])
def test_who_is_known_or_suppressed_is_not_added(desk, known, email):
    Suppression.objects.create(address_hash=address_hash("gone@example.com"), reason="erased")
    data = {"email": email, "language": "ko", "zone": "Asia/Seoul", "hour": "8", "evidence": "…"}
    assert desk.post(f"{LIST}add/", data).status_code == 200
    assert Subscriber.objects.count() == 1


def change_form(reader, **changed):
    data = {
        "hour": "7",
        "zone": "Asia/Seoul",
        "weekdays": "127",
        "language": "ko",
        "reads_ko": "on",
        "reads_en": "on",
        "length": "10",
        "thin_day": "fill",
        "keywords": "[]",
    }
    for name in (
        *("topic_preferences", "organization_preferences", "publisher_preferences"),
        "consent_events",
    ):
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return data | changed


def test_choices_changed_at_the_desk_refresh_key_and_morning(desk, known):
    topic = Topic.objects.create(slug="llm", name_ko="엘", name_en="L")
    page = f"{LIST}{known.pk}/change/"
    assert "ada@example.com" in desk.get(page).content.decode()
    data = change_form(
        known,
        hour="9",
        **{
            "topic_preferences-TOTAL_FORMS": "1",
            "topic_preferences-0-topic": str(topic.pk),
            "topic_preferences-0-level": "more",
            "topic_preferences-0-subscriber": str(known.pk),
        },
    )
    response = desk.post(page, data)
    assert response.status_code == 302, response.context["errors"]
    before = (known.preference_key, known.next_digest_at)
    known.refresh_from_db()
    assert known.hour == 9
    assert known.preference_key != before[0]
    assert known.next_digest_at != before[1]
    assert known.topic_preferences.get().level == "more"


@pytest.mark.parametrize(
    "changed", [{"zone": "Mars/Olympus"}, {"keywords": '{"a": 1}'}, {"weekdays": "0"}, {"length": "7"}]
)
def test_choices_that_cannot_be_are_refused(desk, known, changed):
    assert desk.post(f"{LIST}{known.pk}/change/", change_form(known, **changed)).status_code == 200


def test_acts_are_audited_and_nothing_is_done_twice(desk, known, bob):
    chosen = [known.pk, bob.pk]
    desk.post(LIST, {"action": "pause_two_weeks", "_selected_action": chosen})
    known.refresh_from_db()
    assert known.status == "paused"
    assert [act.verb for act in Act.objects.all()] == ["pause_subscriber"]
    desk.post(LIST, {"action": "unsubscribe", "_selected_action": chosen})
    desk.post(LIST, {"action": "unsubscribe", "_selected_action": chosen})
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"unsubscribed"}
    assert Act.objects.filter(verb="unsubscribe_subscriber").count() == 2
    assert set(ConsentEvent.objects.values_list("kind", "how")) == {("withdrawn", "desk")}


def test_deleting_is_erasing(desk, known):
    assert desk.get(f"{LIST}{known.pk}/delete/").status_code == 200
    desk.post(f"{LIST}{known.pk}/delete/", {"post": "yes"})
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().address_hash == address_hash("ada@example.com")
    assert "ada@example.com" not in str(list(Act.objects.values()))


def test_evidence_cannot_be_changed_or_deleted(desk, known):
    event = ConsentEvent.objects.create(
        subscriber=known, address_hash=known.address_hash, kind="confirmed", how="page", language="ko"
    )
    page = f"/admin/subscribers/consentevent/{event.pk}/"
    assert desk.get(f"{page}change/").status_code == 200
    assert desk.post(f"{page}change/", {"text": "x"}).status_code == 403
    assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/subscribers/consentevent/add/").status_code == 403


def test_a_suppression_is_found_by_address_and_lifted_by_name(desk, known, admin_user):
    Suppression.objects.create(address_hash=known.address_hash, reason="complaint")
    Subscriber.objects.update(status="suppressed")
    found = desk.get("/admin/subscribers/suppression/", {"q": "ada@example.com"})
    assert known.address_hash[:12] in found.content.decode()
    pk = Suppression.objects.get().pk
    desk.post("/admin/subscribers/suppression/", {"action": "lift_suppression", "_selected_action": [pk]})
    known.refresh_from_db()
    assert known.status == "unsubscribed"
    act = Act.objects.get()
    assert (act.verb, act.actor) == ("lift_suppression", admin_user)


def test_an_export_needs_its_permission_and_is_written_down(client, known):
    curator = User.objects.create(username="curator", is_staff=True)
    for codename in ("view_subscriber", "change_subscriber"):
        curator.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(curator)
    data = {"action": "export_csv", "_selected_action": [known.pk]}
    refused = client.post(reverse("admin:subscribers_subscriber_changelist"), data)
    assert "text/csv" not in refused.headers["Content-Type"]
    curator.user_permissions.add(Permission.objects.get(codename="export_subscriber"))
    given = client.post(reverse("admin:subscribers_subscriber_changelist"), data)
    assert "ada@example.com" in b"".join(given.streaming_content).decode()
    act = Act.objects.get()
    assert (act.verb, act.after) == ("export_subscribers", {"count": 1})
