"""The sign-up endpoint for programs, and the form other sites may embed. Described in openapi.json."""

import json
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from newsletter.subscribers import protection
from newsletter.subscribers.models import ConsentEvent, SignupAttempt
from newsletter.web.context import page_language
from newsletter.web.forms import SignupForm
from newsletter.web.joining import stumbles, take
from newsletter.web.visitors import network_behind


@csrf_exempt
@require_POST
def subscribe_api(request: HttpRequest) -> HttpResponse:
    """Sign up by a JSON object with the form's fields: 202 whatever the address is to us.

    Asking twice is asking once; under one `Idempotency-Key` the second time is not even counted, and another
    body is refused. Closed while attack mode is on, since no stamp guards it.
    """
    now = timezone.now()
    network = network_behind(request)
    if protection.is_under_attack():
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", stumbles()["overall"])
    try:
        data = json.loads(request.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return problem(HTTPStatus.BAD_REQUEST, "json", _("The body is not a JSON object."))
    form = SignupForm(data, language=page_language())
    if not form.is_valid():
        protection.refuse(SignupAttempt.Outcome.INVALID, "address", network, now)
        field, errors = next(iter(form.errors.items()))
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, field, str(errors[0]))
    key = request.headers.get("Idempotency-Key", "")
    with transaction.atomic():
        state = protection.key_state(key, request.body, now) if key else "new"
        if state == "other":
            message = _("This Idempotency-Key came with another body before.")
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key", message)
        verdict = (
            take(form.request(network, ConsentEvent.How.API), now)
            if state == "new"
            else protection.Verdict(is_admitted=True)
        )
        if verdict.reason in stumbles():  # a limited request may come again under its key
            protection.forget_key(key)
    if verdict.reason in stumbles():
        return problem(HTTPStatus.TOO_MANY_REQUESTS, verdict.reason, stumbles()[verdict.reason])
    return JsonResponse({"status": "check_mail"}, status=HTTPStatus.ACCEPTED)


def problem(status: HTTPStatus, code: str, message: str) -> JsonResponse:
    """An answer that says what was wrong, for a program and for its user."""
    response = JsonResponse({"error": {"code": code, "message": message}}, status=status)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response["Retry-After"] = "3600"
    return response


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """The sign-up form as a snippet for any site: plain HTML, no script, nothing loaded from us."""
    prefix = "/en" if page_language() == "en" else ""
    context = {
        "title": _("Put the form on your site"),
        "action": f"{settings.SITE_URL}{prefix}/subscribe/",
        "endpoint": f"{settings.SITE_URL}{prefix}/api/subscribe/",
    }
    return render(request, "pages/embed.html", context)
