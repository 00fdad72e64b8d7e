"""Biased factors: a rating as the average of all, plus how kind the user and how good the item is, plus how they fit.

The standard prediction of ratings (Koren, Bell & Volinsky 2009, "Matrix factorization techniques for recommender
systems"), solved by alternating ridge regressions. It says nothing of who chooses what, so it is no scorer of lists; it
is what any other prediction of ratings has to be compared with, and one of the inputs of kgrec.learning.signals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

RANK: Final = 12
EPOCHS: Final = 8
_CHUNK: Final = 4096

Vector = NDArray[np.float64]
Numbers = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class BiasedFactors:
    """r(u, i) = average + spread (b_u + b_i + p_u · q_i).

    Attributes:
        average, spread: mean and standard deviation of all ratings, so that ridges mean the same on any scale.
        users, items: float64 (n, 1 + rank), the bias first.
        ridge: float64 (1 + rank,), the penalty on each.
    """

    average: float
    spread: float
    users: Vector
    items: Vector
    ridge: Vector

    @classmethod
    def fit(  # noqa: PLR0913  (the parameters of the factorisation)
        cls,
        ratings: sparse.csr_matrix,
        *,
        rank: int = RANK,
        reg: float = 15.0,
        bias_reg: float = 4.0,
        epochs: int = EPOCHS,
        rng: int = 0,
    ) -> Self:
        """Learn from ratings, CSR (n_users, n_items) of which every stored cell counts.

        Args:
            ratings: on any scale.
            rank: the length of the vectors beside the biases; 0: biases alone.
            reg: the ridge of the vectors.
            bias_reg: the ridge of the biases.
            epochs: how often users and items take turns.
            rng: where the vectors start.
        """
        n_users, n_items = ratings.shape
        average = float(ratings.data.mean()) if ratings.nnz else 0.0
        spread = (float(ratings.data.std()) if ratings.nnz else 0.0) or 1.0
        rest = ratings.astype(np.float64)
        rest.data = (rest.data - average) / spread
        ridge = np.concatenate(([bias_reg], np.full(rank, reg)))
        users = np.zeros((n_users, 1 + rank))
        items = np.column_stack([np.zeros(n_items), np.random.default_rng(rng).normal(0, 0.1, (n_items, rank))])
        turned = sparse.csr_matrix(rest.T)
        for _ in range(epochs):
            users = _solved(rest, items, ridge)
            items = _solved(turned, users, ridge)
        return cls(average, spread, users, items, ridge)

    def predict(self, users: Numbers, items: Numbers) -> Vector:
        """Return what some users would rate some items, pair by pair, (k,); who is unknown is average."""
        return self._rated(self.users[users], self.items[items])

    def predict_for(self, known: Numbers, ratings: Vector, items: Numbers) -> Vector:
        """Return what somebody who rated the items ``known`` with ``ratings`` would rate other items, (n,)."""
        design = np.column_stack([np.ones(len(known)), self.items[known, 1:]])
        rest = (ratings - self.average) / self.spread - self.items[known, 0]
        own = np.linalg.solve(design.T @ design + np.diag(self.ridge), design.T @ rest)
        return self._rated(own[None, :], self.items[items])

    def _rated(self, users: Vector, items: Vector) -> Vector:
        fit = (users[:, 1:] * items[:, 1:]).sum(axis=1)
        return np.asarray(self.average + self.spread * (users[:, 0] + items[:, 0] + fit))


def _solved(rest: sparse.csr_matrix, others: Vector, ridge: Vector) -> Vector:
    """Return bias and vector of each row by ridge regression on those of the columns, (rows, 1 + rank)."""
    known = sparse.csr_matrix((np.ones(rest.nnz), rest.indices, rest.indptr), shape=rest.shape)
    design = np.column_stack([np.ones(len(others)), others[:, 1:]])
    width = design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    apart = rest.copy()
    apart.data = rest.data - others[rest.indices, 0]
    found = np.empty((rest.shape[0], width))
    for start in range(0, len(found), _CHUNK):
        part = slice(start, start + _CHUNK)
        left = (known[part] @ products).reshape(-1, width, width) + np.diag(ridge)
        found[part] = np.linalg.solve(left, (apart[part] @ design)[:, :, None])[:, :, 0]
    return found
