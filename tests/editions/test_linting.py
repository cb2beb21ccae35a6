"""The linter finds what is wrong, and nothing where all is well."""

import pytest

from digests.editions.linting import lint_edition
from digests.editions.linting_content import duplicates, lint_content, lint_mix, longest_copy
from digests.editions.linting_files import lint_file, read_stories
from digests.editions.linting_mail import contrast, encoded_size, lint_mail
from digests.editions.models import Item
from digests.stories.models import Verdict, Words
from tests.editions.goldens import golden
from tests.editions.newsroom import content, contents
from tests.editions.press import article, frozen_edition, story


def codes(findings, *, is_blocking: bool | None = None) -> set[str]:
    return {f.code for f in findings if is_blocking in (None, f.is_blocking)}


def told(headline: str, summary: str, **changes: object) -> dict:
    return content("a1", words={"ko": {"headline": headline, "summary": summary}}, **changes)


GOOD = ("은빛소자, 칩 양산을 앞당긴다", "은빛소자가 양산을 3분기로 옮겼다. 물량은 예약됐다.")


def test_a_good_story_has_no_blocking_finding():
    assert codes(lint_content(content("a1")), is_blocking=True) == set()


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (told("같은 말!", "같은 말"), "summary_is_title"),
        (told("", "요약만 있다."), "no_headline"),
        (told(GOOD[0], "양산을 옮겼다. 이번 공고를..."), "truncated"),
        (told(GOOD[0], "양산을 옮겼다. 더 보기"), "truncated"),
        (told(GOOD[0] + "\u202e", GOOD[1]), "control_characters"),
        (told(GOOD[0], GOOD[1] + "\x1b"), "control_characters"),
        (told(*GOOD, sources=[{"url": "javascript:alert(1)", "publisher": "x"}]), "bad_link"),
        (told(*GOOD, sources=[]), "bad_link"),
    ],
)
def test_what_must_not_reach_a_reader_blocks(story, code):
    assert code in codes(lint_content(story), is_blocking=True)


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (told("가" * 61, GOOD[1]), "long_headline"),
        (told(*GOOD, sources=[{"url": "", "publisher": "x"}]), "no_link"),
        (told(GOOD[0], "하나다. " * 6), "sentence_count"),
        (told(GOOD[0] + "…", GOOD[1]), "cut_headline"),
        (content("a3"), "single_source"),
        (content("a3"), "no_primary"),
        (content("a10"), "no_topic"),
        (told(*GOOD, sources=[{"url": "https://a.example/1"}, {"url": "ftp://a.example"}]), "unsafe_link"),
    ],
)
def test_what_a_curator_should_see_warns(story, code):
    assert code in codes(lint_content(story), is_blocking=False)


def test_eight_words_in_a_row_are_a_copy():
    words = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉"
    assert longest_copy(words, [f"앞말 {words}"]) == 8
    assert longest_copy(words, ["하나 둘 셋 넷 다섯 여섯 일곱"]) == 0
    assert "verbatim" in codes(lint_content(told(GOOD[0], words), [words]))


def test_one_event_told_twice_is_found_by_figures_links_or_headlines():
    first = told("솔바람, 새 모델", "매개변수 3,200억 개, 메모리 67.6% 절감, 속도 1.91배.")
    rewrite = told(
        "완전히 다른 제목", "67.6%를 아끼고 1.91배 빠른 320B 모델이다.", sources=[], organizations=[]
    )
    other = told("다른 소식", "매출 40% 증가.", sources=[], organizations=["haneul"])
    assert duplicates([first, rewrite, other], [[], [], []]) == [(0, 1)]
    apart = {**rewrite, "organizations": ["haneul"]}
    assert duplicates([first, apart], [[], []]) == []
    assert duplicates([first, {**other, "sources": first["sources"]}], [[], []]) == [(0, 1)]
    assert duplicates([first, told("솔바람 새 모델!", "…", sources=[])], [[], []]) == [(0, 1)]


def test_the_mix_of_an_edition_is_judged():
    same = [content(f"a{n}", importance=1, topics=["llm"], publishers=["areum"]) for n in range(1, 7)]
    korean_only = [{**one, "words": {"ko": one["words"].get("ko", {})}} for one in same]
    assert codes(lint_mix(korean_only)) == {
        "same_importance",
        "topic_balance",
        "publisher_share",
        "missing_language",
    }
    assert lint_mix(contents()) == []
    assert lint_mix(same[:3]) == []


@pytest.mark.django_db
def test_a_summary_that_says_more_than_its_sources_is_dropped_unless_a_curator_wrote_it():
    edition = frozen_edition()
    item = edition.items.get(story__key="a5")
    made_up = {"headline": "초안이 나왔다", "summary": "벌금은 최대 987억원이라고 홍길동 장관이 밝혔다."}
    item.content["words"]["ko"] = {**made_up, "by": Words.Source.ASSISTANT}
    item.save()
    assert "ungrounded" in codes(lint_edition(edition), is_blocking=True)
    item.content["words"]["ko"]["by"] = Words.Source.CURATOR
    item.save()
    assert "ungrounded" not in codes(lint_edition(edition), is_blocking=True)
    assert "ungrounded" in codes(lint_edition(edition), is_blocking=False)


@pytest.mark.django_db
def test_a_verdict_keeps_two_alike_stories_apart():
    text = "매개변수 3,200억 개, 메모리 67.6% 절감, 속도 1.91배를 밝혔다."
    first, second = (article("areum", f"제목 {n}", text) for n in ("하나", "둘"))
    story("one", [first])
    story("two", [second])
    from_press = frozen_edition()
    assert codes([f for f in lint_edition(from_press) if f.is_blocking]) == set()
    assert "duplicate_event" in {f["code"] for f in from_press.findings}
    Verdict.objects.create(first=first, second=second, is_same=False)
    Item.objects.update(is_chosen=True)
    assert "duplicate_event" not in codes(lint_edition(from_press))


MAIL = golden("all-topics", "ko")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda html: html.replace("</h1>", "</h1><svg></svg>"), "unknown_tag"),
        (lambda html: html.replace("</h1>", "</h1><details>x</details>"), "unknown_tag"),
        (lambda html: html.replace("</h1>", '</h1><img src="x">'), "unknown_tag"),
        (lambda html: html.replace("<h1", '<h1 onclick="x"'), "script"),
        (lambda html: html.replace("/u/", "/x/"), "no_unsubscribe"),
        (lambda html: html.replace("/p/", "/x/"), "no_preferences"),
        (lambda html: html.replace('href="https://jogan', 'href="javascript:x'), "bad_link"),
        (lambda html: html.replace("color:#17181c", "color:#dddddd"), "contrast"),
        (lambda html: html.replace("<h2", "<h3").replace("</h2>", "</h3>"), "heading_order"),
        (lambda html: html.replace("<h1", "<h2").replace("</h1>", "</h2>"), "heading_order"),
        (lambda html: html + "<p>" + "x" * 70_000 + "</p>", "size"),
        (lambda html: html.replace("</h1>", "\x07</h1>"), "control_characters"),
        (lambda html: html.replace("</table>", "", 1), "unbalanced"),
        (lambda html: html.replace('<span class="nb">60%는</span>', "60%는"), "particle_break"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_mail_is_found(change, code):
    broken = change(MAIL.html)
    assert broken != MAIL.html
    assert code in codes(lint_mail(broken, MAIL.text, MAIL.mail.subject))


def test_a_text_part_that_tells_something_else_is_found():
    assert "parts_differ" in codes(lint_mail(MAIL.html, "다른 글", MAIL.mail.subject))


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("", "no_subject"),
        ("AI 소식", "shouting"),
        ("두\n줄", "control_characters"),
        ("가" * 120, "long_subject"),
    ],
)
def test_a_bad_subject_is_found(subject, code):
    assert code in codes(lint_mail(MAIL.html, MAIL.text, subject))


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_size_of_a_message_is_that_of_its_base64():
    assert 98_000 < encoded_size("x" * 64 * 1024, "x" * 6_000) < 102_400


DIGEST = """# 뉴스 모음 - 2026년 1월 5일

1. [솔바람, 새 모델 공개](#솔바람-새-모델-공개)
2. [아주 긴 제목을 자른...](#없는-곳)

### 솔바람, 새 모델 공개

> 📅 **2026-01-05** | **📌 일반** | 솔바람 | 별빛경제
> 🏷️ 기타

**💡 요약**
솔바람, 새 모델 공개

<details>
<summary>원문</summary>

솔바람이 매개변수 3,200억 개 모델을 공개했다. 메모리를 67.6% 아끼고 1.91배 빠르다. 자세한 내용은 곧...

</details>

🔗 [원문](https://byeolbit.example/1)

---

### 내 노트북에서 도는 큰 모델

> 📅 **2026-01-05** | **📌 일반** | 기타 | 아름일보
> 🏷️ LLM

**💡 요약**
3,200억 개의 매개변수로 67.6%를 아끼고 1.91배 빠르다.

<details>
<summary>원문</summary>

320B 모델이 67.6%를 아끼면서 1.91배 빨라졌다고 한다. 누구나 내려받을 수 있다.

</details>

🔗 [원문](https://areum.example/2)

---
"""


def test_a_digest_file_is_read_as_an_edition():
    stories = read_stories(DIGEST)
    assert [s.content["topics"] for s in stories] == [["other"], ["LLM"]]
    assert stories[1].content["words"]["ko"]["summary"].startswith("3,200억 개의")
    assert [s.content["importance"] for s in stories] == ["일반", "일반"]


def test_at_least_five_kinds_of_fault_are_found_in_a_digest_file():
    found = codes(lint_file(DIGEST))
    assert {
        "summary_is_title",
        "truncated",
        "duplicate_event",
        "bad_link",
        "cut_headline",
        "no_topic",
    } <= found
