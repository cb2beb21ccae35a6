"""Measures, labelled sets, and the command that brings them together."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from digests.stories.scoring import (
    Counts,
    area_under_curve,
    b_cubed,
    count,
    figure,
    mean_f1,
    pair_counts,
    rouge_2,
)
from tests.stories.news import GAON_LAUNCH, NARAE_CHIP


def test_either_way_labels_count_neither_way():
    assert count(frozenset("ab"), frozenset("bc"), frozenset("a")) == Counts(1, 0, 1)


def test_the_measures_on_hand_made_examples():
    assert mean_f1(b_cubed([1, 1, 2], [1, 1, 2])) == 1
    assert mean_f1(b_cubed([1, 1, 1], [1, 1, 2])) == pytest.approx(2 * (5 / 9) / (1 + 5 / 9))
    assert pair_counts([1, 1, 2], [1, 2, 2]) == Counts(0, 1, 1)
    assert area_under_curve([(True, 2), (False, 1), (True, 1)]) == 0.75
    assert rouge_2("하나 둘 셋", "하나 둘 넷") == 0.5
    assert figure([1.0, 1.0], lambda rows: sum(rows) / len(rows)).low == 1


@pytest.fixture
def gold(tmp_path):
    def write(name, *rows):
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")

    write(
        "articles.jsonl",
        {
            "url": "a",
            "title": "오픈AI, 새 언어모델 공개",
            "topics": ["llm"],
            "orgs": ["openai"],
            "relevant": True,
        },
        {
            "url": "b",
            "title": "도서관 야간 개방",
            "topics": [],
            "orgs": [],
            "relevant": False,
            "importance": "low",
        },
    )
    write("texts.jsonl", {"url": "s", "title": "나래", "text": NARAE_CHIP}, {"url": "t", "text": GAON_LAUNCH})
    write(
        "days.jsonl",
        {"url": "a", "date": "2026-01-01", "title": "가온, 새 모델 공개", "event_id": "1"},
        {"url": "b", "date": "2026-01-01", "title": "가온 새 모델 공개했다", "event_id": "1"},
        {"url": "c", "date": "2026-01-01", "title": "날씨가 춥다", "event_id": "2"},
    )
    write("pairs.jsonl", {"a": "a", "b": "b", "label": "same", "stratum": "easy"})
    write(
        "summaries.jsonl",
        {"url": "s", "keep_sentences": [{"start": "나래반도체는 추론용"}], "key_facts": ["R7"]},
    )
    write("cleaning.jsonl", {"url": "s", "noise": ["무단 전재"], "must_survive": ["나래 R7"]})
    return tmp_path, write


def run(*arguments):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("evaluate", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_it_prints_every_figure_that_the_files_allow(gold):
    folder, _ = gold
    code, out, _ = run(folder, "--json")
    figures = json.loads(out)
    assert code == 0
    assert figures["organizations.f1"]["value"] == 1
    assert figures["grouping.b_cubed_f1"]["value"] == 1
    assert figures["pairs.easy.recall"]["value"] == 1
    assert figures["summaries.not_title"]["value"] == 1
    assert figures["cleaning.text_kept"]["value"] == 1


def test_a_figure_under_its_least_value_fails(gold):
    folder, _ = gold
    least = folder / "least.json"
    least.write_text('{"organizations.f1": 0.9}')
    assert run(folder, "--fail-under", least)[0] == 0
    least.write_text('{"organizations.f1": 1.1, "nothing.such": 0}')
    code, _, err = run(folder, "--fail-under", least)
    assert (code, err.strip()) == (1, "under: organizations.f1, nothing.such")


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("articles.jsonl", "{", "articles.jsonl, line 1"),
        ("articles.jsonl", "[]", "articles.jsonl, line 1"),
        ("articles.jsonl", {"title": "x"}, "field 'url': is missing"),
        ("articles.jsonl", {"url": "x", "title": "x", "topics": "llm"}, "field 'topics': is str"),
        ("articles.jsonl", {"url": "x", "title": "x", "orgs": [3]}, "field 'orgs': holds int"),
        ("articles.jsonl", {"url": "x", "title": "x", "importance": "huge"}, "field 'importance'"),
        ("days.jsonl", {"url": "x", "date": 5, "event_id": "e"}, "field 'date'"),
    ],
)
def test_a_malformed_file_is_one_line_that_names_the_place(gold, name, row, words):
    folder, write = gold
    write(name, row)
    code, _, err = run(folder)
    assert code == 2
    assert words in err
    assert err.strip().count("\n") == 0


def test_an_empty_folder_is_an_error(tmp_path):
    assert run(tmp_path)[0] == 2
