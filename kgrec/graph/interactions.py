"""Interactions: who did what with which item, when, and in what context, as columns.

Ratings come on many scales and many logs have none. Each interaction therefore has one ``value`` in [-1, 1], computed
once from the scale seen in the data: 1 loved, 0 indifferent, -1 hated; without a rating its kind says it
(kgrec.graph.event_kinds), 1 where it has none. Scorers read only the values, so no scale leaks into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Occasion
from kgrec.graph.event_kinds import CHOSEN

NEUTRAL = 0.6
"""Where on its scale a rating says neither yes nor no: people rate what they chose to see, so above the middle."""


def rating_values(
    ratings: NDArray[np.float64], low: float | None = None, high: float | None = None
) -> NDArray[np.float32]:
    """Map ratings to values in [-1, 1], shape (n,); NaN ratings (only an event) become 1.

    ``low`` and ``high`` are the ends of the scale; by default the least and greatest rating present. The neutral
    point lies at NEUTRAL of the scale, both sides are linear.

    >>> rating_values(np.array([1.0, 3.4, 4.2, 5.0])).tolist()
    [-1.0, 0.0, 0.5, 1.0]
    """
    known = ratings[~np.isnan(ratings)]
    low = float(known.min()) if low is None and known.size else (low or 0.0)
    high = float(known.max()) if high is None and known.size else (high if high is not None else 1.0)
    if high <= low:
        return np.ones(len(ratings), dtype=np.float32)
    position = (ratings - low) / (high - low) - NEUTRAL
    values = np.where(position >= 0, position / (1 - NEUTRAL), position / NEUTRAL)
    return np.where(np.isnan(ratings), 1.0, np.clip(values, -1.0, 1.0)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Interactions:
    """Columns of equal length m, one row an interaction; a pair may occur more than once.

    Attributes:
        user_ids: the users, in the order of the rows of ``user_items``.
        users, items: int32 (m,): which user, which item.
        ratings: float64 (m,), as given, NaN = none.
        values: float32 (m,) in [-1, 1].
        times: int64 (m,), seconds since 1970-01-01, 0 = unknown.
        context: column name → one string an interaction.
        kind_names: the kinds of events, the first of which is "": rated, or chosen.
        kinds: int16 (m,): which kind; empty where all are ratings or choices.
        amounts: float64 (m,): how often, or how many seconds; NaN = not told; empty where it is never told.
        trusts: float32 (m,): how much each counts as a choice, 1 on average, 0 if it was turned down; empty: all 1.
    """

    user_ids: tuple[str, ...]
    n_items: int
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    ratings: NDArray[np.float64]
    values: NDArray[np.float32]
    times: NDArray[np.int64]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind_names: tuple[str, ...] = (CHOSEN,)
    kinds: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, dtype=np.int16))
    amounts: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    trusts: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))

    @classmethod
    def empty(cls, n_items: int = 0) -> Interactions:
        """Return no interactions over that many items."""
        none = np.empty(0)
        return cls(
            (),
            n_items,
            none.astype(np.int32),
            none.astype(np.int32),
            none,
            none.astype(np.float32),
            none.astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.users)

    def take(
        self,
        rows: NDArray[np.intp],
        user_ids: tuple[str, ...] | None = None,
        number: NDArray[np.int32] | None = None,
    ) -> Interactions:
        """Return some of the interactions, with all that is known of each.

        ``number`` says which place in ``user_ids`` each user has; by default users stay as they are.
        """
        return replace(
            self,
            user_ids=self.user_ids if user_ids is None else user_ids,
            users=self.users[rows] if number is None else number[self.users[rows]],
            **{name: getattr(self, name)[rows] for name in ("items", "ratings", "values", "times")},
            **{name: getattr(self, name)[rows] for name in ("kinds", "amounts", "trusts") if getattr(self, name).size},
            context={name: tuple(column[row] for row in rows) for name, column in self.context.items()},
        )

    @property
    def n_users(self) -> int:
        """How many users there are."""
        return len(self.user_ids)

    @cached_property
    def user_items(self) -> sparse.csr_matrix:
        """The value of each pair, the latest where there are several: CSR (n_users, n_items) float32, no zeros lost.

        A pair whose value is exactly 0 is stored as the smallest positive float, so that "has rated" stays true.
        """
        values = self.values[self._latest]
        return self._matrix(self._latest, np.where(values == 0, np.finfo(np.float32).tiny, values))

    @cached_property
    def chosen(self) -> sparse.csr_matrix:
        """Who chose what, and how much that counts, 1 on average: CSR (n_users, n_items) float32.

        The pairs of ``user_items`` without those that were only turned down: to skip something is not to choose it.
        """
        if not self.trusts.size:
            return self._matrix(self._latest, np.ones(len(self._latest), dtype=np.float32))
        rows = self._latest[self.trusts[self._latest] > 0]
        return self._matrix(rows, self.trusts[rows])

    @cached_property
    def _latest(self) -> NDArray[np.intp]:
        """The row of each pair, the latest where there are several, (pairs,)."""
        order = np.argsort(self.times, kind="stable")
        pair = self.users[order].astype(np.int64) * max(self.n_items, 1) + self.items[order]
        _, last = np.unique(pair[::-1], return_index=True)
        return np.asarray(order[len(order) - 1 - last])

    def _matrix(self, rows: NDArray[np.intp], cells: NDArray[np.float32]) -> sparse.csr_matrix:
        return sparse.csr_matrix((cells, (self.users[rows], self.items[rows])), shape=(self.n_users, self.n_items))

    @cached_property
    def item_counts(self) -> NDArray[np.int64]:
        """How many users chose each item, shape (n_items,)."""
        return np.bincount(self.chosen.indices, minlength=self.n_items).astype(np.int64)

    @cached_property
    def _item_users(self) -> sparse.csc_matrix:
        return self.user_items.tocsc()

    def liked_by(self, item: int) -> NDArray[np.int32]:
        """Return the users whose value for an item is above 0, ascending."""
        matrix = self._item_users
        column = slice(matrix.indptr[item], matrix.indptr[item + 1])
        return np.asarray(matrix.indices[column][matrix.data[column] > 0])

    def history(self, user: str) -> dict[int, float]:
        """Return item number → value for one user; empty for an unknown one."""
        if user not in self.user_ids:
            return {}
        matrix, number = self.user_items, self.user_ids.index(user)
        row = slice(matrix.indptr[number], matrix.indptr[number + 1])
        return dict(zip(matrix.indices[row].tolist(), matrix.data[row].tolist(), strict=True))

    def ages_days(self, user: str) -> dict[int, float]:
        """Return item number → days before the last thing the user did; empty for an unknown one or without times."""
        own = np.flatnonzero(self.users == self.user_ids.index(user)) if user in self.user_ids else np.empty(0, np.intp)
        times = self.times[own]
        if not times.any():
            return {}
        order = np.argsort(times, kind="stable")
        ages = (times.max() - times[order]) / 86_400
        return dict(zip(self.items[own][order].tolist(), ages.tolist(), strict=True))

    def occasions(self, user: str) -> dict[int, tuple[Occasion, ...]]:
        """Return item number → each time one user did something with it; empty where no circumstances are told."""
        if not self.context or user not in self.user_ids:
            return {}
        found: dict[int, tuple[Occasion, ...]] = {}
        for row in np.flatnonzero(self.users == self.user_ids.index(user)).tolist():
            told = tuple((name, column[row]) for name, column in self.context.items() if column[row])
            item = int(self.items[row])
            found[item] = (*found.get(item, ()), Occasion(float(self.values[row]), told))
        return found
