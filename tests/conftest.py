"""The cast and the clock of every test: ada (active, Seoul), bob (pending), eve (unsubscribed)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from newsletter.subscribers.models import Subscriber


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """At the end, sessions that a thread of some test left open must not hold the test database."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()
            connection.close_pool()


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
