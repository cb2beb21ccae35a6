"""The cleaner: what goes, what stays, and what it says about both."""
# ruff: noqa: E501 - a case reads best in one line

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.cleaning import clean_text, clean_title, html_to_text, to_plain

S = "가온이 새 언어 모델 ‘누리 2’를 공개했다고 28일 밝혔다."
T = "회사는 내년에 해외로 나간다."
CASES = [
    ("wire", f"(서울=연합뉴스) 홍길동 기자 = {S}", S),
    ("wire2", f"[서울=뉴시스]홍길동 기자 = {S}", S),
    ("wire3", f"[디지털투데이 홍길동 기자] {S}", S),
    ("wire4", f"[아이뉴스24 홍길동 기자] {S}", S),
    ("wire5", f"【세종=뉴시스】 홍길동 김철수 기자 = {S}", S),
    ("wire6", f"(세종·서울=뉴스1) 홍길동 기자,김철수 기자 = {S}", S),
    ("wire7", f"(실리콘밸리=연합뉴스) 홍길동 특파원 = {S}", S),
    ("wire8", f"[서울경제] {S}", f"[서울경제] {S}"),
    ("wire9", f"[이데일리 홍길동 기자] {S}", S),
    ("wire10", f"(서울=뉴스1) 홍길동 기자 = {S}{T}", f"{S} {T}"),
    ("end1", f"{S} 홍길동 기자 hong@example.kr", S),
    ("end2", f"{S}/홍길동 기자 hong@example.kr", S),
    ("end3", f"{S} hong@example.kr", S),
    ("end4", f"{S}\n\n홍길동 기자 hong@example.kr", S),
    ("end5", f"{S}\n\nhong@example.kr", S),
    ("end6", f"{S}\n\n홍길동 기자", S),
    ("end7", f"{S}\n\n글=홍길동 기자", S),
    ("end8", f"{S} 홍길동 기자", S),
    ("end9", f"{S}\n\n/홍길동 기자 hong@example.kr", S),
    ("end10", f"{S}\n\nhome 홍길동 기자 hong@example.kr", S),
    ("end11", f"{S}\n\n가온일보 홍길동 기자 hong@example.kr", S),
    ("end12", f"{S}\n\n홍길동 AI전문기자 hong@example.kr", S),
    ("end13", f"{S}\n\n[홍길동 기자]", S),
    ("end14", f"{S} (홍길동 기자)", S),
    ("mark1", f"(사진=가온) {S}", S),
    ("mark2", f"가온 사옥 전경(사진=가온){S}", S),
    ("mark3", f"가온 사옥 [사진=연합뉴스]\n\n{S}", S),
    ("mark4", f"사진=가온\n\n{S}\n\n사진제공=가온\n\n사진 제공 : 가온\n\n/사진=가온", S),
    ("mark5", f"ⓒ뉴스1\n\n{S}\n\n© News1 홍길동 기자", S),
    ("mark6", f"▲ 가온 사옥 전경 (사진=가온)\n\n{S}\n\n▲가온 사옥. 가온 제공", S),
    ("mark7", f"이미지 출처: 오픈AI\n\n{S}\n\n출처=오픈AI", S),
    ("mark8", f"<사진=가온>\n\n{S}(이미지=챗GPT 생성)", S),
    ("mark9", f"홍길동 가온 대표 [사진 | 가온]\n\n{S}", S),
    ("mark10", f"{S} (사진=가온)", S),
    ("mark11", "홍길동 대표(사진)는 누리 2를 소개했다.", "홍길동 대표는 누리 2를 소개했다."),
    ("mark12", "홍길동 가온 대표(사진=가온)는 누리 2를 소개했다.", "홍길동 가온 대표는 누리 2를 소개했다."),
    ("mark13", f"{S} [사진=가온 제공] {T}", f"{S} {T}"),
    ("mark14", f"가온 누리 2 소개 화면(자료=가온)\n\n{S}", S),
    ("mark15", f"(사진=셔터스톡)\n\n{S}", S),
    ("mark16", f"가온 제공\n\n{S}", S),
    ("mark17", f"가온의 데이터센터 조감도. 가온 제공\n\n{S}", S),
    ("mark18", f"사진은 기사와 무관함\n\n{S}", S),
    ("mark19", f"기사와 무관한 사진\n\n{S}", S),
    ("mark20", f"본 이미지는 기사 이해를 돕기 위한 것으로 실제와 다를 수 있습니다.\n\n{S}", S),
    ("mark21", f"AI로 생성한 이미지\n\n{S}\n\n챗GPT가 생성한 이미지", S),
    ("mark22", f"<사진설명> 가온 사옥\n\n{S}\n\n사진설명: 홍길동 대표", S),
    ("scene1", f"홍길동 가온 대표가 28일 서울 코엑스에서 누리 2를 소개하고 있다.\n\n{S}", S),
    ("scene2", f"홍길동 가온 대표가 28일 서울 코엑스에서 발표하고 있다. (사진=가온)\n\n{S}", S),
    ("scene3", f"관람객들이 가온 전시관을 둘러보고 있다.\n\n{S}", S),
    (
        "scene4",
        f"{S}\n\n업계에서는 가온이 이를 통해 시장을 넓히고 있다고 설명하고 있다.",
        f"{S}\n\n업계에서는 가온이 이를 통해 시장을 넓히고 있다고 설명하고 있다.",
    ),
    ("scene5", f"홍길동(왼쪽) 가온 대표와 김철수 나래 대표가 협약식에서 기념촬영을 하고 있다.\n\n{S}", S),
    ("stock1", "가온(123450)은 누리 2를 냈다.", "가온은 누리 2를 냈다."),
    ("stock2", "가온[123450]이 누리 2를 냈다.", "가온이 누리 2를 냈다."),
    ("stock3", "가온(코스닥 123450)이 누리 2를 냈다.", "가온이 누리 2를 냈다."),
    ("stock4", "가온(2026년)과 100000원(123456원)", "가온(2026년)과 100000원(123456원)"),
    ("emb1", f"엠바고: 12월 30일 오전 9시 이후 보도 가능\n\n{S}", S),
    ("emb2", f"[엠바고] 12월 30일 오전 9시\n\n{S}", S),
    ("emb3", f"보도시점 : 2025. 8. 4.(월) 12:00\n\n{S}", S),
    ("emb4", f"배포 즉시 보도 가능합니다.\n\n{S}", S),
    ("emb5", f"엠바고 : 즉시 {S}", S),
    ("bm", f"[bookmark: _GoBack]{S}", S),
    ("date1", f"date 2025-12-31 {S}", S),
    ("date2", f"입력 2025.12.31 10:00\n\n{S}\n\n수정 2025.12.31 오후 3:20", S),
    ("glos1", f"{S}<용어설명>■ NPU신경망처리장치.", S),
    (
        "glos2",
        f"{S}\n\n<용어설명>\n\nNPU: 신경망처리장치. 사람의 뇌처럼 정보를 처리하는 반도체를 가리키는 아주 긴 설명이다. 여러 문장이 이어진다. 그리고 또 이어진다.",
        S,
    ),
    ("glos3", f"{S}\n\n[용어 설명]\n\nNPU는 신경망처리장치다.", S),
    ("glos4", f"{S}\n\n■ 용어설명\n\nNPU는 신경망처리장치다.", S),
    ("glos5", f"{S}\n\n<용어설명> NPU는 신경망처리장치다.", S),
    ("glos6", f"{S}\n\n※ 용어설명 : NPU는 신경망처리장치다.", S),
    (
        "foot1",
        f"가온은 지속 학습(CPT)1)을 썼다.\n1) CPT(Continual Pre-Training): 방대한 텍스트로 하는 학습\n\n{S}",
        f"가온은 지속 학습(CPT)을 썼다.\n\n{S}",
    ),
    (
        "foot2",
        f"가온은 지속 학습1)을 썼다.\n\n{S}\n\n1) 지속 학습은 이어서 하는 학습이다.",
        f"가온은 지속 학습을 썼다.\n\n{S}",
    ),
    ("foot3", "1) 첫째는 속도다.\n\n2) 둘째는 비용이다.", "1) 첫째는 속도다.\n\n2) 둘째는 비용이다."),
    ("tts", f"기사를 읽어드립니다. Your browser does not support theaudio element. 0:00 {S}", S),
    ("tts2", f"기사를 읽어드립니다{S}", S),
    (
        "post1",
        f"{S}\n\nWe are happy to release Nuri 2 today.\n\n— Gil-dong Hong (@gildong) December 28, 2025\n\n{T}",
        f"{S}\n\n{T}",
    ),
    (
        "post2",
        f"{S}\n\nWe are happy to release Nuri 2 today. pic.twitter.com/abcDEF123 — Gil-dong Hong (@gildong) December 28, 2025\n\n{T}",
        f"{S}\n\n{T}",
    ),
    (
        "link1",
        "가온의 채용 공고\n\n에 따르면, 책임자를 뽑는다.",
        "가온의 채용 공고에 따르면, 책임자를 뽑는다.",
    ),
    (
        "link2",
        "가온은 기술 ‘\n\n누리(Nuri)\n\n’를 개발했다고 밝혔다.",
        "가온은 기술 ‘누리(Nuri)’를 개발했다고 밝혔다.",
    ),
    ("link3", "이번에 공개된 초안(\n\n)이 첫 결과물이다.", "이번에 공개된 초안이 첫 결과물이다."),
    (
        "link4",
        "가온은 지난 27일\n\n공식 블로그\n\n를 통해 누리 2를 소개했다.",
        "가온은 지난 27일 공식 블로그를 통해 누리 2를 소개했다.",
    ),
    (
        "link5",
        f"다섯 팀이 겨룬 하루…남은 것은 심사\n\n이 대표는 웃었다.\n\n{S}",
        f"다섯 팀이 겨룬 하루…남은 것은 심사\n\n이 대표는 웃었다.\n\n{S}",
    ),
    ("rep1", f"누리 2가 그린 서울의 밤\n누리 2가 그린 서울의 밤\n\n{S}", S),
    ("rep2", f"{S}\n\n{S}", S),
    ("glue", "가온은 누리 2를 냈다.나래는 반발했다.", "가온은 누리 2를 냈다. 나래는 반발했다."),
    ("rights", f"{S}\n\n<저작권자 ⓒ 가온일보 무단전재 및 재배포 금지>", S),
    (
        "rights2",
        f"{S}\n\nCopyright ⓒ 가온일보. All rights reserved. 무단 전재, 재배포 및 AI학습 이용 금지",
        S,
    ),
    ("rights3", f"{S} ⓒ 가온일보, 무단전재 및 재배포 금지", S),
    ("rel", f"{S}\n\n[관련기사]\n\n가온, 누리 1 공개\n\n나래, 반격", S),
    ("rel2", f"{S}\n\n▶ 관련기사: 가온, 누리 1 공개", S),
    ("sub", f"{S}\n\n네이버에서 가온일보 구독하기\n\n카카오톡으로 제보하기", S),
    ("jebo", f"{S}\n\n■ 제보하기\n▷ 카카오톡 : '가온제보' 검색\n▷ 전화 : 02-000-0000", S),
    (
        "keep1",
        "<흑백요리사>를 만든 제작진이 AI로 다시 뭉쳤다.",
        "<흑백요리사>를 만든 제작진이 AI로 다시 뭉쳤다.",
    ),
    ("keep2", "가온은 ▲속도 ▲비용 ▲품질을 내세웠다.", "가온은 ▲속도 ▲비용 ▲품질을 내세웠다."),
    (
        "keep3",
        "회사 측은 “사진을 보면 안다”고 말했다. 기자 간담회에서 나온 말이다.",
        "회사 측은 “사진을 보면 안다”고 말했다. 기자 간담회에서 나온 말이다.",
    ),
    ("keep4", f"{S}\n\n홍길동 기자가 쓴 책이 나왔다.", f"{S}\n\n홍길동 기자가 쓴 책이 나왔다."),
    (
        "en1",
        "By Jane Doe\n\nGaon released Nuri 2 on Monday. It is fast.",
        "Gaon released Nuri 2 on Monday. It is fast.",
    ),
    (
        "en2",
        "Gaon released Nuri 2 on Monday.\n\nJane Doe is a senior reporter at The Morning who covers AI.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en3",
        "Image Credits: Gaon\n\nGaon released Nuri 2 on Monday.\n\nPhoto by Ann Lee / AFP via Getty Images",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en4",
        "Gaon released Nuri 2 on Monday.\n\nSign up for our daily newsletter to get the best of AI in your inbox.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en5",
        "If you buy something from a link, we may earn a commission. Gaon released Nuri 2 on Monday.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en6",
        "This article contains affiliate links. Gaon released Nuri 2 on Monday.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en7",
        "Gaon released Nuri 2 on Monday. The post Gaon releases Nuri 2 appeared first on The Morning.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en8",
        "Advertisement\n\nGaon released Nuri 2 on Monday.\n\nRead more: Narae fights back\n\nRelated Articles\n\nOne\n\nTwo",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en9",
        "Gaon released Nuri 2 on Monday. Narae's earnings will receive a boost from commission income, it said.",
        "Gaon released Nuri 2 on Monday. Narae's earnings will receive a boost from commission income, it said.",
    ),
    ("en10", "SEOUL, Dec. 28 (Reuters) - Gaon released Nuri 2 on Monday.", "Gaon released Nuri 2 on Monday."),
    (
        "en11",
        "Gaon released Nuri 2 on Monday. (Reporting by Jane Doe; Editing by John Roe)",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en12",
        "Jane Doe covers AI for The Morning. Gaon released Nuri 2 on Monday.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en13",
        "Gaon released Nuri 2 on Monday. Jane Doe, the editor of a rival newsletter, said subscribers would sign up.",
        "Gaon released Nuri 2 on Monday. Jane Doe, the editor of a rival newsletter, said subscribers would sign up.",
    ),
    (
        "en14",
        "Gaon released Nuri 2 on Monday.\n\nFollow us on X and LinkedIn.\n\n5 min read\n\nShare",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en15",
        "Gaon released Nuri 2 on Monday.\n\nDisclosure: The Morning's parent company has invested in Gaon.\n\nGot a tip? Email us at tips@example.com.",
        "Gaon released Nuri 2 on Monday.\n\nDisclosure: The Morning's parent company has invested in Gaon.",
    ),
    (
        "en16",
        "Senior Reporter\n\nGaon released Nuri 2 on Monday. As an Amazon Associate we earn from qualifying purchases.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en17",
        "A robot pours coffee at CES in Las Vegas. | Image: Gaon\n\nGaon released Nuri 2 on Monday.",
        "Gaon released Nuri 2 on Monday.",
    ),
    (
        "en18",
        "Gaon’s headquarters in Seoul. Photo: Ann Lee/Bloomberg\n\nGaon released Nuri 2 on Monday.",
        "Gaon released Nuri 2 on Monday.",
    ),
    ("release1", f"{S}\n\n문의 : 홍길동 매니저 (02-000-0000)\n\n- 끝 -", S),
    ("release2", f"{S} (끝)", S),
    ("release3", f"{S}\n\n###", S),
    ("wire11", f"{S}\n\n◎공감언론 가온 hong@example.kr", S),
    ("wire12", f"{S}\n\n2026/01/02 10:11 송고", S),
    ("date3", f"홍길동 기자입력 :2026/01/02 10:00 수정: 2026/01/02 11:00\n\n{S}", S),
    ("mark23", f"가온 본사 전경. 사진=가온\n\n{S} 사진=가온", S),
    ("keep5", "이미지/영상 생성 경쟁\n\n" + S, "이미지/영상 생성 경쟁\n\n" + S),
    ("keep6", "시장 전망\n\n" + S, "시장 전망\n\n" + S),
    ("keep7", "가온은 문의가 늘었다고 했다.", "가온은 문의가 늘었다고 했다."),
    ("en19", "Gaon released Nuri 2 on Monday.\n\nContinue reading...", "Gaon released Nuri 2 on Monday."),
    (
        "en20",
        "Gaon released Nuri 2 on Monday.\n\nsubmitted by /u/jane to r/gaon\n\n[link] [12 comments]",
        "Gaon released Nuri 2 on Monday.",
    ),
]


@pytest.mark.parametrize(("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_noise_goes_and_the_sentence_beside_it_stays(raw: str, expected: str) -> None:
    assert clean_text(raw).text == expected


@pytest.mark.parametrize(("raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_clean_text_is_not_cleaned_further(raw: str, expected: str) -> None:
    again = clean_text(expected)
    assert (again.text, again.removed) == (expected, ())


def test_everything_taken_out_is_reported_with_its_kind() -> None:
    cleaned = clean_text(
        f"(서울=뉴스1) 홍길동 기자 = 가온(123450)은 이겼다. (사진=가온)\n\n{S}\n\n<용어설명>\n\nNPU는 칩이다."
    )
    assert [(removal.kind, removal.text) for removal in cleaned.removed] == [
        ("glossary", "<용어설명>"),
        ("glossary", "NPU는 칩이다."),
        ("byline", "(서울=뉴스1) 홍길동 기자 ="),
        ("caption", "(사진=가온)"),
        ("stock_code", "(123450)"),
    ]


def test_a_publishers_own_junk_goes_wherever_it_stands() -> None:
    cleaned = clean_text(f"가온일보 앱에서 더 빠르게 {S}", junk=["가온일보 앱에서 더 빠르게"])
    assert cleaned.text == S
    assert cleaned.removed[0].kind == "junk"


def test_a_first_line_that_repeats_the_title_goes() -> None:
    assert clean_text(f"“가온, 누리 2 공개”\n\n{S}", title="가온, 누리 2 공개").text == S


@pytest.mark.parametrize(
    ("raw", "title", "completeness"),
    [
        (S, "", "full"),
        (f"{S} 회사는 앞으로도 모두...", "", "truncated"),
        (f"{S} 이어…", "", "truncated"),
        (f"{S} [...]", "", "truncated"),
        (f"{S}\n\n(왼쪽부터) 홍길동 교수,...", "", "truncated"),
        ("Gaon released Nuri 2 and [+2381 chars]", "", "truncated"),
        ("Gaon released Nuri 2 on Monday. Continue reading…", "", "truncated"),
        (f"{S} “그래도…”라고 그는 말했다.", "", "full"),
        ("Subscribe to continue reading this article.", "", "blocked"),
        ("이 기사는 유료회원 전용입니다. 로그인 후 이용해 주세요.", "", "blocked"),
        ("월 9,900원으로 가온일보의 모든 기사를 읽어보세요.", "", "blocked"),
        ("가온은 유료 구독자에게는 새 기능을 먼저 보인다고 밝혔다. 회사는 28일 이를 알렸다.", "", "full"),
        ("홍길동 기자 hong@example.kr", "", "blocked"),
        ("", "가온", "feed_only"),
        ("가온, 누리 2 공개", "가온, 누리 2 공개", "feed_only"),
    ],
)
def test_it_says_how_complete_a_text_is(raw: str, title: str, completeness: str) -> None:
    assert clean_text(raw, title=title).completeness == completeness


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("\ufeff가온 &quot;누리&quot;", '가온 "누리"'),
        ("가온 &amp;quot;누리&amp;quot;", '가온 "누리"'),
        ("a &amp;amp;amp;lt;b&amp;amp;amp;gt;c", "a c"),
        ("가온&#13;&#10;Bcc: x@y.kr", "가온 Bcc: x@y.kr"),
        ("<b>가온</b>, <흑백요리사>와 <Squid Game>을 잇다", "가온, <흑백요리사>와 <Squid Game>을 잇다"),
        ("1 < 2 and I <3 you", "1 < 2 and I <3 you"),
        ("List<String>을 쓰는 법", "List<String>을 쓰는 법"),
        ("<scr<b>ipt>alert(1)</scr</b>ipt>가온", "가온"),
        ("<img src=x onerror=alert(1) 가온", ""),
        ("AT&T와 R&D, ?a=1&copy=2", "AT&T와 R&D, ?a=1&copy=2"),
        ("가온\u202e이겼다\u200b\x00\ud800", "가온이겼다"),
        ("가족 👨\u200d👩\u200d👧 이모지", "가족 👨\u200d👩\u200d👧 이모지"),
        ("\u1100\u1161\u110b\u1169\u11ab", "가온"),
    ],
)
def test_a_title_is_one_plain_line(raw: str, title: str) -> None:
    assert clean_title(raw) == title


def test_a_title_has_at_most_500_characters() -> None:
    assert len(clean_title("가온 " * 1000)) <= 500


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>하나</p><p>둘<br>셋</p>", "하나\n\n둘\n셋"),
        ("<div>하나 <b>둘</b>\n셋</div>", "하나 둘 셋"),
        ("<style>p{}</style>하나<script>if (a<b) alert('<p>')</script>둘", "하나둘"),
        ("<ul><li>하나<li>둘</ul>", "하나\n\n둘"),
        ("&lt;p&gt;하나&lt;/p&gt;", "하나"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("<p>하나<!-- 둘 --></p><![CDATA[셋]]>", "하나"),
        ("<svg><title>그림</title></svg><p>하나</p>", "하나"),
        ("<p title='<b>'>하나", "하나"),
        ("", ""),
    ],
)
def test_markup_becomes_the_text_a_reader_would_see(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


def test_what_markup_calls_a_caption_goes() -> None:
    markup = (
        f"<figure><img src='a'><figcaption>새 모델 <b>누리 2</b>가 놓였다.</figcaption></figure><p>{S}</p>"
    )
    cleaned = clean_text(markup, is_html=True)
    assert cleaned.text == S
    assert [(removal.kind, removal.text) for removal in cleaned.removed] == [
        ("caption", "새 모델 누리 2가 놓였다.")
    ]
    assert "누리 2가 놓였다" in html_to_text(markup)


def test_huge_or_deep_markup_is_read_without_a_tree() -> None:
    for markup in (
        "<div>" * 30_000 + "가온",
        "<b><i>" * 20_000 + "가온",
        "<p>가온</p>" * 30_000,
        "<!--" * 50_000,
    ):
        started = time.monotonic()
        html_to_text(markup)
        assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "piece",
    [
        "(사진=가온 ",
        "홍길동 기자 ",
        "“",
        "1) 가1)\n",
        "<a ",
        "&amp;",
        "a@",
        "가.나",
        "... ",
        "— a (@b)\n",
        "에\n",
    ],
)
def test_cleaning_takes_linear_time(piece: str) -> None:
    raw = piece * (15_000 // len(piece))
    started = time.monotonic()
    clean_text(raw)
    clean_text(raw, is_html=True)
    assert time.monotonic() - started < 4


@given(st.text(max_size=400))
def test_any_text_is_cleaned_to_visible_characters(raw: str) -> None:
    for text in (clean_text(raw).text, clean_text(raw, is_html=True).text, clean_title(raw), to_plain(raw)):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]", text
        )
        text.encode("utf-8")


@given(
    st.lists(
        st.sampled_from([S, T, "나래는 3.5배 빠른 칩을 냈다.", "Gaon grew 12% in 2026."]),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_text_without_noise_is_never_touched(sentences: list[str]) -> None:
    text = "\n\n".join(sentences)
    cleaned = clean_text(text)
    assert (cleaned.text, cleaned.removed) == (text, ())
