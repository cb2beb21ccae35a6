"""`clean_text`: what it prints, and its exit codes."""

import io
import json
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command

RAW = "(서울=뉴스1) 홍길동 기자 = 가온이 누리 2를 냈다고 밝혔다."


def run(*args: str) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    try:
        call_command("clean_text", *args, stdout=stdout, stderr=stderr)
    except SystemExit as stop:
        return int(stop.code or 0), stdout.getvalue(), stderr.getvalue()
    return 0, stdout.getvalue(), stderr.getvalue()


def test_an_article_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RAW, encoding="utf-8")
    code, out, _ = run(str(tmp_path / "a.txt"), "--json")
    assert code == 0
    assert json.loads(out) == {
        "text": "가온이 누리 2를 냈다고 밝혔다.",
        "language": "ko",
        "completeness": "full",
        "removed": [{"kind": "byline", "text": "(서울=뉴스1) 홍길동 기자 ="}],
    }


def test_without_json_the_text_alone_is_printed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1>누리 2</h1><p>가온이 이겼다고 밝혔다.</p>", encoding="utf-8")
    assert run(str(tmp_path / "a.html"), "--html", "--title", "누리 2")[1] == "가온이 이겼다고 밝혔다.\n"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(RAW.encode())))
    assert run("-")[1] == "가온이 누리 2를 냈다고 밝혔다.\n"


@pytest.mark.parametrize("raw", ["", "홍길동 기자 hong@example.kr", "Subscribe to continue reading."])
def test_what_is_no_article_is_refused_with_a_reason(raw: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(raw, encoding="utf-8")
    code, _, err = run(str(tmp_path / "a.txt"), "--json")
    assert code == 1
    assert err.startswith("refused: ")


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01")
    for name in ("a.txt", "none.txt"):
        code, out, err = run(str(tmp_path / name))
        assert (code, out, len(err.splitlines())) == (2, "", 1)
