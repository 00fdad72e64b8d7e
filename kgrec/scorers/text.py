"""Text: items whose descriptions mean something like what the user said, or like what the user likes.

Cosine over sentence vectors. Item vectors come ready (they are cached by what was described, so starting needs no
model); only a wish in free words needs the encoder, which is loaded when the first one comes.
"""

from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion

Encode = Callable[[tuple[str, ...]], NDArray[np.float32]]
"""Maps texts to vectors of length 1, shape (len(texts), d)."""


class Text:
    """Cosine between an item's description and each text wish and liked item, averaged by weight.

    Args:
        vectors: float32 (n_items, d), rows of length 1, or 0 for an item without description; None: no descriptions.
        encode: reads text wishes.
        wish_weight: how much a wish in words counts beside an opinion on an item.
    """

    name: ClassVar[str] = "text"

    def __init__(self, vectors: NDArray[np.float32] | None, encode: Encode, wish_weight: float = 3.0) -> None:
        self.vectors = vectors
        self.encode = encode
        self.wish_weight = wish_weight

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Check that there is one vector an item; nothing is learned."""
        if self.vectors is not None and len(self.vectors) != graph.n_items:
            raise ValueError(f"{len(self.vectors)} vectors for {graph.n_items} items")
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN for items without description, and without wish or rated item."""
        queries, weights = self._queries(evidence)
        if self.vectors is None or not len(weights):
            return no_opinion(candidates)
        own = self.vectors[candidates]
        scores = own @ (weights @ queries)
        return np.where(np.any(own, axis=1), scores, np.nan).astype(np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> tuple[Share, ...]:
        """Return one share for each rated item and each wish."""
        queries, weights = self._queries(evidence)
        if self.vectors is None or not len(weights):
            return ()
        rated = evidence.entities[evidence.is_item]
        values = (self.vectors[candidates] @ queries.T).astype(np.float64) * weights
        items = [Share(values[:, position], entity=int(item)) for position, item in enumerate(rated)]
        wishes = [
            Share(values[:, len(rated) + position], text=wish.text) for position, wish in enumerate(evidence.texts)
        ]
        return (*items, *wishes)

    def _queries(self, evidence: Evidence) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what to compare with, shape (q, d), and the weight of each, of absolute sum 1."""
        if self.vectors is None:
            return np.empty((0, 0), dtype=np.float32), np.empty(0, dtype=np.float32)
        rated = evidence.entities[evidence.is_item]
        queries = np.asarray(self.vectors[rated], dtype=np.float32)
        weights = evidence.values[evidence.is_item]
        if evidence.texts:
            queries = np.vstack([queries, self.encode(tuple(wish.text for wish in evidence.texts))])
            wished = np.array([wish.weight * self.wish_weight for wish in evidence.texts], dtype=np.float32)
            weights = np.concatenate([weights, wished])
        total = np.abs(weights).sum()
        return (queries, weights / total) if total else (queries[:0], weights[:0])
