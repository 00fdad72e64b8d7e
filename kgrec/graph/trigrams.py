"""Which of many names look a little like one: cosine of character trigrams, weighted by how rare each trigram is.

A careful comparison of two names takes microseconds, so of a hundred thousand names only the likeliest few dozen get
one. Trigrams find those: names that share none of them are never looked at. The index is a sparse matrix, trigram →
names, built from thousands of names at a time without a loop over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_APART = "\n"  # stands between names; no name that was cleaned holds it
_AT_ONCE: Final = 100_000
_BASE = 1 << 21  # more than there are characters, so three of them make one number


class TrigramIndex:
    """The trigrams of some names: made once, asked often.

    >>> index = TrigramIndex(["alien", "aliens", "heat"])
    >>> index.nearest("alein", 2).tolist()
    [0, 1]
    """

    def __init__(self, names: Sequence[str]) -> None:
        parts = [names[first : first + _AT_ONCE] for first in range(0, max(len(names), 1), _AT_ONCE)]
        self._codes = np.unique(np.concatenate([np.unique(_trigrams(part)[0]) for part in parts]))
        shape = (len(names), max(len(self._codes), 1))
        counted = sparse.csc_matrix(sparse.vstack([self._counts(part, shape[1]) for part in parts]))
        spread = np.diff(counted.indptr)
        self._idf = np.log1p(shape[0] / np.maximum(spread, 1)).astype(np.float32)
        counted.data *= np.repeat(self._idf, spread)
        squares = np.bincount(counted.indices, weights=np.square(counted.data, dtype=np.float64), minlength=shape[0])
        self._lengths = np.maximum(np.sqrt(squares), 1e-9).astype(np.float32)
        self._starts = counted.indptr
        self._names = counted.indices  # of every trigram in turn, those that have it
        self._weights = counted.data

    def _counts(self, names: Sequence[str], n_codes: int) -> sparse.csr_matrix:
        """Return how often each of some names has each trigram, CSR (names, codes)."""
        codes, owners = _trigrams(names)
        pairs = (owners, np.searchsorted(self._codes, codes))
        return sparse.csr_matrix((np.ones(len(codes), dtype=np.float32), pairs), shape=(len(names), n_codes))

    def nearest(self, name: str, n: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
        """Return the numbers of the at most ``n`` names most alike, the likeliest first; none without a shared trigram.

        Half of them are those that are most alike as wholes, half those that hold most of ``name``, however much more
        they say: who types the beginning of a long name means it too. ``allowed``: those that count, shape (names,).
        """
        if not len(self._codes):
            return np.empty(0, dtype=np.intp)
        codes, counts = np.unique(_trigrams([name])[0], return_counts=True)
        places = np.searchsorted(self._codes, codes)
        known = (places < len(self._codes)) & (self._codes[np.minimum(places, len(self._codes) - 1)] == codes)
        if not known.any():
            return np.empty(0, dtype=np.intp)
        shared = np.zeros(len(self._lengths), dtype=np.float32)
        for place, count in zip(places[known].tolist(), counts[known].tolist(), strict=True):
            row = slice(self._starts[place], self._starts[place + 1])
            shared[self._names[row]] += count * self._idf[place] * self._weights[row]
        if allowed is not None:
            shared[~allowed] = 0.0
        found = np.flatnonzero(shared)
        held, alike = shared[found] / np.sqrt(self._lengths[found]), shared[found] / self._lengths[found]
        best = _largest(alike, n - n // 2)
        more = _largest(held, n)
        order = dict.fromkeys([*best.tolist(), *more.tolist()])
        return found[np.fromiter(order, dtype=np.intp)[:n]] if order else found


def _largest(scores: NDArray[np.floating[Any]], n: int) -> NDArray[np.intp]:
    """Return the positions of the ``n`` largest, largest first."""
    top = np.argpartition(-scores, n - 1)[:n] if len(scores) > n else np.arange(len(scores))
    return top[np.argsort(-scores[top], kind="stable")]


def _trigrams(names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the code of each trigram and the number of the name it is in; a blank stands before and after a name."""
    text = _APART.join(f" {name} " for name in names)
    letters = np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32).astype(np.int64)
    if len(letters) < 3:  # noqa: PLR2004  (a trigram has three)
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    is_apart = letters == ord(_APART)
    owners = np.cumsum(is_apart)
    inside = ~(is_apart[:-2] | is_apart[1:-1] | is_apart[2:])
    codes = (letters[:-2] * _BASE + letters[1:-1]) * _BASE + letters[2:]
    return codes[inside], owners[:-2][inside]
