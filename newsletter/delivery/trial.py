"""A digest sent to oneself, as its readers will see it: no row, no sum, no memory."""

from django.utils import timezone

from digests.editions.models import Digest
from newsletter.delivery.carrying import carry, drop, open_backend
from newsletter.delivery.messages import Mail, Recipient, digest_content, public_url
from newsletter.delivery.models import Kind
from newsletter.delivery.outcomes import Outcome

# A reader who does not exist: the links of a trial open the pages that say so.
NOBODY = 0


def send_trial(digest_id: int, address: str) -> Outcome:
    """Send a digest to one address now; what became of it. Raises Digest.DoesNotExist."""
    digest = Digest.objects.select_related("edition").get(pk=digest_id)
    now = timezone.now()
    recipient = Recipient(
        delivery_id=0,
        kind=Kind.DIGEST,
        subscriber_id=NOBODY,
        email=address,
        language=digest.language,
        link_version=0,
        confirmed_at=now,
        digest_id=digest.pk,
        web_url=public_url(digest.language, f"{digest.edition.date:%F}"),
    )
    backend = open_backend()
    try:
        [outcome] = carry(
            backend, [Mail(digest_content(digest.key, digest.edition.version), recipient, now)], lambda: True
        )
    finally:
        drop(backend)
    return outcome
