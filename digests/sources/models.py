"""Publishers, the feeds we poll, and the articles we stored."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages articles are told apart by; readers read the first two."""

    KO = "ko", _("Korean")
    EN = "en", _("English")
    OTHER = "xx", _("Other")


class Trust(models.IntegerChoices):
    """How much an outlet's word weighs in ranking."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")


class Publisher(models.Model):
    """An outlet, with its trust tier and family."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News outlet")
        COMPANY = "company", _("Company")
        RESEARCH = "research", _("Research institution")
        GOVERNMENT = "government", _("Government")
        COMMUNITY = "community", _("Community")
        AGGREGATOR = "aggregator", _("Aggregator")

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    homepage = models.URLField(_("homepage"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.KO)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.NEWS)
    trust = models.SmallIntegerField(_("trust"), choices=Trust.choices, default=Trust.NORMAL)
    family = models.CharField(
        _("family"),
        max_length=60,
        blank=True,
        help_text=_("Outlets of one family (one newsroom) count as one independent source."),
    )
    zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Asia/Seoul",
        help_text=_("The zone of dates that its feeds write without one."),
    )
    allows_full_text = models.BooleanField(
        _("allows full text"),
        default=False,
        help_text=_("Whether its articles may be shown in full on the web, as press releases may."),
    )
    cleaning_rules = models.JSONField(
        _("cleaning rules"),
        default=dict,
        blank=True,
        help_text=_('{"selector": "#article-body", "junk": ["phrase"]}'),
    )

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering: ClassVar = ["name_ko"]

    def __str__(self) -> str:
        return self.name_ko

    def name(self, language: str) -> str:
        """Its name in `language`, else in the other."""
        return (self.name_en or self.name_ko) if language == Language.EN else (self.name_ko or self.name_en)


class FeedQuerySet(models.QuerySet["Feed"]):
    """Adjectives of feeds."""

    def due(self, now: datetime) -> "FeedQuerySet":
        """Active feeds whose next check has come at `now`, longest overdue first."""
        return self.filter(status=Feed.Status.ACTIVE, next_check_at__lte=now).order_by("next_check_at", "pk")


class Feed(models.Model):
    """A URL of a publisher that we poll."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("In use")
        PAUSED = "paused", _("Paused")
        GONE = "gone", _("Gone")

    publisher = models.ForeignKey(
        Publisher, models.PROTECT, related_name="feeds", verbose_name=_("publisher")
    )
    url = models.URLField(_("address"), max_length=500, unique=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField(_("reason"), max_length=300, blank=True)
    interval_minutes = models.PositiveIntegerField(_("interval in minutes"), default=30)
    fetches_pages = models.BooleanField(
        _("fetches article pages"),
        default=True,
        help_text=_("Whether the page behind each entry is fetched for its full text."),
    )
    max_entries = models.PositiveIntegerField(
        _("entries a fetch"), default=100, help_text=_("Newest first; the rest of a fetch is skipped.")
    )
    # Schedule: written before each request, so that a crash cannot hammer a host.
    next_check_at = models.DateTimeField(_("next check"), default=timezone.now)
    # What the last good answer said: the validators of the next conditional GET.
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    newest_entry_at = models.DateTimeField(_("newest entry"), null=True, blank=True)
    redirect_url = models.URLField(max_length=500, blank=True)
    redirect_since = models.DateTimeField(null=True, blank=True)
    # Health.
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_reason = models.CharField(_("last reason"), max_length=40, blank=True)
    last_detail = models.CharField(_("detail"), max_length=500, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering: ClassVar = ["publisher__name_ko", "url"]
        indexes: ClassVar = [models.Index(fields=["status", "next_check_at"], name="feed_due")]

    def __str__(self) -> str:
        return self.title or self.url


class HubSubscription(models.Model):
    """A feed's subscription at its WebSub hub, which rings when the feed has changed."""

    class State(models.TextChoices):
        WANTED = "wanted", _("Wanted")
        ASKED = "asked", _("Asked")
        VERIFIED = "verified", _("Verified")
        DENIED = "denied", _("Denied")

    feed = models.OneToOneField(Feed, models.CASCADE, related_name="hub", verbose_name=_("feed"))
    hub_url = models.URLField(_("hub"), max_length=500)
    topic_url = models.URLField(_("topic address"), max_length=500)
    # The callback's unguessable path, and the key of the hub's signatures.
    token = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WANTED)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    last_push_at = models.DateTimeField(_("last push"), null=True, blank=True)

    class Meta:
        verbose_name = _("hub subscription")
        verbose_name_plural = _("hub subscriptions")

    def __str__(self) -> str:
        return f"{self.feed_id} {self.hub_url}"


class Attempt(models.Model):
    """One request to a feed: what came of it, and why."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New entries")
        UNCHANGED = "unchanged", _("Nothing new")
        FAILED = "failed", _("Failed")

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="attempts", verbose_name=_("feed"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    bytes = models.PositiveIntegerField(_("bytes"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    items_new = models.PositiveIntegerField(_("new"), default=0)
    items_changed = models.PositiveIntegerField(_("changed"), default=0)
    items_skipped = models.PositiveIntegerField(_("skipped"), default=0)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["feed", "-at"], name="attempt_of_feed")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.at:%F %T} {self.outcome}"


class ArticleQuerySet(models.QuerySet["Article"]):
    """Adjectives of articles."""

    def live(self) -> "ArticleQuerySet":
        """Those not removed: a removed article stays as a tombstone, so that it never comes back."""
        return self.filter(state=Article.State.LIVE)

    def published_in(self, since: datetime, until: datetime) -> "ArticleQuerySet":
        """Live articles published in the half-open [since, until)."""
        return self.live().filter(published_at__gte=since, published_at__lt=until)

    def page_due(self, now: datetime) -> "ArticleQuerySet":
        """Articles whose page is wanted and may be asked for at `now`, newest first."""
        return (
            self.live()
            .filter(page_state=Article.Page.WANTED, page_next_at__lte=now)
            .order_by("-published_at")
        )


class Host(models.Model):
    """A web host: asked by one worker at a time, with a pause, and as its robots.txt allows."""

    name = models.CharField(_("name"), max_length=260, unique=True)
    # Claimed by a conditional UPDATE on this value: nobody asks the host before it.
    free_at = models.DateTimeField(_("free at"), default=timezone.now)
    robots = models.TextField(_("robots.txt"), blank=True)
    robots_at = models.DateTimeField(_("robots.txt read"), null=True, blank=True)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """An entry we stored and cleaned. Title and text are plain text, never markup."""

    class Completeness(models.TextChoices):
        FULL = "full", _("Full text")
        FEED_ONLY = "feed_only", _("Feed text only")
        TRUNCATED = "truncated", _("Truncated")
        BLOCKED = "blocked", _("Blocked")

    class State(models.TextChoices):
        LIVE = "live", _("Live")
        REMOVED = "removed", _("Removed")

    class Page(models.TextChoices):
        WANTED = "wanted", _("Wanted")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")
        UNWANTED = "unwanted", _("Not wanted")

    class DateSource(models.TextChoices):
        FEED = "feed", _("Feed")
        PAGE = "page", _("Page")
        IMPORTED = "imported", _("Imported")
        FIRST_SEEN = "first_seen", _("First seen")

    publisher = models.ForeignKey(
        Publisher, models.PROTECT, related_name="articles", verbose_name=_("publisher")
    )
    feed = models.ForeignKey(
        Feed, models.SET_NULL, null=True, blank=True, related_name="articles", verbose_name=_("feed")
    )
    identity = models.CharField(
        max_length=64, help_text=_("SHA-256 of the guid within the feed, else of the URL, else of the text.")
    )
    entry_hash = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the raw entry: an equal one is not read again.")
    )
    url = models.URLField(_("address"), max_length=2000, blank=True)
    url_key = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text=_("SHA-256 of the canonical URL.")
    )
    title = models.CharField(_("title"), max_length=500)
    text = models.TextField(_("text"), blank=True)
    feed_text = models.TextField(_("text of the feed"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    completeness = models.CharField(_("completeness"), max_length=10, choices=Completeness.choices)
    published_at = models.DateTimeField(_("published"), db_index=True)
    date_source = models.CharField(max_length=10, choices=DateSource.choices, default=DateSource.FEED)
    is_date_only = models.BooleanField(_("date without a time"), default=False)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(
        _("changed"), default=timezone.now, db_index=True, help_text=_("When title or text last changed.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.LIVE)
    removed = models.JSONField(
        _("removed by the cleaner"), default=list, blank=True, help_text=_('[{"kind": …, "text": …}]')
    )
    page_state = models.CharField(_("page"), max_length=8, choices=Page.choices, default=Page.UNWANTED)
    page_next_at = models.DateTimeField(null=True, blank=True)
    page_attempts = models.PositiveSmallIntegerField(default=0)
    page_reason = models.CharField(_("why the page failed"), max_length=40, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar = ["-published_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["page_state", "page_next_at"], name="article_page_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["feed", "identity"], condition=Q(feed__isnull=False), name="one_article_per_entry"
            ),
            models.UniqueConstraint(
                fields=["identity"], condition=Q(feed__isnull=True), name="one_article_per_import"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """What an article said before an edit."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions", verbose_name=_("article"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    title = models.CharField(_("title"), max_length=500)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.at:%F %T}"
