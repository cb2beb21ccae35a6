"""The admin site as the desk runs it: its language, its own pages, and one-time codes where they are asked.

With DESK_OTP a password alone opens nothing but the page that sets a device up, and that only for
whoever has none yet.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import user_has_device
from django_otp.admin import OTPAdminAuthenticationForm
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from digests.editions.models import Edition
from newsletter.desk import clearance, enrolment, insight_pages
from newsletter.desk.language import choose_language, follow_language
from newsletter.desk.pages import page_url

TOTP_DIGITS = 6


class PasswordFirstForm(OTPAdminAuthenticationForm):
    """Name, password and code; who has no device yet gets in with the first two, to set one up."""

    def clean_otp(self, user: Any) -> None:
        """Ask for the code of whoever has a device."""
        if user is not None and not user_has_device(user):
            return
        super().clean_otp(user)  # type: ignore[no-untyped-call] # django-otp has no types

    def _chosen_device(self, user: Any) -> Device | None:
        """The device that such a code comes from: six digits from the app, all else from the spare list.

        django-otp wants one device tried, so that a wrong code of one does not lock the other.
        """
        code = self.cleaned_data.get("otp_token") or ""
        is_from_app = len(code) == TOTP_DIGITS and code.isascii() and code.isdigit()
        model = TOTPDevice if is_from_app else StaticDevice
        return model.objects.filter(user=user, confirmed=True).first()


class DeskSite(admin.AdminSite):
    """The one admin site."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, and with DESK_OTP staff who gave a code."""
        if not super().has_permission(request):
            return False
        return not settings.DESK_OTP or enrolment.is_verified(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """The view behind the login, in the language of whoever asks."""
        return follow_language(super().admin_view(view, cacheable))

    @method_decorator(never_cache)
    @method_decorator(sensitive_post_parameters())
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The login page; whoever still needs a device is led to where it is set up."""
        translation.activate(choose_language(request))
        if settings.DESK_OTP:
            self.login_form = PasswordFirstForm
            self.login_template = "admin/desk/login.html"
            if request.method == "GET" and enrolment.needs_device(request):
                return HttpResponseRedirect(reverse("admin:desk_device"))
        else:
            self.login_form = None
            self.login_template = None
        return super().login(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The index, with the newest editions' boards."""
        links = []
        if request.user.has_perm(clearance.SEE):
            editions = Edition.objects.order_by("-date", "zone")[:3]
            links = [(edition, page_url("board", edition)) for edition in editions]
        return super().index(request, {**(extra_context or {}), "desk_editions": links})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The desk's own pages before the admin's."""
        views: list[tuple[str, str, Callable[..., HttpResponseBase]]] = [
            ("desk/readers/", "desk_readers", insight_pages.readers),
            ("desk/quality/", "desk_quality", insight_pages.quality),
            ("desk/quality/export/<slug:name>.jsonl", "desk_labels", insight_pages.labels),
        ]
        own: list[URLResolver | URLPattern] = [
            path(route, self.admin_view(view), name=name) for route, name, view in views
        ]
        # Not behind `admin_view`: whoever comes here has no code to show yet.
        own.append(path("desk/device/", follow_language(enrolment.device), name="desk_device"))
        own.append(path("desk/device/qr.svg", enrolment.picture, name="desk_device_qr"))
        own.append(path("desk/language/", insight_pages.language, name="desk_language"))
        return own + super().get_urls()
