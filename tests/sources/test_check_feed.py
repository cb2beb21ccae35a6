"""`manage.py check_feed`: accepted, refused with reasons, unreadable; never a traceback."""

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from digests.sources.ingest import poll
from digests.sources.models import Feed
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page

LONG = "한빛연구소는 오늘 새 언어 모델을 공개했다고 밝혔다. "


def news(*, days: int = 0, text: str = LONG * 4, count: int = 3) -> bytes:
    at = rfc822(timezone.now() - timedelta(days=days))
    items = [
        item(f"소식 {n}", link=f"https://h.example/{n}", guid=str(n), date=at, text=text)
        for n in range(count)
    ]
    return rss(*items).encode()


def check(capsys, source: object) -> tuple[int, dict]:
    code = 0
    try:
        call_command("check_feed", str(source), "--json", stdout=sys.stdout, stderr=sys.stderr)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed.xml"


def test_a_good_feed_is_accepted_and_its_entries_shown(db, capsys, file):
    file.write_bytes(news())
    code, said = check(capsys, file)
    assert (code, said["is_accepted"], said["reasons"]) == (0, True, [])
    assert (said["items"], said["dated"], said["language"], said["format"]) == (3, 3, "ko", "rss20")
    assert said["entries"][0]["title"].startswith("소식")
    assert said["entries"][0]["url"].startswith("https://h.example/")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"no feed", "not_a_feed"),
        (b"<html><body>x</body></html>", "html_page"),
        (rss().encode(), "no_items"),
        (news(days=120), "stale"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>", "entities"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_feed_is_refused_with_the_reason(db, capsys, file, body, reason):
    file.write_bytes(body)
    code, said = check(capsys, file)
    assert code == 1
    assert reason in said["reasons"]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (news(text="짧다"), "thin"),
        (rss(item("새 소식", guid="a", text=LONG * 4)).encode(), "no_dates"),
        (news(days=-3), "future_dates"),
        (news().replace(b"</rss>", b""), "not_well_formed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_doubtful_feed_is_accepted_with_a_warning(db, capsys, file, body, warning):
    file.write_bytes(body)
    code, said = check(capsys, file)
    assert code == 0
    assert warning in said["warnings"]


def test_what_cannot_be_read_exits_with_2(db, capsys, tmp_path, site):
    site.pages["/down"] = Page(b"", 503)
    for source in (tmp_path / "none.xml", tmp_path, site.url("/down"), "http://10.0.0.1/", "http://"):
        code, said = check(capsys, source)
        assert (code, said["is_accepted"]) == (2, False)
        assert said["reasons"]


def test_standard_input_is_read(db, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(news())))
    assert check(capsys, "-")[0] == 0


def test_a_page_names_its_feeds(db, capsys, site):
    site.pages["/"] = Page(
        b"<html><head><link rel='alternate' type='application/atom+xml' href='atom.xml'></head>"
        b"<body><a href='/rss/all.xml'>RSS</a><a href='/about'>x</a></body></html>"
    )
    code, said = check(capsys, site.url("/"))
    assert code == 1
    assert said["feeds"] == [site.url("/atom.xml"), site.url("/rss/all.xml")]


def test_a_feed_we_have_is_refused(capsys, feed, site):
    site.pages["/rss"] = Page(news())
    for url in (feed.url, feed.url + "/", feed.url + "?utm_source=x"):
        site.pages["/rss" + url.removeprefix(feed.url)] = Page(news())
        assert "known_feed" in check(capsys, url)[1]["reasons"]


def test_a_feed_whose_entries_we_have_is_refused(capsys, feed, site, now):
    site.pages["/rss"] = site.pages["/other"] = Page(news(count=8))
    Feed.objects.update(next_check_at=now)
    poll(feed.pk, now)
    assert "known_articles" in check(capsys, site.url("/other"))[1]["reasons"]


def test_it_speaks_to_people_too(db, file, capsys):
    file.write_bytes(news())
    call_command("check_feed", str(file))
    assert "accepted" in capsys.readouterr().out
