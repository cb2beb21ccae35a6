"""The catalogue that the paper starts with."""

import json

from digests.sources.catalogue import CATALOGUE, load_catalogue
from digests.sources.models import Feed, Publisher


def test_it_loads_once_and_keeps_a_curators_edits(db):
    added = load_catalogue()
    assert added == Feed.objects.count() >= 40
    Publisher.objects.filter(slug="openai").update(name_ko="오픈에이아이")
    Feed.objects.filter(publisher__slug="openai").update(status="paused")
    assert load_catalogue() == 0
    assert Publisher.objects.get(slug="openai").name_ko == "오픈에이아이"
    assert Feed.objects.get(publisher__slug="openai").status == "paused"


def test_every_row_is_valid_and_both_languages_are_there(db):
    load_catalogue()
    for publisher in Publisher.objects.all():
        publisher.full_clean()
    for feed in Feed.objects.all():
        feed.full_clean()
    assert {"ko", "en"} == set(Publisher.objects.values_list("language", flat=True))
    assert not Feed.objects.get(publisher__slug="openai").fetches_pages


def test_a_redirected_feed_is_not_added_again(db):
    load_catalogue()
    Feed.objects.filter(publisher__slug="openai").update(url="https://openai.com/feed.xml")
    assert load_catalogue() == 0


def test_the_file_names_each_address_once():
    rows = json.loads(CATALOGUE.read_text())["publishers"]
    urls = [feed["url"] for row in rows for feed in row["feeds"]]
    assert len(urls) == len(set(urls))
