"""The learned topic model, and whether it may be used."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from digests.stories import promoting
from digests.stories.learning import Example, TopicModel, train
from digests.stories.models import LearnedModel, Tag, Topic
from tests.stories.news import MORNING, article, rules
from tests.stories.test_process import told

WORDS = {"llm": ["문장", "대화", "번역"], "chips": ["공정", "웨이퍼", "설비"]}


def example(slug, number):
    words = WORDS[slug]
    title = f"{words[number % 3]} 이야기 {number}"
    return Example(title, f"{' '.join(words)} 소식이 이어진다", {}, ())


EXAMPLES = [example(slug, number) for slug in WORDS for number in range(20)]
LABELS = [frozenset({slug}) for slug in WORDS for _ in range(20)]


def test_it_learns_words_that_no_rule_has():
    model = train(EXAMPLES, LABELS, ["chips", "llm"])
    assert model.topics(Example("번역 대화", "문장 이야기", {}, ()))[0][0] == "llm"
    assert model.topics(Example("웨이퍼 설비", "공정 이야기", {}, ()))[0][0] == "chips"


def test_it_is_the_same_for_any_order_and_survives_json():
    model = train(EXAMPLES, LABELS, ["chips", "llm"])
    other = train(EXAMPLES[::-1], LABELS[::-1], ["chips", "llm"])
    assert model.to_json() == other.to_json()
    kept = TopicModel.from_json(model.to_json())
    assert kept.topics(EXAMPLES[0]) == model.topics(EXAMPLES[0])


def test_a_topic_without_examples_follows_the_rules():
    model = train(EXAMPLES, LABELS, ["chips", "llm", "policy"])
    assert ("policy", 0.6) in model.topics(Example("법", "법", {"policy": 9.0}, ("policy",)))


@pytest.mark.django_db
class TestPromoting:
    def approve(self, count):
        rules()
        for number in range(count):
            slug = ("llm", "chips")[number % 2]
            words = WORDS[slug]
            row = article(f"AI {words[number % 3]} 소식 {number}", " ".join(words), hours=number / 10)
            Tag.objects.create(
                article=row,
                topic=Topic.objects.get(slug=slug),
                source="curator",
                state="accepted",
                changed_at=MORNING - timedelta(days=number % 20),
            )

    def test_too_few_approvals_train_nothing(self):
        self.approve(20)
        assert promoting.train_model(MORNING) is None

    def test_a_better_model_is_promoted_used_and_rolled_back(self):
        self.approve(120)
        pk = promoting.train_if_due(MORNING)
        assert LearnedModel.objects.get(pk=pk).status == "active"
        assert promoting.train_if_due(MORNING + timedelta(hours=1)) is None
        fresh = article("AI 웨이퍼 설비", "공정 이야기가 이어진다", "badak", hours=1)
        told()
        assert Tag.objects.get(article=fresh).source == "model"
        actor = User.objects.create_user("minji")
        assert promoting.roll_back(actor) is None
        assert not LearnedModel.objects.filter(status="active").exists()

    def test_five_models_are_kept(self):
        self.approve(110)
        for night in range(7):
            promoting.train_model(MORNING + timedelta(days=night))
        assert LearnedModel.objects.count() == 5
        assert LearnedModel.objects.filter(status="active").count() == 1
