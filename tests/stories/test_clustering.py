"""Which articles tell one event."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digests.stories.clustering import Document, actor, cluster, plain_title
from digests.stories.fingerprints import fingerprint
from tests.stories.news import GAON_ENGLISH, GAON_LAUNCH, GAON_REWRITTEN, MORNING, NARAE_CHIP


def document(key, title, text="", organizations=(), days=0.0, language="ko", **fields):
    return Document(
        key,
        title,
        text,
        MORNING + timedelta(days=days),
        language,
        frozenset(organizations),
        fingerprint(title, text),
        **fields,
    )


A = document("a", "가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개", GAON_LAUNCH, ["gaon"])
B = document("b", "우리말에 강한 새 AI…값은 절반으로 내렸다", GAON_REWRITTEN, ["gaon"])
C = document("c", "나래반도체, 추론용 AI 반도체 양산", NARAE_CHIP, ["narae"])
D = document("d", "나래반도체 추론용 AI 반도체 'R7' 양산 시작", "", ["narae"])
E = document("e", "전국 도서관 야간 개방 늘린다")
F = document("f", "Gaon AI opens its Gaon M2 model", GAON_ENGLISH, ["gaon"], language="en")


def groups(*documents, **pairs):
    return set(cluster(documents, **pairs).clusters)


def test_one_event_in_other_words_is_one_cluster():
    assert groups(A, B, C, D, E) == {("a", "b"), ("c", "d"), ("e",)}


def test_articles_about_different_organizations_are_never_one():
    first = document("x", "3분기 매출 1,240억원 영업이익 87억원 기록", "", ["gaon"])
    second = document("y", "3분기 매출 1,240억원 영업이익 87억원 기록", "", ["narae"])
    assert groups(first, second) == {("x",), ("y",)}


def test_korean_and_english_are_linked_by_figures_and_names():
    assert groups(A, B, F) == {("a", "b", "f")}


def test_weaker_evidence_across_languages_is_only_related():
    english = document(
        "g", "Gaon AI and its 312B model", "Gaon AI has 312 billion parameters.", ["gaon"], language="en"
    )
    clustered = cluster([A, english])
    assert clustered.clusters == (("a",), ("g",))
    assert clustered.related == {("a", "g")}


def test_the_same_words_a_week_later_are_another_event():
    later = document("z", A.title, "", ["gaon"], days=8)
    assert groups(document("a", A.title, "", ["gaon"]), later) == {("a",), ("z",)}


def test_a_verdict_is_obeyed_before_any_likeness():
    assert groups(A, B, different=[("a", "b")]) == {("a",), ("b",)}
    assert ("a", "e") in groups(A, E, same=[("a", "e")])


def test_different_holds_inside_a_chain_of_same():
    found = groups(A, C, E, same=[("a", "c"), ("c", "e")], different=[("a", "e")])
    assert not any({"a", "e"} <= set(members) for members in found)


def test_a_roundup_joins_no_event():
    roundup = document("r", D.title, "", ["narae"], is_roundup=True)
    assert groups(C, D, roundup) >= {("c", "d")}


def test_nothing_and_one_article_have_a_result():
    assert groups() == set()
    assert groups(E) == {("e",)}
    assert groups(document("m", ""), document("n", "!")) == {("m",), ("n",)}


@settings(max_examples=25, deadline=None)
@given(st.permutations([A, B, C, D, E, F]))
def test_any_order_of_arrival_gives_the_same_stories(documents):
    assert cluster(documents) == cluster([A, B, C, D, E, F])


def test_the_actor_of_a_headline_is_what_stands_before_its_comma():
    assert actor("[금융] 가온은행, 새 앱 출시") == "가온은행"
    assert actor("새 앱 나왔다") == ""
    assert plain_title("[AI 금융] 가온은행, '새 앱'!") == "가온은행 새 앱"
