"""Walk keeps the contract, and lands on tiny_world where one finds on paper."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence, Walk
from kgrec.scorers.walk import rp3beta

ITEMS = ["heat", "thief", "scream", "alien", "babe", "clue"]


def without_ratings(graph: KnowledgeGraph) -> KnowledgeGraph:
    return dataclasses.replace(graph, interactions=Interactions.empty(graph.n_items))


def rating(graph: KnowledgeGraph, **values: float) -> Evidence:
    return Evidence(graph.n_items, graph.indices(values), np.array(list(values.values()), dtype=np.float32))


class TestWalk(LearnedScorerContract):
    speaks_from = "items"

    @pytest.fixture(params=[None, 3], ids=["anew", "kept"])
    def scorer(self, request, tiny_world):
        return Walk(k=request.param, disliked=0.5).fit(tiny_world)


def test_two_steps_are_transition_probabilities_damped_by_popularity(tiny_world, everything) -> None:
    # From Thief every walk goes to Ann, who chose Heat, Thief and, though she disliked it, Babe: 1/3 each.
    # Popularity 3, 1, 2 to the power 1/2 divides.
    scorer = Walk(alpha=1.0, beta=0.5, half=0.0, attributes=0.0).fit(tiny_world)
    scores = scorer.score(rating(tiny_world, thief=1.0), everything)
    np.testing.assert_allclose(scores, [1 / 3 / 3**0.5, 1 / 3, 0, 0, 1 / 3 / 2**0.5, 0], rtol=1e-5)


def test_without_ratings_it_walks_over_attributes(tiny_world, everything) -> None:
    scores = Walk().fit(without_ratings(tiny_world)).score(rating(tiny_world, clue=1.0), everything)
    assert scores[:5].argmax() == ITEMS.index("babe")


def test_ratings_and_attributes_mix(tiny_world, everything) -> None:
    evidence = rating(tiny_world, thief=1.0)
    both = Walk(attributes=0.5).fit(tiny_world).score(evidence, everything)
    people = Walk(attributes=0.0).fit(tiny_world).score(evidence, everything)
    content = Walk().fit(without_ratings(tiny_world)).score(evidence, everything)
    np.testing.assert_allclose(both, people + 0.5 * content, rtol=1e-5)


def test_all_targets_kept_are_the_walk_itself(tiny_world, everything) -> None:
    evidence = rating(tiny_world, thief=1.0, clue=0.5)
    anew = Walk(attributes=0.5).fit(tiny_world).score(evidence, everything)
    kept = Walk(attributes=0.5, k=6).fit(tiny_world).score(evidence, everything)
    unseen = [ITEMS.index(name) for name in ("heat", "scream", "alien", "babe")]
    np.testing.assert_allclose(kept[unseen], anew[unseen], rtol=1e-5)


def test_kept_targets_are_the_likeliest(tiny_world, everything) -> None:
    scores = Walk(attributes=0.0, beta=0.5, k=1).fit(tiny_world).score(rating(tiny_world, thief=1.0), everything)
    assert np.flatnonzero(scores).tolist() == [ITEMS.index("babe")]


def test_a_disliked_item_is_left_less_often(tiny_world, everything) -> None:
    walk = Walk(beta=0.0, disliked=0.0).fit(tiny_world)
    loved = walk.score(rating(tiny_world, thief=1.0), everything)
    np.testing.assert_allclose(walk.score(rating(tiny_world, thief=1.0, clue=-1.0), everything), loved, rtol=1e-6)
    assert np.isnan(walk.score(rating(tiny_world, clue=-1.0), everything)).all()
    half = walk.score(rating(tiny_world, thief=1.0, clue=-0.5), everything)
    clue = walk.score(rating(tiny_world, clue=1.0), everything)
    np.testing.assert_allclose(half, (2 * loved + clue) / 3, rtol=1e-5)


def test_the_latest_choice_counts_most(tiny_world, everything) -> None:
    walk = Walk(beta=0.0, recency=1.0).fit(tiny_world)
    evidence = dataclasses.replace(rating(tiny_world, thief=1.0, clue=1.0), ages=np.array([30, 2], dtype=np.float32))
    thief, clue = (walk.score(rating(tiny_world, **{name: 1.0}), everything) for name in ("thief", "clue"))
    shares = np.array([1 / 3, 2 / 3])  # one choice later, half as much
    np.testing.assert_allclose(walk.score(evidence, everything), shares @ [thief, clue], rtol=1e-5)


def test_the_more_is_known_the_less_popularity_counts(tiny_world, everything) -> None:
    evidence = rating(tiny_world, thief=1.0)
    free = Walk(beta=0.0, attributes=0.0).fit(tiny_world).score(evidence, everything)
    held = Walk(beta=0.8, half=3.0, attributes=0.0).fit(tiny_world).score(evidence, everything)
    np.testing.assert_allclose(held, free * np.array([3, 1, 1, 1, 2, 1]) ** -0.2, rtol=1e-5)  # 0.8 × 1 / (1 + 3)


def test_walks_from_every_item_are_its_rows(tiny_world, everything) -> None:
    walk = Walk(0.7, 0.4, half=0.0, attributes=0.0).fit(tiny_world)
    direct = rp3beta(tiny_world.interactions.user_items, 0.7, 0.4, 6).toarray()
    for number, item in enumerate(ITEMS):
        scores = walk.score(rating(tiny_world, **{item: 1.0}), everything)
        scores[number] = 0
        np.testing.assert_allclose(direct[number], scores, rtol=1e-5)


@pytest.fixture
def everything() -> np.ndarray:
    return np.arange(6)
