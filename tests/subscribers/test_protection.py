from datetime import timedelta

import pytest
import time_machine

from newsletter.subscribers.models import AttackMode, SignupAttempt
from newsletter.subscribers.protection import (
    CALM,
    MANY_POSTS,
    MANY_REFUSED,
    UNDER_ATTACK,
    Counts,
    admit,
    is_under_attack,
    judge,
    make_stamp,
    mood,
    network_of,
    read_stamp,
    refuse,
    tidy,
    watch,
)


@pytest.mark.parametrize(
    ("counts", "domain", "reason"),
    [
        (Counts(), "example.com", ""),
        (Counts(address_today=4), "example.com", ""),
        (Counts(address_today=5), "example.com", "address"),
        (Counts(network_hour=20), "example.com", "network"),
        (Counts(network_today=100), "example.com", "network"),
        (Counts(domain_hour=60), "example.com", "domain"),
        (Counts(domain_hour=60), "naver.com", ""),
        (Counts(domain_hour=2000), "naver.com", "domain"),
        (Counts(overall_hour=3000), "naver.com", "overall"),
    ],
)
def test_the_limits(counts, domain, reason):
    verdict = judge(counts, domain, CALM)
    assert (verdict.is_admitted, verdict.reason) == (not reason, reason)


def test_attack_mode_is_stricter_in_every_limit_but_the_persons_own():
    calm, strict = vars(CALM), vars(UNDER_ATTACK)
    assert calm["address_a_day"] == strict["address_a_day"]
    assert all(strict[name] < calm[name] for name in calm if name != "address_a_day")


@pytest.mark.parametrize(
    ("posts", "refused", "is_on", "expected"),
    [
        (0, 0, False, False),
        (MANY_POSTS - 1, MANY_REFUSED - 1, False, False),
        (MANY_POSTS, 0, False, True),
        (MANY_REFUSED, MANY_REFUSED, False, True),
        (MANY_POSTS // 2, 0, True, True),
        (MANY_POSTS // 2 - 1, 0, True, False),
        (40, MANY_REFUSED // 2, True, True),
        (0, 0, True, False),
    ],
)
def test_attack_mode_comes_and_goes_without_flicker(posts, refused, is_on, expected):
    assert bool(mood(posts, refused, is_on=is_on)) is expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (" 192.0.2.1 ", "192.0.2.0/24"),
        ("", ""),
        ("unix:", ""),
        ("999.1.1.1", ""),
    ],
)
def test_only_a_network_is_ever_kept(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("seconds", "is_attacked", "wrong"),
    [
        (0, False, "too_fast"),
        (2, False, ""),
        (2, True, "too_fast"),
        (5, True, ""),
        (3600, False, ""),
        (48 * 3600 + 60, False, "stale"),
        (-60, False, "too_fast"),
    ],
)
def test_a_form_is_neither_instant_nor_ancient(now, seconds, is_attacked, wrong):
    with time_machine.travel(now, tick=False):
        stamp = make_stamp()
    assert read_stamp(stamp, now + timedelta(seconds=seconds), is_attacked=is_attacked) == wrong


@pytest.mark.parametrize("stamp", ["", "form", "form:abc:def", "a:b:c:d", "\x00", "폼:가:나", "x" * 100_000])
def test_a_stamp_of_a_stranger_is_missing(now, stamp):
    assert read_stamp(stamp, now, is_attacked=False) == "missing"


@pytest.mark.django_db
def test_an_address_is_admitted_five_times_a_day(now):
    verdicts = [admit("a" * 64, "example.com", f"192.0.{n}.0/24", now) for n in range(7)]
    assert [v.is_admitted for v in verdicts] == [True] * 5 + [False] * 2
    assert admit("a" * 64, "example.com", "192.0.9.0/24", now + timedelta(days=1, seconds=1)).is_admitted


@pytest.mark.django_db
def test_a_network_is_admitted_twenty_times_an_hour(now):
    verdicts = [admit(f"{n:064}", f"d{n}.example", "192.0.2.0/24", now) for n in range(22)]
    assert [v.reason for v in verdicts] == [""] * 20 + ["network"] * 2
    assert admit("z" * 64, "d.example", "198.51.100.0/24", now).is_admitted
    assert admit("z" * 64, "d.example", "192.0.2.0/24", now + timedelta(hours=1, seconds=1)).is_admitted


@pytest.mark.django_db
def test_attack_mode_switches_itself_on_and_off_and_says_why(now):
    for n in range(MANY_REFUSED):
        assert not is_under_attack()
        refuse(SignupAttempt.Outcome.TRAPPED, "trap", f"192.0.{n}.0/24", now)
    assert is_under_attack()
    mode = AttackMode.objects.get()
    assert "60" in mode.reason
    watch(now + timedelta(minutes=5))
    assert is_under_attack()
    watch(now + timedelta(minutes=11))
    assert not is_under_attack()
    mode.refresh_from_db()
    assert mode.ended_at == now + timedelta(minutes=11)


@pytest.mark.django_db
def test_attempts_are_forgotten_after_a_week(now):
    refuse(SignupAttempt.Outcome.INVALID, "address", "192.0.2.0/24", now)
    assert tidy(now + timedelta(days=7)) == 0
    assert tidy(now + timedelta(days=7, seconds=1)) == 1


@pytest.mark.django_db
def test_a_refused_post_keeps_no_address(now):
    refuse(SignupAttempt.Outcome.INVALID, "address", "192.0.2.0/24", now)
    attempt = SignupAttempt.objects.get()
    assert (attempt.address_hash, attempt.domain) == ("", "")
