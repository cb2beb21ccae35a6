"""What curators do stands, is written down, and can be undone."""

import pytest
from django.contrib.auth.models import User

from digests.editions import curating
from digests.editions.assembling import assemble
from digests.editions.models import Edition, Item, Placement
from digests.journal.models import Act
from tests.editions.press import CUTOFF, DAY, FROZEN_AT, frozen_edition, newsroom_stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> User:
    return User.objects.create_user("curator")


@pytest.fixture
def edition(settings) -> Edition:
    settings.EDITION_CUTOFFS = (CUTOFF,)
    newsroom_stories()
    return Edition.objects.get(pk=assemble(DAY, CUTOFF, FROZEN_AT))


def item(edition: Edition, key: str = "a5") -> Item:
    return edition.items.get(story__key=key)


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        (curating.pin, {"placement": Placement.PINNED, "position": 1}),
        (curating.hide, {"placement": Placement.HIDDEN, "is_chosen": False}),
        (curating.set_aside, {"is_chosen": False, "position": 5}),
        (lambda pk, actor, now: curating.move(pk, 2, actor, now), {"is_moved": True, "position": 2}),
        (lambda pk, actor, now: curating.move(pk, -7, actor, now), {"is_moved": True, "position": 1}),
    ],
    ids=["pin", "hide", "set aside", "move", "move too far"],
)
def test_an_act_changes_the_item_is_written_down_and_can_be_undone(edition, curator, act, changed):
    before = Item.objects.filter(pk=item(edition).pk).values(*curating.FIELDS).get()
    done = act(item(edition).pk, curator, FROZEN_AT)
    for name, value in changed.items():
        assert getattr(item(edition), name) == value
    assert (done.actor, done.target) == (curator, item(edition))
    edition.refresh_from_db()
    assert edition.version == 1
    curating.undo(done.pk, curator, FROZEN_AT)
    assert Item.objects.filter(pk=item(edition).pk).values(*curating.FIELDS).get() == before
    with pytest.raises(curating.CannotCurateError):
        curating.undo(done.pk, curator, FROZEN_AT)


def test_restoring_gives_back_the_ranked_place(edition, curator):
    curating.move(item(edition).pk, 1, curator, FROZEN_AT)
    curating.restore(item(edition).pk, curator, FROZEN_AT)
    assert (item(edition).position, item(edition).is_moved) == (5, False)


def test_a_finding_is_waived_with_a_reason_only(edition, curator):
    with pytest.raises(curating.CannotCurateError):
        curating.waive(item(edition).pk, "truncated", "  ", curator, FROZEN_AT)
    curating.waive(item(edition).pk, "truncated", "원문이 그렇다", curator, FROZEN_AT)
    assert item(edition).waived == {"truncated": "원문이 그렇다"}


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (curating.hold, Edition.Status.HELD),
        (curating.review, Edition.Status.REVIEW),
        (curating.cancel, Edition.Status.CANCELLED),
    ],
)
def test_an_open_edition_can_be_held_reviewed_or_cancelled(edition, curator, act, status):
    act(edition.pk, curator, FROZEN_AT)
    edition.refresh_from_db()
    assert edition.status == status
    assert Act.objects.get().before["status"] == Edition.Status.COLLECTING


def test_a_published_edition_pauses_and_resumes(edition, curator):
    assert curating.approve(edition.pk, curator, FROZEN_AT) == 10
    curating.pause(edition.pk, curator, FROZEN_AT, "링크 오류")
    edition.refresh_from_db()
    assert (edition.status, edition.status_reason) == (Edition.Status.PAUSED, "링크 오류")
    assert edition.approved_by == curator
    curating.resume(edition.pk, curator, FROZEN_AT)
    with pytest.raises(curating.CannotCurateError):
        curating.release(edition.pk, curator, FROZEN_AT)


def test_only_a_published_story_is_corrected(edition, curator):
    with pytest.raises(curating.CannotCurateError):
        curating.correct(item(edition).pk, "ko", curator, FROZEN_AT, note_ko="고침")
    curating.approve(edition.pk, curator, FROZEN_AT)
    before = item(edition).content["hash"]
    curating.correct(item(edition).pk, "ko", curator, FROZEN_AT, note_ko="고침", headline="새\n제목")
    after = item(edition).content
    assert after["words"]["ko"]["headline"] == "새 제목"
    assert after["corrected"]["ko"] == "고침"
    assert after["hash"] != before


def test_a_cancelled_edition_cannot_be_touched(curator, settings):
    settings.EDITION_CUTOFFS = (CUTOFF,)
    frozen = frozen_edition()
    curating.cancel(frozen.pk, curator, FROZEN_AT)
    with pytest.raises(curating.CannotCurateError):
        curating.pin(frozen.items.first().pk, curator, FROZEN_AT)
    assert not Edition.objects.published().exists()
