"""One request at a time per host, with a pause: won by a conditional UPDATE, given back after."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from digests.sources.models import Host
from digests.sources.politeness import HOST_PAUSE

# Longer than a request may take: a worker that vanished frees its host after this.
LEASE = timedelta(seconds=60)


def host_of(url: str) -> str:
    """The host (and port, where one is given) of `url`, in lower case; "" if it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()[:260]
    except ValueError:
        return ""


def claim_host(name: str, now: datetime) -> bool:
    """Whether `name` is ours to ask now; if so, nobody else's until `release_host` or LEASE."""
    if not name:
        return True
    try:
        with transaction.atomic():
            Host.objects.get_or_create(name=name, defaults={"free_at": now})
    except IntegrityError:
        pass
    return bool(Host.objects.filter(name=name, free_at__lte=now).update(free_at=now + LEASE))


def release_host(name: str, now: datetime, pause: timedelta = HOST_PAUSE) -> None:
    """Free `name` after the pause; our own loopback hosts need none."""
    if name in settings.FETCH_PRIVATE_HOSTS:
        pause = timedelta(0)
    Host.objects.filter(name=name).update(free_at=now + pause)


def free_at(name: str, now: datetime) -> datetime:
    """From when `name` may be asked."""
    found = Host.objects.filter(name=name).values_list("free_at", flat=True).first()
    return max(found, now) if found else now
