"""What the scorers that torch trains have in common: a quiet, repeatable torch, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]

_SMALL: Final = 256
_ROUNDING: Final = 1e-9

K: Final = 10
"""So many items of a list count."""

_PATIENCE: Final = 4
"""After so many looks at what was held out without anything better, learning stops."""


@contextmanager
def own_torch(seed: int) -> Iterator[Any]:
    """Lend torch with random numbers of its own and one thread, which is faster for small steps; both are put back."""
    import torch  # only learning needs it

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield torch
        finally:
            torch.set_num_threads(threads)


def best_epochs(
    epochs: int,
    step: Callable[[], None],
    quality: Callable[[], float],
    *,
    every: int = 5,
    keep: Callable[[], None] = lambda: None,
) -> int:
    """Take a step an epoch until quality has not been better for a while; return after how many it was best.

    Quality is looked at ``every`` few epochs, and ``keep`` called whenever it is better than ever before.
    """
    best, best_at = -1.0, epochs
    for epoch in range(1, epochs + 1):
        step()
        if epoch % every:
            continue
        found = quality()
        if found > best:
            best, best_at = found, epoch
            keep()
        elif epoch - best_at >= every * _PATIENCE:
            break
    return best_at


def ndcg(scores: NDArray[np.floating[Any]], known: sparse.csr_matrix, held: sparse.csr_matrix) -> float:
    """Return the mean NDCG@K of some users' lists, from scores (users, n_items), which are changed.

    What is known is not listed; ``held`` is what should be found, at least one item in each row.
    """
    scores[np.repeat(np.arange(len(scores)), np.diff(known.indptr)), known.indices] = -np.inf
    k = min(K, scores.shape[1])
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    wanted = np.zeros(scores.shape, dtype=np.bool_)
    wanted[np.repeat(np.arange(len(scores)), np.diff(held.indptr)), held.indices] = True
    found = np.take_along_axis(wanted, np.take_along_axis(best, order, axis=1), axis=1)
    gains = 1.0 / np.log2(np.arange(k) + 2)
    ideal = np.concatenate(([0.0], np.cumsum(gains)))[np.minimum(np.diff(held.indptr), k)]
    return float((found @ gains / ideal).mean())


def truncated(matrix: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return the main singular vectors and values of a matrix (n, m): (n, r), (r,) and (r, m), the greatest last.

    There are at most ``rank``, and values that are nothing but rounding are left out. What is small is taken apart as a
    whole: the iteration for large ones begins anew, from numbers nobody seeds, where it runs out of distinct values.
    """
    whole = matrix.astype(np.float64)
    if min(whole.shape) <= max(_SMALL, rank):
        left, values, right = np.linalg.svd(whole.toarray(), full_matrices=False)
        left, values, right = left[:, ::-1], values[::-1], right[::-1]
    else:
        from scipy.sparse.linalg import svds

        found = svds(whole, k=rank, v0=rng.standard_normal(min(whole.shape)))
        left, values, right = (np.asarray(one, dtype=np.float64) for one in found)
    first = len(values) - min(rank, int(np.count_nonzero(values > _ROUNDING * values.max(initial=0.0))))
    return left[:, first:], values[first:], right[first:]


def log_chance(share: NDArray[np.floating[Any]], draws: int) -> NDArray[np.float32]:
    """Return the logarithm of the chance that each item is among those of a number of users drawn, (n,).

    Where a softmax ranks only the items of a batch, the popular are in it more often and would be held down; taking
    this off their scores makes up for it (Yi et al. 2019, section 4).
    """
    missed = np.log1p(-np.clip(share, 0.0, 1.0 - 1e-6)) * draws
    return np.asarray(np.log(np.maximum(-np.expm1(missed), 1e-12)), dtype=np.float32)
