"""The landing page, the pages of plain words, and addresses that lead nowhere."""

from datetime import date

import pytest
from django.test import Client

from digests.editions.models import Edition
from tests.web.factories import NEWS, publish, seen

pytestmark = pytest.mark.django_db


def test_an_empty_site_says_that_its_first_issue_is_on_its_way(client: Client) -> None:
    page = seen(client.get("/"))
    assert "첫 호를 준비하고 있습니다" in page
    assert "이만큼 줄였습니다" not in page


def test_the_landing_page_shows_the_newest_titles_and_the_days_own_figures(client: Client) -> None:
    publish(date(2026, 1, 4), number=7)
    publish(date(2026, 1, 5), number=8, articles=1412, stories=63)
    page = seen(client.get("/"))
    assert "모루전자, 추론 칩 ‘새김’ 양산을 석 달 앞당긴다" in page
    assert "제8호" in page
    assert "1월 5일 월요일" in page
    for figure in ("1,412", "63", "4"):
        assert f"<dd>{figure}</dd>" in page
    assert "사람이 확인해" not in page, "nobody approved this edition"
    assert "1. 4. (일)" in page
    assert 'class="hits"' not in page, "past issues show one title each"
    assert 'href="/en/2026-01-04/"' in page


def test_the_landing_page_calls_an_older_issue_the_latest_and_not_todays(client: Client) -> None:
    publish(date(2020, 1, 4))
    page = seen(client.get("/"))
    assert "가장 최근 호" in page
    assert "오늘 호" not in page


def test_a_day_without_figures_has_no_funnel(client: Client) -> None:
    publish(date(2026, 1, 5), articles=0, stories=0)
    assert "funnel" not in seen(client.get("/"))


def test_the_english_landing_page_is_english_and_borrows_a_korean_headline_with_its_language(
    client: Client,
) -> None:
    publish(date(2026, 1, 5))
    page = seen(client.get("/en/"))
    assert '<html lang="en">' in page
    assert "Garam Lab opens the weights" in page
    assert '<span lang="ko">모루전자' in page


@pytest.mark.parametrize("path", ["/", "/archive/", "/about/", "/privacy/", "/2026-01-05/"])
def test_each_public_page_names_itself_and_its_other_language(client: Client, path: str) -> None:
    publish(date(2026, 1, 5))
    korean = seen(client.get(path))
    english = seen(client.get(f"/en{path}"))
    for page in (korean, english):
        assert f'hreflang="ko" href="http://127.0.0.1:8000{path}"' in page
        assert f'hreflang="en" href="http://127.0.0.1:8000/en{path}"' in page
        assert 'property="og:title"' in page
        assert "noindex" not in page
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in korean
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/en{path}">' in english
    assert f'<a href="/en{path}" lang="en"' in korean
    assert f'<a href="{path}" lang="ko"' in english


def test_the_language_link_keeps_the_question(client: Client) -> None:
    page = seen(client.get("/en/archive/?q=%EB%AA%A8%EB%8D%B8&topic=llm"))
    assert 'href="/archive/?q=%EB%AA%A8%EB%8D%B8&amp;topic=llm" lang="ko"' in page


@pytest.mark.parametrize("path", ["/nothing/", "/en/nothing/", "/2026-02-30/", "/9999-99-99/x/", "/i/"])
def test_an_address_that_leads_nowhere_gets_a_kind_page(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "noindex" in seen(answer)
    assert ("does not exist" if path.startswith("/en") else "찾는 페이지가 없습니다") in seen(answer)


def test_a_date_without_an_issue_offers_the_nearest_one(client: Client) -> None:
    publish(date(2026, 1, 2))
    publish(date(2026, 1, 9))
    answer = client.get("/2026-01-04/")
    assert answer.status_code == 404
    assert 'href="/2026-01-02/"' in seen(answer)
    assert "2026년 1월 2일 금요일" in seen(answer)


def test_an_edition_that_was_cancelled_or_is_open_is_not_public(client: Client) -> None:
    publish(date(2026, 1, 2), status=Edition.Status.CANCELLED)
    publish(date(2026, 1, 3), status=Edition.Status.COLLECTING)
    cancelled, open_ = client.get("/2026-01-02/"), client.get("/2026-01-03/")
    assert cancelled.status_code == open_.status_code == 404
    assert "이날은 호를 내지 못했습니다" in seen(cancelled)
    assert "아직 만드는 중입니다" in seen(open_)
    assert "첫 호를 준비하고" in seen(client.get("/"))


def test_no_page_carries_a_style_or_a_script_of_its_own(client: Client) -> None:
    publish(date(2026, 1, 5), NEWS)
    for path in ("/", "/archive/", "/about/", "/privacy/", "/2026-01-05/", "/nothing/"):
        page = seen(client.get(path))
        assert " style=" not in page
        assert page.count("<script") == 1
        assert "http://" not in page.replace("http://127.0.0.1:8000", "")


def test_a_page_stays_small_and_asks_for_little(client: Client) -> None:
    publish(date(2026, 1, 5), NEWS * 75)
    for path in ("/", "/archive/", "/2026-01-05/"):
        page = client.get(path).content
        assert len(page) <= 60_000, path
        assert page.count(b' src="') + page.count(b'rel="stylesheet"') + page.count(b'rel="icon"') <= 5


def test_the_error_page_needs_nothing_but_itself(client: Client) -> None:
    client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsletter.web.shelf.published", lambda: 1 / 0)
        answer = client.get("/")
    assert answer.status_code == 500
    assert "잠시 문제가 생겼습니다" in seen(answer)
    assert "Traceback" not in seen(answer)
