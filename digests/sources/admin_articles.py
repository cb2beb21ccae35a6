"""The desk's page for articles: read-only but for a few acts; added by pasting a text or an address."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.sources import tasks
from digests.sources.curating import set_article_state, want_page
from digests.sources.filters import PageFilter
from digests.sources.forms import HTTPS_FIRST, PastedArticleForm, actor_of
from digests.sources.models import Article, Revision
from digests.sources.reasons import in_words


class RevisionInline(admin.TabularInline):
    """What an article said before."""

    model = Revision
    fields = (
        "at",
        "title",
        "text",
    )
    readonly_fields = (
        "at",
        "title",
        "text",
    )
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revisions are made by edits."""
        return False


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Articles: read-only but for removing, restoring and reading the page again; added by pasting."""

    formfield_overrides = HTTPS_FIRST

    list_display = (
        "title",
        "publisher",
        "published_at",
        "language",
        "completeness",
        "page_state",
        "state",
    )
    list_filter = (
        "state",
        "language",
        "completeness",
        PageFilter,
        "date_source",
        ("publisher", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = (
        "title",
        "text",
        "url",
    )
    date_hierarchy = "published_at"
    list_select_related = ("publisher",)
    list_per_page = 50
    show_full_result_count = False
    inlines = (RevisionInline,)
    actions = (
        "act_remove",
        "act_restore",
        "act_read_page",
    )
    fieldsets = (
        (None, {"fields": ["title", "publisher", "feed", "link", "language", "state"]}),
        (_("Body"), {"fields": ["completeness", "text", "removed_noise", "feed_text"]}),
        (
            _("Dates"),
            {"fields": ["published_at", "date_source", "is_date_only", "first_seen_at", "changed_at"]},
        ),
        (_("Page"), {"fields": ["page_state", "page_reason_words", "page_attempts", "page_next_at"]}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """The paste form for a new article."""
        if obj is None:
            return [(None, {"fields": PastedArticleForm.Meta.fields})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Everything that is stored already."""
        if obj is None:
            return ()
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    def get_form(
        self,
        request: HttpRequest,
        obj: Article | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        """The paste form for a new article."""
        if obj is None:
            kwargs["form"] = PastedArticleForm
        return super().get_form(request, obj, change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> Any:
        """A new article has no revisions."""
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Articles are removed to tombstones, never deleted: they would come back."""
        return False

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:  # noqa: FBT001
        """The row that `storing` wrote."""
        stored = getattr(form, "stored", None)
        return Article.objects.get(pk=stored.article_id) if stored else form.instance

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing: `storing` has written it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing: there is nothing related to save."""

    @admin.display(description=_("address"))
    def link(self, article: Article) -> str:
        """The address, to follow."""
        if not article.url:
            return "-"
        return format_html('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>', article.url)

    @admin.display(description=_("removed by the cleaner"))
    def removed_noise(self, article: Article) -> str:
        """What the cleaner took out, and as what."""
        rows = ((gone.get("kind", ""), gone.get("text", "")) for gone in article.removed)
        return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {}</li>", rows))

    @admin.display(description=_("why the page failed"))
    def page_reason_words(self, article: Article) -> str:
        """The page's reason in words."""
        return in_words(article.page_reason) if article.page_reason else "-"

    @admin.action(description=_("Remove"), permissions=["change"])
    def act_remove(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        """Leave tombstones."""
        now = timezone.now()
        count = sum(set_article_state(row, Article.State.REMOVED, actor_of(request), now) for row in queryset)
        text = ngettext("%(n)d article removed.", "%(n)d articles removed.", count)
        self.message_user(request, text % {"n": count})

    @admin.action(description=_("Restore"), permissions=["change"])
    def act_restore(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        """Bring tombstones back."""
        now = timezone.now()
        count = sum(set_article_state(row, Article.State.LIVE, actor_of(request), now) for row in queryset)
        text = ngettext("%(n)d article restored.", "%(n)d articles restored.", count)
        self.message_user(request, text % {"n": count})

    @admin.action(description=_("Read the page again"), permissions=["change"])
    def act_read_page(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        """Want the pages again and wake a worker."""
        now = timezone.now()
        ids = [row.pk for row in queryset if want_page(row, actor_of(request), now)]
        for article_id in ids:
            tasks.ring(tasks.read_page, article_id)
        text = ngettext("%(n)d page will be read.", "%(n)d pages will be read.", len(ids))
        self.message_user(request, text % {"n": len(ids)})
