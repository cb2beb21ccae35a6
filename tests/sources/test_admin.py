"""The desk's pages of this room."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from digests.journal.models import Act
from digests.sources.ingest import poll
from digests.sources.models import Article, Attempt, Feed, Publisher
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page


@pytest.fixture
def desk(client, db):
    client.force_login(User.objects.create(username="chief", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def polled(feed, site, now) -> Feed:
    site.pages["/rss"] = Page(rss(item("첫 소식", guid="a", date=rfc822(now), text="본문입니다.")).encode())
    poll(feed.pk, now)
    return feed


@pytest.mark.parametrize("model", ["publisher", "feed", "article", "attempt", "host", "hubsubscription"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_list_and_page_shows(desk, polled, model, language):
    desk.cookies["django_language"] = language
    listing = reverse(f"admin:sources_{model}_changelist")
    assert desk.get(listing, {"q": "a"}).status_code == 200
    page = desk.get(listing)
    assert page.status_code == 200
    rows = {"publisher": Publisher, "feed": Feed, "article": Article, "attempt": Attempt}
    if model in rows:
        row = rows[model].objects.first()
        assert desk.get(reverse(f"admin:sources_{model}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("state", ["failing", "silent", "waiting", "well"])
def test_feeds_filter_by_health(desk, polled, state):
    assert desk.get(reverse("admin:sources_feed_changelist"), {"health": state}).status_code == 200


def test_a_feed_is_paused_resumed_and_checked_and_each_act_is_written_down(desk, polled, monkeypatch):
    url = reverse("admin:sources_feed_changelist")
    for action, status in (("act_pause", "paused"), ("act_resume", "active")):
        desk.post(url, {"action": action, "_selected_action": [polled.pk]})
        polled.refresh_from_db()
        assert polled.status == status
    before = polled.next_check_at
    desk.post(url, {"action": "act_check_now", "_selected_action": [polled.pk]})
    polled.refresh_from_db()
    assert polled.next_check_at >= before
    assert set(Act.objects.values_list("verb", flat=True)) == {"pause", "resume", "check_now"}


def test_an_article_is_removed_and_restored(desk, polled):
    url = reverse("admin:sources_article_changelist")
    article = Article.objects.get()
    for action, state in (("act_remove", "removed"), ("act_restore", "live")):
        desk.post(url, {"action": action, "_selected_action": [article.pk]})
        article.refresh_from_db()
        assert article.state == state


def test_the_chart_says_failure_and_quiet_apart(desk, polled, site, now):
    site.pages["/rss"] = Page(b"", 503)
    Feed.objects.update(next_check_at=now)
    poll(polled.pk, now)
    page = desk.get(reverse("admin:sources_feed_change", args=[polled.pk])).content.decode()
    assert "<svg" in page
    assert "#c0392b" in page
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]


def test_a_new_feed_is_refused_with_the_reason(desk, publisher, site):
    site.pages["/page"] = Page(
        b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"
    )
    data = {"publisher": publisher.pk, "url": site.url("/page"), "interval_minutes": 30, "max_entries": 10}
    page = desk.post(reverse("admin:sources_feed_add"), data)
    assert page.status_code == 200
    assert site.url("/rss") in page.content.decode()
    assert Feed.objects.count() == 0


def test_a_good_new_feed_is_taken(desk, publisher, site):
    items = [
        item(f"소식 {n}", guid=str(n), date=rfc822(timezone.now()), text="긴 본문. " * 20) for n in range(3)
    ]
    site.pages["/rss"] = Page(rss(*items).encode())
    data = {"publisher": publisher.pk, "url": site.url("/rss"), "interval_minutes": 30, "max_entries": 10}
    assert desk.post(reverse("admin:sources_feed_add"), data).status_code == 302
    assert Feed.objects.get().title == "한빛일보"


def test_a_pasted_press_release_becomes_an_article(desk, publisher):
    text = "한빛연구소가 새 언어 모델을 공개했다고 오늘 밝혔다.\n\n매개변수는 700억 개다."
    data = {"publisher": publisher.pk, "title": "한빛연구소, 새 모델 공개", "text": text}
    assert desk.post(reverse("admin:sources_article_add"), data).status_code == 302
    article = Article.objects.get()
    assert (article.feed, article.date_source) == (None, "imported")
    assert "700억" in article.text
    again = desk.post(reverse("admin:sources_article_add"), data)
    assert again.status_code == 200


def test_a_pasted_address_is_fetched(desk, publisher, site):
    body = "".join(f"<p>{n}번째로, 한빛연구소는 새 언어 모델을 오늘 공개했다고 밝혔다.</p>" for n in range(9))
    site.pages["/a"] = Page(
        f"<html><title>새 모델</title><body><article>{body}</article></body></html>".encode()
    )
    data = {"publisher": publisher.pk, "url": site.url("/a")}
    assert desk.post(reverse("admin:sources_article_add"), data).status_code == 302
    assert Article.objects.get().title == "새 모델"
    data["url"] = "http://10.1.2.3/"
    assert desk.post(reverse("admin:sources_article_add"), data).status_code == 200


def test_feeds_are_exported_as_opml(desk, polled):
    page = desk.get(reverse("admin:sources_feed_opml"))
    assert polled.url in page.content.decode()
