"""The one door to the network: a GET that harms neither us nor the host it asks.

Every host is resolved once, all its addresses are checked, and the connection goes to a checked
one (SNI and Host keep the name); redirects are followed by hand and checked alike; the whole
request, name look-up and redirects included, has one deadline; bodies are inflated piece by piece
under a cap; no proxy, cookie or credential is taken from the environment.
"""

import functools
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from urllib.parse import urljoin

import httpcore2
import httpx2
from django.conf import settings

from digests.sources.failures import FetchError
from digests.sources.guard import check_url, checked_addresses

MAX_REDIRECTS = 5
CONNECT_SECONDS = 8.0
CHUNK = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Hop:
    """One redirect: the status it came with and the URL it led to."""

    status: int
    url: str


@dataclass(frozen=True)
class Response:
    """An answer 2xx or 304; `url` is the last hop's, header names are lower-case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Hop, ...] = ()
    seconds: float = 0.0

    @property
    def moved_to(self) -> str:
        """Where the resource says it lives for good: only if every redirect was permanent."""
        if self.redirects and all(hop.status in {301, 308} for hop in self.redirects):
            return self.redirects[-1].url
        return ""


class Deadline:
    """The instant on the monotonic clock by which a request must be over."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.ends = self.started + seconds

    def left(self) -> float:
        """Seconds left; raises FetchError `timeout` once there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise FetchError("timeout", f"took longer than {self.ends - self.started:.0f} s")
        return left

    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started


class GuardedStream(httpcore2.NetworkStream):
    """A connection whose every read and write ends with the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the protocol says, within the deadline."""
        return self.stream.read(max_bytes, self.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the protocol says, within the deadline."""
        self.stream.write(buffer, self.deadline.left())

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """As the protocol says, within the deadline."""
        seconds = min(CONNECT_SECONDS, self.deadline.left())
        return GuardedStream(self.stream.start_tls(ssl_context, server_hostname, seconds), self.deadline)

    def get_extra_info(self, info: str) -> object:
        """What the connection below knows."""
        return self.stream.get_extra_info(info)


class GuardedBackend(httpcore2.SyncBackend):
    """Connects to checked addresses only."""

    def __init__(self, deadline: Deadline, exempt: Collection[str]) -> None:
        super().__init__()
        self.deadline = deadline
        self.exempt = exempt

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of `host` that answers, all of them checked before."""
        addresses = checked_addresses(host, port, min(CONNECT_SECONDS, self.deadline.left()), self.exempt)
        failure: Exception = FetchError("refused")
        for address in addresses[:4]:
            seconds = min(CONNECT_SECONDS, self.deadline.left())
            try:
                stream = super().connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self.deadline)
        raise failure


@functools.cache
def tls_context() -> ssl.SSLContext:
    """One context for all requests: building it costs 20 ms."""
    return httpx2.create_ssl_context(trust_env=False)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks to wait: seconds or an HTTP date (RFC 9110, 10.2.3)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 31_536_000))
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(at - now, timedelta(0))


def inflater(encoding: str) -> Callable[[bytes, int], tuple[bytes, bytes]] | None:
    """A function (piece, limit) to (inflated, rest), or None for an identity body."""
    if encoding in {"", "identity"}:
        return None
    if encoding in {"gzip", "x-gzip"}:
        machine = zlib.decompressobj(zlib.MAX_WBITS | 32)
    elif encoding == "deflate":
        machine = zlib.decompressobj()
    else:
        raise FetchError("bad_answer", f"encoded as {encoding[:20]}, which was not asked for")

    def inflate(piece: bytes, limit: int) -> tuple[bytes, bytes]:
        try:
            return machine.decompress(piece, limit), machine.unconsumed_tail
        except zlib.error as error:
            raise FetchError("bad_answer", f"broken compression: {error}") from None

    return inflate


def read_body(pieces: Iterator[bytes], encoding: str, max_bytes: int, deadline: Deadline) -> bytes:
    """The body, inflated under `max_bytes`; raises FetchError `too_large`, `bad_answer`, `timeout`."""
    body = bytearray()
    inflate = inflater(encoding)
    for wire_piece in pieces:
        deadline.left()
        piece = wire_piece
        while piece:
            if inflate is None:
                body += piece
                piece = b""
            else:
                out, piece = inflate(piece, max_bytes + 1 - len(body))
                body += out
            if len(body) > max_bytes:
                raise FetchError("too_large", f"more than {max_bytes:,} bytes")
    return bytes(body)


def outcome_of(error: Exception) -> FetchError:
    """The named reason of an error of the transport below."""
    text = str(error)[:200] or type(error).__name__
    if isinstance(error, httpcore2.TimeoutException):
        return FetchError("timeout", type(error).__name__)
    cause = error.__context__ if isinstance(error, httpcore2.NetworkError) else error
    if isinstance(cause, ssl.SSLError):
        return FetchError("tls", text)
    if isinstance(error, httpcore2.ConnectError):
        return FetchError("refused", text)
    if isinstance(error, httpcore2.NetworkError):
        return FetchError("disconnected", text)
    return FetchError("bad_answer", text)


def one_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes | None,
    max_bytes: int,
    deadline: Deadline,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, no redirect followed."""
    exempt = settings.FETCH_PRIVATE_HOSTS
    check_url(url, exempt)
    try:
        target = httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError("bad_url", str(error)) from None
    request = httpx2.Request(method, target, headers=dict(headers), content=content)
    raw = httpcore2.URL(
        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
    )
    try:
        with (
            httpcore2.ConnectionPool(
                ssl_context=tls_context(), network_backend=GuardedBackend(deadline, exempt)
            ) as pool,
            pool.stream(method, raw, headers=request.headers.raw, content=content) as answer,
        ):
            names = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
            if answer.status in REDIRECTS and names.get("location"):
                return answer.status, names, b""
            encoding = names.get("content-encoding", "").strip().lower()
            body = read_body(answer.iter_stream(), encoding, max_bytes, deadline)
            return answer.status, names, body
    except FetchError:
        raise
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
        raise outcome_of(error) from None
    except (httpcore2.UnsupportedProtocol, OSError, socket.gaierror) as error:
        raise FetchError("bad_answer", str(error)[:200]) from None


def get(
    url: str,
    *,
    headers: Mapping[str, str] = NO_HEADERS,
    max_bytes: int | None = None,
    max_seconds: float | None = None,
) -> Response:
    """The answer to a GET of `url`, redirects followed; raises FetchError with a named reason.

    Statuses other than 2xx and 304 are raised as `http_NNN`. Limits default to the settings.
    """
    deadline = Deadline(max_seconds if max_seconds is not None else settings.FETCH_MAX_SECONDS)
    max_bytes = max_bytes if max_bytes is not None else settings.FETCH_MAX_BYTES
    sent = {
        "User-Agent": settings.FETCH_USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
        **headers,
    }
    hops: list[Hop] = []
    while True:
        status, names, body = one_request("GET", url, sent, None, max_bytes, deadline)
        if status not in REDIRECTS or not names.get("location"):
            break
        if len(hops) >= MAX_REDIRECTS:
            raise FetchError("too_many_redirects", url, status=status)
        url = urljoin(url, header_text(names["location"]))
        hops.append(Hop(status, url))
    if status != 304 and not 200 <= status < 300:
        wait = retry_after(names.get("retry-after", ""), datetime.now(UTC))
        raise FetchError(f"http_{status}", status=status, retry_after=wait)
    return Response(url, status, names, body, tuple(hops), deadline.spent())


def post(url: str, content: bytes, *, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """The answer to a POST of `content`; redirects are not followed; raises FetchError."""
    deadline = Deadline(settings.FETCH_MAX_SECONDS)
    sent = {"User-Agent": settings.FETCH_USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    status, names, body = one_request(
        "POST", url, {**sent, **headers}, content, settings.FETCH_MAX_BYTES, deadline
    )
    if not 200 <= status < 300:
        raise FetchError(f"http_{status}", status=status)
    return Response(url, status, names, body, (), deadline.spent())


def header_text(value: str) -> str:
    """A header read as Latin-1, as the UTF-8 that Korean servers mean by a raw `Location`."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
