"""What a monitor learns from /healthz."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from digests.journal.models import Tick

pytestmark = pytest.mark.django_db


def test_a_site_that_never_ticked_is_well_and_says_so(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "nothing has ticked" in answer.json()["note"]


def test_fresh_ticks_are_shown_with_their_age(client: Client) -> None:
    Tick.beat("fetch", timezone.now() - timedelta(seconds=30))
    report = client.get("/healthz").json()
    assert 30 <= report["ticks"]["fetch"] < 60
    assert report["status"] == "ok"


def test_one_stale_tick_is_an_alarm(client: Client) -> None:
    Tick.beat("fetch", timezone.now())
    Tick.beat("deliver", timezone.now() - timedelta(minutes=11))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"


def test_a_database_that_does_not_answer_is_an_alarm(client: Client) -> None:
    def refuse(*_args: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failing"


def test_a_cache_that_does_not_answer_degrades_and_alarms_nobody(client: Client, settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["cache"] == "failing"


def test_nobody_may_keep_the_answer(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
