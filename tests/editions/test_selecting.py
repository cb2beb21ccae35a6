"""Selection as properties: what holds for every reader and every edition."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.editions.preferences import Candidate, Preferences
from digests.editions.selecting import FILLED, THIN, Pool, Selection, select

TOPICS = ["llm", "chips", "policy", "science", "coding"]
ORGANIZATIONS = ["alpha", "beta", "gamma"]
PUBLISHERS = ["north", "south", "east", "west"]
KEYWORDS = ["반도체", "RAG"]


def few(chance: Random, names: list[str], most: int = 3) -> tuple[str, ...]:
    return tuple(chance.sample(names, chance.randint(0, min(most, len(names)))))


def pool_of(seed: int) -> list[Candidate]:
    """Up to 40 candidates by chance: drawing each part by hypothesis took a hundred times as long."""
    chance = Random(seed)
    return [
        Candidate(
            item_id=1000 + index,
            story_id=index,
            languages=frozenset(chance.choice([("ko",), ("en",), ("ko", "en"), ("xx",)])),
            topics=few(chance, TOPICS),
            organizations=few(chance, ORGANIZATIONS, 2),
            publishers=few(chance, PUBLISHERS),
            is_pinned=chance.random() < 0.1,
            words=chance.choice(["", "반도체 소식", "새 rag 도구"]),
        )
        for index in range(chance.randint(0, 40))
    ]


def reader_of(seed: int) -> Preferences:
    chance = Random(seed)
    levels = {topic: chance.choice(["", "more", "normal", "less", "mute"]) for topic in TOPICS}
    organizations = {name: chance.choice(["", "", "follow", "mute"]) for name in ORGANIZATIONS}
    publishers = {name: chance.choice(["", "", "follow", "mute"]) for name in PUBLISHERS}

    def of(levels: dict[str, str], level: str) -> frozenset[str]:
        return frozenset(name for name, given in levels.items() if given == level)

    return Preferences(
        languages=frozenset(chance.choice([("ko",), ("en",), ("ko", "en")])),
        topics_more=of(levels, "more"),
        topics_normal=of(levels, "normal"),
        topics_less=of(levels, "less"),
        topics_muted=of(levels, "mute"),
        organizations_followed=of(organizations, "follow"),
        organizations_muted=of(organizations, "mute"),
        publishers_followed=of(publishers, "follow"),
        publishers_muted=of(publishers, "mute"),
        keywords=frozenset(few(chance, KEYWORDS)),
        length=chance.choice([5, 10, 15]),
        thin_day=chance.choice(["note", "skip", "fill"]),
    )


seeds = st.integers(0, 2**40)
pools = seeds.map(pool_of)
readers = seeds.map(reader_of)


def eligible(reader: Preferences, candidate: Candidate, received: frozenset[int]) -> bool:
    return (
        candidate.story_id not in received
        and bool(candidate.languages & reader.languages)
        and not reader.topics_muted & set(candidate.topics)
        and not reader.organizations_muted & set(candidate.organizations)
        and not (candidate.publishers and set(candidate.publishers) <= reader.publishers_muted)
    )


def chosen_of(selection: Selection) -> list[Candidate]:
    known = {candidate.item_id: candidate for candidate in selection.pool}
    return [known[choice.item_id] for choice in selection.chosen]


received_ids = st.frozensets(st.integers(0, 20), max_size=8)


@given(readers, pools, received_ids)
def test_nothing_muted_received_or_unreadable_is_ever_chosen(reader, pool, received):
    for candidate in chosen_of(select(reader, pool, received)):
        assert eligible(reader, candidate, received)


@given(readers, pools, received_ids)
def test_every_eligible_pinned_story_is_chosen_and_leads(reader, pool, received):
    selection = select(reader, pool, received)
    pinned = [c.item_id for c in pool if c.is_pinned and eligible(reader, c, received)]
    if reader.thin_day == "skip" and selection.is_thin:
        assert not selection.chosen
    else:
        assert [choice.item_id for choice in selection.chosen[: len(pinned)]] == pinned


@given(readers, pools, received_ids)
def test_the_same_input_gives_the_same_output_whatever_was_kept_ready(reader, pool, received):
    ready = Pool(pool)
    select(replace(reader, length=15), ready, received)
    assert select(reader, ready, received).chosen == select(reader, pool, received).chosen


@given(readers, pools, received_ids)
def test_a_digest_is_never_longer_than_asked_but_for_pinned_stories(reader, pool, received):
    chosen = chosen_of(select(reader, pool, received))
    assert len(chosen) <= max(reader.length, sum(c.is_pinned for c in chosen))
    assert len({c.story_id for c in chosen}) == len(chosen)


@given(readers, pools, received_ids)
def test_no_organization_floods_a_digest(reader, pool, received):
    chosen = [c for c in chosen_of(select(reader, pool, received)) if not c.is_pinned]
    for name in ORGANIZATIONS:
        assert sum(name in c.organizations for c in chosen) <= max(1, reader.length * 3 // 10)


@given(readers, pools, received_ids)
def test_a_publisher_goes_past_its_cap_only_for_a_floor_or_an_empty_place(reader, pool, received):
    selection = select(reader, pool, received)
    chosen = chosen_of(selection)
    cap = max(2, reader.length * 4 // 10)
    tellers = {
        topic: [c for c in chosen if topic in c.topics] for topic in reader.topics_more | reader.topics_normal
    }
    floors = [told[0] for told in tellers.values() if len(told) == 1]
    for name in PUBLISHERS:
        leads = [c for c in chosen if c.publishers[:1] == (name,) and c not in floors]
        if len(leads) <= max(cap, sum(c.is_pinned for c in leads)) or selection.is_thin:
            continue
        reasons = {left.item_id: left.reason for left in selection.left_out}
        waiting = [c for c in pool if reasons.get(c.item_id) in {"length", "cap_topic"}]
        assert not [c for c in waiting if c.publishers[:1] != (name,)]


@given(readers, pools, received_ids)
def test_each_chosen_topic_has_its_floor(reader, pool, received):
    selection = select(reader, pool, received)
    chosen = chosen_of(selection)
    wanted = sorted(reader.topics_more | reader.topics_normal)
    if selection.is_thin or reader.keywords or reader.organizations_followed or len(chosen) >= reader.length:
        return
    for topic in wanted:
        left = [c for c in pool if topic in c.topics and eligible(reader, c, received)]
        free = [c for c in left if not c.organizations and not reader.topics_less & set(c.topics)]
        if free:
            assert any(topic in c.topics for c in chosen)


@given(readers, pools, received_ids)
def test_every_story_is_chosen_for_a_reason_or_left_out_for_one(reader, pool, received):
    selection = select(reader, pool, received)
    told = [choice.item_id for choice in selection.chosen] + [left.item_id for left in selection.left_out]
    assert sorted(told) == [candidate.item_id for candidate in pool]
    whys = {"pinned", "followed", "publisher", "keyword", "topic", "top", "fill"}
    assert {choice.why for choice in selection.chosen} <= whys
    for left in selection.left_out:
        candidate = next(c for c in pool if c.item_id == left.item_id)
        is_hard = left.reason in {
            "received",
            "language",
            "muted_topic",
            "muted_organization",
            "muted_publisher",
        }
        assert is_hard == (not eligible(reader, candidate, received))


@given(readers, pools)
def test_a_thin_day_is_told_skipped_or_filled_as_the_reader_likes(reader, pool):
    selection = select(reader, pool)
    fillers = [choice for choice in selection.chosen if choice.why == "fill"]
    if not selection.is_thin or reader.thin_day != "fill":
        assert not fillers
    if selection.is_thin and reader.thin_day == "skip":
        assert not selection.chosen
    if selection.is_thin and reader.thin_day == "fill":
        assert len(selection.chosen) <= max(FILLED, sum(c.is_pinned for c in pool))


@given(readers)
def test_readers_of_one_key_want_the_same(reader):
    assert replace(reader).key == reader.key
    assert replace(reader, length=5 if reader.length != 5 else 10).key != reader.key


def story(number: int, **changes: object) -> Candidate:
    values = {"languages": frozenset({"ko"}), "topics": ("llm",), "publishers": (f"outlet-{number}",)}
    return Candidate(item_id=number, story_id=number, **{**values, **changes})  # type: ignore[arg-type]


def test_no_topic_chosen_means_every_topic():
    pool = [story(n, topics=(TOPICS[n % 5],)) for n in range(20)]
    assert {choice.why for choice in select(Preferences(), pool).chosen} == {"top"}


def test_one_chosen_topic_fills_the_digest_and_has_no_cap():
    pool = [story(n, topics=("llm",) if n % 2 else ("chips",)) for n in range(40)]
    selection = select(Preferences(topics_normal=frozenset({"llm"})), pool)
    assert len(selection.chosen) == 10
    assert {(choice.why, choice.of) for choice in selection.chosen} == {("topic", "llm")}


def test_more_of_a_topic_lifts_it_over_better_placed_stories():
    topics = ["chips", "policy", "science"]
    pool = [story(n, topics=("llm",) if n == 14 else (topics[n % 3],)) for n in range(30)]
    everything = select(Preferences(), pool)
    assert 14 not in [choice.item_id for choice in everything.chosen]
    lifted = select(Preferences(topics_more=frozenset({"llm"}), topics_normal=frozenset(topics)), pool)
    assert [choice.item_id for choice in lifted.chosen].index(14) < 6


def test_less_of_a_topic_gives_at_most_one_story_of_it():
    pool = [story(n, topics=("chips",) if n < 8 else ("llm",)) for n in range(30)]
    chosen = select(Preferences(topics_less=frozenset({"chips"})), pool).chosen
    assert sum(choice.item_id < 8 for choice in chosen) == 1


@pytest.mark.parametrize(("length", "most"), [(5, 1), (10, 3), (15, 4)])
def test_a_followed_organization_lifts_but_never_floods(length, most):
    pool = [story(n, organizations=("alpha",) if n >= 30 else ()) for n in range(60)]
    reader = Preferences(organizations_followed=frozenset({"alpha"}), length=length)
    followed = [choice for choice in select(reader, pool).chosen if choice.item_id >= 30]
    assert 1 <= len(followed) <= most
    assert {(choice.why, choice.of) for choice in followed} == {("followed", "alpha")}


def test_a_publisher_gives_way_to_others_but_not_to_emptiness():
    one_outlet = [story(n, publishers=("north",)) for n in range(12)]
    assert len(select(Preferences(), one_outlet).chosen) == 10
    mixed = one_outlet + [story(n) for n in range(20, 40)]
    chosen = select(Preferences(), mixed).chosen
    assert sum(choice.item_id < 12 for choice in chosen) == 4


def test_a_story_of_a_muted_outlet_stays_if_another_outlet_tells_it_too():
    reader = Preferences(publishers_muted=frozenset({"north"}), thin_day="note")
    pool = [story(1, publishers=("north",)), story(2, publishers=("north", "south"))]
    selection = select(reader, pool)
    assert [choice.item_id for choice in selection.chosen] == [2]
    assert selection.left_out[0].reason == "muted_publisher"


def test_a_keyword_is_found_in_any_case():
    pool = [story(n) for n in range(30)] + [story(99, words="새 rag 도구")]
    chosen = select(Preferences(keywords=frozenset({"RAG"})), pool).chosen
    assert [(c.item_id, c.of) for c in chosen if c.why == "keyword"] == [(99, "RAG")]


@pytest.mark.parametrize(("thin_day", "count"), [("note", 2), ("skip", 0), ("fill", FILLED)])
def test_a_day_with_fewer_than_three_stories_of_interest_is_thin(thin_day, count):
    pool = [story(n, topics=("llm",) if n < THIN - 1 else ("chips",)) for n in range(20)]
    reader = Preferences(topics_normal=frozenset({"llm"}), thin_day=thin_day)
    selection = select(reader, pool)
    assert selection.is_thin
    assert len(selection.chosen) == count
    if thin_day == "fill":
        assert [choice.why for choice in selection.chosen] == ["topic", "topic", "fill", "fill", "fill"]
