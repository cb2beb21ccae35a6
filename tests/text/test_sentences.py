"""Sentences: where they end, and where they do not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.sentences import clip, first_sentences, split_sentences

CASES = {
    "two sentences": ("가온은 이겼다. 나래는 졌다.", ["가온은 이겼다.", "나래는 졌다."]),
    "glued": ("누리 2가 설계됐다.가온은 기뻐했다.", ["누리 2가 설계됐다.", "가온은 기뻐했다."]),
    "glued Latin": ("누리 2가 나왔다.AI 시장이 놀랐다.", ["누리 2가 나왔다.", "AI 시장이 놀랐다."]),
    "glued digits": ("누리 2가 나왔다.2026년의 일이다.", ["누리 2가 나왔다.", "2026년의 일이다."]),
    "a decimal": ("비용은 3.5배 늘었다.", ["비용은 3.5배 늘었다."]),
    "a model's name": ("A.X K1과 GPT-4.5를 비교했다.", ["A.X K1과 GPT-4.5를 비교했다."]),
    "an address": ("www.example.co.kr에서 본다.", ["www.example.co.kr에서 본다."]),
    "a quote kept whole": (
        "그는 “좋다. 아주 좋다.”라고 말했다. 끝이다.",
        ["그는 “좋다. 아주 좋다.”라고 말했다.", "끝이다."],
    ),
    "a straight quote": ('그는 "좋다. 아주 좋다"고 말했다.', ['그는 "좋다. 아주 좋다"고 말했다.']),
    "brackets": ("가온(대표 홍길동. 서울)은 이겼다.", ["가온(대표 홍길동. 서울)은 이겼다."]),
    "an apostrophe for a year": ("‘23년부터 냈다. 또 냈다.", ["‘23년부터 냈다.", "또 냈다."]),
    "a wrong quote": ("그는 ”좋다. 나쁘다. 끝.", ["그는 ”좋다.", "나쁘다.", "끝."]),
    "a date": ("2025. 8. 4. 발표했다.", ["2025. 8. 4. 발표했다."]),
    "a numbered heading": ("1. 개요", ["1. 개요"]),
    "questions": ("왜일까? 답은 없다!", ["왜일까?", "답은 없다!"]),
    "lines": ("제목\n\n본문이다.", ["제목", "본문이다."]),
    "abbreviations": ("Dr. Kim of Gaon Inc. said so.", ["Dr. Kim of Gaon Inc. said so."]),
    "U.S.": ("The U.S. market grew. It did.", ["The U.S. market grew.", "It did."]),
    "U.S. at an end": ("It left the U.S. The rest stayed.", ["It left the U.S.", "The rest stayed."]),
    "et al.": ("Kim et al. agreed at 3 p.m. today.", ["Kim et al. agreed at 3 p.m. today."]),
    "a pause": ("Well... not yet. Later.", ["Well... not yet.", "Later."]),
    "none": ("", []),
}


@pytest.mark.parametrize(("text", "sentences"), CASES.values(), ids=CASES)
def test_a_text_is_split_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == sentences


@given(st.text(alphabet="가다.?! \n“”\"'()A1…,", max_size=200))
def test_nothing_is_lost_but_space_and_places_are_right(text: str) -> None:
    sentences = split_sentences(text)
    assert all(text[one.start : one.end] == one.text for one in sentences)
    assert "".join("".join(one.text.split()) for one in sentences) == "".join(text.split())


def test_the_first_sentences_are_joined() -> None:
    assert first_sentences("하나다. 둘이다.\n\n셋이다.", 2) == "하나다. 둘이다."


def test_a_subheading_is_no_first_sentence() -> None:
    text = "값은 절반, 속도는 두 배…“풀스택 완성”\n\n가온이 새 모델을 냈다. 다음 달부터 판다.\n\n더 있다."
    assert first_sentences(text, 2) == "가온이 새 모델을 냈다. 다음 달부터 판다."
    assert first_sentences("마침표 없는 글", 2) == "마침표 없는 글"


@pytest.mark.parametrize(
    ("text", "length", "clipped"),
    [
        ("가온이 이겼다", 20, "가온이 이겼다"),
        ("가온이 나래를 이겼다", 9, "가온이 나래를…"),
        ("가온이 나래를 이겼다", 8, "가온이 나래를…"),
        ("가나다라마바사아자차", 5, "가나다라…"),
        ("하나, 둘", 4, "하나…"),
        ("하나", 1, "…"),
        ("", 0, ""),
    ],
)
def test_a_text_is_clipped_at_a_word(text: str, length: int, clipped: str) -> None:
    assert clip(text, length) == clipped


@given(st.text(max_size=100), st.integers(min_value=0, max_value=60))
def test_a_clipped_text_is_never_longer(text: str, length: int) -> None:
    assert len(clip(text, length)) <= max(length, 0)


def test_splitting_takes_linear_time() -> None:
    started = time.monotonic()
    for piece in ("“", '"', "(", "했다.", "... ", "가온은 이겼다. "):
        split_sentences(piece * (30_000 // len(piece)))
    assert time.monotonic() - started < 5
