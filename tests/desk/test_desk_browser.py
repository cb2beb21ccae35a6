"""The desk in a real Chromium: accessible in light and dark, worked by keyboard, and without scripts."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from digests.editions.models import Item, Placement
from tests.desk.conftest import BOARD, order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = BOARD.removesuffix("board/")
PAGES = [
    *(BOARD, f"{BASE}preflight/", f"{BASE}preview-as/?show=inbox", f"{BASE}sending/", f"{BASE}corrections/"),
    *("/admin/", "/admin/desk/readers/", "/admin/desk/quality/", "/admin/desk/device/"),
]
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            yield browser
            browser.close()


def page_of(browser: Browser, url: str, client: Client, **context: object) -> Page:
    """A page with the client's session, whose console stays silent."""
    opened = browser.new_context(viewport={"width": 768, "height": 900}, **context)
    name = django_settings.SESSION_COOKIE_NAME
    opened.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    page = opened.new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation_or_scrolls_sideways(chromium, live_server, owner, edition, scheme):
    page = page_of(chromium, live_server.url, owner, color_scheme=scheme)
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate(TOO_WIDE) <= 0, path
    page.context.close()


def test_the_board_is_worked_by_keyboard(chromium, live_server, owner, edition):
    before = order(edition)
    page = page_of(chromium, live_server.url, owner)
    page.goto(f"{live_server.url}{BOARD}")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("J")
    assert order(edition)[:2] == [before[1], before[0]]
    with page.expect_navigation():
        page.keyboard.press("p")
    assert Item.objects.get(edition=edition, story__key=before[0]).placement == Placement.PINNED
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("x")
    assert Item.objects.filter(edition=edition, placement=Placement.HIDDEN).count() == 1
    page.keyboard.press("?")
    assert page.locator("#desk-help").get_attribute("open") is not None
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector("#desk-words input[name=headline]:focus")
    page.context.close()


def test_the_board_is_worked_without_scripts(chromium, live_server, owner, edition):
    before = order(edition)
    page = page_of(chromium, live_server.url, owner, java_script_enabled=False)
    page.goto(f"{live_server.url}{BOARD}")
    page.locator(".desk-row button[value=down]").first.click()
    assert order(edition)[:2] == [before[1], before[0]]
    page.locator(".desk-row button[value=set_aside]").first.click()
    page.locator("#desk-waiting button[value=restore]").first.click()
    page.locator(".desk-log button[value=undo]").first.click()
    assert before[1] not in order(edition)
    page.context.close()
