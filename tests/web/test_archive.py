"""The archive: filters and search, on SQLite and PostgreSQL alike."""

import unicodedata
from datetime import date, timedelta

import pytest
from django.test import Client

from digests.stories.models import Organization
from tests.web.factories import NEWS, publish, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    publish(date(2025, 12, 31), [NEWS[0], NEWS[1]])
    publish(date(2026, 1, 5), [NEWS[2], NEWS[3]])
    Organization.objects.create(slug="moru", name_ko="모루전자", name_en="Moru Electronics")


DECEMBER, JANUARY = 'href="/2025-12-31/"', 'href="/2026-01-05/"'


def found(client: Client, **asked: str) -> tuple[bool, bool]:
    page = seen(client.get("/archive/", asked))
    return DECEMBER in page, JANUARY in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (True, True)),
        ({"topic": "chips"}, (True, False)),
        ({"topic": "agents"}, (False, True)),
        ({"topic": "chi"}, (False, False)),
        ({"org": "moru"}, (True, False)),
        ({"language": "en"}, (False, True)),
        ({"language": "ko"}, (True, True)),
        ({"language": "xx"}, (True, True)),
        ({"date": "2025-12-31"}, (True, False)),
        ({"q": "양산"}, (True, False)),
        ({"q": "조달기준"}, (False, True)),
        ({"q": "조달 의견"}, (False, True)),
        ({"q": "조달 양산"}, (False, False)),
        ({"q": "AGENT framework"}, (False, True)),
        ({"q": "garam lab"}, (True, False)),
        ({"q": unicodedata.normalize("NFD", "양산")}, (True, False)),
        ({"q": "60%"}, (True, False)),
        ({"q": "_"}, (False, False)),
        ({"q": "모루", "topic": "chips", "org": "moru", "language": "ko"}, (True, False)),
        ({"q": "모루", "topic": "policy"}, (False, False)),
        ({"topic": '"] OR 1=1', "org": "' --"}, (True, True)),
        ({"q": "\x00모루"}, (True, False)),
        ({"date": "9999-99-99"}, (True, True)),
        ({"page": "99"}, (True, True)),
    ],
    ids=str,
)
@pytest.mark.usefixtures("shelf")
def test_the_archive_finds(client: Client, asked: dict[str, str], expected: tuple[bool, bool]) -> None:
    assert found(client, **asked) == expected


@pytest.mark.usefixtures("shelf")
def test_a_search_lists_the_stories_that_match_under_their_issue(client: Client) -> None:
    page = seen(client.get("/archive/", {"q": "양산"}))
    assert page.count('class="hits"') == 1
    assert "새김" in page
    assert "1개 호에서 찾았습니다" in page
    assert 'value="양산"' in page


@pytest.mark.usefixtures("shelf")
def test_months_stand_under_their_names(client: Client) -> None:
    assert "2026년 1월</h2>" in seen(client.get("/archive/"))
    assert "December 2025</h2>" in seen(client.get("/en/archive/"))


@pytest.mark.usefixtures("shelf")
def test_a_date_without_an_issue_names_the_nearest(client: Client) -> None:
    page = seen(client.get("/archive/", {"date": "2026-01-04"}))
    assert "그 날짜에 나온 호는 없습니다" in page
    assert JANUARY in page


@pytest.mark.usefixtures("shelf")
def test_what_is_not_a_date_is_said_and_kept(client: Client) -> None:
    page = seen(client.get("/archive/", {"date": "<어제>"}))
    assert "‘&lt;어제&gt;’는 날짜로 읽을 수 없습니다" in page
    assert "<어제>" not in page


def test_an_empty_archive_says_so(client: Client) -> None:
    assert "아직 나온 호가 없습니다" in seen(client.get("/archive/"))


def test_a_long_archive_is_paged_and_keeps_its_filters(client: Client) -> None:
    for back in range(40):
        publish(date(2026, 1, 31) - timedelta(days=back), [NEWS[1]])
    first = seen(client.get("/archive/", {"topic": "chips"}))
    assert seen(client.get("/archive/")).count("<time") == 31
    assert first.count("<time") == 12
    assert 'href="?topic=chips&amp;page=2"' in first
    assert seen(client.get("/archive/", {"topic": "chips", "page": "4"})).count("<time") == 4
    assert len(first.encode()) < 60_000


def test_the_archive_costs_a_handful_of_queries(client: Client, django_assert_max_num_queries) -> None:
    for back in range(20):
        publish(date(2026, 1, 31) - timedelta(days=back))
    with django_assert_max_num_queries(4):
        client.get("/archive/")
    with django_assert_max_num_queries(7):
        client.get("/archive/", {"q": "모루", "topic": "chips"})


def test_an_issue_with_many_hits_says_how_many_more_there_are(client: Client) -> None:
    publish(date(2026, 1, 5), [NEWS[1]] * 11)
    page = seen(client.get("/archive/", {"topic": "chips"}))
    assert "이 호에 3건 더" in page


def test_a_page_of_long_hits_stays_small(client: Client) -> None:
    long = {**NEWS[1], "ko": ("긴 제목 " * 100, "요약이다.")}
    for back in range(15):
        publish(date(2026, 1, 31) - timedelta(days=back), [long] * 10)
    assert len(client.get("/archive/", {"topic": "chips"}).content) <= 60_000
    assert len(client.get("/archive/").content) <= 60_000


def test_outside_text_among_the_hits_stays_text(client: Client) -> None:
    publish(date(2026, 1, 5), [{**NEWS[1], "ko": ("<b onclick=x>&amp; 모루", "요약")}])
    page = seen(client.get("/archive/", {"q": "모루"}))
    assert "<b onclick" not in page
    assert page.count("&lt;b onclick=x&gt;&amp;amp; 모루") == 2


def test_a_day_without_stories_is_listed_as_a_quiet_one(client: Client) -> None:
    publish(date(2026, 1, 5), [])
    page = seen(client.get("/archive/"))
    assert "조용한 하루</a>" in page
    assert "None" not in page
    assert "A quiet day</a>" in seen(client.get("/en/archive/"))
