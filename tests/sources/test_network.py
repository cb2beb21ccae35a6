"""Limits of a request: bytes, seconds, redirects, headers; and what is asked of the host."""

import gzip
import time
import zlib

import pytest

from digests.sources import network
from digests.sources.failures import FetchError
from tests.sources.loopback import Page


def reason(site, path="/", **limits) -> str:
    with pytest.raises(FetchError) as refusal:
        network.get(site.url(path), **limits)
    return refusal.value.reason


def test_an_answer_has_its_body_status_and_headers(site):
    site.pages["/"] = Page("안녕".encode(), headers={"ETag": '"x"', "Content-Type": "text/xml"})
    response = network.get(site.url("/"))
    assert (response.status, response.body, response.headers["etag"]) == (200, "안녕".encode(), '"x"')
    assert response.seconds > 0


def test_we_say_who_we_are(site, settings):
    site.pages["/"] = Page(b"x")
    network.get(site.url("/"))
    headers = site.asked[0][1]
    assert headers["user-agent"] == settings.FETCH_USER_AGENT
    assert "+http" in headers["user-agent"]
    assert headers["host"] == site.host
    assert "cookie" not in headers


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)],
    ids=["gzip", "x-gzip", "deflate"],
)
def test_compressed_bodies_are_inflated(site, name, pack):
    site.pages["/"] = Page(pack(b"<rss/>" * 1000), headers={"Content-Encoding": name})
    assert network.get(site.url("/")).body == b"<rss/>" * 1000


def test_a_gzip_bomb_stops_at_the_cap(site):
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(b"\0" * 1_000_000) for _ in range(60)) + bomb.flush()
    site.pages["/"] = Page(packed, headers={"Content-Encoding": "gzip"})
    started = time.monotonic()
    assert reason(site) == "too_large"
    assert time.monotonic() - started < 12


def test_a_large_body_stops_at_the_cap(site):
    site.pages["/"] = Page(b"x" * 6_000_000)
    assert reason(site) == "too_large"


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip"])
def test_an_encoding_we_did_not_ask_for_is_refused(site, encoding):
    site.pages["/"] = Page(b"x", headers={"Content-Encoding": encoding})
    assert reason(site) == "bad_answer"


def test_broken_gzip_is_refused(site):
    site.pages["/"] = Page(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert reason(site) == "bad_answer"


def drip(handler, *, head: bool) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    if not head:
        handler.wfile.write(b"Content-Length: 1000\r\n\r\n")
    for _ in range(160):
        handler.wfile.write(b"X-A: b\r\n" if head else b"x")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("head", [True, False], ids=["headers", "body"])
def test_a_slow_drip_ends_at_the_deadline(site, head):
    site.pages["/"] = Page(lambda handler: drip(handler, head=head))
    started = time.monotonic()
    assert reason(site, max_seconds=0.6) == "timeout"
    assert time.monotonic() - started < 4


def test_endless_headers_are_refused(site):
    def write(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(20_000):
            handler.wfile.write(b"X-%d: %s\r\n" % (n, b"y" * 50))

    site.pages["/"] = Page(write)
    assert reason(site) in {"bad_answer", "disconnected"}


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"])
def test_a_broken_answer_is_named(site, answer):
    site.pages["/"] = Page(lambda handler: handler.wfile.write(answer))
    assert reason(site) in {"bad_answer", "disconnected"}


def test_redirects_are_followed_and_remembered(site):
    site.pages["/a"] = Page(b"", 301, {"Location": "/b"})
    site.pages["/b"] = Page(b"", 308, {"Location": "/한글".encode().decode("latin-1")})
    site.pages["/%ED%95%9C%EA%B8%80"] = Page(b"there")
    response = network.get(site.url("/a"))
    assert response.body == b"there"
    assert [hop.status for hop in response.redirects] == [301, 308]
    assert response.moved_to


def test_a_temporary_redirect_moves_nothing_for_good(site):
    site.pages["/a"] = Page(b"", 301, {"Location": "/b"})
    site.pages["/b"] = Page(b"", 302, {"Location": "/c"})
    site.pages["/c"] = Page(b"there")
    assert network.get(site.url("/a")).moved_to == ""


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "120", 120), (503, "Wed, 21 Oct 2099 07:28:00 GMT", None), (503, "soon", 0), (404, "", 0)],
)
def test_retry_after_is_read(site, status, header, seconds):
    site.pages["/"] = Page(b"", status, {"Retry-After": header} if header else {})
    with pytest.raises(FetchError) as refusal:
        network.get(site.url("/"))
    assert (refusal.value.reason, refusal.value.status) == (f"http_{status}", status)
    wait = refusal.value.retry_after
    if seconds is None:
        assert wait.days > 365
    else:
        assert (wait.total_seconds() if wait else 0) == seconds


def test_nobody_listening_is_refused(settings, site):
    settings.FETCH_PRIVATE_HOSTS = ["127.0.0.1:9"]
    with pytest.raises(FetchError, match="refused"):
        network.get("http://127.0.0.1:9/")
