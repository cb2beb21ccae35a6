"""Whether the service is well: what a monitor asks every minute."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from digests.journal.models import Tick

# The slowest beat is a minute; ten without one mean that beat or every worker has died.
TICK_LIMIT = timedelta(minutes=10)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, cache and the age of each tick, as JSON.

    503 with `"status": "failing"` when the database does not answer or a tick is older than ten
    minutes. A cache that does not answer makes it `"degraded"`, still 200: no mail depends on it.
    A site where nothing has ticked yet says so in `note`.
    """
    report: dict[str, object] = {"status": "ok", "database": "ok", "cache": cache_state()}
    if report["cache"] != "ok":
        report["status"] = "degraded"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Other rows of that table are turns and dates of rarer things.
        ticks = list(Tick.objects.filter(name__in=settings.CELERY_BEAT_SCHEDULE).order_by("name"))
    except DatabaseError:
        report.update(status="failing", database="failing")
        return JsonResponse(report, status=503)
    ages = tick_ages(ticks, timezone.now())
    report["ticks"] = ages
    if not ages:
        report["note"] = "nothing has ticked yet: no worker with a beat has run on this database"
    if any(age > TICK_LIMIT.total_seconds() for age in ages.values()):
        report["status"] = "failing"
    return JsonResponse(report, status=503 if report["status"] == "failing" else 200)


def tick_ages(ticks: list[Tick], now: datetime) -> dict[str, int]:
    """Seconds since each tick, by its name."""
    return {tick.name: max(0, int((now - tick.at).total_seconds())) for tick in ticks}


def cache_state() -> str:
    """`ok` when the cache gives back what it was given, else `failing`."""
    try:
        cache.set("healthz", "1", 60)
        return "ok" if cache.get("healthz") == "1" else "failing"
    except (RedisError, OSError):
        return "failing"
