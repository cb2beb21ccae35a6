"""Hostile feeds, from their bytes to the rendered mail and page: nothing executable comes through.

Where ../shared/security lies beside the checkout, its payloads walk the same way.
"""

import json
import random
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import html5lib
import pytest
from playwright.sync_api import sync_playwright

from digests.editions.assembling import build
from digests.editions.models import Digest, Edition
from digests.editions.rendering import fill, render_digest
from digests.sources.models import Article, Feed, Publisher
from digests.sources.parsing import parse_feed
from digests.sources.storing import Incoming, store
from digests.text.dates import ReadDate

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt/x>alert(1)</sCrIpT>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }} {% load x %} {% debug %}",
    "\u202e<b>gnirts</b>\u202c \x00 \x1b[31m",
    "title\r\nBcc: eve@example.com",
    "]]><script>alert(1)</script><![CDATA[",
]
LINKS = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://a.example/'\"><script>"]
SECURITY = Path(__file__).resolve().parents[2] / "shared" / "security"
SYLLABLES = "가거고구그기나너노누느니다더도두드디라러로루르리마머모무므미바버보부브비"
DAY = date(2026, 1, 5)
A_DIGEST = 15


def shared_payloads() -> list[str]:
    """The corpora's payloads, as far as they lie beside the checkout."""
    found: list[str] = []
    for name in ("dompurify-payloads.json", "naughty-strings.json"):
        rows = json.loads((SECURITY / name).read_text()) if (SECURITY / name).exists() else []
        found += [row["payload"] if isinstance(row, dict) else row for row in rows]
    return found


def feed_of(payloads: list[str]) -> bytes:
    """A feed whose every item carries a payload in its title and text; no two items tell one event."""
    rng = random.Random(5)
    items = []
    for number, payload in enumerate(payloads):
        clean = "".join(c for c in payload if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
        clean = clean.encode("utf-8", "ignore").decode()
        # Invented words tell the items apart for the grouping.
        words = ["".join(rng.choices(SYLLABLES, k=4)) for _ in range(60)]
        text = f"{words[0]} 언어모델이 {' '.join(words[1:40])} 밝혔다. {clean} {' '.join(words[40:])} 했다."
        link = LINKS[number % 7] if number % 7 < len(LINKS) else f"https://paper.example/{number}"
        items.append(
            f"<item><guid>{number}</guid><title>{' '.join(words[:4])} AI {escape(clean)}</title>"
            f"<link>{escape(link)}</link><description>{escape(text)}</description></item>"
        )
    return f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()


def take_in(payloads: list[str], day: date, cutoff) -> Edition:
    """Ingest the feed as the paper's articles of `day`, and freeze their edition."""
    paper, _ = Publisher.objects.get_or_create(
        slug="evil", defaults={"name_ko": "<b>못된</b>신문", "allows_full_text": True}
    )
    feed, _ = Feed.objects.get_or_create(publisher=paper, url=f"https://paper.example/{day}.xml")
    at = cutoff.instant(day) - timedelta(hours=3)
    for entry in parse_feed(feed_of(payloads), content_type="text/xml").entries:
        incoming = Incoming(
            guid=entry.guid,
            url=entry.url,
            title=entry.title,
            text=entry.content_html or entry.summary_html,
            is_html=True,
            published=ReadDate(at, is_date_only=False),
        )
        store(incoming, publisher=paper, feed=feed, now=at, date_source=Article.DateSource.FEED)
    return Edition.objects.get(pk=build(day, cutoff.instant(day)))


def mails_of(edition: Edition) -> Iterator[str]:
    """The HTML of mails that show every story of `edition` between them."""
    rows = list(edition.items.filter(is_chosen=True).order_by("position").values_list("pk", "story_id"))
    slots = {"preferences_url": "https://jogan.example/p/x/", "unsubscribe_url": "https://jogan.example/u/x/"}
    slots |= {"feedback_base_url": "https://jogan.example/f/x/", "reason_line": "<i>까닭</i>"}
    for start in range(0, len(rows), A_DIGEST):
        choices = [{"item": i, "story": s, "why": "top", "of": ""} for i, s in rows[start : start + A_DIGEST]]
        digest = Digest(
            edition=edition, language="ko", choices=choices, key=f"{edition.pk}-{start}", subject="x"
        )
        mail = render_digest(digest)
        assert not set("\r\n") & set(mail.subject)
        yield fill(mail.html, slots, escape=True)


def faults(markup: str) -> list[str]:
    """What of a page or mail could run, load or act on its own, as an HTML5 parser sees it."""
    found = []
    for element in html5lib.parse(markup, namespaceHTMLElements=False).iter():
        name = element.tag if isinstance(element.tag, str) else ""
        if name in {"iframe", "object", "embed", "base", "math", "svg", "textarea", "noscript", "img"}:
            found.append(name)
        if name == "script" and not (element.get("src") or "").startswith("/static/"):
            found.append("script")
        for attribute, value in element.attrib.items():
            where = "".join(str(value).split()).lower()
            if str(attribute).startswith("on") or where.startswith(("javascript:", "data:", "vbscript:")):
                found.append(f"{name} {attribute}={value!r}")
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "payloads", [pytest.param(PAYLOADS, id="own"), pytest.param(None, id="shared", marks=pytest.mark.slow)]
)
def test_no_payload_runs_in_a_mail_or_a_page(payloads, settings, client, now: datetime) -> None:
    payloads = PAYLOADS if payloads is None and not SECURITY.exists() else payloads or shared_payloads()
    cutoff = settings.EDITION_CUTOFFS[0]
    for number, start in enumerate(range(0, len(payloads), 250)):
        edition = take_in(payloads[start : start + 250], DAY + timedelta(days=9 * number), cutoff)
        assert edition.items.filter(is_chosen=True).count() > min(len(payloads), 250) / 4
        for html in mails_of(edition):
            assert faults(html) == []
        for page in range(1, edition.items.count() // 20 + 2):
            answer = client.get(f"/{edition.date:%F}/", {"page": page})
            if answer.status_code == 200:
                assert faults(answer.content.decode()) == []
        for item in edition.items.filter(is_chosen=True).select_related("story")[:40]:
            answer = client.get(f"/{edition.date:%F}/{item.story.key}/")
            assert answer.status_code == 200
            assert faults(answer.content.decode()) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_alert_opens_in_chromium(settings, live_server, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.SITE_URL = live_server.url
    edition = take_in(PAYLOADS, DAY, settings.EDITION_CUTOFFS[0])
    opened: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        page.set_content("<script>alert('the trap works')</script>")
        for html in mails_of(edition):
            page.set_content(html)
        page.goto(f"{live_server.url}/{edition.date:%F}/")
        assert page.locator("article").count() > 5
        browser.close()
    assert opened == ["the trap works"]
