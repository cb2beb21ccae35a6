"""The day board's content: one edition as its curators need it, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from digests.editions.linting_content import bare, is_cut_off
from digests.editions.models import Correction, Edition, Item, Placement
from digests.journal.models import Act
from digests.sources.models import Article
from digests.stories.models import Story, Telling, Topic, Words
from digests.stories.reading import topics_of
from newsletter.delivery.reporting import counts
from newsletter.desk.acting import UNDOABLE, VERBS, acts_of, permission_to_undo
from newsletter.subscribers.models import Subscriber

BADGES: Mapping[str, Promise] = {
    "single_source": gettext_lazy("single source"),
    "update": gettext_lazy("update"),
    "rehash": gettext_lazy("rehash"),
    "contradiction": gettext_lazy("sources disagree"),
    "summary_is_title": gettext_lazy("summary = title"),
    "truncated": gettext_lazy("truncated"),
    "ungrounded": gettext_lazy("not in the sources"),
}
PARTS: Mapping[str, Promise] = {
    "publishers": gettext_lazy("independent publishers"),
    "coverage": gettext_lazy("number of articles"),
    "trust": gettext_lazy("trust in the publisher"),
    "kind": gettext_lazy("kind of text"),
    "importance": gettext_lazy("importance"),
    "novelty": gettext_lazy("novelty"),
    "primary": gettext_lazy("primary source"),
    "recency": gettext_lazy("recency"),
    "text": gettext_lazy("whole text"),
    "relevance": gettext_lazy("relevance"),
    "flood": gettext_lazy("too many alike"),
}


@dataclass(frozen=True)
class Row:
    """A story on the board. `place` counts from 1 among those that stand, 0 for the others."""

    item: Item
    place: int
    headline: str
    summaries: tuple[tuple[str, str], ...]
    publishers: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    badges: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, float], ...]

    @property
    def is_pinned(self) -> bool:
        """Whether it leads."""
        return self.item.placement == Placement.PINNED

    @property
    def is_hidden(self) -> bool:
        """Whether a curator took it out."""
        return self.item.placement == Placement.HIDDEN


@dataclass(frozen=True)
class LoggedAct:
    """An act as the log of the day shows it."""

    act: Act
    verb: str
    about: str
    can_undo: bool


@dataclass(frozen=True)
class Hour:
    """How many readers are due at an instant; `share` is of the fullest, 0 to 100."""

    at: datetime
    count: int
    share: int


@dataclass(frozen=True)
class Board:
    """Everything the page shows."""

    edition: Edition
    state: str
    is_open: bool
    countdown: str
    clocks: tuple[tuple[str, datetime], ...]
    standing: tuple[Row, ...]
    waiting: tuple[Row, ...]
    hours: tuple[Hour, ...]
    readers: int
    balance: tuple[tuple[str, int, int], ...]
    log: tuple[LoggedAct, ...]
    desk_zone: str = ""
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Known:
    """What is told of each story, by its id."""

    words: Mapping[int, Sequence[Words]]
    tellings: Mapping[int, Sequence[Telling]]
    topics: Mapping[int, Sequence[str]]
    names: Mapping[str, str]


def board_of(edition: Edition, language: str, now: datetime, may: frozenset[str]) -> Board:
    """The board of `edition`; `may` are the permissions of whoever looks."""
    items = list(edition.items.select_related("story").order_by("position"))
    known = _know([item.story_id for item in items], language)
    is_open = edition.status in Edition.OPEN
    if is_open:
        # A story merged into another has no article any more; its item goes with the next refresh.
        items = [item for item in items if known.tellings.get(item.story_id)]
    standing = [item for item in items if item.is_chosen and item.placement != Placement.HIDDEN]
    inside = {item.pk for item in standing}
    waiting = [item for item in items if item.pk not in inside]
    rows = tuple(_row(item, place, known, language) for place, item in enumerate(standing, start=1))
    hours = due_hours(edition)
    sums = counts(edition.pk)
    return Board(
        edition=edition,
        state=state_of(edition, sums, is_corrected=_is_corrected(edition)),
        is_open=is_open,
        countdown=countdown(edition, now) if is_open else "",
        clocks=clocks(edition),
        standing=rows,
        waiting=tuple(
            _row(item, 0, known, language) for item in sorted(waiting, key=lambda one: (-one.rank, one.pk))
        ),
        hours=hours,
        readers=sum(hour.count for hour in hours),
        balance=_balance(rows),
        log=_log(edition, items, known, language, may),
        desk_zone=settings.TIME_ZONE,
        sums=sums,
    )


def _know(story_ids: Sequence[int], language: str) -> _Known:
    words: dict[int, list[Words]] = defaultdict(list)
    for one in Words.objects.filter(story_id__in=story_ids).order_by("story_id", "-language"):
        words[one.story_id].append(one)
    tellings: dict[int, list[Telling]] = defaultdict(list)
    rows = Telling.objects.filter(story_id__in=story_ids).select_related("article__publisher")
    fields = ("article__language", "article__completeness", "article__publisher__name_ko")
    for told in rows.only(
        "story_id", "origin", "is_primary", *fields, "article__publisher__name_en", "article__publisher__slug"
    ):
        tellings[told.story_id].append(told)
    names = {topic.slug: topic.name(language) for topic in Topic.objects.all()}
    return _Known(words, tellings, topics_of(story_ids), names)


def _row(item: Item, place: int, known: _Known, language: str) -> Row:
    words = known.words.get(item.story_id, ())
    told = known.tellings.get(item.story_id, ())
    first = next((one for one in words if one.language == language), next(iter(words), None))
    publishers = [one.article.publisher for one in told]
    names = [
        (publisher.name_en or publisher.name_ko) if language == "en" else publisher.name_ko
        for publisher in publishers
    ]
    return Row(
        item=item,
        place=place,
        headline=first.headline if first else item.story.key,
        summaries=tuple((one.language, one.summary) for one in words),
        publishers=tuple(dict.fromkeys(names)),
        topics=tuple(known.names.get(slug, slug) for slug in known.topics.get(item.story_id, ())),
        languages=tuple(sorted({one.article.language for one in told}, reverse=True)),
        badges=tuple((code, str(BADGES[code])) for code in _badges(item.story, words, told)),
        parts=tuple((str(PARTS.get(name, name)), value) for name, value in item.rank_parts.items()),
    )


def _badges(story: Story, words: Sequence[Words], told: Sequence[Telling]) -> list[str]:
    origins = {one.origin or one.article.publisher.slug for one in told}
    cut = (Article.Completeness.TRUNCATED, Article.Completeness.BLOCKED)
    holds = (
        ("single_source", len(origins) <= 1),
        (story.relation, story.relation != Story.Relation.NEW),
        ("contradiction", bool(story.contradictions)),
        ("summary_is_title", any(bare(one.summary) == bare(one.headline) for one in words)),
        (
            "truncated",
            any(is_cut_off(one.summary) for one in words)
            or (bool(told) and all(one.article.completeness in cut for one in told)),
        ),
        ("ungrounded", any(one.grounding for one in words)),
    )
    return [code for code, is_so in holds if is_so]


def due_hours(edition: Edition) -> tuple[Hour, ...]:
    """How many readers' mornings come in the day after the cut-off, by instant: one query."""
    until = edition.cutoff_at + timedelta(days=1)
    due = Subscriber.objects.filter(
        status=Subscriber.Status.ACTIVE, next_digest_at__gte=edition.cutoff_at, next_digest_at__lt=until
    )
    rows = list(due.order_by("next_digest_at").values_list("next_digest_at").annotate(Count("pk")))
    most = max((count for _at, count in rows), default=0)
    return tuple(Hour(at, count, round(100 * count / most)) for at, count in rows if at is not None)


def state_of(edition: Edition, sums: Mapping[str, int], *, is_corrected: bool) -> str:
    """The edition's state in words."""
    on_the_way = sums["planned"] + sums["claimed"] + sums["sending"]
    said = {
        Edition.Status.COLLECTING: _(
            "Collecting: stories still come in, and it freezes itself at the cut-off."
        ),
        Edition.Status.REVIEW: _("In review: somebody is at it, and it freezes itself at the cut-off."),
        Edition.Status.HELD: _("Held: it waits until somebody releases or approves it."),
        Edition.Status.PAUSED: _("Sending is paused: its pages stay, no mail leaves."),
        Edition.Status.CANCELLED: _("Cancelled: nobody gets it."),
    }
    if edition.status in said:
        return said[Edition.Status(edition.status)]
    if is_corrected:
        return _("Corrected: the web shows what is right.")
    if on_the_way and sums["sent"]:
        return _("Sending: %(sent)s sent, %(left)s on their way.") % {
            "sent": sums["sent"],
            "left": on_the_way,
        }
    if sums["sent"] and not on_the_way:
        return _("Sent: everyone due so far has it.")
    if edition.approved_by_id:
        return _("Approved: it goes out as its readers' mornings come.")
    return _("Frozen at the cut-off: it goes out as its readers' mornings come.")


def countdown(edition: Edition, now: datetime) -> str:
    """How long until the cut-off, in words."""
    minutes = int((edition.cutoff_at - now).total_seconds() // 60)
    if minutes < 0:
        return _("The cut-off has passed.")
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return ngettext("%(count)d day to the cut-off", "%(count)d days to the cut-off", hours // 24) % {
            "count": hours // 24
        }
    return _("%(hours)s h %(minutes)s min to the cut-off") % {"hours": hours, "minutes": minutes}


def clocks(edition: Edition) -> tuple[tuple[str, datetime], ...]:
    """The cut-off in the edition's zone, and in the desk's; in UTC where they are one."""
    other = settings.TIME_ZONE if edition.zone != settings.TIME_ZONE else "UTC"
    return tuple((zone, edition.cutoff_at.astimezone(ZoneInfo(zone))) for zone in (edition.zone, other))


def _is_corrected(edition: Edition) -> bool:
    return Correction.objects.filter(item__edition=edition).exists()


def _balance(rows: Sequence[Row]) -> tuple[tuple[str, int, int], ...]:
    """How many standing stories each topic has, most first, with the share of all of them in percent."""
    told = Counter(topic for row in rows for topic in row.topics)
    return tuple((topic, count, round(100 * count / len(rows))) for topic, count in told.most_common())


def _log(
    edition: Edition, items: Sequence[Item], known: _Known, language: str, may: frozenset[str]
) -> tuple[LoggedAct, ...]:
    headlines: dict[tuple[str, int], str] = {("edition", edition.pk): ""}
    for item in items:
        words = known.words.get(item.story_id, ())
        first = next((one for one in words if one.language == language), next(iter(words), None))
        headline = first.headline if first else item.story.key
        headlines["item", item.pk] = headlines["story", item.story_id] = headline
        headlines.update({("words", one.pk): one.headline for one in words})
    return tuple(
        LoggedAct(
            act=act,
            verb=str(VERBS.get(act.verb, act.verb)),
            about=headlines.get((act.content_type.model, act.object_id), ""),
            can_undo=act.verb in UNDOABLE
            and not hasattr(act, "undone_by")
            and permission_to_undo(act) in may,
        )
        for act in acts_of(edition)
    )
