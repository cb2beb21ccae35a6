"""A hub on loopback: subscribe, verify, renew, signed pushes, and polling when it fails."""

import hmac
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from digests.sources import tasks, websub
from digests.sources.ingest import poll
from digests.sources.models import Feed, HubSubscription
from tests.sources.feeds import item, rss
from tests.sources.loopback import Page

pytestmark = pytest.mark.urls("tests.sources.hub_urls")


@pytest.fixture(autouse=True)
def public(settings):
    settings.SITE_URL = "https://jogan.example"


@pytest.fixture
def hub(feed, site, now) -> HubSubscription:
    links = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='{site.url('/hub')}'/>"
    site.pages["/rss"] = Page(rss(item("첫 소식", guid="a"), extra=links).encode())
    poll(feed.pk, now)
    return HubSubscription.objects.get()


def accept(site, received: list[dict]) -> None:
    def answer(handler):
        length = int(handler.headers["Content-Length"])
        received.append({k: v[0] for k, v in parse_qs(handler.rfile.read(length).decode()).items()})
        handler.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

    site.pages["/hub"] = Page(answer)


def verify(client, hub, **changes):
    query = {
        "hub.mode": "subscribe",
        "hub.topic": hub.topic_url,
        "hub.challenge": "c1",
        "hub.lease_seconds": "86400",
    }
    return client.get(f"/hub/{hub.token}/", query | changes)


def signed(body: bytes, secret: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def test_a_feed_that_names_a_hub_is_subscribed_with_a_secret(hub, site, now):
    received: list[dict] = []
    accept(site, received)
    assert websub.subscribe_due(now) == 1
    (form,) = received
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == hub.feed.url
    assert form["hub.callback"] == f"https://jogan.example/hub/{hub.token}/"
    assert len(form["hub.secret"]) > 30
    assert websub.subscribe_due(now) == 0


def test_a_site_without_a_public_address_only_polls(feed, site, now, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    websub.want_hub(feed, "https://hub.example/", "")
    assert HubSubscription.objects.count() == 0


def test_the_hub_verifies_with_a_challenge(client, hub, site, now):
    accept(site, [])
    assert verify(client, hub).status_code == 404
    websub.subscribe_due(now)
    page = verify(client, hub)
    assert (page.status_code, page.content) == (200, b"c1")
    hub.refresh_from_db()
    assert hub.state == "verified"
    assert timedelta(hours=23) < hub.leased_until - timezone.now() <= timedelta(days=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"hub.topic": "https://other.example/"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "x"},
        {"hub.challenge": ""},
    ],
)
def test_what_we_did_not_ask_for_is_not_confirmed(client, hub, site, now, changes):
    accept(site, [])
    websub.subscribe_due(now)
    assert verify(client, hub, **changes).status_code == 404
    assert client.get("/hub/no-such-token/").status_code == 404


def test_a_denial_means_polling(client, hub, site, now):
    accept(site, [])
    websub.subscribe_due(now)
    verify(client, hub, **{"hub.mode": "denied"})
    hub.refresh_from_db()
    assert hub.state == "denied"
    assert websub.subscribe_due(now + timedelta(days=30)) == 0
    assert websub.interval_of(hub.feed, now) == timedelta(minutes=30)


@pytest.fixture
def verified(client, hub, site, now) -> HubSubscription:
    accept(site, [])
    websub.subscribe_due(now)
    verify(client, hub)
    Feed.objects.update(next_check_at=timezone.now() + timedelta(hours=4))
    hub.refresh_from_db()
    return hub


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr(tasks, "ring", lambda task, feed_id: ids.append(feed_id))
    return ids


def push(client, hub, body: bytes, signature: str) -> int:
    page = client.post(
        f"/hub/{hub.token}/", body, content_type="application/rss+xml", headers={"X-Hub-Signature": signature}
    )
    return page.status_code


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_a_signed_push_makes_the_feed_due(client, verified, rung, algorithm):
    assert push(client, verified, b"<rss/>", signed(b"<rss/>", verified.secret, algorithm)) == 202
    assert rung == [verified.feed_id]
    assert Feed.objects.get().next_check_at <= timezone.now()
    assert push(client, verified, b"<rss/>", signed(b"<rss/>", verified.secret)) == 202
    assert rung == [verified.feed_id]


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", "md5=00", "sha256=é", "nonsense"])
def test_an_unsigned_push_is_answered_and_ignored(client, verified, rung, signature):
    assert push(client, verified, b"<rss/>", signature) == 202
    assert rung == []


def test_a_push_signed_over_other_bytes_is_ignored(client, verified, rung):
    assert push(client, verified, b"<rss/>", signed(b"<other/>", verified.secret)) == 202
    assert rung == []


def test_a_feed_whose_hub_rings_is_polled_less_often_until_the_lease_ends(verified, now):
    feed = verified.feed
    assert websub.interval_of(feed, timezone.now()) == timedelta(hours=4)
    assert websub.interval_of(feed, verified.leased_until) == timedelta(minutes=30)


def test_a_lease_is_renewed_before_it_ends(verified, site, now):
    received: list[dict] = []
    accept(site, received)
    HubSubscription.objects.update(leased_until=now + timedelta(days=9))
    assert websub.subscribe_due(now + timedelta(days=7)) == 0
    assert websub.subscribe_due(now + timedelta(days=8, hours=1)) == 1


def test_a_hub_that_is_down_is_asked_again_later(hub, site, now):
    site.pages["/hub"] = Page(b"", 503)
    assert websub.subscribe_due(now) == 0
    assert websub.subscribe_due(now + timedelta(hours=1)) == 0
    accept(site, [])
    assert websub.subscribe_due(now + timedelta(hours=7)) == 1
