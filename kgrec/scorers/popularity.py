"""Popularity: what many people chose, or, without any interactions, what is widely known.

The logarithm keeps an item with 300 ratings from weighing a hundred times one with three. A prior facet has few steps;
within a step, items that share their values with many others come first.
"""

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share


class Popularity:
    """log(1 + users who interacted); before the first interaction the prior facet; else no opinion."""

    name: ClassVar[str] = "popularity"

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Count; cost O(interactions)."""
        if len(graph.interactions):
            scores = np.log1p(graph.interactions.item_counts)
        elif graph.prior is not None:
            scores = graph.prior + _centrality(graph)
        else:
            scores = np.full(graph.n_items, np.nan)
        self.scores_: Scores = scores.astype(np.float32)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return the popularity of each candidate, whoever asks."""
        del evidence
        return self.scores_[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share: popularity speaks for itself."""
        return (Share(self.score(evidence, candidates).astype(np.float64)),)


def _centrality(graph: KnowledgeGraph) -> NDArray[np.float64]:
    """Return how much of the catalogue each item shares values with, as a rank between 0 and 1, shape (n_items,)."""
    items = graph.features[: graph.n_items]
    shared = np.asarray(items @ items.sum(axis=0).T).ravel()
    return np.argsort(np.argsort(shared, kind="stable"), kind="stable") / max(graph.n_items - 1, 1)
