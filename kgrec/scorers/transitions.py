"""Transitions: what people choose soon after what, in the order of time.

Where the next choice is asked for, the order of a history says more than its contents: episodes follow each other, and
so do films of one evening's mood. Pairs within a short window of a user's history are counted from the earlier to the
later one, nearer pairs more, and normalised at both ends so that the popular do not follow everything (a windowed
first-order Markov chain; cf. Davidson et al. 2010 and, for the normalised counts, Sarwar et al. 2001).

Choices of the same second have no order: such a pair counts half in each direction.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.scorers.item_item import ItemItem


class Transitions(ItemItem):
    """The sum over the history of how often the candidate came soon after each item, the latest first.

    Args:
        window: pairs at most so many places apart count, each 1 / places.
        disliked: what a hated item of the history counts where a liked one counts 1.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "transitions"

    def __init__(self, window: int = 5, *, disliked: float = 0.5, recency: float | None = 2.0) -> None:
        super().__init__(disliked, recency)
        self.window = window

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Count; cost O(window × interactions). Without times there is nothing to count, and no opinion."""
        counts = self._counts(graph.interactions)
        leaving, arriving = (np.asarray(counts.sum(axis=axis), dtype=np.float32).ravel() for axis in (1, 0))
        scaled = sparse.diags_array(_inverse_root(leaving)) @ counts @ sparse.diags_array(_inverse_root(arriving))
        self.weights_ = sparse.csr_matrix(scaled, dtype=np.float32)
        self.average_ = np.zeros(graph.n_items, dtype=np.float32)
        self.known_ = leaving + arriving > 0
        return self

    def _counts(self, log: Interactions) -> sparse.csr_matrix:
        """Return how often each item came soon after each other one, weighted by nearness: CSR (n_items, n_items)."""
        timed = np.flatnonzero(log.times)
        order = timed[np.lexsort((log.items[timed], log.times[timed], log.users[timed]))]
        users, items, times = log.users[order], log.items[order], log.times[order]
        counts = no_links(log.n_items, log.n_items)
        for apart in range(1, self.window + 1):
            pair = (users[:-apart] == users[apart:]) & (items[:-apart] != items[apart:])
            earlier, later = items[:-apart][pair], items[apart:][pair]
            tied = times[:-apart][pair] == times[apart:][pair]
            weight = np.where(tied, 0.5, 1.0) / apart
            forward = _matrix(earlier, later, weight, log.n_items)
            backward = _matrix(later[tied], earlier[tied], weight[tied], log.n_items)
            counts = counts + forward + backward
        return sparse.csr_matrix(counts)


def _matrix(
    rows: NDArray[np.int32], columns: NDArray[np.int32], weights: NDArray[np.float64], n: int
) -> sparse.csr_matrix:
    return sparse.csr_matrix((weights.astype(np.float32), (rows, columns)), shape=(n, n))


def _inverse_root(totals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 / sqrt(total), for totals below 1 as for 1: what was seen once shall not weigh most."""
    return np.asarray(1 / np.sqrt(np.maximum(totals, 1)), dtype=np.float32)
