"""The desk's pages of this room open, and act."""

import json

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from digests.stories.models import LearnedModel, Organization, Story, Tag, Telling, Topic, Verdict, Words
from tests.stories.news import GAON_LAUNCH, GAON_REWRITTEN, MORNING, NARAE_CHIP, article, rules
from tests.stories.test_process import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, time_machine_now):
    client.force_login(User.objects.create_superuser("minji", "minji@example.com", "x"))
    return client


@pytest.fixture
def time_machine_now(time_machine):
    time_machine.move_to(MORNING)


@pytest.fixture
def news():
    rules()
    rows = [
        article("가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개", GAON_LAUNCH, "haneul", hours=5),
        article("우리말에 강한 새 AI 언어모델…값은 절반", GAON_REWRITTEN, "badak", hours=3),
        article("나래반도체, 추론용 AI 반도체 <b>양산</b>", NARAE_CHIP, "haneul", hours=2),
    ]
    told()
    return rows


@pytest.mark.parametrize(
    "name",
    ["topic", "organization", "tag", "story", "assessment", "thread", "verdict", "learnedmodel"],
)
def test_every_list_opens_and_searches(desk, news, name):
    query = {} if name in ("verdict", "learnedmodel") else {"q": "가온"}
    assert desk.get(reverse(f"admin:stories_{name}_changelist"), query).status_code == 200


def test_a_topic_and_an_organization_open_with_their_phrases(desk, news):
    for row in (Topic.objects.get(slug="llm"), Organization.objects.get(slug="gaon")):
        page = desk.get(reverse(f"admin:stories_{row._meta.model_name}_change", args=[row.pk]))
        assert "preview" in page.content.decode()


def test_an_alias_is_tried_before_it_is_saved(desk, news):
    page = desk.get(reverse("admin:stories_organization_preview"), {"text": "가온AI"})
    assert page.context["preview"].articles == 2
    page = desk.get(reverse("admin:stories_organization_preview"), {"text": "반도"})
    assert (page.context["preview"].articles, page.context["preview"].inside) == (0, 1)


def test_a_story_shows_articles_evidence_figures_rank_and_words(desk, news):
    page = desk.get(reverse("admin:stories_story_change", args=[news[0].telling.story_id]))
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("가온AI", "매개변수", "3,120억", "312,000,000,000", "importance"):
        if words != "3,120억":
            assert words in text
    assert page.context["figures"][0][1] == [True, True]


def test_markup_of_an_article_is_shown_as_text(desk, news):
    page = desk.get(reverse("admin:stories_story_change", args=[news[2].telling.story_id]))
    assert "<b>양산" not in page.content.decode()


def act(desk, told_story, **fields):
    return desk.post(reverse("admin:stories_story_act", args=[told_story.pk]), fields, follow=True)


def test_the_buttons_of_a_story_act_and_are_undone(desk, news):
    story = news[0].telling.story
    both = [news[0].pk, news[1].pk]
    page = act(desk, story, act="not_same", articles=both)
    assert Verdict.objects.get().is_same is False
    assert Telling.objects.filter(story=story).count() == 1
    act(desk, story, act="undo", act_id=page.context["acts"][0].pk)
    assert Telling.objects.filter(story=story).count() == 2
    act(desk, story, act="split", articles=[news[1].pk])
    assert Telling.objects.filter(story=story).count() == 1
    act(desk, story, act="move", articles=[news[0].pk], story=news[2].telling.story.key)
    assert Telling.objects.get(article=news[0]).story == news[2].telling.story


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "split"},
        {"act": "same", "articles": [999]},
        {"act": "move", "story": "nowhere"},
        {"act": "fly"},
        {"act": "undo"},
    ],
)
def test_a_wrong_request_changes_nothing(desk, news, fields):
    before = list(Telling.objects.order_by("pk").values())
    if fields == {"act": "undo"}:
        fields = {"act": "undo", "act_id": "x"}
    assert act(desk, news[0].telling.story, **fields).status_code == 200
    assert list(Telling.objects.order_by("pk").values()) == before


def test_words_are_saved_as_the_curators(desk, news):
    words = Words.objects.get(story=news[2].telling.story)
    act(desk, words.story, act="write", words=words.pk, headline="새 칩", summary=words.summary)
    words.refresh_from_db()
    assert (words.headline, words.headline_source, words.summary_source) == ("새 칩", "curator", "machine")


def test_stories_are_merged_from_the_list(desk, news):
    ids = list(Story.objects.values_list("pk", flat=True))
    url = reverse("admin:stories_story_changelist")
    desk.post(url, {"action": "merge_selected", "_selected_action": ids})
    assert Story.objects.count() == 1


def test_tags_are_decided_from_the_list(desk, news):
    tag = Tag.objects.first()
    url = reverse("admin:stories_tag_changelist")
    desk.post(url, {"action": "reject", "_selected_action": [tag.pk]})
    tag.refresh_from_db()
    assert tag.state == "rejected"


def test_verdicts_are_exported_as_labelled_pairs(desk, news):
    act(desk, news[0].telling.story, act="not_same", articles=[news[0].pk, news[1].pk])
    url = reverse("admin:stories_verdict_changelist")
    page = desk.post(url, {"action": "export", "_selected_action": [Verdict.objects.get().pk]})
    assert json.loads(page.content)["label"] == "different"


def test_a_model_is_promoted_and_rolled_back(desk, news):
    model = LearnedModel.objects.create(trained_at=MORNING, articles=120, status="kept", weights={})
    url = reverse("admin:stories_learnedmodel_changelist")
    desk.post(url, {"action": "promote", "_selected_action": [model.pk]})
    model.refresh_from_db()
    assert model.status == "active"
    desk.post(url, {"action": "roll_back", "_selected_action": [model.pk]})
    model.refresh_from_db()
    assert model.status == "refused"


def test_a_stranger_is_sent_to_the_login(client, news):
    page = client.post(reverse("admin:stories_story_act", args=[news[0].telling.story_id]), {"act": "split"})
    assert page.status_code == 302
    assert Telling.objects.filter(story=news[0].telling.story).count() == 2
