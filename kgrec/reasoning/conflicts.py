"""What to give up when nothing is left: the conflict, and every smallest way out of it.

Stands alone over boolean masks, one row a wish, one column an item: numpy is all it needs, and it knows nothing of
rules or graphs. The conflict is QuickXPlain's (Junker, "QUICKXPLAIN: preferred explanations and relaxations for
over-constrained problems", AAAI 2004). The ways out come from the items' signatures: the set of wishes an item
satisfies. The maximal signatures are exactly the complements of the minimal relaxations (the diagnoses of Felfernig,
Schubert and Zehentner, "An efficient diagnosis algorithm for inconsistent constraint sets", AI EDAM 26, 2012, whose
FastDiag finds the first of our lexicographic order). So there are never more of them than items, whatever the number
of wishes, and nothing here takes exponential time.

Three films, of which none is funny, short and new at once:

>>> import numpy as np
>>> funny, short, new = [1, 1, 0], [0, 1, 1], [1, 0, 0]
>>> masks = np.array([funny, short, new], dtype=bool)
>>> preferred_conflict(masks)  # nothing is short and new
(1, 2)
>>> relaxations(masks)
((2,), (1,))
>>> [np.flatnonzero(remaining(masks, drop)).tolist() for drop in relaxations(masks)]  # what each of them frees
[[1], [0]]
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

_WORD: Final = 64
_FEW: Final = 16
"""Up to how many wishes a table of all signatures is cheaper than sorting those that occur."""
_DECIMALS: Final = 12
"""To which part of the greatest strength costs are compared, lest 0.1 + 0.2 cost more than 0.3."""


class Order(StrEnum):
    """Which of two relaxations is preferred."""

    WEIGHTED = "weighted"  # the one whose strengths have the smaller sum
    LEXICOGRAPHIC = "lexicographic"  # the one that keeps the strongest wish in which they differ


def preferred_conflict(masks: ArrayLike, strengths: Sequence[float] = ()) -> tuple[int, ...]:
    """Return a minimal set of wishes that no item satisfies, as row numbers in ascending order.

    Of several such sets it is the preferred one: it does without the weakest wish if any does, then without the next
    weakest, and so on; of equal strengths the later row counts as the weaker. Takes O(m log m) steps over n bits.

    Args:
        masks: (m, n) booleans (or 0 and 1): which of n items satisfy each of m wishes.
        strengths: (m,) at least 0, may be infinite: how hard it is to give each up; all alike if empty.

    Returns:
        No rows if some item satisfies all wishes, or if there is no item at all.

    Raises:
        ValueError: masks or strengths of another shape or with other values.

    >>> preferred_conflict([[1, 0], [0, 1], [1, 0]])  # rows 0 and 2 ask for the same, the later one goes
    (0, 1)
    >>> preferred_conflict([[1, 0], [0, 1], [1, 0]], strengths=[1, 1, 2])
    (1, 2)
    """
    rows, weights = _checked(masks, strengths)
    # Integers as bitmaps: one "and" over 10,000 items takes a third of a microsecond.
    bits = [int.from_bytes(np.packbits(row).tobytes(), "big") for row in rows]
    everything = int.from_bytes(np.packbits(np.ones(rows.shape[1], dtype=np.bool_)).tobytes(), "big")
    ranks = _ranks(weights).tolist()
    if not everything or _meet(everything, ranks, bits):
        return ()
    return tuple(sorted(_explain(everything, has_delta=False, wishes=ranks, bits=bits)))


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


def relaxations(
    masks: ArrayLike,
    strengths: Sequence[float] = (),
    limit: int | None = 64,
    *,
    order: Order | str = Order.WEIGHTED,
) -> tuple[tuple[int, ...], ...]:
    """Return the minimal sets of wishes whose dropping leaves an item, the preferred ones first.

    Each is enough by itself and none contains another; with ``limit=None`` there is no other such set.

    Weighted: a relaxation costs the sum of its strengths, and the cheapest comes first; of equal costs the one that
    drops fewer wishes, then the one that frees more items, then as lexicographic. Lexicographic: one that keeps the
    strongest wish comes before all that drop it, among those one that keeps the second strongest, and so on; of equal
    strengths the later row counts as the weaker, so no two are equal.

    Takes O(n m) to read the masks, then, for k distinct sets of wishes that items satisfy (k <= n), O(k log k) to sort
    them and O(k) for each relaxation returned.

    Args:
        masks: (m, n) booleans (or 0 and 1): which of n items satisfy each of m wishes.
        strengths: (m,) at least 0, may be infinite; all alike if empty.
        limit: how many at most, the first ones of the order; None: all there are, at most k.
        order: which come first.

    Returns:
        Row numbers, ascending, for each relaxation; only the empty one if some item satisfies all wishes; nothing if
        there is no item at all.

    Raises:
        ValueError: masks or strengths of another shape or with other values, a negative limit, an unknown order.

    The first wish is the strongest, the other two together are stronger:

    >>> masks = [[1, 0], [0, 1], [0, 1]]
    >>> relaxations(masks, strengths=[3, 2, 2])
    ((0,), (1, 2))
    >>> relaxations(masks, strengths=[3, 2, 2], order=Order.LEXICOGRAPHIC)
    ((1, 2), (0,))
    """
    rows, weights = _checked(masks, strengths)
    if limit is not None and limit < 0:
        raise ValueError(f"limit must be at least 0 or None, not {limit}")
    ranks = _ranks(weights)
    missing, counts = _missing(rows[ranks])
    keys = _preference(missing, counts, weights[ranks], Order(order))
    # In this order the first one left is minimal: one that it contains would have come before it.
    left = missing[:, np.lexsort(keys)]
    found: list[tuple[int, ...]] = []
    while left.shape[1] and (limit is None or len(found) < limit):
        first = left[:, :1]
        dropped = np.flatnonzero(np.unpackbits(_bytes(first)))
        found.append(tuple(sorted(ranks[dropped].tolist())))
        left = left[:, np.bitwise_or.reduce((left & first) ^ first, axis=0) != 0]
    return tuple(found)


def remaining(masks: ArrayLike, drop: Sequence[int] = ()) -> Mask:
    """Return which items satisfy all wishes but those dropped, shape (n,).

    Raises:
        ValueError: masks as in :func:`relaxations`, or a row to drop that there is not.

    >>> remaining([[True, True, False], [False, True, True], [True, False, False]], drop=(2,)).tolist()
    [False, True, False]
    """
    rows = _table(masks)
    dropped = set(drop)
    if not dropped <= set(range(len(rows))):
        raise ValueError(f"there are {len(rows)} wishes, so {list(drop)} cannot be dropped")
    left = np.ones(rows.shape[1], dtype=np.bool_)
    for number, row in enumerate(rows):
        if number not in dropped:
            left &= row
    return left


def _checked(masks: ArrayLike, strengths: Sequence[float]) -> tuple[Mask, NDArray[np.float64]]:
    rows = _table(masks)
    weights = np.asarray(strengths, dtype=np.float64) if len(strengths) else np.ones(len(rows))
    if weights.shape != (len(rows),) or not (weights >= 0).all():
        raise ValueError(f"strengths must be {len(rows)} numbers of at least 0, one a wish, not {list(strengths)}")
    return rows, weights


def _table(masks: ArrayLike) -> Mask:
    try:
        rows = np.asarray(masks)
    except ValueError as error:
        raise ValueError("masks must have the shape (wishes, items): rows of one length") from error
    if rows.ndim != 2:  # noqa: PLR2004  (wishes and items)
        raise ValueError(f"masks must have the shape (wishes, items), not {rows.shape}")
    if rows.dtype != np.bool_ and not (rows.dtype.kind in "iuf" and np.isin(rows, (0, 1)).all()):
        raise ValueError(f"masks must hold True and False, or 1 and 0, not other values ({rows.dtype})")
    return rows.astype(np.bool_, copy=False)


def _ranks(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows from the strongest to the weakest; of equal ones the earlier first."""
    return np.argsort(-weights, kind="stable")


def _missing(rows: Mask) -> tuple[Words, NDArray[np.intp]]:
    """Return the distinct sets of wishes that items fail, and how many items fail just those.

    Each is a column of uint64 (words, k), the first wish its highest bit: as a number it is the greater, the stronger
    the wish at which it differs from another.
    """
    m, n = rows.shape
    if m <= _FEW:
        codes = np.zeros(n, dtype=np.uint16)
        for row in rows:
            codes = (codes << np.uint16(1)) | ~row
        table = np.bincount(codes)
        present = np.flatnonzero(table)
        return present.astype(np.uint64)[None] << np.uint64(_WORD - m), table[present]
    octets = np.zeros((n, -(-m // _WORD) * 8), dtype=np.uint8)
    octets[:, : -(-m // 8)] = np.packbits(~rows, axis=0).T
    words = np.ascontiguousarray(octets.view(">u8").T.astype(np.uint64))
    words = words[:, np.lexsort(words[::-1])]
    starts = np.flatnonzero(np.concatenate(([True], (words[:, 1:] != words[:, :-1]).any(axis=0)))[:n])
    return words[:, starts], np.diff(starts, append=n)


def _preference(
    missing: Words, counts: NDArray[np.intp], weights: NDArray[np.float64], order: Order
) -> tuple[NDArray[np.generic], ...]:
    """Return the keys that sort sets of wishes into an order, the one that decides first last (as np.lexsort reads)."""
    lexicographic = tuple(missing[::-1])
    if order is Order.LEXICOGRAPHIC:
        return lexicographic
    greatest = max((weight for weight in weights.tolist() if 0 < weight < np.inf), default=1.0)
    costs = np.round(_sums(missing, weights / greatest), _DECIMALS)
    return (*lexicographic, -counts, np.bitwise_count(missing).sum(axis=0), costs)


def _sums(missing: Words, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the weights of each set, shape (k,), by a table for every eight wishes."""
    octets = _bytes(missing)
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    sums = np.zeros(missing.shape[1])
    for column, start in enumerate(range(0, len(weights), 8)):
        part = weights[start : start + 8]
        # Not a product: an infinite weight times 0 is no number.
        table = np.where(bits[:, : len(part)], part, 0.0).sum(axis=1)
        sums += table[octets[:, column]]
    return sums


def _bytes(words: Words) -> NDArray[np.uint8]:
    """Return columns of words as rows of bytes, the highest first."""
    return np.ascontiguousarray(words.T.astype(">u8")).view(np.uint8)
