"""What curators can do to stories: each an audited act that can be undone.

A verdict on two articles is obeyed by grouping for ever; a placement keeps an article where the
curator put it. Every act takes effect at once, and `describe` brings the stories' words up to date.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from digests.journal.models import Act
from digests.journal.recording import record
from digests.stories.describing import describe
from digests.stories.grouping import drop_empty
from digests.stories.models import Story, Tag, Telling, Verdict, Words
from digests.stories.turns import one_at_a_time


class CannotDo(Exception):  # noqa: N818 - an answer to a curator, not a fault
    """An act that makes no sense here; its text is for the curator."""


@transaction.atomic
def judge(first_id: int, second_id: int, actor: User | None, now: datetime, *, is_same: bool) -> int:
    """Say that two articles tell the same event, or that they do not; the id of the act.

    "Same" brings the second's story into the first's; "not the same" takes the second out of it.
    """
    if first_id == second_id:
        raise CannotDo("an article is the same as itself")
    one_at_a_time(now)
    tellings = {t.article_id: t for t in Telling.objects.filter(article_id__in=(first_id, second_id))}
    if len(tellings) < 2:
        raise CannotDo("both articles must be told by a story")
    low, high = sorted((first_id, second_id))
    earlier = Verdict.objects.filter(first_id=low, second_id=high).first()
    before = {**_placements([first_id, second_id]), "verdict": earlier.is_same if earlier else None}
    verdict, _ = Verdict.objects.update_or_create(
        first_id=low, second_id=high, defaults={"is_same": is_same, "curator": actor, "at": now}
    )
    first, second = tellings[first_id], tellings[second_id]
    moved: list[int] = []
    if is_same and first.story_id != second.story_id:
        moved = list(Telling.objects.filter(story_id=second.story_id).values_list("article_id", flat=True))
        before |= _placements(moved)
        _place(moved, first.story, Telling.By.MACHINE)
    elif not is_same and first.story_id == second.story_id:
        moved = [second_id]
        _place(moved, _story_for(second, now), Telling.By.MACHINE)
    act = record(
        actor,
        "same" if is_same else "not_same",
        verdict,
        before=before,
        after={"first": first_id, "second": second_id, "is_same": is_same},
    )
    _refresh(before, now)
    return act.pk


@transaction.atomic
def merge(story_ids: Sequence[int], actor: User | None, now: datetime) -> int:
    """Make one story of several: the oldest keeps its key and takes their articles; the id of the act."""
    one_at_a_time(now)
    stories = list(Story.objects.filter(pk__in=story_ids).order_by("first_at", "pk"))
    if len(stories) < 2:
        raise CannotDo("it takes two stories to merge")
    articles = list(Telling.objects.filter(story__in=stories).values_list("article_id", flat=True))
    before = _placements(articles)
    _place(articles, stories[0], Telling.By.CURATOR)
    after = {"story": stories[0].pk, "merged": [story.pk for story in stories[1:]]}
    act = record(actor, "merge", stories[0], before=before, after=after)
    _refresh(before, now)
    return act.pk


@transaction.atomic
def split(article_ids: Sequence[int], actor: User | None, now: datetime) -> int:
    """Take articles of one story out into a story of their own; the id of the act."""
    one_at_a_time(now)
    tellings = list(Telling.objects.filter(article_id__in=article_ids).select_related("article", "story"))
    if not tellings or len({telling.story_id for telling in tellings}) != 1:
        raise CannotDo("the articles must stand in one story")
    story = tellings[0].story
    rest = list(story.tellings.exclude(article_id__in=article_ids).values_list("article_id", flat=True))
    if not rest:
        raise CannotDo("a story cannot lose all of its articles")
    before = _placements([*article_ids, *rest])
    _place(rest, story, Telling.By.CURATOR)
    fresh = _story_for(min(tellings, key=lambda one: (one.article.published_at, one.article_id)), now)
    _place(list(article_ids), fresh, Telling.By.CURATOR)
    act = record(actor, "split", story, before=before, after={"story": fresh.pk})
    _refresh(before, now)
    return act.pk


@transaction.atomic
def move(article_id: int, story_id: int, actor: User | None, now: datetime) -> int:
    """Put an article into another story and keep it there; the id of the act."""
    one_at_a_time(now)
    story = Story.objects.get(pk=story_id)
    before = _placements([article_id])
    if not before["placements"]:
        raise CannotDo("the article is told by no story yet")
    _place([article_id], story, Telling.By.CURATOR)
    act = record(actor, "move", story, before=before, after={"story": story.pk, "article": article_id})
    _refresh(before, now)
    return act.pk


@transaction.atomic
def write(words_id: int, headline: str, summary: str, actor: User | None, now: datetime) -> int:
    """Replace a story's words by the curator's; the machine leaves them alone from then on."""
    words = Words.objects.select_for_update().get(pk=words_id)
    fields = ("headline", "headline_source", "summary", "summary_source")
    before = {name: getattr(words, name) for name in fields}
    if headline != words.headline:
        words.headline, words.headline_source = headline, Words.Source.CURATOR
    if summary != words.summary:
        words.summary, words.summary_source = summary, Words.Source.CURATOR
    words.save()
    act = record(actor, "write", words, before=before, after={name: getattr(words, name) for name in fields})
    describe([words.story_id], now)
    return act.pk


@transaction.atomic
def decide_tags(tag_ids: Sequence[int], state: Tag.State, actor: User | None, now: datetime) -> int:
    """Accept or reject tags; the rules never say them again. How many changed."""
    changed = 0
    for tag in Tag.objects.select_for_update().filter(pk__in=tag_ids).exclude(state=state):
        before = {"state": tag.state}
        tag.state, tag.changed_at = state, now
        tag.save(update_fields=["state", "changed_at"])
        record(actor, str(state), tag, before=before, after={"state": state})
        changed += 1
    return changed


@transaction.atomic
def undo(act_id: int, actor: User | None, now: datetime) -> int:
    """Undo an act of this module, once; the id of the undoing act."""
    one_at_a_time(now)
    act = Act.objects.select_for_update().get(pk=act_id)
    if Act.objects.filter(undoes=act).exists():
        raise CannotDo("this was undone already")
    if act.verb not in ("same", "not_same", "merge", "split", "move", "write", "accepted", "rejected"):
        raise CannotDo("this act cannot be undone here")
    before: dict[str, Any] = act.before
    if act.verb in ("accepted", "rejected"):
        Tag.objects.filter(pk=act.object_id).update(state=before["state"], changed_at=now)
    elif act.verb == "write":
        Words.objects.filter(pk=act.object_id).update(**before)
    else:
        _undo_verdict(act)
        current = _placements([int(pk) for pk in before["placements"]])
        for article_id, (key, by) in before["placements"].items():
            story = _revived(key, before["stories"][key], now)
            Telling.objects.filter(article_id=int(article_id)).update(story=story, by=by)
        _refresh({"placements": {**current["placements"]}, "stories": current["stories"]}, now)
    target = act.target or act
    return record(actor, "undo", target, before=act.after, after=before, undoes=act).pk


def _undo_verdict(act: Act) -> None:
    if act.verb not in ("same", "not_same"):
        return
    if act.before["verdict"] is None:
        Verdict.objects.filter(pk=act.object_id).delete()
    else:
        Verdict.objects.filter(pk=act.object_id).update(is_same=act.before["verdict"])


def _placements(article_ids: Sequence[int]) -> dict[str, Any]:
    """Where articles stand now, by story key, and what it takes to bring those stories back."""
    rows = Telling.objects.filter(article_id__in=article_ids).select_related("story").order_by("pk")
    return {
        "placements": {str(row.article_id): [row.story.key, row.by] for row in rows},
        "stories": {
            row.story.key: {
                "language": row.story.language,
                "first_at": row.story.first_at.isoformat(),
                "last_at": row.story.last_at.isoformat(),
            }
            for row in rows
        },
    }


def _revived(key: str, fields: dict[str, str], now: datetime) -> Story:
    story, _ = Story.objects.get_or_create(
        key=key,
        defaults={
            "language": fields["language"],
            "first_at": datetime.fromisoformat(fields["first_at"]),
            "last_at": datetime.fromisoformat(fields["last_at"]),
            "changed_at": now,
        },
    )
    return story


def _story_for(telling: Telling, now: datetime) -> Story:
    """A new story for one article, its key made of the article's identity and of the act's time."""
    article = telling.article
    key = hashlib.sha256(f"split {article.identity} {article.pk} {now.isoformat()}".encode()).hexdigest()[:16]
    return Story.objects.create(
        key=key,
        language=article.language,
        first_at=article.published_at,
        last_at=article.published_at,
        changed_at=now,
    )


def _place(article_ids: Sequence[int], story: Story, by: Telling.By) -> None:
    Telling.objects.filter(article_id__in=article_ids).update(story=story, by=by)


def _refresh(before: dict[str, Any], now: datetime) -> None:
    """Describe the stories an act touched, and drop those it emptied."""
    articles = [int(pk) for pk in before["placements"]]
    touched = set(Telling.objects.filter(article_id__in=articles).values_list("story_id", flat=True))
    touched |= set(Story.objects.filter(key__in=before["stories"]).values_list("pk", flat=True))
    empty = Story.objects.filter(pk__in=touched, tellings__isnull=True)
    drop_empty(empty.values_list("pk", flat=True))
    describe(Story.objects.filter(pk__in=touched, tellings__isnull=False).values_list("pk", flat=True), now)
