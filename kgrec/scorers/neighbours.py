"""Neighbours: items chosen by the same people, and people who chose the same items.

Item neighbours weigh how often two items were chosen by one person against how often each was chosen at all (cosine:
Sarwar, Karypis, Konstan & Riedl 2001; BM25: Robertson & Zaragoza 2009, as the ``implicit`` package applies it). User
neighbours compare the asker's history with everybody's when they ask, so nothing is refitted for a new rating or a new
user; a power of the cosine lets the nearest speak loudest (cf. Aiolli 2013).

Everybody else's rating is a choice, whatever its value.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, choices, no_opinion
from kgrec.scorers.item_item import ItemItem, history_weights, weights_of
from kgrec.scorers.rows import dense_product
from kgrec.scorers.topk import by_blocks, packed, top_products, unpacked


class Similarity(Enum):
    """What makes two items near."""

    COSINE = "cosine"
    BM25 = "bm25"


class ItemNeighbours(ItemItem):
    """A score is the sum, over the history, of the similarity to the candidate where that is a near neighbour.

    With c_i how many chose item i, n_u how many items user u chose, over the users who chose both i and j:
    cosine: Σ 1 / sqrt(c_i c_j);  BM25: Σ log(n_items / (1 + n_u))² / (b_i b_j), where
    b_i = 1 + saturation (1 - length + length c_i / mean c).

    Args:
        k: how many neighbours an item keeps.
        similarity: what makes two items near.
        saturation: BM25's K1: how soon further choices of an item stop counting.
        length: BM25's B: how much an often chosen item is held back, 0 to 1.
        disliked: what a hated item of the history counts where a liked one counts 1; may be negative.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "items"

    def __init__(  # noqa: PLR0913  (one for each part of the similarity)
        self,
        k: int = 400,
        similarity: Similarity = Similarity.BM25,
        saturation: float = 0.4,
        length: float = 0.3,
        *,
        disliked: float = 0.5,
        recency: float | None = None,
    ) -> None:
        super().__init__(disliked, recency)
        self.k = k
        self.similarity = similarity
        self.saturation = saturation
        self.length = length

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Find each item's neighbours; cost O(sum over the users of their squared number of choices)."""
        chosen = choices(graph.interactions.chosen)
        counts = graph.interactions.item_counts
        each, users = self._weights(chosen, counts)
        left = chosen.T.tocsr()
        left.data = (np.repeat(each, np.diff(left.indptr)) * users[left.indices]).astype(np.float32)
        self.weights_ = top_products(left, chosen, self.k, each.astype(np.float32), diagonal=False)
        self.average_ = np.zeros(graph.n_items, dtype=np.float32)
        self.known_ = counts > 0
        return self

    def _weights(
        self, chosen: sparse.csr_matrix, counts: NDArray[np.integer[Any]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what an item is multiplied by, (n_items,), and what a user who chose both counts, (n_users,)."""
        if self.similarity is Similarity.COSINE:
            return np.maximum(counts, 1) ** -0.5, np.ones(chosen.shape[0])
        mean = max(float(counts.mean()), 1e-9) if len(counts) else 1.0
        each = 1 / (1 + self.saturation * (1 - self.length + self.length * counts / mean))
        telling = np.log(max(len(counts), 1)) - np.log1p(np.diff(chosen.indptr))
        return each, telling**2


class UserNeighbours:
    """A score is the sum, over the users nearest to the asker who chose the candidate, of similarity to a power.

    Similarity is the cosine of two histories in which rarer items count more: log(1 + n_users / c_i).

    Args:
        k: how many neighbours there are.
        power: the exponent of the similarity.
        disliked: what a hated item of the asker's history counts where a liked one counts 1, 0 to 1.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "users"

    def __init__(self, k: int = 50, power: float = 1.0, *, disliked: float = 0.1, recency: float | None = None) -> None:
        self.k = k
        self.power = power
        self.disliked = disliked
        self.recency = recency

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Scale everybody's history to length 1; cost O(interactions)."""
        self.chosen_ = choices(graph.interactions.chosen)
        counts = graph.interactions.item_counts
        self.rarity_ = np.log1p(self.chosen_.shape[0] / np.maximum(counts, 1))
        told = sparse.csr_matrix(self.chosen_.multiply(self.rarity_))
        length = np.sqrt(np.asarray(told.power(2).sum(axis=1), dtype=np.float64).ravel())
        told.data = (told.data / np.repeat(length, np.diff(told.indptr))).astype(np.float32)
        self.item_users_ = told.T.tocsr()
        self.known_ = counts > 0
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without an item that counts, and for items nobody chose."""
        history, near = evidence.once(self._neighbours)
        if not history.nnz:
            return no_opinion(candidates)
        voices = near.data ** np.float32(self.power)
        scores = self.chosen_[near.indices].T @ voices
        return np.where(self.known_, scores, np.float32(np.nan))[candidates].astype(np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each item of the history that counts.

        The neighbours and how loud each is are held fixed; a neighbour's similarity is a sum over the common items,
        so what it adds, similarity^(power - 1) × that sum, splits over them exactly.
        """
        history, near = evidence.once(self._neighbours)
        if not history.nnz:
            return ()
        voices = near.data.astype(np.float64) ** (self.power - 1)
        common = self.item_users_[history.indices][:, near.indices].toarray() * history.data[:, None]
        chose = self.chosen_[near.indices][:, candidates].toarray()
        return Shares(history.indices.astype(np.intp), (common * voices) @ chose)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items); values in [-1, 1], all of one age."""
        histories = user_items.astype(np.float32)
        histories.data = history_weights(histories.data, disliked=self.disliked)
        histories = self._scaled(histories)
        voices = top_products(histories, self.item_users_, self.k)
        voices.data **= np.float32(self.power)
        scores = dense_product(voices, self.chosen_)
        scores[np.diff(histories.indptr) == 0] = np.nan
        scores[:, ~self.known_] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        learned = packed("chosen", self.chosen_) | packed("item_users", self.item_users_)
        return learned | {"rarity": self.rarity_, "known": self.known_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        del graph
        self.chosen_, self.item_users_ = unpacked("chosen", arrays), unpacked("item_users", arrays)
        self.rarity_, self.known_ = arrays["rarity"], arrays["known"]
        return self

    def _neighbours(self, evidence: Evidence) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Return the history as one scaled row, (1, n_items), and its similarity to the nearest users, (1, n_users)."""
        weights = weights_of(evidence, self.disliked, self.recency)
        row = sparse.csr_matrix(
            (weights, evidence.rated.astype(np.int32), [0, len(weights)]), shape=(1, len(self.known_))
        )
        history = self._scaled(row)
        return history, self._near(history)

    def _scaled(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return histories with rarer items counting more, each of length 1, without what does not count."""
        histories.sort_indices()
        histories.data = np.maximum(histories.data, 0) * self.rarity_[histories.indices].astype(np.float32)
        histories.eliminate_zeros()
        length = np.sqrt(np.asarray(histories.power(2).sum(axis=1), dtype=np.float64).ravel())
        histories.data /= np.repeat(length, np.diff(histories.indptr)).astype(np.float32)
        return histories

    def _near(self, history: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return the similarity of the k nearest users to one history, (1, n_users)."""
        ones = np.ones(self.item_users_.shape[1], dtype=np.float32)
        return by_blocks(history, self.item_users_, min(self.k, max(len(ones), 1)), ones, diagonal=True)
