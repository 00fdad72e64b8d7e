"""Likeness: how much what somebody did in other circumstances says of those of now, learned from data.

Contextual pre-filtering (Adomavicius & Tuzhilin 2011, "Context-aware recommender systems") leaves out of a history what
was done in other circumstances; here that counts less instead, so far as circumstances matter. How far is learned for
each column (company, weather): with what is thought of an item beyond what users and circumstances explain,

    strength = 1 - (agreement of two users in different circumstances) / (agreement in the same ones),

agreement being the mean product of what two users think of one item. It is drawn towards 0 the more the fewer
interactions tell the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Occasion, Value
from kgrec.graph import KnowledgeGraph

TRUST: Final = 100.0
"""So many interactions that tell a column are enough to believe half of its strength."""

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Likeness:
    """How much each column of context matters.

    Attributes:
        strengths: column → from 0, what was done in other circumstances says as much, to 1, it says nothing.
    """

    strengths: Mapping[str, float]

    @classmethod
    def of(cls, graph: KnowledgeGraph) -> Self:
        """Learn from all interactions; cost O(interactions × columns), nothing where no circumstances are told."""
        log = graph.interactions
        users, items = log.users.astype(np.int64), log.items.astype(np.int64)
        beyond = log.values - _means(users, log.values.astype(np.float64))
        found = {}
        for name, column in log.context.items():
            words, codes = np.unique(np.array(column, dtype=np.str_), return_inverse=True)
            told = int((words[codes] != "").sum())
            found[name] = _strength(users, items, codes, beyond - _means(codes, beyond)) * told / (told + TRUST)
        return cls(found)

    def near(self, occasions: tuple[Occasion, ...], now: Mapping[str, Value]) -> float:
        """Return how much an opinion counts now, 0 to 1: as the most similar of its occasions; 1 where none is known.

        >>> then = Occasion(1.0, (("company", "family"),))
        >>> Likeness({"company": 0.3}).near((then,), {"company": "Family"})
        1.0
        >>> Likeness({"company": 0.3}).near((then,), {"company": "alone"})
        0.7
        """
        asked = {name: str(now[name]).casefold() for name in self.strengths if name in now}
        found = []
        for occasion in occasions:
            then = dict(occasion.context)
            apart = [self.strengths[name] for name, value in asked.items() if then.get(name, "").casefold() != value]
            found.append(float(np.prod(1 - np.array(apart))))
        return max(found, default=1.0)


def _means(groups: NDArray[np.integer], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return of each value the mean of its group, (m,)."""
    _, own = np.unique(groups, return_inverse=True)
    return np.asarray((np.bincount(own, values) / np.bincount(own))[own])


def _strength(users: Codes, items: Codes, codes: NDArray[np.intp], values: NDArray[np.float64]) -> float:
    """Return how much less two users agree on an item in different circumstances than in the same ones, 0 to 1."""

    def products(*keys: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the sum of the products of all ordered pairs within groups, and their number, (2,)."""
        _, own = np.unique(np.column_stack(keys), axis=0, return_inverse=True)
        own = own.reshape(-1)
        return np.array([(np.bincount(own, weights) ** 2).sum() for weights in (values, np.ones(len(values)))])

    if not len(values):
        return 0.0
    same = products(items, codes) - products(items, codes, users)
    other = products(items) - products(items, users) - same
    if same[0] <= 0 or not other[1]:
        return 0.0
    return float(np.clip(1 - (other[0] / other[1]) / (same[0] / same[1]), 0, 1))


__all__ = ["Likeness"]
