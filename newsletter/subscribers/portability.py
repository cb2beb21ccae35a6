"""What we know about a reader, in a form that people and programs can read."""

from typing import Any

from newsletter.subscribers.models import Subscriber

PLAIN_FIELDS = [
    *("email", "status", "language", "reads_ko", "reads_en", "zone", "hour", "weekdays", "is_weekly"),
    *("length", "thin_day", "keywords", "next_digest_at", "paused_until"),
    *("created_at", "confirmed_at", "left_at", "soft_bounces"),
]


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
