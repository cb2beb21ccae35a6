"""What readers would get of an edition: how many get how many stories, and how large the mails are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from digests.editions.contents import contents_of
from digests.editions.digesting import daily_candidates, preview
from digests.editions.linting_mail import encoded_size
from digests.editions.models import Edition, Placement
from digests.editions.preferences import Candidate, Preferences
from digests.editions.selecting import select
from digests.stories.models import Topic
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.preferences import preferences_by_key

# The commonest choices; with more the page says for how many readers it speaks.
KEYS = 300
GROUPS = ("0", "1–3", "4–9", "10+")


@dataclass(frozen=True)
class Forecast:
    """Readers by how many stories they would get; `asked` of `readers` were reckoned."""

    groups: tuple[tuple[str, int], ...]
    asked: int
    readers: int
    sizes: tuple[tuple[str, int], ...]
    bare_topics: tuple[Topic, ...]


def forecast_of(edition: Edition) -> Forecast:
    """Reckon what the present readers would get, by their choices, as if they had read nothing before."""
    candidates = candidates_of(edition)
    active = Subscriber.objects.filter(status=Subscriber.Status.ACTIVE)
    rows = active.order_by().values_list("preference_key").annotate(count=Count("pk")).order_by("-count")
    keys = dict(rows[:KEYS])
    preferences = preferences_by_key(keys)
    groups: Counter[str] = Counter()
    for key, count in keys.items():
        if key in preferences:
            groups[group_of(len(select(preferences[key], candidates).chosen))] += count
    told = {topic for one in candidates for topic in one.topics}
    return Forecast(
        groups=tuple((name, groups[name]) for name in GROUPS),
        asked=sum(groups.values()),
        readers=active.count(),
        sizes=tuple((language, size_of(edition, language)) for language in ("ko", "en")),
        bare_topics=tuple(Topic.objects.filter(is_offered=True).exclude(slug__in=told)),
    )


def candidates_of(edition: Edition) -> Sequence[Candidate]:
    """What can be chosen of an edition, published or open."""
    if edition.status not in Edition.OPEN:
        return daily_candidates(edition)
    items = list(edition.items.filter(is_chosen=True).exclude(placement=Placement.HIDDEN))
    contents = contents_of(edition, [item.story_id for item in items])
    return [
        Candidate.of(
            item.pk, item.story_id, contents[item.story_id], is_pinned=item.placement == Placement.PINNED
        )
        for item in items
        if item.story_id in contents
    ]


def group_of(count: int) -> str:
    """The group of a number of stories."""
    return GROUPS[0] if count == 0 else GROUPS[1] if count < 4 else GROUPS[2] if count < 10 else GROUPS[3]


def size_of(edition: Edition, language: str) -> int:
    """The bytes of the largest mail in a language: fifteen stories of every topic."""
    mail = preview(edition, Preferences(language=language, length=15))
    return encoded_size("".join(mail.html), "".join(mail.text))
