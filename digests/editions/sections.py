"""The order of the page: the lead story first, then stories under the headings of their topics. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

LEAD = "lead"
OTHER = "other"
# Readers choose among many topics, but a page of fifteen stories bears only a few headings.
TOPICS: dict[str, tuple[str, ...]] = {
    "models": ("llm", "reasoning", "multimodal", "speech", "research", "science"),
    "tools": ("agents", "coding"),
    "industry": ("chips", "infra", "business", "enterprise", "product", "robotics"),
    "society": ("policy", "safety", "security", "society"),
}
SECTION_OF = {topic: section for section, topics in TOPICS.items() for topic in topics}


def section_of(topics: Sequence[str]) -> str:
    """The section of a story by its strongest topic that has one."""
    return next((SECTION_OF[topic] for topic in topics if topic in SECTION_OF), OTHER)


def arrange(stories: Sequence[T], topics_of: Callable[[T], Sequence[str]]) -> list[tuple[str, list[T]]]:
    """Stories, best first, as sections in reading order: the lead, then each section by its best story."""
    return arrange_by(stories, lambda story: section_of(topics_of(story)))


def arrange_by(stories: Sequence[T], section: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """The same, each story's section known.

    Arranging what is arranged changes nothing; the mail, the web page and the stored digest rely on it.
    """
    if not stories:
        return []
    sections: dict[str, list[T]] = {}
    for story in stories[1:]:
        sections.setdefault(section(story), []).append(story)
    last = sections.pop(OTHER, None)
    if last is not None:
        sections[OTHER] = last
    return [(LEAD, [stories[0]]), *sections.items()]
