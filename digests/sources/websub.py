"""WebSub (W3C, 2018): a hub rings when a feed has changed, instead of our asking all the time.

1. A feed that names a hub is wanted, if our site has a public https address.
2. `subscribe_due` asks the hub; the hub verifies the intent at our callback with a challenge.
3. A push signed with our secret makes the feed due at once: the push is a doorbell, the feed itself
   is still fetched, conditionally and as politely as ever. Its body is not trusted with anything.
4. A lease is renewed a day before it ends. While it holds, the feed is polled less often; a lease
   that ended, or a hub that denied, means polling as before.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Q

from digests.sources import network
from digests.sources.failures import FetchError
from digests.sources.models import Feed, HubSubscription
from digests.text.urls import safe_link

LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=30)
RENEW_BEFORE = timedelta(days=1)
ASK_AGAIN_AFTER = timedelta(hours=6)
# However often a hub rings, a feed is asked no more often than this.
SHORTEST_BETWEEN_RINGS = timedelta(minutes=1)
# A feed whose hub rings is polled this many times less often, in case a push is lost.
POLLS_FEWER = 8
ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # the specification's, 7.1
State = HubSubscription.State


def is_public_site() -> bool:
    """Whether a hub could reach us."""
    parts = urlsplit(settings.SITE_URL)
    return parts.scheme == "https" and "." in (parts.hostname or "")


def want_hub(feed: Feed, hub_url: str, topic_url: str) -> None:
    """Remember that `feed` names a hub; a new hub or topic starts anew."""
    hub_url, topic_url = safe_link(hub_url)[:500], (safe_link(topic_url) or feed.url)[:500]
    if not hub_url or not is_public_site():
        return
    known = HubSubscription.objects.filter(feed=feed).first()
    if known and (known.hub_url, known.topic_url) == (hub_url, topic_url):
        return
    HubSubscription.objects.update_or_create(
        feed=feed,
        defaults={
            "hub_url": hub_url,
            "topic_url": topic_url,
            "token": secrets.token_urlsafe(32),
            "secret": secrets.token_urlsafe(32),
            "state": State.WANTED,
            "asked_at": None,
            "leased_until": None,
        },
    )


def subscribe_due(now: datetime, limit: int = 20) -> int:
    """Ask hubs that were not asked lately and whose lease is missing or ends soon; how many took it."""
    rows = HubSubscription.objects.filter(
        Q(asked_at=None) | Q(asked_at__lte=now - ASK_AGAIN_AFTER),
        Q(leased_until=None) | Q(leased_until__lte=now + RENEW_BEFORE),
        feed__status=Feed.Status.ACTIVE,
    ).exclude(state=State.DENIED)
    return sum(subscribe(row, now) for row in rows[:limit])


def subscribe(row: HubSubscription, now: datetime) -> bool:
    """Ask one hub; the asking is written down before the request."""
    claimed = HubSubscription.objects.filter(pk=row.pk, asked_at=row.asked_at).update(asked_at=now)
    if not claimed:
        return False
    form = {
        "hub.callback": f"{settings.SITE_URL}/hub/{row.token}/",
        "hub.mode": "subscribe",
        "hub.topic": row.topic_url,
        "hub.secret": row.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    try:
        network.post(
            row.hub_url,
            urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    except FetchError:
        return False
    HubSubscription.objects.filter(pk=row.pk, state=State.WANTED).update(state=State.ASKED)
    return True


def confirm(token: str, query: Mapping[str, str], now: datetime) -> str | None:
    """The challenge to echo to a hub that verifies our intent, or None: we know of no such thing.

    A denial is written down; an unsubscription is never ours, so never confirmed.
    """
    row = HubSubscription.objects.filter(token=token).first()
    if row is None or query.get("hub.topic") != row.topic_url:
        return None
    if query.get("hub.mode") == "denied":
        HubSubscription.objects.filter(pk=row.pk).update(state=State.DENIED, leased_until=None)
        return ""
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not challenge or row.asked_at is None:
        return None
    raw = query.get("hub.lease_seconds", "")
    lease = timedelta(seconds=min(int(raw), 10**8)) if raw.isascii() and raw.isdigit() else LEASE
    HubSubscription.objects.filter(pk=row.pk).update(
        state=State.VERIFIED, leased_until=now + min(lease, LONGEST_LEASE)
    )
    return challenge


def ring(token: str, body: bytes, signature: str, now: datetime) -> int | None:
    """The id of the feed that a push makes due, or None if it is unsigned, unknown or too soon."""
    row = HubSubscription.objects.filter(token=token, state=State.VERIFIED).first()
    if row is None or not is_signed(body, signature, row.secret):
        return None
    fresh = Q(last_push_at=None) | Q(last_push_at__lte=now - SHORTEST_BETWEEN_RINGS)
    if not HubSubscription.objects.filter(fresh, pk=row.pk).update(last_push_at=now):
        return None
    rung = Feed.objects.filter(pk=row.feed_id, status=Feed.Status.ACTIVE, failures=0).update(
        next_check_at=now
    )
    return row.feed_id if rung else None


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` ("sha256=…") is the HMAC of `body` with our secret."""
    algorithm, _, digest = signature.partition("=")
    if algorithm not in ALGORITHMS or not digest.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, algorithm).hexdigest(), digest.lower())


def interval_of(feed: Feed, now: datetime) -> timedelta:
    """How often to poll `feed`: less often while its hub rings, at least every six hours then."""
    interval = timedelta(minutes=feed.interval_minutes)
    held = HubSubscription.objects.filter(feed=feed, state=State.VERIFIED, leased_until__gt=now).exists()
    return max(interval, min(interval * POLLS_FEWER, timedelta(hours=6))) if held else interval
