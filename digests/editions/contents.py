"""What an item freezes: everything that mails and pages show of a story, self-contained."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digests.editions.linting_content import is_cut_off
from digests.editions.models import Edition
from digests.editions.sections import section_of
from digests.sources.models import Article
from digests.stories.models import Organization, Topic, Words
from digests.stories.reading import Source, StoryFacts, facts_of
from digests.text.sentences import first_sentences, split_sentences
from digests.text.urls import safe_link

# A source is quoted with two sentences where its publisher does not allow the whole text; text without
# sentence ends must not become a loophole.
EXCERPT_SENTENCES = 2
EXCERPT_LENGTH = 400

Content = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """Names of topics or organizations by slug, in both languages."""

    topics: Mapping[str, Mapping[str, str]]
    organizations: Mapping[str, Mapping[str, str]]


def contents_of(edition: Edition, story_ids: Sequence[int]) -> dict[int, Content]:
    """The content of each story as `edition` would freeze it now; stories without words are left out."""
    facts = facts_of(story_ids)
    names = Names(_names(Topic.objects.all()), _names(Organization.objects.all()))
    articles = {
        article.pk: article
        for article in Article.objects.live()
        .filter(pk__in=[source.article_id for known in facts.values() for source in known.sources])
        .select_related("publisher")
    }
    words: dict[int, dict[str, dict[str, str]]] = {}
    for row in Words.objects.filter(story_id__in=story_ids).order_by("story_id", "-language"):
        words.setdefault(row.story_id, {})[row.language] = {
            "headline": row.headline,
            "summary": row.summary if row.summary_source == Words.Source.CURATOR else whole(row.summary),
            "by": row.summary_source,
        }
    contents = {
        story_id: _content(edition, facts[story_id], words[story_id], names, articles)
        for story_id in story_ids
        if story_id in facts and words.get(story_id)
    }
    _crown(contents)
    for content in contents.values():
        seal(content)
    return contents


def seal(content: Content) -> Content:
    """Give the content its section, and the hash of all it shows, by which rendered blocks are kept."""
    content.pop("hash", None)
    content["section"] = section_of(content.get("topics", ()))
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    content["hash"] = hashlib.sha256(told.encode()).hexdigest()[:32]
    return content


def _names(rows: Iterable[Topic | Organization]) -> dict[str, dict[str, str]]:
    return {row.slug: {"ko": row.name_ko, "en": row.name_en or row.name_ko} for row in rows}


def _content(
    edition: Edition,
    facts: StoryFacts,
    words: dict[str, dict[str, str]],
    names: Names,
    articles: Mapping[int, Article],
) -> Content:
    sources = [
        _source(source, articles[source.article_id])
        for source in facts.sources
        if source.article_id in articles
    ]
    return {
        "key": facts.key,
        "date": f"{edition.date:%F}",
        "language": facts.language,
        "kind": facts.kind,
        "relation": facts.relation,
        "whats_new": facts.whats_new,
        "thread": facts.thread,
        "follows": facts.follows,
        "first_at": facts.first_at.isoformat(),
        "importance": round(facts.importance, 4),
        "independent": facts.independent,
        "words": words,
        "topics": list(facts.topics),
        "topic_names": {slug: names.topics[slug] for slug in facts.topics if slug in names.topics},
        "organizations": list(facts.organizations),
        "organization_names": {
            slug: names.organizations[slug] for slug in facts.organizations if slug in names.organizations
        },
        "sources": sources,
        "publishers": list(facts.publishers),
        "marks": list(facts.marks),
        "contradictions": list(facts.contradictions),
        "text": sources[0]["text"] if sources else "",
    }


def _source(source: Source, article: Article) -> Content:
    is_full = article.publisher.allows_full_text
    return {
        "publisher": source.publisher,
        "name_ko": source.name_ko,
        "name_en": source.name_en,
        "title": source.title,
        "url": safe_link(source.url),
        "is_primary": source.is_primary,
        "language": source.language,
        "published": source.published_at.isoformat(),
        "completeness": article.completeness,
        "is_full": is_full,
        "text": article.text if is_full else excerpt(article.text),
    }


def whole(summary: str) -> str:
    """The summary without a last sentence that its source had cut off."""
    kept = [sentence.text for sentence in split_sentences(summary)]
    while kept and is_cut_off(kept[-1]):
        kept.pop()
    return " ".join(kept)


def excerpt(text: str) -> str:
    """The first two sentences, and never more than EXCERPT_LENGTH characters."""
    told = first_sentences(text, EXCERPT_SENTENCES)
    return told if len(told) <= EXCERPT_LENGTH else told[: EXCERPT_LENGTH - 1].rstrip() + "…"


def _crown(contents: Mapping[int, Content]) -> None:
    """Note for which topics a story is the edition's first; `contents` run in the edition's order."""
    crowned: set[str] = set()
    for content in contents.values():
        content["tops"] = [slug for slug in content["topics"] if slug not in crowned]
        crowned.update(content["topics"])
