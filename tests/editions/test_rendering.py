"""Every rendered mail is legal, within its budget, and says the same in HTML and in text."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from digests.editions.digesting import compose
from digests.editions.linting_mail import MAX_HTML, MAX_MESSAGE, encoded_size, lint_mail
from digests.editions.rendering import Shown, fill, render, subject_line
from digests.editions.rendering_pieces import RECIPIENT_SLOTS, bind, split
from tests.editions.goldens import LANGUAGES, SLOTS, Golden, days, golden
from tests.editions.newsroom import content, contents, edition

GOLDENS = [(name, language) for name in days() for language in LANGUAGES]


@pytest.fixture(params=GOLDENS, ids=lambda pair: "-".join(pair))
def digest(request) -> Golden:
    return golden(*request.param)


def shown(*told: dict, why: str = "top") -> list[Shown]:
    return [Shown(place, one, why, "", place) for place, one in enumerate(told)]


def rendered(*told: dict, language: str = "ko") -> tuple[str, str]:
    mail = render(edition(), language, shown(*told), standing=len(told))
    return fill(mail.html, SLOTS, escape=True), fill(mail.text, SLOTS, escape=False)


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])


def test_every_golden_digest_passes_the_linter(digest):
    findings = lint_mail(digest.html, digest.text, digest.mail.subject)
    assert [finding for finding in findings if finding.is_blocking] == []
    assert {finding.code for finding in findings} <= {"long_subject"}


def test_every_golden_digest_is_within_its_budget(digest):
    assert len(digest.html.encode()) <= MAX_HTML
    assert encoded_size(digest.html, digest.text) <= MAX_MESSAGE


def test_only_the_recipients_own_words_are_left_open_and_all_in_the_footer(digest):
    for parts in (digest.mail.html, digest.mail.text):
        names = parts[1::2]
        assert set(names) <= set(RECIPIENT_SLOTS)
        whole = len("".join(parts[0::2]))
        assert whole - len(parts[0]) < 3000


def test_the_text_part_tells_the_same_titles_in_the_same_order(digest):
    titles = re.findall(r"<h3[^>]*><a[^>]*>(.*?)</a></h3>", digest.html)
    assert len(titles) == len(digest.shown)
    place = 0
    for title in titles:
        plain = " ".join(unescape(re.sub(r"<[^>]+>", "", title)).split())
        place = digest.text.index(f". {plain}\n", place)


def test_the_text_part_leads_to_the_same_places_in_the_same_order(digest):
    urls = re.findall(r"https?://\S+", digest.text)
    stories = [link for link in Links(digest.html).links if re.search(r"/\d{4}-\d\d-\d\d/[ab]\d+/$", link)]
    assert list(dict.fromkeys(stories)) == [u for u in urls if u in set(stories)]


def test_the_last_story_of_a_too_long_day_is_on_the_web():
    longest = golden("longest-day", "ko")
    assert 3 <= len(longest.shown) < 15
    assert f"이 호의 다른 소식 {15 - len(longest.shown)}건은 웹에서 보실 수 있습니다." in longest.html
    assert "이 호의 다른 소식" in longest.text


def test_nothing_from_outside_becomes_markup():
    nasty = '<script>alert(1)</script> & "quotes" <b>bold</b>'
    html, text = rendered(
        content("a1", words={"ko": {"headline": nasty, "summary": f"요약 {nasty}"}}, whats_new=nasty)
    )
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert nasty in text


def test_a_story_cannot_fill_or_forge_a_slot():
    forged = "\uf8f0unsubscribe_url\uf8f1 {{ reason_line }} <!--@story-->"
    html, text = rendered(content("a1", words={"ko": {"headline": forged, "summary": "보통 요약이다."}}))
    assert html.count(SLOTS["unsubscribe_url"]) == 1
    assert "unsubscribe_url {{ reason_line }}" in text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", 'https://a.example/" onclick="x', "", "ftp://a.example/"],
)
def test_an_unsafe_link_is_never_shown(url):
    source = {**content("a3")["sources"][0], "url": url}
    html, text = rendered(content("a3", sources=[source]))
    assert "onclick=" not in html.replace("&quot;", "")
    assert "javascript:" not in html + text
    assert "data:text" not in html + text


@pytest.mark.parametrize(
    "words",
    [
        {"headline": "가" * 300, "summary": "나" * 2000},
        {"headline": "한", "summary": "두"},
        {"headline": "عنوان عن الذكاء ‏الاصطناعي 2.0", "summary": "שלום 안녕 hello"},
        {"headline": "👩‍👩‍👧 이모지 🚀 소식", "summary": "🇰🇷 끝."},
        {"headline": "제목\r\nBcc: x@y.example", "summary": "요약\x00\x1b[31m"},
        {"headline": "a" * 300, "summary": ""},
    ],
    ids=["long", "one-word", "directions", "emoji", "newlines", "unbroken"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_words_render_legally(words, language):
    mail = render(edition(), language, shown(content("a1", words={"ko": words})), standing=1)
    html, text = fill(mail.html, SLOTS, escape=True), fill(mail.text, SLOTS, escape=False)
    found = [finding for finding in lint_mail(html, text, mail.subject) if finding.is_blocking]
    assert found == []
    assert "\n" not in mail.subject


def test_an_outlet_without_a_name_is_called_by_its_slug():
    source = {**content("a3")["sources"][0], "name_ko": "", "name_en": ""}
    assert ">morning</a>" in rendered(content("a3", sources=[source]))[0]


def test_the_marks_say_how_a_story_stands():
    html, text = rendered(
        content("a4"),
        content("a9"),
        content("a2", marks=["update"], whats_new="코드가 공개됐다."),
        content("a3", marks=["rehash", "single_source"]),
    )
    for mark in ("검증 전", "영어 기사", "이어지는 소식", "다시 나온 소식", "한 곳 보도"):
        assert mark in html
        assert f"({mark})" in text
    assert "코드가 공개됐다." in html
    assert "코드가 공개됐다." in text


def test_the_primary_source_is_marked_and_the_rest_is_counted():
    html, _text = rendered(content("a1"))
    assert "솔바람연구소 (1차)" in html
    assert re.search(r"외 <a [^>]*>2곳</a>", html)


def test_particles_do_not_break_off_and_fit_what_they_follow():
    html, _text = rendered(content("a1"))
    assert '<span class="nb">혼합전문가(MoE)의</span>' in html
    assert '<span class="nb">60%는</span>' in html


@pytest.mark.parametrize(
    ("headline", "others", "subject"),
    [
        ("은빛소자, 칩 양산", 0, "은빛소자, 칩 양산"),
        ("은빛소자, 칩 양산", 9, "은빛소자, 칩 양산 외 9건"),
        ("AI 칩 양산", 9, "AI 칩 양산 외 9건 · No. 128"),
        ("OpenAI, 칩 공개", 9, "OpenAI, 칩 공개 외 9건"),
    ],
)
def test_a_subject_has_a_small_latin_letter_or_no_latin_at_all(headline, others, subject):
    assert subject_line(edition(), "ko", [headline] + ["다른 소식"] * others) == subject


def test_the_same_stories_always_render_the_same():
    one = compose(edition(), "ko", shown(*contents()), standing=10)[1]
    assert compose(edition(), "ko", shown(*contents()), standing=10)[1] == one


def test_arranged_stories_stay_as_arranged():
    ordered, _mail = compose(edition(), "ko", shown(*contents()), standing=10)
    assert compose(edition(), "ko", ordered, standing=10)[0] == ordered


def test_a_week_is_named_and_counts_no_funnel():
    html, _text = rendered(content("a1", date="2026-01-02"), content("a2"))
    assert "12월 30일–1월 5일" in html
    assert "기사 412건" not in html


def test_segments_fill_their_slots_and_name_the_one_that_is_missing():
    parts = split(bind(("a", "no", "b", "reason_line", "c"), {"no": "1"}))
    assert fill(parts, {"reason_line": "<&>"}, escape=True) == "a1b&lt;&amp;&gt;c"
    with pytest.raises(KeyError, match="reason_line"):
        fill(parts, {}, escape=False)
