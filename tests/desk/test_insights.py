"""The readers desk and the quality page: numbers, their charts, and no address."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from digests.stories.gold import FIELDS
from digests.stories.models import LearnedModel, Tag, Verdict
from newsletter.desk.charts import HEIGHT, WIDTH, bars, line_chart, share
from newsletter.subscribers.models import ConsentEvent, Subscriber

numbers = st.lists(st.integers(0, 10**7), min_size=1, max_size=60)


@given(numbers)
def test_a_line_stays_within_its_frame(values):
    chart = line_chart("x", [str(n) for n in range(len(values))], {"a": values})
    for point in chart.lines[0].points.split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    assert len(chart.rows) == len(values)


@given(numbers)
def test_the_longest_bar_is_full(values):
    widths = [width for _name, _count, width in bars([(str(n), n) for n in values])]
    assert max(widths) == (100 if max(values) else 0)


@pytest.mark.parametrize(("part", "whole", "told"), [(1, 3, 33.3), (0, 5, 0.0), (1, 0, None)])
def test_a_share_of_nothing_is_none(part, whole, told):
    assert share(part, whole) == told


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ko", "en"])
def test_readers_are_counted_and_rare_domains_are_not_named(owner, edition, ada, bob, language):
    for number in range(5):
        Subscriber.objects.create(
            email=f"r{number}@many.example", address_hash=f"{number:064}", status=Subscriber.Status.ACTIVE
        )
    ConsentEvent.objects.create(address_hash="a" * 64, kind="confirmed", how="page", language="ko")
    page = owner.get("/admin/desk/readers/", headers={"accept-language": language}).content.decode()
    assert "many.example" in page
    assert "example.com" not in page
    assert "ada@" not in page
    assert "<polyline" in page
    assert "style=" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ko", "en"])
def test_quality_shows_acceptance_models_and_labels(owner, edition, language):
    now = timezone.now()
    for days, score in ((2, 0.71), (1, 0.74)):
        figures = {"frozen": {"old": 0.7, "new": score, "articles": 40}}
        at = now - timedelta(days=days)
        LearnedModel.objects.create(trained_at=at, articles=120, status="kept", figures=figures)
    tag = Tag.objects.filter(topic__isnull=False).first()
    Tag.objects.filter(pk=tag.pk).update(state="accepted")
    page = owner.get("/admin/desk/quality/", headers={"accept-language": language}).content.decode()
    assert "100.0 %" in page
    assert page.count("<polyline") == 4


@pytest.mark.django_db
def test_labels_come_in_the_format_that_evaluate_reads(owner, edition):
    first, second = edition.items.order_by("pk")[:2]
    a, b = (item.story.tellings.first().article for item in (first, second))
    Verdict.objects.create(first_id=min(a.pk, b.pk), second_id=max(a.pk, b.pk), is_same=False)
    Tag.objects.filter(topic__isnull=False, article__in=[a, b]).update(state="accepted")
    for name, rows in (("pairs", 1), ("articles", 2)):
        answer = owner.get(f"/admin/desk/quality/export/{name}.jsonl")
        lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        assert len(lines) == rows
        known = FIELDS[f"{name}.jsonl"]
        for field, kinds in known.items():
            assert field.endswith("?") or isinstance(lines[0][field], kinds)
    assert owner.get("/admin/desk/quality/export/other.jsonl").status_code == 404


@pytest.mark.django_db
def test_the_index_links_to_boards_and_remembers_the_language(owner, edition):
    assert f"/admin/editions/edition/{edition.date:%F}/board/" in owner.get("/admin/").content.decode()
    answer = owner.post("/admin/desk/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer.url == "/admin/"
    assert 'lang="en"' in owner.get("/admin/").content.decode()
