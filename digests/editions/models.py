"""Editions, their frozen items, and the digests chosen from them."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.sources.models import Language
from digests.stories.models import Story


class Placement(models.TextChoices):
    """Where a curator put a story."""

    NORMAL = "normal", _("Normal")
    PINNED = "pinned", _("Pinned")
    HIDDEN = "hidden", _("Hidden")


class EditionQuerySet(models.QuerySet["Edition"]):
    """Adjectives of editions."""

    def published(self) -> "EditionQuerySet":
        """Those whose content is frozen and may be shown and sent, newest first."""
        return self.filter(status__in=Edition.PUBLISHED).order_by("-frozen_at")

    def frozen_before(self, instant: datetime) -> "EditionQuerySet":
        """Published editions frozen by `instant`: the first is what a reader due then gets."""
        return self.published().filter(cutoff_at__lte=instant).order_by("-cutoff_at")


class Edition(models.Model):
    """One date's ranked stories, frozen at the cut-off: what everyone's digest is chosen from."""

    class Status(models.TextChoices):
        COLLECTING = "collecting", _("Collecting")
        REVIEW = "review", _("In review")
        HELD = "held", _("Held")
        FROZEN = "frozen", _("Frozen")
        PAUSED = "paused", _("Sending paused")
        CANCELLED = "cancelled", _("Cancelled")

    PUBLISHED: ClassVar = [Status.FROZEN, Status.PAUSED]
    OPEN: ClassVar = [Status.COLLECTING, Status.REVIEW, Status.HELD]

    date = models.DateField(_("date"))
    zone = models.CharField(_("time zone of the cut-off"), max_length=64, default="Asia/Seoul")
    cutoff_at = models.DateTimeField(_("cut-off"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.COLLECTING)
    status_reason = models.CharField(_("reason"), max_length=300, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("approved by")
    )
    # The funnel of the day, counted when the edition freezes.
    articles_count = models.PositiveIntegerField(_("articles"), default=0)
    stories_count = models.PositiveIntegerField(_("stories"), default=0)
    findings = models.JSONField(_("findings of the linter"), default=list, blank=True)
    version = models.PositiveIntegerField(default=0, help_text=_("Counts every act of a curator."))

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["-date", "zone"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["date", "zone"], name="one_edition_per_date_and_zone")
        ]

    def __str__(self) -> str:
        return f"{self.date:%F}"


class Item(models.Model):
    """A story's place in an edition, and its content as frozen.

    `content` is empty until the edition freezes; then it is what every digest and page shows:
    {"language": "ko", "kind": …, "relation": …, "whats_new": …, "thread": key or null,
     "words": {"ko": {"headline", "summary"}, "en": {…}}, "topics": [slug], "organizations": [slug],
     "sources": [{"publisher": slug, "name_ko", "name_en", "title", "url", "is_primary", "language"}],
     "publishers": [slug], "marks": ["single_source", …], "text": two sentences or the whole original}.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="items", verbose_name=_("edition"))
    story = models.ForeignKey(Story, models.PROTECT, related_name="items", verbose_name=_("story"))
    position = models.PositiveIntegerField(_("position"))
    placement = models.CharField(
        _("placement"), max_length=8, choices=Placement.choices, default=Placement.NORMAL
    )
    is_chosen = models.BooleanField(
        _("chosen"), default=True, help_text=_("Whether it stands in the edition, or waits beside it.")
    )
    is_moved = models.BooleanField(
        _("moved"), default=False, help_text=_("Whether a curator set its position; ranking leaves it there.")
    )
    rank = models.FloatField(_("rank"), default=0)
    rank_parts = models.JSONField(_("parts of the rank"), default=dict, blank=True)
    content = models.JSONField(_("content"), default=dict, blank=True)
    waived = models.JSONField(_("waived findings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering: ClassVar = ["edition", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "story"], name="story_once_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} #{self.position}"


class Digest(models.Model):
    """What one reader gets: an ordered choice from an edition in a language, shared by all who chose alike.

    `key` is the SHA-256 of everything it shows; two readers with the same choice share the row.
    It is also the "my issue" page, the proof of what was sent, and what a reader has seen.
    """

    key = models.CharField(max_length=64, unique=True)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="digests", verbose_name=_("edition"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    choices = models.JSONField(
        _("stories"), help_text=_('[{"item": id, "story": id, "why": code, "of": slug}], in order')
    )
    subject = models.CharField(_("subject"), max_length=300)
    preheader = models.CharField(_("preheader"), max_length=300, blank=True)
    html_bytes = models.PositiveIntegerField(_("bytes of HTML"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.subject


class Correction(models.Model):
    """What an edition got wrong, and what is right: on the web at once, by mail to those who got it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="corrections", verbose_name=_("item"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("curator")
    )
    note_ko = models.CharField(_("Korean note"), max_length=500)
    note_en = models.CharField(_("English note"), max_length=500, blank=True)
    before = models.JSONField(_("before"), default=dict)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.note_ko
