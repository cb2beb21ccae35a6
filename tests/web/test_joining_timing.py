"""Known and unknown addresses take the same work, and the same time."""

import itertools
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.subscribers import protection, signup
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import Subscriber, Suppression
from newsletter.subscribers.signup import SignUp
from newsletter.web.joining import take

pytestmark = pytest.mark.django_db
KINDS = ["new", "pending", "active", "returning", "just left", "suppressed"]
ROUNDS = 24
# Welch's t beyond which the means of two samples of 24 differ beyond doubt (p < 0.00001, two-sided), and
# the share of a mean that no one can tell over a network.
MAX_T = 5.0
MAX_SHARE = 0.12


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    unlimited = protection.Limits(*[10**9] * 6)
    monkeypatch.setattr(protection, "CALM", unlimited)
    monkeypatch.setattr(protection, "UNDER_ATTACK", unlimited)


def address_of(kind, number, now):
    """A fresh address that is `kind` to us."""
    email = f"{kind.replace(' ', '-')}-{number}@example.com"
    states = {
        "pending": {"status": "pending"},
        "active": {"status": "active", "confirmed_at": now},
        "returning": {"status": "unsubscribed", "confirmed_at": now},
        "just left": {"status": "unsubscribed", "confirmed_at": now, "left_at": now},
    }
    if kind in states:
        Subscriber.objects.create(email=email, address_hash=address_hash(email), **states[kind])
    if kind == "suppressed":
        Suppression.objects.create(address_hash=address_hash(email), reason="complaint")
    return email


def seconds(kind, number, now):
    request = SignUp(address_of(kind, number, now), network=f"198.51.{number % 200}.0/24")
    start = time.perf_counter()
    take(request, now)
    return time.perf_counter() - start


def difference(first, second):
    """Welch's t of two samples without their slowest quarter, and the share by which their means differ."""
    first, second = (sorted(sample)[: len(sample) * 3 // 4] for sample in (first, second))
    means = statistics.fmean(first), statistics.fmean(second)
    spread = (statistics.variance(first) / len(first) + statistics.variance(second) / len(second)) ** 0.5
    return abs(means[0] - means[1]) / spread, abs(means[0] - means[1]) / max(means)


def leaks(now):
    """The kinds whose time can be told from that of an address we have never seen."""
    samples = {kind: [] for kind in KINDS}
    for number, kind in itertools.product(range(ROUNDS), KINDS):
        samples[kind].append(seconds(kind, number, now))
    found = []
    for kind in KINDS[1:]:
        t, share = difference(samples["new"], samples[kind])
        if t > MAX_T and share > MAX_SHARE:
            found.append(kind)
    return found


def test_known_and_unknown_addresses_take_the_same_time(now):
    assert leaks(now) == []


def test_the_measurement_would_find_a_leak(now, monkeypatch):
    monkeypatch.setattr(signup, "rehearse", lambda *_args: None)
    assert "suppressed" in leaks(now)


def test_every_kind_writes_as_much(now):
    counts = {}
    for kind in KINDS:
        request = SignUp(address_of(kind, 1, now), network="198.51.100.0/24")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            take(request, now)
        verbs = [q["sql"].split()[0] for q in queries.captured_queries]
        counts[kind] = (verbs.count("INSERT"), verbs.count("UPDATE"), verbs.count("DELETE"))
    assert len(set(counts.values())) == 1, counts


def test_a_decoy_never_stays(now):
    for kind in KINDS:
        take(SignUp(address_of(kind, 1, now), network="198.51.100.0/24"), now)
    assert not Subscriber.objects.filter(email__endswith="@decoy.invalid").exists()
