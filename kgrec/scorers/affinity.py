"""Affinity: items made of what the user likes.

An opinion on an item speaks for what is made alike: both are vectors of attributes (idf-weighted, length 1), and it
adds the product of the two (the vector-space content model, e.g. Lops, de Gemmis & Semeraro 2011). An opinion on
anything else speaks for each item that has it, the rarer the more, and no less because the item has much else besides:
to those who like a director, a film of which much is told is still his film. (On MindReader, opinions on people, genres
and subjects alone, beside popularity, find 1.5 times what popularity finds, and 1.3 times with items of length 1.)
"""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, in_common, no_opinion
from kgrec.scorers.rows import dense_product


class Affinity:
    """Sum over the opinions of value × common attributes, divided by the sum of the absolute values."""

    name: ClassVar[str] = "affinity"

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Take the graph's features and links; nothing is learned."""
        self.features_ = graph.features
        self.items_ = graph.features[: graph.n_items]
        told = sparse.csr_matrix(graph.attributes.multiply(graph.idf), dtype=np.float32)
        self.told_ = told * np.float32(1 / _usual_length(told))
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without any opinion."""
        total = np.abs(evidence.values).sum()
        if not total:
            return no_opinion(candidates)
        weights, is_item = evidence.values / total, evidence.is_item
        scores = np.zeros(evidence.n_items, dtype=np.float32)
        if is_item.any():
            scores += self.items_ @ (evidence.once(self._made_of).T @ weights[is_item])
        if not is_item.all():
            liked = np.zeros(self.told_.shape[1], dtype=np.float32)
            liked[evidence.entities[~is_item]] = weights[~is_item]
            scores += self.told_ @ liked
        return scores[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each opinion."""
        total = np.abs(evidence.values).sum()
        if not total:
            return ()
        weights = (evidence.values / total).astype(np.float64)
        return Shares(evidence.entities, self._common(evidence, candidates) * weights[:, None])

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32."""
        total = np.asarray(abs(user_items).sum(axis=1), dtype=np.float32).ravel()
        weights = user_items.astype(np.float32)
        weights.data /= np.repeat(np.where(total > 0, total, 1), np.diff(user_items.indptr))
        scores = dense_product(sparse.csr_matrix(weights @ self.items_), self.items_.T.tocsr())
        scores[total == 0] = np.nan
        return scores

    def _common(self, evidence: Evidence, candidates: Indices) -> NDArray[np.float64]:
        """Return what each candidate has of each thing there is an opinion on, (m, n)."""
        is_item = evidence.is_item
        common = np.empty((len(is_item), len(candidates)))
        common[is_item] = in_common(evidence.once(self._made_of), self.items_[candidates])
        if not is_item.all():
            common[~is_item] = self.told_[candidates][:, evidence.entities[~is_item]].toarray().T
        return common

    def _made_of(self, evidence: Evidence) -> sparse.csr_matrix:
        """Return the features of the rated items, CSR (n_rated, n_entities)."""
        return self.features_[evidence.rated]


def _usual_length(told: sparse.csr_matrix) -> float:
    """Return the median length of the rows of items of which something is told; 1 where there are none."""
    lengths = np.sqrt(np.asarray(told.multiply(told).sum(axis=1)).ravel())
    return float(np.median(lengths[lengths > 0])) if lengths.any() else 1.0
