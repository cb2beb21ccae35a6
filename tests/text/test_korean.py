"""Particles that fit the word before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.korean import josa


@pytest.mark.parametrize(
    ("word", "pair", "joined"),
    [
        ("가온", "이/가", "가온이"),
        ("나래", "이/가", "나래가"),
        ("가온", "가/이", "가온이"),
        ("나래", "은/는", "나래는"),
        ("누리", "을/를", "누리를"),
        ("가온", "과/와", "가온과"),
        ("서울", "으로/로", "서울로"),
        ("가온", "으로/로", "가온으로"),
        ("나래", "이에요/예요", "나래예요"),
        ("가온", "이에요/예요", "가온이에요"),
        ("‘누리’", "을/를", "‘누리’를"),
        ("엑사원(EXAONE)", "은/는", "엑사원(EXAONE)은"),
        ("나래(주)", "은/는", "나래(주)는"),
        ("GPT-4", "은/는", "GPT-4는"),
        ("누리 3", "이/가", "누리 3이"),
        ("100", "으로/로", "100으로"),
        ("7", "으로/로", "7로"),
        ("50%", "을/를", "50%를"),
        ("LLM", "은/는", "LLM은"),
        ("GPU", "은/는", "GPU는"),
        ("xAI", "은/는", "xAI는"),
        ("Google", "이/가", "Google이"),
        ("Meta", "이/가", "Meta가"),
        ("Samsung", "과/와", "Samsung과"),
        ("Slack", "을/를", "Slack을"),
        ("Claude", "을/를", "Claude를"),
        ("", "이/가", "가"),
    ],
)
def test_the_particle_fits(word: str, pair: str, joined: str) -> None:
    assert josa(word, pair) == joined


def test_what_is_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="not a pair"):
        josa("가온", "이")


@given(st.text(max_size=40))
def test_the_word_itself_never_changes(word: str) -> None:
    assert josa(word, "은/는") in {f"{word}은", f"{word}는"}
