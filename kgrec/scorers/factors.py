"""Factors: users and items as vectors whose product says how likely one chooses the other.

Item vectors are learned once, by alternating least squares (Hu, Koren & Volinsky 2008) or by pairwise ranking (BPR:
Rendle, Freudenthaler, Gantner & Schmidt-Thieme 2009), both from the ``implicit`` package. The asker's vector is not
learned with them: it is solved for from what they chose whenever they ask, so a new user and a new rating count at once
and a history of yesterday says nothing it should not. Solving is linear in the choices, so a score splits exactly into
one share an item of the history (section 5 of the paper).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, no_opinion, product
from kgrec.scorers.item_item import history_weights, weights_of
from kgrec.scorers.threads import one_thread

_WORTH_THREADS: Final = 1_000_000
"""Below so many interactions one thread is done before several have agreed on who does what."""


class Factors:
    """ALS: a factorisation of who chose what, and the asker's vector folded in.

    With Y the item vectors (n_items, rank), Y_h those of the history and c what each of its items counts, the asker's
    vector is (Y'Y + Y_h' (diag(confidence c) - I) Y_h + reg I)⁻¹ Y_h' (confidence c). A score is its product with an
    item's vector: about 1 for a sure choice, 0 for the rest.

    Args:
        rank: the length of the vectors.
        confidence: how much an average choice is trusted, where that an item was not chosen counts 1.
        reg: the ridge.
        epochs: how often users and items take turns.
        disliked: what a hated item of the history counts where a liked one counts 1; below 0 it counts as not chosen,
            and that much more surely than what is unknown.
        recency: after so many later choices an item counts half; None: age does not matter.
        rng: where the vectors start.
    """

    name: ClassVar[str] = "factors"

    def __init__(  # noqa: PLR0913  (the parameters of the factorisation, and of the history)
        self,
        rank: int = 128,
        confidence: float = 4.0,
        reg: float = 30.0,
        epochs: int = 15,
        *,
        disliked: float = 0.1,
        recency: float | None = None,
        rng: int = 0,
    ) -> None:
        self.rank = rank
        self.confidence = confidence
        self.reg = reg
        self.epochs = epochs
        self.disliked = disliked
        self.recency = recency
        self.rng = rng

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn the item vectors; cost O(epochs × (interactions × rank + (users + items) × rank²)).

        A choice is trusted with the square of what it counts (``Interactions.chosen``), as a measurement is by its
        precision: on the play counts of Last.fm that gained 2 % of NDCG@10, what it counts itself half of that.
        """
        chosen = graph.interactions.chosen.power(2)
        items = np.zeros((graph.n_items, 0), dtype=np.float32)
        if chosen.nnz:
            with one_thread():  # implicit's own threads and those of BLAS stand in each other's way
                items = self._learn(chosen, int(np.random.default_rng(self.rng).integers(2**31)))
        self._take(items, graph.interactions.item_counts > 0)
        return self

    def _learn(self, chosen: sparse.csr_matrix, seed: int) -> NDArray[np.float32]:
        """Return the item vectors, (n_items, rank)."""
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            self.rank,
            self.reg,
            self.confidence,
            iterations=self.epochs,
            num_threads=0 if chosen.nnz >= _WORTH_THREADS else 1,
            random_state=seed,
        )
        model.fit(chosen, show_progress=False)
        return np.asarray(model.item_factors, dtype=np.float32)

    def _take(self, items: NDArray[np.float32], known: NDArray[np.bool_]) -> None:
        """Keep the item vectors and what every solution needs of them."""
        self.items_ = items
        self.known_ = known
        whole = items.astype(np.float64)
        self.system_ = whole.T @ whole + self.reg * np.eye(items.shape[1])

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without an item that counts, and for items nobody chose."""
        asker = self._asker(evidence)
        if asker is None:
            return no_opinion(candidates)
        scores = product(self.items_, asker.vector.astype(np.float32), candidates)
        return np.where(self.known_[candidates], scores, np.float32(np.nan))

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each rated item; those of items that count as not chosen are 0."""
        asker = self._asker(evidence)
        if asker is None:
            return ()
        # The left side is symmetric, so it may be solved for the few candidates instead of the many rated items.
        found = asker.solved(self.items_[candidates].T.astype(np.float64))
        return Shares(evidence.rated, (asker.own @ found) * asker.counts[:, None])

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items); values in [-1, 1], all of one age."""
        if not self.items_.size:
            return np.full(user_items.shape, np.nan, dtype=np.float32)
        users = np.full((user_items.shape[0], self.items_.shape[1]), np.nan, dtype=np.float32)
        weights = history_weights(user_items.data, disliked=self.disliked)
        for row in range(len(users)):
            part = slice(user_items.indptr[row], user_items.indptr[row + 1])
            if weights[part].any():
                users[row] = self._equations(user_items.indices[part], weights[part]).vector
        scores = users @ self.items_.T
        scores[:, ~self.known_] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        return {"items": self.items_, "known": self.known_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        del graph
        self._take(arrays["items"], arrays["known"])
        return self

    def _asker(self, evidence: Evidence) -> _Equations | None:
        """Return what the asker's vector solves; None without an item that counts."""
        weights = weights_of(evidence, self.disliked, self.recency)
        return self._equations(evidence.rated, weights) if weights.any() and self.items_.size else None

    def _equations(self, rated: NDArray[np.integer[Any]], weights: Scores) -> _Equations:
        """Return what the vector of one with that history solves."""
        trust = self.confidence * np.abs(weights.astype(np.float64))
        own = self.items_[rated].astype(np.float64)
        return _Equations(self.system_, own, trust - 1, np.where(weights > 0, trust, 0.0))


@dataclass(frozen=True, eq=False)
class _Equations:
    """What an asker's vector solves: (system + own' diag(more) own) x = own' counts.

    Attributes:
        system: float64 (rank, rank), what everybody's vector solves on the left side.
        own: float64 (m, rank), the vectors of the items of the history.
        more: float64 (m,), how much more they are trusted than others.
        counts: float64 (m,), how much of each is a choice.
    """

    system: NDArray[np.float64]
    own: NDArray[np.float64]
    more: NDArray[np.float64]
    counts: NDArray[np.float64]

    @property
    def vector(self) -> NDArray[np.float64]:
        """The asker's, (rank,)."""
        return self.solved(self.counts @ self.own)

    def solved(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what solves the left side, which is positive definite, for a right one, (rank,) or (rank, n)."""
        from scipy.linalg import lapack  # not needed before somebody with a history asks

        with one_thread():
            left = self.system + (self.own.T * self.more) @ self.own
            _, found, failed = lapack.dposv(left.T, right, lower=True)  # symmetric, so in the order LAPACK wants
        if failed:
            raise np.linalg.LinAlgError("the left side is not positive definite")
        return np.asarray(found)


class Bpr(Factors):
    """BPR: item vectors that rank what was chosen above what was not; the asker's vector is solved for as with ALS.

    So a score is a ridge regression of the choices on the learned vectors. It learns on one thread, to be repeatable.

    Args:
        rank: the length of the vectors.
        rate: how far one comparison moves a vector.
        confidence: how much a choice is trusted in the regression.
        reg: the ridge of the regression.
        epochs: how often there are as many comparisons as interactions.
        rng: where the vectors start, and what is compared.
    """

    name: ClassVar[str] = "bpr"

    def __init__(  # noqa: PLR0913  (the parameters of the two regressions)
        self,
        rank: int = 64,
        rate: float = 0.02,
        confidence: float = 5.0,
        reg: float = 40.0,
        epochs: int = 100,
        *,
        rng: int = 0,
    ) -> None:
        super().__init__(rank, confidence, reg, epochs, rng=rng)
        self.rate = rate

    def _learn(self, chosen: sparse.csr_matrix, seed: int) -> NDArray[np.float32]:
        """Return the item vectors with their biases in the last column, (n_items, rank + 1)."""
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            self.rank, self.rate, iterations=self.epochs, num_threads=1, random_state=seed
        )
        model.fit(chosen, show_progress=False)
        return np.asarray(model.item_factors, dtype=np.float32)
