"""One conditional GET, read: caps, order, budgets, wishes."""

from datetime import UTC, datetime, timedelta

import pytest

from digests.sources import fetching
from digests.sources.fetching import Question, ask_feed, newest_first, read_parsed, wishes_of
from digests.sources.parsing import Entry, parse_feed
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page

NOW = datetime(2026, 1, 4, 22, 0, tzinfo=UTC)


def entry(guid: str, hours: int | None = None, url: str = "") -> Entry:
    published = NOW - timedelta(hours=hours) if hours is not None else None
    return Entry(guid, url, f"제목 {guid}", "", "", published, is_date_only=False, author="")


@pytest.mark.parametrize(
    ("entries", "limit", "kept", "left"),
    [
        ([entry("a", 3), entry("b", 1), entry("c", 2)], 2, ["b", "c"], 1),
        ([entry("a"), entry("b"), entry("c")], 2, ["a", "b"], 1),
        ([entry("a", 1), entry("a", 2), entry("b", 3)], 9, ["a", "b"], 1),
        ([entry("", url="u"), entry("", url="u")], 9, [""], 1),
        ([entry("a"), entry("b", 1)], 1, ["b"], 1),
    ],
    ids=["dated", "undated", "a repeated guid", "a repeated address", "a date wins"],
)
def test_the_newest_are_kept_each_once(entries, limit, kept, left):
    found, beyond = newest_first(entries, limit)
    assert ([one.guid for one in found], beyond) == (kept, left)


def test_known_entries_are_not_read_again_and_items_come_oldest_first():
    body = rss(
        *[
            item(f"소식 {n}", guid=str(n), text="글입니다.", date=rfc822(NOW - timedelta(hours=n)))
            for n in range(3)
        ]
    )
    feed = parse_feed(body.encode())
    first = read_parsed(feed, Question("", "UTC"))
    assert [one.guid for one in first.items] == ["2", "1", "0"]
    again = read_parsed(feed, Question("", "UTC", known=frozenset({first.items[0].entry_hash})))
    assert (len(again.items), again.known) == (2, 1)


def test_the_longer_of_summary_and_content_is_taken():
    long = "긴 본문입니다. " * 200
    body = rss(
        "<item><title>a</title><description>짧은 글입니다.</description><content:encoded "
        f"xmlns:content='http://purl.org/rss/1.0/modules/content/'>{long}</content:encoded></item>"
    )
    (found,) = read_parsed(parse_feed(body.encode()), Question("", "UTC", wants_pages=True)).items
    assert found.cleaned.text.startswith("긴 본문입니다.")
    assert (found.completeness, found.wants_page) == ("full", False)


def test_entries_beyond_the_time_are_left_for_the_next_poll(site, monkeypatch):
    site.pages["/rss"] = Page(
        rss(*[item(f"소식 {n}", guid=str(n)) for n in range(4)]).encode(), headers={"ETag": "x"}
    )
    monkeypatch.setattr(fetching, "READING_SECONDS", -1.0)
    answer = ask_feed(Question(site.url("/rss"), "UTC"))
    assert (answer.failure, answer.items, answer.skipped) == ("", (), 4)
    assert answer.body_hash == answer.etag == ""


def test_a_feed_of_nothing_but_empty_entries_has_failed(site):
    site.pages["/rss"] = Page(rss("<item><guid>a</guid></item>", "<item><guid>b</guid></item>").encode())
    assert ask_feed(Question(site.url("/rss"), "UTC")).failure == "no_readable_entry"


def test_validators_are_sent_back(site):
    site.pages["/rss"] = Page(
        rss(item("소식")).encode(), headers={"ETag": '"1"', "Last-Modified": "yesterday"}
    )
    answer = ask_feed(Question(site.url("/rss"), "UTC"))
    assert (answer.etag, answer.last_modified) == ('"1"', "yesterday")
    again = ask_feed(Question(site.url("/rss"), "UTC", etag='"1"', last_modified="yesterday", body_hash="h"))
    assert (again.unchanged, again.etag, again.body_hash) == ("not_modified", '"1"', "h")
    headers = site.asked[-1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"1"', "yesterday")


@pytest.mark.parametrize(
    ("headers", "field", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, "max_age", 600),
        ({"cache-control": 'max-age="60"'}, "max_age", 60),
        ({"cache-control": "max-age=-5"}, "max_age", None),
        ({"cache-control": "max-age=" + "9" * 40}, "max_age", 31_536_000),
        ({"cache-control": "no-store"}, "max_age", None),
        ({"expires": "Sun, 04 Jan 2026 23:00:00 GMT"}, "expires", 3600),
        ({"expires": "0"}, "expires", None),
        ({"expires": "Sun, 04 Jan 2026 21:00:00 GMT"}, "expires", 0),
        ({"expires": "Sun, 04 Jan 2026 23:00:00 GMT", "cache-control": "max-age=60"}, "expires", None),
        ({"retry-after": "120"}, "retry_after", 120),
    ],
    ids=str,
)
def test_wishes_are_read_from_headers(headers, field, seconds):
    found = getattr(wishes_of(headers, NOW), field)
    assert (found.total_seconds() if found is not None else None) == seconds
