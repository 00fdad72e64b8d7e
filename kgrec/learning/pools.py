"""Pools: the few items of each example that can come to stand in a list, with what every scorer gives them.

Choosing weights means ranking the same users thousands of times. An item that no scorer puts near its top cannot come
near the top of a weighted sum, so only the first few of every scorer and what was held out are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import score_histories
from kgrec.learning.splits import Examples
from kgrec.scorers.base import Scorer, Scores
from kgrec.scorers.rows import standardised

_T = TypeVar("_T", bound=np.generic)

K: Final = 10
"""So many items of a list count."""

DEPTH: Final = 50
"""So many of the first items of each scorer are in the pool."""

_TIE: Final = np.float32(1e-5)

_CELLS: Final = 20_000_000
"""At most about so many scores are held at once while pools are made."""

_GAINS: Final = 1.0 / np.log2(np.arange(K) + 2)


@dataclass(frozen=True, eq=False)
class Pool:
    """The items worth ranking for each of n examples.

    Attributes:
        scores: float32 (scorers, n, width), standardised as the blend does.
        ages: int8 (n, width), the ItemAge of each, -1 in places that hold no item.
        held: bool (n, width), what should be found.
        ideal: float64 (n,), the gain of a perfect list.
        n_known: intp (n,), how many items each has rated.
    """

    scores: Scores
    ages: NDArray[np.int8]
    held: NDArray[np.bool_]
    ideal: NDArray[np.float64]
    n_known: NDArray[np.intp]

    @classmethod
    def of(cls, scorers: Sequence[Scorer], examples: Examples, ages: NDArray[np.int8], depth: int = DEPTH) -> Pool:
        """Score the examples and keep what may come to the top; ``ages`` (n_items,) are those of the items."""
        size = max(1, _CELLS // max(1, examples.known.shape[1] * len(scorers)))
        starts = range(0, max(len(examples), 1), size)
        rows = np.arange(len(examples))
        return joined([_part(scorers, examples.take(rows[at : at + size]), ages, depth) for at in starts])

    def __len__(self) -> int:
        return len(self.held)

    def take(self, rows: NDArray[np.intp]) -> Pool:
        """Return some of the examples."""
        width = max(int((self.ages[rows] >= 0).sum(axis=1).max(initial=0)), 1)
        ages, held = self.ages[rows, :width], self.held[rows, :width]
        return Pool(self.scores[:, rows, :width], ages, held, self.ideal[rows], self.n_known[rows])

    def among(self, scorers: NDArray[np.intp]) -> Pool:
        """Return the same with some of the scorers."""
        return replace(self, scores=self.scores[scorers])

    def total(self, weights: NDArray[np.float64]) -> Scores:
        """Return the weighted scores, (n, width), -inf where there is no item."""
        total = np.tensordot(weights.astype(np.float32), self.scores, axes=1)
        return np.where(self.ages < 0, np.float32(-np.inf), total)

    def ndcg(self, total: Scores) -> float:
        """Return the mean NDCG@10 under some scores (n, width), all that was held out counting the same.

        Of items with equal scores those held out come last: who tells nothing apart has found nothing.
        """
        width = total.shape[1]
        total = np.where(self.held, total - _TIE, total)
        k = min(K, width)
        best = np.argpartition(total, width - k, axis=1)[:, width - k :]
        order = np.argsort(-np.take_along_axis(total, best, axis=1), axis=1, kind="stable")
        found = np.take_along_axis(self.held, np.take_along_axis(best, order, axis=1), axis=1)
        return float((found @ _GAINS[:k] / self.ideal).mean())


def joined(pools: Sequence[Pool]) -> Pool:
    """Return the examples of several pools as one pool."""
    width = max(pool.ages.shape[1] for pool in pools)

    def widened(values: NDArray[_T], fill: float) -> NDArray[_T]:
        extra = [(0, 0)] * (values.ndim - 1) + [(0, width - values.shape[-1])]
        return np.pad(values, extra, constant_values=fill)

    return Pool(
        np.concatenate([widened(pool.scores, 0) for pool in pools], axis=1),
        np.concatenate([widened(pool.ages, -1) for pool in pools]),
        np.concatenate([widened(pool.held, 0) for pool in pools]),
        np.concatenate([pool.ideal for pool in pools]),
        np.concatenate([pool.n_known for pool in pools]),
    )


def _part(scorers: Sequence[Scorer], examples: Examples, ages: NDArray[np.int8], depth: int) -> Pool:
    """Make the pool of a few examples."""
    n, n_items = examples.known.shape
    closed = np.broadcast_to(~examples.candidates, (n, n_items)).copy()
    closed[np.repeat(np.arange(n), examples.n_known), examples.known.indices] = True
    if examples.hidden is not None:
        closed |= examples.hidden.astype(np.bool_).toarray()
    raw = (score_histories(scorer, examples.known, examples.ages, examples.users) for scorer in scorers)
    scores = np.stack([standardised(own) for own in raw])
    sought = examples.held.astype(np.bool_).toarray()
    inside = sought.copy()
    first = max(n_items - depth, 0)
    for own in scores:
        order = np.argpartition(np.where(closed, np.float32(-np.inf), own), max(first - 1, 0), axis=1)
        np.put_along_axis(inside, order[:, first:], values=True, axis=1)
    inside &= ~closed
    sizes = inside.sum(axis=1)
    width = max(int(sizes.max(initial=0)), 1)
    items = np.argsort(~inside, axis=1, kind="stable")[:, :width]
    is_item = np.arange(width) < sizes[:, None]
    ideal = np.concatenate(([0.0], np.cumsum(_GAINS)))[np.minimum(np.diff(examples.held.indptr), K)]
    return Pool(
        np.take_along_axis(scores, items[None], axis=2),
        np.where(is_item, ages[items], np.int8(-1)),
        np.take_along_axis(sought, items, axis=1) & is_item,
        ideal,
        examples.n_known,
    )
