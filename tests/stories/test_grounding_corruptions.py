"""Five hundred summaries with one wrong number, name or date each, and their true originals."""

import random
import re
import time
from itertools import pairwise

from digests.stories.grounding import ungrounded
from digests.stories.summarizing import summarise
from digests.text.sentences import split_sentences
from tests.stories.news import GAON_ENGLISH, GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP

DARAE_DEAL = (
    "다래클라우드는 12일 서울에서 마루데이터를 2,750억원에 인수한다고 발표했다. 인수 대상은 지분 63%이며 "
    "거래는 5월 말 끝난다. 강민서 다래클라우드 대표는 “데이터센터 9곳을 함께 운영하겠다”고 말했다. "
    "마루데이터 직원 418명은 모두 남는다. 다래클라우드의 지난해 매출은 6,120억원으로 24% 늘었다. "
    "두 회사는 대전에 연구소를 세우고 150명을 새로 뽑을 계획이다."
)
HANEUL_LAW = (
    "정부는 인공지능 기본법 시행령을 22일부터 시행한다고 밝혔다. 고영향 AI를 쓰는 기업 340곳이 대상이다. "
    "어기면 과태료 3,000만원을 낸다. 윤도현 장관은 “계도 기간을 1년 두겠다”고 말했다. 안내 책자는 17개 "
    "분야로 나뉜다. 설명회는 부산과 광주에서 6차례 열린다."
)
DARAE_ENGLISH = (
    "Darae Cloud will buy Maru Data for $215 million, the company said in Seoul on March 12. The deal covers "
    "63 percent of the shares and closes in May. Chief executive Minseo Kang said nine data centers would be "
    "run together. All 418 employees stay. Revenue at Darae Cloud grew 24 percent last year. The two firms "
    "plan a laboratory in Daejeon with 150 researchers."
)
TEXTS = [GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP, GAON_ENGLISH, DARAE_DEAL, HANEUL_LAW, DARAE_ENGLISH]
WRONG_NAMES = {
    "한서윤": ["박서윤", "한지훈"],
    "최도현": ["정우진", "최민호"],
    "강민서": ["이준호", "강태양"],
    "윤도현": ["오세라", "윤지아"],
    "서울": ["부산", "인천"],
    "부산": ["울산", "제주"],
    "오창": ["평택", "구미"],
    "대전": ["판교", "세종"],
    "Seoul": ["Busan", "Tokyo"],
    "Daejeon": ["Incheon", "Osaka"],
    "Minseo": ["Jiwoo", "Daniel"],
    "Kang": ["Park", "Miller"],
    "Gaon": ["Nuri", "OpenAI"],
    "Darae": ["Sora", "Microsoft"],
    "Maru": ["Bada", "Oracle"],
    "March": ["April", "June"],
    "Sunday": ["Monday", "Friday"],
}


def summaries(text: str) -> list[str]:
    """The machine's summary, every sentence, and every two that stand together."""
    sentences = [one.text for one in split_sentences(text)]
    return [summarise("", [text]), *sentences, *map(" ".join, pairwise(sentences))]


def corruptions() -> list[tuple[str, str]]:
    """500 pairs of a summary with one thing wrong and its text; drawn alike every time."""
    draw = random.Random(500)
    found: list[tuple[str, str]] = []
    while len(found) < 500:
        text = draw.choice(TEXTS)
        summary = draw.choice(summaries(text))
        numbers = list(re.finditer(r"(?<![A-Za-z.,\d])\d+(?![\d,.]*\d)", summary))
        names = [name for name in WRONG_NAMES if name in summary]
        if names and (draw.random() < 0.5 or not numbers):
            name = draw.choice(names)
            wrong = draw.choice([one for one in WRONG_NAMES[name] if one not in text])
            found.append((summary.replace(name, wrong), text))
        elif numbers:
            match = draw.choice(numbers)
            wrong = str(int(match[0]) + draw.randrange(1, 30))
            found.append((summary[: match.start()] + wrong + summary[match.end() :], text))
    return found


def test_of_500_corrupted_summaries_99_percent_are_caught_and_of_true_ones_2_percent_refused():
    started = time.process_time()
    wrong = corruptions()
    missed = [summary for summary, text in wrong if not ungrounded(summary, [text])]
    true = [(summary, text) for text in TEXTS for summary in summaries(text)]
    refused = [summary for summary, text in true if ungrounded(summary, [text])]
    assert len(wrong) == 500
    assert len(missed) <= 5, missed
    assert len(refused) <= 0.02 * len(true), refused
    assert time.process_time() - started <= 5
