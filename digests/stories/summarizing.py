"""Two or three sentences of a story's best text that say what happened. Pure and extractive.

1. Sentences that cannot stand alone or tell nothing (captions, by-lines, fragments, the title again)
   are dropped.
2. The anchor is the sentence among the first five that best tells the news: close to the title and
   to the whole text, early, and not hanging on what stood before it ("이로 인해…").
3. The rest is chosen by maximal marginal relevance: close to the whole, unlike what is chosen.
4. They appear in the order of the text, in at most `limit` characters.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digests.text.sentences import clip, split_sentences

READ_SENTENCES = 60
ANCHORS = 5
MOST = 3
SHORTEST = 18
LONGEST = 170

_DANGLING = re.compile(
    r"^(?:이로 인해|이에 따라|이에|이를 통해|이를 위해|이를|이는|이번에는|이 밖에|이와 함께|이와 관련|"
    r"이어|이처럼|이러한|이런|이 때문에|그는|그녀는|그가|"
    r"그러나|그런데|그래서|그리고|그러면서|또한?,?|또 다른|반면|한편|다만|하지만|따라서|즉|특히|"
    r"아울러|더불어|여기에|앞서|먼저|예를 들어|"
    r"구체적으로|실제로|물론|결국|게다가|참고로|이들은|이들|이 같은|이같은|해당|당시|However|But|And|"
    r"Also|Meanwhile|Moreover|In addition|"
    r"Additionally|Furthermore|This|That|These|Those|It|He|She|They)(?=[\s,])"
)
_NEWS_ACT = re.compile(
    r"(?:밝혔|발표했|공개했|출시했|선보였|선보인다|나섰|시작했|체결했|개최했|보도했|전했|개발했|"
    r"확인됐|나타났|알려졌|나왔|강화한다|추진한다|"
    r"도입한다|제시했|선정됐|예정이|계획이|결정했|기록했|돌파했|인수했|통과시켰|규명했|성공했|드러났|"
    r"announced|launched|released|unveiled|said|"
    r"reported|found|plans to|will\b|raised|acquired|signed)"
)
_CUT = re.compile(r"(?:\.\.\.|…)[\"”’')\]]*$")
_ENDED = re.compile(r"(?:[다요죠까음함임됨]|[.!?。…])[\"”’')\]]*[.!?。…]?[\"”’')\]]*$")
_NOISE = re.compile(
    r"(?:사진|이미지|자료|그래픽|출처|제공|캡처|영상)\s?[=:/]|^[▲△▷■□◆◇◎○●▪※★▶☞►·\-*]|무단\s?전재|"
    r"재배포\s?금지|기사를 읽어|저작권자|기자\s*[=]|"
    r"[\w.+-]+@[\w-]+\.\w+|^\S{2,4} 기자$|^\d+\)|https?://|^◇|\?\.$|All rights reserved|Subscribe|Sign up"
)


@dataclass(frozen=True)
class _Candidate:
    place: int
    text: str
    words: Counter[str]


@dataclass(frozen=True, eq=False)
class _Weighed:
    """Words with the square of their weighed length, which every cosine with them needs."""

    words: Counter[str]
    square: float


@dataclass(frozen=True, eq=False)
class _Read:
    """A text read beside its title: what its words weigh, and by place its sentences and their salience."""

    weights: dict[str, float]
    title: _Weighed
    sentences: dict[int, _Weighed]
    salience: dict[int, float]


def summarise(title: str, texts: Sequence[str], limit: int = 240) -> str:
    """A summary of the first of `texts` that has one, in at most `limit` characters; "" if none has.

    `texts` run best first. The summary never equals the title, and is made of whole sentences of one
    text; only where its single sentence is too long by itself is that sentence clipped at a word.
    """
    for text in texts:
        summary = _summary_of(title, text, limit)
        if summary:
            return summary
    return ""


def choose_sentences(title: str, text: str, limit: int = 240) -> list[str]:
    """The sentences `summarise` would take from one text, in order."""
    candidates = _candidates(title, text)
    if not candidates:
        return []
    read = _read(title, candidates)
    chosen = [_anchor(candidates, read, limit)]
    shortest = min(len(one.text) for one in candidates)
    if len(candidates) > 1 and len(chosen[0].text) + 1 + shortest > limit:
        # An anchor that leaves room for nothing else gives way to one that does.
        fitting = [one for one in candidates[: 2 * ANCHORS] if len(one.text) + 1 + shortest <= limit]
        if len(fitting) > 1:
            chosen = [_anchor(fitting, read, limit)]
    while len(chosen) < MOST:
        room = limit - sum(len(one.text) + 1 for one in chosen)
        rest = [one for one in candidates if one not in chosen and len(one.text) <= room]
        if not rest:
            break
        best = max(rest, key=lambda one: (_marginal(one, chosen, read), -one.place))
        if len(chosen) > 1 and _marginal(best, chosen, read) <= 0:
            break
        chosen.append(best)
    return [candidate.text for candidate in sorted(chosen, key=lambda one: one.place)]


def _summary_of(title: str, text: str, limit: int) -> str:
    sentences = choose_sentences(title, text, limit)
    summary = clip(" ".join(sentences), limit)
    return "" if _letters(summary) == _letters(title) else summary


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _stems(text: str) -> list[str]:
    """Words cut to what survives Korean endings: the first three syllables, Latin words whole."""
    found = []
    for word in re.findall(r"[A-Za-z][A-Za-z0-9.\-]*|\d[\d.,]*|[가-힣]+", text):
        if "가" <= word[0] <= "힣":
            found.append(word[:2] if len(word) <= 3 else word[:3])
        else:
            found.append(word.lower())
    return found


def _candidates(title: str, text: str) -> list[_Candidate]:
    bare_title = _letters(title)
    found: list[_Candidate] = []
    seen: set[str] = set()
    for place, sentence in enumerate(split_sentences(text[:30_000])[:READ_SENTENCES]):
        line = " ".join(sentence.text.split())
        bare = _letters(line)
        if len(line) < SHORTEST or bare in seen or bare == bare_title:
            continue
        if _NOISE.search(line) or _CUT.search(line) or not _ENDED.search(line):
            continue
        seen.add(bare)
        found.append(_Candidate(place, line, Counter(_stems(line))))
    if not found:
        found = [
            _Candidate(place, " ".join(sentence.text.split()), Counter(_stems(sentence.text)))
            for place, sentence in enumerate(split_sentences(text[:3_000])[:5])
            if len(_letters(sentence.text)) >= SHORTEST // 2
            and _letters(sentence.text) != bare_title
            and not _NOISE.search(sentence.text)
        ]
    return found


def _weights(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """How much a word says: words of nearly every sentence say little, and so do those of one."""
    spread = Counter(word for candidate in candidates for word in candidate.words)
    count = len(candidates)
    return {word: math.log(1 + count / number) for word, number in spread.items()}


def _weigh(words: Counter[str], weights: dict[str, float]) -> _Weighed:
    return _Weighed(words, sum((count * weights.get(word, 1.0)) ** 2 for word, count in words.items()))


def _cosine(first: _Weighed, second: _Weighed, weights: dict[str, float]) -> float:
    others = second.words
    dot = sum(
        count * others[word] * weights.get(word, 1.0) ** 2
        for word, count in first.words.items()
        if word in others
    )
    return dot / math.sqrt(first.square * second.square) if dot else 0.0


def _read(title: str, candidates: Sequence[_Candidate]) -> _Read:
    weights = _weights(candidates)
    whole: Counter[str] = Counter()
    for candidate in candidates:
        whole.update(candidate.words)
    centre = _weigh(whole, weights)
    read = _Read(weights, _weigh(Counter(_stems(title)), weights), {}, {})
    for candidate in candidates:
        read.sentences[candidate.place] = _weigh(candidate.words, weights)
        read.salience[candidate.place] = _salience(candidate, read, centre)
    return read


def _salience(candidate: _Candidate, read: _Read, centre: _Weighed) -> float:
    words = read.sentences[candidate.place]
    score = _cosine(words, centre, read.weights)
    score += 0.5 * _cosine(words, read.title, read.weights)
    score += 0.25 / (1 + candidate.place / 3)
    if _DANGLING.match(candidate.text):
        score -= 0.1
    return round(score, 6)


def _anchor(candidates: Sequence[_Candidate], read: _Read, limit: int) -> _Candidate:
    def worth(candidate: _Candidate) -> tuple[float, int]:
        score = read.salience[candidate.place]
        score += 0.3 * _cosine(read.sentences[candidate.place], read.title, read.weights)
        score += 0.15 * bool(_NEWS_ACT.search(candidate.text))
        score -= 0.5 * bool(_DANGLING.match(candidate.text))
        score -= 0.3 * (len(candidate.text) > min(limit, LONGEST))
        return score, -candidate.place

    return max(candidates[:ANCHORS], key=worth)


def _marginal(candidate: _Candidate, chosen: Sequence[_Candidate], read: _Read) -> float:
    words = read.sentences[candidate.place]
    alike = max(_cosine(words, read.sentences[one.place], read.weights) for one in chosen)
    follows = any(one.place == candidate.place - 1 for one in chosen)
    dangles = bool(_DANGLING.match(candidate.text)) and not follows
    return read.salience[candidate.place] - 0.3 * alike - 0.3 * dangles
