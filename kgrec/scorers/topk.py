"""The greatest entries of each row of a product of two sparse matrices, without ever holding the product.

Who chose what with what is a product of 10,000,000 interactions with themselves: billions of additions, of which 200
numbers an item are kept. The product is therefore made and cut row by row (numba, the extra ``fast``) or block by block
(scipy). Both give the same numbers: sums are taken in the same order, in float32, and ties go to the lowest column.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_BLOCK: Final = 1 << 22
"""A block of rows makes at most so many additions, so that its product stays small."""

WORTH_COMPILING: Final = 1 << 26
"""Below so many additions scipy is done before numba has been imported."""

_ROWS_A_TASK: Final = 32


def top_products(
    left: sparse.csr_matrix,
    right: sparse.csr_matrix,
    k: int,
    scale: NDArray[np.float32] | None = None,
    *,
    diagonal: bool = True,
) -> sparse.csr_matrix:
    """Return the k greatest entries of each row of ``left @ right * scale``, as CSR (n, p) float32, columns ascending.

    Args:
        left: (n, m), entries >= 0.
        right: (m, p), entries >= 0.
        k: how many entries a row keeps; a row with fewer that are greater than 0 keeps those.
        scale: (p,), >= 0, what each column is multiplied by; None: 1.
        diagonal: whether a row may keep the entry of its own number.

    Raises:
        ValueError: the shapes do not fit, k is below 1, or an entry is negative.

    >>> left = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 1.0]]))
    >>> right = sparse.csr_matrix(np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0]]))
    >>> top_products(left, right, 2).toarray().tolist()
    [[3.0, 5.0, 0.0], [0.0, 2.0, 1.0]]
    """
    if left.shape[1] != right.shape[0] or (scale is not None and scale.shape != (right.shape[1],)):
        raise ValueError(f"the shapes {left.shape} and {right.shape} do not fit")
    if k < 1:
        raise ValueError(f"k is {k}")
    factors = np.ones(right.shape[1], dtype=np.float32) if scale is None else scale.astype(np.float32)
    if min(left.data.min(initial=0), right.data.min(initial=0), factors.min(initial=0)) < 0:
        raise ValueError("negative entries have no place in a product whose greatest entries are wanted")
    left, right = left.astype(np.float32, copy=False), right.astype(np.float32, copy=False)
    k = min(k, max(right.shape[1], 1))
    if additions(left, right).sum() < WORTH_COMPILING or find_spec("numba") is None:
        return by_blocks(left, right, k, factors, diagonal=diagonal)
    return by_rows(left, right, k, factors, diagonal=diagonal)


def by_rows(
    left: sparse.csr_matrix, right: sparse.csr_matrix, k: int, scale: NDArray[np.float32], *, diagonal: bool
) -> sparse.csr_matrix:
    """Do what :func:`top_products` does with the compiled kernel, on all processors."""
    from kgrec.scorers.topk_kernel import CHUNK, top_rows

    n, p = left.shape[0], right.shape[1]
    padded = np.zeros(-(-max(p, 1) // CHUNK) * CHUNK, dtype=np.float32)
    padded[:p] = scale
    ids, values = np.empty((n, k), dtype=np.int32), np.empty((n, k), dtype=np.float32)
    counts = np.zeros(n, dtype=np.int64)
    first, second = parts_of(left), parts_of(right)
    if (right.data == 1).all():
        second = (second[0], second[1], second[2][:0])

    over_rows(lambda span: top_rows((*span, diagonal), first, second, padded, (ids, values, counts)), n)
    return _compacted(ids, values, counts, p)


def over_rows(do: Callable[[tuple[int, int]], None], n: int) -> None:
    """Do something to all of ``n`` rows, from one up to another each time, on all processors."""
    spans = [(start, min(start + _ROWS_A_TASK, n)) for start in range(0, n, _ROWS_A_TASK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(do, spans):
            pass


def by_blocks(
    left: sparse.csr_matrix, right: sparse.csr_matrix, k: int, scale: NDArray[np.float32], *, diagonal: bool
) -> sparse.csr_matrix:
    """Do what :func:`top_products` does with scipy, a block of rows at a time."""
    n, p = left.shape[0], right.shape[1]
    ids, values = np.empty((n, k), dtype=np.int32), np.empty((n, k), dtype=np.float32)
    counts = np.zeros(n, dtype=np.int64)
    for start, stop in _blocks(additions(left, right)):
        block = sparse.csr_matrix(left[start:stop] @ right)
        block.sort_indices()
        block.data *= scale[block.indices]
        for row in range(start, stop):
            own = slice(block.indptr[row - start], block.indptr[row - start + 1])
            columns, entries = block.indices[own], block.data[own]
            kept = _greatest(entries if diagonal else np.where(columns == row, 0, entries), k)
            counts[row] = len(kept)
            ids[row, : len(kept)] = columns[kept]
            values[row, : len(kept)] = entries[kept]
    return _compacted(ids, values, counts, p)


def _greatest(entries: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the positions of the k greatest entries above 0, ascending; of equal ones the first."""
    if len(entries) <= k:
        return np.flatnonzero(entries > 0)
    floor = np.partition(entries, len(entries) - k)[len(entries) - k]
    if floor <= 0:
        return np.flatnonzero(entries > 0)
    above = entries > floor
    equal = np.flatnonzero(entries == floor)[: k - int(np.count_nonzero(above))]
    above[equal] = True
    return np.flatnonzero(above)


def additions(left: sparse.csr_matrix, right: sparse.csr_matrix) -> NDArray[np.int64]:
    """Return how many additions each row of the product takes, shape (n,)."""
    lengths = np.diff(right.indptr).astype(np.int64)
    total = np.concatenate([[0], np.cumsum(lengths[left.indices])])
    return np.asarray(total[left.indptr[1:]] - total[left.indptr[:-1]])


def _blocks(additions: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows of at most _BLOCK additions each, or of one row."""
    start, total = 0, 0
    for row, more in enumerate(additions.tolist()):
        if row > start and total + more > _BLOCK:
            yield start, row
            start, total = row, 0
        total += more
    if start < len(additions):
        yield start, len(additions)


def parts_of(matrix: sparse.csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float32]]:
    """Return a matrix as the kernel takes it; indices of 32 bits are shared, not copied."""
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False).view(np.uint32), matrix.data


def _compacted(
    ids: NDArray[np.int32], values: NDArray[np.float32], counts: NDArray[np.int64], columns: int
) -> sparse.csr_matrix:
    """Return the rows found as CSR; they are moved together where they stand, so no second copy is made."""
    n, k = ids.shape
    ends = np.concatenate([[0], np.cumsum(counts)])
    flat_ids, flat_values = ids.reshape(-1), values.reshape(-1)
    for row in np.flatnonzero(ends[:-1] != np.arange(n) * k).tolist():
        place, count = slice(ends[row], ends[row + 1]), int(counts[row])
        flat_ids[place] = ids[row, :count]
        flat_values[place] = values[row, :count]
    kept = int(ends[-1])
    return sparse.csr_matrix((flat_values[:kept], flat_ids[:kept], ends), shape=(n, columns))


# --- as plain arrays --------------------------------------------------------------------------------------------------


def packed(name: str, matrix: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    """Return a CSR matrix as plain arrays, for the cache."""
    shape = np.array(matrix.shape, dtype=np.int64)
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": shape,
    }


def unpacked(name: str, arrays: Mapping[str, NDArray[Any]]) -> sparse.csr_matrix:
    """Return what :func:`packed` was given, sharing the arrays; raises KeyError where they are not there."""
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    rows, columns = arrays[f"{name}.shape"].tolist()
    return sparse.csr_matrix(parts, shape=(rows, columns))


__all__ = ["packed", "top_products", "unpacked"]
