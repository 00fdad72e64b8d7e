"""What every scorer owes its callers, as tests to inherit."""

import numpy as np
import pytest

from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.scorers import Evidence, Scorer


class ScorerContract:
    """Inherit, and give the scorer; ``needs`` says what evidence it has an opinion from."""

    speaks_from: str = "items"  # "items", "entities", or "nothing" (it has an opinion on everybody's behalf)

    @pytest.fixture
    def scorer(self, tiny_world: KnowledgeGraph) -> Scorer:
        raise NotImplementedError

    @pytest.fixture
    def evidence(self, tiny_world: KnowledgeGraph) -> Evidence:
        """Heat is loved, Babe is not, and Comedy is liked a little."""
        entities = tiny_world.indices(["heat", "babe", "genre/comedy"])
        values = np.array([1.0, -0.5, 0.5], dtype=np.float32)
        posterior = Posterior.of(Prior.fit(tiny_world))
        for entity, value in zip(entities, values, strict=True):
            posterior = posterior.observe(int(entity), float(value), 0.05)
        return Evidence(tiny_world.n_items, entities, values, posterior=posterior)

    @pytest.fixture
    def everything(self, tiny_world: KnowledgeGraph) -> np.ndarray:
        return np.arange(tiny_world.n_items)

    def test_fit_returns_the_scorer(self, scorer: Scorer, tiny_world: KnowledgeGraph) -> None:
        assert scorer.fit(tiny_world) is scorer

    def test_scores_are_one_float32_a_candidate(self, scorer, evidence, everything) -> None:
        scores = scorer.score(evidence, everything)
        assert scores.dtype == np.float32
        assert scores.shape == everything.shape

    def test_permuting_candidates_permutes_scores(self, scorer, evidence, everything) -> None:
        order = np.array([3, 0, 5, 1])
        np.testing.assert_array_equal(scorer.score(evidence, order), scorer.score(evidence, everything)[order])

    def test_scoring_is_pure(self, scorer, evidence, everything) -> None:
        first = scorer.score(evidence, everything).copy()
        scorer.shares(evidence, everything)
        np.testing.assert_array_equal(scorer.score(evidence, everything), first)

    def test_shares_add_up_to_the_score(self, scorer, evidence, everything) -> None:
        scores = scorer.score(evidence, everything)
        total = sum(share.values for share in scorer.shares(evidence, everything))
        known = ~np.isnan(scores)
        assert known.any()
        np.testing.assert_allclose(total[known], scores[known], atol=1e-5)

    def test_without_evidence_it_has_no_opinion_rather_than_zero(self, scorer, everything, tiny_world) -> None:
        scores = scorer.score(Evidence.from_history({}, tiny_world.n_items), everything)
        assert np.isnan(scores).all() == (self.speaks_from != "nothing")

    def test_the_order_of_the_evidence_does_not_matter(self, scorer, evidence, everything) -> None:
        turned = Evidence(evidence.n_items, evidence.entities[::-1], evidence.values[::-1], (), evidence.posterior)
        np.testing.assert_allclose(scorer.score(turned, everything), scorer.score(evidence, everything), atol=1e-6)

    def test_no_candidates_give_no_scores(self, scorer, evidence) -> None:
        assert scorer.score(evidence, np.empty(0, dtype=np.intp)).shape == (0,)
