"""How a feed is, and why it is quiet: "nothing new" never looks like "failed"."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from digests.sources.models import Feed
from digests.sources.politeness import is_silent, usual_gap
from digests.sources.reasons import in_words


class State(StrEnum):
    """How a feed is, worst first."""

    GONE = "gone"
    FAILING = "failing"
    SILENT = "silent"
    PAUSED = "paused"
    WAITING = "waiting"
    WELL = "well"


@dataclass(frozen=True)
class Health:
    """A feed's state and the sentence that explains it."""

    state: State
    words: str


def rhythm_of(feed: Feed) -> timedelta | None:
    """The usual gap between the feed's last 30 articles."""
    moments = feed.articles.order_by("-published_at").values_list("published_at", flat=True)[:30]
    return usual_gap(list(moments))


def health_of(feed: Feed, now: datetime) -> Health:
    """How `feed` is at `now`, in a sentence for a curator."""
    if feed.status == Feed.Status.GONE:
        return Health(State.GONE, _("The host says it is gone for good."))
    if feed.status == Feed.Status.PAUSED:
        return Health(State.PAUSED, feed.status_reason or _("Paused by a curator."))
    if feed.failures:
        words = _("Failed %(count)d times in a row: %(reason)s. Asked again %(when)s.") % {
            "count": feed.failures,
            "reason": in_words(feed.last_reason),
            "when": moment(feed.next_check_at),
        }
        return Health(State.FAILING, words)
    if feed.last_success_at is None:
        return Health(State.WAITING, _("Not asked yet."))
    if feed.newest_entry_at is None:
        return Health(State.WELL, _("It answers; its entries have no dates."))
    age = {"time": timesince(feed.newest_entry_at, now)}
    if is_silent(feed.newest_entry_at, rhythm_of(feed), now):
        words = _("It answers, but has been quiet for %(time)s, beyond its own rhythm.") % age
        return Health(State.SILENT, words)
    return Health(State.WELL, _("It answers; the newest entry is %(time)s old.") % age)


def moment(at: datetime) -> str:
    """An instant in the desk's zone."""
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def rhythm_in_words(feed: Feed) -> str:
    """How often the feed publishes, for a curator."""
    gap = rhythm_of(feed)
    if gap is None:
        return _("Too few entries to tell.")
    hours = gap.total_seconds() / 3600
    if hours < 1:
        return _("About every %(minutes)d minutes") % {"minutes": max(round(hours * 60), 1)}
    if hours < 48:
        return _("About every %(hours)d hours") % {"hours": round(hours)}
    return _("About every %(days)d days") % {"days": round(hours / 24)}
