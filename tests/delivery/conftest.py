"""A frozen edition of three stories, and readers due at seven."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from digests.editions.contents import seal
from digests.editions.models import Digest, Edition, Item
from digests.stories.models import Story, Topic
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.preferences import refresh_key

STORIES = [
    ("llm", "누리랩, 한국어 모델 가중치 공개", "Nurilab opens the weights of its Korean model"),
    ("chips", "은하소자, 추론 칩 양산을 앞당기다", "Eunha brings its inference chip forward"),
    ("policy", "학습 데이터 기준 초안이 나왔다", "A draft standard for training data is out"),
]


def make_edition(day: date, frozen_at: datetime, status: str = Edition.Status.FROZEN) -> Edition:
    """An edition of `day` with three stories of its own, frozen with everything a mail shows."""
    edition = Edition.objects.create(
        date=day,
        cutoff_at=frozen_at,
        frozen_at=frozen_at,
        status=status,
        number=1,
        articles_count=40,
        stories_count=3,
    )
    for position, (topic, ko, en) in enumerate(STORIES):
        key = f"s{edition.pk}-{position}"
        story = Story.objects.create(
            key=key, first_at=frozen_at - timedelta(hours=5), last_at=frozen_at - timedelta(hours=4)
        )
        words = {
            "ko": {"headline": f"{ko} ({day.day}일)", "summary": f"{ko}. 모두 지어낸 소식이다."},
            "en": {"headline": f"{en} ({day.day})", "summary": f"{en}. All of it is invented."},
        }
        source = {"publisher": "techmorning", "name_ko": "테크모닝", "name_en": "Tech Morning", "title": ko}
        source |= {"url": f"https://news.example/{key}", "is_primary": False, "language": "ko", "text": ko}
        content = {
            "key": key,
            "date": f"{day:%F}",
            "language": "ko",
            "kind": "news",
            "relation": "",
            "whats_new": "",
            "thread": None,
            "words": words,
            "topics": [topic],
            "topic_names": {topic: {"ko": topic, "en": topic}},
            "tops": [topic],
            "organizations": [],
            "organization_names": {},
            "sources": [source],
            "publishers": ["techmorning"],
            "marks": [],
            "text": ko,
        }
        Item.objects.create(
            edition=edition, story=story, position=position, rank=3 - position, content=seal(content)
        )
    return edition


@pytest.fixture
def topics(db) -> list[Topic]:
    names = [slug for slug, _ko, _en in STORIES]
    return [Topic.objects.get_or_create(slug=s, defaults={"name_ko": s, "name_en": s})[0] for s in names]


@pytest.fixture
def edition(topics, now: datetime) -> Edition:
    """Monday's edition, frozen half an hour before ada's morning."""
    return make_edition(date(2026, 1, 5), now - timedelta(minutes=30))


@pytest.fixture
def digest(edition: Edition) -> Digest:
    """A Korean digest of the first two stories."""
    items = edition.items.order_by("position")[:2]
    choices = [{"item": i.pk, "story": i.story_id, "why": "ranked", "of": ""} for i in items]
    return Digest.objects.create(
        key=uuid4().hex, edition=edition, language="ko", choices=choices, subject="소식"
    )


def make_readers(count: int, due: datetime, **fields: object) -> list[Subscriber]:
    """Active readers reader0@, reader1@, … due at `due`."""
    values: dict[str, object] = {
        "status": Subscriber.Status.ACTIVE,
        "confirmed_at": due,
        "next_digest_at": due,
    }
    values |= fields
    readers = [
        Subscriber(email=(mail := f"reader{n}@example.com"), address_hash=address_hash(mail), **values)
        for n in range(count)
    ]
    Subscriber.objects.bulk_create(readers)
    for reader in readers:
        refresh_key(reader)
    return readers


UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
