"""A summary says only what its sources say."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.stories.grounding import grounded, ungrounded
from digests.stories.summarizing import summarise
from digests.text.sentences import split_sentences
from tests.stories.news import GAON_ENGLISH, GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP

SOURCES = [
    (
        "오픈AI는 28일 서울에서 5천억 매개변수 모델을 공개했다. 김하늘 대표는 “값을 67.6% 낮췄다”고 "
        "말했다. 삼성전자도 참여했다."
    ),
]


@pytest.mark.parametrize(
    ("summary", "missing"),
    [
        ("오픈AI는 28일 500B 매개변수 모델을 공개했다.", []),
        ("오픈AI는 28일 5,000억 매개변수 모델을 냈다.", []),
        ("OpenAI는 28일 모델을 공개했다.", []),
        ("오픈AI는 29일 모델을 공개했다.", ["29일"]),
        ("오픈AI는 6천억 매개변수 모델을 공개했다.", ["6천억"]),
        ("값이 67.9% 내려갔다.", ["67.9%"]),
        ("앤트로픽은 모델을 공개했다.", ["앤트로픽"]),
        ("박하늘 대표가 말했다.", ["박하늘"]),
        ("현대자동차도 함께했다.", ["현대자동차"]),
        ("행사는 부산에서 열렸다.", ["부산"]),
        ("김하늘 대표는 “값을 절반으로 낮췄다”고 말했다.", ["값을 절반으로 낮췄다"]),
        ("", []),
    ],
)
def test_every_number_name_place_and_quotation_must_stand_in_a_source(summary, missing):
    assert ungrounded(summary, SOURCES) == missing


def test_a_figure_of_another_sentence_is_noticed_in_a_copied_one():
    source = [
        (
            "가온은 3일 서울에서 새 모델을 공개하고 행사를 열었다. 나래는 9일 부산에서 새 칩을 공개하고 "
            "행사를 열었다."
        )
    ]
    assert ungrounded("가온은 9일 서울에서 새 모델을 공개하고 행사를 열었다.", source) == ["9일"]


def test_english_months_and_names_are_checked():
    source = ["Gaon AI released its model on March 4 in Busan, said Jane Park."]
    assert ungrounded("Gaon AI released its model on March 4.", source) == []
    assert ungrounded("Gaon AI released its model on April 4.", source) == ["April"]
    assert ungrounded("The model, said Jane Kim, is out.", source) == ["Kim"]


def test_a_failing_sentence_is_replaced_by_one_of_a_source():
    spare = ["삼성전자도 참여했다."]
    summary, failed = grounded("오픈AI는 28일 모델을 공개했다. 값은 12% 내렸다.", SOURCES, spare)
    assert failed == ["12%"]
    assert summary == "오픈AI는 28일 모델을 공개했다. 삼성전자도 참여했다."


TEXTS = [GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP, GAON_ENGLISH]


def test_true_summaries_pass():
    for text in TEXTS:
        for sentence in split_sentences(text):
            assert ungrounded(sentence.text, [text]) == []
        assert ungrounded(summarise("", [text]), [text]) == []


def test_a_wrong_number_is_caught():
    draw = random.Random(7)
    caught = tried = 0
    for _ in range(200):
        text = draw.choice(TEXTS)
        summary = summarise("", [text])
        found = list(re.finditer(r"(?<![A-Za-z.\d])\d+", summary))
        match = draw.choice(found)
        wrong = str(int(match[0]) + draw.randrange(1, 90))
        tried += 1
        caught += bool(ungrounded(summary[: match.start()] + wrong + summary[match.end() :], [text]))
    assert caught >= 0.98 * tried


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_checked_without_an_error(summary, source):
    assert isinstance(ungrounded(summary, [source]), list)
