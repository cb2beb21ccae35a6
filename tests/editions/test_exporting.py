"""One edition as a file, and the commands that make it."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from digests.editions.assembling import assemble, freeze
from digests.editions.exporting import escaped, export
from digests.editions.linting_files import lint_file
from tests.editions.press import CUTOFF, FROZEN_AT, article, frozen_edition, story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_cutoff(settings):
    settings.EDITION_CUTOFFS = (CUTOFF,)


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_markdown_has_all_that_a_digest_needs():
    told = export(frozen_edition().pk, "md")
    assert told.startswith("# AI 조간 — 2026년 1월 5일 월요일\n")
    for part in (
        "## 차례",
        "**날짜** 2026-01-04",
        "**중요도** 높음",
        "**기관**",
        "**매체**",
        "**주제**",
        "**왜 이 소식**",
    ):
        assert part in told
    assert "<details>\n<summary>원문 첫머리 — 별빛경제" in told
    assert "[원문 읽기 — 별빛경제](<https://byeolbit.example/" in told


def test_every_line_of_the_contents_leads_to_its_story():
    told = export(frozen_edition().pk, "md", "en")
    anchors = re.findall(r"\]\(#([^)]+)\)", told)
    assert len(anchors) == 10
    assert [f'<a id="{anchor}"></a>' in told for anchor in anchors] == [True] * 10
    assert "Contents" in told


def test_the_original_stands_in_full_only_where_that_is_allowed():
    long = " ".join(f"{n}번째 문장이다." for n in range(9))
    story("one", [article("lab", "발표", long), article("areum", "기사", long)])
    told = export(frozen_edition().pk, "md")
    assert "<summary>원문 — 솔바람연구소 (1차): 발표</summary>" in told
    assert told.count("8번째 문장이다.") == 1


def test_markup_in_titles_is_shown_and_not_obeyed():
    nasty = "제목 [링크](http://x) <script> *별* `코드` # 해시"
    story("one", [article("areum", nasty, "본문이다.")], words={"ko": (nasty, "요약 <b>굵게</b>.")}, rank=99)
    edition = frozen_edition()
    told = export(edition.pk, "md")
    assert escaped(nasty) in told
    assert "<script>" not in told.replace("\\<script\\>", "")
    assert "<script>" not in export(edition.pk, "html")


@pytest.mark.parametrize(
    ("text", "told"), [("- 목록", "\\- 목록"), ("1. 하나", "\\1. 하나"), ("a_b", "a\\_b")]
)
def test_what_markdown_would_read_is_escaped(text, told):
    assert escaped(text) == told


def test_json_holds_every_story_as_frozen():
    edition = frozen_edition()
    told = json.loads(export(edition.pk, "json"))
    assert (told["date"], told["number"], len(told["items"])) == ("2026-01-05", 1, 10)
    assert told["items"][0]["words"]["ko"]["headline"].startswith("솔바람연구소")


def test_html_is_one_page_that_loads_nothing():
    told = export(frozen_edition().pk, "html", "en")
    assert told.count("<article") == 10
    assert "src=" not in told
    assert "Importance" in told


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="pdf"):
        export(frozen_edition().pk, "pdf")


def test_an_empty_edition_exports_legally():
    from tests.editions.press import DAY

    edition_id = assemble(DAY, CUTOFF, FROZEN_AT)
    freeze(edition_id, FROZEN_AT)
    assert export(edition_id, "md").startswith("# AI 조간")


@pytest.mark.parametrize("command", ["build_edition", "export_edition", "lint_edition"])
@pytest.mark.parametrize("date", ["2025-13-01", "yesterday", "2025-1-1x", ""])
def test_a_malformed_date_is_one_line_and_exit_two(command, date):
    with pytest.raises(CommandError, match="is not a date") as caught:
        run(command, date)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


def test_a_date_without_an_edition_says_what_to_do():
    with pytest.raises(CommandError, match="build_edition 2026-01-05"):
        run("export_edition", "2026-01-05")


def test_export_writes_a_file_and_says_which_it_cannot(tmp_path: Path):
    frozen_edition()
    path = tmp_path / "edition.md"
    run("export_edition", "2026-01-05", "--output", str(path))
    assert path.read_text().startswith("# AI 조간")
    with pytest.raises(CommandError, match="no/such"):
        run("export_edition", "2026-01-05", "--output", str(tmp_path / "no/such/file"))


def test_build_makes_an_edition_even_of_a_day_without_news():
    assert "0 articles, 0 stories, 0 chosen" in run("build_edition", "2026-01-05")


def test_lint_takes_a_date_or_a_file_and_exits_one_where_something_blocks(tmp_path: Path):
    frozen_edition()
    assert "single_source" in run("lint_edition", "2026-01-05")
    assert json.loads(run("lint_edition", "2026-01-05", "--json"))[0]["code"]
    path = tmp_path / "digest.md"
    path.write_text(
        "### 제목 하나\n\n> 📅 **2026-01-05** | 별빛\n\n**요약**\n제목 하나\n\n본문은 여기까지...\n"
    )
    assert lint_file(path.read_text())
    with pytest.raises(SystemExit) as caught:
        run("lint_edition", str(path))
    assert caught.value.code == 1


def test_an_unreadable_file_is_one_line_and_exit_two(tmp_path: Path):
    path = tmp_path / "broken.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError) as caught:
        run("lint_edition", str(path))
    assert caught.value.returncode == 2
