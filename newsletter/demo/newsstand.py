"""The newsstand: a loopback server from which the sample feeds and pages are really fetched."""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from newsletter.demo.printing import CONTENT_TYPES, article_path, feed_path, print_feed, print_page
from newsletter.demo.samples import Published, SamplePublisher

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Sheet:
    """A body to serve, and its type."""

    body: bytes
    content_type: str

    @property
    def etag(self) -> str:
        """The validator of a conditional GET."""
        return f'"{sha256(self.body).hexdigest()[:20]}"'


def print_sheets(
    papers: Sequence[tuple[SamplePublisher, Sequence[Published]]], base: str
) -> dict[str, Sheet]:
    """Every path of the newsstand: robots.txt, a list of the papers, their feeds, pages and front pages."""
    sheets = {"/robots.txt": Sheet(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")}
    rows = []
    for publisher, articles in papers:
        feed = feed_path(publisher)
        sheets[feed] = Sheet(print_feed(publisher, articles, base), CONTENT_TYPES[publisher.format])
        front = []
        for article in articles:
            path = article_path(publisher, article)
            body = print_page(publisher, article, articles[:6], base)
            sheets[path] = Sheet(body, "text/html; charset=utf-8")
            front.append(f'<li><a href="{path}">{article.sample.title}</a></li>')
        sheets[f"/{publisher.slug}/"] = front_page(publisher.name_ko, front)
        rows.append(
            f'<li><a href="/{publisher.slug}/">{publisher.name_ko}</a> · <a href="{feed}">{feed}</a></li>'
        )
    sheets["/"] = front_page("지어낸 신문들 · Invented papers", rows)
    return sheets


def front_page(title: str, rows: Sequence[str]) -> Sheet:
    """A plain page with a list of links."""
    page = (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><ul>{"".join(rows)}</ul>'
    )
    return Sheet(page.encode(), "text/html; charset=utf-8")


class Newsstand(ThreadingHTTPServer):
    """Serves sheets by path; a server in threads of the demo's own process, gone when it goes."""

    daemon_threads = True
    sheets: Mapping[str, Sheet]
    # How many requests were answered, by status: what the demo and its test can tell.
    counts: dict[int, int]

    def __init__(self, port: int = 0) -> None:
        self.sheets = {}
        self.counts = {}
        super().__init__((HOST, port), Seller)

    @property
    def netloc(self) -> str:
        """`host:port`, as FETCH_PRIVATE_HOSTS wants it."""
        return f"{HOST}:{self.server_address[1]}"

    @property
    def base(self) -> str:
        """The address that every path is under."""
        return f"http://{self.netloc}"


class Seller(BaseHTTPRequestHandler):
    """Answers GET and HEAD with a sheet, 304 when the reader already has it, or 404."""

    protocol_version = "HTTP/1.1"
    server: Newsstand

    def do_GET(self) -> None:
        """Answer with the sheet of the path."""
        sheet = self.server.sheets.get(self.path)
        if sheet is None:
            self.answer(HTTPStatus.NOT_FOUND, Sheet(b"404\n", "text/plain"))
        elif self.headers.get("If-None-Match") == sheet.etag:
            self.answer(HTTPStatus.NOT_MODIFIED, sheet)
        else:
            self.answer(HTTPStatus.OK, sheet)

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def answer(self, status: HTTPStatus, sheet: Sheet) -> None:
        """Send the status, the headers, and the body where the method and the status have one."""
        has_body = status != HTTPStatus.NOT_MODIFIED
        self.server.counts[status] = self.server.counts.get(status, 0) + 1
        self.send_response(status)
        self.send_header("ETag", sheet.etag)
        self.send_header("Cache-Control", "max-age=0")
        if has_body:
            self.send_header("Content-Type", sheet.content_type)
            self.send_header("Content-Length", str(len(sheet.body)))
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(sheet.body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet: the demo tells what was fetched from the database."""


@contextmanager
def open_newsstand(ports: Sequence[int]) -> "Iterator[Newsstand]":
    """A newsstand on the first free of `ports` (0: any), served until the block ends."""
    stand = first_free(ports)
    Thread(target=stand.serve_forever, args=(0.05,), name="newsstand", daemon=True).start()
    try:
        yield stand
    finally:
        stand.shutdown()
        stand.server_close()


def first_free(ports: Sequence[int]) -> Newsstand:
    """A newsstand bound to the first port that takes it; raises the last OSError if none does."""
    for port in ports[:-1]:
        try:
            return Newsstand(port)
        except OSError:
            continue
    return Newsstand(ports[-1])
