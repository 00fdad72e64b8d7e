"""Rows: what is done to the scores of many users at once, each user a row.

With numba (the extra ``fast``) each row is made and read where it stays in the cache, on all processors; without, numpy
and scipy do the same a matrix at a time. The numbers are the same but for the order in which they are added up.
"""

import sys
from importlib.util import find_spec
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.scorers.base import Scores
from kgrec.scorers.topk import WORTH_COMPILING, additions, over_rows, parts_of

_FLAT: Final = 1e-9
"""Up to this part of its greatest score, the spread of a row is nothing but rounding."""


def is_flat(spread: float | NDArray[np.float64], peak: float | NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether scores with that spread and greatest absolute value are all the same but for rounding."""
    return np.asarray(spread <= _FLAT * np.maximum(1.0, peak))


def is_compiled(steps: float) -> bool:
    """Whether so many steps are worth the second that numba takes to be imported, if it was not before."""
    return "numba" in sys.modules or (steps >= WORTH_COMPILING and find_spec("numba") is not None)


def dense_product(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Scores:
    """Return ``left @ right``, dense (n, p) float32; for a right side whose rows are so full that little of it is 0."""
    left, right = left.astype(np.float32, copy=False), right.astype(np.float32, copy=False)
    if not is_compiled(float(additions(left, right).sum())):
        return np.asarray((left @ right).toarray(), dtype=np.float32)
    from kgrec.scorers.rows_kernel import product_rows

    product = np.zeros((left.shape[0], right.shape[1]), dtype=np.float32)
    first, second = parts_of(left), parts_of(right)
    over_rows(lambda span: product_rows(span, first, second, product), len(product))
    return product


def standardised(scores: Scores) -> Scores:
    """Return scores (users, n_items) divided by each user's spread, the average where there is no opinion.

    Rows without opinion, or with the same opinion on everything, become 0: they tell nothing apart.
    """
    known = ~np.isnan(scores)
    found = np.where(known, scores, 0).astype(np.float64)
    n_known = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = found.sum(axis=1, keepdims=True) / n_known
    spread = np.sqrt((np.where(known, found - mean, 0) ** 2).sum(axis=1, keepdims=True) / n_known)
    flat = is_flat(spread, np.abs(found).max(axis=1, keepdims=True, initial=0.0))
    filled = np.where(known, found, mean) / np.where(flat, 1.0, spread)
    return np.where(flat, 0.0, filled).astype(np.float32)


def add_standardised(scores: Scores, weights: Scores, total: Scores) -> None:
    """Add :func:`standardised` scores times the weights (n_items,) to ``total``, in its place."""
    if not is_compiled(scores.size):
        total += standardised(scores) * weights
        return
    from kgrec.scorers.rows_kernel import add_rows

    scores, weights = np.ascontiguousarray(scores), np.ascontiguousarray(weights)
    over_rows(lambda span: add_rows(span, scores, weights, _FLAT, total), len(total))


def best_of_rows(scores: Scores, n: int) -> tuple[NDArray[np.intp], Scores]:
    """Return the n items with the greatest scores of each row, greatest first; of equal ones the lower number first.

    Args:
        scores: float32 (users, n_items); -infinity for what may not be listed.
        n: how many.

    Returns:
        ids (users, n), -1 where there are fewer; their scores (users, n), -infinity there.

    >>> ids, values = best_of_rows(np.array([[1, 3, 3, -np.inf]], dtype=np.float32), 4)
    >>> ids.tolist(), values.tolist()
    ([[1, 2, 0, -1]], [[3.0, 3.0, 1.0, -inf]])
    """
    ids = np.full((len(scores), n), -1, dtype=np.intp)
    values = np.full((len(scores), n), -np.inf, dtype=np.float32)
    if n and is_compiled(scores.size):
        from kgrec.scorers.rows_kernel import best_rows

        over_rows(lambda span: best_rows(span, scores, ids, values), len(scores))
        return ids, values
    for row, own in enumerate(scores):
        numbers = np.flatnonzero(own > -np.inf)
        if n < len(numbers):  # only what may be among the first is worth sorting, all equals of the last included
            numbers = numbers[own[numbers] >= np.partition(own[numbers], len(numbers) - n)[len(numbers) - n]]
        best = numbers[np.lexsort((numbers, -own[numbers]))][:n]
        ids[row, : len(best)], values[row, : len(best)] = best, own[best]
    return ids, values
