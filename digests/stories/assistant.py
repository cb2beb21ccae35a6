"""The process that lets an assistant word stories: one call a story, checked before it is printed.

    story ─▶ request ─▶ cache ─▶ cap ─▶ call ─▶ gate ─▶ words
             prompting  answers' rows  budget  completions  answers

Off unless ASSISTANT_URL is set. Whatever goes wrong, the local words stay and the reason is counted.
A curator's words are never replaced. Calls are made outside transactions.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from digests.sources.failures import FetchError
from digests.sources.models import Article, Language
from digests.stories import budget
from digests.stories.answers import BadAnswer, Wording, read_answer
from digests.stories.completions import Endpoint, complete
from digests.stories.crossing import unsaid
from digests.stories.describing import COMPLETENESS_ORDER, SOURCES_READ
from digests.stories.models import AssistantAnswer, Organization, Story, Tag, Telling, Words
from digests.stories.prompting import Piece, key_of, request_for, without_orders
from digests.stories.turns import one_at_a_time

logger = logging.getLogger(__name__)

LANGUAGES = (Language.KO.value, Language.EN.value)
CALLS_A_PASS = 10
SECONDS_A_PASS = 45.0  # telling waits for a pass, and news comes every minute
ATTEMPTS = 2
AGAIN = timedelta(hours=1)  # after a failure of the endpoint, or a worker that died over its call
KEPT = timedelta(days=30)
# A request is at most 12,000 characters of article text: about 10,000 tokens in Korean.
TOKENS_A_CALL = 10_000
MOST_TOKENS = 20_000
State = AssistantAnswer.State


@dataclass(frozen=True)
class _Assignment:
    """What to ask for one story, and what to check the answer against."""

    story_id: int
    asked: dict[str, Any]
    key: str
    languages: tuple[str, ...]
    titles: tuple[str, ...]
    texts: dict[str, list[str]]


def due(since: datetime, now: datetime) -> list[int]:
    """The AI stories told since `since` that were described after they were last looked at, best first."""
    if not settings.ASSISTANT_URL:
        return []
    seen = AssistantAnswer.objects.filter(story=OuterRef("pk"), seen_at__gte=OuterRef("changed_at"))
    settled = seen.filter(Q(state__in=(State.GOOD, State.REFUSED)) | Q(asked_at__gte=now - AGAIN))
    about_ai = Telling.objects.filter(story=OuterRef("pk"), article__assessment__is_relevant=True)
    stories = Story.objects.filter(Exists(about_ai), ~Exists(settled), last_at__gte=since)
    stories = stories.exclude(relation=Story.Relation.REHASH).filter(language__in=LANGUAGES)
    return list(stories.order_by("-rank", "pk").values_list("pk", flat=True))


def assist(story_ids: Iterable[int], now: datetime) -> int:
    """Let the assistant word the stories, in order, as far as limits allow; how many it worded.

    1. A story whose very texts were answered before takes that answer: no call.
    2. Otherwise a call is reserved, made, and its answer checked; once more if it fails the check.
    3. A good answer is printed, any other counted by its reason.
    """
    if not settings.ASSISTANT_URL:
        return 0
    started, calls, worded = time.monotonic(), 0, 0
    for story_id in story_ids:
        assignment = _assignment(story_id)
        if assignment is None:
            continue
        answer = AssistantAnswer.objects.filter(key=assignment.key).first()
        if answer is None or answer.state not in (State.GOOD, State.REFUSED):
            is_over = calls >= CALLS_A_PASS or time.monotonic() - started > SECONDS_A_PASS
            if is_over or budget.rests(now):
                break
            calls += 1
            answer = _ask(assignment, now)
        else:
            AssistantAnswer.objects.filter(pk=answer.pk).update(seen_at=now, story_id=story_id)
        if answer is not None and answer.state == State.GOOD:
            worded += _print(assignment, answer.words, now)
        else:
            _forget_stale(assignment, now)
    AssistantAnswer.objects.filter(seen_at__lt=now - KEPT).delete()
    if calls:
        logger.info("assistant: %s stories asked for, %s worded", calls, worded)
    return worded


def _assignment(story_id: int) -> _Assignment | None:
    """What to ask for the story; None if a curator wrote it all, or nobody told it."""
    articles = [
        telling.article
        for telling in Telling.objects.filter(story_id=story_id)
        .select_related("article__publisher")
        .order_by("article__published_at", "article__identity", "pk")[:SOURCES_READ]
    ]
    curators = set(
        Words.objects.filter(story_id=story_id, summary_source=Words.Source.CURATOR).values_list(
            "language", flat=True
        )
    )
    languages = tuple(language for language in LANGUAGES if language not in curators)
    if not articles or not languages:
        return None
    names = _names_of(articles)
    texts: dict[str, list[str]] = {}
    for article in articles:
        said = (without_orders(article.title), without_orders(article.text))
        texts.setdefault(article.language, []).extend(text for text in said if text)
    for one in texts.values():
        one.extend(f"{korean} {english}" for korean, english in names.items())
    best = sorted(
        articles,
        key=lambda one: (
            COMPLETENESS_ORDER[Article.Completeness(one.completeness)],
            -one.publisher.trust,
            one.published_at,
            one.identity,
        ),
    )
    asked = request_for([Piece(one.title, one.text) for one in best], names, languages)
    titles = tuple(article.title for article in articles)
    key = key_of(asked, settings.ASSISTANT_MODEL)
    return _Assignment(story_id, asked, key, languages, titles, texts)


def _names_of(articles: Iterable[Article]) -> dict[str, str]:
    tags = Tag.objects.filter(article__in=[one.pk for one in articles]).exclude(state=Tag.State.REJECTED)
    rows = Organization.objects.filter(pk__in=tags.filter(organization__isnull=False).values("organization"))
    return {row.name_ko: row.name_en for row in rows.order_by("slug")}


def _ask(assignment: _Assignment, now: datetime) -> AssistantAnswer | None:
    """The settled answer to a call; None if another worker has it, or no call is left."""
    if not _claim(assignment, now):
        return None
    row = AssistantAnswer.objects.get(key=assignment.key)
    endpoint = Endpoint(
        settings.ASSISTANT_URL, settings.ASSISTANT_KEY, settings.ASSISTANT_MODEL, settings.ASSISTANT_TIMEOUT
    )
    row.state = State.ASKED
    for attempt in range(ATTEMPTS):
        if budget.rests(now):
            break
        if not budget.reserve(now):
            budget.count("cap", now)
            break
        if attempt:
            budget.count("retry", now)
        _attempt(row, endpoint, assignment, now)
        if row.state == State.GOOD or row.reason == "expensive":
            break
    if row.state == State.ASKED:
        row.delete()  # nothing was asked: another day's cap may have room
        return None
    row.save(update_fields=["state", "reason", "words"])
    budget.count(row.reason or "good", now)
    return row


def _claim(assignment: _Assignment, now: datetime) -> bool:
    """Whether this worker is the one to ask; a claim left behind is free again after an hour."""
    _, is_new = AssistantAnswer.objects.get_or_create(
        key=assignment.key, defaults={"story_id": assignment.story_id, "asked_at": now, "seen_at": now}
    )
    left = AssistantAnswer.objects.filter(
        key=assignment.key, state__in=(State.ASKED, State.FAILED), asked_at__lt=now - AGAIN
    )
    return is_new or bool(
        left.update(state=State.ASKED, asked_at=now, seen_at=now, story_id=assignment.story_id)
    )


def _attempt(row: AssistantAnswer, endpoint: Endpoint, assignment: _Assignment, now: datetime) -> None:
    """One call; how it ended is set on `row`."""
    try:
        completion = complete(endpoint, assignment.asked)
    except FetchError as error:
        budget.failed(now)
        row.state, row.reason = State.FAILED, error.reason[:40]
        return
    budget.answered()
    is_expensive = completion.tokens > MOST_TOKENS
    budget.settle(now, completion.tokens, completion.tokens // TOKENS_A_CALL if is_expensive else 0)
    if is_expensive:
        row.state, row.reason = State.REFUSED, "expensive"
        return
    try:
        words = read_answer(completion.content, assignment.languages, assignment.titles, assignment.texts)
    except BadAnswer as error:
        row.state, row.reason = State.REFUSED, error.reason
        return
    row.state, row.reason = State.GOOD, ""
    row.words = {language: asdict(wording) for language, wording in words.items()}


@transaction.atomic
def _print(assignment: _Assignment, words: dict[str, dict[str, str]], now: datetime) -> bool:
    """Write the words where no curator did; the headline only where no article gives one."""
    one_at_a_time(now)
    if not Story.objects.filter(pk=assignment.story_id).exists():
        return False
    rows = Words.objects.filter(story_id=assignment.story_id)
    for language, found in words.items():
        wording = Wording(**found)
        row = rows.filter(language=language)
        if not row.exists():
            Words.objects.create(
                story_id=assignment.story_id,
                language=language,
                headline=wording.headline,
                headline_source=Words.Source.ASSISTANT,
                summary=wording.summary,
                summary_source=Words.Source.ASSISTANT,
            )
            continue
        row.exclude(summary_source=Words.Source.CURATOR).update(
            summary=wording.summary, summary_source=Words.Source.ASSISTANT, grounding=[]
        )
        row.filter(headline_source=Words.Source.ASSISTANT).update(headline=wording.headline)
    return True


@transaction.atomic
def _forget_stale(assignment: _Assignment, now: datetime) -> None:
    """Take back translations that the story's texts, as they are now, no longer say."""
    one_at_a_time(now)
    source = Words.Source.ASSISTANT
    rows = Words.objects.filter(story_id=assignment.story_id, headline_source=source, summary_source=source)
    texts = [text for some in assignment.texts.values() for text in some]
    for row in rows.exclude(language__in=assignment.texts):
        said = f"{row.headline.rstrip('.')}.\n{row.summary}"
        if unsaid(said, texts, is_translation=True):
            row.delete()
