"""Importing: every form of file, whole or not at all."""
# ruff: noqa: E501 - a case reads best in one line

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from digests.sources.importing import UnreadableFile, import_paths, read_paths
from digests.sources.manuscripts import Outlet
from digests.sources.models import Article, Publisher, Revision
from digests.sources.outlets import find_publisher, slug_of

BODY = "가온이 새 언어 모델 ‘누리 2’를 공개했다고 28일 밝혔다. 회사는 67.6%의 비용을 줄였다고 설명했다."

DIGEST = """# 🤖 AI 뉴스 - 2025년 12월 28일

## 📑 목차

1. [가온, &quot;누리 2&quot; 공...](#가온)

---

### 가온, &quot;누리 2&quot; 공개

> 📅 **2025-12-28** | **📌 일반** | OpenAI | AI타임스
> 🏷️ 기타

**💡 요약**
가온, 누리 2 공개

<details>
<summary><b>📄 원문 보기</b></summary>

(사진=가온)

가온이 새 언어 모델을 냈다.

### 소제목

가온의 채용 공고

에 따르면 책임자를 뽑는다. 회사는 앞으로도 모두...

</details>

🔗 [원문 보기](https://www.aitimes.com/news/articleView.html?idxno=1)

---

### 나래, 칩 공개

> 📅 **2025-12-29** | 나래일보

<details>
<summary>원문</summary>

나래가 칩을 냈다.

</details>

🔗 [원문 보기](https://narae.example.kr/a/2)
"""

RECORD = """---
id: 1_2
title: "&quot;누리 2&quot; 공개…가온 &#x27;이겼다&#x27;"
publisher: 뉴스1
author:

    홍길동 기자 (hong@example.kr)

published_at: 2025-12-28 00:00
url: https://n.news.naver.com/mnews/article/421/0000000001
---

# &quot;누리 2&quot; 공개…가온 &#x27;이겼다&#x27;

**뉴스1** | 2025-12-28 00:00 |

---

(서울&#x3D;뉴스1) 홍길동 기자 &#x3D; 가온(123450)이 누리 2를 냈다.나래는 졌다.&lt;용어설명&gt;■ NPU신경망처리장치.

---

*Crawled at: 2025-12-28 01:31:45*
*Source: [원문 보기](https://n.news.naver.com/mnews/article/421/0000000001)*
"""

PASTED = f"""이기고 돌아온 가온…'누리 2'의 비밀

2026-01-02 11:51

작은 회사의 큰 모델

{BODY}

home 홍길동 기자 hong@wikitree.co.kr
"""

RELEASE = f""" 가온, 누리 2 공개
- 비용 67.6% 절감
\t엠바고 : 배포 즉시 사용 가능합니다.

[2025. 08. 04.]

[bookmark: _Hlk1]가온(대표이사 CEO 홍길동, www.gaon.example)은 누리 2를 냈다고 4일 밝혔다.

{BODY}
"""

UNTITLED = f" date 2025-12-31 {BODY}\n\n홍길동 가온 대표 (사진=지디넷코리아 DB)\n\n나래는 졌다.\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def line(**values: object) -> str:
    record = {"url": "https://example.com/1", "title": "가온", "text": BODY, "published_at": "2025-12-28T09:00:00+09:00", "publisher": "가온일보", "language": "ko"}  # fmt: skip
    return json.dumps({**record, **values}, ensure_ascii=False)


def only(path: Path, now: datetime) -> Article:
    (article_id,) = import_paths([path], now).new_ids
    return Article.objects.get(pk=article_id)


@pytest.mark.django_db
def test_a_digest_becomes_its_articles(tmp_path: Path, now: datetime) -> None:
    imported = import_paths([write(tmp_path, "d.md", DIGEST)], now)
    one, two = Article.objects.filter(pk__in=imported.new_ids).order_by("published_at")
    assert one.title == '가온, "누리 2" 공개'
    assert one.publisher.name_ko == "AI타임스"
    assert one.published_at == datetime(2025, 12, 27, 15, 0, tzinfo=UTC)
    assert one.is_date_only
    assert one.date_source == Article.DateSource.IMPORTED
    assert one.completeness == Article.Completeness.TRUNCATED
    assert one.url == "https://www.aitimes.com/news/articleView.html?idxno=1"
    assert "가온의 채용 공고에 따르면 책임자를 뽑는다." in one.text
    assert "사진" not in one.text
    assert (two.title, two.publisher.name_ko) == ("나래, 칩 공개", "나래일보")
    assert two.completeness == Article.Completeness.FULL


def test_a_digests_own_date_is_its_articles_where_they_name_none(tmp_path: Path) -> None:
    text = "# AI News - 2025-12-28\n\n## Gaon wins\n\n> News | The Morning\n\nIt won.\n\n[Read](https://example.com/1)\n"
    (manuscript,) = read_paths([write(tmp_path, "d.md", text)])
    assert manuscript.published is not None
    assert manuscript.published.at == datetime(2025, 12, 27, 15, 0, tzinfo=UTC)
    assert (manuscript.outlet.name, manuscript.text) == ("The Morning", "It won.")


@pytest.mark.django_db
def test_a_record_is_read_without_its_frame(tmp_path: Path, now: datetime) -> None:
    article = only(write(tmp_path, "r.txt", RECORD), now)
    assert article.title == "\"누리 2\" 공개…가온 '이겼다'"
    assert article.text == "가온이 누리 2를 냈다. 나래는 졌다."
    assert article.publisher.name_ko == "뉴스1"
    assert article.published_at == datetime(2025, 12, 27, 15, 0, tzinfo=UTC)
    assert {removal["kind"] for removal in article.removed} == {"byline", "stock_code", "glossary"}


@pytest.mark.django_db
def test_a_pasted_article_tells_its_title_time_and_paper(tmp_path: Path, now: datetime) -> None:
    article = only(write(tmp_path, "p.txt", PASTED), now)
    assert article.title == "이기고 돌아온 가온…'누리 2'의 비밀"
    assert article.text == f"작은 회사의 큰 모델\n\n{BODY}"
    assert article.published_at == datetime(2026, 1, 2, 2, 51, tzinfo=UTC)
    assert not article.is_date_only
    assert article.publisher.name_ko == "위키트리"


@pytest.mark.django_db
def test_a_press_release_is_its_companys_and_may_be_shown_in_full(tmp_path: Path, now: datetime) -> None:
    article = only(write(tmp_path, "r.txt", RELEASE), now)
    assert article.title == "가온, 누리 2 공개"
    assert article.publisher.name_ko == "가온"
    assert article.publisher.homepage == "https://gaon.example/"
    assert article.publisher.kind == Publisher.Kind.COMPANY
    assert article.publisher.allows_full_text
    assert article.published_at == datetime(2025, 8, 3, 15, 0, tzinfo=UTC)
    assert "엠바고" not in article.text
    assert "가온(대표이사 CEO 홍길동, www.gaon.example)은 누리 2를 냈다고 4일 밝혔다." in article.text


@pytest.mark.django_db
def test_a_text_without_a_title_is_called_by_its_first_sentence(tmp_path: Path, now: datetime) -> None:
    article = only(write(tmp_path, "u.txt", UNTITLED), now)
    assert article.title == "가온이 새 언어 모델 ‘누리 2’를 공개했다고 28일 밝혔다"
    assert article.text == f"{BODY}\n\n나래는 졌다."
    assert article.published_at == datetime(2025, 12, 30, 15, 0, tzinfo=UTC)
    assert article.publisher.name_ko == "지디넷코리아"


@pytest.mark.django_db
def test_a_text_that_says_nothing_of_itself_is_of_an_unknown_source(tmp_path: Path, now: datetime) -> None:
    article = only(write(tmp_path, "x.txt", f"누리 2의 비밀\n\n{BODY}"), now)
    assert article.publisher.slug == "unknown"
    assert article.published_at == now
    assert article.date_source == Article.DateSource.FIRST_SEEN


@pytest.mark.django_db
def test_json_lines_are_imported(tmp_path: Path, now: datetime) -> None:
    text = f"{line()}\n\n{line(url='https://example.com/2', title='a &amp; b', published_at='2025-12-28', publisher=None)}\n"
    imported = import_paths([write(tmp_path, "a.jsonl", text)], now)
    one, two = Article.objects.filter(pk__in=imported.new_ids).order_by("url")
    assert (one.publisher.name_ko, one.language) == ("가온일보", "ko")
    assert (two.title, two.publisher.homepage, two.is_date_only) == ("a & b", "https://example.com/", True)


@pytest.mark.django_db
def test_importing_twice_changes_nothing_and_an_edit_keeps_the_article(tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path, "a.jsonl", line())
    first = import_paths([path], now)
    again = import_paths([path, path], now)
    assert (again.new_ids, again.changed_ids, again.known) == ((), (), 2)
    edited = import_paths([write(tmp_path, "a.jsonl", line(title="가온, 다시"))], now)
    assert edited.changed_ids == first.new_ids
    assert Revision.objects.get().title == "가온"


BAD = {
    "empty.txt": (b"  \n", 1, "empty"),
    "binary.txt": (b"a\nb\0c", 2, "binary"),
    "latin.txt": ("é à la carte".encode("latin-1"), 1, "neither UTF-8 nor CP949"),
    "broken.jsonl": ((line() + '\n{"title": \n').encode(), 2, "not JSON"),
    "list.json": (b"[1]", 1, "not an object"),
    "nothing.jsonl": (b'{"url": "https://example.com/"}', 1, "neither title nor text"),
    "number.jsonl": ((line() + "\n" + line(title=3)).encode(), 2, "title is not a string"),
    "date.jsonl": (line(published_at="어제").encode(), 1, "not a date"),
    "link.jsonl": (line(url="javascript:alert(1)").encode(), 1, "not an http(s) address"),
    "deep.json": (b"[" * 100_000, 1, "not JSON"),
    "first.jsonl": (b"not json\n" + line().encode(), 1, "not JSON"),
    "note.txt": (b"hello", 1, "too little text"),
    "front.md": (b"---\ntitle: a\n", 1, "no end"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_one_unreadable_file_and_nothing_is_stored(name: str, tmp_path: Path) -> None:
    data, number, reason = BAD[name]
    (tmp_path / name).write_bytes(data)
    good = write(tmp_path, "0.jsonl", line())
    stderr = StringIO()
    with pytest.raises(SystemExit) as exit_code:
        call_command("import_articles", str(good), str(tmp_path / name), stderr=stderr)
    assert exit_code.value.code == 2
    said = stderr.getvalue().strip()
    assert said.startswith(f"{tmp_path / name}:{number}: ")
    assert reason in said
    assert "\n" not in said
    assert not Article.objects.exists()
    assert not Publisher.objects.exists()


@pytest.mark.django_db
def test_a_missing_file_is_one_line_too(tmp_path: Path) -> None:
    stderr = StringIO()
    with pytest.raises(SystemExit) as exit_code:
        call_command("import_articles", str(tmp_path / "none.txt"), stderr=stderr)
    assert exit_code.value.code == 2
    assert stderr.getvalue().strip() == f"{tmp_path / 'none.txt'}: no such file or directory"


def test_a_folder_is_its_files_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no file to import"):
        read_paths([tmp_path])
    write(tmp_path, "b.txt", PASTED)
    write(tmp_path, "a.md", DIGEST)
    write(tmp_path, "c.png", "x")
    assert len(read_paths([tmp_path])) == 3


def test_korean_in_cp949_and_utf_16_is_read(tmp_path: Path) -> None:
    for encoding in ("cp949", "utf-16", "utf-8-sig"):
        (tmp_path / "a.txt").write_bytes("똠방각하의 귀환\n\n가온이 이겼다고 밝혔다.".encode(encoding))
        (manuscript,) = read_paths([tmp_path / "a.txt"])
        assert manuscript.title == "똠방각하의 귀환"


@pytest.mark.django_db
def test_a_publisher_is_found_by_name_then_host_then_made() -> None:
    ours = Publisher.objects.create(
        slug="gaon", name_ko="가온일보", name_en="Gaon", homepage="https://www.gaon.example/"
    )
    assert find_publisher(Outlet("가온 일보"), "", "ko") == ours
    assert find_publisher(Outlet("GAON"), "", "en") == ours
    assert find_publisher(Outlet("어딘가"), "https://m.gaon.example/a/1", "ko") == ours
    made = find_publisher(Outlet(), "https://narae.example/a", "en")
    assert (made.slug, made.name_ko, made.language) == ("narae-example", "narae.example", "en")
    assert find_publisher(Outlet(), "https://www.narae.example/b", "en") == made
    assert find_publisher(Outlet(), "https://n.news.naver.com/article/001/0000000001", "ko").slug == "unknown"


def test_a_slug_depends_on_host_and_name_alone() -> None:
    assert slug_of("가온", "gaon.example") == "gaon-example"
    assert slug_of("Gaon Daily", "") == "gaon-daily"
    assert slug_of("가온", "") == slug_of("가온", "") != slug_of("나래", "")
