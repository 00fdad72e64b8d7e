"""Pairs: who did anything with what, once each; what is held out, and from what, is chosen among these."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import Interactions

_DAY_S: Final = 86_400.0

Users = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Pairs:
    """The m different pairs of user and item, by user, then item; of several interactions the latest counts.

    Attributes:
        n_users, n_items: of the whole log.
        users, items: int32 (m,).
        times: int64 (m,), seconds since 1970-01-01.
        values: float32 (m,), in [-1, 1].
        entries: float32 (m,), the values as a sparse matrix has to hold them, where a zero would mean "not rated".
        is_chosen: bool (m,), whether there was more than being turned down: nobody wants to find what they skip.
        of_row: intp (rows of the log,), the pair of each interaction.
    """

    def __init__(self, log: Interactions) -> None:
        order = np.lexsort((np.arange(len(log)), log.times))
        key = log.users.astype(np.int64) * max(log.n_items, 1) + log.items
        _, self.of_row = np.unique(key, return_inverse=True)
        latest = np.empty(int(self.of_row.max(initial=-1)) + 1, dtype=np.intp)
        latest[self.of_row[order]] = order  # of equal pairs the last assignment stays
        self.n_users, self.n_items = log.n_users, log.n_items
        self.users, self.items, self.times = log.users[latest], log.items[latest], log.times[latest]
        self.values = log.values[latest]
        self.is_chosen = log.trusts[latest] > 0 if log.trusts.size else np.ones(len(latest), dtype=np.bool_)
        self.entries = np.where(self.values == 0, np.finfo(np.float32).tiny, self.values)

    def __len__(self) -> int:
        return len(self.users)

    def places(self, *keys: NDArray[np.generic]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the place of each pair among its user's, by some keys (the first counts most), and how many it has."""
        order = np.lexsort((*reversed(keys), self.users))
        counts = np.bincount(self.users, minlength=self.n_users)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        places = np.empty(len(order), dtype=np.intp)
        places[order] = np.arange(len(order)) - starts[self.users[order]]
        return places, counts[self.users].astype(np.intp)

    def rows(self, users: Users, chosen: Mask, entries: NDArray[np.float32]) -> sparse.csr_matrix:
        """Return some of the pairs as CSR (users, n_items), a row for each of the users, who are ascending.

        ``entries`` (m,) are what the matrix holds; pairs of other users are left out.
        """
        row = np.full(self.n_users, -1, dtype=np.intp)
        row[users] = np.arange(len(users))
        chosen = chosen & (row[self.users] >= 0)
        counts = np.bincount(row[self.users[chosen]], minlength=len(users))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        return sparse.csr_matrix((entries[chosen], self.items[chosen], starts), shape=(len(users), self.n_items))

    def ages(self, known: Mask) -> NDArray[np.float32]:
        """Return how many days before the last known one of its user each known pair was, in the order of the pairs."""
        last = np.full(self.n_users, np.iinfo(np.int64).min)
        np.maximum.at(last, self.users[known], self.times[known])
        return ((last[self.users[known]] - self.times[known]) / _DAY_S).astype(np.float32)
