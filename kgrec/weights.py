"""Weight tables: how much each scorer counts, by how many items a user has rated and by how many users an item has.

A table is learned from held-out interactions (kgrec.learning.weights) and kept with what else was fitted. Evidence is
counted in buckets, because the tenth rating says more than the hundredth, and because weights of a bucket have to be
learned from more than a few users. Items have an age, so that what nobody has rated yet is not judged by scorers that
live from ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import Interactions
from kgrec.graph.people import People

BUCKETS: Final = (0, 1, 3, 6, 11, 21)
"""From so many rated items on, the next bucket."""

FEW: Final = 5
"""From so many users on, an item is established."""


LEAST_INTERACTIONS: Final = 2_000
"""With fewer interactions nothing is learned: the constant weights are better."""

LEAST_ACTIVE: Final = 50
"""Nor with fewer users or items that have interactions."""


class ItemAge(IntEnum):
    """How much is known of an item from those who rated it; also the place in arrays by age."""

    NEW = 0
    FEW = 1
    ESTABLISHED = 2

    @property
    def words(self) -> str:
        """What to call items of that age."""
        return ("nobody rated it", f"fewer than {FEW} rated it", "rated by more")[self]


def bucket_of(n_rated: int) -> int:
    """Return the place in BUCKETS of a user with so many rated items.

    >>> [bucket_of(n) for n in (0, 2, 3, 10, 11, 21, 900)]
    [0, 1, 2, 3, 4, 5, 5]
    """
    return int(np.searchsorted(BUCKETS, n_rated, side="right")) - 1


def bucket_words(bucket: int) -> str:
    """Return the numbers of rated items of a bucket.

    >>> [bucket_words(bucket) for bucket in (0, 1, 5)]
    ['0', '1-2', '21+']
    """
    if bucket == len(BUCKETS) - 1:
        return f"{BUCKETS[bucket]}+"
    least, most = BUCKETS[bucket], BUCKETS[bucket + 1] - 1
    return str(least) if least == most else f"{least}-{most}"


def item_ages(interactions: Interactions) -> NDArray[np.int8]:
    """Return the ItemAge of each item, shape (n_items,)."""
    counts = interactions.item_counts
    return (counts > 0).astype(np.int8) + (counts >= FEW).astype(np.int8)


def is_enough(log: Interactions) -> bool:
    """Whether there are interactions enough to learn from."""
    if len(log) < LEAST_INTERACTIONS:
        return False
    active = np.count_nonzero(np.diff(log.user_items.indptr))
    return bool(min(active, np.count_nonzero(log.item_counts)) >= LEAST_ACTIVE)


def is_network(people: People) -> bool:
    """Whether enough people know somebody to learn how much that counts."""
    return bool(np.count_nonzero(np.diff(people.knows.indptr)) >= LEAST_ACTIVE)


def is_told(opinions: sparse.csr_matrix) -> bool:
    """Whether enough people told opinions on values, (n_users, n_entities), to learn from."""
    return bool(np.count_nonzero(np.diff(opinions.indptr)) >= LEAST_ACTIVE)


@dataclass(frozen=True, slots=True)
class Found:
    """How the weights of one bucket and age were found.

    Attributes:
        n_users: so many users' held-out interactions chose them; 0: there were too few, and the nearest were taken.
        ndcg: the mean NDCG@10 on those, of the weights.
        best: the scorer that is best alone; "" without any.
        best_ndcg: its mean NDCG@10 on the same.
    """

    n_users: int = 0
    ndcg: float = 0.0
    best: str = ""
    best_ndcg: float = 0.0


@dataclass(frozen=True, eq=False)
class WeightTable:
    """Learned weights.

    Attributes:
        scorers: those that were learned about; other scorers keep their constant weights.
        weights: float64 (buckets, ages, scorers), 0 or more; those of established items sum to 1 in each bucket.
        found: one for each bucket and age, in that order.
    """

    scorers: tuple[str, ...]
    weights: NDArray[np.float64]
    found: tuple[Found, ...]

    def row(self, n_rated: int) -> Mapping[str, NDArray[np.float64]]:
        """Return scorer → its weight by ItemAge, shape (3,), for a user with so many rated items."""
        return dict(zip(self.scorers, self.weights[bucket_of(n_rated)].T, strict=True))

    def hears_values(self, n_rated: int) -> bool:
        """Whether opinions on values are part of what the weights of a user with so many rated items were learned on.

        So it is where people told some and the scorer that goes by them earned a weight.
        """
        row = self.row(n_rated)
        return "values" in row and bool(row["values"].any())

    def found_for(self, bucket: int, age: ItemAge) -> Found:
        """Return how the weights of a bucket and an age were found."""
        return self.found[bucket * len(ItemAge) + age]

    @property
    def ndcg(self) -> float:
        """The mean NDCG@10 of the blend on the interactions that were held out to learn the table, of whole histories.

        Not of new items, which are asked for on their own; a figure to compare versions by, not to report.
        """
        found = [one for one in self.found[ItemAge.ESTABLISHED :: len(ItemAge)] if one.n_users]
        total = sum(one.n_users for one in found)
        return sum(one.ndcg * one.n_users for one in found) / total if total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the table as what JSON can hold."""
        return {
            "scorers": list(self.scorers),
            "weights": self.weights.tolist(),
            "found": [[one.n_users, one.ndcg, one.best, one.best_ndcg] for one in self.found],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the table of :meth:`to_json`; raises ValueError, KeyError or TypeError for anything else."""
        scorers = tuple(str(name) for name in value["scorers"])
        weights = np.array(value["weights"], dtype=np.float64)
        if weights.shape != (len(BUCKETS), len(ItemAge), len(scorers)):
            raise ValueError(f"a table of {len(scorers)} scorers cannot have the shape {weights.shape}")
        found = _founds(value["found"])
        if len(found) != len(BUCKETS) * len(ItemAge):
            raise ValueError(f"{len(found)} notes on {len(BUCKETS) * len(ItemAge)} sets of weights")
        return cls(scorers, weights, found)


def _founds(values: Sequence[Sequence[Any]]) -> tuple[Found, ...]:
    return tuple(Found(int(n), float(ndcg), str(best), float(alone)) for n, ndcg, best, alone in values)
