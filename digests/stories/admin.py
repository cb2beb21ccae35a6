"""The desk's pages for topics, organizations, tags, stories and what was learned."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from digests.stories import curating, promoting
from digests.stories.admin_story import StoryAdmin, actor_of
from digests.stories.models import (
    Alias,
    Assessment,
    AssistantAnswer,
    AssistantBreaker,
    AssistantBudget,
    AssistantCount,
    Keyword,
    LearnedModel,
    Organization,
    Story,
    Tag,
    Thread,
    Topic,
    Verdict,
)
from digests.stories.previewing import preview

__all__ = ["StoryAdmin"]  # registered with the rest of this room


class ReadOnly(admin.ModelAdmin):
    """Rows that machines write: to be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes them by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes them by hand."""
        return False


class PreviewForm(forms.Form):
    """A phrase to try."""

    text = forms.CharField(label=_("text"), max_length=80)
    matches_case = forms.BooleanField(label=_("matches case"), required=False)


class Previewing(admin.ModelAdmin):
    """Pages whose phrases can be tried on the last week's articles before they are saved."""

    joins = False

    def get_urls(self) -> list[URLPattern]:
        """With the page that tries a phrase."""
        name = f"stories_{self.opts.model_name}_preview"
        own = path("preview/", self.admin_site.admin_view(self.preview_view), name=name)
        return [own, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What a phrase hits among the articles of the last week."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PreviewForm(request.GET or None)
        found = None
        if form.is_valid():
            found = preview(
                form.cleaned_data["text"],
                timezone.now(),
                matches_case=form.cleaned_data["matches_case"],
                joins=self.joins,
            )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Try a phrase"),
            "opts": self.opts,
            "form": form,
            "preview": found,
        }
        return TemplateResponse(request, "admin/stories/preview.html", context)


class KeywordInline(admin.TabularInline):
    """The phrases of a topic."""

    model = Keyword
    extra = 1


@admin.register(Topic)
class TopicAdmin(Previewing):
    """Topics with their phrases."""

    joins = True
    change_form_template = "admin/stories/phrases_change_form.html"
    list_display = ("name_ko", "name_en", "slug", "position", "is_offered", "keyword_count")
    list_editable = ("position", "is_offered")
    search_fields = ("name_ko", "name_en", "slug", "keywords__text")
    inlines = (KeywordInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """With the number of keywords."""
        rows: QuerySet[Topic] = super().get_queryset(request)
        return rows.annotate(count=Count("keywords"))

    @admin.display(description=_("keywords"), ordering="count")
    def keyword_count(self, topic: Topic) -> int:
        """How many keywords it has."""
        return int(getattr(topic, "count", 0))


class AliasInline(admin.TabularInline):
    """The names of an organization."""

    model = Alias
    extra = 1


@admin.register(Organization)
class OrganizationAdmin(Previewing):
    """Organizations with their names."""

    change_form_template = "admin/stories/phrases_change_form.html"
    list_display = ("name_ko", "name_en", "slug", "group", "country", "alias_count")
    list_filter = ("group", "country")
    search_fields = ("name_ko", "name_en", "slug", "aliases__text")
    inlines = (AliasInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """With the number of aliases."""
        rows: QuerySet[Organization] = super().get_queryset(request)
        return rows.annotate(count=Count("aliases"))

    @admin.display(description=_("aliases"), ordering="count")
    def alias_count(self, organization: Organization) -> int:
        """How many aliases it has."""
        return int(getattr(organization, "count", 0))


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """Tags, to accept, reject and add."""

    list_display = ("article", "topic", "organization", "source", "score", "state", "words")
    list_filter = ("state", "source", "topic", "organization")
    search_fields = ("article__title",)
    list_select_related = ("article", "topic", "organization")
    raw_id_fields = ("article",)
    fields = ("article", "topic", "organization")
    actions = ("accept", "reject")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A tag is accepted or rejected, not rewritten."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A wrong tag is rejected, so that it never comes back."""
        return False

    @admin.display(description=_("evidence"))
    def words(self, tag: Tag) -> str:
        """The words that prove it."""
        return ", ".join(dict.fromkeys(str(one.get("text", "")) for one in tag.evidence))[:80]

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: Any) -> None:
        """What a curator adds is the curator's."""
        obj.source, obj.state, obj.changed_at = Tag.Source.CURATOR, Tag.State.ACCEPTED, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept(self, request: HttpRequest, rows: QuerySet[Tag]) -> None:
        """Accept the tags selected."""
        self._decide(request, rows, Tag.State.ACCEPTED)

    @admin.action(description=_("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, rows: QuerySet[Tag]) -> None:
        """Reject the tags selected."""
        self._decide(request, rows, Tag.State.REJECTED)

    def _decide(self, request: HttpRequest, rows: QuerySet[Tag], state: Tag.State) -> None:
        ids = list(rows.values_list("pk", flat=True))
        count = curating.decide_tags(ids, state, actor_of(request), timezone.now())
        text = ngettext("%(count)s tag changed.", "%(count)s tags changed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(Assessment)
class AssessmentAdmin(ReadOnly):
    """What tagging found of each article."""

    list_display = ("article", "is_relevant", "relevance", "kind", "importance", "assessed_at")
    list_filter = ("is_relevant", "kind")
    search_fields = ("article__title",)
    list_select_related = ("article",)


class ThreadStories(admin.TabularInline):
    """The stories of a thread."""

    model = Story
    fields = ("__str__", "relation", "whats_new", "first_at")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stories are told by grouping."""
        return False


@admin.register(Thread)
class ThreadAdmin(ReadOnly):
    """Sagas."""

    list_display = ("title", "first_at", "last_at", "story_count")
    search_fields = ("title", "key")
    inlines = (ThreadStories,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        """With the number of stories."""
        rows: QuerySet[Thread] = super().get_queryset(request)
        return rows.annotate(count=Count("stories"))

    @admin.display(description=_("stories"), ordering="count")
    def story_count(self, thread: Thread) -> int:
        """How many stories it has."""
        return int(getattr(thread, "count", 0))


@admin.register(Verdict)
class VerdictAdmin(ReadOnly):
    """What curators said of pairs of articles."""

    list_display = ("first", "second", "is_same", "curator", "at")
    list_filter = ("is_same",)
    list_select_related = ("first", "second", "curator")
    actions = ("export",)

    @admin.action(description=_("Export as labelled pairs"), permissions=["view"])
    def export(self, request: HttpRequest, rows: QuerySet[Verdict]) -> HttpResponse:
        """The pairs as `pairs.jsonl`, which `manage.py evaluate` reads."""
        lines = [
            json.dumps(
                {
                    "a": row.first.url,
                    "b": row.second.url,
                    "label": "same" if row.is_same else "different",
                    "stratum": "verdict",
                },
                ensure_ascii=False,
            )
            for row in rows.select_related("first", "second").order_by("pk")
        ]
        response = HttpResponse("\n".join([*lines, ""]), content_type="application/x-ndjson; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="pairs.jsonl"'
        return response


@admin.register(LearnedModel)
class LearnedModelAdmin(ReadOnly):
    """Topic models, what they scored, and which is in use."""

    list_display = ("trained_at", "status", "articles", "scored")
    fields = ("trained_at", "status", "articles", "figures")
    actions = ("promote", "roll_back")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Models are promoted and rolled back, not edited."""
        return obj is None and super(admin.ModelAdmin, self).has_change_permission(request, obj)

    @admin.display(description=_("figures"))
    def scored(self, model: LearnedModel) -> str:
        """F1 before and after, on the frozen set and on recent approvals."""
        return ", ".join(
            f"{name} {row.get('old')} → {row.get('new')}" for name, row in sorted(model.figures.items())
        )

    @admin.action(description=_("Use this model"), permissions=["change"])
    def promote(self, request: HttpRequest, rows: QuerySet[LearnedModel]) -> None:
        """Use the model selected from the next tagging on."""
        if rows.count() != 1:
            self.message_user(request, gettext("Choose one model."), messages.WARNING)
            return
        promoting.promote(rows.get().pk, actor_of(request))
        self.message_user(request, gettext("In use from the next tagging on."), messages.SUCCESS)

    @admin.action(description=_("Go back to the model before"), permissions=["change"])
    def roll_back(self, request: HttpRequest, rows: QuerySet[LearnedModel]) -> None:
        """Stop using the present model."""
        promoting.roll_back(actor_of(request))
        self.message_user(request, gettext("In use from the next tagging on."), messages.SUCCESS)


@admin.register(AssistantAnswer)
class AssistantAnswerAdmin(ReadOnly):
    """What the assistant wrote, and why it was printed or not."""

    list_display = ("asked_at", "story", "state", "reason", "seen_at")
    list_filter = ("state", "reason")
    list_select_related = ("story",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssistantAnswer]:
        """With the stories' headlines."""
        rows: QuerySet[AssistantAnswer] = super().get_queryset(request)
        return rows.prefetch_related("story__words")


@admin.register(AssistantBudget)
class AssistantBudgetAdmin(ReadOnly):
    """The assistant's calls and tokens by day and month."""

    list_display = ("period", "reserved", "spent", "tokens")


@admin.register(AssistantCount)
class AssistantCountAdmin(ReadOnly):
    """How the assistant's work ended, by day and reason."""

    list_display = ("day", "reason", "count")
    list_filter = ("reason",)
    date_hierarchy = "day"


@admin.register(AssistantBreaker)
class AssistantBreakerAdmin(ReadOnly):
    """Whether the assistant rests."""

    list_display = ("failures", "rests_until")
