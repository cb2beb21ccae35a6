"""The sample news as feeds and pages: RSS, Atom, JSON Feed, and the page around an article. Pure."""

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from newsletter.demo.samples import Published, SamplePublisher

CONTENT_TYPES = {
    "ndsoft": "text/xml",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "rss-full": "application/rss+xml; charset=utf-8",
}


def feed_path(publisher: SamplePublisher) -> str:
    """Where its feed is served."""
    names = {"json": "feed.json", "atom": "atom.xml"}
    return f"/{publisher.slug}/{names.get(publisher.format, 'rss.xml')}"


def article_path(publisher: SamplePublisher, article: Published) -> str:
    """Where an article is served; some papers number their articles in the query."""
    if publisher.format == "ndsoft":
        number = article.edition.toordinal() * 100 + article.number
        return f"/{publisher.slug}/news/articleView.html?idxno={number}"
    return f"/{publisher.slug}/articles/{article.name}.html"


def guid(publisher: SamplePublisher, article: Published) -> str:
    """An id that stays the same whatever the port."""
    return f"tag:{publisher.slug}.example,{article.name}"


def teaser(article: Published, length: int = 120) -> str:
    """The beginning of its text, cut as feeds cut it."""
    first = article.paragraphs[0]
    return first if len(first) <= length else first[:length].rsplit(" ", 1)[0] + "…"


def print_feed(publisher: SamplePublisher, articles: Sequence[Published], base: str) -> bytes:
    """The publisher's feed in its format and encoding; `base` is the address of the server."""
    printers = {"ndsoft": print_ndsoft, "atom": print_atom, "json": print_json}
    return printers.get(publisher.format, print_rss)(publisher, articles, base)


def print_ndsoft(publisher: SamplePublisher, articles: Sequence[Published], base: str) -> bytes:
    """RSS 2.0 as many Korean papers write it: EUC-KR, dates without a zone, CDATA everywhere."""
    items = "".join(
        f"<item><title><![CDATA[{a.sample.title}]]></title>"
        f"<link>{escape(base + article_path(publisher, a))}</link>"
        f"<guid isPermaLink='false'>{guid(publisher, a)}</guid>"
        f"<description><![CDATA[{a.sample.byline} {teaser(a)}]]></description>"
        f"<pubDate>{a.at.astimezone(ZoneInfo(publisher.zone)):%F %T}</pubDate></item>\n"
        for a in articles
    )
    feed = (
        '<?xml version="1.0" encoding="euc-kr"?>\n<rss version="2.0"><channel>'
        f"<title>{publisher.name_ko}</title><link>{base}/{publisher.slug}/</link>"
        f"<language>ko</language><ttl>30</ttl>\n{items}</channel></rss>"
    )
    return feed.encode("cp949")


def print_rss(publisher: SamplePublisher, articles: Sequence[Published], base: str) -> bytes:
    """RSS 2.0 in UTF-8; `rss-full` carries the whole text in content:encoded."""
    is_full = publisher.format == "rss-full"

    def content(article: Published) -> str:
        body = "".join(f"<p>{escape(p)}</p>" for p in article.paragraphs)
        return f"<content:encoded><![CDATA[{body}]]></content:encoded>" if is_full else ""

    items = "".join(
        f"<item><title>{escape(a.sample.title)}</title>"
        f"<link>{escape(base + article_path(publisher, a))}</link>"
        f'<guid isPermaLink="false">{guid(publisher, a)}</guid>'
        f"<description>{escape(f'<p>{escape(teaser(a))}</p>')}</description>{content(a)}"
        f"<pubDate>{format_datetime(a.at.astimezone(ZoneInfo(publisher.zone)))}</pubDate></item>\n"
        for a in articles
    )
    title = publisher.name_ko if publisher.language == "ko" else publisher.name_en
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>{base}/{publisher.slug}/</link>"
        f"<language>{publisher.language}</language>\n{items}</channel></rss>"
    )
    return feed.encode()


def print_atom(publisher: SamplePublisher, articles: Sequence[Published], base: str) -> bytes:
    """Atom 1.0."""
    entries = "".join(
        f"<entry><title>{escape(a.sample.title)}</title><id>{guid(publisher, a)}</id>"
        f'<link rel="alternate" href="{escape(base + article_path(publisher, a))}"/>'
        f"<published>{a.at.isoformat()}</published><updated>{a.at.isoformat()}</updated>"
        f"<summary>{escape(teaser(a))}</summary></entry>\n"
        for a in articles
    )
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(publisher.name_ko)}</title><id>tag:{publisher.slug}.example,feed</id>"
        f'<link rel="self" href="{base}{feed_path(publisher)}"/>'
        f"<updated>{articles[0].at.isoformat()}</updated>\n{entries}</feed>"
    )
    return feed.encode()


def print_json(publisher: SamplePublisher, articles: Sequence[Published], base: str) -> bytes:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.name_en,
        "home_page_url": f"{base}/{publisher.slug}/",
        "feed_url": base + feed_path(publisher),
        "items": [
            {
                "id": guid(publisher, a),
                "url": base + article_path(publisher, a),
                "title": a.sample.title,
                "summary": teaser(a),
                "content_html": f"<p>{escape(teaser(a, 300))}</p>",
                "date_published": a.at.isoformat(),
            }
            for a in articles
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


WORDS = {
    "ko": {
        "nav": "뉴스 기업 정책 연구 오피니언",
        "listen": "기사를 읽어드립니다",
        "share": "공유하기 글자크기 인쇄",
        "related": "많이 본 기사",
        "rights": "무단전재 및 재배포 금지, AI 학습 및 활용 금지",
        "sample": "AI 조간의 견본 기사입니다. 나오는 매체와 사람, 일은 모두 지어낸 것입니다.",
    },
    "en": {
        "nav": "News Business Policy Research Opinion",
        "listen": "Listen to this article",
        "share": "Share Print Save",
        "related": "Most read",
        "rights": "All rights reserved.",
        "sample": "A sample article of AI Morning. Every outlet, person and event in it is invented.",
    },
}


def print_page(
    publisher: SamplePublisher, article: Published, others: Sequence[Published], base: str
) -> bytes:
    """The article's page, with the chrome and the noise that real pages have around the text."""
    words = WORDS[publisher.language]
    name = publisher.name_ko if publisher.language == "ko" else publisher.name_en
    sample = article.sample
    nav = "".join(f'<li><a href="/{publisher.slug}/">{word}</a></li>' for word in words["nav"].split())
    related = "".join(
        f'<li><a href="{escape(base + article_path(publisher, o))}">{escape(o.sample.title)}</a></li>'
        for o in others
        if o != article
    )
    figure = (
        f'<figure><img src="/photo.gif" alt=""><figcaption>{escape(sample.caption)}</figcaption></figure>'
        if sample.caption
        else ""
    )
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in article.paragraphs)
    byline = f'<p class="byline">{escape(sample.byline)}</p>' if sample.byline else ""
    local = article.at.astimezone(ZoneInfo(publisher.zone))
    page = f"""<!doctype html>
<html lang="{publisher.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(sample.title)} - {escape(name)}</title>
<meta property="og:title" content="{escape(sample.title)}">
<meta property="og:site_name" content="{escape(name)}">
<meta property="article:published_time" content="{local.isoformat()}">
<style>body{{font:17px/1.7 sans-serif;max-width:42em;margin:0 auto;padding:0 1em;color:#222}}
nav ul{{display:flex;gap:1em;list-style:none;padding:0}}h1{{font-size:1.6em;line-height:1.3}}
aside,footer,.tools,.byline,time,figcaption{{color:#666;font-size:.85em}}</style></head>
<body><header><a href="/{publisher.slug}/"><strong>{escape(name)}</strong></a>
<nav><ul>{nav}</ul></nav></header>
<main><article><h1>{escape(sample.title)}</h1>
<time datetime="{local.isoformat()}">{local:%Y.%m.%d %H:%M}</time>
<div class="tools"><span>{words["listen"]}</span> <span>{words["share"]}</span></div>
<div id="article-view-content-div" itemprop="articleBody">
{figure}{byline}
{body}<p class="copyright">Copyright © {escape(name)}. {words["rights"]}</p></div></article></main>
<aside><h2>{words["related"]}</h2><ol>{related}</ol></aside>
<footer><p>{escape(name)}</p><p>{words["sample"]}</p></footer></body></html>"""
    return page.encode()
