"""The documents the project started from, imported: real dates, no noise, every sentence kept.

They lie in ../shared/seeds beside the checkout and are no part of it; without them the same is held
on invented texts by tests/text/test_cleaning.py and test_importing.py.
"""

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digests.sources.importing import import_paths
from digests.sources.models import Article
from digests.text.characters import to_plain, unescape

SEEDS = sorted((Path(__file__).resolve().parents[3] / "shared" / "seeds").glob("*.txt"))
SEOUL = ZoneInfo("Asia/Seoul")
NOISE = {
    "bookmark": r"\[bookmark:",
    "date line": r"^\s*date \d{4}-",
    "embargo": r"엠바고",
    "by-line": r"기자 ?=|[가-힣]{2,4} 기자 [\w.]+@",
    "e-mail": r"[\w.]+@[\w.]+\.(?:kr|com)",
    "caption mark": r"\((?:사진|이미지|자료) ?[=:]",
    "picture by a machine": r"AI로 제작한 이미지",
    "stock code": r"\(0\d{5}\)",
    "glossary": r"<용어 ?설명>",
    "caption": r"(?:발표|설명)하고 있다\.$",
    "reader": r"기사를 읽어드립니다",
    "entity": r"&(?:quot|amp|lt|gt|#x?[0-9a-f]+);",
    "post": r"— Sam Altman \(@",
}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.django_db
def test_the_seeds_arrive_with_their_dates_and_without_their_noise(now) -> None:
    import_paths(SEEDS, now)
    articles = list(Article.objects.order_by("published_at"))
    assert len(articles) == (17 if SEEDS else 0)
    for article in articles:
        found = {kind for kind, pattern in NOISE.items() if re.search(pattern, article.text, re.MULTILINE)}
        assert not found, (article.title, found)
        assert "&" not in article.title or ";" not in article.title
    if articles:
        days = [article.published_at.astimezone(SEOUL).date() for article in articles]
        assert (days[0], days[-1]) == (date(2025, 8, 4), date(2026, 1, 2))
        assert days.count(date(2025, 12, 28)) == 14
        cut = [a for a in articles if a.completeness == Article.Completeness.TRUNCATED]
        assert len(cut) == 7


@pytest.mark.django_db
def test_every_whole_sentence_of_the_seeds_is_kept(now) -> None:
    import_paths(SEEDS, now)
    kept = squeezed("".join(Article.objects.order_by("pk").values_list("text", flat=True)))
    lost = []
    for path in SEEDS:
        for line in to_plain(unescape(path.read_text())).split("\n"):
            is_prose = re.fullmatch(r"[가-힣A-Z‘“\"'].{30,}[가-힣]다\.", line.strip())
            is_noise = any(re.search(pattern, line.strip()) for pattern in NOISE.values())
            if is_prose and not is_noise and squeezed(line) not in kept:
                lost.append(line)
    assert lost == []
