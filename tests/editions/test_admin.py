"""The admin shows editions, previews them, and acts through curating."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from digests.editions.digesting import digest_for
from digests.editions.models import Edition, Item, Placement
from digests.editions.preferences import Preferences
from digests.journal.models import Act
from tests.editions.press import CUTOFF, frozen_edition


@pytest.fixture
def edition(db, settings) -> Edition:
    settings.EDITION_CUTOFFS = (CUTOFF,)
    return frozen_edition()


@pytest.fixture
def desk(edition) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("curator", password="x"))
    return client


def test_lists_and_pages_open(desk, edition):
    digest_for(edition, Preferences())
    for model in ("edition", "item", "digest", "correction"):
        assert desk.get(reverse(f"admin:editions_{model}_changelist")).status_code == 200
    page = desk.get(reverse("admin:editions_edition_change", args=[edition.pk]))
    assert "솔바람연구소" in page.content.decode()
    item = edition.items.first()
    assert desk.get(reverse("admin:editions_item_change", args=[item.pk])).status_code == 200


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_preview_shows_html_in_a_frame_and_the_text(desk, edition, language):
    url = reverse("admin:editions_edition_preview", args=[edition.pk])
    page = desk.get(url, {"language": language, "length": "5"})
    told = page.content.decode()
    assert page.status_code == 200
    assert "<iframe" in told
    assert "style=" not in told
    mail = desk.get(reverse("admin:editions_edition_preview_mail", args=[edition.pk]), {"language": language})
    assert f'<html lang="{language}"' in mail.content.decode()
    assert "default-src 'none'" in mail["Content-Security-Policy"]
    assert mail["X-Frame-Options"] == "SAMEORIGIN"


def test_a_sent_digest_is_shown_as_it_was(desk, edition):
    digest = digest_for(edition, Preferences(language="en"))
    mail = desk.get(reverse("admin:editions_digest_mail", args=[digest.pk]))
    assert digest.subject.split(",")[0] in mail.content.decode()


def test_actions_go_through_curating(desk, edition):
    item = edition.items.get(story__key="a5")
    url = reverse("admin:editions_item_changelist")
    desk.post(url, {"action": "pin", "_selected_action": [item.pk]})
    assert Item.objects.get(pk=item.pk).placement == Placement.PINNED
    desk.post(url, {"action": "hide", "_selected_action": [item.pk]})
    desk.post(url, {"action": "restore", "_selected_action": [item.pk]})
    assert Item.objects.get(pk=item.pk).is_chosen
    editions = reverse("admin:editions_edition_changelist")
    desk.post(editions, {"action": "pause", "_selected_action": [edition.pk]})
    assert Edition.objects.get().status == Edition.Status.PAUSED
    page = desk.post(editions, {"action": "hold", "_selected_action": [edition.pk]}, follow=True)
    assert "warning" in page.content.decode()
    verbs = list(Act.objects.exclude(verb="freeze").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["pin", "hide", "restore", "pause"]


@pytest.mark.parametrize("name", ["edition_preview", "edition_preview_mail"])
def test_nobody_else_sees_a_preview(edition, name):
    client = Client()
    url = reverse(f"admin:editions_{name}", args=[edition.pk])
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(url).status_code == 403
