"""Ranges: how a number is asked about, as a few stretches with round ends that split what is plausible now.

The answer is a wish, not an opinion: who says "at most 110 min" means it. A facet that is a ceiling (running time, a
price) is asked "how much at most?"; any other (a year) "which stretch?", of which several may be taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Facet

Numbers = NDArray[np.float64]

PARTS: Final = 4
"""The plausible items are cut into so many parts of equal weight, where their numbers allow it."""

ROUND: Final = 20.0
"""Ends are rounded to a step of about this part of where nine tenths of the weight lie."""

LEAST: Final = 0.05
"""A range that holds less than this share of the plausible items is not offered."""


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of numbers: over ``low``, up to ``high``.

    Attributes:
        label: what to call it.
        expression: what holds there.
        share: its share of what is plausible.
    """

    label: str
    expression: str
    share: float
    low: float = -np.inf
    high: float = np.inf

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return which numbers lie in it; unknown ones (NaN) do not."""
        return (numbers > self.low) & (numbers <= self.high)


def ranges(facet: Facet, numbers: Numbers, weights: Numbers) -> tuple[Range, ...]:
    """Return the ranges to offer for a numeric facet, lowest first; fewer than two where there is nothing to split.

    Args:
        facet: its declaration.
        numbers: float64 (n,), NaN where unknown.
        weights: float64 (n,), how plausible each item is; 0 for those that are not candidates.
    """
    told = ~np.isnan(numbers) & (weights > 0)
    if not told.any():
        return ()
    values, shares = numbers[told], weights[told] / weights[told].sum()
    edges = _edges(values, shares)
    is_whole = bool((values == np.round(values)).all())
    ends = [-np.inf, *edges.tolist(), np.inf]
    pairs = [(-np.inf, end) for end in edges.tolist()] if facet.is_ceiling else list(pairwise(ends))
    found = [_range(facet, low, high, is_whole=is_whole) for low, high in pairs]
    shared = [replace(one, share=float(shares[one.holds(values)].sum())) for one in found]
    return tuple(one for one in shared if LEAST <= one.share <= 1 - LEAST)


def worth(offered: Sequence[Range], *, is_ceiling: bool) -> float:
    """Return which share of what is plausible an answer is expected to rule out.

    Which ceiling somebody has is anybody's guess; one stretch is as likely as the items in it.
    """
    shares = np.array([one.share for one in offered])
    chances = np.full(len(shares), 1.0 / max(len(shares), 1)) if is_ceiling else shares / max(shares.sum(), 1e-12)
    return float(chances @ (1.0 - shares))


def _edges(values: Numbers, shares: Numbers) -> Numbers:
    """Return where to cut, rounded and ascending."""
    order = np.argsort(values, kind="stable")
    values, below = values[order], np.cumsum(shares[order])

    def quantile(part: float) -> float:
        return float(values[min(int(np.searchsorted(below, part)), len(values) - 1)])

    step = _step((quantile(0.95) - quantile(0.05)) / ROUND)
    cuts = np.array([quantile(part / PARTS) for part in range(1, PARTS)])
    edges = np.unique(np.round(cuts / step) * step)
    return np.asarray(edges[(edges >= values[0]) & (edges < values[-1])])


def _step(rough: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) just above a rough one.

    >>> [_step(rough) for rough in (0.3, 1.7, 3.0, 70.0)]
    [0.5, 2.0, 5.0, 100.0]
    """
    if rough <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9)))


def _range(facet: Facet, low: float, high: float, *, is_whole: bool) -> Range:
    """Return a range with its words, its share to be counted; of whole numbers the first one in it is named."""
    name, unit = facet.name, f" {facet.unit}".rstrip()
    begin = f"{low + 1:g}" if is_whole else f"over {low:g}"
    if low == -np.inf:
        return Range(f"up to {high:g}{unit}", f"{name} <= {high:g}", 0.0, low, high)
    if high == np.inf:
        label = f"{begin}{unit} or more" if is_whole else f"{begin}{unit}"
        return Range(label, f"{name} > {low:g}", 0.0, low, high)
    return Range(f"{begin} to {high:g}{unit}", f"{name} > {low:g} and {name} <= {high:g}", 0.0, low, high)
