"""Which of many names look a little like one: cosine of character trigrams, weighted by how rare each trigram is.

A careful comparison of two names takes microseconds, so of a hundred thousand names only the likeliest few dozen get
one. Trigrams find those: names that share none of them are never looked at. The index is two arrays, trigram → names,
built from all names at once without a loop over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_APART = "\n"  # stands between names; no name that was cleaned holds it
_BASE = 1 << 21  # more than there are characters, so three of them make one number


class TrigramIndex:
    """The trigrams of some names: made once, asked often.

    >>> index = TrigramIndex(["alien", "aliens", "heat"])
    >>> index.nearest("alein", 2).tolist()
    [0, 1]
    """

    def __init__(self, names: Sequence[str]) -> None:
        codes, owners = _trigrams(names)
        self._codes, numbers = np.unique(codes, return_inverse=True)
        n, size = len(names), max(len(self._codes), 1)
        pairs, counts = np.unique(numbers * np.int64(max(n, 1)) + owners, return_counts=True)
        trigram, name = pairs // max(n, 1), pairs % max(n, 1)
        spread = np.bincount(trigram, minlength=size)
        self._idf = np.log1p(n / np.maximum(spread, 1)).astype(np.float32)
        weights = (counts * self._idf[trigram]).astype(np.float32)
        self._lengths = np.sqrt(np.bincount(name, weights=weights.astype(np.float64) ** 2, minlength=n))
        self._lengths = np.maximum(self._lengths, 1e-9).astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(spread)])
        self._names = name.astype(np.int32)  # of every trigram in turn, those that have it
        self._weights = weights

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
