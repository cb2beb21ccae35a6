"""Subscribers with their preferences, their consent, and the addresses we may never write to."""

from datetime import datetime
from typing import ClassVar, NoReturn

from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.sources.models import Publisher
from digests.stories.models import Organization, Topic
from newsletter.subscribers.schedule import next_morning

EVERY_DAY = 0b1111111
WEEKDAYS = 0b0011111


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Adjectives of subscribers."""

    def due(self, now: datetime) -> "SubscriberQuerySet":
        """Active ones whose morning has come at `now`, longest waiting first."""
        return self.filter(status=Subscriber.Status.ACTIVE, next_digest_at__lte=now).order_by(
            "next_digest_at", "pk"
        )


class Subscriber(models.Model):
    """An address with a status, and the hour, zone, language and length its reader chose."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        SUPPRESSED = "suppressed", _("Suppressed")

    class ThinDay(models.TextChoices):
        NOTE = "note", _("A short note")
        SKIP = "skip", _("No mail")
        FILL = "fill", _("The best of other topics")

    class MailLanguage(models.TextChoices):
        KO = "ko", _("Korean")
        EN = "en", _("English")

    email = models.EmailField(_("address"), max_length=254, unique=True)
    address_hash = models.CharField(max_length=64, db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PENDING)
    language = models.CharField(
        _("language"), max_length=2, choices=MailLanguage.choices, default=MailLanguage.KO
    )
    reads_ko = models.BooleanField(_("reads Korean stories"), default=True)
    reads_en = models.BooleanField(_("reads English stories"), default=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Seoul")
    hour = models.PositiveSmallIntegerField(_("hour"), default=7, validators=[MaxValueValidator(23)])
    weekdays = models.PositiveSmallIntegerField(
        _("weekdays"),
        default=EVERY_DAY,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text=_("A bit a day, Monday the lowest."),
    )
    is_weekly = models.BooleanField(
        _("weekly"), default=False, help_text=_("One best-of on its first weekday instead of a daily digest.")
    )
    length = models.PositiveSmallIntegerField(_("stories a digest"), default=10)
    thin_day = models.CharField(
        _("on a thin day"), max_length=4, choices=ThinDay.choices, default=ThinDay.FILL
    )
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    preference_key = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        help_text=_("SHA-256 of every preference that selection reads; equal keys share digests."),
    )
    next_digest_at = models.DateTimeField(_("next digest"), null=True, blank=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    created_at = models.DateTimeField(_("signed up"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    link_version = models.PositiveIntegerField(
        default=1, help_text=_("Raising it makes every earlier private link of this reader invalid.")
    )
    soft_bounces = models.PositiveSmallIntegerField(_("soft bounces in a row"), default=0)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering: ClassVar = ["-created_at"]
        permissions: ClassVar = [("export_subscriber", _("Can export subscribers with their addresses"))]
        indexes: ClassVar = [
            models.Index(fields=["next_digest_at"], name="subscriber_due", condition=Q(status="active")),
            models.Index(fields=["left_at"], name="subscriber_left", condition=Q(status="unsubscribed")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1) & Q(weekdays__lte=EVERY_DAY), name="at_least_one_weekday"
            ),
            models.CheckConstraint(condition=Q(length__in=[5, 10, 15]), name="length_offered"),
        ]

    def __str__(self) -> str:
        return self.masked_email

    @property
    def masked_email(self) -> str:
        """The address with all but its first letter and domain hidden: `r•••••@example.com`."""
        local, _at, domain = self.email.partition("@")
        return f"{local[:1]}•••••@{domain}"

    @property
    def is_reading(self) -> bool:
        """Whether the reader confirmed and has not left: active, or resting."""
        return self.status in (self.Status.ACTIVE, self.Status.PAUSED)

    def plan_next_morning(self, now: datetime) -> None:
        """Set, unsaved, the instant of the next digest after `now`; None for who gets none."""
        self.next_digest_at = None
        if self.is_reading:
            _day, self.next_digest_at = next_morning(
                now,
                hour=self.hour,
                zone=self.zone,
                weekdays=self.weekdays,
                is_weekly=self.is_weekly,
                not_before_date=self.paused_until,
            )

    def is_suppressed(self) -> bool:
        """Whether we may never write to this address; the hash counts, whatever the status says."""
        return (
            self.status == self.Status.SUPPRESSED
            or Suppression.objects.filter(address_hash=self.address_hash).exists()
        )


class Level(models.TextChoices):
    """How much of a topic, an organization or a publisher a reader wants."""

    MORE = "more", _("More")
    NORMAL = "normal", _("Normal")
    LESS = "less", _("Less")
    MUTE = "mute", _("Mute")


class TopicPreference(models.Model):
    """How much of a topic a reader wants; a reader with no "normal" or "more" gets every topic."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="topic_preferences", verbose_name=_("subscriber")
    )
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"))
    level = models.CharField(_("level"), max_length=6, choices=Level.choices, default=Level.NORMAL)

    class Meta:
        verbose_name = _("topic preference")
        verbose_name_plural = _("topic preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscriber", "topic"], name="one_preference_per_topic")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.topic_id} {self.level}"


class OrganizationPreference(models.Model):
    """An organization a reader follows ("more") or mutes."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="organization_preferences", verbose_name=_("subscriber")
    )
    organization = models.ForeignKey(Organization, models.CASCADE, verbose_name=_("organization"))
    level = models.CharField(_("level"), max_length=6, choices=Level.choices, default=Level.MORE)

    class Meta:
        verbose_name = _("organization preference")
        verbose_name_plural = _("organization preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "organization"], name="one_preference_per_organization"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.organization_id} {self.level}"


class PublisherPreference(models.Model):
    """A publisher a reader follows ("more") or mutes."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="publisher_preferences", verbose_name=_("subscriber")
    )
    publisher = models.ForeignKey(Publisher, models.CASCADE, verbose_name=_("publisher"))
    level = models.CharField(_("level"), max_length=6, choices=Level.choices, default=Level.MUTE)

    class Meta:
        verbose_name = _("publisher preference")
        verbose_name_plural = _("publisher preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscriber", "publisher"], name="one_preference_per_publisher")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.publisher_id} {self.level}"


class ConsentQuerySet(models.QuerySet["ConsentEvent"]):
    """Append-only: rows are added, never changed or deleted."""

    def update(self, **kwargs: object) -> NoReturn:
        """Refused."""
        raise PermissionDenied("consent events are append-only")

    def delete(self) -> NoReturn:
        """Refused."""
        raise PermissionDenied("consent events are append-only")


class ConsentEvent(models.Model):
    """Who agreed or withdrew, when, how, and the exact text."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        CONFIRMED = "confirmed", _("Confirmed")
        RENEWED = "renewed", _("Renewed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RESTORED = "restored", _("Restored")
        CHANGED = "changed", _("Address changed")
        ERASED = "erased", _("Erased")
        SUPPRESSED = "suppressed", _("Suppressed")

    class How(models.TextChoices):
        FORM = "form", _("Sign-up form")
        API = "api", _("Sign-up endpoint")
        PAGE = "page", _("Page behind a mailed link")
        ONE_CLICK = "one_click", _("One-click unsubscribe")
        MAIL = "mail", _("Mail to the unsubscribe address")
        COMPLAINT = "complaint", _("Complaint")
        BOUNCE = "bounce", _("Bounce")
        DESK = "desk", _("Desk")
        IMPORT = "import", _("Import")

    subscriber = models.ForeignKey(
        Subscriber,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="consent_events",
        db_constraint=False,
        verbose_name=_("subscriber"),
    )
    address_hash = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    how = models.CharField(_("how"), max_length=10, choices=How.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    language = models.CharField(_("language"), max_length=2)
    text_version = models.CharField(_("version of the text"), max_length=20, blank=True)
    text = models.TextField(_("text agreed to"), blank=True)
    network = models.CharField(_("network"), max_length=50, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %T}"


class Suppression(models.Model):
    """An address we may never write to, kept as a keyed hash that outlives its reader."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("Hard bounce")
        SOFT_BOUNCES = "soft_bounces", _("Soft bounces in a row")
        COMPLAINT = "complaint", _("Complaint")
        ERASED = "erased", _("Erased")
        BY_HAND = "by_hand", _("By hand")

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.reason} {self.address_hash[:8]}"


class SignupAttempt(models.Model):
    """One post to the sign-up form: what the limits count, and why attack mode came on."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        INVALID = "invalid", _("Invalid address")
        LIMITED = "limited", _("Over a limit")
        TRAPPED = "trapped", _("Caught by a trap")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    address_hash = models.CharField(max_length=64, blank=True)
    network = models.CharField(_("network"), max_length=50)
    domain = models.CharField(_("recipient domain"), max_length=254, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("sign-up attempt")
        verbose_name_plural = _("sign-up attempts")
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["address_hash", "at"], name="attempts_of_address"),
            models.Index(fields=["network", "at"], name="attempts_of_network"),
            models.Index(fields=["domain", "at"], name="attempts_of_domain"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%F %T}"


class EndpointKey(models.Model):
    """An Idempotency-Key of the sign-up endpoint that was answered: asked again, it answers the same."""

    key_hash = models.CharField(max_length=64, unique=True)
    body_hash = models.CharField(max_length=64)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("key of the sign-up endpoint")
        verbose_name_plural = _("keys of the sign-up endpoint")

    def __str__(self) -> str:
        return self.key_hash[:8]


class AttackMode(models.Model):
    """One time during which sign-up was guarded more strictly, and why; at most one is open."""

    started_at = models.DateTimeField(_("from"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_open = models.BooleanField(_("on"), default=True)
    reason = models.CharField(_("why"), max_length=300)

    class Meta:
        verbose_name = _("attack mode")
        verbose_name_plural = _("attack modes")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_open"], condition=Q(is_open=True), name="one_open_attack_mode"
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%F %T}"


class MailDomain(models.Model):
    """What the DNS last said of a domain: whether it takes mail, NULL when it did not say."""

    domain = models.CharField(_("domain"), max_length=254, unique=True)
    takes_mail = models.BooleanField(_("takes mail"), null=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.domain


class AddressChange(models.Model):
    """A reader's wish to read at another address; done once both addresses have confirmed it.

    The new address waits as a pending subscriber of its own, so that its letter is a delivery as any.
    """

    subscriber = models.OneToOneField(
        Subscriber, models.CASCADE, related_name="address_change", verbose_name=_("subscriber")
    )
    successor = models.OneToOneField(
        Subscriber, models.CASCADE, related_name="address_change_to", verbose_name=_("new address")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    old_confirmed_at = models.DateTimeField(_("confirmed by the old address"), null=True, blank=True)
    new_confirmed_at = models.DateTimeField(_("confirmed by the new address"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self) -> str:
        return f"{self.subscriber_id} → {self.successor_id}"
