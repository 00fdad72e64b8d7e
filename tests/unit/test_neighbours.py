"""Neighbours keep the contract, and are on tiny_world who one finds on paper."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract

from kgrec.graph import KnowledgeGraph
from kgrec.scorers import Evidence
from kgrec.scorers.neighbours import ItemNeighbours, Similarity, UserNeighbours


def choosing(graph: KnowledgeGraph, **values: float) -> Evidence:
    return Evidence(graph.n_items, graph.indices(values), np.array(list(values.values()), dtype=np.float32))


class TestItemNeighbours(LearnedScorerContract):
    speaks_from = "items"

    @pytest.fixture(params=list(Similarity), ids=lambda similarity: similarity.value)
    def scorer(self, request, tiny_world):
        return ItemNeighbours(similarity=request.param).fit(tiny_world)

    def test_cosine_is_how_many_chose_both_over_the_root_of_how_many_chose_each(self, tiny_world, everything) -> None:
        scores = ItemNeighbours(6, Similarity.COSINE).fit(tiny_world).score(choosing(tiny_world, heat=1), everything)
        np.testing.assert_allclose(scores, [0, 3**-0.5, 3**-0.5, 3**-0.5, 6**-0.5, 0], rtol=1e-6)

    def test_bm25_counts_a_user_of_few_choices_more_and_a_popular_item_less(self, tiny_world, everything) -> None:
        # From Babe: Ann (3 choices) leads to Heat and Thief, Cat (2) to Clue; counts 3, 1, 2, 1, mean 1.5.
        near = ItemNeighbours(6, Similarity.BM25, saturation=1.0, length=0.6).fit(tiny_world)
        heat, babe, rare = (1 + 0.4 + 0.6 * count / 1.5 for count in (3, 2, 1))
        ann, cat = (np.log(6 / (1 + n)) ** 2 for n in (3, 2))
        scores = near.score(choosing(tiny_world, babe=1), everything)
        found = [ann / babe / heat, ann / babe / rare, 0, 0, 0, cat / babe / rare]
        np.testing.assert_allclose(scores, found, rtol=1e-5)

    def test_each_item_keeps_its_k_nearest(self, tiny_world, everything) -> None:
        near = ItemNeighbours(1, Similarity.COSINE).fit(tiny_world)
        assert np.flatnonzero(near.score(choosing(tiny_world, clue=1), everything)).tolist() == [4]
        assert (np.diff(near.weights_.indptr) <= 1).all()


class TestUserNeighbours(LearnedScorerContract):
    speaks_from = "items"

    @pytest.fixture(params=[1, 100])
    def scorer(self, request, tiny_world):
        return UserNeighbours(request.param).fit(tiny_world)

    def test_a_score_is_the_similarity_of_those_who_chose_the_item(self, tiny_world, everything) -> None:
        # Only Cat (Babe, Clue) and Ann (Heat, Thief, Babe) chose Babe; rarity is log(1 + 4 / count).
        heat, babe, rare = (np.log(1 + 4 / count) for count in (3, 2, 1))
        ann = babe / (heat**2 + rare**2 + babe**2) ** 0.5
        cat = babe / (babe**2 + rare**2) ** 0.5
        scores = UserNeighbours(power=2).fit(tiny_world).score(choosing(tiny_world, babe=1), everything)
        np.testing.assert_allclose(scores, [ann**2, ann**2, 0, 0, ann**2 + cat**2, cat**2], rtol=1e-5)

    def test_only_the_nearest_speak(self, tiny_world, everything) -> None:
        scores = UserNeighbours(k=1).fit(tiny_world).score(choosing(tiny_world, babe=1), everything)
        assert np.flatnonzero(scores).tolist() == [4, 5]

    def test_a_new_rating_counts_at_once(self, tiny_world, everything) -> None:
        users = UserNeighbours().fit(tiny_world)
        before = users.score(choosing(tiny_world, babe=1), everything)
        after = users.score(choosing(tiny_world, babe=1, alien=1), everything)
        assert before[2] == 0 < after[2]

    def test_a_hated_item_finds_no_neighbours(self, tiny_world, everything) -> None:
        users = UserNeighbours(disliked=0.0).fit(tiny_world)
        assert np.isnan(users.score(choosing(tiny_world, babe=-1), everything)).all()
        assert users.shares(choosing(tiny_world, babe=-1), everything) == ()

    def test_a_share_is_the_part_of_the_similarity_that_an_item_makes(self, tiny_world, everything) -> None:
        evidence = choosing(tiny_world, heat=1, clue=1)
        shares = {share.entity: share.values for share in UserNeighbours().fit(tiny_world).shares(evidence, everything)}
        assert shares[0][1] > 0 == shares[5][1]  # who chose Thief did so with Heat, never with Clue


@pytest.mark.parametrize("scorer", [ItemNeighbours(), UserNeighbours()], ids=lambda scorer: scorer.name)
def test_what_nobody_chose_gets_no_opinion(scorer, tiny_world) -> None:
    log = tiny_world.interactions
    kept = log.items != 3
    fewer = dataclasses.replace(
        log,
        **{name: getattr(log, name)[kept] for name in ("users", "items", "ratings", "values", "times")},
    )
    world = dataclasses.replace(tiny_world, interactions=fewer)
    scores = scorer.fit(world).score(choosing(world, heat=1), np.arange(6))
    assert np.isnan(scores).tolist() == [False, False, False, True, False, False]
