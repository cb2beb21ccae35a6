"""The send monitor: watch an edition go out, stop it, settle what nobody knows, and find one reader."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from newsletter.delivery.models import Delivery
from newsletter.delivery.reconciling import retry_failed, settle_by_hand
from newsletter.desk import clearance
from newsletter.desk.clearance import demand
from newsletter.desk.monitor import by_status, find_reader, monitor_of
from newsletter.desk.pages import actor_of, edition_of, page_url, render

# So many failed ones are planned again at a press; press again for more.
RETRIED = 500


@require_safe
def sending(request: HttpRequest, day: str) -> HttpResponse:
    """The monitor of one edition."""
    demand(request, clearance.SEE_SENDING)
    edition = edition_of(request, day)
    found = monitor_of(edition, timezone.now())
    return render(
        request,
        "sending.html",
        _("Sending of %(day)s") % {"day": f"{edition.date:%F}"},
        edition,
        here_tab="sending",
        monitor=found,
        sums=by_status(found.sums),
        act_url=page_url("act", edition),
        settle_url=page_url("settle", edition),
        find_url=page_url("find", edition),
        here=request.get_full_path(),
    )


@require_POST
def settle(request: HttpRequest, day: str) -> HttpResponse:
    """Settle an unknown delivery, or plan failed ones again."""
    demand(request, clearance.SEE_SENDING, clearance.OPERATE)
    edition = edition_of(request, day)
    rows = Delivery.objects.filter(edition=edition)
    asked, actor, now = request.POST.get("act", ""), actor_of(request), timezone.now()
    if asked == "retry":
        chosen = rows.filter(status=Delivery.Status.FAILED).order_by("pk")[:RETRIED]
        done = sum(retry_failed(one, actor=actor, now=now) for one in chosen)
        text = ngettext(
            "%(count)d failed delivery is tried again.", "%(count)d failed ones are tried again.", done
        )
        messages.success(request, text % {"count": done})
    else:
        number = request.POST.get("delivery", "")
        found = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
        is_known = asked in ("arrived", "again")
        if found and is_known and settle_by_hand(found, was_sent=asked == "arrived", actor=actor, now=now):
            messages.success(request, _("Settled."))
        else:
            messages.warning(request, _("This delivery is not unknown any more; nothing was done."))
    return HttpResponseRedirect(page_url("sending", edition))


@require_POST
def find(request: HttpRequest, day: str) -> HttpResponse:
    """What one reader was sent, and why or why not. The address comes by POST and is shown masked."""
    demand(request, clearance.SEE_SENDING, clearance.SEE_READERS)
    edition = edition_of(request, day)
    return render(
        request,
        "reader.html",
        _("Deliveries of a reader"),
        edition,
        here_tab="sending",
        found=find_reader(request.POST.get("address", "")),
        find_url=page_url("find", edition),
        preview_url=page_url("preview", edition),
    )
