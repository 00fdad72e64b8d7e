"""How sure a comparison is: intervals by drawing users again, and paired tests between two contenders.

Users are the sample. What a user has in several seeds is averaged first, so that nobody counts twice, and all
contenders are compared on one and the same draw of users: what makes a user hard is common to them and cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.evaluate.metrics import Estimate, interval

ROUNDS: Final = 2_000
PERMUTATIONS: Final = 10_000
_CELLS: Final = 4_000_000
"""So many numbers are drawn at a time."""

PerUser = NDArray[np.float64]


def over_seeds(users: Sequence[NDArray[np.intp]], values: Sequence[PerUser]) -> PerUser:
    """Return one value a user, the mean over the seeds they were judged in, in ascending order of users.

    >>> over_seeds([np.array([3, 5]), np.array([5, 9])], [np.array([1.0, 0.0]), np.array([0.5, 0.2])]).tolist()
    [1.0, 0.25, 0.2]
    """
    everybody, row = np.unique(np.concatenate(users), return_inverse=True)
    told = np.concatenate(values)
    is_told = ~np.isnan(told)
    sums = np.bincount(row[is_told], told[is_told], minlength=len(everybody))
    counts = np.bincount(row[is_told], minlength=len(everybody))
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


class Draws:
    """The means of some per-user values over all users and over samples of them (bootstrap, Efron & Tibshirani 1993).

    Args:
        values: name → float64 (users,), all of the same users in the same order; NaN is left out of a mean.
        rng: draws the users.
    """

    def __init__(self, values: Mapping[str, PerUser], rng: np.random.Generator) -> None:
        self.names = {name: column for column, name in enumerate(values)}
        table = np.column_stack([*values.values()])
        known = ~np.isnan(table)
        filled = np.where(known, table, 0.0)
        self.mean = filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        n = len(table)
        means = []
        for start in range(0, ROUNDS, size := max(1, _CELLS // n)):
            rounds = min(size, ROUNDS - start)
            drawn = rng.integers(n, size=(rounds, n)) + n * np.arange(rounds)[:, None]
            times = np.bincount(drawn.ravel(), minlength=rounds * n).reshape(rounds, n).astype(np.float64)
            counts = times @ known
            means.append(np.where(counts > 0, times @ filled / np.maximum(counts, 1), self.mean))
        self.means = np.vstack(means)

    def mean_of(self, name: str) -> Estimate:
        """Return a mean with its interval."""
        column = self.names[name]
        return interval(float(self.mean[column]), self.means[:, column])

    def ratio(self, above: str, below: str) -> Estimate:
        """Return one mean as a multiple of another."""
        upper, lower = self.names[above], self.names[below]
        ratios = self.means[:, upper] / np.maximum(self.means[:, lower], 1e-12)
        return interval(float(self.mean[upper] / max(self.mean[lower], 1e-12)), ratios)

    def difference(self, above: str, below: str) -> Estimate:
        """Return one mean minus another."""
        upper, lower = self.names[above], self.names[below]
        return interval(float(self.mean[upper] - self.mean[lower]), self.means[:, upper] - self.means[:, lower])


def p_value(one: PerUser, other: PerUser, rng: np.random.Generator) -> float:
    """Return how likely a mean difference as large as this is if both are equally good, for the same users.

    A paired permutation test, two-sided: the sign of each user's difference is drawn at random PERMUTATIONS times.

    >>> p_value(np.arange(20.0) + 1, np.arange(20.0), np.random.default_rng(0)) < 0.001
    True
    """
    gaps = one - other
    gaps = gaps[~np.isnan(gaps) & (gaps != 0)]
    if not gaps.size:
        return 1.0
    least, extreme = abs(gaps.sum()) * (1 - 1e-12), 0
    for start in range(0, PERMUTATIONS, size := max(1, _CELLS // len(gaps))):
        signs = rng.integers(2, size=(min(size, PERMUTATIONS - start), len(gaps)), dtype=np.int8)
        extreme += int(np.count_nonzero(np.abs((2.0 * signs - 1.0) @ gaps) >= least))
    return (extreme + 1) / (PERMUTATIONS + 1)


__all__ = ["PERMUTATIONS", "ROUNDS", "Draws", "over_seeds", "p_value"]
