"""Bayes keeps the contract: popularity, lifted by each fact and each choice."""

import dataclasses

import numpy as np
import pytest
from contracts import ScorerContract

from kgrec.graph import Interactions
from kgrec.scorers import Evidence, Popularity
from kgrec.scorers.bayes import Bayes

HEAT, THIEF, SCREAM, ALIEN, BABE, CLUE = range(6)


class TestBayes(ScorerContract):
    speaks_from = "nothing"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Bayes().fit(tiny_world)

    def test_without_history_it_is_popularity(self, scorer, tiny_world, everything) -> None:
        nobody = Evidence.from_history({}, 6)
        popularity = Popularity().fit(tiny_world).score(nobody, everything)
        np.testing.assert_array_equal(scorer.score(nobody, everything), popularity)

    def test_a_lift_is_the_logarithm_of_how_much_oftener_both_are_chosen(self, tiny_world, everything) -> None:
        # Heat and Alien were chosen together once; of nine choices, and one more an item, Alien has 2 in 15.
        scorer = Bayes(lift=0.5, trust=3.0).fit(tiny_world)
        scores = scorer.score(Evidence.from_history({HEAT: 1.0}, 6), everything)
        assert scores[ALIEN] == pytest.approx(np.log(2) + 0.5 * np.log1p(1 / (3 * 2 / 15)))
        assert scores[CLUE] == pytest.approx(np.log(2))

    def test_from_the_most_on_further_items_only_share_the_weight(self, tiny_world, everything) -> None:
        history = {HEAT: 1.0, BABE: 1.0}
        popularity = Popularity().fit(tiny_world).score(Evidence.from_history({}, 6), everything)
        lifts = [
            Bayes(trust=3.0, most=most).fit(tiny_world).score(Evidence.from_history(history, 6), everything)
            - popularity
            for most in (1, 2)
        ]
        np.testing.assert_allclose(lifts[1], lifts[0] * np.sqrt(2), rtol=1e-5)

    def test_what_one_hated_lowers_what_is_chosen_with_it(self, scorer, everything) -> None:
        loved = scorer.score(Evidence.from_history({HEAT: 1.0}, 6), everything)
        hated = scorer.score(Evidence.from_history({HEAT: -1.0}, 6), everything)
        nobody = scorer.score(Evidence.from_history({}, 6), everything)
        assert loved[ALIEN] > nobody[ALIEN] > hated[ALIEN]

    def test_only_the_lifts_that_make_likely_items_are_kept(self, tiny_world, everything) -> None:
        scorer = Bayes(k=1).fit(tiny_world)
        assert np.diff(scorer.lifts_.indptr).max() == 1

    def test_many_histories_at_once_score_like_each_alone(self, scorer, tiny_world, everything) -> None:
        histories = tiny_world.interactions.user_items
        for row, scores in enumerate(scorer.score_many(histories)):
            own = histories[[row]]
            history = dict(zip(own.indices.tolist(), own.data.tolist(), strict=True))
            np.testing.assert_allclose(scores, scorer.score(Evidence.from_history(history, 6), everything), rtol=1e-5)

    def test_what_was_learned_restores_to_the_same_scores(self, scorer, tiny_world, evidence, everything) -> None:
        restored = Bayes().restore(tiny_world, scorer.arrays())
        np.testing.assert_array_equal(restored.score(evidence, everything), scorer.score(evidence, everything))

    def test_facts_and_choices_each_have_their_share(self, tiny_world, everything) -> None:
        facts = {user: {"town": "Ulm" if user in {"ann", "bob"} else "Trier"} for user in ("ann", "bob", "cat", "dan")}
        scorer = Bayes().fit(dataclasses.replace(tiny_world, user_facts=facts))
        evidence = dataclasses.replace(Evidence.from_history({HEAT: 1.0}, 6), facts={"town": "Ulm"})
        shares = scorer.shares(evidence, everything)
        assert shares[0].entity is None
        assert shares[-1].entity == HEAT

    def test_without_ratings_it_is_renown(self, tiny_world, evidence, everything) -> None:
        graph = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
        renown = Popularity().fit(graph).score(evidence, everything)
        np.testing.assert_array_equal(Bayes().fit(graph).score(evidence, everything), renown)
