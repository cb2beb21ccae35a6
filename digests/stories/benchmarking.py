"""What telling costs: invented articles, told for real in a transaction that is rolled back."""

import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from digests.sources.models import Article, Publisher
from digests.stories.process import tell
from digests.stories.shipped import shipped_organizations, shipped_topics
from digests.stories.taxonomy import load_taxonomy

SIZES = (300, 3_000)
PUBLISHERS = 25
LENGTH = 1_500

_ACTS = (
    *("공개했다", "출시했다", "발표했다", "인수한다", "투자한다"),
    *("개발했다", "도입한다", "확대한다", "중단한다", "검토한다"),
)
_THINGS = ("서비스", "모델", "플랫폼", "칩", "로봇", "데이터센터", "솔루션", "기능", "요금제", "연구소")
_PLACES = ("서울", "부산", "도쿄", "런던", "뉴욕", "파리", "대전", "판교", "싱가포르", "베를린")
_SYLLABLES = "가나다라마바사아자차카타파하노누니도두디로루리모무미보부비소수시오우이"
_SENTENCES = (
    "{name}는 {place}에서 {topic} {thing}을 {act}.",
    "이번 {thing}에는 {number}억원이 들었고 {people}명이 참여했다.",
    "{name} 관계자는 “{topic} 수요가 {percent}% 늘었다”고 말했다.",
    "{topic} 분야의 {thing}은 지난해보다 {times}배 커졌다.",
    "전문가들은 {place} 시장에서 {topic} 경쟁이 더 거세질 것으로 내다봤다.",
    "회사는 오는 {month}월까지 {thing}을 {place}로 넓힌다.",
    "정부는 {topic} {thing}과 관련한 기준을 다듬고 있다고 설명했다.",
    "{name}의 {thing}은 하루 {people}명이 쓰는 것으로 나타났다.",
)


@dataclass(frozen=True)
class Measured:
    """Seconds and peak memory of telling so many articles as so many stories."""

    articles: int
    stories: int
    seconds: float
    peak_mb: float


def run(now: datetime, sizes: Sequence[int] = SIZES) -> list[Measured]:
    """Tell invented articles of each size, smallest first; the tables are left as they were."""
    return [_measure(size, now) for size in sizes]


def _measure(size: int, now: datetime) -> Measured:
    with transaction.atomic():
        load_taxonomy()
        Article.objects.update(state=Article.State.REMOVED)
        _invent(size, now)
        started = time.perf_counter()
        told = tell(now - timedelta(days=1), now + timedelta(minutes=1), now)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(size, len(told.stories), round(seconds, 2), round(peak, 1))


def _invent(size: int, now: datetime) -> None:
    draw = random.Random(size)  # noqa: S311 - invented news, not a secret
    publishers = Publisher.objects.bulk_create(
        Publisher(slug=f"benchmark-{number}", name_ko=f"신문 {number}") for number in range(PUBLISHERS)
    )
    names = [row["name_ko"] for row in shipped_organizations()]
    words = [word["t"] for row in shipped_topics() for word in row["keywords"] if word["w"] == 3]
    rows: list[Article] = []
    while len(rows) < size:
        event = _Event(draw, names, words)
        for _ in range(min(draw.choice((1, 1, 1, 2, 4)), size - len(rows))):
            title, text = event.told(draw)
            identity = sha256(f"{len(rows)} {title}".encode()).hexdigest()
            published = now - timedelta(minutes=draw.randrange(60 * 23))
            rows.append(
                Article(
                    publisher=draw.choice(publishers),
                    identity=identity,
                    url=f"https://benchmark.example/{identity[:12]}",
                    title=title,
                    text=text,
                    language="ko",
                    completeness=Article.Completeness.FULL,
                    published_at=published,
                    first_seen_at=published,
                    changed_at=published,
                )
            )
    Article.objects.bulk_create(rows, batch_size=200)


def _invented(draw: random.Random, length: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(length))


class _Event:
    """Something invented that several outlets tell, each in an order and a choice of its own."""

    def __init__(self, draw: random.Random, names: Sequence[str], words: Sequence[str]) -> None:
        self.name, self.topic = draw.choice(names), draw.choice(words)
        if draw.random() < 0.5:
            self.name = _invented(draw, 4)  # most companies in the news are in no taxonomy
        self.product = f"{_invented(draw, 3)} {draw.randrange(2, 99)}"
        # What the event is about, in words that other events do not have.
        self.own = [_invented(draw, draw.choice((2, 3, 4))) for _ in range(24)]
        self.thing, self.act = draw.choice(_THINGS), draw.choice(_ACTS)
        self.sentences = [self._sentence(draw) for _ in range(40)]

    def _sentence(self, draw: random.Random) -> str:
        return draw.choice(_SENTENCES).format(
            name=self.name,
            topic=f"{draw.choice(self.own)} {draw.choice((self.topic, draw.choice(self.own)))}",
            thing=f"{draw.choice(self.own)} {draw.choice((self.thing, draw.choice(_THINGS)))}",
            act=self.act,
            place=draw.choice(_PLACES),
            number=f"{draw.randrange(11, 9_999):,}",
            people=f"{draw.randrange(120, 99_999):,}",
            percent=round(draw.uniform(1, 99), 1),
            times=round(draw.uniform(1.1, 9.9), 2),
            month=draw.randrange(1, 13),
        )

    def told(self, draw: random.Random) -> tuple[str, str]:
        """A title, and a text of about `LENGTH` characters in short paragraphs."""
        chosen = [self.sentences[0], *draw.sample(self.sentences[1:], 30)]
        text = ""
        for number, sentence in enumerate(chosen):
            if len(text) > LENGTH:
                break
            text += sentence + ("\n\n" if number % 3 == 2 else " ")
        act = self.act.removesuffix("했다").removesuffix("한다")
        title = f"{self.name}, {self.topic} {self.thing} '{self.product}' {act}"
        return title, text.strip()
