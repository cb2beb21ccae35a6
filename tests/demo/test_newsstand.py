"""The newsstand answers as a polite paper's server does."""

import urllib.error
import urllib.request

import pytest

from newsletter.demo.newsstand import Sheet, open_newsstand


def ask(url: str, **headers: str) -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers["ETag"]


@pytest.fixture
def stand():
    with open_newsstand([0]) as opened:
        opened.sheets = {"/a.xml": Sheet("가나다".encode(), "text/xml")}
        yield opened


def test_it_serves_a_sheet_with_a_validator(stand) -> None:
    status, body, etag = ask(f"{stand.base}/a.xml")
    assert (status, body.decode()) == (200, "가나다")
    assert ask(f"{stand.base}/a.xml", If_None_Match=etag)[:2] == (304, b"")
    assert stand.counts == {200: 1, 304: 1}


def test_what_is_not_there_is_404(stand) -> None:
    assert ask(f"{stand.base}/b.xml")[0] == 404


def test_a_taken_port_makes_way_for_the_next(stand) -> None:
    taken = stand.server_address[1]
    with open_newsstand([taken, 0]) as second:
        assert second.server_address[1] != taken
