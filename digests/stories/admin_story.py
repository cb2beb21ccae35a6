"""The desk's page of a story: who tells it, on what evidence, and what a curator can do about it."""

from collections import defaultdict
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from digests.journal.models import Act
from digests.stories import curating, fingerprints
from digests.stories.curating import CannotDo
from digests.stories.models import Story, Tag, Telling, Words

FIGURES_SHOWN = 40


def actor_of(request: HttpRequest) -> User:
    """The curator who asks."""
    return cast(User, request.user)


class ActForm(forms.Form):
    """What a curator asks of a story's page."""

    act = forms.ChoiceField(
        choices=[(name, name) for name in ("same", "not_same", "split", "move", "undo", "write")]
    )
    articles = forms.TypedMultipleChoiceField(coerce=int, required=False)
    story = forms.CharField(max_length=16, required=False)
    act_id = forms.IntegerField(required=False)
    words = forms.IntegerField(required=False)
    headline = forms.CharField(max_length=500, required=False)
    summary = forms.CharField(max_length=2000, required=False)

    def __init__(self, *args: Any, articles: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedMultipleChoiceField, self.fields["articles"])
        field.choices = [(pk, str(pk)) for pk in articles]


@admin.register(Story)
class StoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Stories."""

    list_display = ("headline", "kind", "relation", "articles_count", "rank", "first_at", "last_at")
    list_filter = ("kind", "relation", "language", "last_at")
    search_fields = ("words__headline", "key", "tellings__article__title")
    date_hierarchy = "last_at"
    actions = ("merge_selected",)
    change_form_template = "admin/stories/story/change_form.html"
    fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        """With headlines and the number of articles."""
        rows: QuerySet[Story] = super().get_queryset(request)
        return rows.prefetch_related("words").annotate(count=Count("tellings"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Stories are told by grouping, and split off on a story's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A story goes when no article tells it."""
        return False

    @admin.display(description=_("headline"))
    def headline(self, story: Story) -> str:
        """The story's headline."""
        return str(story)

    @admin.display(description=_("articles"), ordering="count")
    def articles_count(self, story: Story) -> int:
        """How many articles tell it."""
        return int(getattr(story, "count", 0))

    @admin.action(description=_("Merge into one story"))
    def merge_selected(self, request: HttpRequest, rows: QuerySet[Story]) -> None:
        """Make one story of those selected."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            curating.merge(list(rows.values_list("pk", flat=True)), actor_of(request), timezone.now())
            self.message_user(request, gettext("Merged."), messages.SUCCESS)
        except CannotDo as error:
            self.message_user(request, str(error), messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        """With the address that a story page's buttons post to."""
        act = self.admin_site.admin_view(require_POST(self.act_view))
        own = path("<int:story_id>/act/", act, name="stories_story_act")
        return [own, *super().get_urls()]

    def act_view(self, request: HttpRequest, story_id: int) -> HttpResponse:
        """Do what a button of the story's page asks, and show the page again."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        story = get_object_or_404(Story, pk=story_id)
        articles = list(story.tellings.values_list("article_id", flat=True))
        form = ActForm(request.POST, articles=articles)
        if not form.is_valid():
            self.message_user(request, gettext("Choose articles of this story first."), messages.WARNING)
        else:
            try:
                _do(form.cleaned_data, actor_of(request))
                self.message_user(request, gettext("Done; it can be undone below."), messages.SUCCESS)
            except CannotDo as error:
                self.message_user(request, str(error), messages.WARNING)
        if Story.objects.filter(pk=story_id).exists():
            return HttpResponseRedirect(reverse("admin:stories_story_change", args=[story_id]))
        return HttpResponseRedirect(reverse("admin:stories_story_changelist"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story with its articles, evidence, figures, rank and words."""
        story = Story.objects.filter(pk=object_id if object_id.isdigit() else 0).first()
        context = {**(extra_context or {}), **(story_context(story) if story else {})}
        return super().change_view(request, object_id, form_url, context)


def _do(asked: dict[str, Any], actor: User) -> None:
    now = timezone.now()
    articles: list[int] = asked["articles"]
    if asked["act"] == "undo":
        curating.undo(asked["act_id"] or 0, actor, now)
    elif asked["act"] == "write":
        curating.write(asked["words"] or 0, asked["headline"], asked["summary"], actor, now)
    elif asked["act"] == "split":
        curating.split(articles, actor, now)
    elif asked["act"] == "move":
        target = Story.objects.filter(key=asked["story"].strip()).first()
        if target is None or not articles:
            raise CannotDo(gettext("Choose articles and give the key of another story."))
        for pk in articles:
            curating.move(pk, target.pk, actor, now)
    else:
        if len(articles) != 2:
            raise CannotDo(gettext("Choose two articles."))
        curating.judge(articles[0], articles[1], actor, now, is_same=asked["act"] == "same")


def story_context(story: Story) -> dict[str, Any]:
    """What the story's page shows beside the model's own fields."""
    tellings = list(
        story.tellings.select_related("article__publisher", "article__assessment").order_by(
            "article__published_at", "pk"
        )
    )
    tags: dict[int, list[Tag]] = defaultdict(list)
    for tag in Tag.objects.filter(article__telling__story=story).select_related("topic", "organization"):
        tags[tag.article_id].append(tag)
    return {
        "story": story,
        "tellings": [(telling, tags[telling.article_id]) for telling in tellings],
        "figures": figures_of(tellings),
        "rank_parts": sorted(story.rank_parts.items(), key=lambda part: (-part[1], part[0])),
        "words": list(Words.objects.filter(story=story)),
        "thread_stories": list(story.thread.stories.order_by("first_at")) if story.thread else [],
        "related": list(story.related.all()),
        "acts": _acts_of(story),
    }


def figures_of(tellings: list[Telling]) -> list[tuple[str, list[bool]]]:
    """The facts table: each figure with, article by article, whether it says so; the most shared first."""
    said: list[set[str]] = []
    for telling in tellings:
        assessment = getattr(telling.article, "assessment", None)
        mark = fingerprints.from_json(assessment.fingerprint if assessment else {})
        said.append({f"{value.normalize():,f}{unit}" for value, unit in mark.facts})
    every = sorted(set().union(*said)) if said else []
    rows = [(figure, [figure in one for one in said]) for figure in every]
    rows.sort(key=lambda row: (-sum(row[1]), row[0]))
    return rows[:FIGURES_SHOWN]


def _acts_of(story: Story) -> list[Act]:
    types = ContentType.objects.get_for_models(Story, Words)
    on_story = Act.objects.filter(content_type=types[Story], object_id=story.pk)
    on_words = Act.objects.filter(
        content_type=types[Words], object_id__in=story.words.values_list("pk", flat=True)
    )
    verdicts = Act.objects.filter(
        content_type__model="verdict",
        after__first__in=list(story.tellings.values_list("article_id", flat=True)),
    )
    return list((on_story | on_words | verdicts).select_related("actor").order_by("-at", "-pk")[:10])
