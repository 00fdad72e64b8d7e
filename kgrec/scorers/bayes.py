"""Bayes: what is popular, and how much likelier each thing known of a user makes it; made for those of whom little is.

With one or two ratings, scorers that only look at what was chosen with them lose to plain popularity, for they forget
it. The simple Bayesian classifier (Miyahara & Pazzani 2000, "Collaborative filtering with the simple Bayesian
classifier") starts from popularity and multiplies: by a lift for each fact of the user, and by one for each item of the
history, how much more often it is chosen by those who chose that item. As logarithms these add up, so each has its
share. Several choices say partly the same; their lifts count less the more there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, choices
from kgrec.scorers.item_item import history_weights, weights_of
from kgrec.scorers.popularity import Popularity
from kgrec.scorers.rows import dense_product
from kgrec.scorers.topk import packed, unpacked

_BLOCK = 512  # rows of what was chosen together that are dense at a time


class Bayes:
    """Popularity, plus what each of the n items j of a history adds to an item i.

    That is lift × √min(n, most) / n × log(1 + c_ji / (trust p_i)), where c_ji is how many chose both and p_i the share
    of item i among all choices: the logarithm of the smoothed lift (c_ji + trust p_i) / ((c_j + trust) p_i), without
    what is the same for all items.

    Args:
        lift: what the lift of a single item counts.
        trust: so many choices as everybody's are added to those of the people who chose an item.
        k: so many lifts are kept of each item, those that make the likeliest items.
        most: from so many items on more of them add nothing, they only share the same weight.
        disliked: what a hated item of the history counts where a liked one counts 1; may be negative.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "bayes"
    hears_people: ClassVar[bool] = True

    def __init__(  # noqa: PLR0913  (each is a hyper-parameter)
        self,
        lift: float = 0.65,
        trust: float = 5000.0,
        k: int = 200,
        *,
        most: int = 10,
        disliked: float = -0.3,
        recency: float | None = None,
    ) -> None:
        self.lift = lift
        self.trust = trust
        self.k = k
        self.most = most
        self.disliked = disliked
        self.recency = recency

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Count what was chosen together; cost O(sum over users of the square of their choices)."""
        self.popularity_ = Popularity().fit(graph)
        chosen = choices(graph.interactions.chosen)
        self.lifts_ = self._lifts(chosen) if chosen.nnz else sparse.csr_matrix((graph.n_items, graph.n_items))
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; without any rated item, its popularity."""
        weights, rows = evidence.once(self._history)
        scores = self.popularity_.score(evidence, candidates)
        if not weights.any():
            return scores
        lifts = np.asarray(rows.T @ weights)
        return np.asarray(scores + lifts[candidates], dtype=np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return the shares of popularity, then one for each rated item."""
        weights, rows = evidence.once(self._history)
        parts = rows[:, candidates].toarray().astype(np.float64) * weights[:, None]
        return Shares(evidence.rated, parts, self.popularity_.shares(evidence, candidates))

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32; values in [-1, 1], all of one age."""
        histories = user_items.copy()
        histories.data = history_weights(user_items.data, disliked=self.disliked)
        size = np.asarray(abs(histories).sum(axis=1)).ravel()
        histories.data *= np.repeat(self._each(size).astype(np.float32), np.diff(histories.indptr))
        return dense_product(histories, self.lifts_) + self.popularity_.scores_

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned as plain arrays, for a cache."""
        return packed("lifts", self.lifts_)

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        self.popularity_ = Popularity().fit(graph)
        self.lifts_ = unpacked("lifts", arrays)
        return self

    def _history(self, evidence: Evidence) -> tuple[Scores, sparse.csr_matrix]:
        """Return what the lifts of each rated item count, (n_rated,), and the lifts, CSR (n_rated, n_items)."""
        weights = weights_of(evidence, self.disliked, self.recency)
        weights = weights * self._each(np.abs(weights).sum()).astype(np.float32)
        return weights, self.lifts_[evidence.rated]

    def _each(self, size: NDArray[Any]) -> NDArray[np.float64]:
        """Return what each item of a history counts, for histories of some sizes."""
        counted = np.where(size > 0, size, 1.0)
        return np.asarray(self.lift * np.sqrt(np.minimum(counted, self.most)) / counted, dtype=np.float64)

    def _lifts(self, chosen: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return log(1 + c_ji / (trust p_i)) of what was chosen together, CSR (n_items, n_items), k of each row."""
        item_users = chosen.T.tocsr()
        counts = np.diff(item_users.indptr)
        expected = (self.trust * (counts + 1.0) / (counts + 1.0).sum()).astype(np.float32)
        popularity = np.log1p(counts).astype(np.float32)
        k = min(self.k, len(counts))
        blocks = []
        for start in range(0, len(counts), _BLOCK):
            together = (item_users[start : start + _BLOCK] @ chosen).toarray().astype(np.float32)
            lifts = np.log1p(together / expected)
            likely = np.where(together > 0, popularity + np.float32(self.lift) * lifts, -np.inf)
            floor = np.partition(likely, len(counts) - k, axis=1)[:, len(counts) - k]
            blocks.append(sparse.csr_matrix(np.where(likely >= floor[:, None], lifts, np.float32(0.0))))
        return sparse.csr_matrix(sparse.vstack(blocks), dtype=np.float32)
