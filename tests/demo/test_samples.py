"""The sample news: enough of it, well formed, and published where it should be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from digests.editions.cutoffs import parse_cutoffs
from newsletter.demo.newsstand import print_sheets
from newsletter.demo.printing import article_path, feed_path, guid
from newsletter.demo.samples import days_played, publish, read_publishers, read_samples

[CUTOFF] = parse_cutoffs("06:30@Asia/Seoul")
DAY = date(2026, 1, 5)
PUBLISHERS = read_publishers()


def test_there_are_enough_articles_of_enough_publishers_in_both_languages() -> None:
    first = [sample for publisher in PUBLISHERS for sample in publisher.samples if sample.day == 1]
    assert len(first) >= 44
    assert len(PUBLISHERS) >= 8
    assert {publisher.language for publisher in PUBLISHERS} == {"ko", "en"}
    assert {"ndsoft", "atom", "json", "rss"} <= {publisher.format for publisher in PUBLISHERS}


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=lambda publisher: publisher.slug)
def test_every_article_has_a_body_and_a_name_of_its_own(publisher) -> None:
    slugs = [sample.slug for sample in publisher.samples]
    assert len(set(slugs)) == len(slugs)
    for sample in publisher.samples:
        assert 500 <= sum(map(len, sample.paragraphs)) <= 1500, sample.slug
        assert 0 < sample.hours < 72


def test_articles_of_less_than_a_day_lie_in_the_window_of_their_edition() -> None:
    since, until = CUTOFF.window(DAY)
    for publisher in PUBLISHERS:
        for article in publish(publisher, {1: DAY}, CUTOFF):
            assert (since <= article.at < until) == (article.sample.hours <= 24)
            assert "{day}" not in "".join(article.paragraphs)


@pytest.mark.parametrize(
    ("played", "today", "expected"),
    [
        ({}, DAY, {1: DAY}),
        ({1: DAY}, DAY, {1: DAY}),
        ({1: DAY}, DAY + timedelta(1), {1: DAY, 2: DAY + timedelta(1)}),
        ({1: DAY, 2: DAY + timedelta(1)}, DAY + timedelta(2), {1: DAY, 2: DAY + timedelta(1)}),
        ({1: DAY, 2: DAY + timedelta(1)}, DAY + timedelta(9), {1: DAY + timedelta(9)}),
        ({1: DAY}, DAY - timedelta(1), {1: DAY}),
    ],
    ids=["first run", "same day", "next day", "all told", "forgotten", "clock went back"],
)
def test_days_are_played_in_turn(played, today, expected) -> None:
    assert days_played(played, today) == expected


def test_the_newsstand_sells_every_feed_and_every_article_once() -> None:
    base = "http://127.0.0.1:1"
    papers = [(publisher, publish(publisher, {1: DAY, 2: DAY}, CUTOFF)) for publisher in PUBLISHERS]
    sheets = print_sheets(papers, base)
    paths = [article_path(publisher, article) for publisher, articles in papers for article in articles]
    assert len(set(paths)) == len(paths)
    assert set(paths) | {feed_path(publisher) for publisher in PUBLISHERS} <= set(sheets)
    korean = next(publisher for publisher in PUBLISHERS if publisher.format == "ndsoft")
    assert "물결-3" in sheets[feed_path(korean)].body.decode("cp949")


def test_names_of_articles_do_not_depend_on_the_port() -> None:
    papers = [(publisher, publish(publisher, {1: DAY}, CUTOFF)) for publisher in PUBLISHERS]
    for publisher, articles in papers:
        for article in articles:
            assert (
                guid(publisher, article) == f"tag:{publisher.slug}.example,2026-01-05/{article.sample.slug}"
            )


def test_an_unknown_header_is_named() -> None:
    with pytest.raises(ValueError, match="houers"):
        read_samples("## 제목\nslug: a\nhouers: 3\n\n글")


def test_the_day_is_said_in_the_language_of_the_article() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    text = {
        publisher.language: "".join(
            "".join(a.paragraphs) for a in publish(publisher, {1: now.date()}, CUTOFF)
        )
        for publisher in PUBLISHERS
        if publisher.slug in {"araon", "harbor"}
    }
    assert "4일" in text["ko"]
    assert "Sunday" in text["en"]
