"""Telling: from stored articles to ranked, summarised stories, in one function.

    articles ─▶ tags ─▶ groups ─▶ threads ─▶ words ─▶ ranks
             labelling  grouping   threads   describing

Run again with the same tables it changes nothing; whatever order the articles came in, the stories
are the same; what a curator said is obeyed first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.sources.models import Article
from digests.stories.describing import describe, rank
from digests.stories.grouping import group
from digests.stories.labelling import Progress, load_rules, tag_articles
from digests.stories.models import Telling, Topic
from digests.stories.taxonomy import load_taxonomy
from digests.stories.threads import thread

CONTEXT = timedelta(days=7)  # a story may run for a week
RETAG = timedelta(days=14)  # how far back an edit of keywords or aliases reaches


@dataclass(frozen=True)
class Told:
    """How many live articles the window has, how many were tagged anew, and its stories' ids."""

    articles: int
    tagged: int
    stories: list[int]


def tell(since: datetime, until: datetime, now: datetime, progress: Progress | None = None) -> Told:
    """Tell the articles published in [since, until) as stories.

    1. Articles of the last 14 days that are new, changed, or tagged by older rules are tagged.
    2. Articles are grouped into stories; those told before `since` stay as they were told.
    3. Stories of the window are described, threaded and ranked.

    `progress` is called with the step ("tag", "group", "summarise", "rank"), how many are done and
    how many there are.
    """
    if not Topic.objects.exists():
        load_taxonomy()  # the first run starts with the topics we ship
    context = since - CONTEXT
    rules = load_rules()
    tagged = tag_articles(
        Article.objects.published_in(min(context, until - RETAG), until), rules, now, progress
    )
    grouped = group(context, until, now, told_until=since)
    count = Article.objects.published_in(since, until).count()
    stories = sorted(
        set(
            Telling.objects.filter(article__in=Article.objects.published_in(since, until)).values_list(
                "story_id", flat=True
            )
        )
    )
    if progress:
        progress("group", len(stories), len(stories))
    described = sorted({*stories, *grouped.changed})
    describe(described, now, progress)
    thread(described, context, until)
    rank(described, until)
    if progress:
        progress("rank", len(described), len(described))
    return Told(articles=count, tagged=tagged, stories=stories)
