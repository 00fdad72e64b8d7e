"""Hold-outs: nothing that is asked for is learned from, and who comes back knows what they are said to know."""

import dataclasses

import numpy as np
import pytest
from communities import community

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.learning.splits import (
    Cut,
    Examples,
    hold_out_interactions,
    hold_out_people_and_items,
    only,
    with_interactions,
)
from kgrec.weights import BUCKETS, FEW, bucket_of


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return community()


@pytest.fixture(scope="module")
def people(graph: KnowledgeGraph) -> Cut:
    return hold_out_people_and_items(graph, np.random.default_rng(0))


def pairs(log: Interactions) -> set[tuple[int, int]]:
    return set(zip(log.users.tolist(), log.items.tolist(), strict=True))


def held(examples: Examples) -> set[tuple[int, int]]:
    rows = examples.held.tocoo()
    return {(int(examples.users[row]), int(item)) for row, item in zip(rows.row, rows.col, strict=True)}


def test_what_is_held_out_is_not_learned_from_and_the_rest_is(graph: KnowledgeGraph):
    cut = hold_out_interactions(graph, np.random.default_rng(0))
    asked, learned = held(cut.examples), pairs(cut.graph.interactions)
    assert not asked & learned
    assert asked | learned == pairs(graph.interactions)
    assert cut.graph.interactions.user_ids == graph.interactions.user_ids
    counts = np.diff(cut.examples.held.indptr)
    assert counts.min() == 1
    assert counts.max() == 4  # a tenth of 35, rounded


def test_histories_are_what_is_learned_of_each(graph: KnowledgeGraph):
    cut = hold_out_interactions(graph, np.random.default_rng(0))
    examples, learned = cut.examples, cut.graph.interactions.user_items
    np.testing.assert_array_equal(examples.known.toarray(), learned[examples.users].toarray())
    assert not examples.known.multiply(examples.held).nnz
    assert examples.hidden is None
    assert examples.ages is None


def test_the_latest_are_held_out_and_ages_count_from_the_last_one_known(graph: KnowledgeGraph):
    cut = hold_out_interactions(graph, np.random.default_rng(0), is_latest=True)
    log, examples = graph.interactions, cut.examples
    last = {user: log.times[log.users == user].max() for user in examples.users}
    when = {
        pair: time
        for *pair, time in zip(log.users.tolist(), log.items.tolist(), log.times, strict=True)
        for pair in [tuple(pair)]
    }
    for user, item in held(examples):
        assert last[user] - when[user, item] < 3 * 86_400
    assert examples.ages is not None
    assert examples.ages.shape == examples.known.data.shape
    starts = examples.known.indptr[:-1]
    assert (np.minimum.reduceat(examples.ages, starts) == 0).all()


def test_one_rating_of_somebody_who_rated_an_item_twice_takes_both_along(graph: KnowledgeGraph):
    log = graph.interactions
    twice = np.concatenate([np.arange(len(log)), np.arange(len(log))])
    doubled = dataclasses.replace(
        graph,
        interactions=Interactions(
            log.user_ids,
            log.n_items,
            log.users[twice],
            log.items[twice],
            log.ratings[twice],
            log.values[twice],
            log.times[twice],
        ),
    )
    cut = hold_out_interactions(doubled, np.random.default_rng(0))
    assert not held(cut.examples) & pairs(cut.graph.interactions)


def test_people_taken_out_are_unknown_and_come_back_with_so_many_items(graph: KnowledgeGraph, people: Cut):
    came = set(people.examples.users.tolist())
    assert len(came) == 30
    assert not came & set(people.graph.interactions.users.tolist())
    buckets = {bucket_of(n_known) for n_known in people.examples.n_known}
    assert buckets >= {0, 1, 2, 3, 4}
    assert not people.examples.known.multiply(people.examples.held).nnz


def test_who_comes_back_knows_their_first_items(graph: KnowledgeGraph, people: Cut):
    log, examples = graph.interactions, people.examples
    row = int(np.flatnonzero(examples.n_known == 2)[0])
    known = examples.known[row].indices
    own = log.users == examples.users[row]
    times = {int(item): int(time) for item, time in zip(log.items[own], log.times[own], strict=True)}
    aside = (
        (people.new.candidates | people.few.candidates) if people.new and people.few else np.zeros(graph.n_items, bool)
    )
    ordinary = sorted((time, item) for item, time in times.items() if not aside[item])
    assert sorted(known.tolist()) == sorted(item for _, item in ordinary[:2])


def test_new_items_have_no_interactions_and_others_few(people: Cut):
    counts = people.graph.interactions.item_counts
    assert people.new is not None
    assert people.few is not None
    assert (counts[people.new.candidates] == 0).all()
    assert ((counts[people.few.candidates] > 0) & (counts[people.few.candidates] < FEW)).all()
    for part in (people.new, people.few):
        assert part.candidates[part.held.indices].all()
        assert (np.diff(part.held.indptr) > 0).all()
    assert not (people.examples.candidates & (people.new.candidates | people.few.candidates)).any()


def test_a_seed_decides(graph: KnowledgeGraph):
    first, second = (hold_out_interactions(graph, np.random.default_rng(3)) for _ in range(2))
    assert held(first.examples) == held(second.examples)
    assert held(first.examples) != held(hold_out_interactions(graph, np.random.default_rng(4)).examples)


def test_examples_are_taken_with_their_ages(graph: KnowledgeGraph):
    examples = hold_out_interactions(graph, np.random.default_rng(0), is_latest=True).examples
    few = examples.take(np.array([5, 2]))
    assert few.users.tolist() == examples.users[[5, 2]].tolist()
    assert few.ages is not None
    starts = examples.known.indptr
    assert few.ages[: few.n_known[0]].tolist() == examples.ages[starts[5] : starts[6]].tolist()


def test_a_graph_keeps_what_is_known_of_the_interactions_that_stay(tiny_world: KnowledgeGraph):
    log = tiny_world.interactions
    told = dataclasses.replace(log, context={"mood": tuple("abcdefghi")})
    graph = dataclasses.replace(tiny_world, interactions=told)
    keep = log.items == tiny_world.index("heat")
    assert with_interactions(graph, keep).interactions.context == {"mood": ("a", "d", "i")}
    assert only(graph, np.array([2])).interactions.context == {"mood": ("g", "h")}
    assert only(graph, np.array([2])).interactions.user_ids == ("cat",)


def test_buckets_meet_without_gaps():
    assert [bucket_of(n) for n in BUCKETS] == list(range(len(BUCKETS)))
