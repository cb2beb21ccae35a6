"""Pre-flight: what blocks is told, waived with a reason, and kept from being approved unseen."""

import pytest

from digests.editions.models import Edition, Item
from digests.journal.models import Act
from digests.stories.models import Words
from newsletter.desk.forecast import forecast_of
from newsletter.subscribers.preferences import refresh_key
from tests.desk.conftest import BOARD, press

pytestmark = pytest.mark.django_db
PREFLIGHT = BOARD.replace("board", "preflight")


@pytest.fixture
def blocked(edition):
    item = edition.items.order_by("position").first()
    words = Words.objects.get(story=item.story_id, language="ko")
    Words.objects.filter(pk=words.pk).update(summary=words.headline)
    return item


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_tells_what_blocks_and_links_to_the_story(owner, edition, blocked, language):
    page = owner.get(PREFLIGHT, headers={"accept-language": language}).content.decode()
    assert ("요약이 제목을 되풀이함" in page) == (language == "ko")
    assert f"/admin/stories/story/{blocked.story_id}/change/" in page
    assert f"?edit={blocked.pk}#desk-words" in page
    assert 'value="waive"' in page


def test_a_blocked_edition_is_not_approved_until_waived_with_a_reason(owner, edition, blocked):
    said = owner.get(press(owner, edition, "approve").url).content.decode()
    assert "지적이 1건" in said
    assert Edition.objects.get().status == Edition.Status.COLLECTING
    press(owner, edition, "waive", blocked, code="summary_is_title", reason="제목이 곧 소식", next=PREFLIGHT)
    assert "제목이 곧 소식" in owner.get(PREFLIGHT).content.decode()
    press(owner, edition, "approve")
    frozen = Edition.objects.get()
    assert (frozen.status, frozen.approved_by.username) == (Edition.Status.FROZEN, "mina")
    assert Item.objects.get(pk=blocked.pk).is_chosen
    assert Act.objects.filter(verb="freeze").count() == 1


def test_setting_the_story_aside_lets_the_rest_go(owner, edition, blocked):
    press(owner, edition, "set_aside", blocked)
    press(owner, edition, "approve")
    assert Edition.objects.get().status == Edition.Status.FROZEN
    assert not Item.objects.get(pk=blocked.pk).is_chosen


def test_a_held_edition_can_be_released_or_approved(owner, edition):
    press(owner, edition, "hold", reason="기다린다")
    page = owner.get(BOARD).content.decode()
    assert "기다린다" in page
    assert 'value="release"' in page
    press(owner, edition, "release")
    assert Edition.objects.get().status == Edition.Status.COLLECTING


def test_the_forecast_counts_readers_by_how_much_they_get(edition, ada, bob):
    refresh_key(ada)
    found = forecast_of(edition)
    assert (found.asked, found.readers) == (1, 1)
    assert dict(found.groups) == {"0": 0, "1–3": 0, "4–9": 0, "10+": 1}
    assert all(0 < size < 102_400 for _language, size in found.sizes)
