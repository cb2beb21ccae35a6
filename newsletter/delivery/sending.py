"""Sending what is owed: claim, gate, send, settle.

    claim_owed ─▶ for each window: gate ─▶ compose ─▶ carry ─▶ settle
                                    └▶ turned away: skipped with a reason, or back to planned

1. A claim wins rows for a lease. 2. The gate commits `sending` for one window, re-reading lease,
reader, suppression and edition. 3. Only then do bytes leave, while the gate is fresh. 4. Each mail's
fate is written down. A worker killed anywhere leaves rows that `reconciling.sweep` finds: `claimed`
ones go back, `sending` ones become unknown, at most one window of them.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.delivery import letters, messages
from newsletter.delivery.carrying import carry, drop, name_of, open_backend
from newsletter.delivery.ledger import claim, gate, give_back, resolutely, settle, turn_away
from newsletter.delivery.messages import DIGEST_KINDS, Mail, Recipient
from newsletter.delivery.models import Delivery
from newsletter.delivery.outcomes import Fate, Outcome
from newsletter.delivery.tracking import note_refusals

logger = logging.getLogger(__name__)

# A gate older than this was passed by a process that slept: the world may have changed since.
GATE_SECONDS = 5.0
# Rows given back because the provider is down rest this long before the next try.
REST_SECONDS = 30.0
Clock = Callable[[], datetime]


def awake_seconds() -> float:
    """Seconds that also pass while the machine is suspended, where the system can say so."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass
class Sent:
    """What one call of `send_owed` did, counted."""

    claimed: int = 0
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    unknown: int = 0
    skipped: int = 0
    returned: int = 0

    def __iadd__(self, other: "Sent") -> "Sent":
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def send_owed(
    worker: str, clock: Clock, limit: int | None = None, ticks: Callable[[], float] = awake_seconds
) -> Sent:
    """Claim up to `limit` owed deliveries and see each to its end; says what became of them.

    `worker` names the process in claims, `clock` tells the time, `ticks` the seconds awake.
    Safe to run in any number of processes at once. Raises the database's errors when it stays away.
    """
    size = limit or settings.DELIVERY_CLAIM_SIZE
    token, rows = resolutely(lambda: claim(worker, clock(), size))
    done = Sent(claimed=len(rows))
    if not rows:
        return done
    backend = open_backend()
    try:
        is_up = True
        for window in windows(rows, settings.DELIVERY_GATE_WINDOW):
            if not is_up:
                done.returned += rest(token, window, clock)
                continue
            passed = Window(token, window, backend, clock, ticks)
            done += passed.run()
            is_up = not passed.is_provider_down
    finally:
        drop(backend)
    logger.info("worker %s sent %s", worker, done)
    return done


def rest(token: str, rows: Sequence[Delivery], clock: Clock) -> int:
    """Give rows back untouched while the provider is down."""
    return resolutely(lambda: give_back(token, [row.pk for row in rows], clock(), REST_SECONDS))


def windows(rows: Sequence[Delivery], size: int) -> Iterator[Sequence[Delivery]]:
    """The rows in runs of what one gate commits."""
    for start in range(0, len(rows), max(size, 1)):
        yield rows[start : start + max(size, 1)]


class Window:
    """One gate's worth of deliveries, from the gate to the ledger."""

    def __init__(
        self,
        token: str,
        rows: Sequence[Delivery],
        backend: BaseEmailBackend,
        clock: Clock,
        ticks: Callable[[], float],
    ) -> None:
        self.token, self.rows, self.backend, self.clock, self.ticks = token, rows, backend, clock, ticks
        self.is_provider_down = False

    def run(self) -> Sent:
        """Gate, compose, carry and settle this window."""
        # Before the gate, so that the gate is fresh when bytes leave.
        messages.warm(
            (row.digest_key, row.edition.version) for row in self.rows if row.digest_key and row.edition
        )
        opened = self.ticks()
        # Repeated when the database went away in the middle: what it committed is read back, and
        # what took too long is given back below.
        passed = resolutely(lambda: gate(self.token, self.rows, self.clock()))
        mails, results = self._compose(passed)
        try:
            fates = carry(self.backend, mails, lambda: self.ticks() - opened < GATE_SECONDS)
            results |= {mail.delivery_id: fate for mail, fate in zip(mails, fates, strict=True)}
        finally:
            # Also when a backend breaks in a way nobody foresaw: then nothing is known of its mails.
            unforeseen = Outcome(Fate.LOST, "lost_answer", "the backend broke")
            results = {row.pk: results.get(row.pk, unforeseen) for row in passed}
            self._settle(passed, results)
        return self._count(passed, results)

    def _compose(self, passed: Sequence[Delivery]) -> tuple[list[Mail], dict[int, Outcome]]:
        """A mail per row, and the outcome of the rows for which none could be made."""
        mails: list[Mail] = []
        broken: dict[int, Outcome] = {}
        for row in passed:
            try:
                mails.append(compose(row, self.clock()))
            except Exception as error:
                # One mail that cannot be made must not touch its neighbours; it is tried again.
                logger.exception("delivery %s cannot be composed", row.pk)
                broken[row.pk] = Outcome(Fate.DEFERRED, "not_composed", type(error).__name__)
        return mails, broken

    def _settle(self, passed: Sequence[Delivery], results: dict[int, Outcome]) -> None:
        now, by = self.clock(), name_of(self.backend)
        resolutely(lambda: settle(self.token, passed, results, now, by))
        unsent = [pk for pk, result in results.items() if result.fate is Fate.UNSENT]
        if unsent:
            down = any(results[pk].reason == "provider_down" for pk in unsent)
            self.is_provider_down = down
            self._return(unsent, REST_SECONDS if down else 0.0)
        note_refusals(passed, results, by, now)

    def _return(self, ids: Sequence[int], wait: float = 0.0) -> int:
        return resolutely(lambda: give_back(self.token, ids, self.clock(), wait))

    def _count(self, passed: Sequence[Delivery], results: dict[int, Outcome]) -> Sent:
        fates = [result.fate for result in results.values()]
        turned = 0
        if len(passed) < len(self.rows):
            turned = resolutely(lambda: turn_away(self.token, self.rows, self.clock()))
        return Sent(
            sent=fates.count(Fate.ACCEPTED),
            failed=fates.count(Fate.REFUSED),
            deferred=fates.count(Fate.DEFERRED),
            unknown=fates.count(Fate.LOST),
            returned=fates.count(Fate.UNSENT) + len(self.rows) - len(passed) - turned,
            skipped=turned,
        )


def compose(row: Delivery, at: datetime) -> Mail:
    """The mail of a delivery whose reader and edition the gate has read."""
    if row.subscriber is None:
        raise ValueError("the reader is gone")
    if row.kind in DIGEST_KINDS and row.digest_key and row.edition:
        recipient = Recipient.of(row, row.subscriber, f"{row.edition.date:%F}")
        return Mail(messages.digest_content(row.digest_key, row.edition.version), recipient, at)
    return letters.compose(row, row.subscriber, at)
