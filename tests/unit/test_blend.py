"""The blend: weights that fit the evidence, silence that counts as average, and the match scale."""

import dataclasses

import numpy as np
import pytest

from kgrec.blend import TEXT_WISH, WITH_INTERACTIONS, WITHOUT_INTERACTIONS, Blended, blend, weights_for
from kgrec.domain import TextWish
from kgrec.graph import Interactions
from kgrec.scorers import Evidence, Share


class Fixed:
    """A scorer that says what it was told."""

    def __init__(self, name: str, *scores: float) -> None:
        self.name = name
        self.scores = np.array(scores, dtype=np.float32)

    def fit(self, graph):
        return self

    def score(self, evidence, candidates):
        return self.scores[candidates]

    def shares(self, evidence, candidates):
        return (Share(self.scores[candidates].astype(np.float64)),)


NOTHING = Evidence.from_history({}, 4)


def test_scores_are_scaled_by_their_spread_and_summed() -> None:
    result = blend([Fixed("a", 1, 2, 3, 4), Fixed("b", 0, 0, 0, 10)], NOTHING, {"a": 2.0, "b": 1.0}, 4)
    expected = 2 * np.array([1, 2, 3, 4]) / np.std([1, 2, 3, 4]) + np.array([0, 0, 0, 10]) / np.std([0, 0, 0, 10])
    np.testing.assert_allclose(result.scores, expected)


def test_an_item_without_opinion_counts_as_average() -> None:
    result = blend([Fixed("a", 1, 3, np.nan, 2)], NOTHING, {"a": 1.0}, 4)
    assert result.scores[2] == pytest.approx(np.mean([1, 3, 2]) / np.std([1, 3, 2]))
    assert result.parts["a"].points[2] == pytest.approx(result.scores[2])


@pytest.mark.parametrize("scores", [(np.nan,) * 4, (7, 7, 7, 7)])
def test_a_scorer_that_tells_nothing_apart_does_not_count(scores) -> None:
    result = blend([Fixed("a", *scores), Fixed("b", 1, 2, 3, 4)], NOTHING, {"a": 5.0, "b": 1.0}, 4)
    assert "a" not in result.parts
    assert result.scores.argmax() == 3


def test_a_weight_of_zero_turns_a_scorer_off() -> None:
    result = blend([Fixed("a", 1, 2, 3, 4)], NOTHING, {"a": 0.0}, 4)
    assert not result.scores.any()


def test_match_is_half_for_the_average_and_never_reaches_the_ends() -> None:
    blended = Blended(np.array([0.0, 1.0, 2.0, 100.0]), {})
    match = blended.match(np.array([blended.scores.mean(), -1e9, 1e9]))
    assert match[0] == pytest.approx(0.5)
    assert 0 < match[1] < 0.01
    assert 0.99 < match[2] < 1


def test_the_walk_takes_over_as_ratings_come_in(tiny_world) -> None:
    def walk_weight(rated: int) -> float:
        evidence = Evidence(100, np.arange(rated), np.ones(rated, dtype=np.float32))
        return weights_for(evidence, tiny_world)["walk"]

    weights = [walk_weight(rated) for rated in (0, 1, 2, 3, 5, 6, 10, 11, 20, 21, 300)]
    assert weights == sorted(weights)
    assert weights[1] == weights[2] == WITH_INTERACTIONS[1][1]["walk"]
    assert weights[0] == 0 < weights[1] < weights[-1] == WITH_INTERACTIONS[-1][1]["walk"]


def test_without_interactions_content_carries_the_weight(tiny_world) -> None:
    silent = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
    assert weights_for(NOTHING, silent) == WITHOUT_INTERACTIONS[0][1]


def test_a_wish_in_words_is_heard_above_all(tiny_world) -> None:
    evidence = dataclasses.replace(NOTHING, texts=(TextWish("rain"),))
    assert weights_for(evidence, tiny_world)["text"] == TEXT_WISH
