"""Who may sign up now: the form's stamp and trap, limits counted from rows, and attack mode.

Everything is counted in the database, so that a flushed cache opens no gate. `judge` and `mood` decide
and are pure; `admit` counts, decides and writes the attempt down.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.core import signing
from django.db.models import Count, Q
from django.utils.translation import gettext_noop

from newsletter.subscribers.models import AttackMode, EndpointKey, SignupAttempt

Found = SignupAttempt.Outcome

# Faster than a person finds and fills one field, even with the browser's help.
MIN_SECONDS = 1.5
MIN_SECONDS_UNDER_ATTACK = 4.0
# A landing page may stand open in a tab overnight.
MAX_SECONDS = 48 * 3600.0
STAMP_SALT = "newsletter.subscribers.protection.stamp"

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Mailboxes of the public: their domain says nothing about who is meant.
LARGE_PROVIDERS = frozenset(
    [
        *("gmail.com", "naver.com", "daum.net", "hanmail.net", "kakao.com", "nate.com", "outlook.com"),
        *("hotmail.com", "live.com", "icloud.com", "me.com", "yahoo.com", "proton.me", "protonmail.com"),
        *("gmx.de", "gmx.net", "web.de", "fastmail.com"),
    ]
)


@dataclass(frozen=True)
class Limits:
    """How many accepted sign-ups may come of one source; a letter is owed for each."""

    address_a_day: int = 5
    network_an_hour: int = 20
    network_a_day: int = 100
    domain_an_hour: int = 60
    large_domain_an_hour: int = 2000
    overall_an_hour: int = 3000


CALM = Limits()
UNDER_ATTACK = Limits(
    network_an_hour=3, network_a_day=10, domain_an_hour=10, large_domain_an_hour=200, overall_an_hour=300
)

# Attack mode comes on at this many posts within WATCH, or this many refused ones; it goes off once both
# have been below half for a whole WATCH. A front page on a busy day brings some 100 sign-ups in 10 minutes.
WATCH = timedelta(minutes=10)
MANY_POSTS = 300
MANY_REFUSED = 60


@dataclass(frozen=True)
class Counts:
    """What the table says of one attempt's sources; accepted attempts only."""

    address_today: int = 0
    network_hour: int = 0
    network_today: int = 0
    domain_hour: int = 0
    overall_hour: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether an attempt is let in, and if not, which limit it is over.

    `address` is told to nobody: the page is the same as for one let in, since the letter is on its way.
    """

    is_admitted: bool
    reason: str = ""


def judge(counts: Counts, domain: str, limits: Limits) -> Verdict:
    """The verdict on an attempt by what was accepted before it. Pure."""
    of_domain = limits.large_domain_an_hour if domain in LARGE_PROVIDERS else limits.domain_an_hour
    over = (
        ("address", counts.address_today >= limits.address_a_day),
        ("network", counts.network_hour >= limits.network_an_hour),
        ("network", counts.network_today >= limits.network_a_day),
        ("domain", counts.domain_hour >= of_domain),
        ("overall", counts.overall_hour >= limits.overall_an_hour),
    )
    reason = next((name for name, is_over in over if is_over), "")
    return Verdict(not reason, reason)


def mood(posts: int, refused: int, *, is_on: bool) -> str:
    """Why attack mode should be on after this many posts within WATCH, or "" for off. Pure.

    Once on it stays until both counts fell below half, so that it does not flicker.
    """
    share = 0.5 if is_on else 1.0
    if refused >= MANY_REFUSED * share:
        return gettext_noop("many refused posts")
    if posts >= MANY_POSTS * share:
        return gettext_noop("many posts")
    return ""


def admit(address_hash: str, domain: str, network: str, now: datetime) -> Verdict:
    """Count, judge, and write the attempt down; call it in the transaction of the sign-up."""
    is_attacked = is_under_attack()
    limits = UNDER_ATTACK if is_attacked else CALM
    verdict = judge(count(address_hash, domain, network, now), domain, limits)
    SignupAttempt.objects.create(
        at=now,
        address_hash=address_hash,
        domain=domain,
        network=network,
        outcome=Found.ACCEPTED if verdict.is_admitted else Found.LIMITED,
        reason=verdict.reason,
    )
    if not is_attacked:  # the beat switches it off; counting a storm at its every post would feed it
        watch(now)
    return verdict


def refuse(outcome: SignupAttempt.Outcome, reason: str, network: str, now: datetime) -> None:
    """Write down a post that never came to a sign-up: no address is kept of it."""
    SignupAttempt.objects.create(at=now, network=network, outcome=outcome, reason=reason)
    if not is_under_attack():
        watch(now)


def count(address_hash: str, domain: str, network: str, now: datetime) -> Counts:
    """What was accepted of the same address, network and domain, and overall."""
    accepted = SignupAttempt.objects.filter(outcome=Found.ACCEPTED)
    of_network = accepted.filter(network=network, at__gt=now - DAY).aggregate(
        hour=Count("pk", filter=Q(at__gt=now - HOUR)), day=Count("pk")
    )
    last_hour = accepted.filter(at__gt=now - HOUR)
    return Counts(
        address_today=accepted.filter(address_hash=address_hash, at__gt=now - DAY).count(),
        network_hour=of_network["hour"],
        network_today=of_network["day"],
        domain_hour=last_hour.filter(domain=domain).count(),
        overall_hour=last_hour.count(),
    )


def is_under_attack() -> bool:
    """Whether attack mode is on."""
    return AttackMode.objects.filter(is_open=True).exists()


def watch(now: datetime) -> str:
    """Switch attack mode on or off by the last posts; its reason while on, else ""."""
    recent = SignupAttempt.objects.filter(at__gt=now - WATCH, at__lte=now).aggregate(
        posts=Count("pk"), refused=Count("pk", filter=~Q(outcome=Found.ACCEPTED))
    )
    current = AttackMode.objects.filter(is_open=True).first()
    why = mood(recent["posts"], recent["refused"], is_on=current is not None)
    if why and current is None:
        reason = f"{why}: {recent['posts']} / {recent['refused']} in {WATCH // MINUTE} min"
        AttackMode.objects.get_or_create(is_open=True, defaults={"started_at": now, "reason": reason})
    if not why and current is not None:
        AttackMode.objects.filter(pk=current.pk, is_open=True).update(is_open=False, ended_at=now)
    return why


def key_state(key: str, body: bytes, now: datetime) -> str:
    """Note that `body` is answered under an endpoint's `key`; call it in the transaction of the sign-up.

    "new" for a key not seen within a day, "same" for one that came with this body, "other" for another.
    """
    hashes = [hashlib.sha256(part).hexdigest() for part in (key.encode(errors="replace"), body)]
    row, is_new = EndpointKey.objects.get_or_create(
        key_hash=hashes[0], defaults={"body_hash": hashes[1], "at": now}
    )
    if is_new:
        return "new"
    return "same" if row.body_hash == hashes[1] else "other"


def forget_key(key: str) -> None:
    """Let a key be used again, after an answer that asks to try later."""
    EndpointKey.objects.filter(key_hash=hashlib.sha256(key.encode(errors="replace")).hexdigest()).delete()


def make_stamp() -> str:
    """A signed mark of the moment a form was shown."""
    return signing.TimestampSigner(salt=STAMP_SALT).sign("form")


def read_stamp(stamp: str, now: datetime, *, is_attacked: bool) -> str:
    """What is wrong with a form's stamp at `now`: "" (nothing), missing, too_fast or stale."""
    signer = signing.TimestampSigner(salt=STAMP_SALT)
    try:
        signer.unsign(stamp)
        shown_at = signing.b62_decode(stamp.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return "missing"
    age = now.timestamp() - shown_at
    if age < (MIN_SECONDS_UNDER_ATTACK if is_attacked else MIN_SECONDS):
        return "too_fast"
    return "stale" if age > MAX_SECONDS else ""


def network_of(address: str) -> str:
    """The network an IP address is counted by: its /24, or for IPv6 its /64; "" for none.

    An IPv4 address inside IPv6 counts as itself.
    """
    try:
        ip = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network((ip, 64 if isinstance(ip, IPv6Address) else 24), strict=False))


def tidy(now: datetime) -> int:
    """Forget attempts older than a week, and keys of the endpoint older than a day; say how many attempts."""
    EndpointKey.objects.filter(at__lt=now - DAY).delete()
    gone, _by_model = SignupAttempt.objects.filter(at__lt=now.astimezone(UTC) - 7 * DAY).delete()
    return gone
