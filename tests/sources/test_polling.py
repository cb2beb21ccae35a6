"""From a feed on loopback to stored articles."""

from datetime import timedelta

import pytest

from digests.sources.ingest import poll, poll_due
from digests.sources.models import Article, Attempt, Feed
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page


def again(feed: Feed, now, **fields) -> Feed:
    Feed.objects.filter(pk=feed.pk).update(next_check_at=now, **fields)
    feed.refresh_from_db()
    return feed


def news(now, *titles: str) -> bytes:
    items = [
        item(
            title,
            link=f"http://hanbit.example/{n}?utm_source=rss",
            guid=f"g{n}",
            date=rfc822(now),
            text=f"{title} 본문입니다.",
        )
        for n, title in enumerate(titles)
    ]
    return rss(*items).encode()


def test_a_feed_becomes_articles_and_an_attempt(feed, site, now):
    site.pages["/rss"] = Page(news(now - timedelta(hours=1), "첫 소식", "둘째 소식"))
    polled = poll(feed.pk, now)
    assert (polled.outcome, len(polled.new_ids)) == ("new", 2)
    article = Article.objects.get(title="첫 소식")
    assert article.published_at == now - timedelta(hours=1)
    assert article.language == "ko"
    assert "본문입니다" in article.text
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.items_new, attempt.http_status) == ("new", 2, 200)
    feed.refresh_from_db()
    assert feed.next_check_at >= now + timedelta(minutes=30)
    assert feed.last_success_at == now
    assert feed.title == "한빛일보"


def test_an_equal_body_and_a_304_are_nothing_new(feed, site, now):
    site.pages["/rss"] = Page(news(now, "첫 소식"))
    poll(feed.pk, now)
    assert poll(again(feed, now).pk, now).reason == "same_body"
    site.pages["/rss"].headers["ETag"] = '"a"'
    poll(again(feed, now).pk, now)
    assert poll(again(feed, now).pk, now).reason == "not_modified"
    assert Article.objects.count() == 1


def test_an_edited_title_changes_the_article_and_keeps_what_it_said(feed, site, now):
    site.pages["/rss"] = Page(news(now, "첫 소식", "둘째 소식"))
    poll(feed.pk, now)
    site.pages["/rss"] = Page(news(now, "첫 소식(종합)", "둘째 소식"))
    polled = poll(again(feed, now).pk, now)
    assert (len(polled.new_ids), len(polled.changed_ids)) == (0, 1)
    article = Article.objects.get(pk=polled.changed_ids[0])
    assert article.title == "첫 소식(종합)"
    assert article.revisions.get().title == "첫 소식"


def test_a_removed_article_never_comes_back(feed, site, now):
    site.pages["/rss"] = Page(news(now, "첫 소식"))
    poll(feed.pk, now)
    Article.objects.update(state=Article.State.REMOVED)
    site.pages["/rss"] = Page(news(now, "첫 소식 다시"))
    polled = poll(again(feed, now).pk, now)
    assert polled.new_ids == polled.changed_ids == []
    assert Article.objects.get().title == "첫 소식"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(b"", 404), "http_404"),
        (Page(b"", 503), "http_503"),
        (Page(b"<html><body>hello</body></html>"), "html_page"),
        (Page(b"plain words"), "not_a_feed"),
        (Page(b""), "empty"),
        (Page(b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'/>"), "entities"),
        (Page(b"", 302, {"Location": "/rss"}), "too_many_redirects"),
        (Page(b"", 302, {"Location": "http://10.0.0.1/"}), "private_address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_is_named_on_the_feed_and_the_attempt(feed, site, now, page, reason):
    site.pages["/rss"] = page
    polled = poll(feed.pk, now)
    feed.refresh_from_db()
    assert (polled.outcome, polled.reason) == ("failed", reason)
    assert (feed.last_reason, feed.failures, feed.status) == (reason, 1, "active")
    assert Attempt.objects.get().reason == reason
    assert feed.next_check_at >= now + timedelta(seconds=8**4)


def test_410_means_gone(feed, site, now):
    site.pages["/rss"] = Page(b"", 410)
    poll(feed.pk, now)
    feed.refresh_from_db()
    assert feed.status == Feed.Status.GONE
    assert poll(again(feed, now).pk, now).outcome == "busy"


def test_a_feed_that_is_not_due_is_not_asked(feed, site, now):
    again(feed, now + timedelta(minutes=1))
    assert poll(feed.pk, now).outcome == "busy"
    assert site.asked == []


def test_a_permanent_redirect_is_adopted_after_days(feed, site, now):
    site.pages["/rss"] = Page(b"", 301, {"Location": "/new"})
    site.pages["/new"] = Page(news(now, "첫 소식"))
    poll(feed.pk, now)
    old = feed.url
    assert again(feed, now).url == old
    poll(feed.pk, now)
    later = now + timedelta(days=4)
    poll(again(feed, later).pk, later)
    feed.refresh_from_db()
    assert feed.url == site.url("/new")


def test_one_bad_feed_does_not_stop_another(feed, site, publisher, now):
    bad = Feed.objects.create(
        publisher=publisher, url=site.url("/bad"), next_check_at=now - timedelta(hours=1)
    )
    site.pages["/bad"] = Page(b"<rss><channel>" + b"<!--" * 1000)
    site.pages["/rss"] = Page(news(now, "첫 소식"))
    polled = {p.feed_id: p for p in poll_due(now)}
    assert polled[feed.pk].outcome == "new"
    assert polled[bad.pk].outcome in {"failed", "unchanged"}


def test_an_old_entry_keeps_its_date_and_a_future_one_counts_as_first_seen(feed, site, now):
    old, future = now - timedelta(days=400), now + timedelta(days=2)
    site.pages["/rss"] = Page(
        rss(
            item("옛 소식", guid="a", date=rfc822(old)), item("먼 소식", guid="b", date=rfc822(future))
        ).encode()
    )
    poll(feed.pk, now)
    assert Article.objects.get(title="옛 소식").published_at == old
    article = Article.objects.get(title="먼 소식")
    assert (article.published_at, article.date_source) == (now, "first_seen")
