"""What every page shows of the paper itself, and where the same page stands in the other language."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

# Pages for everyone. Every other page is a reader's own or a machine's: not indexed, no referrer.
PUBLIC_PAGES = frozenset({"landing", "archive", "edition", "story", "about", "privacy"})
ENGLISH_PREFIX = "/en"


def page_language() -> str:
    """The language of the page being made: `ko` or `en`."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"


def site_name(language: str) -> str:
    """The paper's name in `language`."""
    return str(settings.SITE_NAME_EN if language == "en" else settings.SITE_NAME_KO)


def path_in(path: str, language: str) -> str:
    """The address of the page at `path` in `language`: Korean at the root, English under /en/."""
    bare = path[len(ENGLISH_PREFIX) :] if path.startswith(f"{ENGLISH_PREFIX}/") else path
    return f"{ENGLISH_PREFIX}{bare}" if language == "en" else bare


def paper(request: HttpRequest) -> dict[str, object]:
    """The paper's name, language and addresses, as every template knows them.

    `SITE_NAME`, `LANG`, `OTHER_LANG`, `OTHER_PATH` (this page in the other language, query kept),
    `CANONICAL`, `ALTERNATES` ((language, absolute address) pairs), `IS_PUBLIC`, `SITE_URL`,
    `SOURCE_URL`, `POSTAL_ADDRESS`, `HAS_MAILBOX`.
    """
    language = page_language()
    other = "ko" if language == "en" else "en"
    match = request.resolver_match
    query = request.GET.urlencode() if request.method == "GET" else ""
    page = request.GET.get("page", "")
    tail = f"?page={page}" if page.isdigit() and page != "1" else ""
    return {
        "SITE_NAME": site_name(language),
        "LANG": language,
        "OTHER_LANG": other,
        "OTHER_PATH": path_in(request.path, other) + (f"?{query}" if query else ""),
        "CANONICAL": f"{settings.SITE_URL}{path_in(request.path, language)}{tail}",
        "ALTERNATES": [
            (code, f"{settings.SITE_URL}{path_in(request.path, code)}{tail}") for code in ("ko", "en")
        ],
        "IS_PUBLIC": match is not None and match.url_name in PUBLIC_PAGES,
        "SITE_URL": settings.SITE_URL,
        "SOURCE_URL": settings.SOURCE_URL,
        "POSTAL_ADDRESS": settings.POSTAL_ADDRESS_EN if language == "en" else settings.POSTAL_ADDRESS_KO,
        "HAS_MAILBOX": settings.MAILBOX_PUBLIC,
    }
