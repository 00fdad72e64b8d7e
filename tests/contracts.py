"""What every scorer owes its callers, as tests to inherit."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.snapshot import load_arrays, save_arrays
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
        turned = replace(evidence, entities=evidence.entities[::-1], values=evidence.values[::-1])
        np.testing.assert_allclose(scorer.score(turned, everything), scorer.score(evidence, everything), atol=1e-6)

    def test_no_candidates_give_no_scores(self, scorer, evidence) -> None:
        assert scorer.score(evidence, np.empty(0, dtype=np.intp)).shape == (0,)


class LearnedScorerContract(ScorerContract):
    """Inherit besides, where the scorer learns from interactions; ``scorer`` is fitted to ``tiny_world``.

    Such a scorer also has ``score_many`` and, where fitting takes time worth saving, ``arrays`` and ``restore``.
    """

    is_restored: bool = True  # whether it has arrays and restore
    hears_history: bool = True  # whether its scores depend on the user's own history

    @pytest.fixture
    def histories(self, tiny_world: KnowledgeGraph) -> sparse.csr_matrix:
        """Everybody's ratings, and below them somebody who loved one item, somebody who hated it, and nobody."""
        own = np.array([[0, 0, 0, 1, 0, 0], [0, 0, 0, -1, 0, 0], [0, 0, 0, 0, 0, 0]], dtype=np.float32)
        return sparse.csr_matrix(sparse.vstack([tiny_world.interactions.user_items, sparse.csr_matrix(own)]))

    def test_many_histories_score_as_one_by_one(self, scorer, histories, everything) -> None:
        together = scorer.score_many(histories)
        assert together.dtype == np.float32
        assert together.shape == histories.shape
        for user, row in enumerate(together):
            history = histories[[user]]
            alone = dict(zip(history.indices.tolist(), history.data.tolist(), strict=True))
            expected = scorer.score(Evidence.from_history(alone, histories.shape[1]), everything)
            np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-6)

    def test_no_histories_give_no_rows(self, scorer, histories) -> None:
        assert scorer.score_many(histories[:0]).shape == (0, histories.shape[1])

    def test_scoring_many_leaves_them_as_they_are(self, scorer, histories) -> None:
        before = histories.copy()
        scorer.score_many(histories)
        assert (histories != before).nnz == 0

    def test_what_was_stored_scores_identically(self, scorer, tiny_world, evidence, everything, tmp_path) -> None:
        if not self.is_restored:
            pytest.skip("it is fitted in no time")
        save_arrays(tmp_path / "fit", scorer.arrays(), {})
        arrays, _ = load_arrays(tmp_path / "fit")
        again = copy.deepcopy(scorer).restore(tiny_world, arrays)
        np.testing.assert_array_equal(again.score(evidence, everything), scorer.score(evidence, everything))

    def test_a_new_rating_counts_at_once(self, scorer, tiny_world, everything) -> None:
        if not self.hears_history:
            pytest.skip("it says the same to everybody")
        heat, babe = (int(number) for number in tiny_world.indices(["heat", "babe"]))
        before = scorer.score(Evidence.from_history({heat: 1.0}, tiny_world.n_items), everything)
        after = scorer.score(Evidence.from_history({heat: 1.0, babe: 1.0}, tiny_world.n_items), everything)
        assert not np.allclose(before, after, equal_nan=True)

    def test_a_dislike_counts_and_not_like_a_like(self, scorer, tiny_world, everything) -> None:
        if not self.hears_history:
            pytest.skip("it says the same to everybody")
        heat, babe = (int(number) for number in tiny_world.indices(["heat", "babe"]))
        alone, liked, hated = (
            scorer.score(Evidence.from_history(history, tiny_world.n_items), everything)
            for history in ({heat: 1.0}, {heat: 1.0, babe: 1.0}, {heat: 1.0, babe: -1.0})
        )
        assert not np.allclose(hated, liked, equal_nan=True)
        assert not np.allclose(hated, alone, equal_nan=True)
