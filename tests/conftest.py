"""The cast and the clock of every test: ada (active, Seoul), bob (pending), eve (unsubscribed)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache

from newsletter.subscribers.models import Subscriber


@pytest.fixture
def now() -> datetime:
    """A Monday morning in Seoul, 07:00."""
    return datetime(2026, 1, 4, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path) -> None:
    """Mails and caches of one test never reach another."""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 200 ms less a curator
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()


@pytest.fixture
def ada(db, now: datetime) -> Subscriber:
    return Subscriber.objects.create(
        email="ada@example.com",
        address_hash="a" * 64,
        status=Subscriber.Status.ACTIVE,
        confirmed_at=now,
        next_digest_at=now,
    )


@pytest.fixture
def bob(db) -> Subscriber:
    return Subscriber.objects.create(email="bob@example.com", address_hash="b" * 64)


@pytest.fixture
def eve(db, now: datetime) -> Subscriber:
    return Subscriber.objects.create(
        email="eve@example.com",
        address_hash="e" * 64,
        status=Subscriber.Status.UNSUBSCRIBED,
        left_at=now,
    )
