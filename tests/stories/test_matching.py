"""Phrases are found where they are words, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.stories.matching import Matcher, Phrase, fold, forms


def phrase(text: str, **fields: object) -> Phrase:
    return Phrase(text, lane="names", of=text, **fields)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("AI", "the training of sailors", False),
        ("AI", "AI가 바꾸는 아침", True),
        ("GPT", "GPT가 답했다", True),
        ("GPT", "ChatGPT 이야기", False),
        ("메타", "메타버스 열풍", False),
        ("메타", "메타가 공개했다", True),
        ("메타", "메타에서는 부인했다", True),
        ("KT", "KTX를 타고", False),
        ("KT", "KT는 통신사다", True),
        ("인텔", "인텔리전스 시대", False),
        ("인텔", "인텔의 새 칩", True),
        ("MIT", "Summit 회의", False),
        ("애플", "파인애플 주스", False),
        ("네이버", "주소는 naver.com이다", False),
        ("naver", "주소는 naver.com이다", False),
        ("naver", "Naver said", True),
    ],
)
def test_a_name_keeps_its_boundaries(name, text, found):
    assert bool(Matcher([phrase(name)]).find(text)) is found


def test_the_longest_match_wins_and_a_blocker_counts_for_nothing():
    matcher = Matcher([phrase("메타"), phrase("메타 AI"), phrase("메타 AI 연구", is_blocker=True)])
    assert [match.phrase.text for match in matcher.find("메타 AI는 메타의 것")] == ["메타 AI", "메타"]
    assert [match.phrase.text for match in matcher.find("메타 AI 연구는 끝났다")] == []


def test_lanes_do_not_compete():
    found = Matcher([Phrase("칩", "a", "chips", joins=True), Phrase("AI 칩", "b", "hardware")]).find("AI 칩")
    assert {match.phrase.of for match in found} == {"chips", "hardware"}


def test_case_matters_where_it_is_said_to():
    matcher = Matcher([phrase("ARM", matches_case=True)])
    assert matcher.find("ARM의 설계")
    assert not matcher.find("a robot arm")


def test_a_space_between_korean_words_may_be_missing():
    assert forms("언어 모델") == ("언어 모델", "언어모델")
    assert Matcher([phrase("언어 모델")]).find("새 언어모델은 빠르다")


@given(st.text(max_size=200))
def test_any_text_is_read_and_every_match_is_its_own_words(text):
    matcher = Matcher([phrase("AI"), phrase("모델", joins=True), phrase("한국")])
    assert len(fold(text)) == len(text)
    for match in matcher.find(text):
        assert fold(text[match.start : match.end]) == fold(match.phrase.text)
