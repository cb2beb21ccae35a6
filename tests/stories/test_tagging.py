"""What an article is about, with the words that prove it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.stories.tagging import Name, OrganizationNames, Tagger, TopicWords

TAGGER = Tagger(
    [
        TopicWords("llm", (("언어모델", 3), ("매개변수", 3), ("language model", 3))),
        TopicWords("chips", (("반도체", 3), ("GPU", 3), ("반도체 설계 교육", 0))),
        TopicWords("business", (("투자", 2), ("매출", 3))),
    ],
    [
        OrganizationNames("gaon", "kr_startup", (Name("가온AI"), Name("가온 M2", "product"))),
        OrganizationNames("narae", "semicon", (Name("나래반도체"), Name("나래강", "blocker"))),
        OrganizationNames("dal", "bigtech", (Name("달", is_strict=True), Name("Dal Labs"))),
    ],
)


def slugs(hits):
    return [hit.slug for hit in hits]


def test_topics_come_with_evidence_and_the_title_weighs_most():
    reading = TAGGER.read("가온AI, 매개변수 두 배 언어모델", "반도체 이야기는 잠깐 나온다.")
    assert slugs(reading.topics) == ["llm"]
    assert {words.text for words in reading.topics[0].evidence} == {"매개변수", "언어모델"}
    assert {words.place for words in reading.topics[0].evidence} == {"title"}


def test_a_blocker_takes_the_place_of_its_keyword():
    assert slugs(TAGGER.read("AI 반도체 설계 교육 신청", "").topics) == []


def test_an_organization_that_is_only_compared_with_is_not_the_news():
    reading = TAGGER.read("나래반도체, AI 칩 공개", "나래반도체가 새 GPU를 냈다. 가온AI를 추격하는 모양새다.")
    assert slugs(reading.organizations) == ["narae"]


def test_an_organization_named_late_and_once_is_not_the_news():
    text = "AI 업계가 들썩인다. " * 20 + "가온AI도 그 가운데 하나다."
    assert slugs(TAGGER.read("AI 업계 소식", text).organizations) == []


def test_an_ambiguous_name_in_the_text_needs_ai_news():
    assert slugs(TAGGER.read("밤하늘 소식", "달이 밝게 떴다고 한다.").organizations) == []
    assert slugs(TAGGER.read("AI 기업 소식", "달이 언어모델을 공개했다.").organizations) == ["dal"]


@pytest.mark.parametrize(
    ("title", "text", "is_relevant"),
    [
        ("새 AI 모델 공개", "", True),
        ("태양광 발전 9% 늘어", "올해 태양광 설비가 크게 늘었다고 정부가 밝혔다.", False),
        ("맥주 축제 열린다", "순한 맥주와 음식을 나눈다.", False),
        ("Robots learn to fold laundry", "", True),
        ("A quiet night in the harbour", "The boats stayed in.", False),
        ("[AI만화] 어느 개발자의 하루", "글·그림 아무개", False),
    ],
)
def test_ai_news_is_told_from_other_news(title, text, is_relevant):
    assert TAGGER.read(title, text).is_relevant is is_relevant


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("[기고] AI와 우리", "", "opinion"),
        ("[게시판] 가온AI 특강 등 단신", "", "roundup"),
        ("[인터뷰] 가온AI 한서윤", "", "interview"),
        ("가온AI, 새 모델", "가온AI(대표 한서윤)는 새 모델을 냈다고 4일 밝혔다.", "press_release"),
        ("새 방법으로 학습 시간 절반", "한빛대 연구팀이 새 방법을 내놨다.", "research"),
        ("가온AI 새 모델 나온다", "가온AI가 새 모델을 준비하고 있다.", "report"),
    ],
)
def test_the_kind_is_read_from_title_and_lead(title, text, kind):
    assert TAGGER.read(title, text).kind == kind


def test_importance_is_the_sum_of_its_parts():
    reading = TAGGER.read("나래반도체, 4조 규모 투자", "나래반도체가 협약을 체결했다고 밝혔다.")
    assert reading.importance == pytest.approx(sum(reading.importance_parts.values()), abs=1e-3)
    assert "deal" in reading.importance_parts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=400))
def test_any_article_has_a_reading_and_its_evidence_stands_where_it_says(title, text):
    reading = TAGGER.read(title, text)
    for hit in (*reading.topics, *reading.organizations):
        assert 0 <= hit.score <= 1
        for words in hit.evidence:
            source = title if words.place == "title" else text
            assert source[words.start : words.end] == words.text


def test_a_text_without_end_is_read_in_time():
    assert slugs(TAGGER.read("가온AI 언어모델", "반도체 매개변수 언어모델 " * 50_000).topics)
