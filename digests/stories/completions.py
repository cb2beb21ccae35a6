"""The door to the assistant: one POST to an OpenAI-compatible endpoint, and what came back.

The endpoint is the operator's, so it may be on a private host; all else is as strict as fetching:
one deadline for the whole call, a cap on the answer, no redirect, no proxy from the environment.
Keys and texts are never logged, nor put into an error.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from digests.sources.failures import FetchError
from digests.sources.network import (
    CONNECT_SECONDS,
    Deadline,
    GuardedStream,
    outcome_of,
    read_body,
    tls_context,
)

MAX_BYTES = 200_000  # an answer is a few hundred bytes


@dataclass(frozen=True)
class Endpoint:
    """Where the assistant is: `url` up to and without `/chat/completions`; `seconds` for a whole call."""

    url: str
    key: str
    model: str
    seconds: float


@dataclass(frozen=True)
class Completion:
    """What the assistant wrote, and how many tokens the endpoint says it took (0 if it does not say)."""

    content: str
    tokens: int


class _Line(httpcore2.SyncBackend):
    """Connections that end with the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to `host`, every read and write of which ends with the deadline."""
        seconds = min(CONNECT_SECONDS, self.deadline.left())
        stream = super().connect_tcp(host, port, seconds, local_address, socket_options)
        return GuardedStream(stream, self.deadline)


def complete(endpoint: Endpoint, asked: Mapping[str, Any]) -> Completion:
    """The assistant's answer to the request `asked`; raises FetchError with a named reason.

    The reasons are those of fetching (timeout, refused, too_large, http_NNN, …) and `malformed`.
    """
    status, body = _post(endpoint, json.dumps({"model": endpoint.model, **asked}).encode())
    if status != 200:
        raise FetchError(f"http_{status}", status=status)
    return read_completion(body)


def _post(endpoint: Endpoint, content: bytes) -> tuple[int, bytes]:
    deadline = Deadline(endpoint.seconds)
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    try:
        target = httpx2.URL(f"{endpoint.url.rstrip('/')}/chat/completions")
        request = httpx2.Request("POST", target, headers=headers, content=content)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise FetchError("bad_url") from None
    raw = httpcore2.URL(
        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
    )
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=tls_context(), network_backend=_Line(deadline)) as pool,
            pool.stream("POST", raw, headers=request.headers.raw, content=content) as answer,
        ):
            return answer.status, read_body(answer.iter_stream(), "", MAX_BYTES, deadline)
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
        raise FetchError(outcome_of(error).reason) from None
    except (httpcore2.UnsupportedProtocol, OSError):
        raise FetchError("refused") from None


def read_completion(body: bytes) -> Completion:
    """The content and cost of a chat completion; raises FetchError `malformed`."""
    try:
        answer = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
        tokens = (answer.get("usage") or {}).get("total_tokens", 0)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise FetchError("malformed") from None
    if not isinstance(content, str):
        raise FetchError("malformed")
    is_count = isinstance(tokens, int) and not isinstance(tokens, bool) and tokens >= 0
    return Completion(content, min(tokens, 10**9) if is_count else 0)
