"""What kind of day an edition tells of: a full one, a quiet one, a degraded one, a failed one."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from digests.editions.models import Edition
from digests.sources.models import Attempt

QUIET_STORIES = 3
# A third of the feeds silent is more than a bad host or two.
DEGRADED_SHARE = 1 / 3
WINDOW = timedelta(days=1)


class Day(StrEnum):
    """Quiet is the world's, degraded and failed are ours: they are never the same words."""

    FULL = "full"
    QUIET = "quiet"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True)
class Reach:
    """How many feeds were asked in a window, and how many of them never answered."""

    asked: int
    silent: int


def judge(stories: int, reach: Reach) -> Day:
    """The kind of day, from the number of stories and from what the fetching reached."""
    if reach.asked and reach.silent == reach.asked:
        return Day.FAILED
    if reach.asked and reach.silent / reach.asked > DEGRADED_SHARE:
        return Day.DEGRADED
    return Day.QUIET if stories < QUIET_STORIES else Day.FULL


def reach_of(edition: Edition) -> Reach:
    """What the fetching reached in the day before the edition's cut-off: one query."""
    since = edition.cutoff_at - WINDOW
    attempts = Attempt.objects.filter(at__gte=since, at__lt=edition.cutoff_at)
    facts = attempts.aggregate(
        asked=Count("feed", distinct=True),
        answered=Count("feed", distinct=True, filter=~Q(outcome=Attempt.Outcome.FAILED)),
    )
    return Reach(facts["asked"], facts["asked"] - facts["answered"])


def note(edition: Edition, stories: int) -> str:
    """What a reader should know about the day before reading, empty for a full one."""
    reach = reach_of(edition)
    figures = {"silent": reach.silent, "asked": reach.asked}
    words = {
        Day.FULL: "",
        Day.QUIET: _("A quiet day: little AI news came in, and we do not fill up the page."),
        Day.DEGRADED: _(
            "%(silent)d of %(asked)d sources could not be reached this day, so some news may be missing."
        )
        % figures,
        Day.FAILED: _(
            "Fetching failed this day: none of %(asked)d sources could be reached. "
            "That few stories stand here does not mean that little happened."
        )
        % figures,
    }
    return words[judge(stories, reach)]
