"""A mail sent to oneself, as readers will see it: no row, no sum, no memory."""

from datetime import datetime

from django.utils import timezone

from digests.editions.digesting import preview
from digests.editions.models import Digest, Edition
from digests.editions.preferences import Preferences
from digests.editions.rendering import RenderedMail, render_digest
from newsletter.delivery.carrying import carry, drop, open_backend
from newsletter.delivery.messages import Content, Mail, Recipient, public_url
from newsletter.delivery.models import Kind
from newsletter.delivery.outcomes import Outcome

# A reader who does not exist: the links of a trial open the pages that say so.
NOBODY = 0


def send_trial(digest_id: int, address: str) -> Outcome:
    """Send a stored digest to one address now; what became of it. Raises Digest.DoesNotExist."""
    digest = Digest.objects.select_related("edition").get(pk=digest_id)
    return send(render_digest(digest), digest.edition, digest.language, address, timezone.now())


def send_preview(edition_id: int, language: str, address: str) -> Outcome:
    """Send what a reader of every topic gets of an edition, frozen or open. Raises Edition.DoesNotExist."""
    edition = Edition.objects.get(pk=edition_id)
    mail = preview(edition, Preferences(language=language))
    return send(mail, edition, language, address, timezone.now())


def send(mail: RenderedMail, edition: Edition, language: str, address: str, at: datetime) -> Outcome:
    """Hand one rendered mail to the mail backend."""
    recipient = Recipient(
        delivery_id=0,
        kind=Kind.DIGEST,
        subscriber_id=NOBODY,
        email=address,
        language=language,
        link_version=0,
        confirmed_at=at,
        web_url=public_url(language, f"{edition.date:%F}"),
    )
    content = Content.of(mail.subject, tuple(mail.text), tuple(mail.html), language, "trial")
    backend = open_backend()
    try:
        [outcome] = carry(backend, [Mail(content, recipient, at)], lambda: True)
    finally:
        drop(backend)
    return outcome
