"""Editions as they are frozen, of invented news: what every page of the web is tested with."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse

from digests.editions.contents import seal
from digests.editions.models import Edition, Item, Placement
from digests.stories.models import Story, Topic

TOPICS = {
    "llm": ("LLM·파운데이션 모델", "LLMs & foundation models"),
    "agents": ("에이전트", "Agents"),
    "chips": ("AI 반도체", "AI chips"),
    "policy": ("정책·규제·법", "Policy & law"),
}
ORGANIZATIONS = {"garam": ("가람연구소", "Garam Lab"), "moru": ("모루전자", "Moru Electronics")}
OUTLETS = {
    "saebyeok": ("새벽신문", "Dawn Daily"),
    "hanteul": ("한틀경제", "Hanteul Business"),
    "garam-news": ("가람연구소 소식", "Garam Lab News"),
}

NEWS: list[dict[str, Any]] = [
    {
        "ko": (
            "가람연구소, 320억 매개변수 한국어 모델 ‘물결’(MoE)의 가중치 공개",
            "가람연구소가 한국어 모델 ‘물결’을 5일 공개했다. 추론 때는 매개변수의 12%만 켠다.",
        ),
        "en": (
            "Garam Lab opens the weights of its Korean model Mulgyeol",
            "Garam Lab released its Korean model on Monday. Only 12% of its parameters are active at a time.",
        ),
        "topics": ["llm"],
        "organizations": ["garam"],
        "outlets": ["garam-news", "saebyeok", "hanteul"],
        "primary": "garam-news",
    },
    {
        "ko": (
            "모루전자, 추론 칩 ‘새김’ 양산을 석 달 앞당긴다",
            "모루전자가 추론 전용 칩의 양산을 2분기로 옮겼다. 초기 물량의 60%는 예약됐다.",
        ),
        "topics": ["chips"],
        "organizations": ["moru"],
        "outlets": ["hanteul"],
        "marks": ["single_source"],
    },
    {
        "ko": (
            "공공기관 인공지능 조달 기준 초안 나왔다",
            "조달 기준 초안이 공개됐다. 의견은 다음 달 4일까지 받는다.",
        ),
        "en": (
            "Draft rules for public AI procurement",
            "A draft of procurement rules is out. Comments close on the 4th of next month.",
        ),
        "topics": ["policy"],
        "outlets": ["saebyeok", "hanteul"],
    },
    {
        "en": (
            "A small agent framework learns to undo its own edits",
            "The framework keeps a journal of every edit. Undoing one took 3.4 seconds on average.",
        ),
        "topics": ["agents"],
        "outlets": ["saebyeok"],
        "language": "en",
        "marks": ["single_source"],
    },
]


def seen(answer: HttpResponse) -> str:
    """The markup of an answer, with the spaces that typography binds as plain ones."""
    return answer.content.decode().replace("&nbsp;", " ")


def load_topics() -> None:
    """The topics the invented news is about."""
    for place, (slug, (ko, en)) in enumerate(TOPICS.items()):
        Topic.objects.get_or_create(slug=slug, defaults={"name_ko": ko, "name_en": en, "position": place})


def content_of(news: dict[str, Any], key: str, day: date) -> dict[str, Any]:
    """What an item of this news freezes."""
    words = {
        code: {"headline": news[code][0], "summary": news[code][1]} for code in ("ko", "en") if code in news
    }
    outlets = news.get("outlets", [])
    sources = [
        {
            "publisher": slug,
            "name_ko": OUTLETS[slug][0],
            "name_en": OUTLETS[slug][1],
            "title": f"{next(iter(words.values()))['headline']} ({slug})",
            "url": f"https://{slug}.example/articles/{key}",
            "is_primary": slug == news.get("primary"),
            "language": news.get("language", "ko"),
            "is_full": False,
            "text": "첫 문장이다. 둘째 문장이다.",
        }
        for slug in outlets
    ]
    return seal(
        {
            "key": key,
            "date": day.isoformat(),
            "language": news.get("language", "ko"),
            "kind": "report",
            "relation": news.get("relation", "new"),
            "whats_new": news.get("whats_new", ""),
            "thread": news.get("thread"),
            "words": words,
            "topics": news.get("topics", []),
            "topic_names": {
                slug: {"ko": TOPICS[slug][0], "en": TOPICS[slug][1]} for slug in news.get("topics", [])
            },
            "organizations": news.get("organizations", []),
            "organization_names": {
                slug: {"ko": ORGANIZATIONS[slug][0], "en": ORGANIZATIONS[slug][1]}
                for slug in news.get("organizations", [])
            },
            "sources": sources,
            "publishers": outlets,
            "marks": news.get("marks", []),
            "text": "",
        }
    )


def publish(
    day: date,
    news: Sequence[dict[str, Any]] = NEWS,
    *,
    zone: str = "Asia/Seoul",
    number: int | None = 1,
    status: Edition.Status = Edition.Status.FROZEN,
    articles: int = 41,
    stories: int = 17,
) -> Edition:
    """A frozen edition of `day` that tells `news`, in order."""
    load_topics()
    cutoff = datetime.combine(day, time(21, 30), tzinfo=UTC) - timedelta(days=1)
    edition = Edition.objects.create(
        date=day,
        zone=zone,
        cutoff_at=cutoff,
        frozen_at=cutoff,
        number=number,
        status=status,
        articles_count=articles,
        stories_count=stories,
    )
    keys = [f"{edition.pk:04x}{place:04x}" for place in range(len(news))]
    Story.objects.bulk_create(
        Story(key=key, language=told.get("language", "ko"), first_at=cutoff, last_at=cutoff)
        for key, told in zip(keys, news, strict=True)
    )
    known = Story.objects.in_bulk(keys, field_name="key")
    Item.objects.bulk_create(
        Item(
            edition=edition,
            story=known[key],
            position=place,
            placement=told.get("placement", Placement.NORMAL),
            is_chosen=told.get("is_chosen", True),
            content=content_of(told, key, day),
        )
        for place, (key, told) in enumerate(zip(keys, news, strict=True), start=1)
    )
    return edition
