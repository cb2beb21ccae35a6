"""Preview as: the mail of any set of preferences or any reader, at three widths, and its inbox line."""

from collections.abc import Mapping, Sequence

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from digests.editions.admin_acts import MAIL_POLICY
from digests.editions.models import Edition
from digests.editions.preferences import LENGTHS
from digests.stories.models import Topic
from newsletter.desk import clearance
from newsletter.desk.clearance import demand
from newsletter.desk.pages import edition_of, page_url, render
from newsletter.desk.sampling import Sample, common_choices, sample_of
from newsletter.subscribers.models import Subscriber

WIDTHS = (320, 390, 600)
LOOKS = ("sent", "dark", "bare")
SHOWN = ("mail", "text", "inbox")


@require_safe
def preview_as(request: HttpRequest, day: str) -> HttpResponse:
    """Choose whose mail, and see it."""
    demand(request, clearance.SEE)
    edition = edition_of(request, day)
    sample = _sample(request, edition)
    look = _among(request, "look", LOOKS)
    query = request.GET.urlencode()
    frame = page_url("preview_mail", edition)
    return render(
        request,
        "preview.html",
        _("Preview of %(day)s") % {"day": f"{edition.date:%F}"},
        edition,
        here_tab="preview",
        sample=sample,
        shown=_among(request, "show", SHOWN),
        look=look,
        widths=WIDTHS,
        lengths=LENGTHS,
        topics=Topic.objects.filter(is_offered=True),
        chosen=sample.preferences.topics_normal | sample.preferences.topics_more,
        choices=common_choices() if request.user.has_perm(clearance.SEE_READERS) else [],
        key=request.GET.get("key", ""),
        frame=f"{frame}{'&' if '?' in frame else '?'}{query}",
        here=page_url("preview", edition),
    )


@csp_replace(MAIL_POLICY)  # type: ignore[arg-type] # it passes on whatever a view takes
@xframe_options_sameorigin
@require_safe
def preview_mail(request: HttpRequest, day: str) -> HttpResponse:
    """The HTML part alone, for a frame in which nothing runs or loads."""
    demand(request, clearance.SEE)
    edition = edition_of(request, day)
    return HttpResponse(_sample(request, edition).html(_among(request, "look", LOOKS)))


def _sample(request: HttpRequest, edition: Edition) -> Sample:
    """The sample asked for; a single reader's only for those who may see readers."""
    wanted: Mapping[str, Sequence[str]] = dict(request.GET.lists())
    may = request.user.has_perm(clearance.SEE_READERS)
    return sample_of(edition, Subscriber.objects.all() if may else None, wanted)


def _among(request: HttpRequest, name: str, known: Sequence[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in known else known[0]
