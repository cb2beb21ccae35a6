"""Golden digests in a real browser: nothing runs off a narrow phone, in light, dark, or without styles."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from digests.editions.rendering import render_letter
from tests.editions.goldens import LANGUAGES, days, golden
from tests.editions.test_letters import CONTEXT, LETTERS

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
# A mail is one document among others: what it may lack is the page around it.
NOT_A_PAGE = {"landmark-one-main", "region", "landmark-banner-is-top-level"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def mails() -> dict[str, str]:
    found = {f"{name}-{language}": golden(name, language).html for name in days() for language in LANGUAGES}
    for letter in LETTERS:
        for language in LANGUAGES:
            found[f"{letter}-{language}"] = render_letter(letter, language, CONTEXT).html
    return found


def stripped(html: str) -> str:
    """What a client shows that drops every style."""
    return re.sub(r' style="[^"]*"', "", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 640])
def test_no_mail_runs_off_the_screen(chromium, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name, html in mails().items():
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.close()


def test_without_styles_every_story_can_still_be_read(chromium):
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    for name, html in mails().items():
        page.set_content(stripped(html))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert page.locator("h1").inner_text()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(chromium, scheme):
    page = chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    for name in ("all-topics-ko", "thin-day-en", "empty-day-ko", "confirm-ko", "welcome-en"):
        page.set_content(mails()[name])
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["id"] not in NOT_A_PAGE] == [], name
    page.close()
