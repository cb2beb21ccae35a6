"""A web server on loopback for tests: what it serves is set per path, what it was asked is kept."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What a path answers; `body` may be a function of the handler that writes everything itself."""

    body: bytes | Callable[[BaseHTTPRequestHandler], None] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """The running server."""

    port: int
    pages: dict[str, Page]
    asked: list[tuple[str, dict[str, str]]]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def hits(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)


@contextmanager
def serving(pages: dict[str, Page], address: str = "127.0.0.1") -> Iterator[Site]:
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            page = pages.get(self.path) or pages.get("*") or Page(b"", 404)
            if callable(page.body):
                page.body(self)
                return
            etag = page.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Tests read `asked`."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is what some tests want."""

    server = Server((address, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Site(server.server_address[1], pages, asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
