"""Values: what opinions on values say of items, by the graph and by those who gave such opinions before.

To like a director says something of the director's items, which the graph knows; and something of others, which only
people know who said what they like of both kinds. So the graph's answer comes first, and a ridge regression learns from
the community by how much it is off (the ridge shrinks towards the graph rather than to nothing: a Gaussian prior with
that mean, Hoerl & Kennard 1970). A value that no item has is heard as well, if people told their opinion on it.

What a facet weighs in matters of taste plays no part here: who says that they like a studio has said that it matters.
(On validation users of MindReader, where opinions on values are all that is known, that is worth a tenth of NDCG@10,
and what the community adds a twentieth.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.graph.opinions import opinions_on_values
from kgrec.scorers.base import Evidence, Indices, Scores, Shares, no_opinion
from kgrec.scorers.regression import greatest
from kgrec.scorers.rows import dense_product
from kgrec.scorers.topk import packed, unpacked

_BLOCK: Final = 1024
"""So many items are solved at a time."""

_WEIGHTS: Final = 4_000_000
_LEAST: Final = 50
"""About so many learned weights in all, 8 bytes each; but so many of each item."""


class Values:
    """Sum over the opinions on values of what each counts × what the value says of an item.

    With E the users × values opinions (1; a dislike: -``disliked``), M the idf of each value an item has (values ×
    items), Y who likes what and p its mean over the users, the values say ``belonging`` × M + C, where

        C = (E'E + reg I)⁻¹ E' (Y - p - belonging E M)

    for the items that anybody chose, and 0 for the others. Users without any interaction teach nothing.

    Args:
        belonging: how much likelier a like is for each unit of idf, before anybody is asked.
        reg: the ridge; the more, the closer it stays to the graph.
        disliked: what a dislike counts where a like counts 1: people have opinions on what is near to them.
        k: at most so many values are kept of each item beside those it has, those that say most of it.
        together: at most so many values, those most people told of, are solved.
    """

    name: ClassVar[str] = "values"

    def __init__(
        self,
        belonging: float = 0.02,
        reg: float = 800.0,
        disliked: float = 0.5,
        *,
        k: int = 300,
        together: int = 2000,
    ) -> None:
        self.belonging = belonging
        self.reg = reg
        self.disliked = disliked
        self.k = k
        self.together = together

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Solve; cost O(users × values² + values² × items) for the values that are solved together."""
        self.told_ = opinions_on_values(graph)
        log = graph.interactions
        has = sparse.csr_matrix(graph.attributes > 0, dtype=np.float32)
        by_graph = sparse.csr_matrix(has.multiply(graph.idf * np.float32(self.belonging)), dtype=np.float32)
        able = np.flatnonzero((np.diff(self.told_.indptr) > 0) & (np.diff(log.user_items.indptr) > 0))
        heard = self._counted(self.told_[able])
        counts = np.bincount(heard.indices, minlength=graph.n_entities)
        asked = np.sort(np.argsort(-counts, kind="stable")[: min(self.together, np.count_nonzero(counts))])
        likes = sparse.csr_matrix(log.user_items[able] > 0, dtype=np.float32)
        learned = self._learned(heard, asked, likes, by_graph, np.flatnonzero(log.item_counts))
        self.weights_ = sparse.csr_matrix((by_graph + learned).T, dtype=np.float32)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without any opinion on a value that says something."""
        opinions, rows = evidence.once(self._opinions)
        if not rows.nnz:
            return no_opinion(candidates)
        return np.asarray(rows.T @ opinions, dtype=np.float32)[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> Shares:
        """Return one share for each opinion on a value."""
        opinions, rows = evidence.once(self._opinions)
        parts = rows[:, candidates].toarray().astype(np.float64) * opinions[:, None]
        return Shares(evidence.entities[~evidence.is_item], parts)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32: no opinion, as they hold no values."""
        return np.full(user_items.shape, np.nan, dtype=np.float32)

    def score_users(self, users: NDArray[np.intp]) -> Scores:
        """Return the scores of users of the graph, by the opinions it knows of, (users, n_items) float32."""
        own = self._counted(self.told_[users])
        scores = dense_product(own, self.weights_)
        telling = np.diff(self.weights_.indptr) > 0
        scores[np.asarray(abs(own) @ telling.astype(np.float32)) == 0] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned as plain arrays, for a cache."""
        return packed("weights", self.weights_)

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        self.told_ = opinions_on_values(graph)
        self.weights_ = unpacked("weights", arrays)
        return self

    def _opinions(self, evidence: Evidence) -> tuple[Scores, sparse.csr_matrix]:
        """Return what each opinion on a value counts, (m,), and what the values say of items, CSR (m, n_items)."""
        values = evidence.values[~evidence.is_item]
        counted = np.where(values < 0, np.float32(self.disliked) * values, values)
        return counted, self.weights_[evidence.entities[~evidence.is_item]]

    def _counted(self, told: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return opinions as what they count."""
        counted = told.copy()
        counted.data = np.where(told.data < 0, np.float32(self.disliked) * told.data, told.data)
        return counted

    def _learned(
        self,
        heard: sparse.csr_matrix,
        asked: Indices,
        likes: sparse.csr_matrix,
        by_graph: sparse.csr_matrix,
        items: Indices,
    ) -> sparse.csr_matrix:
        """Return by how much the graph is off for some items, C' as CSR (n_items, n_entities)."""
        if not (len(asked) and len(items)):
            return no_links(*by_graph.shape)
        opinions = heard[:, asked].toarray()
        gram = opinions.T @ opinions
        gram[np.diag_indices_from(gram)] += np.float32(self.reg)
        inverse, blocks = np.linalg.inv(gram), []
        k = min(self.k, max(_LEAST, _WEIGHTS // len(items)))
        for start in range(0, len(items), _BLOCK):
            block = items[start : start + _BLOCK]
            off = likes[:, block].toarray() - (heard @ by_graph[block].T).toarray()
            off -= np.asarray(likes[:, block].mean(axis=0), dtype=np.float32)
            blocks.append(greatest(np.ascontiguousarray((inverse @ (opinions.T @ off)).T), k))
        learned = sparse.coo_matrix(sparse.vstack(blocks))
        places = (items[learned.row], asked[learned.col])
        return sparse.csr_matrix((learned.data, places), shape=by_graph.shape, dtype=np.float32)
