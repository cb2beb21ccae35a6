"""Invented editions and readers in any number, for `manage.py storm` and `manage.py benchmark morning`.

Everything follows from a seed: 300 Korean stories, 32 topics, readers with one to eight topics, the
popular ones more often (Zipf), and addresses that exist nowhere (RFC 2606).
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from digests.editions.contents import seal
from digests.editions.models import Edition, Item
from digests.editions.preferences import Preferences
from digests.stories.models import Story, Topic
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.models import Subscriber, TopicPreference

STORIES = 300
TOPICS = 32
CHUNK = 5000
WHO = ("누리랩", "가온연구소", "은하소자", "한빛로봇", "소리대 연구팀", "바다클라우드", "미리내", "새벽정보")
WHAT = (
    "한국어 모델 가중치를 공개했다",
    "추론 칩 양산을 앞당겼다",
    "긴 문서 요약 비용을 절반으로 줄였다",
    "에이전트 평가 기준을 내놓았다",
    "음성 인식기를 브라우저로 옮겼다",
    "병원 열두 곳과 시험을 마쳤다",
    "학습 데이터 출처 표시를 의무로 삼았다",
    "그래픽 처리 장치 경매를 열었다",
)
HOW = (
    "상업적으로도 쓸 수 있으나 이용자가 많은 서비스는 따로 계약해야 한다.",
    "같은 조건에서 잰 값이며 코드와 채점기를 함께 올렸다고 밝혔다.",
    "업계는 비용보다 운영 인력이 걸림돌이라고 본다.",
    "다음 달 두 번째 시험 결과가 나오면 일정을 다시 정한다.",
    "반대하는 쪽은 검증 자료가 부족하다고 지적했다.",
)


def make_topics(count: int = TOPICS) -> list[Topic]:
    """Topics `주제-00`… of their own."""
    return [
        Topic.objects.get_or_create(
            slug=f"sample-{n:02}", defaults={"name_ko": f"주제 {n}", "name_en": f"Topic {n}", "position": n}
        )[0]
        for n in range(count)
    ]


def make_edition(due: datetime, topics: Sequence[Topic], *, seed: int, stories: int = STORIES) -> Edition:
    """A frozen edition of `stories` invented stories for readers due at `due`."""
    chance = random.Random(seed)  # noqa: S311
    day = due.astimezone(ZoneInfo("Asia/Seoul")).date()
    frozen_at = due - timedelta(minutes=30)
    edition = Edition.objects.create(
        date=day,
        cutoff_at=frozen_at,
        frozen_at=frozen_at,
        status=Edition.Status.FROZEN,
        number=seed + 1,
        articles_count=stories * 4,
        stories_count=stories,
    )
    rows = [
        Story(key=f"x{edition.pk}n{n}", first_at=frozen_at - timedelta(hours=9), last_at=frozen_at)
        for n in range(stories)
    ]
    Story.objects.bulk_create(rows)
    items = []
    for position, story in enumerate(rows):
        chosen = chance.sample(range(len(topics)), k=min(len(topics), chance.choice((1, 1, 2, 2, 3))))
        content = story_content(story.key, f"{day:%F}", [topics[n] for n in chosen], chance)
        items.append(
            Item(
                edition=edition,
                story=story,
                position=position,
                rank=stories - position,
                content=seal(content),
            )
        )
    Item.objects.bulk_create(items, batch_size=100)
    return edition


def story_content(key: str, day: str, topics: Sequence[Topic], chance: random.Random) -> dict[str, object]:
    """What a frozen item says, as editions freeze it."""
    who, what = chance.choice(WHO), chance.choice(WHAT)
    headline = f"{who}, {what} ({chance.randint(2, 999)}배)"
    summary = " ".join([f"{who} 쪽은 {what}.", *chance.sample(HOW, k=3)])
    slugs = [topic.slug for topic in topics]
    sources = [
        {
            "publisher": f"outlet-{n}",
            "name_ko": f"보기일보 {n}",
            "name_en": f"Example Daily {n}",
            "title": headline,
            "url": f"https://news.example/{key}/{n}",
            "is_primary": n == 0,
            "language": "ko",
            "text": summary,
        }
        for n in range(chance.randint(1, 4))
    ]
    return {
        "key": key,
        "date": day,
        "language": "ko",
        "kind": "report",
        "relation": "new",
        "whats_new": "",
        "thread": None,
        "words": {language: {"headline": headline, "summary": summary} for language in ("ko", "en")},
        "topics": slugs,
        "topic_names": {t.slug: {"ko": t.name_ko, "en": t.name_en} for t in topics},
        "tops": slugs[:1],
        "organizations": [],
        "organization_names": {},
        "sources": sources,
        "publishers": [str(source["publisher"]) for source in sources],
        "marks": [],
        "text": summary,
    }


def reader_topics(count: int, topics: Sequence[Topic], seed: int) -> Iterator[frozenset[int]]:
    """Each reader's topics, as places in `topics`."""
    chance = random.Random(seed)  # noqa: S311
    places = range(len(topics))
    weights = list(itertools.accumulate(1 / (place + 1) for place in places))
    for _reader in range(count):
        yield frozenset(chance.choices(places, cum_weights=weights, k=chance.randint(1, 8)))


def make_readers(count: int, due: datetime, topics: Sequence[Topic], *, seed: int, length: int = 15) -> None:
    """`count` active readers due at `due`, with their preferences and keys; in chunks, memory flat."""
    keys: dict[frozenset[int], str] = {}
    chosen = reader_topics(count, topics, seed)
    for start in range(0, count, CHUNK):
        picks = list(itertools.islice(chosen, CHUNK))
        readers = [
            Subscriber(
                email=(email := f"reader{start + n}@sample{(start + n) % 40}.example"),
                address_hash=address_hash(email),
                status=Subscriber.Status.ACTIVE,
                confirmed_at=due - timedelta(days=30),
                next_digest_at=due,
                length=length,
                preference_key=keys.get(pick) or keys.setdefault(pick, key_of(pick, topics, length)),
            )
            for n, pick in enumerate(picks)
        ]
        Subscriber.objects.bulk_create(readers)
        insert_preferences(
            (reader.pk, topics[place].pk)
            for reader, pick in zip(readers, picks, strict=True)
            for place in pick
        )


def key_of(pick: frozenset[int], topics: Sequence[Topic], length: int) -> str:
    """The preference key of readers of these topics, all else as a new reader has it."""
    slugs = frozenset(topics[place].slug for place in pick)
    return Preferences(topics_normal=slugs, length=length).key


def insert_preferences(pairs: Iterator[tuple[int, int]]) -> None:
    """Store (subscriber, topic) rows, by COPY where there is one."""
    if connection.vendor != "postgresql":
        TopicPreference.objects.bulk_create(
            [TopicPreference(subscriber_id=s, topic_id=t) for s, t in pairs], batch_size=CHUNK
        )
        return
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY subscribers_topicpreference (subscriber_id, topic_id, level) FROM STDIN") as copy,
    ):
        for subscriber_id, topic_id in pairs:
            copy.write_row((subscriber_id, topic_id, "normal"))
