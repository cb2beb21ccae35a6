"""From a feed file on loopback to a mail in the mailbox: the whole way in one test."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.editions.assembling import build
from digests.editions.models import Edition
from digests.sources.ingest import poll, read_page
from digests.sources.models import Article, Feed, Publisher
from digests.stories.models import Story
from digests.stories.taxonomy import load_taxonomy
from newsletter.delivery.mailbox import read_mailbox
from newsletter.delivery.models import Delivery, EditionSum
from newsletter.delivery.process import morning
from newsletter.demo.newsstand import Sheet, open_newsstand
from newsletter.settings import mail_backend
from newsletter.subscribers.models import Subscriber

MODEL = """해솔연구소가 매개변수 730억 개의 언어모델 ‘새봄’의 가중치를 공개했다. 학습에는 토큰 2조 개를 썼다.

한국어 이해 평가에서 71.4점을 받아 앞선 판보다 6.8점 높다. 연구소는 누구나 상업적으로 쓸 수 있다고 밝혔다.

연구진은 LLM을 작은 서버에서도 돌릴 수 있도록 양자화한 판을 함께 냈다. 그래픽카드 두 장이면 충분하다."""
REWRITE = """오픈웨이트 언어모델 ‘새봄’이 나왔다. 730억 개의 매개변수를 갖췄고 2조 개 토큰을 배웠다.

해솔연구소의 설명을 들어 보면 성적은 71.4점이다. 6.8점을 올린 비결로는 깨끗한 한국어 자료를 꼽았다.

업계는 값이 들지 않는 LLM이 하나 더 늘었다며 반겼다. 다만 긴 글에서는 아직 아쉽다는 평이 나온다."""
CHIP = """추론용 AI 반도체를 만드는 다랑칩이 새 NPU를 발표했다. 전력 60W로 초당 310조 번 연산한다.

회사는 데이터센터 두 곳에 9000장을 공급하기로 했다. 양산은 다음 분기에 시작한다.

전문가들은 GPU를 대신할 선택지가 늘었다고 평가했다. 가격은 아직 공개하지 않았다."""
GARDEN = """도시 텃밭의 상추가 풍년이다. 구청은 남는 채소를 이웃과 나누는 장터를 토요일마다 연다.

텃밭을 가꾸는 주민은 지난해보다 두 배 늘었다. 씨앗은 구청에서 나눠 준다."""
ARTICLES = {
    "model": ("해솔연구소, 730억 매개변수 언어모델 ‘새봄’ 공개", MODEL, 5),
    "rewrite": ("누구나 쓰는 새 오픈웨이트 LLM…71.4점의 비결", REWRITE, 4),
    "chip": ("다랑칩, 60W로 도는 추론용 NPU 발표", CHIP, 7),
    "garden": ("상추 풍년 든 도시 텃밭, 토요일마다 나눔 장터", GARDEN, 6),
}


def feed_of(base: str, cutoff: datetime) -> Sheet:
    """The feed as a small Korean paper writes it: EUC-KR, dates without a zone."""
    local = cutoff.astimezone(ZoneInfo("Asia/Seoul"))
    items = "".join(
        f"<item><title><![CDATA[{title}]]></title><link>{base}/news/{slug}.html</link>"
        f"<description><![CDATA[{text[:60]}…]]></description>"
        f"<pubDate>{local - timedelta(hours=hours):%F %T}</pubDate></item>"
        for slug, (title, text, hours) in ARTICLES.items()
    )
    feed = (
        f'<?xml version="1.0" encoding="euc-kr"?><rss version="2.0"><channel><title>두레신문</title>{items}'
    )
    return Sheet(f"{feed}</channel></rss>".encode("cp949"), "text/xml")


def page_of(title: str, text: str) -> Sheet:
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    page = f"""<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{title}</title></head>
<body><nav><a href="/">첫 화면</a></nav><article><h1>{title}</h1>{paragraphs}</article>
<footer>무단전재 및 재배포 금지</footer></body></html>"""
    return Sheet(page.encode(), "text/html; charset=utf-8")


@pytest.mark.django_db(transaction=True)
def test_a_feed_on_loopback_becomes_a_mail_in_the_mailbox(settings, ada: Subscriber, now: datetime) -> None:
    cutoff = settings.EDITION_CUTOFFS[0]
    day = date(2026, 1, 5)
    settings.EMAIL_BACKEND = mail_backend("mailbox")
    load_taxonomy()
    with open_newsstand([0]) as stand:
        settings.FETCH_PRIVATE_HOSTS = [stand.netloc]
        stand.sheets = {
            "/robots.txt": Sheet(b"User-agent: *\nDisallow: /private/\n", "text/plain"),
            "/rss.xml": feed_of(stand.base, cutoff.instant(day)),
            **{f"/news/{slug}.html": page_of(title, text) for slug, (title, text, _) in ARTICLES.items()},
        }
        publisher = Publisher.objects.create(slug="dure", name_ko="두레신문", name_en="Dure")
        feed = Feed.objects.create(publisher=publisher, url=f"{stand.base}/rss.xml", next_check_at=now)
        polled = poll(feed.pk, now)
        states = [read_page(article_id, now) for article_id in polled.new_ids]

    assert len(polled.new_ids) == len(ARTICLES)
    assert states == [Article.Page.READ] * len(ARTICLES)
    model = Article.objects.get(title=ARTICLES["model"][0])
    assert model.published_at == cutoff.instant(day) - timedelta(hours=5)
    assert model.text == MODEL
    assert model.language == "ko"

    edition = Edition.objects.get(pk=build(day, now))
    assert edition.status == Edition.Status.FROZEN
    titles = {title for title, _, _ in ARTICLES.values()}
    told = [
        set(s.articles.values_list("title", flat=True)) for s in Story.objects.filter(items__is_chosen=True)
    ]
    assert {ARTICLES["model"][0], ARTICLES["rewrite"][0]} in told
    assert {ARTICLES["chip"][0]} in told
    assert set().union(*told) == titles - {ARTICLES["garden"][0]}

    morning(now)
    [mail] = read_mailbox()
    assert mail.to == ada.email
    assert "새봄" in mail.text
    assert "다랑칩" in mail.text
    assert "텃밭" not in mail.text + mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    morning(now)
    assert len(read_mailbox()) == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.local_date) == (Delivery.Status.SENT, day)
    assert EditionSum.objects.get().sent == 1
