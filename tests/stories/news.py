"""Invented news of invented companies, in Korean and English, for the tests of stories."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from digests.sources.models import Article, Publisher
from digests.stories.models import Alias, Keyword, Organization, Topic

MORNING = datetime(2026, 1, 4, 22, 0, tzinfo=UTC)

GAON_LAUNCH = (
    "가온AI는 매개변수 3120억개 규모의 거대언어모델 '가온 M2'를 공개했다고 4일 밝혔다. 가온 M2는 "
    "한국어 추론 평가에서 "
    "87.4점을 기록해 이전 모델보다 1.7배 빨라졌다. 회사는 모델 가중치를 오픈소스로 내놓고 연구기관 "
    "42곳에 먼저 제공한다. "
    "한서윤 가온AI 대표는 “누구나 쓸 수 있는 우리말 모델을 만들겠다”고 말했다. 가온 M2는 문서 요약과 "
    "코드 작성, 표 읽기를 "
    "한 번에 처리한다. 학습에는 국산 가속기 2,048장을 썼다. 요금은 토큰 100만개에 1,900원으로 "
    "정했다. 가온AI는 오는 3월 "
    "기업용 서비스를 정식으로 연다. 업계는 공개 모델 경쟁이 다시 달아오를 것으로 본다. 정부 사업 "
    "참여 여부는 정해지지 않았다."
)
GAON_REWRITTEN = (
    "국내 스타트업 가온AI가 새 언어모델을 세상에 내놨다. 이름은 '가온 M2'로 매개변수는 3120억개다. "
    "한국어 추론 평가 점수는 "
    "87.4점으로 전작과 비교해 속도가 1.7배로 올랐다. 가중치는 누구나 내려받을 수 있게 풀고, 연구기관 "
    "42곳이 먼저 받아 쓴다. "
    "가온AI 측은 국산 가속기 2,048장으로 학습했다고 설명했다. 토큰 100만개를 쓰는 값은 1,900원이다. "
    "회사를 이끄는 한서윤 "
    "대표는 우리말에 강한 모델이 필요했다고 했다. 오는 3월에는 기업 고객을 위한 서비스도 시작한다. "
    "전문가들은 값이 경쟁사의 "
    "절반이라는 점에 주목했다. 다만 실제 현장에서의 품질은 더 지켜봐야 한다는 목소리도 나온다."
)
NARAE_CHIP = (
    "나래반도체는 추론용 AI 반도체 '나래 R7'의 양산을 시작했다고 5일 밝혔다. R7은 초당 640조 번 "
    "연산하며 전력은 75와트를 쓴다. "
    "회사는 올해 8만장을 만들어 데이터센터 사업자 6곳에 공급한다. 공장은 충북 오창에 있고 투자액은 "
    "4,300억원이다. 나래반도체는 "
    "내년 차세대 제품도 준비하고 있다. 최도현 나래반도체 대표는 “전력 대비 성능으로 승부하겠다”고 "
    "말했다. 경쟁사 제품보다 값이 "
    "30% 싸다는 설명이다. 증권가는 올해 매출이 두 배로 늘 것으로 내다봤다. 고객사 이름은 밝히지 "
    "않았다. 시험 가동은 지난달 끝났다."
)
GAON_ENGLISH = (
    "Gaon AI released Gaon M2, a language model with 312 billion parameters, on Sunday. The model "
    "scored 87.4 "
    "on a Korean reasoning test and runs 1.7x faster than its predecessor. The weights are open, and "
    "42 research "
    "institutes get early access. Gaon AI trained it on 2,048 domestic accelerators. An enterprise "
    "service follows "
    "in March, the company said. Analysts expect a price war among open models this spring in the region."
)


def rules() -> None:
    """A small taxonomy: three topics and two organizations."""
    words = {
        "llm": [("언어모델", 3), ("매개변수", 3), ("language model", 3), ("모델 공개", 2)],
        "chips": [("반도체", 3), ("AI 반도체", 3), ("가속기", 3), ("accelerators", 3)],
        "business": [("투자", 2), ("매출", 3), ("증권가", 3), ("투자액", 3)],
    }
    for position, (slug, keywords) in enumerate(words.items()):
        topic = Topic.objects.create(slug=slug, name_ko=slug, name_en=slug, position=position)
        Keyword.objects.bulk_create(Keyword(topic=topic, text=t, weight=w) for t, w in keywords)
    for slug, names in {"gaon": ["가온AI", "Gaon AI"], "narae": ["나래반도체", "Narae"]}.items():
        organization = Organization.objects.create(slug=slug, name_ko=slug, name_en=slug, group="kr_startup")
        Alias.objects.bulk_create(Alias(organization=organization, text=text) for text in names)


def publisher(slug: str, **fields: object) -> Publisher:
    values = {"name_ko": slug, "name_en": slug, **fields}
    return Publisher.objects.get_or_create(slug=slug, defaults=values)[0]


def article(
    title: str,
    text: str,
    outlet: str = "haneul",
    *,
    hours: float = 0.0,
    language: str = "ko",
    **fields: object,
) -> Article:
    """An article published `hours` before the morning."""
    identity = sha256(f"{outlet} {title}".encode()).hexdigest()
    values: dict[str, object] = {
        "publisher": publisher(outlet),
        "identity": identity,
        "url": f"https://{outlet}.example/{identity[:8]}",
        "url_key": identity,
        "title": title,
        "text": text,
        "language": language,
        "completeness": "full",
        "published_at": MORNING - timedelta(hours=hours),
        "first_seen_at": MORNING - timedelta(hours=hours),
        "changed_at": MORNING - timedelta(hours=hours),
    }
    return Article.objects.create(**{**values, **fields})
