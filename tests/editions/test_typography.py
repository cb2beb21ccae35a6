"""Lines break where a reader would break them, and nothing from outside is markup."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.editions.typography import LONGEST, bind_words, curled, escape, traps, typeset, visible


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("비용의 60%는 줄었다", ["60%는"]),
        ("혼합전문가(MoE)의 구조", ["혼합전문가(MoE)의"]),
        ("‘되감기’와 “새벽”이 나왔다", ["‘되감기’와", "“새벽”이"]),
        ("정책·사회 소식이 많다", ["정책·사회"]),
        ("끝에 따옴표 ‘매듭’", []),
        ("plain English (with brackets) here", []),
    ],
)
def test_words_that_would_break_before_a_particle_are_bound(text, bound):
    assert re.findall(r'<span class="nb">([^<]*)</span>', typeset(text)) == bound


def test_a_long_word_is_bound_only_where_it_would_break():
    word = "아주길고도긴이름의회사(AVeryLongCompany)에서는"
    assert len(word) > LONGEST
    assert '<span class="nb">AVeryLong' not in typeset(word)
    assert typeset(word).endswith("</span>")


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("\"5천억\"…SKT 'A.X K1' 공개", "“5천억”…SKT ‘A.X K1’ 공개"),
        ('발표..."정신적 오용 방지"', "발표…“정신적 오용 방지”"),
        ("It's the lab's 'best' one", "It’s the lab’s ‘best’ one"),
        ("'모두의 AI'를 실현", "‘모두의 AI’를 실현"),
        ("6'2\" tall", "6'2\" tall"),
        ("'열기만 하고", "'열기만 하고"),
    ],
)
def test_straight_quotes_and_dots_become_those_of_print(raw, printed):
    assert curled(raw) == printed


def test_a_short_last_word_does_not_stand_alone():
    assert typeset("4분의 1로 줄이는 법") == "4분의 1로 줄이는&nbsp;법"
    assert typeset("법") == "법"


@given(st.text())
def test_typesetting_changes_no_letter(text):
    shown = html.unescape(re.sub(r"<[^>]+>", "", typeset(text))).replace("\xa0", " ")
    assert shown == visible(text).replace("\xa0", " ")


@given(st.text(alphabet="<>&\"'a가\n\x00\u202e\uf8f0 "))
def test_nothing_from_outside_is_markup(text):
    for safe in (escape(text), str(typeset(text))):
        plain = safe.replace('<span class="nb">', "").replace("</span>", "")
        assert not set(plain) & set("<>\"'\n\x00\u202e\uf8f0")


@given(st.text())
def test_what_is_visible_is_one_line_and_stays_so(text):
    assert visible(visible(text)) == visible(text)
    assert "\n" not in visible(text)


def test_the_words_of_finished_templates_are_bound_in_their_text_only():
    markup = '<p style="a:60%">매일 오전 7시(서울)에 온다</p><style>.가{width:60%}</style>'
    assert bind_words(markup) == markup.replace("7시(서울)에", '<span class="nb">7시(서울)에</span>')


def test_traps_are_particles_after_closing_marks():
    assert traps("60%는 (MoE)의 정책·사회 ‘끝’") == ["60%는", "(MoE)의"]
