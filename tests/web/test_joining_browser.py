"""One reader's whole way in a real Chromium, from joining to being forgotten."""

import os
import shutil
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from digests.editions.models import Digest
from newsletter.subscribers import protection
from newsletter.subscribers.links import Purpose, make
from newsletter.subscribers.models import Subscriber
from tests.web.factories import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EMAIL = "reader@example.com"


@pytest.fixture
def chromium(monkeypatch):
    # Playwright's loop runs in this thread, where Django would otherwise refuse the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    path = shutil.which("chromium") or shutil.which("google-chrome") or os.environ.get("CHROMIUM", "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path or None, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings, monkeypatch):
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(protection, "MIN_SECONDS", 0.0)
    edition = publish(date(2026, 1, 5))
    choices = [
        {"item": item.pk, "story": item.story_id, "why": "top", "of": ""} for item in edition.items.all()
    ]
    Digest.objects.create(key="k" * 64, edition=edition, language="ko", choices=choices, subject="제1호")
    return live_server.url


def reader():
    return Subscriber.objects.get(email=EMAIL)


def link(site, path, purpose, **claims):
    subscriber = reader()
    return f"{site}/{path}/{make(purpose, subscriber.pk, subscriber.link_version, **claims)}/"


def press(page: Page, name: str) -> None:
    """Press a button by keyboard alone."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def look(page: Page) -> None:
    """What every page owes its reader: no axe violation, and nothing wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 1280), (True, 320)])
def test_the_whole_way_by_keyboard(chromium, site, scripts, width):
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        locale="ko-KR",
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.set_default_timeout(30_000)

    def check() -> None:
        if scripts:
            look(page)

    page.goto(f"{site}/subscribe/")
    check()
    page.get_by_label("메일 주소").fill(EMAIL)
    page.keyboard.press("Enter")
    page.wait_for_url("**/subscribe/check/")
    check()
    assert EMAIL in page.content()
    assert reader().zone == ("Europe/Berlin" if scripts else "Asia/Seoul")

    page.goto(link(site, "confirm", Purpose.CONFIRM))
    check()
    press(page, "구독 확인하기")
    assert reader().status == "active"
    check()

    page.get_by_role("link", name="주제·시간 고르기").click()
    check()
    page.get_by_label("AI 반도체").select_option("mute")
    if scripts:
        page.locator("#would-get strong", has_text="3건").wait_for()
        assert not reader().topic_preferences.exists()
    press(page, "저장하기")
    assert "저장했습니다" in page.content()
    assert reader().topic_preferences.get(topic__slug="chips").level == "mute"
    check()

    page.goto(link(site, "f", Purpose.FEEDBACK, digest=Digest.objects.get().pk))
    check()
    press(page, "정책·규제·법 덜 받기")
    assert reader().topic_preferences.get(topic__slug="policy").level == "less"

    page.goto(link(site, "p", Purpose.PREFERENCES))
    press(page, "쉬기")
    assert reader().status == "paused"
    check()
    press(page, "지금부터 다시 받기")
    assert reader().status == "active"
    press(page, "수신 거부")
    assert reader().status == "unsubscribed"
    check()
    press(page, "되돌리기")
    assert reader().status == "active"

    page.goto(link(site, "p", Purpose.PREFERENCES))
    page.get_by_role("link", name="주소와 기록 모두 지우기").click()
    check()
    press(page, "링크 받기")
    page.goto(link(site, "erase", Purpose.ERASE))
    press(page, "지금 모두 지우기")
    assert "모두 지웠습니다" in page.content()
    assert not Subscriber.objects.exists()
    context.close()


def test_a_mistake_is_announced_and_focused(chromium, site):
    page = chromium.new_page(locale="ko-KR")
    page.goto(f"{site}/subscribe/")
    page.get_by_label("메일 주소").fill("reader.example.com")
    page.keyboard.press("Enter")
    page.locator("[data-error-summary]").wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.get_by_label("메일 주소").input_value() == "reader.example.com"
    look(page)
