"""Invented stories of invented outlets, as frozen contents; what the tests of this room tell."""

from datetime import UTC, date, datetime
from typing import Any

from digests.editions.contents import seal
from digests.editions.models import Edition

TOPICS = {
    "llm": ("LLM·파운데이션 모델", "LLMs & foundation models"),
    "agents": ("에이전트", "AI agents"),
    "chips": ("AI 반도체", "AI chips"),
    "infra": ("AI 인프라", "Infrastructure"),
    "policy": ("정책·규제·법", "Policy, regulation & law"),
    "science": ("과학·의료·바이오", "Science, health & bio"),
    "coding": ("코딩 AI·개발도구", "AI coding & dev tools"),
    "society": ("교육·인재·사회", "Education, jobs & society"),
    "other": ("기타", "Other"),
}
OUTLETS = {
    "byeolbit": ("별빛경제", "Byeolbit Economy"),
    "areum": ("아름일보", "Areum Daily"),
    "morning": ("테크새벽", "Tech Daybreak"),
    "lab": ("솔바람연구소", "Solbaram Lab"),
    "fjord": ("피오르 타임스", "Fjord Times"),
}
# key, topics, organizations, outlets (the first is the primary where it is "lab"), Korean, English.
TOLD: list[tuple[str, list[str], list[str], list[str], tuple[str, str], tuple[str, str] | None]] = [
    (
        "a1",
        ["llm"],
        ["solbaram"],
        ["lab", "byeolbit", "areum", "morning", "fjord"],
        (
            "솔바람연구소, 3,200억 매개변수 한국어 모델 ‘나래-3’ 가중치를 공개하다",
            "연구소가 혼합전문가(MoE)의 구조를 따른 ‘나래-3’의 가중치를 풀었다. 메모리를 60%는 덜 쓴다.",
        ),
        (
            "Solbaram Lab opens the weights of Narae-3, a 320B Korean model",
            "Solbaram Lab released the weights of Narae-3. Only 18B parameters are active at inference.",
        ),
    ),
    (
        "a2",
        ["llm", "science"],
        ["haneul"],
        ["areum", "byeolbit"],
        (
            "긴 글을 읽을 때 메모리를 4분의 1로 줄이는 법",
            "하늘대 연구팀이 문단의 중요도에 따라 캐시를 솎는 방법을 내놓았다.",
        ),
        (
            "Cutting long-context memory to a quarter",
            "A team at Haneul University prunes the cache by paragraph.",
        ),
    ),
    (
        "a3",
        ["agents", "coding"],
        [],
        ["morning"],
        (
            "코드 에이전트를 재는 새 잣대 ‘되감기-300’",
            "틀린 수정을 되돌리는 시간을 함께 재는 평가가 공개됐다.",
        ),
        (
            "Rewind-300, a new yardstick for coding agents",
            "It counts the time people spend undoing wrong fixes.",
        ),
    ),
    (
        "a4",
        ["chips", "infra"],
        ["eunbit"],
        ["lab"],
        (
            "은빛소자, 추론 칩 양산을 두 분기 앞당긴다",
            "은빛소자가 추론 전용 칩의 양산을 3분기로 옮겼다. 초기 물량의 60%는 예약됐다.",
        ),
        ("Eunbit moves its inference chip forward by two quarters", "Mass production now starts in Q3."),
    ),
    (
        "a5",
        ["policy"],
        ["council"],
        ["byeolbit", "areum", "morning"],
        (
            "학습 데이터 기준 초안, 40일간 의견을 받는다",
            "공개된 글을 학습에 쓸 때 지킬 절차를 담은 초안이 나왔다.",
        ),
        ("Draft rules for training data open for comment", "The draft sets out how public text may be used."),
    ),
    (
        "a6",
        ["science"],
        [],
        ["areum"],
        (
            "흉부 영상 판독 보조, 병원 9곳에서 시험",
            "판독 시간은 평균 28% 줄었고 놓친 병변 수는 차이가 없었다.",
        ),
        None,
    ),
    (
        "a7",
        ["coding"],
        [],
        ["morning", "fjord"],
        ("프롬프트 이력을 시험과 함께 남기는 도구 ‘매듭’", "프롬프트를 바꿀 때마다 점수와 비용을 쌓아 준다."),
        ("Maedeup keeps prompt history beside test results", "It stacks scores and costs like commits."),
    ),
    (
        "a8",
        ["society"],
        [],
        ["byeolbit"],
        ("생성형 AI 과제 지침이 있는 학교는 다섯 곳 중 둘", "교사 3,100명에게 물은 결과다."),
        None,
    ),
    (
        "a9",
        ["infra"],
        ["mulgyeol"],
        ["fjord"],
        ("Fjord data center reuses its heat for greenhouses", "A data center now warms greenhouses nearby."),
        ("Fjord data center reuses its heat for greenhouses", "A data center now warms greenhouses nearby."),
    ),
    (
        "a10",
        ["other"],
        [],
        ["areum"],
        ("AI가 고른 올해의 낱말", "사전 편찬자들은 고개를 갸웃했다."),
        None,
    ),
]


def content(key: str, **changes: Any) -> dict[str, Any]:
    """The frozen content of the invented story `key`, with `changes`."""
    row = next(row for row in TOLD if row[0] == key)
    _key, topics, organizations, outlets, korean, english = row
    words = {} if key == "a9" else {"ko": {"headline": korean[0], "summary": korean[1]}}
    if english:
        words["en"] = {"headline": english[0], "summary": english[1]}
    sources = [
        {
            "publisher": outlet,
            "name_ko": OUTLETS[outlet][0],
            "name_en": OUTLETS[outlet][1],
            "title": korean[0],
            "url": f"https://{outlet}.example/{key}",
            "is_primary": outlet == "lab",
            "language": "ko",
            "published": "2026-01-04T20:00:00+00:00",
            "completeness": "full",
            "is_full": outlet == "lab",
            "text": korean[1],
        }
        for outlet in outlets
    ]
    marks = [
        name
        for name, holds in (("single_source", len(outlets) == 1), ("no_primary", "lab" not in outlets))
        if holds
    ]
    made: dict[str, Any] = {
        "key": key,
        "date": "2026-01-05",
        "language": "en" if key == "a9" else "ko",
        "kind": "report",
        "relation": "new",
        "whats_new": "",
        "thread": None,
        "follows": None,
        "first_at": "2026-01-04T20:00:00+00:00",
        "importance": round(1 - int(key[1:]) / 20, 2),
        "independent": len(outlets),
        "words": words,
        "topics": topics,
        "topic_names": {slug: {"ko": TOPICS[slug][0], "en": TOPICS[slug][1]} for slug in topics},
        "organizations": organizations,
        "organization_names": {slug: {"ko": slug.title(), "en": slug.title()} for slug in organizations},
        "sources": sources,
        "publishers": outlets,
        "marks": marks,
        "contradictions": [],
        "text": korean[1],
        "tops": topics[:1],
    }
    return seal({**made, **changes})


def contents() -> list[dict[str, Any]]:
    """Every invented story, best first."""
    return [content(row[0]) for row in TOLD]


def edition(**changes: Any) -> Edition:
    """An edition of Monday, 5 January 2026, not stored."""
    values: dict[str, Any] = {
        "pk": 1,
        "date": date(2026, 1, 5),
        "zone": "Asia/Seoul",
        "cutoff_at": datetime(2026, 1, 4, 21, 30, tzinfo=UTC),
        "number": 128,
        "status": Edition.Status.FROZEN,
        "frozen_at": datetime(2026, 1, 4, 21, 30, tzinfo=UTC),
        "articles_count": 412,
        "stories_count": 63,
    }
    return Edition(**{**values, **changes})
