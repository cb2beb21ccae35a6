"""The desk's language: the curator's choice, else the browser's, else Korean."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation


def choose_language(request: HttpRequest) -> str:
    """The language of the cookie, else of the browser; the site's addresses have no part in it."""
    return translation.get_language_from_request(request)


def follow_language(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view in the language of whoever asks. Pages render later in the request, so it stays on."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        translation.activate(choose_language(request))
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    return spoken
