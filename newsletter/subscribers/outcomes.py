"""What an act on a subscription led to, told to the page or task that asked for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Whom it concerned, which letter is owed for it (a value of delivery's Kind), and why.

    `reason` is one of: new, pending, returning, active, suppressed (sign-up); confirmed, already,
    unknown, departed (confirmation); left, already, unknown (leaving); restored, too_late (undoing);
    paused, resumed, changed, erased.
    """

    subscriber_id: int | None
    letter: str | None
    reason: str
