"""robots.txt (RFC 9309) for article pages, cached a day per host; the one door to protego."""

import functools
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from protego import Protego

from digests.sources import network
from digests.sources.failures import FetchError
from digests.sources.models import Host

FRESH = timedelta(hours=24)
MAX_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are read
LONGEST_DELAY = timedelta(seconds=30)
DENY_ALL = "User-agent: *\nDisallow: /\n"


def check_robots(host: Host, url: str, now: datetime) -> None:
    """Raise FetchError `robots` unless the host's robots.txt lets us fetch `url`; read once a day.

    RFC 9309, 2.3.1: no file (4xx) allows everything, a failing server (5xx) or none nothing; a file
    read before is kept meanwhile.
    """
    if host.robots_at is None or now - host.robots_at > FRESH:
        host.robots, host.robots_at = fetch_robots(url, host.robots), now
        Host.objects.filter(pk=host.pk).update(robots=host.robots, robots_at=now)
    if not rules(host.robots).can_fetch(url, settings.FETCH_USER_AGENT):
        raise FetchError("robots", "robots.txt does not allow it")


def crawl_delay(host: Host) -> timedelta:
    """The Crawl-delay the host asks of us, at most 30 s."""
    seconds = rules(host.robots).crawl_delay(settings.FETCH_USER_AGENT)
    return min(timedelta(seconds=float(seconds)), LONGEST_DELAY) if seconds else timedelta(0)


def fetch_robots(url: str, before: str) -> str:
    """The text of the robots.txt that governs `url`."""
    parts = urlsplit(url)
    try:
        response = network.get(
            f"{parts.scheme}://{parts.netloc}/robots.txt", max_bytes=MAX_BYTES, max_seconds=10
        )
    except FetchError as error:
        if error.status is not None and 400 <= error.status < 500:
            return ""
        return before or DENY_ALL
    return response.body.decode("utf-8", "replace").replace("\x00", "")


@functools.lru_cache(maxsize=256)
def rules(text: str) -> Protego:
    """The parsed file."""
    return Protego.parse(text)
