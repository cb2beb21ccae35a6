"""No URL and no redirect leads to a private address: a listener on loopback counts the hits."""

import contextlib
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources import guard, network
from digests.sources.failures import FetchError
from digests.sources.guard import check_url, is_public
from tests.sources.loopback import Page, Site, serving

# {p} is the listener's port, which the tests allow, so that the port is not what saves us.
FORMS = [
    "http://127.0.0.1:{p}/",
    "http://127.0.0.2:{p}/",
    "http://127.255.255.254:{p}/",
    "http://localhost:{p}/",
    "http://LOCALHOST:{p}/",
    "http://localhost.:{p}/",
    "http://ip6-localhost:{p}/",
    "http://127.1:{p}/",
    "http://127.0.1:{p}/",
    "http://2130706433:{p}/",
    "http://0x7f000001:{p}/",
    "http://0x7f.0.0.1:{p}/",
    "http://0x7f.1:{p}/",
    "http://017700000001:{p}/",
    "http://0177.0.0.1:{p}/",
    "http://0177.0.0.01:{p}/",
    "http://00000177.0.0.1:{p}/",
    "http://127.0.0.1.:{p}/",
    "http://0.0.0.0:{p}/",
    "http://0:{p}/",
    "http://0x0:{p}/",
    "http://[::1]:{p}/",
    "http://[::]:{p}/",
    "http://[0:0:0:0:0:0:0:1]:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/",
    "http://[::ffff:7f00:1]:{p}/",
    "http://[::127.0.0.1]:{p}/",
    "http://[::7f00:1]:{p}/",
    "http://[64:ff9b::127.0.0.1]:{p}/",
    "http://[64:ff9b::7f00:1]:{p}/",
    "http://[64:ff9b:1::7f00:1]:{p}/",
    "http://[2002:7f00:1::]:{p}/",
    "http://[2002:7f00:0001::1]:{p}/",
    "http://[2001:0:7f00:1::]:{p}/",
    "http://[fe80::1%25lo]:{p}/",
    "http://[fe80::1%lo]:{p}/",
    "http://[::1%25lo]:{p}/",
    "http://[fc00::1]:{p}/",
    "http://[fd00:ec2::254]:{p}/",
    "http://①②⑦.⓪.⓪.①:{p}/",
    "http://１２７.０.０.１:{p}/",
    "http://127。0。0。1:{p}/",
    "http://127．0．0．1:{p}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{p}/",
    "http://ｌｏｃａｌｈｏｓｔ:{p}/",
    "http://loc\u00adalhost:{p}/",
    "http://%31%32%37.0.0.1:{p}/",
    "http://127.0.0.1%2e:{p}/",
    "http://example.com@127.0.0.1:{p}/",
    "http://user:secret@127.0.0.1:{p}/",
    "http://127.0.0.1:{p}@example.com/",
    "http://example.com#@127.0.0.1:{p}/",
    "http://example.com\\@127.0.0.1:{p}/",
    "http://127.0.0.1:{p}\\.example.com/",
    "http:\\\\127.0.0.1:{p}/",
    "http:/127.0.0.1:{p}/",
    "http:127.0.0.1:{p}/",
    "http:///127.0.0.1:{p}/",
    "//127.0.0.1:{p}/",
    "127.0.0.1:{p}",
    "http://127.0.0.1\t:{p}/",
    "http://127.0.0.1\n:{p}/",
    "http://127.0.0.1\x00:{p}/",
    " http://127.0.0.1:{p}/",
    "ht\ntp://127.0.0.1:{p}/",
    "http://127.0.0.1:{p}/\r\nHost: x",
    "http://127.0.0.1:+{p}/",
    "http://127.0.0.1: {p}/",
    "ftp://127.0.0.1:{p}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{p}/_GET%20/",
    "dict://127.0.0.1:{p}/info",
    "jar:http://127.0.0.1:{p}/!/",
    "data:text/xml,<rss/>",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v1/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[ff02::1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2001:db8::1]/",
    "http:///",
    "http://",
    "",
]


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with serving({"*": Page(b"secret")}, address="0.0.0.0") as site:
        yield site


@pytest.fixture
def listener(running, monkeypatch) -> Site:
    monkeypatch.setattr(guard, "ALLOWED_PORTS", {80, 443, running.port})
    running.asked.clear()
    return running


@pytest.mark.parametrize("form", FORMS)
def test_no_form_reaches_a_private_address(listener, settings, form):
    settings.FETCH_MAX_SECONDS = 4
    with pytest.raises(FetchError) as refusal:
        network.get(form.replace("{p}", str(listener.port)))
    assert refusal.value.reason in {"private_address", "bad_url", "dns"}
    assert listener.asked == []


def test_the_listener_would_have_counted(listener, settings):
    settings.FETCH_PRIVATE_HOSTS = [f"127.0.0.1:{listener.port}"]
    assert network.get(f"http://127.0.0.1:{listener.port}/").body == b"secret"
    assert len(listener.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("form", [*FORMS[:40:4], "//127.0.0.2:{p}/", "http://localhost:{p}/", "/loop"])
def test_no_redirect_reaches_a_private_address(listener, site, form, status):
    target = form.replace("{p}", str(listener.port))
    site.pages["/a"] = Page(b"", status, {"Location": "/b"})
    site.pages["/b"] = Page(b"", status, {"Location": target.encode().decode("latin-1")})
    site.pages["/loop"] = Page(b"", status, {"Location": "/loop"})
    with pytest.raises(FetchError):
        network.get(site.url("/a"))
    assert listener.asked == []


def test_one_private_address_among_public_ones_refuses_the_host(listener, monkeypatch):
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, listener.port))
        for address in ("93.184.215.14", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(FetchError, match="private_address"):
        network.get(f"http://rebind.example:{listener.port}/")
    assert listener.asked == []


def test_a_name_is_resolved_once_and_connected_by_its_checked_address(listener, monkeypatch):
    """A second answer, to 127.0.0.1, must never be asked for: that is DNS rebinding."""
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, *args, **kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError, match="refused"):
        network.get(f"http://rebind.example:{listener.port}/")
    assert asked == ["rebind.example"]
    assert connected == [("93.184.215.14", listener.port)]


def test_no_proxy_is_taken_from_the_environment(site, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    site.pages["/"] = Page(b"direct")
    assert network.get(site.url("/")).body == b"direct"


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "211.249.220.24",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_not_public(address):
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        assert not is_public(str(address))
    if address.is_private and getattr(address, "ipv4_mapped", None) is None:
        assert not is_public(str(address))


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_refused(text):
    with contextlib.suppress(FetchError):
        check_url(text)
        assert text.lower().startswith(("http://", "https://"))
