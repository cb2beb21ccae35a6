"""The topics and organizations we ship, brought into the tables that curators edit."""

from typing import NamedTuple

from django.db import transaction

from digests.stories.models import Alias, Keyword, Organization, Topic
from digests.stories.shipped import shipped_organizations, shipped_topics


class Loaded(NamedTuple):
    """How many rows were added."""

    topics: int
    organizations: int


@transaction.atomic
def load_taxonomy() -> Loaded:
    """Add the shipped topics and organizations that are not there yet, and touch none that is.

    A row that exists belongs to the curators, with its words: what they changed or deleted
    stays as they left it.
    """
    return Loaded(_load_topics(), _load_organizations())


def _load_topics() -> int:
    known = set(Topic.objects.values_list("slug", flat=True))
    new = [
        (
            row,
            Topic(
                slug=row["slug"],
                name_ko=row["name_ko"],
                name_en=row["name_en"],
                position=position,
                is_offered=row["slug"] != "other",
            ),
        )
        for position, row in enumerate(shipped_topics(), 1)
        if row["slug"] not in known
    ]
    Topic.objects.bulk_create([topic for _, topic in new])
    words: list[Keyword] = []
    for row, topic in new:
        weights = {word["t"]: float(word["w"]) for word in row["keywords"]}
        weights |= dict.fromkeys(row["blockers"], 0.0)
        words += [Keyword(topic=topic, text=text, weight=weight) for text, weight in weights.items()]
    Keyword.objects.bulk_create(words)
    return len(new)


def _load_organizations() -> int:
    known = set(Organization.objects.values_list("slug", flat=True))
    new = [
        (
            row,
            Organization(
                slug=row["slug"],
                name_ko=row["name_ko"],
                name_en=row["name_en"],
                group=row["group"],
                country=row["country"] if len(row["country"]) == 2 else "",
            ),
        )
        for row in shipped_organizations()
        if row["slug"] not in known
    ]
    Organization.objects.bulk_create([organization for _, organization in new])
    names: list[Alias] = []
    for row, organization in new:
        seen: set[str] = set()
        for alias in row["aliases"]:
            if alias["t"] not in seen:
                seen.add(alias["t"])
                names.append(
                    Alias(
                        organization=organization,
                        text=alias["t"],
                        kind=alias["kind"],
                        matches_case=alias.get("case", False),
                        is_strict=alias.get("strict", False),
                    )
                )
        names += [
            Alias(organization=organization, text=text, kind=Alias.Kind.BLOCKER)
            for text in row["blockers"]
            if text not in seen
        ]
    Alias.objects.bulk_create(names)
    return len(new)
