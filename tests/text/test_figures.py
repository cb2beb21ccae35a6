"""Figures: one value and unit for every way to write a number."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.figures import facts, find_figures

ONE = {
    "5천억": (500_000_000_000, ""),
    "5000억 개": (500_000_000_000, ""),
    "5,000억개": (500_000_000_000, ""),
    "500B": (500_000_000_000, ""),
    "500 billion": (500_000_000_000, ""),
    "5,190억": (519_000_000_000, ""),
    "519B": (519_000_000_000, ""),
    "1천24장": (1024, "장"),
    "1조 2천억원": (1_200_000_000_000, "원"),
    "2조5000억달러": (2_500_000_000_000, "달러"),
    "3만5천명": (35_000, "명"),
    "1,100만 명": (11_000_000, "명"),
    "67.6 %": ("67.6", "%"),
    "67.6％": ("67.6", "%"),
    "67.6 percent": ("67.6", "%"),
    "3.2%포인트": ("3.2", "%p"),
    "1.91배": ("1.91", "배"),
    "3.2x": ("3.2", "배"),
    "4 times": (4, "배"),
    "$1.5 billion": (1_500_000_000, "달러"),
    "US$ 20": (20, "달러"),
    "15억 달러": (1_500_000_000, "달러"),
    "₩300만": (3_000_000, "원"),
    "20여개": (20, ""),
    "20여 개": (20, ""),
    "1.5GW": ("1.5", "GW"),
    "3나노": (3, "nm"),
    "128GB": (128, "GB"),
    "1T": (1_000_000_000_000, ""),
    "120개사": (120, "곳"),
}


@pytest.mark.parametrize(("text", "expected"), ONE.items(), ids=ONE)
def test_a_number_has_one_form(text: str, expected: tuple[object, str]) -> None:
    for around in ("{}", "가온은 {}를 냈다.", "({})", "‘{}’"):
        whole = around.format(text)
        (figure,) = find_figures(whole)
        assert (figure.value, figure.unit) == (Decimal(str(expected[0])), expected[1])
        assert whole[figure.start : figure.end].strip() == figure.text


@pytest.mark.parametrize(
    "text", ["GPT-4o", "H200", "A.X K1", "42dot", "제50조", "5G", "3D", "COVID-19", "x86_64"]
)
def test_a_number_inside_a_name_is_none(text: str) -> None:
    assert find_figures(f"가온은 {text}를 썼다.") == []


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("3 대표가 만났다", [""]),
        ("3 장관이 만났다", [""]),
        ("10인치 화면", [""]),
        ("3분기 매출", [""]),
        ("24 x 7", ["", ""]),
        ("12월 28일 오전 9시", ["월", "일", "시"]),
    ],
)
def test_a_word_that_only_begins_like_a_unit_is_none(text: str, units: list[str]) -> None:
    assert [figure.unit for figure in find_figures(text)] == units


def test_facts_leave_out_what_tells_no_event() -> None:
    assert facts("2025년 12월 28일 1위, 3차 발표, 10% 상승, 3개, 엑사원 4.0, 2026") == frozenset()


def test_facts_of_two_tellings_meet() -> None:
    one = "매개변수 5천억 개(500B) 규모로, 비용은 67.6% 줄고 효율은 1.91배 올랐다. 사용자는 1천만 명이다."
    two = "500B parameters cut costs by 67.6 percent, with 1.91x the efficiency for 10 million users."
    assert len(facts(one) & facts(two)) == 4


@given(st.text(alphabet="0123456789,.조억만천백십개원%명$BxX ~-", max_size=120))
def test_any_numbers_are_read_without_error(text: str) -> None:
    for figure in find_figures(text):
        assert text[figure.start : figure.end].strip() == figure.text


def test_five_thousand_numbers_take_linear_time() -> None:
    started = time.monotonic()
    for piece in ("5,190억 개 67.6% ", "1", "1,234,", "3천 ", "1조억만천"):
        find_figures(piece * 5000)
    assert time.monotonic() - started < 5
