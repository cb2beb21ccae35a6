"""Past editions by date, topic, organization and language, and a search that knows Korean spacing."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat, Replace
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests.editions.models import Edition, Item
from digests.sources.models import Language
from digests.stories.models import Organization
from newsletter.web import shelf
from newsletter.web.context import page_language
from newsletter.web.showing import ShownStory, show

EDITIONS_A_PAGE = 31
EDITIONS_WITH_HITS = 12
HITS_AN_EDITION = 8
TERMS = 6
QUERY_LIMIT = 80
WORDS = [f"content__words__{code}__{part}" for code in ("ko", "en") for part in ("headline", "summary")]


@dataclass(frozen=True)
class Wanted:
    """What a reader asks the archive for; an empty part asks for everything."""

    query: str = ""
    topic: str = ""
    organization: str = ""
    language: str = ""
    day: date | None = None
    bad_day: str = ""

    @property
    def picks_stories(self) -> bool:
        """Whether single stories are asked for, not whole editions."""
        return bool(self.query or self.topic or self.organization or self.language)


def read_wanted(asked: QueryDict) -> Wanted:
    """The filters of a query string; what cannot be a filter is left out."""
    raw_day = asked.get("date", "").strip()[:20]
    try:
        day = parse_date(raw_day)
    except ValueError:
        day = None
    query = unicodedata.normalize("NFC", asked.get("q", "").replace("\0", ""))
    language = asked.get("language", "")
    return Wanted(
        query=" ".join(query.split())[:QUERY_LIMIT],
        topic=slug(asked.get("topic", "")),
        organization=slug(asked.get("org", "")),
        language=language if language in (Language.KO, Language.EN) else "",
        day=day,
        bad_day=raw_day if raw_day and day is None else "",
    )


def slug(raw: str) -> str:
    """A slug, or nothing: no other text may reach the search in JSON."""
    return raw if raw.replace("-", "").replace("_", "").isalnum() and raw.isascii() else ""


def matching(wanted: Wanted) -> QuerySet[Item]:
    """The published stories that `wanted` asks for, on SQLite and PostgreSQL alike."""
    items = shelf.standing(Item.objects.filter(edition__in=shelf.published()))
    for path, value in (("topics", wanted.topic), ("organizations", wanted.organization)):
        if value:
            items = shelf.listing(items, path, value)
    if wanted.language:
        items = items.filter(content__language=wanted.language)
    return searched(items, wanted.query)


def searched(items: QuerySet[Item], query: str) -> QuerySet[Item]:
    """Those whose headline or summary, in either language, holds every term of `query`.

    Spaces in Korean are a matter of taste (언어모델, 언어 모델), so Hangul terms are looked for in the
    words without their spaces.
    """
    if not query:
        return items
    parts = [Coalesce(KT(path), Value(""), output_field=TextField()) for path in WORDS]
    spoken = Concat(
        *[piece for part in parts for piece in (part, Value("\n", output_field=TextField()))],
        output_field=TextField(),
    )
    items = items.annotate(
        spoken=spoken, unspaced=Replace("spoken", Value(" "), Value(""), output_field=TextField())
    )
    for term in query.split()[:TERMS]:
        is_hangul = any("가" <= character <= "힣" for character in term)
        items = items.filter(Q(unspaced__icontains=term) if is_hangul else Q(spoken__icontains=term))
    return items


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Editions a page at a time, by month; with filters, the stories that match under each edition."""
    wanted = read_wanted(request.GET)
    language = page_language()
    editions = shelf.published()
    if wanted.day:
        editions = editions.filter(date=wanted.day)
    if wanted.picks_stories:
        # Looked for once, not once a count and once a page.
        found = set(matching(wanted).values_list("edition", flat=True))
        editions = editions.filter(pk__in=found)
    size = EDITIONS_WITH_HITS if wanted.picks_stories else EDITIONS_A_PAGE
    paginator = Paginator(shelf.with_front_page(editions), size)
    page = paginator.get_page(request.GET.get("page"))
    shown = list(page.object_list)
    topics = shelf.topic_names(language)
    hits = hits_of(wanted, shown, language) if wanted.picks_stories else {}
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "title": _("Past issues"),
        "description": _("Every past issue, by date, topic, organization and language, with search."),
        "wanted": wanted,
        "months": [
            (date_format(first, "F Y" if language == "en" else "Y년 n월"), rows)
            for first, rows in by_month(shown, hits)
        ],
        "page": page,
        "total": paginator.count,
        "rest": rest.urlencode(),
        "topics": topics.items(),
        "organizations": organizations(language),
        "nearest": shelf.nearest(wanted.day) if wanted.day and not shown else None,
    }
    return render(request, "pages/archive.html", context)


def hits_of(wanted: Wanted, editions: list[Edition], language: str) -> dict[int, list[ShownStory]]:
    """The stories that match, by their edition: one query for the whole page."""
    items = matching(wanted).filter(edition__in=editions).order_by("position")
    days = {edition.pk: edition.date for edition in editions}
    found: dict[int, list[ShownStory]] = defaultdict(list)
    for item in items.prefetch_related("corrections"):
        found[item.edition_id].append(show(item, days[item.edition_id], language))
    return found


def by_month(
    editions: list[Edition], hits: dict[int, list[ShownStory]]
) -> list[tuple[date, list[tuple[Edition, list[ShownStory], int]]]]:
    """Editions under the first of their month, each with its first hits and how many more there are."""
    return [
        (
            first,
            [
                (
                    edition,
                    hits.get(edition.pk, [])[:HITS_AN_EDITION],
                    max(0, len(hits.get(edition.pk, [])) - HITS_AN_EDITION),
                )
                for edition in told
            ],
        )
        for first, told in groupby(editions, key=lambda edition: edition.date.replace(day=1))
    ]


def organizations(language: str) -> list[tuple[str, str]]:
    """Every organization by slug and name, by name."""
    named = [(organization.slug, organization.name(language)) for organization in Organization.objects.all()]
    return sorted(named, key=lambda pair: pair[1].casefold())
