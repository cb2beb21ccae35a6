"""The day board and the pre-flight page: look with GET, act with POST, and come back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digests.editions.models import Edition, Item
from digests.sources.models import Article
from digests.stories.models import Words
from digests.text.figures import find_figures
from digests.text.sentences import clip
from newsletter.desk import clearance
from newsletter.desk.acting import RefusedError, StaleError, Wish, do
from newsletter.desk.board import board_of
from newsletter.desk.clearance import demand
from newsletter.desk.findings import told
from newsletter.desk.forecast import forecast_of
from newsletter.desk.pages import actor_of, edition_of, language_of, page_url, render

SHOWN_TEXT = 600
SHOWN_FIGURES = 12
SHOWN_SOURCES = 6


@require_safe
def board(request: HttpRequest, day: str) -> HttpResponse:
    """The board; `?edit=<item>` opens the words of one story."""
    demand(request, clearance.SEE)
    return _board(request, edition_of(request, day), request.GET.get("edit", ""), {})


def _board(
    request: HttpRequest, edition: Edition, edited: str, draft: Mapping[str, str], status: int = 200
) -> HttpResponse:
    may = frozenset(actor_of(request).get_all_permissions())
    found = board_of(edition, language_of(), timezone.now(), may)
    editing = _editing(edition, edited, draft) if clearance.WRITE in may and found.is_open else None
    return render(
        request,
        "board.html",
        _("Board of %(day)s") % {"day": f"{edition.date:%F}"},
        edition,
        status=status,
        here_tab="board",
        board=found,
        editing=editing,
        act_url=page_url("act", edition),
    )


def _editing(edition: Edition, item_id: str, draft: Mapping[str, str]) -> dict[str, Any] | None:
    """What the panel of one story shows: its words, what its sources say, and their figures."""
    if not (item_id.isascii() and item_id.isdigit()) or len(item_id) > 9:
        return None
    item = Item.objects.filter(edition=edition, pk=int(item_id)).select_related("story").first()
    if item is None:
        return None
    words = list(Words.objects.filter(story=item.story_id).order_by("-language"))
    for one in words:
        if draft.get("language") == one.language:
            one.headline = draft.get("headline", one.headline)
            one.summary = draft.get("summary", one.summary)
    articles = Article.objects.live().filter(telling__story=item.story_id).select_related("publisher")
    sources = [
        {
            "article": article,
            "text": clip(article.text, SHOWN_TEXT),
            "figures": list(dict.fromkeys(one.text for one in find_figures(article.text)))[:SHOWN_FIGURES],
        }
        for article in articles.order_by("published_at")[:SHOWN_SOURCES]
    ]
    return {"item": item, "words": words, "sources": sources}


@require_POST
def act(request: HttpRequest, day: str) -> HttpResponse:
    """Do what a button asks, and show the page it stands on again; what was typed is not lost."""
    edition = edition_of(request, day)
    fields = {name: str(value) for name, value in request.POST.items()}
    name = fields.get("act", "")
    try:
        messages.success(request, do(name, Wish(edition, actor_of(request), timezone.now(), fields)))
    except RefusedError as error:
        if name == "write":
            demand(request, clearance.SEE)
            messages.warning(request, f"{error} {_('Your text still stands below, unsaved.')}")
            status = 409 if isinstance(error, StaleError) else 200
            fresh = Edition.objects.select_related("approved_by").get(pk=edition.pk)
            return _board(request, fresh, fields.get("item", ""), fields, status)
        messages.warning(request, str(error))
    back = fields.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = page_url("board", edition)
        if fields.get("item", "").isdigit() and name not in ("hide", "merge"):
            back += f"#item-{fields['item']}"
    return HttpResponseRedirect(back)


@require_safe
def preflight(request: HttpRequest, day: str) -> HttpResponse:
    """What the linter says, with its stories, and what readers would get."""
    demand(request, clearance.SEE)
    edition = edition_of(request, day)
    found = told(edition)
    blocking = [one for one in found if one.is_blocking and not one.is_waived]
    warnings = [one for one in found if not one.is_blocking and not one.is_waived]
    waived = [one for one in found if one.is_waived]
    return render(
        request,
        "preflight.html",
        _("Pre-flight of %(day)s") % {"day": f"{edition.date:%F}"},
        edition,
        here_tab="preflight",
        blocking=blocking,
        groups=[("blocking", blocking), ("warnings", warnings), ("waived", waived)],
        forecast=forecast_of(edition),
        is_open=edition.status in Edition.OPEN,
        act_url=page_url("act", edition),
        board_url=page_url("board", edition),
        here=request.get_full_path(),
    )
