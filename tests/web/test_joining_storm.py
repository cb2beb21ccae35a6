"""A storm of sign-up posts from many networks: limits hold, attack mode comes and goes."""

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from newsletter.delivery.models import Delivery
from newsletter.subscribers.models import AttackMode, SignupAttempt, Subscriber
from newsletter.subscribers.protection import MANY_POSTS, UNDER_ATTACK, is_under_attack, make_stamp
from newsletter.subscribers.tidying import tidy

# 20 posts a network and some 8 an address; times ten it is 10,000 posts of 500 networks, with the same end.
POSTS = 1_000
NETWORKS = 50
TARGETS = 6


@pytest.mark.slow
@pytest.mark.django_db
def test_a_storm_mails_nobody_twice_and_calms_down(client, now):
    dice = random.Random(7)
    statuses = Counter()
    with time_machine.travel(now, tick=False) as clock:
        stamp = make_stamp()
        clock.shift(timedelta(seconds=30))
        for number in range(POSTS):
            network = number % NETWORKS
            address = f"victim{dice.randrange(TARGETS)}@d{dice.randrange(20)}.example.com"
            response = client.post(
                "/subscribe/",
                {"email": address, "stamp": stamp},
                REMOTE_ADDR=f"10.{network // 250}.{network % 250}.{dice.randrange(256)}",
            )
            statuses[response.status_code] += 1
            if number % 20 == 0:
                clock.shift(timedelta(seconds=1))
        assert is_under_attack()
    assert set(statuses) <= {302, 429}
    assert statuses[429] > (POSTS - MANY_POSTS) * 0.9
    letters = Counter(Delivery.objects.values_list("subscriber", "local_date", "kind"))
    assert max(letters.values()) == 1
    accepted = SignupAttempt.objects.filter(outcome="accepted")
    per_network = Counter(accepted.values_list("network", flat=True))
    assert max(per_network.values()) <= 20
    assert accepted.count() < MANY_POSTS + UNDER_ATTACK.overall_an_hour
    assert Subscriber.objects.count() <= accepted.count()
    mode = AttackMode.objects.get()
    tidy(now + timedelta(hours=2))
    mode.refresh_from_db()
    assert not is_under_attack()
    assert mode.ended_at
