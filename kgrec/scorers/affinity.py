"""Affinity: items made of what the user likes.

A user's profile is the sum of what they gave an opinion on, each as its vector of attributes (idf-weighted, length 1);
an item's score is the product of the two. So a liked director, a liked film of his, and a liked genre all speak the
same language. Source: the vector-space content model, e.g. Lops, de Gemmis & Semeraro 2011.
"""

from typing import ClassVar, Self

import numpy as np

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion


class Affinity:
    """Sum over the opinions of value × common attributes, divided by the sum of the absolute values."""

    name: ClassVar[str] = "affinity"

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Take the graph's features; nothing is learned."""
        self.features_ = graph.features
        self.items_ = graph.features[: graph.n_items]
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without any opinion."""
        total = np.abs(evidence.values).sum()
        if not total:
            return no_opinion(candidates)
        profile = self.features_[evidence.entities].T @ (evidence.values / total)
        return np.asarray((self.items_ @ profile)[candidates], dtype=np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share for each opinion."""
        total = np.abs(evidence.values).sum()
        if not total:
            return ()
        common = (self.features_[candidates] @ self.features_[evidence.entities].T).toarray().astype(np.float64)
        return tuple(
            Share(common[:, position] * float(value / total), entity=int(entity))
            for position, (entity, value) in enumerate(zip(evidence.entities, evidence.values, strict=True))
        )
