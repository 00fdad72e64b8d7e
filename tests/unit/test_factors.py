"""Factors keep the contract, fold in exactly, and say the same whenever they are fitted."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract
from scipy import sparse

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence
from kgrec.scorers.factors import Bpr, Factors

pytest.importorskip("implicit")


def choosing(graph: KnowledgeGraph, **values: float) -> Evidence:
    return Evidence(graph.n_items, graph.indices(values), np.array(list(values.values()), dtype=np.float32))


class TestFactors(LearnedScorerContract):
    speaks_from = "items"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Factors(4, reg=0.1).fit(tiny_world)

    def test_it_learns_who_chooses_what(self, scorer, tiny_world, everything) -> None:
        scores = scorer.score(choosing(tiny_world, scream=1), everything)
        assert set(np.argsort(-scores)[:3].tolist()) == {0, 2, 3}  # what Bob chose

    def test_a_vector_is_the_one_that_least_squares_gives(self, tiny_world, everything) -> None:
        scorer = Factors(3, confidence=4.0, reg=0.5).fit(tiny_world)
        items = scorer.items_.astype(np.float64)
        trust, chosen = np.array([4.0, 1, 1, 1, 4, 1]), np.array([1.0, 0, 0, 0, 1, 0])
        rows = np.vstack([items * trust[:, None] ** 0.5, 0.5**0.5 * np.eye(3)])
        vector, *_ = np.linalg.lstsq(rows, np.concatenate([trust**0.5 * chosen, np.zeros(3)]))
        scores = scorer.score(choosing(tiny_world, heat=1, babe=1), everything)
        np.testing.assert_allclose(scores, items @ vector, rtol=1e-4)

    def test_what_is_hated_below_nothing_counts_as_not_chosen(self, tiny_world, everything) -> None:
        scorer = Factors(3, reg=0.1, disliked=-1.0).fit(tiny_world)
        liked = scorer.score(choosing(tiny_world, heat=1), everything)
        both = scorer.score(choosing(tiny_world, heat=1, scream=-1), everything)
        assert both[2] < liked[2]
        shares = scorer.shares(choosing(tiny_world, heat=1, scream=-1), everything)
        assert not shares[1].values.any()

    def test_the_same_seed_gives_the_same_vectors(self, tiny_world) -> None:
        one, again, other = (Factors(3, rng=seed).fit(tiny_world).items_ for seed in (1, 1, 2))
        np.testing.assert_array_equal(one, again)
        assert not np.array_equal(one, other)

    def test_without_interactions_it_has_no_opinion(self, tiny_world, everything) -> None:
        world = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
        scorer = Factors().fit(world)
        assert np.isnan(scorer.score(choosing(world, heat=1), everything)).all()
        assert np.isnan(scorer.score_many(sparse.csr_matrix(np.ones((2, 6))))).all()
        assert scorer.shares(choosing(world, heat=1), everything) == ()


class TestBpr(LearnedScorerContract):
    speaks_from = "items"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Bpr(4, reg=0.1).fit(tiny_world)

    def test_the_same_seed_gives_the_same_vectors(self, tiny_world) -> None:
        one, again = (Bpr(3, rng=1).fit(tiny_world).items_ for _ in range(2))
        np.testing.assert_array_equal(one, again)
