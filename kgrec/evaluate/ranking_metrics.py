"""What lists are worth, many users at once: by what was found of what is relevant, and by what is shown at all.

Lists are an intp array (users, k) of item numbers, the best first, -1 where a list is shorter. From it and the
relevant items comes ``hits``, bool (users, k); everything that is found in a user's list follows from the two. Each
relevant item counts the same. All functions return one value a user, float64 (users,), except coverage and Gini,
which are of all lists together.

Throughout, the example is a list of ten with two relevant items, in places 2 and 5, of five relevant in all.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph

K: Final = 10
"""So long are the lists."""

Lists = NDArray[np.intp]
Hits = NDArray[np.bool_]
Counts = NDArray[np.integer]
PerUser = NDArray[np.float64]

BY_USER: Final = ("ndcg", "precision", "recall", "hit_rate", "mrr", "map", "novelty", "diversity")
"""The names of what has one value a user."""

TOGETHER: Final = ("coverage", "gini")
"""The names of what all lists have together."""


def hits_of(lists: Lists, relevant: sparse.csr_matrix) -> Hits:
    """Return which of the items listed are relevant, bool (users, k); relevant: CSR (users, n_items).

    >>> relevant = sparse.csr_matrix(np.array([[1, 0, 0, 1]]))
    >>> hits_of(np.array([[3, 1, -1]]), relevant).tolist()
    [[True, False, False]]
    """
    n_items = relevant.shape[1]
    rows = np.repeat(np.arange(relevant.shape[0], dtype=np.int64), np.diff(relevant.indptr))
    keys = rows * n_items + relevant.indices
    listed = np.arange(len(lists), dtype=np.int64)[:, None] * n_items + lists
    return np.asarray(np.isin(listed, keys) & (lists >= 0))


def precision(hits: Hits) -> PerUser:
    """Return the share of the list that is relevant; places left empty count as wrong.

    >>> hits = np.array([[0, 1, 0, 0, 1, 0, 0, 0, 0, 0]], dtype=bool)
    >>> precision(hits).tolist()  # 2 of 10
    [0.2]
    """
    return np.asarray(hits.mean(axis=1))


def recall(hits: Hits, n_relevant: Counts) -> PerUser:
    """Return the share of the relevant items that is on the list.

    >>> hits = np.array([[0, 1, 0, 0, 1, 0, 0, 0, 0, 0]], dtype=bool)
    >>> recall(hits, np.array([5])).tolist()  # 2 of 5
    [0.4]
    """
    return np.asarray(hits.sum(axis=1) / n_relevant, dtype=np.float64)


def hit_rate(hits: Hits) -> PerUser:
    """Return 1 where anything on the list is relevant, else 0.

    >>> hit_rate(np.array([[False, True], [False, False]])).tolist()
    [1.0, 0.0]
    """
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def reciprocal_rank(hits: Hits) -> PerUser:
    """Return 1 / the place of the first relevant item, 0 if there is none; its mean is MRR.

    >>> hits = np.array([[0, 1, 0, 0, 1, 0, 0, 0, 0, 0]], dtype=bool)
    >>> reciprocal_rank(hits).tolist()  # place 2
    [0.5]
    """
    return np.asarray(np.where(hits.any(axis=1), 1.0 / (1 + hits.argmax(axis=1)), 0.0))


def average_precision(hits: Hits, n_relevant: Counts) -> PerUser:
    """Return the sum of the precision at each relevant place, divided by how many are relevant; its mean is MAP.

    >>> hits = np.array([[0, 1, 0, 0, 1, 0, 0, 0, 0, 0]], dtype=bool)
    >>> average_precision(hits, np.array([5])).round(4).tolist()  # (1/2 + 2/5) / 5
    [0.18]
    """
    places = np.arange(1, hits.shape[1] + 1)
    return np.asarray((np.cumsum(hits, axis=1) / places * hits).sum(axis=1) / n_relevant)


def ndcg(hits: Hits, n_relevant: Counts) -> PerUser:
    """Return the discounted gain (1 / log2(1 + place) a relevant item) as a share of what a perfect list has.

    Source: Järvelin & Kekäläinen 2002.

    >>> hits = np.array([[0, 1, 0, 0, 1, 0, 0, 0, 0, 0]], dtype=bool)
    >>> ndcg(hits, np.array([5])).round(4).tolist()  # (0.6309 + 0.3869) / (1 + 0.6309 + 0.5 + 0.4307 + 0.3869)
    [0.3452]
    """
    discount = 1.0 / np.log2(np.arange(2, hits.shape[1] + 2))
    perfect = np.cumsum(discount)[np.minimum(n_relevant, hits.shape[1]) - 1]
    return np.asarray(hits @ discount / perfect)


def novelty(lists: Lists, item_counts: Counts, n_users: int) -> PerUser:
    """Return the mean self-information of the items listed, in bits: how unexpected it is that somebody knows them.

    An item that c of n users know has -log2((c + 1) / (n + 1)). NaN for an empty list. Source: Zhou et al. 2010.

    >>> novelty(np.array([[0, 1]]), np.array([7, 3]), n_users=7).tolist()  # known by all: 0 bits; by half: 1 bit
    [0.5]
    """
    bits = -np.log2((item_counts + 1) / (n_users + 1))
    return _mean_listed(np.where(lists >= 0, bits[lists], 0.0), lists)


def diversity(lists: Lists, features: sparse.csr_matrix) -> PerUser:
    """Return the mean distance between two items of a list, 1 - cosine of their rows of features (length 1 or 0).

    NaN for a list of fewer than two. Source: Ziegler et al. 2005.

    >>> features = sparse.csr_matrix(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    >>> diversity(np.array([[0, 1, 2]]), features).round(4).tolist()  # of three pairs one is alike
    [0.6667]
    """
    rows, places = np.nonzero(lists >= 0)
    shown = np.bincount(rows, minlength=len(lists)).astype(np.float64)
    chosen = sparse.csr_matrix((np.ones(len(rows)), (rows, lists[rows, places])), shape=(len(lists), features.shape[0]))
    summed = chosen @ features  # |sum of rows|^2 holds every pair twice, and each item with itself once
    alike = np.asarray(summed.multiply(summed).sum(axis=1)).ravel()
    own = chosen @ np.asarray(features.multiply(features).sum(axis=1)).ravel()
    pairs = shown * (shown - 1)
    return np.asarray(np.where(pairs > 0, 1 - (alike - own) / np.maximum(pairs, 1), np.nan))


def coverage(lists: Lists, n_candidates: int) -> float:
    """Return the share of the candidates that stands on anybody's list.

    >>> coverage(np.array([[0, 1], [1, -1]]), n_candidates=4)
    0.5
    """
    return len(np.unique(lists[lists >= 0])) / n_candidates


def gini(lists: Lists, n_candidates: int) -> float:
    """Return how unequally often candidates are listed: 0 all the same, near 1 always the same few.

    >>> gini(np.array([[0, 1], [2, 3]]), 4), gini(np.array([[0], [0]]), 4)
    (0.0, 0.75)
    """
    _, shown = np.unique(lists[lists >= 0], return_counts=True)
    often = np.concatenate([np.zeros(n_candidates - len(shown)), np.sort(shown)])
    if not often.sum():
        return 0.0
    places = np.arange(1, n_candidates + 1)
    return float(((2 * places - n_candidates - 1) * often).sum() / (n_candidates * often.sum()))


def by_user(lists: Lists, relevant: sparse.csr_matrix, graph: KnowledgeGraph) -> dict[str, PerUser]:
    """Return all of BY_USER for some lists; ``graph`` is the one learned from, which says what is known and alike."""
    hits = hits_of(lists, relevant)
    n_relevant = np.diff(relevant.indptr)
    log = graph.interactions
    return {
        "ndcg": ndcg(hits, n_relevant),
        "precision": precision(hits),
        "recall": recall(hits, n_relevant),
        "hit_rate": hit_rate(hits),
        "mrr": reciprocal_rank(hits),
        "map": average_precision(hits, n_relevant),
        "novelty": novelty(lists, log.item_counts, log.n_users),
        "diversity": diversity(lists, graph.features[: graph.n_items, :]),
    }


def _mean_listed(values: NDArray[np.float64], lists: Lists) -> PerUser:
    shown = (lists >= 0).sum(axis=1)
    return np.asarray(np.where(shown > 0, values.sum(axis=1) / np.maximum(shown, 1), np.nan))


__all__ = [
    "BY_USER",
    "TOGETHER",
    "K",
    "average_precision",
    "by_user",
    "coverage",
    "diversity",
    "gini",
    "hit_rate",
    "hits_of",
    "ndcg",
    "novelty",
    "precision",
    "recall",
    "reciprocal_rank",
]
