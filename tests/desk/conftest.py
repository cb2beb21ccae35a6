"""Open editions, and clients of every role."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from digests.editions.assembling import assemble
from digests.editions.models import Edition, Item
from newsletter.desk.clearance import make_roles
from tests.editions.press import CUTOFF, DAY, FROZEN_AT, frozen_edition, newsroom_stories

BOARD = f"/admin/editions/edition/{DAY:%F}/board/"
ACT = f"/admin/editions/edition/{DAY:%F}/act/"


@pytest.fixture(autouse=True)
def cutoffs(settings) -> None:
    settings.EDITION_CUTOFFS = (CUTOFF,)
    settings.DESK_OTP = False


@pytest.fixture
def edition(db) -> Edition:
    """The newsroom's ten stories, collecting, with a summary by a curator that blocks nothing."""
    newsroom_stories()
    return Edition.objects.get(pk=assemble(DAY, CUTOFF, FROZEN_AT - timedelta(hours=1)))


@pytest.fixture
def published(db) -> Edition:
    return frozen_edition()


@pytest.fixture
def who(db) -> Callable[..., Client]:
    """A client of a role, logged in without hashing a password; "owner" is a superuser, "" nobody's."""

    def made(role: str, name: str = "") -> Client:
        if not Group.objects.exists():
            make_roles(None)  # type: ignore[arg-type]
        user = User.objects.create(username=name or role, is_staff=True, is_superuser=role == "owner")
        if role not in ("owner", "staff"):
            user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def owner(who) -> Client:
    return who("owner", "mina")


def press(client: Client, edition: Edition, act: str, item: Item | None = None, **fields: object):
    """Press a button of the board as the page now shows it."""
    version = Edition.objects.get(pk=edition.pk).version
    data = {"act": act, "version": version, **({"item": item.pk} if item else {}), **fields}
    return client.post(f"/admin/editions/edition/{edition.date:%F}/act/", data)


def order(edition: Edition) -> list[str]:
    """The keys of the stories that stand, in order."""
    items = edition.items.filter(is_chosen=True).order_by("position")
    return list(items.values_list("story__key", flat=True))


__all__ = ["ACT", "BOARD", "DAY", "date", "order", "press"]
