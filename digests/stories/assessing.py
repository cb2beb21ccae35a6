"""What an article is as a whole: whether it is AI news, of what kind, and how important. Pure.

Thresholds and weights were set on 142 labelled articles and confirmed on 268 others
(`manage.py evaluate` prints the figures of any labelled set).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from digests.stories.models import Kind

# What makes a text AI news by itself. "AI" counts inside Latin names too (xAI, NCAI), never in words.
AI_TERMS = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{0,4}AI(?![A-Za-z])|(?<![A-Za-z])(?:s?LLMs?|VLMs?|GPT|AGI|GPUs?|NPUs?|"
    r"TPUs?|HBM\d?|XAI)"
    r"(?![A-Za-z])|인공\s?지능|머신\s?러닝|딥\s?러닝|기계\s?학습|강화\s?학습|신경망|생성형|챗봇|"
    r"에이전틱|AI\s?에이전트|초지능"
    r"|로봇|로보틱스|휴머노이드|자율\s?주행|로보택시|피지컬\s?AI|언어\s?모델|파운데이션\s?모델|"
    r"오픈웨이트|컴퓨터\s?비전"
    r"|딥페이크|거대\s?모델|반도체|파운드리|메모리\s?칩|데이터\s?센터|스마트\s?안경|바이브\s?코딩|"
    r"프롬프트|파라미터|멀티모달"
    r"|(?i:\b(?:artificial intelligence|machine learning|deep learning|chatbots?|neural net\w*|"
    r"language models?"
    r"|robot\w*|humanoids?|robotaxis?|self-driving|data ?cent(?:er|re)s?|vibe coding|deepfakes?|"
    r"frontier models?"
    r"|open[- ]weights?|superintelligence|agentic|multimodal|text-to-\w+|semiconductors?|inference|dictation"
    r"|AI-\w+)\b)"
)
# Organizations whose every move is AI news, by group of organizations.json.
AI_GROUPS = frozenset({"bigtech_ai", "startup_global", "semicon", "china_ai", "robotics"})
# Technology that is not AI: it needs an AI word of its own, however many AI companies it names.
COLUMN = re.compile(r"^\s*(?:\[[^\]]{1,20}\]|<[^>]{1,20}>|【[^】]{1,20}】)\s*")

READ_LENGTH = 1200  # characters of text that decide what an article is; the rest is background

RELEVANCE_THRESHOLD = 0.35  # one AI word in the first paragraphs
AI_TOPIC_SCORE = 3.0


@dataclass(frozen=True)
class Assessed:
    """Relevance (0 to 1), kind and importance (-5 to 5) with the importance's named parts."""

    is_relevant: bool
    relevance: float
    kind: str
    importance: float
    importance_parts: Mapping[str, float]


def assess(
    title: str,
    text: str,
    *,
    title_groups: Collection[str] = (),
    text_groups: Collection[str] = (),
    topic_score: float = 0.0,
) -> Assessed:
    """Assess an article from its title, text and the groups of the organizations either names.

    `topic_score` is the strongest score of a topic that only AI news has, for terse titles.
    """
    relevance = _relevance(title, text, title_groups, text_groups, topic_score)
    parts = _importance(title, text, title_groups, text_groups)
    return Assessed(
        is_relevant=relevance >= RELEVANCE_THRESHOLD,
        relevance=relevance,
        kind=kind_of(title, text),
        importance=round(sum(parts.values()), 3),
        importance_parts=parts,
    )


def _relevance(
    title: str, text: str, title_groups: Collection[str], text_groups: Collection[str], topic_score: float
) -> float:
    head, lead = COLUMN.sub("", title), text[:READ_LENGTH]
    in_title, in_text = len(AI_TERMS.findall(head)), len(AI_TERMS.findall(lead))
    score = min(in_title, 2) * 0.5 + min(in_text, 3) * 0.35
    score += 0.5 * bool(AI_GROUPS.intersection(title_groups))
    score += 0.3 * bool(AI_GROUPS.intersection(text_groups))
    score += 0.5 if topic_score >= AI_TOPIC_SCORE else 0.15 * (topic_score > 0)
    if AI_TERMS.search(title) and not in_title and len(lead) < 60:
        score = 0.0  # a column's name alone ("[AI카툰]") is no news
    return round(min(score, 1.0), 3)


KINDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        Kind.ROUNDUP,
        re.compile(
            r"등 단신|단신$|^\[(?:게시판|단신|브리핑|뉴스\s?브리핑)|(?:한눈에|모아보기|총정리|"
            r"주간\s?(?:AI|뉴스|이슈))"
            r"|^\[\d{1,2}월\s?\d{1,2}일\]|(?i:\b(?:roundup|week in|weekly|newsletter|the download|digest)\b)"
        ),
        None,
    ),
    (
        Kind.NOTICE,
        re.compile(
            r"^\[(?:알림|공지|인사|부고|동정|모집|행사|채용)\]|(?:부고|인사)$|(?i:^(?:notice|"
            r"correction|job):?\s)"
            r"|(?i:^\[(?:AI\s?)?(?:카툰|만평)\])"
        ),
        None,
    ),
    (
        Kind.OPINION,
        re.compile(
            r"^[\[<【][^\]>】]{0,12}(?:기고|칼럼|사설|시론|기자수첩|데스크|논단|오피니언|시각|"
            r"인사이트|에세이|의\s?\S{1,8})[^\]>】]{0,8}[\]>】]"
            r"|(?i:^(?:opinion|op-ed|editorial|column)\b)"
        ),
        None,
    ),
    (
        Kind.INTERVIEW,
        re.compile(
            r"^[\[<【][^\]>】]{0,10}(?:인터뷰|대담|만나다|사람)[^\]>】]{0,8}[\]>】]|인터뷰|"
            r"(?i:\binterview\b|\bQ&A\b)"
            r"|^\S{2,4} \S{1,10} (?:대표|CEO|사장|원장|교수) [\"“]"
        ),
        None,
    ),
    (
        Kind.RESEARCH,
        re.compile(
            r"(?:연구팀|연구진|논문|국제학술지|학회 (?:채택|발표))|(?i:\barxiv\b|\bresearchers\b|"
            r"\ba study\b|\bpaper\b)"
        ),
        re.compile(
            r"연구팀|연구진|국제\s?학술지|논문을|학술대회|(?i:\barxiv\b|\bwe (?:propose|present|introduce)\b)"
        ),
    ),
    (
        Kind.PRESS_RELEASE,
        re.compile(r"^\[(?:보도자료|PR|press release)\]", re.IGNORECASE),
        re.compile(
            r"\((?:대표(?:이사)?|의장|총장|원장|회장|사장|시장|군수|지사|장관|부총리|이사장|"
            r"청장)[^)]{2,40}\)[^.]{0,160}밝혔다"
            r"|\d{1,2}일 (?:이같이 )?밝혔다|엠바고|보도자료|(?i:today announced|for immediate release)"
        ),
    ),
)


def kind_of(title: str, text: str) -> str:
    """The kind an article shows by its title's tags and its first sentences; a report if it shows none."""
    lead = text[:500]
    for kind, in_title, in_text in KINDS:
        if in_title.search(title) or (in_text is not None and in_text.search(lead)):
            return str(kind)
    return str(Kind.REPORT)


GROUP_WEIGHTS: Mapping[str, float] = {
    "bigtech_ai": 0.9,
    "bigtech": 0.8,
    "gov": 0.6,
    "kr_large": 0.7,
    "semicon": 0.6,
    "china_ai": 0.5,
    "startup_global": 0.5,
    "kr_gov": 0.4,
    "infra": 0.2,
    "mobility": 0.4,
    "robotics": 0.3,
    "kr_research": 0.2,
    "research": 0.2,
    "kr_startup": -0.3,
}

SIGNS: tuple[tuple[str, float, float, re.Pattern[str]], ...] = tuple(
    (name, in_title, in_text, re.compile(pattern))
    for name, in_title, in_text, pattern in (
        (
            "abroad",
            0.3,
            0.9,
            (
                r"현지시간|로이터|블룸버그|테크크런치|CNBC|월스트리트저널|WSJ|파이낸셜타임스|뉴욕타임스|"
                r"디 인포메이션|더 버지|SCMP|외신"
            ),
        ),
        (
            "release",
            0.5,
            0.7,
            r"공개|출시|모델|오픈소스|(?i:\b(?:releases?|launch(?:es)?|unveils?|models?|open-source)\b)",
        ),
        (
            "state",
            0.3,
            0.2,
            (
                r"정부|백악관|의회|법안|규제|법원|소송|대통령|행정부|제재|(?i:\b(?:court|law|ban|sues?|"
                r"government)\b)"
            ),
        ),
        (
            "money",
            0.4,
            0.2,
            r"\d[\d.,]*(?:조|억)\s?(?:\d+억)?(?:원|달러|유로|위안)?|\$\d|(?i:\b\d+ ?(?:billion|trillion)\b)",
        ),
        ("words", 0.3, 0.0, r"[\"“”]"),
        ("told_by_itself", 0.0, -0.8, r"밝혔다"),
        (
            "small_company",
            -0.3,
            -0.7,
            r"\((?:대표(?:이사)?|의장|총장|원장|회장|사장|시장|군수|지사|이사장)\s?[가-힣]",
        ),
        ("digest", -1.0, -0.2, r"^\[(?:게시판|단신|알림|인사|부고|동정|모집)|등 단신|단신$"),
        ("column", -0.5, 0.0, r"^[\[<【](?!게시판)[^\]>】]{2,14}[\]>】]"),
        ("deal", -0.3, -0.4, r"체결|MOU|업무\s?협약|협약|맞손|손잡"),
        (
            "event",
            -0.5,
            -0.4,
            (
                r"개최|참가|세미나|포럼|콘퍼런스|컨퍼런스|전시|박람회|심포지엄|설명회|해커톤|워크숍|밋업|"
                r"성료|웨비나|출품|공모전"
            ),
        ),
        ("award", -0.3, -0.4, r"수상|어워드|위촉|취임|선임|선정(?:됐|되|$)|인증\s?획득|획득"),
        ("call", -0.2, -0.1, r"모집|접수|수강생|교육생|참가자"),
        ("support", -0.1, -0.3, r"지원\s?사업|컨설팅|공급|구축|도입|실증|수주"),
        ("promotion", -0.3, -0.1, r"캠페인|이벤트|프로모션|할인|팝업|특강|봉사|기부"),
    )
)


def _importance(
    title: str, text: str, title_groups: Collection[str], text_groups: Collection[str]
) -> dict[str, float]:
    lead = text[:600]
    parts: dict[str, float] = {}
    for name, in_title, in_text, pattern in SIGNS:
        value = (in_title if pattern.search(title) else 0.0) + (in_text if pattern.search(lead) else 0.0)
        if value:
            parts[name] = round(value, 3)
    named = max((GROUP_WEIGHTS.get(group, 0.0) for group in title_groups), default=0.0)
    named += 0.8 * max((GROUP_WEIGHTS.get(group, 0.0) for group in text_groups), default=0.0)
    if named:
        parts["organizations"] = round(named, 3)
    return parts
