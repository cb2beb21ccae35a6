"""Topics and organizations of an article by rule, each with the words that prove it. Pure.

Topics: the distinct keywords of a topic add up, those of the title weigh 2.5 times those of the
lead, those further down less; topics near the strongest are kept (micro-F1 .76 to .79, see
`manage.py evaluate`). Organizations: only those the article is about; one that is
merely compared with, or named late and once, is not (F1 .91 with every mention, .95 without those).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digests.stories.assessing import assess
from digests.stories.matching import Match, Matcher, Phrase

VERSION = "rules-1"

TITLE_WEIGHT = 2.5
LEAD_LENGTH = 400  # characters; a news text says what it is about in its first two paragraphs
BODY_WEIGHT = 0.5
TOPIC_LENGTH = 1200
TEXT_LENGTH = 6000
TOPIC_FLOOR = 4.0
IRRELEVANT_FLOOR = 7.0  # what is no AI news needs more before it has a topic
TOPIC_SHARE = 0.45
MAX_TOPICS = 3
# Topics that only AI news has: their words make a terse title AI news.
AI_TOPICS = ("llm", "reasoning", "agents")
FULL_SCORE = 20.0  # raw topic score that counts as certain

ORGANIZATION_FLOOR = 0.5
HEAD_LENGTH = 60  # characters from the start in which a subject is named
APART = 40  # characters between mentions that are more than a name and its gloss
LONG_TEXT = 600


@dataclass(frozen=True)
class TopicWords:
    """A topic's keywords with their weights (1 to 3; 0 makes a blocker)."""

    slug: str
    keywords: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Name:
    """An alias: its text, kind (name, product, person, blocker) and how it matches."""

    text: str
    kind: str = "name"
    matches_case: bool = False
    is_strict: bool = False


@dataclass(frozen=True)
class OrganizationNames:
    """An organization's aliases and its group ("bigtech", "kr_gov"…)."""

    slug: str
    group: str
    names: tuple[Name, ...]


@dataclass(frozen=True)
class Evidence:
    """Matched words and where they stand: in the `title`, the `lead` or the `body`, at [start, end)."""

    text: str
    place: str
    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A topic or organization found, with a score between 0 and 1."""

    slug: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reading:
    """All that the rules say of one article. Topics and organizations run strongest first."""

    topics: tuple[Hit, ...]
    organizations: tuple[Hit, ...]
    is_relevant: bool
    relevance: float
    kind: str
    importance: float
    importance_parts: Mapping[str, float]
    topic_scores: Mapping[str, float]


class Tagger:
    """Reads articles by the given keywords and aliases; safe to share, it keeps no state."""

    def __init__(self, topics: Iterable[TopicWords], organizations: Iterable[OrganizationNames]) -> None:
        organizations = tuple(organizations)
        self._groups = {organization.slug: organization.group for organization in organizations}
        self._matcher = Matcher([*_topic_phrases(topics), *_organization_phrases(organizations)])

    def read(self, title: str, text: str, language: str = "ko") -> Reading:
        """What the title and text are about; any text, empty or endless, has a reading.

        `language` is taken for the interface's sake: phrases of both languages are always looked for.
        """
        text = text[:TEXT_LENGTH]
        in_title = self._matcher.find(title)
        in_text = self._matcher.find(text)
        named = {m.phrase.of for m in in_title if m.phrase.lane == ORGANIZATIONS}
        told = {m.phrase.of for m in in_text if m.phrase.lane == ORGANIZATIONS and m.start < LEAD_LENGTH}
        scores, topic_evidence = _score_topics(in_title, in_text, title, text)
        assessed = assess(
            title,
            text,
            title_groups={self._groups[slug] for slug in named},
            text_groups={self._groups[slug] for slug in told},
            topic_score=max((scores.get(slug, 0.0) for slug in AI_TOPICS), default=0.0),
        )
        return Reading(
            topics=_choose_topics(scores, topic_evidence, is_relevant=assessed.is_relevant),
            organizations=_choose_organizations(
                in_title, in_text, title, text, is_relevant=assessed.is_relevant
            ),
            is_relevant=assessed.is_relevant,
            relevance=assessed.relevance,
            kind=assessed.kind,
            importance=assessed.importance,
            importance_parts=assessed.importance_parts,
            topic_scores=scores,
        )


ORGANIZATIONS = "organizations"


def _topic_phrases(topics: Iterable[TopicWords]) -> Iterable[Phrase]:
    for topic in topics:
        for text, weight in topic.keywords:
            yield Phrase(
                text,
                lane=f"topic {topic.slug}",
                of=topic.slug,
                weight=weight,
                joins=True,  # Korean compounds run together: 차세대반도체, 추론모델군
                is_blocker=weight == 0,
            )


def _organization_phrases(organizations: Iterable[OrganizationNames]) -> Iterable[Phrase]:
    for organization in organizations:
        for name in organization.names:
            yield Phrase(
                name.text,
                lane=ORGANIZATIONS,
                of=organization.slug,
                kind=name.kind,
                matches_case=name.matches_case,
                is_strict=name.is_strict,
                is_blocker=name.kind == "blocker",
            )


def _evidence(match: Match, text: str, place: str) -> Evidence:
    return Evidence(text[match.start : match.end], place, match.start, match.end)


def _place(match: Match) -> str:
    return "lead" if match.start < LEAD_LENGTH else "body"


def _score_topics(
    in_title: Sequence[Match], in_text: Sequence[Match], title: str, text: str
) -> tuple[dict[str, float], dict[str, list[Evidence]]]:
    best: dict[tuple[str, str], tuple[float, Evidence]] = {}
    for matches, source in ((in_title, title), (in_text, text)):
        for match in matches:
            phrase = match.phrase
            if phrase.lane == ORGANIZATIONS or (source is text and match.start >= TOPIC_LENGTH):
                continue
            place = "title" if source is title else _place(match)
            factor = {"title": TITLE_WEIGHT, "lead": 1.0, "body": BODY_WEIGHT}[place]
            found = (phrase.weight * factor, _evidence(match, source, place))
            key = (phrase.of, phrase.text)
            if key not in best or found[0] > best[key][0]:
                best[key] = found
    scores: dict[str, float] = defaultdict(float)
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for (slug, _), (score, words) in best.items():
        scores[slug] += score
        evidence[slug].append(words)
    return dict(scores), evidence


def _choose_topics(
    scores: Mapping[str, float], evidence: Mapping[str, list[Evidence]], *, is_relevant: bool
) -> tuple[Hit, ...]:
    floor = TOPIC_FLOOR if is_relevant else IRRELEVANT_FLOOR
    top = max(scores.values(), default=0.0)
    chosen = [
        (score, slug) for slug, score in scores.items() if score >= floor and score >= TOPIC_SHARE * top
    ]
    chosen.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(
        Hit(slug, round(min(score / FULL_SCORE, 1.0), 3), tuple(evidence[slug]))
        for score, slug in chosen[:MAX_TOPICS]
    )


# Someone the story is measured against, not told about.
COMPARED = re.compile(
    r"^[^.\n]{0,24}?(?:에 이어|[을를] 시작으로|[을를] 비롯|에 도전|[을를] 추격|[와과이가] 경쟁|"
    r"[을를] 겨냥|필적|맞먹|능가"
    r"|제치고|대체할|대안|공세|뛰어넘|넘어서|수준의 성능|급 성능|등장 이후|비롯한)"
    r"|^[^.,·\n]{0,12}?(?:자회사|계열사|출신|전용)"
)
PROGRAMME = re.compile(r"^(?:이|가) (?:추진|주관|주최|지원|후원)하|^의 (?:추천|지원)|^ ?'[^']{2,20}'에 선정")


def _choose_organizations(
    in_title: Sequence[Match], in_text: Sequence[Match], title: str, text: str, *, is_relevant: bool
) -> tuple[Hit, ...]:
    found: dict[str, list[tuple[Match, str]]] = defaultdict(list)
    for matches, source in ((in_title, title), (in_text, text)):
        for match in matches:
            if match.phrase.lane == ORGANIZATIONS:
                found[match.phrase.of].append((match, source))
    hits = []
    for slug, mentions in found.items():
        if not is_relevant and all(match.phrase.is_strict and source is text for match, source in mentions):
            continue
        score = max(
            _title_score([m for m, source in mentions if source is title], title),
            _text_score([m for m, source in mentions if source is text], text),
        )
        if score >= ORGANIZATION_FLOOR:
            words = tuple(
                _evidence(m, source, "title" if source is title else _place(m)) for m, source in mentions
            )
            hits.append(Hit(slug, score, words[:12]))
    hits.sort(key=lambda hit: (-hit.score, hit.evidence[0].place != "title", hit.evidence[0].start, hit.slug))
    return tuple(hits)


def _title_score(mentions: Sequence[Match], title: str) -> float:
    told = [m for m in mentions if not COMPARED.match(title[m.end :])]
    if not told:
        return 0.3 if mentions else 0.0
    return 1.0 if any(m.phrase.kind != "product" for m in told) else 0.9


def _text_score(mentions: Sequence[Match], text: str) -> float:
    if not mentions:
        return 0.0
    told = [m for m in mentions if not COMPARED.match(text[m.end :]) and not PROGRAMME.match(text[m.end :])]
    apart = 0
    last = -APART
    for match in told:
        if match.start - last >= APART:
            apart, last = apart + 1, match.start
    if told and told[0].start <= HEAD_LENGTH and told[0].phrase.kind != "product":
        return 0.8
    if len(text) >= LONG_TEXT and apart >= 3:
        return 0.7
    if len(text) >= LONG_TEXT and apart == 2 and told[0].start < LEAD_LENGTH:
        return 0.6
    return 0.2
