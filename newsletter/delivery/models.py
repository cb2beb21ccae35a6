"""Deliveries, what providers told us about them, and the proved sum of each edition."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.editions.models import Digest, Edition
from newsletter.subscribers.models import Subscriber


class Kind(models.TextChoices):
    """What a delivery carries. Digests are chosen from an edition; letters are about the subscription."""

    DIGEST = "digest", _("Digest")
    WEEKLY = "weekly", _("Weekly digest")
    NOTE = "note", _("Short note on a thin day")
    CORRECTION = "correction", _("Correction")
    CONFIRM = "confirm", _("Confirmation")
    WELCOME = "welcome", _("Welcome")
    ALREADY = "already", _("Already subscribed")
    LINK = "link", _("Preferences link")
    GOODBYE = "goodbye", _("Goodbye")
    RENEWAL = "renewal", _("Consent renewal")
    MOVE = "move", _("Change of address")
    ERASE = "erase", _("Erasure link")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Adjectives of deliveries."""

    def owed(self, now: datetime) -> "DeliveryQuerySet":
        """Planned ones whose next try has come at `now`."""
        return self.filter(status=Delivery.Status.PLANNED, next_try_at__lte=now)

    def abandoned(self, now: datetime) -> "DeliveryQuerySet":
        """Claimed or sending ones whose lease has run out at `now`: their worker vanished."""
        return self.filter(status__in=[Delivery.Status.CLAIMED, Delivery.Status.SENDING], lease_until__lt=now)

    def with_digest_key(self) -> "DeliveryQuerySet":
        """With `digest_key`, the content address of what they carry, None for letters."""
        return self.annotate(digest_key=models.F("digest__key"))  # type: ignore[no-redef]


class Delivery(models.Model):
    """One mail to one subscriber on one local date. Its row is the truth, the queue only rings.

    planned → claimed (lease) → sending → sent | failed | unknown | skipped; each arrow is one
    conditional UPDATE, written in `sending` or `reconciling`.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Claimed")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        SKIPPED = "skipped", _("Skipped")

    subscriber = models.ForeignKey(
        Subscriber,
        models.SET_NULL,
        null=True,
        related_name="deliveries",
        verbose_name=_("subscriber"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DIGEST)
    local_date = models.DateField(_("local date"))
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("edition"),
    )
    digest = models.ForeignKey(
        Digest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("digest"),
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.PLANNED)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=36, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=200, blank=True)

    # Set by `with_digest_key`.
    digest_key: str | None = None

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-due_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "local_date", "kind"], name="one_delivery_per_date_and_kind"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="delivery_owed", condition=Q(status="planned")),
            models.Index(
                fields=["lease_until"],
                name="delivery_leased",
                condition=Q(status__in=["claimed", "sending"]),
            ),
            models.Index(fields=["edition", "status"], name="delivery_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.local_date:%F} {self.status}"


class DeliveryEvent(models.Model):
    """What a provider told us about a mail; events only suppress or annotate, in any order, once each."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        DEFERRED = "deferred", _("Deferred")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Complained")
        REJECTED = "rejected", _("Rejected")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        OTHER = "other", _("Other")

    provider = models.CharField(_("provider"), max_length=40)
    event_id = models.CharField(max_length=200)
    delivery = models.ForeignKey(
        Delivery,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("delivery"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="one_row_per_event")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class EditionSum(models.Model):
    """An edition's proof: eligible = sent + failed + skipped + unknown, once nothing is on its way."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="sum", verbose_name=_("edition"))
    at = models.DateTimeField(_("when"))
    eligible = models.PositiveIntegerField(_("eligible"))
    sent = models.PositiveIntegerField(_("sent"))
    failed = models.PositiveIntegerField(_("failed"))
    skipped = models.PositiveIntegerField(_("skipped"))
    unknown = models.PositiveIntegerField(_("unknown"))
    on_the_way = models.PositiveIntegerField(_("on the way"))

    class Meta:
        verbose_name = _("sum of an edition")
        verbose_name_plural = _("sums of editions")

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.sent}/{self.eligible}"

    @property
    def is_right(self) -> bool:
        """Whether everyone eligible is accounted for."""
        settled = self.sent + self.failed + self.skipped + self.unknown
        return self.eligible == settled + self.on_the_way

    @property
    def is_proved(self) -> bool:
        """Whether the sum is right and nothing is on its way any more."""
        return self.is_right and self.on_the_way == 0
