"""Taking over a list: rows to subscribers, with a dry run, a report, and no way around consent.

file ─▶ decode ─▶ rows ─▶ address check ─▶ known? suppressed? left? ─▶ active (evidence) | asked (opt-in)
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from newsletter.subscribers.addresses import BadAddress, address_hash, normalise
from newsletter.subscribers.consent import record_consent
from newsletter.subscribers.lists import Row
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.preferences import refresh_key
from newsletter.subscribers.schedule import UnknownZone, zone_of
from newsletter.subscribers.signup import Post, SignUp, sign_up

REPORTED = 20


@dataclass
class Report:
    """What became of the rows: how many of each outcome, and the lines of the first that were not taken.

    Outcomes: added (active, on the operator's evidence), asked (pending, owed a confirmation), known,
    departed (left us; never revived), suppressed, gone (left the other service), twice (repeated in the
    file), invalid.
    """

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[tuple[int, str]] = field(default_factory=list)

    def note(self, row: Row, outcome: str, why: str = "") -> None:
        """Count a row; remember the line of one that was not taken, never its address."""
        self.counts[outcome] += 1
        if outcome == "invalid" and len(self.lines) < REPORTED:
            self.lines.append((row.line, why))


def import_rows(
    rows: Iterable[Row], evidence: str, now: datetime, post: Post, *, is_dry_run: bool = False
) -> Report:
    """Take rows over, all or none, in one transaction that a dry run rolls back.

    With `evidence`, the operator's statement of how these people agreed, a row that wanted mail becomes
    active and the statement its consent's text; without it, and for rows the other service had not
    confirmed, the address is asked by the ordinary opt-in. Who left us or is suppressed is never revived.
    """
    report = Report()
    seen: set[str] = set()
    with transaction.atomic():
        for row in rows:
            take_row(row, evidence, now, post, seen, report)
        transaction.set_rollback(is_dry_run)
    return report


def take_row(row: Row, evidence: str, now: datetime, post: Post, seen: set[str], report: Report) -> None:
    """Decide and do what becomes of one row."""
    try:
        email = normalise(row.email)
    except BadAddress as error:
        report.note(row, "invalid", str(error))
        return
    known = Subscriber.objects.filter(email=email).first()
    hashed = address_hash(email)
    if email in seen:
        report.note(row, "twice")
    elif Suppression.objects.filter(address_hash=hashed).exists():
        report.note(row, "suppressed")
    elif row.wish == "gone":
        report.note(row, "gone")
    elif known is not None:
        is_out = known.status in (Subscriber.Status.UNSUBSCRIBED, Subscriber.Status.SUPPRESSED)
        report.note(row, "departed" if is_out else "known")
    elif evidence and row.wish == "wants":
        add(row, email, hashed, evidence, now)
        report.note(row, "added")
    else:
        choices = choices_of(row)
        sign_up(SignUp(email, **choices, how=ConsentEvent.How.IMPORT), now, post)  # type: ignore[arg-type]
        report.note(row, "asked")
    seen.add(email)


def add(row: Row, email: str, hashed: str, evidence: str, now: datetime) -> None:
    """Store a reader on the operator's evidence."""
    subscriber = Subscriber(
        email=email,
        address_hash=hashed,
        status=Subscriber.Status.ACTIVE,
        created_at=now,
        confirmed_at=now,
        **choices_of(row),
    )
    subscriber.plan_next_morning(now)
    subscriber.save()
    refresh_key(subscriber)
    record_consent(subscriber, ConsentEvent.Kind.CONFIRMED, ConsentEvent.How.IMPORT, now, text=evidence)


def choices_of(row: Row) -> dict[str, str | int]:
    """What a row says of language, zone and hour, where it can be used."""
    choices: dict[str, str | int] = {}
    if row.language in Subscriber.MailLanguage.values:
        choices["language"] = row.language
    if row.hour.isdecimal() and int(row.hour) < 24:
        choices["hour"] = int(row.hour)
    try:
        choices["zone"] = zone_of(row.zone).key if row.zone else "Asia/Seoul"
    except UnknownZone:
        choices["zone"] = "Asia/Seoul"
    return choices
