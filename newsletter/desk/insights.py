"""Numbers about readers and about the quality of stories, without an address in them. No opens, no clicks."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from digests.journal.models import Act
from digests.stories.models import LearnedModel, Tag, Topic, Verdict, Words
from newsletter.delivery.models import Delivery, DeliveryEvent, Kind
from newsletter.desk.charts import Chart, bars, line_chart, share
from newsletter.subscribers.models import ConsentEvent, Level, Subscriber, TopicPreference

DAYS = 30
FEW = 12
Bars = list[tuple[str, int, int]]


@dataclass(frozen=True)
class Readers:
    """The readers desk."""

    statuses: list[tuple[str, int]]
    growth: Chart
    confirm_rate: float | None
    churn: float | None
    bounce_rate: float | None
    complaint_rate: float | None
    topics: Bars
    hours: Bars
    domains: Bars
    zones: Bars


def readers_of(now: datetime, language: str) -> Readers:
    """The readers as they are, and their last thirty days."""
    since = now - timedelta(days=DAYS)
    statuses = dict(Subscriber.objects.order_by().values_list("status").annotate(count=Count("pk")))
    active = Subscriber.objects.filter(status=Subscriber.Status.ACTIVE).order_by()
    signed = Subscriber.objects.filter(created_at__gte=since)
    left = Subscriber.objects.filter(left_at__gte=since).count()
    reading = statuses.get("active", 0) + statuses.get("paused", 0)
    sent = Delivery.objects.filter(
        kind__in=[Kind.DIGEST, Kind.WEEKLY], status=Delivery.Status.SENT, settled_at__gte=since
    ).count()
    told = Counter(dict(_events(since)))
    return Readers(
        statuses=[(str(label), statuses.get(value, 0)) for value, label in Subscriber.Status.choices],
        growth=_growth(now, since),
        confirm_rate=share(signed.filter(confirmed_at__isnull=False).count(), signed.count()),
        churn=share(left, reading + left),
        bounce_rate=share(told["bounced"], sent),
        complaint_rate=share(told["complained"], sent),
        topics=_topics(language),
        hours=[
            (f"{hour:02}:00", count, width)
            for hour, count, width in _counted(active.values_list("hour").annotate(count=Count("pk")))
        ],
        domains=bars(_domains(active)),
        zones=bars(_most(active.values_list("zone").annotate(count=Count("pk")))),
    )


def _events(since: datetime) -> "QuerySet[DeliveryEvent, tuple[str, int]]":
    rows = DeliveryEvent.objects.filter(at__gte=since).order_by()
    return rows.values_list("kind").annotate(count=Count("pk"))


def _growth(now: datetime, since: datetime) -> Chart:
    kinds = ConsentEvent.Kind
    series = {
        _("sign-ups"): [kinds.REQUESTED],
        _("confirmations"): [kinds.CONFIRMED],
        _("goodbyes"): [kinds.WITHDRAWN, kinds.ERASED, kinds.SUPPRESSED],
    }
    found: Counter[tuple[date, str]] = Counter()
    rows = ConsentEvent.objects.filter(at__gte=since).order_by().annotate(day=TruncDate("at"))
    for day, kind, count in rows.values_list("day", "kind").annotate(count=Count("pk")):
        found[day, kind] = count
    days = _days(now)
    return line_chart(
        _("Sign-ups, confirmations and goodbyes a day"),
        [f"{day:%m-%d}" for day in days],
        {name: [sum(found[day, str(kind)] for kind in of) for day in days] for name, of in series.items()},
    )


def _days(now: datetime) -> list[date]:
    today = localdate(now)
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def _topics(language: str) -> Bars:
    wanted = TopicPreference.objects.filter(
        level__in=[Level.MORE, Level.NORMAL], subscriber__status=Subscriber.Status.ACTIVE
    ).order_by()
    counts = dict(wanted.values_list("topic_id").annotate(count=Count("pk")))
    rows = [
        (topic.name(language), counts.get(topic.pk, 0)) for topic in Topic.objects.filter(is_offered=True)
    ]
    return bars(sorted(rows, key=lambda row: -row[1]))


def _counted(rows: "QuerySet[Subscriber, tuple[int, int]]") -> list[tuple[int, int, int]]:
    found = sorted(rows)
    return [
        (hour, count, width)
        for (hour, count), (_name, _count, width) in zip(
            found, bars([(str(hour), count) for hour, count in found]), strict=True
        )
    ]


def _domains(active: "QuerySet[Subscriber]") -> list[tuple[str, int]]:
    """The commonest domains; those of fewer than five readers are told together, as they may name people."""
    counts: Counter[str] = Counter()
    for email in active.values_list("email", flat=True).iterator(5000):
        counts[email.rpartition("@")[2]] += 1
    shown = [(name, count) for name, count in counts.most_common(FEW) if count >= 5]
    rest = sum(counts.values()) - sum(count for _name, count in shown)
    return [*shown, (_("others"), rest)] if rest else shown


def _most(rows: "QuerySet[Subscriber, tuple[str, int]]") -> list[tuple[str, int]]:
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:FEW]


@dataclass(frozen=True)
class Accepted:
    """What curators said of a topic's tags; `rate` is of those they decided."""

    name: str
    proposed: int
    accepted: int
    rejected: int
    rate: float | None


@dataclass(frozen=True)
class Quality:
    """The quality page."""

    topics: list[Accepted]
    summaries: int
    edited: int
    edit_rate: float | None
    ungrounded: int
    acts: Chart
    verdicts: list[tuple[str, int]]
    models: list[LearnedModel]
    figures: Chart | None


def quality_of(now: datetime, language: str) -> Quality:
    """How often curators had to change what the machines proposed, and what the models scored."""
    curator = Words.Source.CURATOR
    words = Words.objects.aggregate(
        all=Count("pk"),
        edited=Count("pk", filter=Q(summary_source=curator) | Q(headline_source=curator)),
        loose=Count("pk", filter=~Q(grounding=[])),
    )
    verdicts = Counter(dict(Verdict.objects.order_by().values_list("is_same").annotate(count=Count("pk"))))
    models = list(LearnedModel.objects.defer("weights")[:20])
    return Quality(
        topics=_acceptance(language),
        summaries=words["all"],
        edited=words["edited"],
        edit_rate=share(words["edited"], words["all"]),
        ungrounded=words["loose"],
        acts=_acts(now),
        verdicts=[(_("the same event"), verdicts[True]), (_("not the same"), verdicts[False])],
        models=models,
        figures=_figures(models),
    )


def _acceptance(language: str) -> list[Accepted]:
    rows = Tag.objects.filter(topic__isnull=False).order_by()
    counts = {
        (topic, state): count
        for topic, state, count in rows.values_list("topic_id", "state").annotate(count=Count("pk"))
    }
    found = []
    for topic in Topic.objects.all():
        proposed, accepted, rejected = (counts.get((topic.pk, state), 0) for state in Tag.State.values)
        rate = share(accepted, accepted + rejected)
        found.append(Accepted(topic.name(language), proposed, accepted, rejected, rate))
    return found


def _acts(now: datetime) -> Chart:
    series: Mapping[str, Sequence[str]] = {
        _("merged"): ("merge", "same"),
        _("split"): ("split", "not_same"),
        _("words written"): ("write",),
    }
    found: Counter[tuple[date, str]] = Counter()
    rows = Act.objects.filter(at__gte=now - timedelta(days=DAYS)).order_by().annotate(day=TruncDate("at"))
    for day, verb, count in rows.values_list("day", "verb").annotate(count=Count("pk")):
        found[day, verb] = count
    days = _days(now)
    return line_chart(
        _("Merges, splits and edits a day"),
        [f"{day:%m-%d}" for day in days],
        {name: [sum(found[day, verb] for verb in of) for day in days] for name, of in series.items()},
    )


def _figures(models: Sequence[LearnedModel]) -> Chart | None:
    scored = [one for one in reversed(models) if isinstance(one.figures.get("frozen"), dict)]
    if not scored:
        return None
    values = [100 * float(one.figures["frozen"].get("new") or 0) for one in scored]
    return line_chart(
        _("Topic F1 of each trained model, in percent"),
        [f"{one.trained_at:%m-%d}" for one in scored],
        {"F1": values},
    )


def verdict_lines() -> Iterator[str]:
    """Curators' verdicts in the format of evaluation's `pairs.jsonl`, a line each."""
    rows = Verdict.objects.order_by("pk").values_list("first__url", "second__url", "is_same")
    for first, second, is_same in rows.iterator(1000):
        yield json.dumps({"a": first, "b": second, "label": is_same}, ensure_ascii=False) + "\n"


def article_lines() -> Iterator[str]:
    """Articles with accepted topics in the format of evaluation's `articles.jsonl`, a line each."""
    rows = (
        Tag.objects.filter(state=Tag.State.ACCEPTED, topic__isnull=False)
        .order_by("article_id", "pk")
        .values_list("article__url", "article__title", "article__language", "topic__slug")
    )
    topics: list[str] = []
    last: tuple[str, str, str] | None = None
    for url, title, language, slug in rows.iterator(1000):
        if last is not None and last[0] != url:
            yield _article_line(last, topics)
            topics = []
        last = (url, title, language)
        topics.append(slug or "")
    if last is not None:
        yield _article_line(last, topics)


def _article_line(article: tuple[str, str, str], topics: Sequence[str]) -> str:
    url, title, language = article
    row = {"url": url, "title": title, "lang": language, "topics": list(topics)}
    return json.dumps(row, ensure_ascii=False) + "\n"
