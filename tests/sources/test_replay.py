"""A replay server over simulated days: never earlier than allowed, one body per real change."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from digests.sources.ingest import poll, poll_due
from digests.sources.models import Article, Attempt, Feed, Host
from tests.sources.feeds import item, rfc822, rss
from tests.sources.loopback import Page

STEP = timedelta(minutes=10)
CHANGES = [timedelta(hours=hours) for hours in (0, 2, 3, 9, 26, 27, 50)]


def document(now: datetime, start: datetime) -> bytes:
    told = [
        item(f"소식 {n}", guid=str(n), date=rfc822(start + at))
        for n, at in enumerate(CHANGES)
        if start + at <= now
    ]
    return rss(*reversed(told)).encode()


def live(site, start: datetime, days: int, *, tagged: bool) -> list[datetime]:
    """Tick through `days`, the server changing as time passes; when the feed was asked."""
    asked: list[datetime] = []
    now = start
    while now < start + timedelta(days=days):
        body = document(now, start)
        site.pages["/rss"] = Page(body, headers={"ETag": f'"{len(body)}"'} if tagged else {})
        before = len(site.asked)
        poll_due(now)
        asked += [now] * (len(site.asked) - before)
        now += STEP
    return asked


def gaps(asked: list[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in pairwise(asked)]


@pytest.mark.slow
def test_each_change_costs_one_body(feed, site, now):
    live(site, now, 3, tagged=True)
    outcomes = list(Attempt.objects.values_list("outcome", "http_status"))
    bodies = [status for _, status in outcomes if status == 200]
    assert Article.objects.count() == len(CHANGES)
    assert len(bodies) <= len(CHANGES)
    assert outcomes.count(("unchanged", 304)) == len(outcomes) - len(bodies)


@pytest.mark.slow
def test_without_validators_an_equal_body_is_no_change(feed, site, now):
    live(site, now, 2, tagged=False)
    assert Attempt.objects.filter(outcome="new").count() <= len(CHANGES)
    assert set(Attempt.objects.filter(outcome="unchanged").values_list("reason", flat=True)) == {"same_body"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "extra", "shortest"),
    [
        ({}, "", timedelta(minutes=30)),
        ({"Cache-Control": "max-age=7200"}, "", timedelta(hours=2)),
        ({"Retry-After": "10800"}, "", timedelta(hours=3)),
        ({}, "<ttl>240</ttl>", timedelta(hours=4)),
    ],
    ids=["interval", "max-age", "retry-after", "ttl"],
)
def test_never_earlier_than_allowed(feed, site, now, headers, extra, shortest):
    asked: list[datetime] = []
    moment = now
    while moment < now + timedelta(days=1):
        site.pages["/rss"] = Page(
            rss(item(f"소식 {moment}", guid=str(moment)), extra=extra).encode(), headers=headers
        )
        before = len(site.asked)
        poll_due(moment)
        asked += [moment] * (len(site.asked) - before)
        moment += STEP
    assert len(asked) > 3
    assert min(gaps(asked)) >= shortest


def test_a_failing_host_is_asked_ever_less_often(feed, site, now):
    site.pages["/rss"] = Page(b"", 503)
    asked: list[datetime] = []
    moment = now
    while moment < now + timedelta(days=2):
        before = len(site.asked)
        poll_due(moment)
        asked += [moment] * (len(site.asked) - before)
        moment += timedelta(minutes=20)
    assert min(gaps(asked)) >= timedelta(seconds=8**4)
    assert gaps(asked)[-1] > gaps(asked)[0]


def test_feeds_of_one_host_wait_for_each_other(feed, site, publisher, now, settings):
    other = Feed.objects.create(publisher=publisher, url=site.url("/other"), next_check_at=now)
    Host.objects.create(name=site.host, free_at=now + timedelta(seconds=30))
    assert {polled.outcome for polled in poll_due(now)} == {"busy"}
    assert site.asked == []
    for row in (feed, other):
        row.refresh_from_db()
        assert row.next_check_at == now + timedelta(seconds=30)


def test_a_crash_cannot_hammer_a_host(feed, site, now, monkeypatch):
    """The next check is written before the request: whoever dies in it has put it off."""
    monkeypatch.setattr("digests.sources.polling.ask_feed", lambda question: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        poll(feed.pk, now)
    feed.refresh_from_db()
    assert feed.next_check_at >= now + timedelta(hours=1)
    assert poll_due(now + timedelta(minutes=30)) == []
