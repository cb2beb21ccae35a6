"""What we know about readers, in forms that people and programs can read."""

import csv
from collections.abc import Iterator
from typing import Any

from newsletter.subscribers.models import Subscriber, SubscriberQuerySet

PLAIN_FIELDS = [
    *("email", "status", "language", "reads_ko", "reads_en", "zone", "hour", "weekdays", "is_weekly"),
    *("length", "thin_day", "keywords", "next_digest_at", "paused_until"),
    *("created_at", "confirmed_at", "left_at", "soft_bounces"),
]


CSV_FIELDS = [
    *("email", "status", "language", "zone", "hour", "weekdays", "is_weekly", "length"),
    *("created_at", "confirmed_at", "left_at"),
]


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def csv_lines(subscribers: SubscriberQuerySet) -> Iterator[str]:
    """Readers as the lines of a CSV file with a mark that Excel needs, read from the database in pieces."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(CSV_FIELDS)
    for row in subscribers.order_by("pk").values_list(*CSV_FIELDS).iterator(2000):
        yield writer.writerow([cell(value) for value in row])


def cell(value: object) -> object:
    """A value as a spreadsheet may take it: an address that starts like a formula is no formula."""
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@\t\r" else text


def everything_about(subscriber: Subscriber) -> dict[str, Any]:
    """Everything this room keeps of a reader, as values JSON can hold; instants in ISO 8601."""
    values = {name: getattr(subscriber, name) for name in PLAIN_FIELDS}
    return {
        "subscriber": {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in values.items()
        },
        "topics": dict(subscriber.topic_preferences.values_list("topic__slug", "level")),
        "organizations": dict(subscriber.organization_preferences.values_list("organization__slug", "level")),
        "publishers": dict(subscriber.publisher_preferences.values_list("publisher__slug", "level")),
        "consent": [
            {
                "kind": event.kind,
                "how": event.how,
                "at": event.at.isoformat(),
                "language": event.language,
                "text_version": event.text_version,
                "text": event.text,
                "network": event.network,
            }
            for event in subscriber.consent_events.order_by("at", "pk")
        ],
    }
