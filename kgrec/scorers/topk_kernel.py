"""The inner loops of kgrec.scorers.topk, compiled by numba where it is installed.

One row at a time is added up in a dense vector that stays in the cache. The vector is looked at in chunks: the k-th
greatest of the chunks' peaks is a floor below the k-th greatest entry, so only some k chunks need a second look.
What they hold above the floor is few, in order, and cut to k by selection; ties go to the lowest column.

Without numba these are the same functions in plain Python: right, testable, and too slow to use.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
T = TypeVar("T")

Csr = tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float32]]
"""indptr, indices and data; unsigned indices spare numba the question whether they count from the end."""

Found = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]
"""Ids (rows, k), values (rows, k) and how many of them are set (rows,)."""

Rows = tuple[int, int, bool]
"""The first row to fill, the one after the last, and whether a row may keep the entry of its own number."""

CHUNK: Final = 32
"""So many sums are looked at at once; vectors of sums are padded to a multiple of it."""


def compiled(*loose: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that compiles a function where numba is installed.

    Without ``loose`` liberties of LLVM's fast-math, sums keep their order, so every implementation gives the same bits.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        try:
            import numba
        except ImportError:
            return function
        options = {"nogil": True, "error_model": "numpy", "fastmath": set(loose) or {"nnan", "ninf", "nsz"}}
        try:
            return cast("Callable[P, T]", numba.njit(cache=True, **options)(function))
        except RuntimeError:  # nowhere to keep the compiled code
            return cast("Callable[P, T]", numba.njit(**options)(function))

    return decorate


@compiled()
def keep_greatest(values: NDArray[np.float32], n: int, k: int) -> np.float32:
    """Reorder ``values[:n]`` so that its k greatest come first; return the least of those. 1 <= k <= n."""
    low, high = 0, n - 1
    while low < high:
        a, b, c = values[low], values[(low + high) >> 1], values[high]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k - 1 <= j:
            high = j
        elif k - 1 >= i:
            low = i
        else:
            break
    least: np.float32 = values[k - 1]
    return least


@compiled()
def add_up(left: Csr, right: Csr, row: int, sums: NDArray[np.float32]) -> None:
    """Add row ``row`` of the product to ``sums``; a right side without data is all ones."""
    start, users, weights = left
    begin, items, data = right
    for p in range(start[row], start[row + 1]):
        weight = weights[p]
        user = users[p]
        if len(data):
            for q in range(begin[user], begin[user + 1]):
                sums[items[q]] += weight * data[q]
        else:
            for q in range(begin[user], begin[user + 1]):
                sums[items[q]] += weight


@compiled()
def find_peaks(sums: NDArray[np.float32], scale: NDArray[np.float32], peaks: NDArray[np.float32]) -> None:
    """Multiply the sums by the scale, in place, and write the greatest of each chunk to ``peaks``."""
    for chunk in range(len(peaks)):
        peak = np.float32(0)
        for j in range(chunk * CHUNK, (chunk + 1) * CHUNK):
            scaled = sums[j] * scale[j]
            sums[j] = scaled
            peak = max(peak, scaled)
        peaks[chunk] = peak


@compiled()
def pick(
    sums: NDArray[np.float32],
    peaks: NDArray[np.float32],
    buffer: NDArray[np.float32],
    places: NDArray[np.int32],
    found: tuple[NDArray[np.int32], NDArray[np.float32]],
) -> int:
    """Write the columns of the greatest sums, ascending, and the sums to ``found``; return how many.

    ``buffer`` and ``places``, as long as ``sums``, are scratch space.
    """
    ids, values = found
    k, n_peaks = len(ids), 0
    for chunk in range(len(peaks)):
        buffer[n_peaks] = peaks[chunk]
        n_peaks += peaks[chunk] > 0
    floor = keep_greatest(buffer, n_peaks, k) if n_peaks >= k else np.float32(1e-45)  # the least above 0
    held = 0
    for chunk in range(len(peaks)):
        if peaks[chunk] >= floor:
            for j in range(chunk * CHUNK, (chunk + 1) * CHUNK):
                places[held] = j
                held += sums[j] >= floor
    ties = held
    if held > k:
        for position in range(held):
            buffer[position] = sums[places[position]]
        floor = keep_greatest(buffer, held, k)
        ties = k
        for position in range(k):
            ties -= buffer[position] > floor
    n = 0
    for position in range(held):
        value = sums[places[position]]
        if value > floor or (value == floor and ties > 0):
            ties -= value == floor
            ids[n] = places[position]
            values[n] = value
            n += 1
    return n


@compiled()
def top_rows(rows: Rows, left: Csr, right: Csr, scale: NDArray[np.float32], found: Found) -> None:
    """Fill some rows of ``found``; ``scale`` is padded with zeros."""
    ids, values, counts = found
    sums = np.zeros(len(scale), dtype=np.float32)
    peaks = np.empty(len(scale) // CHUNK, dtype=np.float32)
    buffer = np.empty(len(scale), dtype=np.float32)
    places = np.empty(len(scale) + 1, dtype=np.int32)
    start, stop, diagonal = rows
    for row in range(start, stop):
        add_up(left, right, row, sums)
        if not diagonal:
            sums[row] = 0
        find_peaks(sums, scale, peaks)
        counts[row] = pick(sums, peaks, buffer, places, (ids[row], values[row]))
        sums[:] = 0
