"""The demo: the whole way from sample feeds to three mails, done by a real worker, then shown.

1. prepare: database, catalogue, topics, sample feeds, the newsstand on loopback.
2. fetch: the worker polls the sample feeds and reads their pages.
3. edit: the worker tells, assembles and freezes the edition of the newest cut-off that has passed.
4. send: three readers sign up and confirm, their hour has come, the worker plans and sends.
5. report what was fetched, grouped, chosen and sent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from digests.editions.cutoffs import Cutoff
from digests.editions.models import Edition
from digests.sources.catalogue import load_catalogue
from digests.sources.models import Article, Feed
from digests.sources.tasks import poll_feed, read_page
from digests.stories.models import Assessment, Telling
from digests.stories.taxonomy import load_taxonomy
from newsletter.delivery.models import Delivery
from newsletter.delivery.tasks import tick as deliver_tick
from newsletter.demo.newsstand import Newsstand, print_sheets
from newsletter.demo.readers import Seat, seat_readers
from newsletter.demo.samples import days_played, publish, read_publishers
from newsletter.demo.screen import Screen, wait_until
from newsletter.demo.stage import Stage, set_stage
from newsletter.demo.tasks import build_edition

FETCH_SECONDS = 240.0
EDIT_SECONDS = 240.0
SEND_SECONDS = 120.0
OPEN = (Delivery.Status.PLANNED, Delivery.Status.CLAIMED, Delivery.Status.SENDING)


@dataclass(frozen=True)
class Play:
    """One run of the demo: its clock, its cut-off, the date it plays, and what to do while waiting."""

    now: datetime
    cutoff: Cutoff
    screen: Screen
    check: Callable[[], None]

    @property
    def day(self) -> date:
        """The date of the newest edition whose cut-off has passed."""
        return self.cutoff.latest_day(self.now)

    def wait(self, is_done: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for the worker, as long as it lives."""

        def look() -> bool:
            self.check()
            return is_done()

        wait_until(look, seconds=seconds, what=what)


def prepare(screen: Screen) -> None:
    """Bring the database up to date and load what the paper starts with."""
    call_command("migrate", verbosity=0, interactive=False)
    load_catalogue()
    load_taxonomy()
    screen.step(
        "준비 Prepare", f"데이터베이스·실제 피드·주제  database, real feeds, topics: {settings.DATA_DIR}"
    )


def lay_out(play: Play, stand: Newsstand, state: Path) -> Stage:
    """Print the day's sample papers at the newsstand and store their feeds, due now."""
    played = read_played(state)
    days = days_played(played, play.day)
    publishers = read_publishers()
    papers = [(publisher, publish(publisher, days, play.cutoff)) for publisher in publishers]
    stand.sheets = print_sheets(papers, stand.base)
    stage = set_stage(publishers, stand.base, play.now)
    state.write_text(json.dumps({str(number): f"{day:%F}" for number, day in days.items()}), encoding="utf-8")
    play.screen.step(
        "가판대 Stand",
        f"지어낸 매체 {len(publishers)}곳, 기사 {sum(len(articles) for _, articles in papers)}건  "
        f"invented papers at {stand.base}/",
    )
    return stage


def read_played(state: Path) -> dict[int, date]:
    """Which set of sample news was played for which date, from an earlier run."""
    if not state.exists():
        return {}
    rows = json.loads(state.read_text(encoding="utf-8"))
    return {int(number): date.fromisoformat(day) for number, day in rows.items()}


def fetch(play: Play, stage: Stage) -> None:
    """Have the worker poll every sample feed, then read every page that is wanted."""
    feeds = Feed.objects.filter(pk__in=stage.feed_ids)
    for feed_id in stage.feed_ids:
        poll_feed.delay(feed_id)
    rung: set[int] = set()
    total = len(stage.feed_ids)

    def is_done() -> bool:
        polled = feeds.filter(attempts__at__gte=play.now).distinct().count()
        articles = Article.objects.filter(feed__in=stage.feed_ids)
        wanted = set(articles.filter(page_state=Article.Page.WANTED).values_list("pk", flat=True))
        for article_id in sorted(wanted - rung):
            read_page.delay(article_id)
            rung.add(article_id)
        read = len(rung) - len(wanted)
        play.screen.count(
            "수집 Fetch",
            polled + read,
            total + len(rung),
            f"피드 feeds {polled}/{total} · 기사 articles {articles.count()} · 본문 pages {read}/{len(rung)}",
        )
        return polled == total and not wanted

    play.wait(is_done, FETCH_SECONDS, "fetching the sample feeds")
    articles = Article.objects.filter(feed__in=stage.feed_ids)
    new = articles.filter(first_seen_at__gte=play.now).count()
    failed = feeds.exclude(last_reason="").exclude(failures=0).count()
    play.screen.step(
        "수집 Fetch",
        f"피드 feeds {total} · 기사 articles {articles.count()} (새로 new {new}) · 본문 pages {len(rung)}"
        f" · 실패 failed {failed} · 실제 피드 {stage.real_feeds}개는 묻지 않음  real feeds not polled",
    )


def edit(play: Play, stage: Stage) -> Edition:
    """Have the worker make the edition of the day, and on a first run those of the two days before."""
    days = [play.day]
    if not Edition.objects.published().exists():
        earlier = Article.objects.filter(feed__in=stage.feed_ids).order_by("published_at").first()
        if earlier is not None:
            first = max(
                play.cutoff.latest_day(earlier.published_at).toordinal() + 1, play.day.toordinal() - 2
            )
            days = [date.fromordinal(n) for n in range(first, play.day.toordinal() + 1)]
    articles = Article.objects.live().filter(feed__in=stage.feed_ids)
    total = articles.count()
    editions = Edition.objects.filter(zone=play.cutoff.zone, status__in=Edition.PUBLISHED)

    def is_done() -> bool:
        tagged = Assessment.objects.filter(article__in=articles).count()
        told = Telling.objects.filter(article__in=articles).count()
        play.screen.count(
            "묶기 Group", tagged + told, total * 2, f"꼬리표 tagged {tagged}/{total} · 묶음 told {told}"
        )
        return editions.filter(date=day).exists()

    for day in days:
        # One after the other: a queue keeps no order, and each day follows the stories of the last.
        build_edition.delay(f"{day:%F}")
        play.wait(is_done, EDIT_SECONDS, f"the edition of {day:%F}")
    made = editions.get(date=play.day)
    chosen = made.items.filter(is_chosen=True).count()
    play.screen.step(
        "편집 Edit",
        f"{made.date:%F} 제{made.number}호 · 기사 articles {made.articles_count} → 소식 stories {chosen}",
    )
    return made


def send(play: Play, edition: Edition) -> list[Seat]:
    """Seat the readers, and have the worker plan and send to those whose morning has come."""
    seats = seat_readers(timezone.now(), edition.cutoff_at)
    due = [seat.subscriber_id for seat in seats if not seat.reason]
    if due:
        deliver_tick.delay()

    def is_done() -> bool:
        rows = Delivery.objects.filter(subscriber__in=due).filter(Q(created_at__gte=play.now))
        settled = rows.exclude(status__in=OPEN).values("subscriber").distinct().count()
        play.screen.count("발송 Send", settled, len(due), f"{settled}/{len(due)}")
        return settled >= len(due)

    play.wait(is_done, SEND_SECONDS, "sending the digests")
    sent = Delivery.objects.filter(
        subscriber__in=due, created_at__gte=play.now, status=Delivery.Status.SENT
    ).count()
    already = sum(seat.reason == "already" for seat in seats)
    text = f"보냄 sent {sent}/{len(due)}"
    if already:
        text += f" · 오늘 이미 받음, 두 번 보내지 않음 already sent today, not twice: {already}"
    play.screen.step("발송 Send", text)
    return seats
