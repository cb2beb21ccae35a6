"""Feeds, sitemap and robots.txt: well-formed, conditional, in both languages."""

import json
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client

from digests.editions.models import Correction
from tests.web.factories import NEWS, publish

pytestmark = pytest.mark.django_db
FEEDS = ["/feed.atom", "/feed.rss", "/feed.json"]
MONDAY = date(2026, 1, 5)


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
def test_a_feed_holds_the_stories_in_order(client: Client, path: str) -> None:
    publish(date(2026, 1, 4), [NEWS[1]])
    publish(MONDAY, [NEWS[0], NEWS[2]])
    read = feedparser.parse(client.get(path).content)
    assert not read.bozo
    assert read.feed.title == "AI 조간"
    titles = [entry.title for entry in read.entries]
    assert titles == [NEWS[0]["ko"][0], NEWS[2]["ko"][0], NEWS[1]["ko"][0]]
    assert read.entries[0].link.startswith("http://127.0.0.1:8000/2026-01-05/")
    assert "12%만" in read.entries[0].summary


def test_the_english_feed_is_english(client: Client) -> None:
    publish(MONDAY)
    read = feedparser.parse(client.get("/en/feed.atom").content)
    assert read.feed.title == "AI Morning"
    assert read.entries[0].title == NEWS[0]["en"][0]
    assert "/en/2026-01-05/" in read.entries[0].link


def test_the_json_feed_says_what_version_it_is(client: Client) -> None:
    publish(MONDAY)
    answer = client.get("/feed.json")
    read = json.loads(answer.content)
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["items"][0]["date_published"] == "2026-01-04T21:30:00Z"
    assert [item.get("language") for item in read["items"]] == ["ko", "ko", "ko", "en"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_can_be_of_one_topic(client: Client, path: str) -> None:
    publish(MONDAY)
    one = client.get(path, {"topic": "chips"}).content.decode()
    assert "새김" in one
    assert "조달" not in one
    assert "AI 조간 · AI 반도체" in one
    assert client.get(path, {"topic": "nothing"}).status_code == 404


@pytest.mark.parametrize("path", [*FEEDS, "/sitemap.xml"])
def test_an_unchanged_feed_costs_its_reader_nothing(client: Client, path: str) -> None:
    edition = publish(MONDAY)
    first = client.get(path)
    assert first.status_code == 200
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    later = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
    assert later.status_code == 304
    Correction.objects.create(
        item=edition.items.first(), note_ko="12%가 맞습니다.", at=datetime(2026, 1, 6, tzinfo=UTC)
    )
    for stale in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        assert client.get(path, headers=stale).status_code == 200


@pytest.mark.parametrize("path", FEEDS)
def test_a_corrected_story_says_so_in_the_feed(client: Client, path: str) -> None:
    edition = publish(MONDAY)
    Correction.objects.create(item=edition.items.first(), note_ko="12%가 맞습니다.")
    assert "12%가 맞습니다." in client.get(path).content.decode()


@pytest.mark.parametrize("path", [*FEEDS, "/sitemap.xml", "/robots.txt"])
def test_an_empty_site_still_answers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer


def test_a_feed_costs_a_handful_of_queries(client: Client, django_assert_max_num_queries) -> None:
    for day in range(1, 15):
        publish(date(2026, 1, day), NEWS * 5)
    with django_assert_max_num_queries(8):
        assert client.get("/feed.atom").content.count(b"<entry>") == 60


def test_the_sitemap_names_every_public_page_in_both_languages(client: Client) -> None:
    edition = publish(MONDAY, [NEWS[0]])
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    addresses = [found.text for found in tree.iter(f"{space}loc")]
    story = f"/2026-01-05/{edition.items.get().story.key}/"
    for path in ("/", "/archive/", "/about/", "/privacy/", "/2026-01-05/", story):
        assert f"http://127.0.0.1:8000{path}" in addresses
        assert f"http://127.0.0.1:8000/en{path}" in addresses
    assert len(list(tree.iter("{http://www.w3.org/1999/xhtml}link"))) == 2 * len(addresses)


def test_robots_are_kept_from_what_is_private(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    for path in ("/p/", "/en/u/", "/i/", "/admin/", "/mailbox/"):
        assert f"Disallow: {path}\n" in told
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in told
