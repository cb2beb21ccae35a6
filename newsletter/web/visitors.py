"""Where a request comes from, as coarsely as we ever look at it."""

from django.conf import settings
from django.http import HttpRequest

from newsletter.subscribers.protection import network_of


def network_behind(request: HttpRequest) -> str:
    """The visitor's /24 or /64. Behind a proxy of ours (BEHIND_PROXY) the last hop it wrote down counts."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        address = forwarded.rpartition(",")[2].strip() or address
    return network_of(address)
