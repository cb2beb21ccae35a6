"""An edition, one of its stories, and the issue one reader was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from digests.editions.models import Digest, Item
from digests.editions.wording import wording
from digests.sources.models import Article
from digests.stories.models import Organization, Story
from digests.text.sentences import first_sentences
from newsletter.subscribers import links
from newsletter.subscribers.models import Subscriber
from newsletter.web import days, shelf
from newsletter.web.context import page_language
from newsletter.web.private import kind_page, private
from newsletter.web.showing import Section, ShownSource, ShownStory, reading_minutes, sections, show
from newsletter.web.templatetags.paper import long_day

# Thirty stories with three sources each are about 50 KB of Korean: a page stays under 60.
STORIES_A_PAGE = 25
ORIGINAL_SENTENCES = 2
RELATED_SHOWN = 5


@require_safe
def edition(request: HttpRequest, day: date) -> HttpResponse:
    """The edition of `day`: every story standing in it, a page at a time."""
    found = shelf.edition_of(day)
    if found is None:
        raise Http404
    language = page_language()
    topics = shelf.topic_names(language)
    told = sections([show(item, language, topics) for item in shelf.items_of(found)], language)
    stories = [story for section in told for story in section.stories]
    page = Paginator(stories, STORIES_A_PAGE).get_page(request.GET.get("page"))
    before, after = shelf.neighbours(found)
    context = {
        "title": long_day(day),
        "description": lede(stories) or long_day(day),
        "og_type": "article",
        "edition": found,
        "heading": wording(language).day(day),
        "lede": lede(stories),
        "stories": page.object_list,
        "sections": only(told, page.object_list),
        "page": page,
        "total": len(stories),
        "minutes": reading_minutes(stories, language),
        "fixed": [story for story in stories if story.fixes],
        "day_note": days.note(found, len(stories)),
        "before": before,
        "after": after,
    }
    return render(request, "pages/edition.html", context)


def lede(stories: Sequence[ShownStory]) -> str:
    """The first sentence of each of the first two stories: the day in a breath."""
    leads = [first_sentences(story.summary, 1) or story.headline for story in stories[:2]]
    return " ".join(leads)


def only(told: Sequence[Section], page: Sequence[ShownStory]) -> list[Section]:
    """The sections cut down to the stories of one page."""
    shown = {story.item_id for story in page}
    cut = [
        replace(section, stories=tuple(s for s in section.stories if s.item_id in shown)) for section in told
    ]
    return [section for section in cut if section.stories]


@require_safe
def story(request: HttpRequest, day: date, key: str) -> HttpResponse:
    """One story of the edition of `day`: sources with their originals, its thread, related stories."""
    found = shelf.edition_of(day)
    items = shelf.standing(Item.objects.filter(edition=found, story__key=key)) if found else None
    item = items.select_related("story").prefetch_related("corrections").first() if items else None
    if found is None or item is None:
        raise Http404
    language = page_language()
    topics = shelf.topic_names(language)
    shown = show(item, language, topics)
    names = {
        org.slug: org.name(language) for org in Organization.objects.filter(slug__in=shown.organizations)
    }
    context = {
        "title": shown.headline,
        "description": shown.summary or shown.headline,
        "og_type": "article",
        "edition": found,
        "story": shown,
        "day_name": long_day(day),
        "organizations": [(slug, names[slug]) for slug in shown.organizations if slug in names],
        "tellings": tellings(item, shown.sources),
        "timeline": timeline(item, language),
        "related": related(item, language),
    }
    return render(request, "pages/story.html", context)


def tellings(item: Item, sources: Sequence[ShownSource]) -> list[tuple[ShownSource, str, bool]]:
    """Each source with its original: (source, text, whether that is the whole text).

    The whole text only where the publisher is marked as allowing it, else two sentences; an article
    removed since shows nothing.
    """
    articles = Article.objects.live().filter(telling__story_id=item.story_id).select_related("publisher")
    originals = {article.url: article for article in articles}
    found = []
    for source in sources:
        article = originals.get(source.url)
        is_whole = article is not None and article.publisher.allows_full_text
        text = article.text if article else ""
        found.append((source, text if is_whole else first_sentences(text, ORIGINAL_SENTENCES), is_whole))
    return found


def timeline(item: Item, language: str) -> list[tuple[date, ShownStory, bool]]:
    """The published stories of the item's thread, oldest first: (date, story, whether it is this one)."""
    thread = item.content.get("thread")
    if not thread:
        return []
    same = shelf.standing(
        Item.objects.filter(edition__in=shelf.published(), content__thread=thread)
    ).select_related("story", "edition")
    ordered = same.prefetch_related("corrections").order_by("edition__date", "position")
    told = [(i.edition.date, show(i, language, {}), i.story_id == item.story_id) for i in ordered]
    return told if len(told) > 1 else []


def related(item: Item, language: str) -> list[tuple[date, ShownStory]]:
    """Published stories told beside this one, newest first, in the words they were published with."""
    beside = Story.objects.filter(related=item.story_id)
    items = shelf.standing(
        Item.objects.filter(edition__in=shelf.published(), story__in=beside)
    ).select_related("story", "edition")
    newest = items.prefetch_related("corrections").order_by("-edition__date", "position")[:RELATED_SHOWN]
    return [(i.edition.date, show(i, language, {})) for i in newest]


@private
@require_safe
def my_issue(request: HttpRequest, token: str) -> HttpResponse:
    """The digest one reader was sent, story for story; a link that is not ours gets a kind page."""
    digest = digest_behind(token)
    if digest is None:
        return kind_page(request)
    language = digest.language
    topics = shelf.topic_names(language)
    items = shelf.by_id(
        Item.objects.filter(pk__in=[choice["item"] for choice in digest.choices])
        .select_related("story")
        .prefetch_related("corrections")
    )
    told = [
        show(items[choice["item"]], language, topics, reason=reason(choice, topics, language))
        for choice in digest.choices
        if choice["item"] in items
    ]
    shown = sections(told, language)
    stories = [story for section in shown for story in section.stories]
    context = {
        "title": digest.subject,
        "digest": digest,
        "edition": digest.edition,
        "heading": wording(language).day(digest.edition.date),
        "sections": shown,
        "stories": stories,
        "total": len(stories),
        "minutes": reading_minutes(stories, language),
        "fixed": [story for story in stories if story.fixes],
    }
    with override(language):
        return render(request, "pages/my_issue.html", context)


def reason(choice: Mapping[str, Any], topics: Mapping[str, str], language: str) -> str:
    """Why this reader got a story, in the mail's words; `of` is a topic's slug, or a name as it stands."""
    of = str(choice.get("of") or "")
    return wording(language).reason(str(choice.get("why") or ""), topics.get(of, of))


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
