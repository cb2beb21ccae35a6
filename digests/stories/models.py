"""Topics and organizations, the tags that tie articles to them, and the stories they tell."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.sources.models import Article, Language


class Topic(models.Model):
    """What a reader can choose."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(
        _("offered to readers"), default=True, help_text=_("Whether readers can choose it.")
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar = ["position", "slug"]

    def __str__(self) -> str:
        return self.name_ko

    def name(self, language: str) -> str:
        """Its name in `language`."""
        return self.name_en if language == Language.EN else self.name_ko


class Keyword(models.Model):
    """A phrase that speaks for a topic, or one that forbids it where it stands (weight 0)."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="keywords", verbose_name=_("topic"))
    text = models.CharField(_("text"), max_length=80)
    weight = models.FloatField(
        _("weight"),
        default=3,
        help_text=_("1 to 3; 0 makes it a blocker, which matches in place of keywords."),
    )

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        ordering: ClassVar = ["topic", "-weight", "text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "text"], name="one_keyword_per_topic"),
            models.CheckConstraint(
                condition=Q(weight__gte=0) & Q(weight__lte=10), name="keyword_weight_range"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Organization(models.Model):
    """Who the news is about."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    group = models.CharField(_("group"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering: ClassVar = ["name_ko"]

    def __str__(self) -> str:
        return self.name_ko

    def name(self, language: str) -> str:
        """Its name in `language`."""
        return self.name_en if language == Language.EN else self.name_ko


class Alias(models.Model):
    """A name, product or person that speaks for an organization, or a phrase that blocks it."""

    class Kind(models.TextChoices):
        NAME = "name", _("Name")
        PRODUCT = "product", _("Product")
        PERSON = "person", _("Person")
        BLOCKER = "blocker", _("Blocker")

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="aliases", verbose_name=_("organization")
    )
    text = models.CharField(_("text"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NAME)
    matches_case = models.BooleanField(_("matches case"), default=False)
    is_strict = models.BooleanField(
        _("strict"), default=False, help_text=_("An ambiguous word: needs the organization's other evidence.")
    )

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering: ClassVar = ["organization", "kind", "text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "text"], name="one_alias_per_organization")
        ]

    def __str__(self) -> str:
        return self.text


class Tag(models.Model):
    """That an article is about a topic or an organization, who says so, and where the text says it."""

    class Source(models.TextChoices):
        RULE = "rule", _("Rule")
        MODEL = "model", _("Model")
        LLM = "llm", _("Assistant")
        CURATOR = "curator", _("Curator")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    article = models.ForeignKey(Article, models.CASCADE, related_name="tags", verbose_name=_("article"))
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="tags", verbose_name=_("topic")
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tags",
        verbose_name=_("organization"),
    )
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    score = models.FloatField(_("score"), default=1.0)
    evidence = models.JSONField(
        _("evidence"),
        default=list,
        blank=True,
        help_text=_('[{"text": …, "place": "title"|"lead"|"body", "start": …, "end": …}]'),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PROPOSED)
    version = models.CharField(_("version"), max_length=40, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "topic"], condition=Q(topic__isnull=False), name="one_tag_per_topic"
            ),
            models.UniqueConstraint(
                fields=["article", "organization"],
                condition=Q(organization__isnull=False),
                name="one_tag_per_organization",
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=False, organization__isnull=True)
                | Q(topic__isnull=True, organization__isnull=False),
                name="tag_of_topic_or_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.topic_id or self.organization_id}"


class Kind(models.TextChoices):
    """What kind of text an article is."""

    REPORT = "report", _("Report")
    PRESS_RELEASE = "press_release", _("Press release")
    INTERVIEW = "interview", _("Interview")
    OPINION = "opinion", _("Opinion")
    ROUNDUP = "roundup", _("Roundup")
    NOTICE = "notice", _("Notice")
    RESEARCH = "research", _("Research")


class Assessment(models.Model):
    """What tagging found of one article as a whole: whether it is AI news, its kind, its importance."""

    article = models.OneToOneField(
        Article, models.CASCADE, related_name="assessment", verbose_name=_("article")
    )
    is_relevant = models.BooleanField(_("AI news"))
    relevance = models.FloatField(_("relevance"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.REPORT)
    importance = models.FloatField(_("importance"), default=0)
    importance_parts = models.JSONField(_("parts of the importance"), default=dict, blank=True)
    fingerprint = models.JSONField(
        _("fingerprint"),
        default=dict,
        blank=True,
        help_text=_('{"facts": [[value, unit]…], "names": […], "quotes": […], "glosses": […]}'),
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    assessed_at = models.DateTimeField(_("assessed"), default=timezone.now)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")

    def __str__(self) -> str:
        return f"{self.article_id}"


class Thread(models.Model):
    """A running story over days: several stories."""

    key = models.CharField(max_length=16, unique=True)
    title = models.CharField(_("title"), max_length=500)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering: ClassVar = ["-last_at"]

    def __str__(self) -> str:
        return self.title


class Story(models.Model):
    """One event, told by one or more articles."""

    class Relation(models.TextChoices):
        NEW = "new", _("New")
        UPDATE = "update", _("Update")
        REHASH = "rehash", _("Rehash")

    key = models.CharField(
        max_length=16, unique=True, help_text=_("Stable and public: stands in the addresses of story pages.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.REPORT)
    first_at = models.DateTimeField(_("first told"), db_index=True)
    last_at = models.DateTimeField(_("last told"), db_index=True)
    rank = models.FloatField(_("rank"), default=0)
    rank_parts = models.JSONField(_("parts of the rank"), default=dict, blank=True)
    thread = models.ForeignKey(
        Thread, models.SET_NULL, null=True, blank=True, related_name="stories", verbose_name=_("thread")
    )
    relation = models.CharField(_("relation"), max_length=8, choices=Relation.choices, default=Relation.NEW)
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("follows"),
    )
    whats_new = models.CharField(_("what is new"), max_length=300, blank=True)
    contradictions = models.JSONField(
        _("contradictions"), default=list, blank=True, help_text=_('[{"figures": […], "sentences": […]}]')
    )
    articles = models.ManyToManyField(
        Article, through="Telling", related_name="stories", verbose_name=_("articles")
    )
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related"))
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering: ClassVar = ["-last_at", "-pk"]

    def __str__(self) -> str:
        words = next(iter(self.words.all()), None)
        return words.headline if words else self.key


class Telling(models.Model):
    """That an article tells a story; an article tells exactly one."""

    class By(models.TextChoices):
        MACHINE = "machine", _("Machine")
        CURATOR = "curator", _("Curator")

    story = models.ForeignKey(Story, models.CASCADE, related_name="tellings", verbose_name=_("story"))
    article = models.OneToOneField(Article, models.CASCADE, related_name="telling", verbose_name=_("article"))
    by = models.CharField(_("by"), max_length=8, choices=By.choices, default=By.MACHINE)
    is_primary = models.BooleanField(
        _("primary source"), default=False, help_text=_("The organization's own word, or the paper itself.")
    )
    origin = models.CharField(
        _("origin"),
        max_length=16,
        blank=True,
        help_text=_("Articles of one origin (one press release, one family) count as one source."),
    )

    class Meta:
        verbose_name = _("telling")
        verbose_name_plural = _("tellings")

    def __str__(self) -> str:
        return f"{self.story_id} {self.article_id}"


class Words(models.Model):
    """A story's headline and summary in one language, and who wrote them."""

    class Source(models.TextChoices):
        MACHINE = "machine", _("Machine")
        ASSISTANT = "assistant", _("Assistant")
        CURATOR = "curator", _("Curator")

    story = models.ForeignKey(Story, models.CASCADE, related_name="words", verbose_name=_("story"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    headline = models.CharField(_("headline"), max_length=500)
    headline_source = models.CharField(max_length=10, choices=Source.choices, default=Source.MACHINE)
    summary = models.TextField(_("summary"), blank=True)
    summary_source = models.CharField(max_length=10, choices=Source.choices, default=Source.MACHINE)
    grounding = models.JSONField(
        _("grounding"), default=list, blank=True, help_text=_("What the summary says that no source does.")
    )

    class Meta:
        verbose_name = _("words")
        verbose_name_plural = _("words")
        ordering: ClassVar = ["story", "-language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "language"], name="one_wording_per_language")
        ]

    def __str__(self) -> str:
        return self.headline


class Verdict(models.Model):
    """A curator's "same event" or "not the same", obeyed for ever and kept as a labelled pair."""

    first = models.ForeignKey(Article, models.CASCADE, related_name="+", verbose_name=_("one article"))
    second = models.ForeignKey(Article, models.CASCADE, related_name="+", verbose_name=_("the other"))
    is_same = models.BooleanField(_("the same event"))
    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("curator")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="one_verdict_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="verdict_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {'=' if self.is_same else '≠'} {self.second_id}"


class LearnedModel(models.Model):
    """A topic model as trained on curators' tags, what it scored, and whether tagging uses it."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("In use")
        KEPT = "kept", _("Kept")
        REFUSED = "refused", _("Refused")

    trained_at = models.DateTimeField(_("trained"))
    articles = models.PositiveIntegerField(_("articles learned from"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices)
    figures = models.JSONField(
        _("figures"),
        default=dict,
        help_text=_('{"frozen": {"old": F1, "new": F1, "articles": n}, "recent": {…}}'),
    )
    weights = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("learned model")
        verbose_name_plural = _("learned models")
        ordering: ClassVar = ["-trained_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="active"), name="one_active_model")
        ]

    def __str__(self) -> str:
        return f"{self.trained_at:%F %H:%M}"


class AssistantAnswer(models.Model):
    """What the assistant said to one request: asked once, kept by the request's hash."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GOOD = "good", _("Printed")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    key = models.CharField(max_length=64, unique=True)
    story = models.ForeignKey(
        Story, models.SET_NULL, null=True, related_name="answers", verbose_name=_("story")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    words = models.JSONField(
        _("words"), default=dict, blank=True, help_text=_('{"ko": {"headline": …, "summary": …}, …}')
    )
    asked_at = models.DateTimeField(_("asked at"))
    seen_at = models.DateTimeField(_("last used"), db_index=True)

    class Meta:
        verbose_name = _("assistant's answer")
        verbose_name_plural = _("assistant's answers")
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.key[:12]


class AssistantBudget(models.Model):
    """The assistant's calls of a day ("2026-01-05") or a month ("2026-01")."""

    period = models.CharField(_("period"), max_length=10, unique=True)
    reserved = models.PositiveIntegerField(_("calls reserved"), default=0)
    spent = models.PositiveIntegerField(_("calls answered"), default=0)
    tokens = models.PositiveBigIntegerField(_("tokens"), default=0)

    class Meta:
        verbose_name = _("assistant's budget")
        verbose_name_plural = _("assistant's budgets")
        ordering: ClassVar = ["-period"]

    def __str__(self) -> str:
        return self.period


class AssistantCount(models.Model):
    """How often the assistant's work ended in one way on one day."""

    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=40)
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("assistant's result")
        verbose_name_plural = _("assistant's results")
        ordering: ClassVar = ["-day", "reason"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "reason"], name="one_count_per_reason")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class AssistantBreaker(models.Model):
    """How often the endpoint failed in a row, and until when it is left alone."""

    NAME = "endpoint"

    name = models.CharField(max_length=20, unique=True, default=NAME)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    rests_until = models.DateTimeField(_("rests until"), null=True)

    class Meta:
        verbose_name = _("assistant's rest")
        verbose_name_plural = _("assistant's rests")

    def __str__(self) -> str:
        return self.name
