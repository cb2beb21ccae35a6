"""The desk's forms for feeds and articles: they parse input, call one function, show the reasons."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.models import User
from django.db.models import URLField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.sources.byhand import take_text, take_url
from digests.sources.checkup import Checkup, check_url
from digests.sources.failures import FetchError
from digests.sources.models import Article, Feed
from digests.sources.reasons import in_words
from digests.sources.storing import Outcome, Stored

# An address typed without a scheme is an https one.
HTTPS_FIRST: dict[Any, Any] = {URLField: {"assume_scheme": "https"}}


def actor_of(request: HttpRequest) -> User:
    """The curator who asks."""
    return cast(User, request.user)


class NewFeedForm(forms.ModelForm):
    """Adding a feed runs the check-up: refused with the reason, or taken with warnings."""

    checkup: Checkup | None = None

    url = forms.URLField(label=_("address"), max_length=500, assume_scheme="https")

    class Meta:
        model = Feed
        fields: ClassVar = ["publisher", "url", "interval_minutes", "fetches_pages", "max_entries"]

    def clean(self) -> dict[str, Any]:
        """Ask the feed itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        url, publisher = cleaned.get("url"), cleaned.get("publisher")
        if not url or publisher is None or self.errors:
            return cleaned
        try:
            self.checkup = check_url(
                url, timezone.now(), zone=publisher.zone, wants_pages=bool(cleaned.get("fetches_pages"))
            )
        except FetchError as error:
            self.add_error("url", in_words(error.reason))
            return cleaned
        for reason in self.checkup.reasons:
            self.add_error("url", in_words(reason))
        for found in self.checkup.feeds:
            self.add_error("url", _("The page links to this feed: %(url)s") % {"url": found})
        return cleaned


class PastedArticleForm(forms.ModelForm):
    """An article by hand: paste a text with its title, or give an address alone to have it fetched."""

    stored: Stored | None = None

    url = forms.URLField(
        label=_("address"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=_("With no text below, the page is fetched and its article taken."),
    )
    title = forms.CharField(label=_("title"), max_length=500, required=False)
    text = forms.CharField(label=_("text"), widget=forms.Textarea(attrs={"rows": 18}), required=False)
    published_at = forms.SplitDateTimeField(label=_("published"), required=False)

    class Meta:
        model = Article
        fields: ClassVar = ["publisher", "url", "title", "text", "published_at"]

    def clean(self) -> dict[str, Any]:
        """Clean and store the text, or fetch the page."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        title, text, url = cleaned.get("title", ""), cleaned.get("text", ""), cleaned.get("url", "")
        if not text and not url:
            raise forms.ValidationError(_("Paste a text, or give an address."))
        if text and not title:
            self.add_error("title", _("A pasted text needs a title."))
            return cleaned
        now = timezone.now()
        try:
            if text:
                published_at = cleaned.get("published_at")
                self.stored = take_text(
                    cleaned["publisher"], title=title, text=text, url=url, published_at=published_at, now=now
                )
            else:
                self.stored = take_url(cleaned["publisher"], url, now, title=title)
        except FetchError as error:
            self.add_error("url", in_words(error.reason))
            return cleaned
        self.explain(self.stored)
        return cleaned

    def explain(self, stored: Stored) -> None:
        """Refuse what did not become an article."""
        if stored.outcome == Outcome.REMOVED:
            self.add_error(None, _("This article was removed before; restore it in the list."))
        elif stored.outcome == Outcome.KNOWN:
            self.add_error(None, _("We have this article already."))
        elif stored.article_id is None:
            self.add_error(None, _("Nothing was left of it after cleaning."))

    def _post_clean(self) -> None:
        """The row exists already, written by `storing`: there is no instance to validate."""
