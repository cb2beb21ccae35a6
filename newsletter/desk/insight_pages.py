"""The readers desk, the quality page, and the switch of the desk's language."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsletter.desk import clearance
from newsletter.desk.clearance import demand
from newsletter.desk.insights import article_lines, quality_of, readers_of, verdict_lines
from newsletter.desk.pages import language_of, render

LABELS = {"pairs": verdict_lines, "articles": article_lines}


@require_safe
def readers(request: HttpRequest) -> HttpResponse:
    """Growth, choices and bounces, in numbers and charts."""
    demand(request, clearance.SEE_READERS)
    found = readers_of(timezone.now(), language_of())
    return render(request, "readers.html", _("Readers in numbers"), found=found)


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """What curators changed of the machines' work."""
    demand(request, clearance.SEE_STORIES)
    found = quality_of(timezone.now(), language_of())
    return render(request, "quality.html", _("Quality"), found=found)


@require_safe
def labels(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Curators' verdicts or accepted topics as a labelled file for `evaluate`."""
    demand(request, clearance.SEE_STORIES, "stories.view_verdict")
    if name not in LABELS:
        raise Http404
    response = StreamingHttpResponse(LABELS[name](), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language a curator wants, and go back."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("admin:index")
    response = HttpResponseRedirect(back)
    wanted = "en" if request.POST.get("language") == "en" else "ko"
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=31_536_000,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
