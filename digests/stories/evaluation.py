"""The pipeline measured against labelled sets: the real functions, the printed figures.

Every figure is (value, low, high, rows), the 95 % interval by bootstrap over rows.
"""

import random
import re
import resource
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from digests.stories.clustering import Clustered, Document, cluster
from digests.stories.fingerprints import fingerprint
from digests.stories.gold import Gold
from digests.stories.grounding import ungrounded
from digests.stories.learning import example_of, train
from digests.stories.scoring import (
    Counts,
    Figure,
    area_under_curve,
    b_cubed,
    count,
    figure,
    mean_f1,
    pair_counts,
    rouge_2,
    total,
)
from digests.stories.shipped import shipped_organizations, shipped_topics
from digests.stories.summarizing import summarise
from digests.stories.tagging import Name, OrganizationNames, Reading, Tagger, TopicWords
from digests.text.cleaning import clean_text, clean_title
from digests.text.sentences import split_sentences

FOLDS = 10
LIMIT = 240

Figures = dict[str, Figure]


def shipped_tagger() -> Tagger:
    """The tagger of the files we ship: what a new installation starts with."""
    return Tagger(
        (
            TopicWords(
                row["slug"],
                (
                    *((word["t"], float(word["w"])) for word in row["keywords"]),
                    *((text, 0.0) for text in row["blockers"]),
                ),
            )
            for row in shipped_topics()
        ),
        (
            OrganizationNames(
                row["slug"],
                row["group"],
                (
                    *(
                        Name(a["t"], a["kind"], a.get("case", False), a.get("strict", False))
                        for a in row["aliases"]
                    ),
                    *(Name(text, "blocker") for text in row["blockers"]),
                ),
            )
            for row in shipped_organizations()
        ),
    )


def evaluate(gold: Gold, tagger: Tagger) -> Figures:
    """Every figure that the files present allow, by name."""
    started, articles = time.perf_counter(), 0
    texts = {key: _cleaned(row) for key, row in gold.texts().items()}
    figures: Figures = {}
    if gold["articles"]:
        readings = _read_all(gold, tagger, texts)
        articles += len(readings)
        figures |= _topics(gold["articles"], readings)
        figures |= _learned(gold["articles"], readings, texts)
        figures |= _organizations(gold["articles"], readings)
        figures |= _whole(gold["articles"], readings)
    if gold["days"]:
        figures |= _days(gold, tagger, texts)
        articles += len(gold["days"])
    if gold["pairs"]:
        figures |= _pairs(gold, tagger, texts)
    if gold["summaries"]:
        figures |= _summaries(gold, texts)
        articles += len(gold["summaries"])
    if gold["cleaning"]:
        figures |= _cleaning(gold)
    seconds = time.perf_counter() - started
    figures["speed.articles_per_second"] = _plain(articles / seconds, articles)
    figures["speed.peak_mb"] = _plain(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures


def _plain(value: float, rows: int) -> Figure:
    return Figure(round(value, 4), round(value, 4), round(value, 4), rows)


def _cleaned(row: Mapping[str, Any]) -> tuple[str, str]:
    title = clean_title(row.get("title") or "")
    return title, clean_text(row["text"], title=title).text


Texts = Mapping[tuple[str, str], tuple[str, str]]


def _text_of(row: Mapping[str, Any], texts: Texts) -> str:
    found = texts.get((row["url"], row.get("date") or "")) or texts.get((row["url"], ""))
    return found[1] if found else ""


def _read_all(gold: Gold, tagger: Tagger, texts: Texts) -> list[Reading]:
    return [
        tagger.read(clean_title(row["title"]), _text_of(row, texts), row.get("lang") or "ko")
        for row in gold["articles"]
    ]


Labelled = tuple[tuple[str, ...], frozenset[str], frozenset[str]]  # said in order, so, either


def _topic_figures(rows: list[Labelled], prefix: str) -> Figures:
    slugs = sorted({slug for _, so, _ in rows for slug in so})

    def micro(sample: Any) -> float:
        return total([count(frozenset(said), so, either) for said, so, either in sample]).f1

    def macro(sample: Any) -> float:
        by_slug = [
            total(
                [count(frozenset(said) & {slug}, so & {slug}, either & {slug}) for said, so, either in sample]
            ).f1
            for slug in slugs
        ]
        return sum(by_slug) / len(by_slug) if by_slug else 0.0

    first = [(said[0] in so | either) for said, so, either in rows if said and so]
    found = {
        f"{prefix}.micro_f1": figure(rows, micro),
        f"{prefix}.precision_at_1": figure(first, lambda sample: sum(sample) / len(sample)),
    }
    found[f"{prefix}.macro_f1"] = _plain(macro(rows), len(rows))
    return found


def _topics(rows: list[dict[str, Any]], readings: list[Reading]) -> Figures:
    labelled: list[Labelled] = [
        (
            tuple(hit.slug for hit in reading.topics),
            frozenset(row["topics"]),
            frozenset(row.get("topics_ok") or ()),
        )
        for row, reading in zip(rows, readings, strict=True)
        if row.get("topics") is not None
    ]
    return _topic_figures(labelled, "topics.rules") if labelled else {}


def _learned(rows: list[dict[str, Any]], readings: list[Reading], texts: Texts) -> Figures:
    known = [
        (row, example_of(clean_title(row["title"]), _text_of(row, texts), reading))
        for row, reading in zip(rows, readings, strict=True)
        if row.get("topics") is not None
    ]
    if len(known) < 10 * FOLDS:
        return {}
    slugs = [row["slug"] for row in shipped_topics() if row["slug"] != "other"]
    places = sorted(range(len(known)), key=lambda n: (known[n][0]["url"], n))
    random.Random(0).shuffle(places)  # noqa: S311 - folds, not a secret
    labelled: list[Labelled] = []
    for fold in range(FOLDS):
        held = set(places[fold::FOLDS])
        learn = [known[n] for n in range(len(known)) if n not in held]
        labels = [frozenset(row["topics"]) | frozenset(row.get("topics_ok") or ()) for row, _ in learn]
        model = train([example for _, example in learn], labels, slugs)
        for n in sorted(held):
            row, example = known[n]
            said = tuple(slug for slug, _ in model.topics(example))
            labelled.append((said, frozenset(row["topics"]), frozenset(row.get("topics_ok") or ())))
    return _topic_figures(labelled, "topics.learned")


def _organizations(rows: list[dict[str, Any]], readings: list[Reading]) -> Figures:
    counts = [
        count(
            frozenset(hit.slug for hit in reading.organizations),
            frozenset(row["orgs"]),
            frozenset(row.get("orgs_ok") or ()),
        )
        for row, reading in zip(rows, readings, strict=True)
        if row.get("orgs") is not None
    ]
    if not counts:
        return {}
    return {
        "organizations.precision": figure(counts, lambda sample: total(sample).precision),
        "organizations.recall": figure(counts, lambda sample: total(sample).recall),
        "organizations.f1": figure(counts, lambda sample: total(sample).f1),
    }


def _whole(rows: list[dict[str, Any]], readings: list[Reading]) -> Figures:
    both = list(zip(rows, readings, strict=True))
    found: Figures = {}
    for name, wanted in (("relevant", True), ("irrelevant", False)):
        right = [reading.is_relevant == wanted for row, reading in both if row.get("relevant") is wanted]
        if right:
            found[f"relevance.recall_{name}"] = figure(right, lambda sample: sum(sample) / len(sample))
    scored = [
        (row["importance"] != "low", reading.importance) for row, reading in both if row.get("importance")
    ]
    if scored:
        found["importance.auc"] = figure(scored, area_under_curve)
    return found


def document(row: Mapping[str, Any], key: str, title: str, text: str, tagger: Tagger) -> Document:
    """A labelled row as clustering sees it."""
    reading = tagger.read(title, text)
    at = datetime.fromisoformat(row["date"])
    return Document(
        key=key,
        title=title,
        text=text[:2_000],
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        language=row.get("lang") or ("ko" if re.search(r"[가-힣]", title) else "en"),
        organizations=frozenset(hit.slug for hit in reading.organizations),
        fingerprint=fingerprint(title, text),
        is_roundup=reading.kind == "roundup",
    )


def _days(gold: Gold, tagger: Tagger, texts: Texts) -> Figures:
    rows = gold["days"]
    sets = sorted({str(row.get("set") or "") for row in rows})
    said: list[str] = []
    so: list[str] = []
    for name in sets:
        members = [row for row in rows if str(row.get("set") or "") == name]
        documents = []
        for number, row in enumerate(members):
            given = texts.get((row["url"], row["date"])) or texts.get((row["url"], "")) or ("", "")
            title = clean_title(row.get("title") or "") or given[0]
            # Headlines are labelled by what they say; where the body is the title again, it adds nothing.
            body = given[1] if len(given[1]) > len(title) + 40 else ""
            documents.append(document(row, f"{number:06d}", title, body, tagger))
        of = _cluster_of(cluster(documents))
        said += [f"{name} {of[f'{number:06d}']}" for number in range(len(members))]
        so += [f"{name} {row['event_id']}" for row in members]
    items = b_cubed(said, so)
    counts = pair_counts(said, so)
    return {
        "grouping.b_cubed_f1": figure(items, mean_f1),
        "grouping.b_cubed_precision": _plain(sum(p for p, _ in items) / len(items), len(items)),
        "grouping.b_cubed_recall": _plain(sum(r for _, r in items) / len(items), len(items)),
        "grouping.pair_precision": _plain(counts.precision, counts.hit + counts.false),
        "grouping.pair_recall": _plain(counts.recall, counts.hit + counts.missed),
        "grouping.pair_f1": _plain(counts.f1, len(items)),
    }


def _cluster_of(clustered: Clustered) -> dict[str, str]:
    return {key: members[0] for members in clustered.clusters for key in members}


def _pairs(gold: Gold, tagger: Tagger, texts: Texts) -> Figures:
    """Whether the grouping of all paired articles together puts each pair as it was labelled."""
    dates = {row["url"]: row.get("date") for name in ("articles", "days", "texts") for row in gold[name]}
    titles = {row["url"]: row.get("title") for name in ("articles", "days", "texts") for row in gold[name]}
    urls = sorted({row[side] for row in gold["pairs"] for side in ("a", "b")})
    documents = [
        document(
            {"date": dates.get(url) or "2000-01-01"},
            url,
            clean_title(titles.get(url) or ""),
            texts.get((url, ""), ("", ""))[1],
            tagger,
        )
        for url in urls
    ]
    of = _cluster_of(cluster(documents))
    strata: dict[str, list[Counts]] = {}
    for row in gold["pairs"]:
        said, so = of[row["a"]] == of[row["b"]], str(row["label"]).lower() in ("same", "1", "true")
        one = Counts(int(said and so), int(said and not so), int(so and not said))
        for stratum in {"all", row.get("stratum") or "all"}:
            strata.setdefault(stratum, []).append(one)
    found: Figures = {}
    for stratum, counts in sorted(strata.items()):
        found[f"pairs.{stratum}.precision"] = _plain(total(counts).precision, len(counts))
        found[f"pairs.{stratum}.recall"] = _plain(total(counts).recall, len(counts))
        found[f"pairs.{stratum}.f1"] = figure(counts, lambda sample: total(sample).f1)
    return found


def _summaries(gold: Gold, texts: Texts) -> Figures:
    scores: list[float] = []
    checks: dict[str, list[bool]] = {
        name: [] for name in ("in_length", "not_title", "grounded", "facts_held", "two_or_three")
    }
    for row in gold["summaries"]:
        title, text = texts.get((row["url"], ""), (clean_title(row.get("title") or ""), ""))
        if not text:
            continue
        summary = summarise(title, [text], LIMIT)
        kept = _kept(row, text)
        if kept:
            scores.append(rouge_2(summary, kept))
        checks["in_length"].append(len(summary) <= LIMIT)
        checks["not_title"].append(summary != title and bool(summary))
        checks["grounded"].append(not ungrounded(summary, [title, text]))
        checks["two_or_three"].append(2 <= len(split_sentences(summary)) <= 3)
        if facts := row.get("key_facts"):
            held = sum(1 for fact in facts if _squeezed(str(fact)) in _squeezed(summary))
            checks["facts_held"].append(held >= (row.get("min_facts") or len(facts)))
    found = {
        f"summaries.{name}": figure(values, lambda sample: sum(sample) / len(sample))
        for name, values in checks.items()
        if values
    }
    if scores:
        found["summaries.rouge_2"] = figure(scores, lambda sample: sum(sample) / len(sample))
    return found


def _kept(row: Mapping[str, Any], text: str) -> str:
    starts = [_squeezed(str(one.get("start", "")))[:12] for one in row["keep_sentences"]]
    return " ".join(
        sentence.text
        for sentence in split_sentences(text)
        if any(start and _squeezed(sentence.text).startswith(start) for start in starts)
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _cleaning(gold: Gold) -> Figures:
    raw = gold.texts()
    noise: list[bool] = []
    survived: list[bool] = []
    empty: list[bool] = []
    for row in gold["cleaning"]:
        given = raw.get((row["url"], row.get("date") or "")) or raw.get((row["url"], ""))
        if not given:
            continue
        text = _squeezed(_cleaned(given)[1])
        noise += [_squeezed(str(one)) not in text for one in row.get("noise") or ()]
        survived += [_squeezed(str(one)) in text for one in row.get("must_survive") or ()]
        if row.get("expect_empty"):
            empty.append(not text)
    return {
        f"cleaning.{name}": figure(values, lambda sample: sum(sample) / len(sample))
        for name, values in (("noise_gone", noise), ("text_kept", survived), ("empty_right", empty))
        if values
    }
