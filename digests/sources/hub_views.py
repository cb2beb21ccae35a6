"""The callback that WebSub hubs speak to; mounted at /hub/<token>/ by the project's urls."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digests.sources import tasks, websub


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hub_callback(request: HttpRequest, token: str) -> HttpResponse:
    """GET verifies an intent of ours; POST is a push, which is answered 2xx whatever we make of it.

    (WebSub, 8: a subscriber that cannot verify a push still answers 2xx, and ignores it.)
    """
    now = timezone.now()
    if request.method == "GET":
        challenge = websub.confirm(token, request.GET.dict(), now)
        if challenge is None:
            return HttpResponse(status=404)
        return HttpResponse(challenge, content_type="text/plain; charset=utf-8")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.FETCH_MAX_BYTES:
        return HttpResponse(status=413)
    body = request.read(settings.FETCH_MAX_BYTES + 1)
    feed_id = websub.ring(token, body, request.headers.get("X-Hub-Signature", ""), now)
    if feed_id is not None:
        tasks.ring(tasks.poll_feed, feed_id)
    return HttpResponse(status=202)
