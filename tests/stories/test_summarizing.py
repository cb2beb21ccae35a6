"""Two or three sentences that say what happened."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.stories.summarizing import summarise
from digests.text.sentences import split_sentences
from tests.stories.news import GAON_ENGLISH, GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP


@pytest.mark.parametrize("text", [GAON_LAUNCH, GAON_REWRITTEN, NARAE_CHIP, GAON_ENGLISH])
def test_it_is_two_or_three_whole_sentences_of_the_text(text):
    summary = summarise("가온AI, 언어모델 공개", [text])
    assert len(summary) <= 240
    assert 2 <= len(split_sentences(summary)) <= 3
    assert all(sentence.text in text for sentence in split_sentences(summary))


def test_it_is_never_the_title_again():
    title = "나래반도체가 새 칩 양산을 시작했다"
    assert summarise(title, [f"{title}."]) == ""
    assert summarise(title, [f"{title}. 올해 8만장을 만들어 여섯 곳에 공급할 계획이다."]) == (
        "올해 8만장을 만들어 여섯 곳에 공급할 계획이다."
    )


def test_captions_and_bylines_are_left_out():
    noise = [
        "새 칩을 든 직원 (사진=나래반도체)",
        "조아라 기자 ara@haneul.example",
        "▷ 기본 안내: 공지입니다.",
    ]
    text = "\n\n".join([*noise, NARAE_CHIP])
    summary = summarise("나래반도체 양산", [text])
    for sign in ("사진", "기자", "@", "▷"):
        assert sign not in summary


def test_a_sentence_that_hangs_on_another_does_not_begin():
    text = f"이로 인해 시장이 크게 흔들렸다고 나래반도체는 밝혔다. {NARAE_CHIP}"
    assert not summarise("나래반도체 양산", [text]).startswith("이로 인해")


def test_the_next_text_is_used_where_the_best_has_none():
    assert summarise("제목", ["", NARAE_CHIP])
    assert summarise("제목", []) == ""


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=600), st.integers(min_value=40, max_value=300))
def test_any_text_keeps_the_limit(text, limit):
    assert len(summarise("제목", [text], limit)) <= limit
