"""Which URLs and addresses may be asked at all.

Defence against SSRF: a URL is checked as text, its host is resolved once, every address of the
answer is checked, and the connection goes to a checked address (network.py), so that no second
look-up and no redirect can lead elsewhere. Python's own `is_private` and `is_global` miss
100.100.100.200, NAT64, 6to4, v4-compatible and ISATAP forms, so the ranges stand here, from the
IANA special-purpose registries (RFC 6890, 8190).
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Collection
from urllib.parse import urlsplit

from digests.sources.failures import FetchError

ALLOWED_PORTS = frozenset({80, 443})
MAX_URL_LENGTH = 2000

# Controls, white space of any script, backslash: each is read differently by different parsers.
FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\u3000\ufeff\u200b-\u200f]")

CLOSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT, and Alibaba's metadata 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",  # with 192.0.0.192, Oracle's metadata
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
CLOSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Whether a packet to the IP `address` can only reach the public Internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in CLOSED_V4)
    if ip.scope_id:
        return False
    embedded = ip.ipv4_mapped
    if ip in NAT64:
        embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if embedded is not None:
        return is_public(str(embedded))
    if (int(ip) >> 32) & 0xFFFFFFFF in ISATAP:
        return False
    return ip in GLOBAL_V6 and not any(ip in network for network in CLOSED_V6)


def check_url(url: str, exempt: Collection[str] = ()) -> None:
    """Raise FetchError `bad_url` unless `url` is an http(s) URL that every parser reads alike.

    `exempt` holds "host:port" pairs that may use their port although it is neither 80 nor 443.
    """
    if len(url) > MAX_URL_LENGTH:
        raise FetchError("bad_url", "longer than 2,000 characters")
    if FORBIDDEN_CHARACTERS.search(url):
        raise FetchError("bad_url", "control character, space or backslash")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("bad_url", str(error)) from None
    if parts.scheme not in {"http", "https"}:
        raise FetchError("bad_url", "neither http nor https")
    if "@" in parts.netloc:
        raise FetchError("bad_url", "user name or password in the address")
    host = parts.hostname or ""
    if not host or "%" in parts.netloc:
        raise FetchError("bad_url", "no usable host")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    check_port(host, port, exempt)


def check_port(host: str, port: int, exempt: Collection[str]) -> None:
    """Raise FetchError `bad_url` unless `port` is 80, 443 or exempt for `host`."""
    if port not in ALLOWED_PORTS and f"{host}:{port}" not in exempt:
        raise FetchError("bad_url", f"port {port} is not allowed")


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of `host`, in the resolver's order; raises FetchError `dns` or `timeout`.

    getaddrinfo has no timeout of its own, so it runs in a thread that may be left behind.
    """
    found: list[str] = []
    errors: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(str(error))
        else:
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    thread = threading.Thread(target=look_up, daemon=True, name="resolve")
    thread.start()
    thread.join(max(seconds, 0.0))
    if thread.is_alive():
        raise FetchError("timeout", "name look-up")
    if errors or not found:
        raise FetchError("dns", errors[0] if errors else "no address")
    return found


def checked_addresses(host: str, port: int, seconds: float, exempt: Collection[str]) -> list[str]:
    """The addresses of `host` to connect to, after all of them were checked.

    Raises FetchError `private_address` if even one of them is not public, `bad_url` for a port.
    """
    check_port(host, port, exempt)
    addresses = resolve(host, port, seconds)
    if f"{host}:{port}" not in exempt and not all(is_public(address) for address in addresses):
        raise FetchError("private_address", "not an address of the public Internet")
    return addresses
