"""Feed bytes to entries, whatever the bytes."""

import json
import time
from datetime import UTC, datetime

import pytest

from digests.sources.failures import NotAFeed
from digests.sources.parsing import ParsedFeed, parse_feed
from tests.sources.feeds import item, rss


def parse(document: str | bytes, **options) -> ParsedFeed:
    return parse_feed(document.encode() if isinstance(document, str) else document, **options)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://hanbit.example/base/"><title>한빛</title>
<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://hanbit.example/atom.xml"/>
<entry><id>tag:1</id><title type="html">&lt;b&gt;새&lt;/b&gt; 모델</title><link href="a?x=1&amp;y=2"/>
<published>2026-01-04T09:00:00+09:00</published><updated>2026-01-05T09:00:00+09:00</updated>
<summary type="text">1 &lt; 2 입니다</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>본문</p></div></content>
</entry><entry><id>tag:2</id><updated>2026-01-05T00:00:00Z</updated><title>둘</title></entry></feed>"""


def test_atom():
    feed = parse(ATOM, url="https://hanbit.example/atom.xml")
    assert (feed.title, feed.format, feed.hub_url) == ("한빛", "atom10", "https://hub.example/")
    first, second = feed.entries
    assert (first.guid, first.url) == ("tag:1", "https://hanbit.example/base/a?x=1&y=2")
    assert first.published == datetime(2026, 1, 4, 0, 0, tzinfo=UTC)
    assert second.published == datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
    assert "본문" in first.content_html
    assert "<" not in first.summary_html


def test_json_feed():
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "한빛",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {
                "id": 7,
                "url": "/a",
                "title": "새 모델",
                "content_text": "1 < 2",
                "date_published": "2026-01-04T09:00:00+09:00",
            },
            {"id": "8", "content_html": "<p>본문</p>", "authors": [{"name": "조"}]},
            "nonsense",
            {},
        ],
    }
    feed = parse(json.dumps(document), url="https://hanbit.example/feed.json")
    assert (feed.format, feed.hub_url, len(feed.entries), feed.skipped) == (
        "json11",
        "https://hub.example/",
        2,
        2,
    )
    assert feed.entries[0].url == "https://hanbit.example/a"
    assert feed.entries[0].published == datetime(2026, 1, 4, tzinfo=UTC)
    assert feed.entries[1].author == "조"


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("2026-01-05 09:30:00", "Asia/Seoul", "2026-01-05T00:30:00+00:00"),
        ("2026-01-05 09:30:00", "America/New_York", "2026-01-05T14:30:00+00:00"),
        ("2026.01.05 09:30", "Asia/Seoul", "2026-01-05T00:30:00+00:00"),
        ("2026년 1월 5일", "Asia/Seoul", "2026-01-04T15:00:00+00:00"),
        ("Mon, 05 Jan 2026 09:30:00 KST", "UTC", "2026-01-05T00:30:00+00:00"),
        ("Mon, 05 Jan 2026 09:30:00 +0900", "UTC", "2026-01-05T00:30:00+00:00"),
        ("Mon, 05 Jan 2026 00:30:00 GMT", "Asia/Seoul", "2026-01-05T00:30:00+00:00"),
        ("not a date", "Asia/Seoul", None),
    ],
)
def test_dates_are_read_with_the_publishers_zone(raw, zone, expected):
    (entry,) = parse(rss(item("새 모델", date=raw)), zone=zone).entries
    assert (entry.published.isoformat() if entry.published else None) == expected


def test_a_date_alone_is_said_to_be_one():
    (entry,) = parse(rss(item("새 모델", date="Mon, 05 Jan 2026 00:00:00 +0900"))).entries
    assert entry.is_date_only


def test_html_escaped_twice_is_unescaped_once():
    text = "<![CDATA[&lt;p&gt;본문 &amp;amp; 더&lt;/p&gt;]]>"
    document = rss(f"<item><title>a</title><description>{text}</description></item>")
    assert parse(document).entries[0].summary_html.startswith("<p>본문")


def test_an_ill_formed_feed_is_still_read():
    feed = parse(
        "<rss version='2.0'><channel><item><title>새 & 모델</title><link>http://a.example/?a=1&b=2</link></item>"
    )
    assert feed.entries[0].url == "http://a.example/?a=1&b=2"
    assert not feed.is_well_formed


def test_control_characters_do_not_spoil_a_feed():
    feed = parse(rss(item("새\x0b 모\x00델")).encode())
    assert feed.entries[0].title == "새 모델"
    assert feed.is_well_formed


def test_one_bad_entry_is_skipped_and_counted():
    feed = parse(rss("<item></item>", item("새 모델")))
    assert (len(feed.entries), feed.skipped) == (1, 1)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("just words", "not_a_feed"),
        ("<html><body>x</body></html>", "html_page"),
        ("<!DOCTYPE html><title>x</title>", "html_page"),
        ("{}", "not_a_feed"),
        ('{"version": "https://jsonfeed.org/version/1"}', "not_a_feed"),
        ('{"a": ' * 50_000, "not_a_feed"),
        (rss("<item></item>", "<item></item>"), "no_readable_entry"),
        (
            "<!DOCTYPE x [<!ENTITY a 'a'><!ENTITY b '&a;&a;'>]><rss><channel><title>&b;</title></channel>",
            "entities",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_a_feed"),
    ],
    ids=[
        "empty",
        "blank",
        "words",
        "html",
        "html5",
        "json",
        "no items",
        "deep json",
        "no entries",
        "entities",
        "png",
    ],
)
def test_what_is_no_feed_has_a_reason(document, reason):
    with pytest.raises(NotAFeed) as refusal:
        parse(document)
    assert refusal.value.reason == reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "document",
    [
        "<rss version='2.0'><channel>" + "<!--" * 250_000,
        "<rss version='2.0'><channel><item><title>" + "&lt;!--" * 140_000 + "</title></item></channel></rss>",
        "<rss version='2.0'><channel><item><description><![CDATA["
        + "<!--" * 250_000
        + "]]></description></item></channel></rss>",
        rss(*["<item><title>x</title></item>"] * 100_000),
        "<rss version='2.0'><channel>" + "<item>" * 200_000,
        "<rss version='2.0'>" + "<a>" * 20_000,
        "<rss version='2.0'><channel>" + "<![CDATA[" * 100_000,
        "<rss version='2.0'><channel>" + "&#" * 150_000,
        "<rss version='2.0'><channel><item " + "a='b' " * 40_000 + "/></channel></rss>",
        "<?xml " * 200_000,
        "<!DOCTYPE " * 100_000,
        "<" * 300_000,
    ],
    ids=[
        "comments",
        "escaped comments",
        "comments in cdata",
        "100,000 items",
        "open items",
        "nesting",
        "cdata",
        "references",
        "attributes",
        "declarations",
        "doctypes",
        "brackets",
    ],
)
def test_a_bomb_ends_within_limits_and_the_next_feed_is_unaffected(document):
    started = time.monotonic()
    try:
        feed = parse(document)
    except NotAFeed as refusal:
        assert refusal.reason  # noqa: PT017 - either is fine, a hang or a crash is not
    else:
        assert len(feed.entries) <= 2000
    assert time.monotonic() - started < 20
    assert parse(rss(item("다음 소식"))).entries[0].title == "다음 소식"


def test_the_newest_at_either_end_survive_the_item_limit():
    feed = parse(rss(*[item(f"n{n}") for n in range(5000)]))
    titles = {entry.title for entry in feed.entries}
    assert {"n0", "n4999"} <= titles
