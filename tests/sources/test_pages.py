"""From an article to its page's text."""

from datetime import timedelta

from digests.sources.ingest import poll, read_due, read_page
from digests.sources.models import Article
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page

SENTENCE = "한빛연구소는 오늘 새 언어 모델을 공개하고 시험 결과를 함께 내놓았다. "
LONG = "".join(f"<p>{n}번째 문단이다. {SENTENCE * 3}</p>" for n in range(8))
HTML = f"""<html><head><title>새 모델 - 한빛일보</title><meta property="article:published_time"
content="2026-01-04T09:00:00+09:00"></head><body><nav>홈 뉴스 구독</nav><article>{LONG}</article>
<footer>회사 소개</footer></body></html>"""


def wanted(feed, site, now, *, dated: bool = True) -> Article:
    feed.fetches_pages = True
    feed.save()
    date = rfc822(now) if dated else ""
    site.pages["/rss"] = Page(
        rss(
            item("새 모델", link=site.url("/a"), guid="a", date=date, text="한빛연구소가 새 모델을 공개했다.")
        ).encode()
    )
    poll(feed.pk, now)
    return Article.objects.get()


def test_a_page_gives_the_full_text(feed, site, now):
    article = wanted(feed, site, now)
    assert (article.page_state, article.completeness) == ("wanted", "feed_only")
    site.pages["/a"] = Page(HTML.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    assert read_page(article.pk, now) == "read"
    article.refresh_from_db()
    assert article.completeness == "full"
    assert "7번째 문단이다." in article.text
    assert "회사 소개" not in article.text
    assert article.feed_text == "한빛연구소가 새 모델을 공개했다."


def test_a_page_shorter_than_the_feed_is_a_failed_extraction(feed, site, now):
    article = wanted(feed, site, now)
    site.pages["/a"] = Page(b"<html><body><p>home</p></body></html>")
    assert read_page(article.pk, now) == "failed"
    article.refresh_from_db()
    assert article.page_reason in {"shorter_than_feed", "no_text"}
    assert article.text == "한빛연구소가 새 모델을 공개했다."


def test_an_undated_article_takes_its_pages_date(feed, site, now):
    article = wanted(feed, site, now, dated=False)
    site.pages["/a"] = Page(HTML.encode())
    read_page(article.pk, now)
    article.refresh_from_db()
    assert (article.date_source, article.published_at.isoformat()) == ("page", "2026-01-04T00:00:00+00:00")


def test_robots_txt_is_obeyed_and_read_once(feed, site, now):
    article = wanted(feed, site, now)
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /a\n")
    assert read_page(article.pk, now) == "failed"
    article.refresh_from_db()
    assert article.page_reason == "robots"
    Article.objects.update(page_state="wanted", page_next_at=now)
    read_page(article.pk, now)
    assert (site.hits("/robots.txt"), site.hits("/a")) == (1, 0)


def test_a_page_that_is_down_is_tried_three_times(feed, site, now):
    article = wanted(feed, site, now)
    site.pages["/a"] = Page(b"", 503)
    states = [read_page(article.pk, now + timedelta(hours=n)) for n in range(4)]
    assert states == ["wanted", "wanted", "failed", "failed"]
    assert site.hits("/a") == 3


def test_pages_that_are_due_are_read_in_one_go(feed, site, now):
    wanted(feed, site, now)
    site.pages["/a"] = Page(HTML.encode())
    assert read_due(now) == 1
    assert read_due(now) == 0
