"""What to give up when nothing is left: the conflict, and every smallest way out of it.

Stands alone over boolean masks, one row a wish, one column an item; it knows nothing of rules or graphs. The conflict
is QuickXPlain's (Junker, "QUICKXPLAIN: preferred explanations and relaxations for over-constrained problems", AAAI
2004). The ways out come from the items' signatures: the set of wishes an item satisfies. The maximal signatures are
exactly the complements of the minimal relaxations, so looking at each distinct signature once gives all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]

_WORD: Final = 64
_FEW: Final = 16
"""Up to how many wishes a table of all signatures is cheaper than sorting those that occur."""


def preferred_conflict(masks: ArrayLike, strengths: Sequence[float] = ()) -> tuple[int, ...]:
    """Return a minimal set of wishes that no item satisfies, as row numbers in ascending order.

    Of several such sets it is the preferred one: it does without the weakest wish if any does, then without the next
    weakest, and so on; of equal strengths the later row counts as the weaker.

    Args:
        masks: (m, n) booleans: which of n items satisfy each of m wishes.
        strengths: (m,) how hard it is to give each up; all alike if empty.

    Returns:
        No rows if some item satisfies all wishes, or if there is no item at all.

    >>> preferred_conflict([[True, True, False], [False, True, True], [True, False, False]])
    (1, 2)
    """
    rows, weights = _checked(masks, strengths)
    if rows.shape[1] == 0 or rows.all(axis=0).any():
        return ()
    order = sorted(range(len(rows)), key=lambda row: -weights[row])
    # Integers as bitmaps: one "and" over 10,000 items takes a third of a microsecond.
    bits = [int.from_bytes(np.packbits(row).tobytes(), "big") for row in rows]
    everything = int.from_bytes(np.packbits(np.ones(rows.shape[1], dtype=np.bool_)).tobytes(), "big")
    return tuple(sorted(_explain(everything, has_delta=False, wishes=order, bits=bits)))


def _explain(left: int, *, has_delta: bool, wishes: list[int], bits: list[int]) -> list[int]:
    """Return the preferred conflict within ``wishes`` (strongest first), given the items that are ``left``."""
    if has_delta and not left:
        return []
    if len(wishes) == 1:
        return wishes
    half = len(wishes) // 2
    strong, weak = wishes[:half], wishes[half:]
    from_weak = _explain(_meet(left, strong, bits), has_delta=True, wishes=weak, bits=bits)
    from_strong = _explain(_meet(left, from_weak, bits), has_delta=bool(from_weak), wishes=strong, bits=bits)
    return from_strong + from_weak


def _meet(left: int, wishes: Sequence[int], bits: list[int]) -> int:
    for wish in wishes:
        left &= bits[wish]
    return left


def relaxations(masks: ArrayLike, strengths: Sequence[float] = (), limit: int = 64) -> tuple[tuple[int, ...], ...]:
    """Return the minimal sets of wishes whose dropping leaves an item, cheapest first.

    Each is enough by itself and none contains another. The cost of one is the sum of its strengths; of equal costs
    the one that drops fewer wishes comes first, then the one that frees more items, then the one with lower rows.

    Args:
        masks: (m, n) booleans: which of n items satisfy each of m wishes.
        strengths: (m,) at least 0, may be infinite; all alike if empty.
        limit: how many at most.

    Returns:
        Row numbers, ascending, for each relaxation; only the empty one if some item satisfies all wishes; nothing if
        there is no item at all.

    >>> relaxations([[True, True, False], [False, True, True], [True, False, False]])
    ((1,), (2,))
    >>> relaxations([[True, True, False], [False, True, True], [True, False, False]], strengths=[1, 5, 1])
    ((2,), (1,))
    """
    rows, weights = _checked(masks, strengths)
    signatures, counts = _signatures(rows)
    dropped = ~_unpacked(signatures, len(rows))
    costs = np.where(dropped, weights, 0.0).sum(axis=1)
    sizes = dropped.sum(axis=1)
    # In this order the first signature left is maximal: one that contains it would cost less, or as much for fewer.
    order = np.lexsort((*(~dropped.T[::-1]), -counts, sizes, costs)) if len(rows) else np.arange(len(costs))
    found: list[tuple[int, ...]] = []
    while len(order) and len(found) < limit:
        first = order[0]
        found.append(tuple(int(row) for row in np.flatnonzero(dropped[first])))
        is_within = ((signatures[order] & ~signatures[first]) == 0).all(axis=1)
        order = order[~is_within]
    return tuple(found)


def remaining(masks: ArrayLike, drop: Sequence[int]) -> Mask:
    """Return which items satisfy all wishes but those dropped, shape (n,).

    >>> remaining([[True, True, False], [False, True, True], [True, False, False]], drop=(2,)).tolist()
    [False, True, False]
    """
    rows, _ = _checked(masks, ())
    return np.asarray(np.delete(rows, list(drop), axis=0).all(axis=0), dtype=np.bool_)


def _checked(masks: ArrayLike, strengths: Sequence[float]) -> tuple[Mask, NDArray[np.float64]]:
    rows = np.asarray(masks, dtype=np.bool_)
    if rows.ndim != 2:  # noqa: PLR2004  (wishes and items)
        raise ValueError(f"masks must have the shape (wishes, items), not {rows.shape}")
    weights = np.asarray(strengths, dtype=np.float64) if len(strengths) else np.ones(len(rows))
    if weights.shape != (len(rows),) or not (weights >= 0).all():
        raise ValueError(f"strengths must be {len(rows)} numbers of at least 0, one a wish")
    return rows, weights


def _signatures(rows: Mask) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Return the distinct sets of wishes that items satisfy, as uint64 (k, words), and how many items have each."""
    m, n = rows.shape
    n_words = max(-(-m // _WORD), 1)
    words = np.zeros((n, n_words), dtype=np.uint64)
    for row in range(m):
        words[:, row // _WORD] |= rows[row].astype(np.uint64) << np.uint64(row % _WORD)
    if m <= _FEW:
        table = np.bincount(words[:, 0].astype(np.intp), minlength=1)
        present = np.flatnonzero(table)
        return present.astype(np.uint64)[:, None], table[present]
    if n_words == 1:
        distinct, counts = np.unique(words[:, 0], return_counts=True)
        return distinct[:, None], counts
    distinct, counts = np.unique(words, axis=0, return_counts=True)
    return distinct, counts


def _unpacked(signatures: NDArray[np.uint64], m: int) -> Mask:
    """Return signatures as booleans, shape (k, m)."""
    rows = np.arange(m)
    shifted = signatures[:, rows // _WORD] >> (rows % _WORD).astype(np.uint64)
    return np.asarray((shifted & np.uint64(1)).astype(np.bool_))
