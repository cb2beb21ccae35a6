"""What can be wrong with stories and with their mix, from their content alone. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from digests.editions.findings import Finding, blocking, warning
from digests.text.figures import facts
from digests.text.sentences import split_sentences
from digests.text.urls import safe_link

Content = Mapping[str, Any]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\u200b\u2060]")
_TRUNCATED = re.compile(
    r"(?:\.{3}|…|\[\.\.\.\]|\[…\]|더\s?보기|read more|continue reading)[\s\])]*$", re.IGNORECASE
)
_NOISE = re.compile(r"[\W_]+")
# Longest headline that stays within three lines of a phone.
LONG_HEADLINE = {"ko": 60, "en": 110}
SENTENCES = range(1, 5)
VERBATIM_WORDS = 8
# Three shared figures with units caught 7 of 7 same-event pairs in 129 without a false merge.
SHARED_FACTS = 3
# A mix is judged only where there are enough stories to speak of one.
ENOUGH = 5
SHARE = 0.5


def bare(text: str) -> str:
    """Letters and digits only, in one case: what two wordings of one thing have in common."""
    return _NOISE.sub("", text).casefold()


def is_cut_off(text: str) -> bool:
    """Whether `text` ends as feeds and teasers end what they cut."""
    return bool(_TRUNCATED.search(text))


def lint_content(content: Content, texts: Sequence[str] = ()) -> list[Finding]:
    """The faults of one story; `texts` are the whole texts of its sources, where known."""
    findings: list[Finding] = []
    for language, words in content.get("words", {}).items():
        findings += _lint_words(str(language), words, texts)
    sources = content.get("sources", ())
    findings += _lint_sources(sources)
    if "single_source" in content.get("marks", ()) or len(content.get("publishers", ())) == 1:
        findings.append(warning("single_source", "sources", "Only one independent source tells it."))
    if not any(source.get("is_primary") for source in sources):
        findings.append(warning("no_primary", "sources", "No primary source among its sources."))
    if not content.get("topics") or list(content["topics"]) == ["other"]:
        findings.append(warning("no_topic", "topics", "No topic that a reader can choose."))
    return findings


def _lint_words(language: str, words: Mapping[str, str], texts: Sequence[str]) -> list[Finding]:
    headline, summary = words.get("headline", ""), words.get("summary", "")
    findings: list[Finding] = []
    if not headline.strip():
        findings.append(blocking("no_headline", language, "There is no headline."))
    if _CONTROL.search(headline + summary) or "\n" in headline:
        findings.append(blocking("control_characters", language, "Control characters in the words."))
    if headline and bare(summary) == bare(headline):
        findings.append(blocking("summary_is_title", language, "The summary only repeats the headline."))
    if is_cut_off(summary):
        findings.append(blocking("truncated", language, "The summary is cut off."))
    if is_cut_off(headline):
        findings.append(warning("cut_headline", language, "The headline looks cut off."))
    if len(headline) > LONG_HEADLINE.get(language, 110):
        findings.append(warning("long_headline", language, f"The headline has {len(headline)} characters."))
    count = len(split_sentences(summary)) if summary else 0
    if count not in SENTENCES:
        findings.append(warning("sentence_count", language, f"The summary has {count} sentences."))
    copied = longest_copy(summary, texts)
    if copied >= VERBATIM_WORDS:
        findings.append(warning("verbatim", language, f"{copied} words in a row stand in a source as well."))
    return findings


def _lint_sources(sources: Sequence[Mapping[str, Any]]) -> list[Finding]:
    # A press release or text taken in by hand has no address: readers are led to the story's own page.
    links = [link for source in sources if (link := source.get("url", ""))]
    if sources and not links:
        return [warning("no_link", "sources", "No source has a link; the story's own page stands in.")]
    if not any(safe_link(link) for link in links):
        return [blocking("bad_link", "sources", "No source has a link that can be shown.")]
    return [
        warning("unsafe_link", "sources", "A source's link cannot be shown and is left out.")
        for link in links
        if not safe_link(link)
    ][:1]


def longest_copy(summary: str, texts: Iterable[str]) -> int:
    """How many words in a row, at most VERBATIM_WORDS, `summary` shares with any of `texts`."""
    words = summary.split()
    if len(words) < VERBATIM_WORDS:
        return 0
    folded = [" ".join(text.split()) for text in texts]
    runs = (" ".join(words[i : i + VERBATIM_WORDS]) for i in range(len(words) - VERBATIM_WORDS + 1))
    return VERBATIM_WORDS if any(run in text for run in runs for text in folded) else 0


def duplicates(contents: Sequence[Content], texts: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Pairs of places whose stories tell one event: a shared link, a shared headline, or shared figures.

    Figures alone do not do where both name organizations and share none (earnings look alike).
    """
    known = [facts("\n".join([*_spoken(content), *texts[i]])) for i, content in enumerate(contents)]
    links = [{s["url"] for s in content.get("sources", ()) if s.get("url")} for content in contents]
    titles = [{bare(w.get("headline", "")) for w in c.get("words", {}).values()} - {""} for c in contents]
    groups = [set(content.get("organizations", ())) for content in contents]
    pairs = []
    for second in range(len(contents)):
        for first in range(second):
            is_alike = len(known[first] & known[second]) >= SHARED_FACTS
            is_vetoed = groups[first] and groups[second] and not groups[first] & groups[second]
            if links[first] & links[second] or titles[first] & titles[second] or (is_alike and not is_vetoed):
                pairs.append((first, second))
    return pairs


def _spoken(content: Content) -> list[str]:
    return [f"{w.get('headline', '')}\n{w.get('summary', '')}" for w in content.get("words", {}).values()]


def lint_mix(contents: Sequence[Content]) -> list[Finding]:
    """The faults of an edition's stories as a whole."""
    findings: list[Finding] = []
    count = len(contents)
    if count < ENOUGH:
        return findings
    if len({content.get("importance") for content in contents}) == 1:
        findings.append(warning("same_importance", "edition", "Every story has the same importance."))
    topics = Counter(content["topics"][0] for content in contents if content.get("topics"))
    for topic, times in topics.most_common(1):
        if times > SHARE * count:
            findings.append(warning("topic_balance", topic, f"{times} of {count} stories are of one topic."))
    leading = Counter(content["publishers"][0] for content in contents if content.get("publishers"))
    for publisher, times in leading.most_common(1):
        if times > SHARE * count:
            told = f"{times} of {count} stories come from one publisher."
            findings.append(warning("publisher_share", publisher, told))
    spoken = {language for content in contents for language in content.get("words", {})}
    missing = [language for language in ("ko", "en") if language not in spoken]
    told = "No story has words in this language."
    return findings + [warning("missing_language", language, told) for language in missing]
