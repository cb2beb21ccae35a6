"""The corrections desk: put a published story right on the web at once, and tell those who received it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from digests.editions import curating
from digests.editions.models import Correction, Edition, Item
from digests.editions.rendering_blocks import headline
from newsletter.delivery.correcting import owe_corrections, received
from newsletter.delivery.models import Delivery, Kind
from newsletter.delivery.tasks import ring
from newsletter.desk import clearance
from newsletter.desk.clearance import demand
from newsletter.desk.pages import actor_of, edition_of, language_of, page_url, render


class CorrectionForm(forms.Form):
    """What was wrong and what is right, in the language of the words that change."""

    headline = forms.CharField(label=gettext_lazy("headline"), max_length=500)
    summary = forms.CharField(
        label=gettext_lazy("summary"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    note_ko = forms.CharField(
        label=gettext_lazy("What was wrong, in Korean"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Readers see this sentence on the web and in the mail."),
    )
    note_en = forms.CharField(
        label=gettext_lazy("What was wrong, in English"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Also write to those who received the story"), required=False
    )


@require_safe
def corrections(request: HttpRequest, day: str) -> HttpResponse:
    """What was put right of an edition, and the stories that can be."""
    demand(request, clearance.SEE)
    edition = edition_of(request, day)
    rows = Correction.objects.filter(item__edition=edition).select_related("curator", "item")
    items = edition.items.filter(is_chosen=True).order_by("position")
    told = language_of()
    letters = Delivery.objects.filter(edition=edition, kind=Kind.CORRECTION)
    return render(
        request,
        "corrections.html",
        _("Corrections of %(day)s") % {"day": f"{edition.date:%F}"},
        edition,
        here_tab="corrections",
        made=[(row, headline(row.item.content, told)) for row in rows],
        stories=[
            (item, headline(item.content, told), sorted(item.content["words"], reverse=True))
            for item in items
            if item.content
        ],
        letters=letters.count(),
        letters_sent=letters.filter(status=Delivery.Status.SENT).count(),
        is_published=edition.status in Edition.PUBLISHED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, day: str, item_id: int, language: str) -> HttpResponse:
    """Ask with GET what is right, store it with POST."""
    demand(request, clearance.SEE, clearance.CORRECT)
    edition = edition_of(request, day)
    item = get_object_or_404(Item.objects.select_related("edition"), edition=edition, pk=item_id)
    words = item.content.get("words", {}).get(language)
    if words is None:
        raise Http404
    initial = {"headline": words.get("headline", ""), "summary": words.get("summary", "")}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _do(request, item, language, form.cleaned_data))
            return HttpResponseRedirect(page_url("corrections", edition))
        except curating.CannotCurateError as error:
            form.add_error(None, str(error))
    return render(
        request,
        "correct.html",
        _("Correct a story"),
        edition,
        here_tab="corrections",
        form=form,
        item=item,
        language=language,
        reached=received(item),
        back=page_url("corrections", edition),
    )


def _do(request: HttpRequest, item: Item, language: str, given: dict[str, Any]) -> str:
    now = timezone.now()
    owed = 0
    with transaction.atomic():
        correction = curating.correct(
            item.pk,
            language,
            actor_of(request),
            now,
            note_ko=given["note_ko"],
            note_en=given["note_en"],
            headline=given["headline"],
            summary=given["summary"],
        )
        if given["by_mail"]:
            owed = owe_corrections(correction.pk, now)
            transaction.on_commit(ring)
    if not given["by_mail"]:
        return _("Corrected on the web.")
    return ngettext(
        "Corrected on the web; %(count)d reader is written to.",
        "Corrected on the web; %(count)d readers are written to.",
        owed,
    ) % {"count": owed}
