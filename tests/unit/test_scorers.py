"""Each scorer keeps the contract, and says on tiny_world what one finds on paper."""

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from contracts import ScorerContract

from kgrec.domain import TextWish
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Affinity, Evidence, Popularity, Taste, Text

ITEMS = ["heat", "thief", "scream", "alien", "babe", "clue"]


def without_ratings(graph: KnowledgeGraph) -> KnowledgeGraph:
    return dataclasses.replace(graph, interactions=Interactions.empty(graph.n_items))


def liking(graph: KnowledgeGraph, *names: str) -> Evidence:
    entities = graph.indices(names)
    return Evidence(graph.n_items, entities, np.ones(len(names), dtype=np.float32))


class TestPopularity(ScorerContract):
    speaks_from = "nothing"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Popularity().fit(tiny_world)

    def test_it_is_the_logarithm_of_how_many_rated(self, scorer, evidence, everything) -> None:
        np.testing.assert_allclose(scorer.score(evidence, everything), np.log1p([3, 1, 1, 1, 2, 1]), rtol=1e-6)

    def test_without_ratings_renown_stands_in_and_connections_break_ties(
        self, tiny_world, evidence, everything
    ) -> None:
        scores = Popularity().fit(without_ratings(tiny_world)).score(evidence, everything)
        assert ((scores >= [5, 3, 5, 5, 3, 2]) & (scores <= [6, 4, 6, 6, 4, 3])).all()
        assert len(set(scores.tolist())) == 6


class TestAffinity(ScorerContract):
    speaks_from = "entities"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Affinity().fit(tiny_world)

    def test_a_liked_director_lifts_his_films_alone(self, scorer, tiny_world, everything) -> None:
        scores = scorer.score(liking(tiny_world, "director/michael-mann"), everything)
        assert (scores[:2] > 0).all()
        assert (scores[2:] == 0).all()

    def test_a_narrower_genre_counts_half_for_the_broader(self, scorer, tiny_world, everything) -> None:
        scores = scorer.score(liking(tiny_world, "genre/horror"), everything)
        assert scores[ITEMS.index("alien")] > scores[ITEMS.index("scream")] > 0

    def test_what_one_dislikes_counts_against(self, scorer, tiny_world, everything) -> None:
        evidence = Evidence(6, tiny_world.indices(["heat"]), np.array([-1.0], dtype=np.float32))
        assert scorer.score(evidence, everything)[ITEMS.index("thief")] < 0


class TestTaste(ScorerContract):
    speaks_from = "entities"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Taste().fit(tiny_world)

    def test_it_is_the_posterior_mean(self, scorer, evidence, everything) -> None:
        np.testing.assert_array_equal(scorer.score(evidence, everything), evidence.posterior.mean[:6])

    def test_beside_a_history_what_people_like_on_average_counts_by_how_much_was_said(
        self, scorer, evidence, everything
    ) -> None:
        posterior, said = evidence.posterior, len(evidence.posterior.heard)
        others = [entity for entity in range(6) if entity not in evidence.entities]
        entities = np.array([*evidence.entities, *others], dtype=np.intp)
        known = replace(evidence, entities=entities, values=np.ones(len(entities), dtype=np.float32))
        unsaid = 1.0 - said / len(entities)
        expected = posterior.mean[:6] - unsaid * posterior.prior.mean[:6]
        assert others
        assert posterior.prior.mean[:6].any()
        np.testing.assert_allclose(scorer.score(known, everything), expected, rtol=1e-5)
        total = sum(share.values for share in scorer.shares(known, everything))
        np.testing.assert_allclose(total, expected, atol=1e-5)


def encode(texts: tuple[str, ...]) -> np.ndarray:
    """A stand-in for the sentence model: one axis for crime, one for pigs."""
    axes = {"crime": [1.0, 0.0], "pigs": [0.0, 1.0]}
    return np.array([axes[text] for text in texts], dtype=np.float32)


class TestText(ScorerContract):
    speaks_from = "items"

    @pytest.fixture
    def scorer(self, tiny_world):
        vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
        return Text(vectors, encode).fit(tiny_world)

    def test_a_wish_ranks_by_cosine_and_undescribed_items_get_no_opinion(self, scorer, everything) -> None:
        evidence = Evidence(6, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32), (TextWish("pigs"),))
        scores = scorer.score(evidence, everything)
        np.testing.assert_allclose(scores, [0, 0.6, 0.8, np.nan, 1, 0.8], atol=1e-6)

    def test_a_wish_and_a_liked_item_are_both_named_in_the_shares(self, scorer, tiny_world, everything) -> None:
        evidence = dataclasses.replace(liking(tiny_world, "heat"), texts=(TextWish("pigs"),))
        shares = scorer.shares(evidence, everything)
        assert [(share.entity, share.text) for share in shares] == [(0, ""), (None, "pigs")]

    def test_without_descriptions_it_is_silent(self, tiny_world, everything) -> None:
        scorer = Text(None, encode).fit(tiny_world)
        assert np.isnan(scorer.score(liking(tiny_world, "heat"), everything)).all()
        assert scorer.shares(liking(tiny_world, "heat"), everything) == ()

    def test_vectors_of_another_graph_are_refused(self, tiny_world) -> None:
        with pytest.raises(ValueError, match="2 vectors for 6 items"):
            Text(np.zeros((2, 2), dtype=np.float32), encode).fit(tiny_world)
