"""What every page shows of the paper itself."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def paper(request: HttpRequest) -> dict[str, str]:
    """The paper's name in the language of the request, and the address of its source code."""
    is_english = (get_language() or "ko").startswith("en")
    return {
        "SITE_NAME": settings.SITE_NAME_EN if is_english else settings.SITE_NAME_KO,
        "SOURCE_URL": settings.SOURCE_URL,
    }
