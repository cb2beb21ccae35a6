"""Identity, edits, dates: what an incoming item becomes."""

from datetime import timedelta

import pytest

from digests.sources.models import Article, Feed, Publisher
from digests.sources.storing import Incoming, Outcome, store
from digests.text.dates import ReadDate


def bring(publisher, feed, now, title="새 모델 공개", text="본문입니다.", **fields):
    item = Incoming(
        guid=fields.pop("guid", "g"),
        url=fields.pop("url", ""),
        title=title,
        text=text,
        is_html=False,
        **fields,
    )
    return store(item, publisher=publisher, feed=feed, now=now, date_source="feed")


@pytest.fixture
def other(publisher) -> Feed:
    return Feed.objects.create(publisher=publisher, url="https://hanbit.example/other.xml")


@pytest.fixture
def one(publisher) -> Feed:
    return Feed.objects.create(publisher=publisher, url="https://hanbit.example/rss.xml")


def test_the_same_guid_is_the_same_article(publisher, one, now):
    first = bring(publisher, one, now)
    assert first.outcome == Outcome.NEW
    assert bring(publisher, one, now) == type(first)(first.article_id, Outcome.KNOWN)
    assert bring(publisher, one, now, guid="h").outcome == Outcome.NEW


def test_the_same_address_is_the_same_article_whatever_feed_and_tracking(publisher, one, other, now):
    url = "https://hanbit.example/articleView.html?idxno=205133"
    first = bring(publisher, one, now, url=url)
    known = bring(publisher, other, now, url=url + "&utm_source=rss", guid="other", title="다른 제목")
    assert known.article_id == first.article_id
    assert known.outcome == Outcome.KNOWN
    assert Article.objects.get().title == "새 모델 공개"
    assert bring(publisher, other, now, url=url.replace("205133", "205134"), guid="x").outcome == Outcome.NEW


def test_the_same_guid_in_another_feed_is_another_article(publisher, one, other, now):
    bring(publisher, one, now, url="https://hanbit.example/1")
    assert bring(publisher, other, now, url="https://hanbit.example/2").outcome == Outcome.NEW


def test_a_new_guid_for_the_same_address_of_a_feed_is_an_edit(publisher, one, now):
    bring(publisher, one, now, url="https://hanbit.example/1")
    edited = bring(
        publisher, one, now, url="https://hanbit.example/1", guid="again", title="새 모델 공개(종합)"
    )
    assert edited.outcome == Outcome.CHANGED
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    "urls",
    [
        ("https://hanbit.example/", "https://hanbit.example/"),
        ("https://hanbit.example/changes#1.2", "https://hanbit.example/changes#1.3"),
    ],
    ids=["home page", "changelog"],
)
def test_entries_with_one_address_stay_apart(publisher, one, now, urls):
    for number, url in enumerate(urls):
        bring(publisher, one, now, url=url, guid=f"{url}|{number}")
    assert Article.objects.count() == 2


def test_an_entry_with_nothing_is_skipped(publisher, one, now):
    assert bring(publisher, one, now, title=" ", text="").outcome == Outcome.SKIPPED
    assert Article.objects.count() == 0


def test_an_entry_without_a_title_takes_its_first_words(publisher, one, now):
    bring(publisher, one, now, title="", text="한빛연구소가 새 모델을 공개했다.\n\n둘째 문단.")
    assert Article.objects.get().title == "한빛연구소가 새 모델을 공개했다."


def test_an_edit_of_the_text_keeps_a_revision_and_moves_changed_at(publisher, one, now):
    article_id = bring(publisher, one, now).article_id
    later = now + timedelta(hours=1)
    assert bring(publisher, one, later, text="고친 본문입니다.").outcome == Outcome.CHANGED
    article = Article.objects.get(pk=article_id)
    assert (article.text, article.changed_at) == ("고친 본문입니다.", later)
    assert article.revisions.get().text == "본문입니다."
    assert article.first_seen_at == now


def test_a_community_counter_is_no_edit(publisher, one, now):
    Publisher.objects.update(kind="community")
    publisher.refresh_from_db()
    bring(publisher, one, now, text="점수 12점, 댓글 3개가 달렸다.")
    assert bring(publisher, one, now, text="점수 99점, 댓글 40개가 달렸다.").outcome == Outcome.KNOWN


def test_a_dangerous_link_is_not_kept(publisher, one, now):
    bring(publisher, one, now, url="javascript:alert(1)")
    assert Article.objects.get().url == ""


@pytest.mark.parametrize(
    ("days", "source"),
    [(-1, "feed"), (-400, "feed"), (2, "first_seen"), (-20_000, "first_seen")],
    ids=["yesterday", "an old entry", "the future", "1971"],
)
def test_dates_are_hints(publisher, one, now, days, source):
    at = now + timedelta(days=days)
    bring(publisher, one, now, published=ReadDate(at, is_date_only=False))
    article = Article.objects.get()
    assert article.date_source == source
    assert article.published_at == (at if source == "feed" else now)


def test_hostile_characters_never_reach_the_database(publisher, one, now):
    bring(publisher, one, now, title="새\x00 모델\u202e\r\n공개 \ud800", text="본\x00문\ud800입니다.\ufeff")
    article = Article.objects.get()
    assert article.title == "새 모델 공개"
    assert "\x00" not in article.text
    article.title.encode()
    article.text.encode()
