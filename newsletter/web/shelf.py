"""The published editions as the public may see them: those of the main cut-off, newest first."""

from datetime import date

from django.conf import settings
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from digests.editions.models import Correction, Edition, EditionQuerySet, Item, Placement
from digests.stories.models import Topic


def main_zone() -> str:
    """The zone of the main cut-off, whose editions are the paper's public ones."""
    return str(settings.EDITION_CUTOFFS[0].zone)


def published() -> EditionQuerySet:
    """The public editions, newest first."""
    return Edition.objects.filter(zone=main_zone(), status__in=Edition.PUBLISHED).order_by("-date")


def with_front_page(editions: EditionQuerySet) -> QuerySet[Edition]:
    """Add to each edition `stories_shown`, and `front_…` of its first story (headlines, language, key)."""
    # Subqueries, not a join: they are asked for the rows of one page only.
    items = standing(Item.objects.filter(edition=OuterRef("pk")))
    counted = items.order_by().values("edition").annotate(count=Count("pk")).values("count")
    first = items.order_by("position")
    return editions.annotate(
        stories_shown=Coalesce(Subquery(counted), 0),
        front_ko=Subquery(first.annotate(text=KT("content__words__ko__headline")).values("text")[:1]),
        front_en=Subquery(first.annotate(text=KT("content__words__en__headline")).values("text")[:1]),
    )


def standing(items: QuerySet[Item]) -> QuerySet[Item]:
    """Those of `items` that stand in their edition: chosen, and not hidden since."""
    return items.filter(is_chosen=True).exclude(placement=Placement.HIDDEN)


def listing(items: QuerySet[Item], kind: str, slug: str) -> QuerySet[Item]:
    """Those of `items` whose content lists `slug` under `kind`, "topics" or "organizations".

    `slug` has to be one. SQLite cannot look into JSON lists, so both databases are asked for the text.
    """
    listed = f"{kind}_listed"
    return items.annotate(**{listed: Cast(KT(f"content__{kind}"), TextField())}).filter(
        **{f"{listed}__contains": f'"{slug}"'}
    )


def edition_of(day: date) -> Edition | None:
    """The published edition of `day`: the main one, else of the zone that has one."""
    editions = list(Edition.objects.filter(date=day, status__in=Edition.PUBLISHED).order_by("zone"))
    return next((e for e in editions if e.zone == main_zone()), editions[0] if editions else None)


def items_of(edition: Edition) -> list[Item]:
    """The stories standing in `edition`, in its order, with their corrections: two queries."""
    items = standing(edition.items.all()).prefetch_related("corrections")
    return list(items.order_by("position", "pk"))


def neighbours(edition: Edition) -> tuple[date | None, date | None]:
    """The dates of the editions before and after `edition`."""
    same_zone = Edition.objects.filter(zone=edition.zone, status__in=Edition.PUBLISHED)
    before = same_zone.filter(date__lt=edition.date).order_by("-date").values_list("date", flat=True)
    after = same_zone.filter(date__gt=edition.date).order_by("date").values_list("date", flat=True)
    return before.first(), after.first()


def nearest(day: date) -> date | None:
    """The date of the public edition nearest to `day`, the earlier of two equally near."""
    dates = published().values_list("date", flat=True)
    near = [
        dates.filter(date__lte=day).order_by("-date").first(),
        dates.filter(date__gte=day).order_by("date").first(),
    ]
    return min((d for d in near if d), key=lambda d: (abs(d - day), d), default=None)


def topic_names(language: str) -> dict[str, str]:
    """The name in `language` of every topic, by slug, in the order readers are offered them."""
    return {topic.slug: topic.name(language) for topic in Topic.objects.all()}


def state_of_the_shelf() -> str:
    """A short text that changes whenever any public page's content does: the base of ETags."""
    facts = published().aggregate(
        newest=Max("frozen_at"), count=Count("pk"), acts=Max("version"), status=Max(F("status"))
    )
    corrected = Correction.objects.aggregate(at=Max("at"), count=Count("pk"))
    return "|".join(str(fact) for fact in [*facts.values(), *corrected.values()])
