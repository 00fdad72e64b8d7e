"""The sequence scorer keeps the contract of learned scorers, and reads a history in its order."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence
from kgrec.scorers.sequence import Sequential, histories_of
from kgrec.scorers.transformer import History, Plan, foretold, trained

SMALL = Plan(size=8, layers=1, length=4, epochs=10, rate=5e-3, hears_more=True, is_validated=True)


def chain(graph: KnowledgeGraph, users: int = 60) -> KnowledgeGraph:
    """Return the world with people who chose its items in their order, beginning anywhere, a day apart."""
    n = graph.n_items
    rows = [(user, (user + step) % n, (user + step) * 86_400 + 1) for user in range(users) for step in range(4)]
    who, items, times = (np.array(column) for column in zip(*rows, strict=True))
    log = Interactions(
        tuple(f"user{user:02}" for user in range(users)),
        n,
        who.astype(np.int32),
        items.astype(np.int32),
        np.full(len(who), np.nan),
        np.ones(len(who), dtype=np.float32),
        times.astype(np.int64),
    )
    return dataclasses.replace(graph, interactions=log, fingerprint="")


def in_order(*items: int) -> Evidence:
    """Return the evidence of some items, chosen a day apart, the last today."""
    ages = np.arange(len(items), dtype=np.float64)[::-1]
    return Evidence.from_history(dict.fromkeys(items, 1.0), 6, ages)


class TestSequential(LearnedScorerContract):
    @pytest.fixture
    def scorer(self, tiny_world):
        return Sequential(SMALL).fit(tiny_world)

    def test_shares_add_up_where_the_order_is_known(self, scorer) -> None:
        evidence = in_order(2, 0, 4, 1, 3)  # one more than is read
        shares = scorer.shares(evidence, np.arange(6))
        total = sum(share.values for share in shares)
        np.testing.assert_allclose(total, scorer.score(evidence, np.arange(6)), atol=1e-5)
        assert not shares[0].values.any()
        assert [share.entity for share in shares] == [2, 0, 4, 1, 3]


def test_it_learns_what_comes_next(tiny_world) -> None:
    scorer = Sequential(dataclasses.replace(SMALL, epochs=20)).fit(chain(tiny_world))
    for first in range(6):
        second, third = (first + 1) % 6, (first + 2) % 6
        scores = scorer.score(in_order(first, second), np.arange(6))
        scores[[first, second]] = -np.inf
        assert int(np.argmax(scores)) == third


def test_the_order_of_a_history_matters_where_it_is_known(tiny_world) -> None:
    scorer = Sequential(SMALL).fit(chain(tiny_world))
    forward, backward = (scorer.score(in_order(*items), np.arange(6)) for items in ((1, 2), (2, 1)))
    assert not np.allclose(forward, backward)


def test_the_time_between_choices_is_read(tiny_world) -> None:
    scorer = Sequential(SMALL).fit(chain(tiny_world))
    near, far = (
        scorer.score(Evidence.from_history({1: 1.0, 2: 1.0}, 6, np.array([days, 0.0])), np.arange(6))
        for days in (1.0, 300.0)
    )
    assert not np.allclose(near, far)


def test_the_same_seed_learns_the_same_and_another_does_not(tiny_world) -> None:
    graph = chain(tiny_world)
    first, again, other = (
        Sequential(dataclasses.replace(SMALL, epochs=4, rng=seed)).fit(graph).arrays() for seed in (3, 3, 4)
    )
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["items"], other["items"])


def test_histories_are_in_order_and_know_their_gaps(tiny_world) -> None:
    ann, *others = histories_of(tiny_world.interactions, np.arange(6))
    assert ann.items.tolist() == [0, 1, 4]
    assert ann.gaps.tolist() == [0, 7, 7]  # unknown, then 100 s: 1 + log2(101)
    np.testing.assert_allclose(ann.values, tiny_world.interactions.values[:3])
    assert [len(one) for one in others] == [3, 2, 1]


def test_what_is_of_one_time_comes_in_the_order_given(tiny_world) -> None:
    log = tiny_world.interactions
    at_once = dataclasses.replace(log, times=np.ones_like(log.times))
    ann, *_ = histories_of(at_once, np.array([2, 1, 3, 4, 0, 5]))
    assert ann.items.tolist() == [4, 1, 0]


def test_what_nobody_chose_gets_no_opinion(tiny_world) -> None:
    graph = chain(tiny_world)
    log = graph.interactions
    fewer = dataclasses.replace(graph, interactions=log.take(np.flatnonzero(log.items != 5)), fingerprint="")
    scores = Sequential(dataclasses.replace(SMALL, epochs=2)).fit(fewer).score(in_order(0, 1), np.arange(6))
    assert np.flatnonzero(np.isnan(scores)).tolist() == [5]


def test_without_interactions_it_is_silent(tiny_world) -> None:
    scorer = Sequential(SMALL).fit(dataclasses.replace(tiny_world, interactions=Interactions.empty(6)))
    assert np.isnan(scorer.score(in_order(0, 1), np.arange(6))).all()
    assert scorer.shares(in_order(0, 1), np.arange(6)) == ()


def test_nothing_follows_an_empty_history() -> None:
    told = History(np.array([0, 1, 2]), np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.float32))
    weights = trained([told], 3, Plan(size=4, layers=1, length=2, epochs=1))
    scores = foretold(weights, [told.part(0, 0), told])
    assert np.isnan(scores[0]).all()
    assert np.isfinite(scores[1]).all()
