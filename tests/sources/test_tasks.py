"""The tick asks the tables and enqueues ids: one feed and a few pages a host."""

import pytest

from digests.journal.models import Tick
from digests.sources import tasks
from digests.sources.ingest import poll
from digests.sources.models import Article, Feed
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page


@pytest.fixture
def enqueued(monkeypatch) -> list[tuple[str, object]]:
    calls: list[tuple[str, object]] = []
    for name in ("poll_feed", "read_pages"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda ids, name=name: calls.append((name, ids)))
    return calls


def test_due_feeds_are_enqueued_one_a_host(feed, publisher, enqueued, now):
    Feed.objects.create(publisher=publisher, url=feed.url + "2", next_check_at=now)
    other = Feed.objects.create(publisher=publisher, url="https://other.example/rss", next_check_at=now)
    paused = Feed.objects.create(publisher=publisher, url="https://third.example/", status="paused")
    tasks.tick()
    assert enqueued == [("poll_feed", feed.pk), ("poll_feed", other.pk)]
    assert paused.pk not in dict(enqueued).values()
    assert Tick.objects.filter(name="fetch").exists()


def test_wanted_pages_are_enqueued_a_few_a_host(feed, site, enqueued, now):
    items = [
        item(f"소식 {n}", guid=str(n), link=site.url(f"/{n}"), date=rfc822(now), text="짧은 글.")
        for n in range(12)
    ]
    site.pages["/rss"] = Page(rss(*items).encode())
    Feed.objects.update(fetches_pages=True)
    poll(feed.pk, now)
    tasks.tick()
    (ids,) = [ids for name, ids in enqueued if name == "read_pages"]
    assert len(ids) == tasks.PAGES_A_TASK


def test_the_tasks_do_one_thing(feed, site, now):
    site.pages["/rss"] = Page(rss(item("소식", guid="1", text="글입니다.")).encode())
    tasks.poll_feed(feed.pk)
    tasks.read_page(Article.objects.get().pk)
    tasks.poll_feed(10**9)
    tasks.read_page(10**9)
    assert Article.objects.count() == 1
