"""Every public page in a real Chromium: accessible, narrow enough, small, and whole without scripts."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, sync_playwright

from digests.editions.digesting import digest_for
from digests.editions.models import Correction
from digests.editions.preferences import Preferences
from newsletter.delivery.mailbox import read_mailbox
from newsletter.subscribers import links
from newsletter.subscribers.models import Subscriber
from tests.web.factories import NEWS, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTROLS = (
    "button, select, summary, input:not([type=hidden], [type=checkbox], [type=radio]), nav a, "
    ".mast a, footer a, .toc a, .btn, .more, .pager a, .tabs a, .days > li > a"
)
SMALL_ONES = f"""() => [...document.querySelectorAll('{CONTROLS}')]
  .filter(e => !e.closest('.hp'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([_, r]) => r.width && r.height && r.height < 43.5).map(([html, r]) => html + ' ' + r.height)"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "가나다라마바사아자차카타파하" * 20
HOSTILE = {**NEWS[0], "ko": (LONG, LONG), "en": ("Pneumonoultramicroscopic" * 12, "x" * 400)}


@dataclass
class Site:
    """A running site with news, and the paths of its pages."""

    url: str
    paths: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own loop runs in this thread; Django would take it for the application's.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            yield browser
            browser.close()


@pytest.fixture
def site(chromium: Browser, live_server, settings, ada: Subscriber) -> Site:
    settings.SITE_URL = live_server.url
    settings.MAILBOX_PUBLIC = True
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    today = timezone.localdate()
    publish(date(2026, 1, 3), [{**NEWS[0], "thread": "t1"}], number=126)
    publish(date(2026, 1, 4), [HOSTILE, NEWS[3]], number=127)
    edition = publish(date(2026, 1, 5), [{**NEWS[0], "thread": "t1"}, *NEWS[1:], *NEWS], number=128)
    publish(today, [], number=129)
    item = edition.items.first()
    assert item is not None
    Correction.objects.create(item=item, note_ko="31%가 아니라 12%입니다.", note_en="It is 12%, not 31%.")
    digest = digest_for(edition, Preferences(length=5), frozenset())
    assert digest is not None
    mail = EmailMultiAlternatives("제목", "글자", to=["ada@example.com"])
    mail.attach_alternative(f'<p><a href="{live_server.url}/archive/">지난 호</a></p>', "text/html")
    mail.send()
    token = links.make(links.Purpose.ISSUE, ada.pk, ada.link_version, digest=digest.pk)
    paths = {
        "landing": "/",
        "landing in English": "/en/",
        "archive": "/archive/",
        "search": "/archive/?q=모루&topic=chips",
        "search in vain": "/en/archive/?date=2020-01-01",
        "edition": "/2026-01-05/",
        "edition in English": "/en/2026-01-05/",
        "hostile edition": "/2026-01-04/",
        "quiet edition": f"/{today}/",
        "story": f"/2026-01-05/{item.story.key}/",
        "my issue": f"/i/{token}/",
        "altered link": f"/i/{token}x/",
        "about": "/about/",
        "about in English": "/en/about/",
        "privacy": "/privacy/",
        "mailbox": "/mailbox/",
        "mail": f"/mailbox/{read_mailbox()[0].name}/",
        "missing": "/2030-01-01/",
    }
    return Site(live_server.url, paths)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    opened = []

    def open_one(**options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_every_page_is_accessible_narrow_and_small(
    site: Site, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[Request] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    for name, path in site.paths.items():
        asked.clear()
        answer = page.goto(site.url + path)
        assert answer is not None
        if len(answer.body()) > 60_000:
            faults.append(f"{name}: {len(answer.body())} bytes")
        if len(asked) > 6 or any(not request.url.startswith(site.url) for request in asked):
            faults.append(f"{name}: asks for {[request.url for request in asked]}")
        if page.evaluate(TOO_WIDE) > 0:
            faults.append(f"{name}: {page.evaluate(TOO_WIDE)} px too wide")
        faults += [f"{name}: small {control}" for control in page.evaluate(SMALL_ONES)]
        found = Axe().run(page).response["violations"] if width in (390, 1280) else []
        faults += [f"{name}: {fault['id']} {fault['nodes'][0]['html'][:100]}" for fault in found]
    assert not faults, "\n".join(faults)


def test_every_page_works_without_scripts(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="지난 호", exact=True).first.click()
    page.get_by_label("찾기").fill("새김")
    page.get_by_label("주제").select_option("chips")
    page.get_by_role("button", name="보기").click()
    assert "1개 호에서 찾았습니다" in page.content()
    page.get_by_role("link", name="English", exact=True).first.click()
    assert page.url.startswith(f"{site.url}/en/archive/?")
    page.goto(site.url + site.paths["story"])
    assert not page.locator("blockquote").first.is_visible()
    page.locator("summary").first.click()
    assert page.locator("blockquote").first.is_visible()


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{site.url}/2026-01-05/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_link_in_a_mail_leads_the_whole_window_on(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(site.url + site.paths["mail"])
    page.frame_locator("iframe").get_by_role("link", name="지난 호").click()
    page.wait_for_url(f"{site.url}/archive/")


def test_a_mail_cannot_run_a_script_or_fetch_anything(
    site: Site, open_page: Callable[..., Page], settings
) -> None:
    mail = EmailMultiAlternatives("나쁜 메일", "글자", to=["ada@example.com"])
    mail.attach_alternative(
        "<script>top.document.title='taken'</script><img src='/static/web/favicon.svg'>"
        "<form action='/subscribe/' method=post><button>x</button></form>",
        "text/html",
    )
    mail.send()
    page = open_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/mailbox/{read_mailbox()[0].name}/")
    assert page.title().startswith("나쁜 메일")
    inside = [url for url in asked if url.endswith("favicon.svg")]
    assert len(inside) <= 1, "the page's own icon at most"


def test_on_paper_only_the_news_is_left(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme="dark")
    page.goto(f"{site.url}/2026-01-05/")
    page.emulate_media(media="print")
    for selector in (".mast nav", ".side", ".pager", "footer ul"):
        assert not page.locator(selector).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.sum')).color") == "rgb(0, 0, 0)"
