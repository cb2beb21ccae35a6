"""Stored stories for tests: invented articles told as stories, without the tagging that makes them."""

from datetime import UTC, date, datetime, timedelta

from digests.editions.assembling import assemble, freeze
from digests.editions.cutoffs import Cutoff
from digests.editions.models import Edition
from digests.sources.models import Article, Publisher
from digests.stories.models import Assessment, Organization, Story, Tag, Telling, Topic, Words
from tests.editions.newsroom import OUTLETS, TOLD, TOPICS

DAY = date(2026, 1, 5)
CUTOFF = Cutoff(datetime(2026, 1, 5, 6, 30).time(), "Asia/Seoul")  # noqa: DTZ001
# Sunday noon in Seoul, within the window of Monday's edition.
NOON = datetime(2026, 1, 4, 3, 0, tzinfo=UTC)
FROZEN_AT = datetime(2026, 1, 4, 21, 31, tzinfo=UTC)


def publisher(slug: str) -> Publisher:
    names = OUTLETS.get(slug, (slug, slug))
    return Publisher.objects.get_or_create(
        slug=slug, defaults={"name_ko": names[0], "name_en": names[1], "allows_full_text": slug == "lab"}
    )[0]


def article(slug: str, title: str, text: str, *, at: datetime = NOON, **changes: object) -> Article:
    number = Article.objects.count() + 1
    values: dict[str, object] = {
        "publisher": publisher(slug),
        "identity": f"{number:064}",
        "url": f"https://{slug}.example/{number}",
        "title": title,
        "text": text,
        "language": "ko",
        "completeness": Article.Completeness.FULL,
        "published_at": at,
        "first_seen_at": at,
    }
    made = Article.objects.create(**{**values, **changes})
    Assessment.objects.create(article=made, is_relevant=True, relevance=1.0, importance=1.0)
    return made


def story(
    key: str,
    articles: list[Article],
    *,
    rank: float = 1.0,
    words: dict[str, tuple[str, str]] | None = None,
    topics: tuple[str, ...] = (),
    organizations: tuple[str, ...] = (),
    relation: str = Story.Relation.NEW,
) -> Story:
    made = Story.objects.create(
        key=key,
        language=articles[0].language,
        first_at=min(one.published_at for one in articles),
        last_at=max(one.published_at for one in articles),
        rank=rank,
        relation=relation,
    )
    told = words or {"ko": (articles[0].title, articles[0].text.split(". ")[0])}
    for language, (headline, summary) in told.items():
        Words.objects.create(story=made, language=language, headline=headline, summary=summary)
    for one in articles:
        is_primary = one.publisher.slug == "lab"
        Telling.objects.create(story=made, article=one, is_primary=is_primary, origin=one.publisher.slug)
        for slug in topics:
            names = TOPICS[slug]
            topic = Topic.objects.get_or_create(
                slug=slug, defaults={"name_ko": names[0], "name_en": names[1]}
            )
            Tag.objects.create(article=one, topic=topic[0], source=Tag.Source.RULE)
        for slug in organizations:
            organization = Organization.objects.get_or_create(
                slug=slug, defaults={"name_ko": slug, "name_en": slug}
            )
            Tag.objects.create(article=one, organization=organization[0], source=Tag.Source.RULE)
    return made


def newsroom_stories(at: datetime = NOON) -> list[Story]:
    """The newsroom's ten stories, best first, told by the outlets that the newsroom names."""
    stories = []
    for place, (key, topics, organizations, outlets, korean, english) in enumerate(TOLD):
        text = f"{korean[1]} 이어지는 이야기는 더 길다. {' '.join(english or ())}"
        articles = [article(outlet, korean[0], text, at=at) for outlet in outlets]
        stories.append(
            story(
                key,
                articles,
                rank=10.0 - place,
                words={"ko": korean, **({"en": english} if english else {})},
                topics=tuple(topics),
                organizations=tuple(organizations),
            )
        )
    return stories


def frozen_edition(day: date = DAY) -> Edition:
    """The newsroom's stories as a published edition of `day`."""
    newsroom_stories(NOON + (day - DAY))
    edition_id = assemble(day, CUTOFF, FROZEN_AT + (day - DAY))
    freeze(edition_id, FROZEN_AT + timedelta(days=(day - DAY).days))
    return Edition.objects.get(pk=edition_id)
