"""Preview as: the bytes a reader gets, for any choice, without an address."""

import pytest

from digests.stories.models import Topic
from newsletter.delivery.process import morning
from newsletter.subscribers.preferences import refresh_key
from tests.desk.conftest import BOARD

pytestmark = pytest.mark.django_db
PREVIEW = BOARD.replace("board", "preview-as")
MAIL = f"{PREVIEW}mail.html"


@pytest.mark.parametrize("show", ["mail", "text", "inbox"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_shows_mail_text_and_inbox_line_at_three_widths(owner, edition, language, show):
    page = owner.get(PREVIEW, {"language": language, "show": show}).content.decode()
    assert "style=" not in page
    if show == "mail":
        assert page.count("<iframe") == 3
        assert page.count(" sandbox ") == 3
        assert all(f'width="{width}"' in page for width in (320, 390, 600))
    if show == "inbox":
        assert page.count("desk-inbox desk-w") == 3


@pytest.mark.parametrize("look", ["sent", "dark", "bare", "odd"])
def test_the_frame_holds_the_mail_and_nothing_runs_in_it(owner, edition, look):
    answer = owner.get(MAIL, {"look": look})
    body = answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert ("style=" in body) == (look != "bare")
    assert ("prefers-color-scheme" in body) == (look in ("sent", "odd"))


def test_topics_and_length_are_obeyed_and_nonsense_is_not(owner, edition):
    topic = Topic.objects.first()
    assert owner.get(PREVIEW, {"topic": topic.slug, "length": "5"}).status_code == 200
    for odd in ({"length": "x"}, {"reader": "x"}, {"reader": "99999"}, {"key": "x"}, {"topic": "x"}):
        assert owner.get(MAIL, odd).status_code == 200


def test_a_reader_is_shown_masked_and_gets_what_was_sent(owner, who, published, ada, now):
    refresh_key(ada)
    page = owner.get(PREVIEW, {"reader": ada.pk}).content.decode()
    assert "a•••••@example.com" in page
    morning(now)
    page = owner.get(PREVIEW, {"reader": ada.pk}, headers={"accept-language": "en"}).content.decode()
    assert "on record" in page
    assert "ada@" not in page
    assert "a•••••" not in who("curator").get(PREVIEW, {"reader": ada.pk}).content.decode()


def test_readers_who_chose_alike_can_be_chosen(owner, edition, ada):
    refresh_key(ada)
    assert ada.preference_key in owner.get(PREVIEW).content.decode()
    assert owner.get(MAIL, {"key": ada.preference_key}).status_code == 200


def test_the_trial_still_opens(owner, published):
    assert owner.get(f"/admin/editions/edition/{published.pk}/trial/").status_code == 200
