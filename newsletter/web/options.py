"""What readers can choose from, in the words of the page: hours, zones, days, lengths, topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.stories.models import Story, Tag, Topic, Words
from newsletter.subscribers.schedule import UnknownZone, zone_of

WEEK = timedelta(days=7)
OFFERS_SECONDS = 600

# The zones most readers live in, named by their city; any other IANA zone can be chosen by the browser.
ZONE_NAMES = {
    "Asia/Seoul": gettext_lazy("Seoul"),
    "Asia/Tokyo": gettext_lazy("Tokyo"),
    "Asia/Singapore": gettext_lazy("Singapore"),
    "Asia/Ho_Chi_Minh": gettext_lazy("Ho Chi Minh City"),
    "Asia/Kolkata": gettext_lazy("Kolkata"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/London": gettext_lazy("London"),
    "America/New_York": gettext_lazy("New York"),
    "America/Chicago": gettext_lazy("Chicago"),
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
    "Australia/Sydney": gettext_lazy("Sydney"),
    "UTC": gettext_lazy("Coordinated Universal Time"),
}
DEFAULT_ZONE = "Asia/Seoul"
DEFAULT_HOUR = 7

WEEKDAY_NAMES = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]


@dataclass(frozen=True)
class TopicOffer:
    """A topic with how many stories told it this week, and one of their headlines ("" for none)."""

    slug: str
    name: str
    count: int
    headline: str


def hour_name(hour: int) -> str:
    """An hour of the day as people say it."""
    if hour == 0:
        return _("midnight")
    if hour == 12:
        return _("12 noon")
    pattern = _("%(hour)d AM") if hour < 12 else _("%(hour)d PM")
    return pattern % {"hour": hour % 12}


def hours() -> list[tuple[str, str]]:
    """Every hour with its name."""
    return [(str(hour), hour_name(hour)) for hour in range(24)]


def zone_name(zone: str) -> str:
    """A zone's city in the language of the page, else its IANA name in plain words."""
    return str(ZONE_NAMES.get(zone) or zone.rpartition("/")[2].replace("_", " "))


def zones(now: datetime, chosen: str = "") -> list[tuple[str, str]]:
    """The zones offered, and the one chosen, each with its distance from UTC at `now`."""
    offered = list(ZONE_NAMES)
    if chosen and chosen not in ZONE_NAMES and is_zone(chosen):
        offered.insert(0, chosen)
    return [(zone, f"{zone_name(zone)} (UTC{distance(zone, now)})") for zone in offered]


def is_zone(name: str) -> bool:
    """Whether the zone database knows `name`."""
    try:
        zone_of(name)
    except UnknownZone:
        return False
    return len(name) <= 64


def distance(zone: str, now: datetime) -> str:
    """How far a zone's clock is from UTC at `now`: +9, −5, +5:30."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def topic_offers(language: str, now: datetime) -> list[TopicOffer]:
    """Every topic offered to readers, with its week; at most ten minutes old."""
    key = f"topic-offers:{language}"
    offers: list[TopicOffer] | None = cache.get(key)
    if offers is None:
        offers = read_topic_offers(language, now)
        cache.set(key, offers, OFFERS_SECONDS)
    return offers


def read_topic_offers(language: str, now: datetime) -> list[TopicOffer]:
    """Count the stories of the last week by topic, and give each topic the best headline not given yet."""
    topics = list(Topic.objects.filter(is_offered=True))
    told = (
        Tag.objects.filter(
            topic__in=topics,
            article__telling__story__last_at__gt=now - WEEK,
            article__telling__story__last_at__lte=now,
        )
        .exclude(state=Tag.State.REJECTED)
        .values_list("topic_id", "article__telling__story_id", "article__telling__story__rank")
        .distinct()
    )
    stories: dict[int, list[tuple[float, int]]] = {topic.pk: [] for topic in topics}
    for topic_id, story_id, rank in told:
        stories[topic_id].append((-rank, story_id))
    best: dict[int, int] = {}
    for topic_id, ranked in stories.items():
        free = (story_id for _rank, story_id in sorted(ranked) if story_id not in best.values())
        first = next(free, None)
        if first is not None:
            best[topic_id] = first
    headlines = headlines_of(best.values(), language)
    return [
        TopicOffer(
            topic.slug, topic.name(language), len(stories[topic.pk]), headlines.get(best.get(topic.pk, 0), "")
        )
        for topic in topics
    ]


def headlines_of(story_ids: Iterable[int], language: str) -> dict[int, str]:
    """The headlines of stories, in `language` where they have one."""
    found: dict[int, str] = {}
    words = Words.objects.filter(story__in=Story.objects.filter(pk__in=list(story_ids)))
    for story_id, spoken, headline in words.values_list("story_id", "language", "headline"):
        if story_id not in found or spoken == language:
            found[story_id] = headline
    return found
