"""Lists of feeds in and out."""

import pytest

from digests.sources.failures import NotAFeed
from digests.sources.models import Feed, Publisher
from digests.sources.opml import export_opml, load_opml

OPML = """<opml version="2.0"><head><title>t</title></head><body><outline text="AI">
<outline text="한빛 AI" xmlUrl="https://hanbit.example/ai.xml" htmlUrl="https://www.hanbit.example/"/>
<outline title="New" xmlUrl="https://new.example/feed" htmlUrl="https://new.example" language="en"/>
<outline type="rss" text="bad" xmlUrl="javascript:alert(1)"/><outline text="none"/></outline></body></opml>"""


def test_it_comes_in_paused_and_only_once(publisher):
    Publisher.objects.update(homepage="https://hanbit.example/")
    loaded = load_opml(OPML.encode())
    assert (len(loaded.added), loaded.known, loaded.unusable) == (2, 0, 1)
    assert Feed.objects.get(url="https://hanbit.example/ai.xml").publisher == publisher
    assert Publisher.objects.get(homepage="https://new.example").language == "en"
    assert set(Feed.objects.values_list("status", flat=True)) == {"paused"}
    assert load_opml(OPML.encode()).known == 2


def test_what_goes_out_comes_in_again(publisher):
    Feed.objects.create(publisher=publisher, url="https://hanbit.example/a.xml?x=1&y=2", title="<한빛> & 더")
    out = export_opml("목록")
    Feed.objects.all().delete()
    assert len(load_opml(out.encode()).added) == 1
    assert Feed.objects.get().title == "<한빛> & 더"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"<rss/>",
        b"<opml" * 1000,
        b"<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><opml/>",
    ],
)
def test_what_is_no_opml_is_refused(db, body):
    with pytest.raises(NotAFeed):
        load_opml(body)
    assert Feed.objects.count() == 0
