"""Every page and every act of the desk, by every role; and every act leaves one line that undo takes back."""

import pytest

from digests.editions.models import Edition, Item
from digests.journal.models import Act
from digests.stories.models import Words
from newsletter.desk.acting import ACTS, UNDOABLE
from newsletter.desk.clearance import ROLES
from tests.desk.conftest import DAY, press

pytestmark = pytest.mark.django_db
BASE = f"/admin/editions/edition/{DAY:%F}"
WRITERS = {"curator", "publisher", "owner"}
PUBLISHERS = {"publisher", "owner"}
SEERS = {"viewer", "curator", "publisher", "operator", "owner"}
STORIES = {"viewer", "curator", "publisher", "owner"}
READERS = {"support", "owner"}
PAGES = {
    f"{BASE}/board/": SEERS,
    f"{BASE}/preflight/": SEERS,
    f"{BASE}/preview-as/": SEERS,
    f"{BASE}/preview-as/mail.html": SEERS,
    f"{BASE}/corrections/": SEERS,
    f"{BASE}/sending/": {"publisher", "operator", "support", "owner"},
    "/admin/desk/readers/": READERS,
    "/admin/desk/quality/": STORIES,
    "/admin/desk/quality/export/pairs.jsonl": WRITERS,
    f"{BASE}/corrections/ITEM/ko/": PUBLISHERS,
}
MAY = {
    **dict.fromkeys(("pin", "hide", "restore", "set_aside", "move", "up", "down", "waive"), WRITERS),
    **dict.fromkeys(("write", "merge"), WRITERS),
    **dict.fromkeys(("hold", "release", "review", "approve"), PUBLISHERS),
    **dict.fromkeys(("pause", "resume", "cancel"), PUBLISHERS | {"operator"}),
    "undo": SEERS,
}
EVERYBODY = [*ROLES, "owner", "staff"]


@pytest.mark.parametrize("role", EVERYBODY)
def test_pages_open_for_whom_they_are(published, who, role):
    client = who(role)
    item = published.items.filter(is_chosen=True).first()
    for page, allowed in PAGES.items():
        status = client.get(page.replace("ITEM", str(item.pk))).status_code
        assert status == (200 if role in allowed else 403), (page, role)


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("act", ACTS)
def test_acts_are_done_by_whom_they_are_for(edition, who, role, act):
    item = edition.items.order_by("position")[1]
    is_refused = press(who(role), edition, act, item).status_code == 403
    assert is_refused == (role not in MAY[act])


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("path", ["settle", "find"])
def test_the_ledger_is_settled_and_searched_by_whom_it_is_for(published, who, role, path):
    allowed = PUBLISHERS | {"operator"} if path == "settle" else READERS
    status = who(role).post(f"{BASE}/sending/{path}/", {"act": "retry", "address": "a@b.kr"}).status_code
    assert (status != 403) == (role in allowed)


@pytest.mark.parametrize("page", [*PAGES, f"{BASE}/act/", "/admin/desk/device/"])
def test_nobody_gets_in_without_a_login(published, client, page):
    path = page.replace("ITEM", "1")
    answer = client.post(path) if "act" in path.rsplit("/", 2)[-2] else client.get(path)
    assert answer.status_code == 302
    assert "/admin/login/" in answer.url


def test_nobody_undoes_what_they_may_not_do(edition, who):
    press(who("publisher"), edition, "hold")
    act = Act.objects.get(verb="hold")
    assert press(who("curator"), edition, "undo", act_id=act.pk).status_code == 403


def state(edition: Edition) -> object:
    """What acts change."""
    items = Item.objects.filter(edition=edition).order_by("pk")
    fresh = Edition.objects.get(pk=edition.pk)
    return (
        list(items.values_list("placement", "is_chosen", "is_moved", "position", "waived")),
        (fresh.status, fresh.status_reason),
        list(Words.objects.order_by("pk").values_list("headline", "summary", "headline_source")),
    )


ACTED = {
    "pin": {},
    "hide": {"reason": "겹친다"},
    "set_aside": {},
    "move": {"place": 5},
    "up": {},
    "down": {},
    "write": {"language": "ko", "headline": "새 제목", "summary": "새 글이다."},
    "waive": {"code": "truncated", "reason": "일부러 그랬다"},
    "hold": {"reason": "확인 중"},
    "review": {},
    "cancel": {"reason": "휴간"},
}


@pytest.mark.parametrize("act", ACTED)
def test_an_act_leaves_one_line_with_before_and_after_and_undo_restores(edition, owner, act):
    item = edition.items.order_by("position")[2]
    before = state(edition)
    press(owner, edition, act, item, **ACTED[act])
    [line] = Act.objects.all()
    assert line.actor.username == "mina"
    assert line.before != line.after
    assert set(line.before) == set(line.after)
    assert line.verb in UNDOABLE
    assert state(edition) != before
    press(owner, edition, "undo", act_id=line.pk)
    assert state(edition) == before
    assert Act.objects.count() == 2
    press(owner, edition, "undo", act_id=line.pk)
    assert Act.objects.count() == 2


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_stopping_and_going_on_are_written_down_too(published, owner, act):
    Act.objects.all().delete()
    if act == "resume":
        Edition.objects.update(status=Edition.Status.PAUSED)
    before = state(published)
    press(owner, published, act)
    press(owner, published, "undo", act_id=Act.objects.get().pk)
    assert state(published) == before
