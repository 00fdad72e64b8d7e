"""What follows what, counted on paper."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract

from kgrec.graph import Interactions
from kgrec.scorers import Evidence
from kgrec.scorers.transitions import Transitions

HEAT, THIEF, SCREAM, ALIEN, BABE, CLUE = range(6)


def at_times(graph, times: list[int]):
    log = dataclasses.replace(graph.interactions, times=np.array(times, dtype=np.int64))
    return dataclasses.replace(graph, interactions=log)


class TestTransitions(LearnedScorerContract):
    @pytest.fixture
    def scorer(self, tiny_world):
        return Transitions(disliked=0.5).fit(tiny_world)

    def test_pairs_count_from_the_earlier_to_the_later_by_nearness(self, tiny_world) -> None:
        # Ann: heat, thief, babe. Bob: heat, alien, scream. Cat: babe, clue. Of what leaves heat (two next to it, two
        # one further: 2 × 1 + 2 × 1/2 = 3) thief has 1, and 1 arrives at thief: 1 / sqrt(3 × 1).
        weights = Transitions().fit(tiny_world).weights_.toarray()
        assert weights[HEAT, THIEF] == pytest.approx(1 / 3**0.5)
        assert weights[HEAT, BABE] == pytest.approx(0.5 / (3 * 1.5) ** 0.5)
        assert weights[BABE, CLUE] == pytest.approx(1)
        assert weights[THIEF, HEAT] == 0
        assert np.count_nonzero(weights) == 7

    def test_the_window_ends(self, tiny_world) -> None:
        assert Transitions(window=1).fit(tiny_world).weights_[HEAT, BABE] == 0

    def test_what_was_chosen_at_once_counts_half_in_each_direction(self, tiny_world) -> None:
        graph = at_times(tiny_world, [1000, 1000, 1200, 1, 2, 3, 1, 2, 1])
        weights = Transitions(window=1).fit(graph).weights_.toarray()
        assert weights[THIEF, HEAT] == pytest.approx(0.5 / 1.5**0.5)  # thief: 0.5 to heat, 1 to babe
        assert weights[HEAT, THIEF] == pytest.approx(0.5 / 1.5**0.5)  # heat: 0.5 to thief, 1 to alien

    def test_what_follows_the_latest_comes_first(self, tiny_world, everything) -> None:
        scorer = Transitions().fit(tiny_world)
        ages = np.array([0, 9], dtype=np.float32)
        latest_heat = scorer.score(Evidence.from_history({HEAT: 1.0, BABE: 1.0}, 6, ages), everything)
        latest_babe = scorer.score(Evidence.from_history({HEAT: 1.0, BABE: 1.0}, 6, ages[::-1]), everything)
        assert latest_heat[THIEF] > latest_babe[THIEF]
        assert latest_heat[CLUE] == pytest.approx(2 / 3)
        assert latest_babe[CLUE] == pytest.approx(1)

    def test_one_item_over_and_over_does_not_follow_itself(self, tiny_world) -> None:
        log = tiny_world.interactions
        doubled = Interactions(
            log.user_ids,
            6,
            np.repeat(log.users, 2),
            np.repeat(log.items, 2),
            np.repeat(log.ratings, 2),
            np.repeat(log.values, 2),
            np.repeat(log.times, 2),
        )
        weights = Transitions().fit(dataclasses.replace(tiny_world, interactions=doubled)).weights_
        assert not weights.diagonal().any()

    def test_choices_without_a_time_are_left_out(self, tiny_world, everything) -> None:
        scorer = Transitions().fit(at_times(tiny_world, [1, 2, 0, 0, 0, 0, 0, 0, 0]))
        scores = scorer.score(Evidence.from_history({HEAT: 1.0}, 6), everything)
        np.testing.assert_array_equal(scores, [0, 1, np.nan, np.nan, np.nan, np.nan])

    @pytest.mark.parametrize("empty", [False, True])
    def test_without_times_or_choices_it_is_silent(self, tiny_world, everything, empty) -> None:
        graph = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
        scorer = Transitions().fit(graph if empty else at_times(tiny_world, [0] * 9))
        evidence = Evidence.from_history({HEAT: 1.0}, 6)
        assert np.isnan(scorer.score(evidence, everything)).all()
        assert np.isnan(scorer.score_many(tiny_world.interactions.user_items)).all()
