"""ItemItem: scorers that have learned what each item of a history says for each other item.

They differ in how they learn that matrix; scoring is the same weighted sum of its rows, so it stands here once. A
history item's weight comes from its value (a disliked item is still a choice, but counts less) and from how long ago it
was, so that a new rating counts at once and nothing is refitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, no_opinion
from kgrec.scorers.rows import dense_product
from kgrec.scorers.topk import packed, unpacked


def history_weights(
    values: NDArray[np.floating[Any]],
    ranks: NDArray[np.floating[Any]] | None = None,
    *,
    disliked: float = 1.0,
    recency: float | None = None,
) -> Scores:
    """Return what each item of a history counts, shape (m,).

    A liked or indifferent item counts 1, a hated one (value -1) ``disliked``, linear between; each is multiplied by
    1 / (1 + rank / recency), rank counted from the latest. Without ranks, or with ``recency`` None, age does not
    matter. A hyperbola forgets slower and slower, as people do (Wixted & Ebbesen 1991); it predicts the next items of
    MovieLens 100K better than any exponential, which forgets a long history altogether.

    >>> history_weights(np.array([1, 0, -0.5]), disliked=0.5).tolist()
    [1.0, 1.0, 0.75]
    >>> history_weights(np.array([1, 1]), np.array([3.0, 7.0]), recency=4.0).tolist()
    [1.0, 0.5]
    """
    weights = 1 - (1 - disliked) * np.maximum(-values, 0)
    if ranks is not None and recency is not None and len(ranks):
        weights = weights / (1 + (ranks - ranks.min()) / recency)
    return np.asarray(weights, dtype=np.float32)


def weights_of(evidence: Evidence, disliked: float, recency: float | None) -> Scores:
    """Return what each rated item counts, shape (n_rated,); where their ages are unknown, they are equally old."""
    ranks = None if evidence.ages is None or recency is None else evidence.recency
    weights = history_weights(evidence.values[evidence.is_item], ranks, disliked=disliked, recency=recency)
    return weights if evidence.nearness is None else np.asarray(weights * evidence.nearness, dtype=np.float32)


class ItemItem:
    """A score is the weighted sum of the rows of one sparse matrix, history item × target; subclasses fit it.

    Args:
        disliked: what a hated item of the history counts where a liked one counts 1; may be negative.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str]

    def __init__(self, disliked: float = 1.0, recency: float | None = None) -> None:
        self.disliked = disliked
        self.recency = recency
        self.weights_ = no_links(0, 0)
        self.average_ = np.zeros(0, dtype=np.float32)
        self.known_ = np.zeros(0, dtype=np.bool_)

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Set what is learned.

        ``weights_``: CSR (n_items, n_items), history item × target; ``average_``: (n_items,), what every history item
        adds besides; ``known_``: (n_items,), the items there is an opinion on.
        """
        raise NotImplementedError

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without a rated item that counts, and for items never learned of."""
        weights, rows = evidence.once(self._history)
        if not weights.any():
            return no_opinion(candidates)
        scores = rows.T @ weights + self.average_ * weights.sum()
        return np.where(self.known_, scores, np.float32(np.nan))[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each rated item."""
        weights, rows = evidence.once(self._history)
        if not weights.any():
            return ()
        parts = rows[:, candidates].toarray().astype(np.float64) + self.average_[candidates]
        return Shares(evidence.rated, parts * weights[:, None])

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32; values in [-1, 1], all of one age."""
        weights = history_weights(user_items.data, disliked=self.disliked)
        histories = sparse.csr_matrix((weights, user_items.indices, user_items.indptr), shape=user_items.shape)
        scores = dense_product(histories, self.weights_)
        scores += np.asarray(histories.sum(axis=1), dtype=np.float32).reshape(-1, 1) * self.average_
        scores[np.asarray(abs(histories).sum(axis=1)).ravel() == 0] = np.nan
        scores[:, ~self.known_] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned as plain arrays, for a cache."""
        return {**packed("weights", self.weights_), "average": self.average_, "known": self.known_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        del graph
        self.weights_ = unpacked("weights", arrays)
        self.average_ = arrays["average"]
        self.known_ = arrays["known"]
        return self

    def _history(self, evidence: Evidence) -> tuple[Scores, sparse.csr_matrix]:
        """Return what each rated item counts, (n_rated,), and its row of the matrix, CSR (n_rated, n_items)."""
        return weights_of(evidence, self.disliked, self.recency), self.weights_[evidence.rated]
