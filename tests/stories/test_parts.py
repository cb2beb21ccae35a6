"""Ranks, origins, contradictions, fingerprints, the shipped taxonomy and the tick."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from digests.journal.models import Tick
from digests.stories.contradictions import find_contradictions
from digests.stories.fingerprints import fingerprint, from_json, names, to_json
from digests.stories.models import Keyword, Organization, Story, Topic
from digests.stories.origins import Witness, origins
from digests.stories.ranking import Placed, Standing, rank_parts, spread
from digests.stories.tasks import has_news, tick
from digests.stories.taxonomy import load_taxonomy
from tests.stories.news import GAON_LAUNCH, GAON_REWRITTEN, MORNING, NARAE_CHIP, article, rules

PLAIN = Standing(
    independent=1,
    articles=1,
    trust=2,
    kind="report",
    importance=0.0,
    relation="new",
    last_at=MORNING,
    has_primary=False,
    is_relevant=True,
)


def rank(standing):
    return sum(rank_parts(standing, MORNING).values())


@pytest.mark.parametrize(
    "better",
    [
        {"independent": 3},
        {"trust": 3},
        {"importance": 1.0},
        {"has_primary": True},
    ],
)
def test_what_lifts_a_story(better):
    assert rank(replace(PLAIN, **better)) > rank(PLAIN)


@pytest.mark.parametrize(
    "worse",
    [
        {"kind": "press_release"},
        {"relation": "rehash"},
        {"last_at": MORNING - timedelta(days=2)},
        {"is_relevant": False},
        {"completeness": "blocked"},
    ],
)
def test_what_lowers_a_story(worse):
    assert rank(replace(PLAIN, **worse)) < rank(PLAIN)


def test_no_organization_floods_the_top():
    losses = spread([Placed(number, 10.0 - number, f"p{number}", "gaon") for number in range(5)])
    assert [losses[number] for number in range(5)] == [0.0, 0.0, 0.25, 0.5, 0.75]


def test_one_newsroom_and_one_release_are_one_source():
    found = origins(
        [
            Witness("1", "haneul", GAON_LAUNCH),
            Witness("2", "haneul", NARAE_CHIP),
            Witness("3", "badak", GAON_LAUNCH.replace("공개했다고", "내놨다고")),
            Witness("4", "sarang", GAON_REWRITTEN),
        ]
    )
    assert found["1"] == found["2"] == found["3"]
    assert found["4"] != found["1"]


@pytest.mark.parametrize(
    ("texts", "figures"),
    [
        (["매개변수 500B 모델을 냈다.", "지난 8월 5000B 모델을 예고했다."], [["500B", "5000B"]]),
        (
            ["이 모델은 5190억개 매개변수로 이뤄졌다.", "학습에는 6850억개의 매개변수를 쓴다."],
            [["5190억개", "6850억개"]],
        ),
        (["이 모델은 5190억개 매개변수로 이뤄졌다.", "5000억개 매개변수 모델이다."], []),
        (["7B와 70B, 700B 모델을 냈다.", "이 가운데 70B 모델이 크다."], []),
        (["매출은 120억원이다.", "지난해 매출은 90억원이었다."], []),
    ],
    ids=["slip of ten", "other value", "rounded", "list of sizes", "another year"],
)
def test_numbers_that_do_not_agree_are_found(texts, figures):
    assert [one["figures"] for one in find_contradictions(texts)] == figures


def test_a_name_has_one_form_however_it_is_written():
    assert "axk1" in names("A.X K1을 공개했다") & names("모델 AX K1은 크다")
    mark = fingerprint("가온 공개", "워크로드(Workload)를 67.6% 줄인 SpecEdge다.")
    assert "workload" in mark.glosses
    assert "specedge" not in mark.glosses
    assert (Decimal("67.6"), "%") in mark.facts
    assert from_json(to_json(mark)) == mark


@pytest.mark.django_db
def test_the_taxonomy_is_loaded_once_and_leaves_curators_words_alone():
    assert load_taxonomy().topics == Topic.objects.count() > 10
    Keyword.objects.filter(topic__slug="llm").delete()
    Organization.objects.filter(slug="openai").update(name_ko="오픈 에이아이")
    assert load_taxonomy() == (0, 0)
    assert not Keyword.objects.filter(topic__slug="llm").exists()
    assert Organization.objects.get(slug="openai").name_ko == "오픈 에이아이"


@pytest.mark.django_db
def test_a_tick_tells_what_is_new_and_rests_when_nothing_is(time_machine):
    time_machine.move_to(MORNING)
    rules()
    article("나래반도체, AI 반도체 양산", NARAE_CHIP, hours=2)
    assert has_news(MORNING)
    tick()
    assert Story.objects.count() == 1
    assert not has_news(MORNING)
    assert Tick.objects.get(name="stories").at == MORNING
