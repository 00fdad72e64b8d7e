"""Content keeps the contract, places new items by what is told of them, and is silent where nothing is."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from contracts import ScorerContract

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence
from kgrec.scorers.content import Content

HEAT, THIEF, SCREAM, ALIEN, BABE, CLUE = range(6)
VECTORS = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


def liking(graph: KnowledgeGraph, *names: str, value: float = 1.0) -> Evidence:
    entities = graph.indices(names)
    return Evidence(graph.n_items, entities, np.full(len(names), value, dtype=np.float32))


@pytest.fixture
def two_tastes() -> KnowledgeGraph:
    """Twelve films of two genres; those who like one genre never see the other; film-5 and film-11 are new."""
    items = [(f"film-{i}", "western" if i < 6 else "musical", 1950 + i) for i in range(12)]
    ratings = [(f"{g}-{u}", f"film-{6 * g + i}", 5.0) for g in range(2) for u in range(5) for i in range(5) if i != u]
    return KnowledgeGraph.from_frames(
        pd.DataFrame(items, columns=["item", "genre", "year"]),
        interactions=pd.DataFrame(ratings, columns=["user", "item", "rating"]),
    )


class TestContent(ScorerContract):
    speaks_from = "entities"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Content(VECTORS).fit(tiny_world)

    def test_many_histories_at_once_score_like_each_alone(self, scorer, tiny_world, everything) -> None:
        histories = tiny_world.interactions.user_items
        many = scorer.score_many(histories)
        assert many.dtype == np.float32
        for row, scores in enumerate(many):
            own = histories[[row]]
            history = dict(zip(own.indices.tolist(), own.data.tolist(), strict=True))
            np.testing.assert_allclose(
                scores, scorer.score(Evidence.from_history(history, 6), everything), rtol=1e-5, atol=1e-6
            )

    def test_an_empty_history_among_many_has_no_opinion(self, scorer, tiny_world) -> None:
        histories = tiny_world.interactions.user_items.copy()
        histories.data[histories.indptr[1] : histories.indptr[2]] = 0
        histories.eliminate_zeros()
        assert np.isnan(scorer.score_many(histories)).all(axis=1).tolist() == [False, True, False, False]

    def test_what_was_learned_restores_to_the_same_scores(self, scorer, tiny_world, evidence, everything) -> None:
        restored = Content(VECTORS).restore(tiny_world, scorer.arrays())
        np.testing.assert_array_equal(restored.score(evidence, everything), scorer.score(evidence, everything))

    def test_a_hated_item_counts_as_it_is_told_to(self, tiny_world, everything) -> None:
        scorer = Content(VECTORS, disliked=-0.5).fit(tiny_world)
        loved = scorer.score(liking(tiny_world, "heat"), everything)
        hated = scorer.score(liking(tiny_world, "heat", value=-1.0), everything)
        np.testing.assert_allclose(hated, -0.5 * loved, rtol=1e-5)

    def test_with_recency_later_choices_count_more(self, tiny_world, everything) -> None:
        scorer = Content(VECTORS, recency=1.0).fit(tiny_world)
        both = {HEAT: 1.0, BABE: 1.0}
        late_babe = scorer.score(Evidence.from_history(both, 6, np.array([9, 1], dtype=np.float32)), everything)
        late_heat = scorer.score(Evidence.from_history(both, 6, np.array([1, 9], dtype=np.float32)), everything)
        assert late_babe[BABE] > late_heat[BABE]
        assert late_babe[HEAT] < late_heat[HEAT]

    def test_vectors_of_another_graph_are_refused(self, tiny_world) -> None:
        with pytest.raises(ValueError, match="2 vectors for 6 items"):
            Content(np.zeros((2, 2), dtype=np.float32)).fit(tiny_world)


def test_a_new_item_goes_to_those_who_like_its_kind(two_tastes) -> None:
    scorer = Content(None).fit(two_tastes)
    western, musical = two_tastes.indices(["film-5", "film-11"])
    scores = scorer.score(liking(two_tastes, "film-0"), np.arange(12))
    assert scores[western] > 5 * abs(scores[musical])


def test_an_opinion_on_a_genre_speaks_like_one_on_an_item(two_tastes) -> None:
    scorer = Content(None).fit(two_tastes)
    western, musical = two_tastes.indices(["film-5", "film-11"])
    liked = scorer.score(liking(two_tastes, "genre/western"), np.arange(12))
    disliked = scorer.score(liking(two_tastes, "genre/western", value=-1.0), np.arange(12))
    assert liked[western] > 5 * abs(liked[musical])
    np.testing.assert_allclose(disliked, -liked, rtol=1e-6)


def test_a_new_item_once_rated_counts_without_refitting(two_tastes) -> None:
    scorer = Content(None).fit(two_tastes)
    scores = scorer.score(liking(two_tastes, "film-5"), np.arange(12))
    assert scores[:5].min() > scores[6:].max()


def test_without_interactions_it_is_silent(tiny_world) -> None:
    graph = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
    scorer = Content(VECTORS).fit(graph)
    assert np.isnan(scorer.score(liking(graph, "heat"), np.arange(6))).all()
    assert scorer.shares(liking(graph, "heat"), np.arange(6)) == ()
    assert np.isnan(scorer.score_many(tiny_world.interactions.user_items)).all()


def test_an_item_of_which_nothing_is_told_gets_no_opinion(two_tastes) -> None:
    keep = np.arange(12) != 5
    bare = dataclasses.replace(
        two_tastes,
        links={
            name: matrix.multiply(keep[:, None]).tocsr().astype(np.float32) for name, matrix in two_tastes.links.items()
        },
        numbers={name: np.where(keep, column, np.nan) for name, column in two_tastes.numbers.items()},
    )
    bare.links["genre"].eliminate_zeros()
    scorer = Content(None).fit(bare)
    scores = scorer.score(liking(bare, "film-0"), np.arange(12))
    assert np.flatnonzero(np.isnan(scores)).tolist() == [5]
    vectors = np.zeros((12, 2), dtype=np.float32)
    vectors[5] = 1, 0
    assert not np.isnan(Content(vectors).fit(bare).score(liking(bare, "film-0"), np.arange(12))).any()


def test_learning_from_the_most_chosen_items_alone_still_places_all(two_tastes) -> None:
    scorer = Content(None, most_items=6).fit(two_tastes)
    scores = scorer.score(liking(two_tastes, "film-0"), np.arange(12))
    assert not np.isnan(scores).any()
    assert scores[:6].mean() > scores[6:].mean()
