"""An edition, one of its stories, and the issue one reader was sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.editions.models import Digest, Edition, Item
from digests.editions.wording import wording
from digests.sources.models import Article, Publisher
from digests.stories.models import Story
from digests.text.sentences import first_sentences
from newsletter.subscribers import links
from newsletter.subscribers.models import Subscriber
from newsletter.web import days, shelf
from newsletter.web.context import page_language
from newsletter.web.private import kind_page, private
from newsletter.web.showing import (
    Section,
    ShownSource,
    ShownStory,
    cut,
    lede,
    reading_minutes,
    sections,
    show,
)
from newsletter.web.templatetags.paper import long_day

# A Korean story with its sources is about 2 KB of page: with these many a page stays under 60.
STORIES_A_PAGE = 20
ORIGINAL_SENTENCES = 2
RELATED_SHOWN = 5


@require_safe
def edition(request: HttpRequest, day: date) -> HttpResponse:
    """The edition of `day`: every story standing in it, a page at a time."""
    found = shelf.edition_of(day)
    if found is None:
        raise Http404
    language = page_language()
    told = sections([show(item, day, language) for item in shelf.items_of(found)], language)
    stories = [story for section in told for story in section.stories]
    page = Paginator(stories, STORIES_A_PAGE).get_page(request.GET.get("page"))
    shown = {story.item_id for story in page.object_list}
    before, after = shelf.neighbours(found)
    opening = lede(told, language)
    context = {
        "title": long_day(day),
        "description": f"{stories[0].headline}. {opening}" if stories else long_day(day),
        "og_type": "article",
        "edition": found,
        "heading": wording(language).day(day),
        "lede": opening,
        "stories": page.object_list,
        "sections": cut(told, lambda story: story.item_id in shown),
        "page": page,
        "total": len(stories),
        "minutes": reading_minutes(stories, language),
        "fixed": [story for story in stories if story.fixes],
        "day_note": days.note(found, len(stories)),
        "before": before,
        "after": after,
    }
    return render(request, "pages/edition.html", context)


@require_safe
def story(request: HttpRequest, day: date, key: str) -> HttpResponse:
    """One story of the edition of `day`: sources with their originals, its thread, related stories."""
    found = shelf.edition_of(day)
    item = story_item(found, key) if found else None
    if found is None or item is None:
        raise Http404
    language = page_language()
    shown = show(item, day, language)
    context = {
        "title": shown.headline,
        "description": shown.summary or shown.headline,
        "og_type": "article",
        "edition": found,
        "story": shown,
        "tellings": tellings(item, shown.sources),
        "timeline": timeline(item, language),
        "related": related(item, language),
    }
    return render(request, "pages/story.html", context)


def story_item(found: Edition, key: str) -> Item | None:
    """The item of the story `key` in an edition, if it stands there."""
    items = shelf.standing(Item.objects.filter(edition=found, story__key=key))
    return items.prefetch_related("corrections").first()


def tellings(item: Item, sources: Sequence[ShownSource]) -> list[ShownSource]:
    """The sources with what may be shown of each original today.

    What was frozen is shown, but a whole text only while its publisher allows it, and nothing of an
    article that was removed since.
    """
    allowing = set(
        Publisher.objects.filter(slug__in={s.slug for s in sources}, allows_full_text=True).values_list(
            "slug", flat=True
        )
    )
    removed = set(
        Article.objects.filter(telling__story_id=item.story_id, state=Article.State.REMOVED).values_list(
            "url", flat=True
        )
    )
    found = []
    for source in sources:
        is_whole = source.is_whole and source.slug in allowing
        text = source.text if is_whole else first_sentences(source.text, ORIGINAL_SENTENCES)
        found.append(replace(source, text="" if source.url in removed else text, is_whole=is_whole))
    return found


def timeline(item: Item, language: str) -> list[tuple[ShownStory, bool]]:
    """The published stories of the item's thread, oldest first, and for each whether it is this one."""
    thread = item.content.get("thread")
    if not thread:
        return []
    same = shelf.standing(Item.objects.filter(edition__in=shelf.published(), content__thread=thread))
    ordered = (
        same.select_related("edition").prefetch_related("corrections").order_by("edition__date", "position")
    )
    told = [(show(i, i.edition.date, language), i.story_id == item.story_id) for i in ordered]
    return told if len(told) > 1 else []


def related(item: Item, language: str) -> list[ShownStory]:
    """Published stories told beside this one, newest first, in the words they were published with."""
    beside = Story.objects.filter(related=item.story_id)
    items = shelf.standing(Item.objects.filter(edition__in=shelf.published(), story__in=beside))
    newest = items.select_related("edition").prefetch_related("corrections")
    ordered = newest.order_by("-edition__date", "position")[:RELATED_SHOWN]
    return [show(i, i.edition.date, language) for i in ordered]


@private
@require_safe
def my_issue(request: HttpRequest, token: str) -> HttpResponse:
    """The digest one reader was sent, story for story; a link that is not ours gets a kind page.

    Its words are in the page's language, so that the link to the other language leads to the same issue.
    """
    digest = digest_behind(token)
    if digest is None:
        return kind_page(request)
    language, day = page_language(), digest.edition.date
    told = sections(chosen_stories(digest, language), language)
    stories = [story for section in told for story in section.stories]
    say = wording(language)
    is_weekly = any(story.day != day for story in stories)
    heading = say.week(day - timedelta(days=6), day) if is_weekly else say.day(day)
    context = {
        "title": digest.subject if language == digest.language else heading,
        "edition": digest.edition,
        "heading": heading,
        "lede": say.weekly(len(stories)) if is_weekly else digest_lede(digest, told, language),
        "sections": told,
        "stories": stories,
        "total": len(stories),
        "minutes": reading_minutes(stories, language),
        "fixed": [story for story in stories if story.fixes],
    }
    return render(request, "pages/my_issue.html", context)


def digest_lede(digest: Digest, told: Sequence[Section], language: str) -> str:
    """What the mail said of the day: its shape, or that it was a thin one."""
    fillers = sum(choice.get("why") == "fill" for choice in digest.choices)
    if fillers or not told:
        return wording(language).thin(len(digest.choices), fillers)
    return lede(told, language)


def chosen_stories(digest: Digest, language: str) -> list[ShownStory]:
    """The stories of a digest in its order, each with the reason it was chosen for."""
    wanted = [choice["item"] for choice in digest.choices]
    items = Item.objects.filter(pk__in=wanted).select_related("edition").prefetch_related("corrections")
    by_id = {item.pk: item for item in items}
    return [
        show(
            by_id[choice["item"]],
            by_id[choice["item"]].edition.date,
            language,
            why=choice.get("why", ""),
            of=choice.get("of", ""),
        )
        for choice in digest.choices
        if choice["item"] in by_id
    ]


def digest_behind(token: str) -> Digest | None:
    """The digest a signed link leads to, None when the link is not ours or the reader has renewed it."""
    try:
        claims = links.read(links.Purpose.ISSUE, token)
        digest_id = int(claims["digest"])
    except (links.BadLink, KeyError, ValueError):
        return None
    if not Subscriber.objects.filter(pk=claims.subscriber_id, link_version=claims.version).exists():
        return None
    return Digest.objects.filter(pk=digest_id).select_related("edition").first()
