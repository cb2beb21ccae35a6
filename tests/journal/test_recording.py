"""Acts and ticks."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from digests.journal.models import Act, Tick
from digests.journal.recording import record


@pytest.fixture
def curator(db) -> User:
    return User.objects.create_superuser("curator", "curator@example.com", "pw")


def test_an_act_keeps_who_what_before_and_after(curator):
    act = record(curator, "pin", curator, before={"placement": "normal"}, after={"placement": "pinned"})
    act.refresh_from_db()
    assert (act.actor, act.verb, act.target) == (curator, "pin", curator)
    assert act.before == {"placement": "normal"}
    assert act.after == {"placement": "pinned"}


def test_an_act_is_undone_once(curator):
    act = record(curator, "pin", curator)
    record(curator, "undo", curator, undoes=act)
    with pytest.raises(IntegrityError), transaction.atomic():
        record(curator, "undo", curator, undoes=act)


def test_an_act_outlives_its_curator(curator):
    act = record(curator, "pin", Tick.objects.create(name="x", at="2026-01-04T22:00Z"))
    curator.delete()
    act.refresh_from_db()
    assert act.actor is None


def test_a_tick_keeps_only_the_last_beat(db, now):
    Tick.beat("fetch", now)
    Tick.beat("fetch", now + timedelta(seconds=30))
    assert list(Tick.objects.values_list("name", "at")) == [("fetch", now + timedelta(seconds=30))]


def test_the_admin_shows_acts_and_lets_nobody_change_them(curator, client: Client):
    client.force_login(curator)
    act = record(curator, "pin", curator)
    assert client.get("/admin/journal/act/").status_code == 200
    assert client.get(f"/admin/journal/act/{act.pk}/change/").status_code == 200
    assert client.get("/admin/journal/act/add/").status_code == 403
    assert client.post(f"/admin/journal/act/{act.pk}/delete/").status_code == 403
    assert Act.objects.count() == 1
