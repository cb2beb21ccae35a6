"""Setting up the device that gives a curator's one-time codes, with ten codes for the day it is lost."""

import secrets
from collections.abc import Callable
from io import BytesIO
from typing import cast

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_otp import login as otp_login
from django_otp import user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from digests.journal.recording import record
from newsletter.desk.pages import render

SPARE_CODES = 10


def may_enrol(request: HttpRequest) -> bool:
    """Staff with a password given: to set up a first device, or, with a code given, another."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    return is_verified(user) or not user_has_device(user)


def is_verified(user: object) -> bool:
    """Whether this user gave a one-time code; what the OTP middleware adds to whoever asks."""
    check: Callable[[], bool] = getattr(user, "is_verified", bool)
    return check()


def needs_device(request: HttpRequest) -> bool:
    """Whether this curator gave the password and has no device yet."""
    return request.user.is_authenticated and request.user.is_staff and not user_has_device(request.user)


def waiting_device(user: User) -> TOTPDevice:
    """The device that waits for its first code; a fresh one where there is none."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, confirmed=False, name="app")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    """Show the picture to scan; the first right code confirms the device and shows the spare codes once."""
    if not may_enrol(request):
        return HttpResponseRedirect(reverse("admin:login"))
    user = cast(User, request.user)
    waiting = waiting_device(user)
    spare: list[str] = []
    if request.method == "POST":
        if waiting.verify_is_allowed()[0] and waiting.verify_token(request.POST.get("token", "").strip()):
            spare = confirm(request, user, waiting)
        else:
            messages.warning(request, _("This code is not right. Wait for the next one and try again."))
    return render(
        request,
        "device.html",
        _("Set up one-time codes"),
        secret=waiting.config_url.partition("secret=")[2].partition("&")[0],
        spare=spare,
        is_asked=settings.DESK_OTP,
    )


def confirm(request: HttpRequest, user: User, waiting: TOTPDevice) -> list[str]:
    """Make the device the curator's, and give ten spare codes, each good once."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        waiting.confirmed = True
        waiting.save()
        StaticDevice.objects.filter(user=user).delete()
        spare = StaticDevice.objects.create(user=user, name="spare", confirmed=True)
        codes = [secrets.token_hex(4) for _number in range(SPARE_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=spare, token=code) for code in codes)
        record(user, "set up codes", user, after={"at": timezone.now().isoformat()})
    otp_login(request, waiting)
    return codes


@never_cache
@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """The waiting device as a QR code for the curator's own eyes."""
    if not may_enrol(request):
        raise Http404
    waiting = TOTPDevice.objects.filter(user=cast(User, request.user), confirmed=False).first()
    if waiting is None:
        raise Http404
    drawn = BytesIO()
    code = segno.make(waiting.config_url, error="m")
    code.save(drawn, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
