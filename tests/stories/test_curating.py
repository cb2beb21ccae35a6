"""What curators do to stories, and undo."""

import pytest
from django.contrib.auth.models import User

from digests.journal.models import Act
from digests.stories import curating
from digests.stories.curating import CannotDo
from digests.stories.models import Story, Tag, Telling, Verdict, Words
from digests.stories.process import tell
from tests.stories.news import GAON_LAUNCH, GAON_REWRITTEN, MORNING, NARAE_CHIP, article, rules
from tests.stories.test_process import DAY, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return User.objects.create_user("minji")


@pytest.fixture
def news():
    rules()
    rows = [
        article("가온AI, 3120억 매개변수 언어모델 '가온 M2' 공개", GAON_LAUNCH, "haneul", hours=5),
        article("우리말에 강한 새 AI 언어모델…값은 절반", GAON_REWRITTEN, "badak", hours=3),
        article("나래반도체, 추론용 AI 반도체 양산", NARAE_CHIP, "haneul", hours=2),
    ]
    told()
    return rows


def places():
    return {row.article_id: (row.story.key, row.by) for row in Telling.objects.select_related("story")}


def do(name, news, curator):
    if name == "not_same":
        return curating.judge(news[0].pk, news[1].pk, curator, MORNING, is_same=False)
    if name == "same":
        return curating.judge(news[0].pk, news[2].pk, curator, MORNING, is_same=True)
    if name == "merge":
        return curating.merge([news[0].telling.story_id, news[2].telling.story_id], curator, MORNING)
    if name == "split":
        return curating.split([news[1].pk], curator, MORNING)
    return curating.move(news[1].pk, news[2].telling.story_id, curator, MORNING)


@pytest.mark.parametrize(
    ("name", "stories"), [("same", 1), ("not_same", 3), ("merge", 1), ("split", 3), ("move", 2)]
)
def test_an_act_holds_through_the_next_telling_and_can_be_undone(name, stories, news, curator):
    before = places()
    act = do(name, news, curator)
    assert Story.objects.filter(tellings__isnull=False).distinct().count() == stories
    after = {pk: key for pk, (key, _) in places().items()}
    assert after != {pk: key for pk, (key, _) in before.items()}
    told()
    assert {pk: key for pk, (key, _) in places().items()} == after
    curating.undo(act, curator, MORNING)
    assert places() == before
    assert Verdict.objects.count() == 0
    assert Words.objects.filter(story__tellings__isnull=False).exists()
    with pytest.raises(CannotDo):
        curating.undo(act, curator, MORNING)


def test_every_act_is_on_record(news, curator):
    curating.undo(do("merge", news, curator), curator, MORNING)
    assert list(Act.objects.order_by("pk").values_list("verb", "actor__username")) == [
        ("merge", "minji"),
        ("undo", "minji"),
    ]


def test_acts_that_make_no_sense_say_so(news, curator):
    with pytest.raises(CannotDo):
        curating.merge([news[0].telling.story_id], curator, MORNING)
    with pytest.raises(CannotDo):
        curating.split([news[2].pk], curator, MORNING)
    with pytest.raises(CannotDo):
        curating.split([news[0].pk, news[2].pk], curator, MORNING)
    with pytest.raises(CannotDo):
        curating.judge(news[0].pk, news[0].pk, curator, MORNING, is_same=True)


def test_words_are_written_checked_and_undone(news, curator):
    words = Words.objects.get(story=news[2].telling.story)
    old = words.headline
    act = curating.write(words.pk, "R7 양산", "나래반도체가 9만장을 만든다.", curator, MORNING)
    words.refresh_from_db()
    assert (words.headline, words.headline_source, words.grounding) == ("R7 양산", "curator", ["9만장"])
    curating.undo(act, curator, MORNING)
    words.refresh_from_db()
    assert (words.headline, words.headline_source) == (old, "machine")


def test_tags_are_decided_and_undone(news, curator):
    tag = Tag.objects.filter(article=news[0]).first()
    assert curating.decide_tags([tag.pk], Tag.State.REJECTED, curator, MORNING) == 1
    assert curating.decide_tags([tag.pk], Tag.State.REJECTED, curator, MORNING) == 0
    curating.undo(Act.objects.get(verb="rejected").pk, curator, MORNING)
    tag.refresh_from_db()
    assert tag.state == "proposed"


def test_a_split_stays_split_although_a_third_article_likens_both(news, curator):
    curating.split([news[1].pk], curator, MORNING)
    article("가온AI 매개변수 3120억 언어모델 가온 M2 공개", GAON_LAUNCH[:500], "sarang", hours=1)
    tell(MORNING - DAY, MORNING + DAY, MORNING)
    first, second = (Telling.objects.get(article=row).story_id for row in news[:2])
    assert first != second
