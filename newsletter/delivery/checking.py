"""Letters to addresses whose domain takes no mail are not sent: they would only come back."""

from datetime import datetime

from django.conf import settings

from newsletter.delivery.models import Delivery, Kind
from newsletter.subscribers.mailservers import Ask, dead_domains

# Letters to addresses that nobody has confirmed yet; a reader's own address has proved itself.
UNPROVED = (Kind.CONFIRM, Kind.MOVE)
# Looked at in one go, so that a silent resolver holds the morning up for seconds only.
LIMIT = 16


def turn_away_dead(now: datetime, ask: Ask | None = None) -> int:
    """Skip owed letters to domains without a mail server, reason `no_mail_server`; say how many.

    Called before claims, and fails open: a letter owed between this and the claim goes as it is.
    """
    if not settings.CHECK_MX:
        return 0
    owed = Delivery.objects.owed(now).filter(kind__in=UNPROVED, subscriber__confirmed_at=None, tries=0)
    addresses = owed.order_by("next_try_at").values_list("pk", "subscriber__email")[:LIMIT]
    domains = {pk: email.rpartition("@")[2].lower() for pk, email in addresses}
    dead = dead_domains(set(domains.values()), now, ask) if domains else set()
    gone = [pk for pk, domain in domains.items() if domain in dead]
    return Delivery.objects.filter(pk__in=gone, status=Delivery.Status.PLANNED).update(
        status=Delivery.Status.SKIPPED, reason="no_mail_server", settled_at=now
    )
