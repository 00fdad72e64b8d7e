"""What a simulated conversation is worth: NDCG for lists, success, turns and hDCG for searches; and how sure it is.

All are means over users, so intervals come from drawing users again (percentile bootstrap, Efron & Tibshirani 1993),
and two ways of asking are compared on one set of users: the interval is that of the mean difference.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

K: Final = 10
"""So many items of a list count."""

TURNS: Final = 15
"""So long may a search last, the opening included."""

_ROUNDS: Final = 2_000
_SURE: Final = 0.95


def ndcg(ranked: Sequence[int], relevant: Collection[int], k: int = K) -> float:
    """Return the normalised discounted cumulative gain of a list, 0 to 1, every relevant item counting the same.

    Source: Järvelin & Kekäläinen 2002.

    >>> round(ndcg([7, 3, 5], {3, 9}), 4)  # 1/log2(3) of the 1 + 1/log2(3) that a perfect list has
    0.3869
    """
    if not relevant:
        raise ValueError("no item is relevant, so no list can be better than another")
    gain = sum(1 / log2(place + 2) for place, item in enumerate(ranked[:k]) if item in relevant)
    return gain / sum(1 / log2(place + 2) for place in range(min(k, len(relevant))))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a search ended: the turn a target was shown in (the opening is turn 1) and its place on the list, from 1.

    Both are 0 for a search that failed.
    """

    turn: int = 0
    place: int = 0

    @property
    def is_success(self) -> bool:
        """Whether a target was found."""
        return self.turn > 0


def success_rate(outcomes: Sequence[Outcome], within: int) -> float:
    """Return the share of searches that found a target in at most so many turns (SR@t).

    >>> success_rate([Outcome(2, 1), Outcome(7, 3), Outcome()], within=5)
    0.3333333333333333
    """
    return sum(0 < outcome.turn <= within for outcome in outcomes) / len(outcomes)


def average_turns(outcomes: Sequence[Outcome], longest: int = TURNS) -> float:
    """Return the mean number of turns; a failure counts as the longest search (AT).

    >>> average_turns([Outcome(2, 1), Outcome()])
    8.5
    """
    return sum(outcome.turn or longest for outcome in outcomes) / len(outcomes)


def hdcg(outcome: Outcome) -> float:
    """Return the hierarchical discounted gain of one search: the earlier the turn, and then the place, the better.

    hDCG@(T, K) for the one list that holds a target in turn t at place k: 1/log2(t + 2) + (1/log2(t + 1) -
    1/log2(t + 2)) / log2(k + 1); 0 for a failure. A first place in turn t is worth 1/log2(t + 1), a last one hardly
    more than a first place in turn t + 1. Source: Deng, Li, Sun, Ding & Lam 2021 (UNICORN). The opening is turn 1.

    >>> round(hdcg(Outcome(2, 1)), 4), round(hdcg(Outcome(2, 3)), 4), hdcg(Outcome())
    (0.6309, 0.5655, 0.0)
    """
    if not outcome.is_success:
        return 0.0
    later, now = 1 / log2(outcome.turn + 2), 1 / log2(outcome.turn + 1)
    return later + (now - later) / log2(outcome.place + 1)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over users, and the interval that holds it with 95 % confidence."""

    mean: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return the three numbers by name."""
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def estimate(values: ArrayLike, rng: np.random.Generator) -> Estimate:
    """Return the mean of one value a user, with its bootstrap interval; raises ValueError without any."""
    found = np.asarray(values, dtype=np.float64)
    if not found.size:
        raise ValueError("there is nothing to take the mean of")
    means = found[_draws(len(found), rng)].mean(axis=1)
    return interval(float(found.mean()), means)


def ratio(above: ArrayLike, below: ArrayLike, rng: np.random.Generator) -> Estimate:
    """Return mean(above) / mean(below) of the same users, with its bootstrap interval."""
    upper, lower = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    draws = _draws(len(upper), rng)
    ratios = upper[draws].mean(axis=1) / np.maximum(lower[draws].mean(axis=1), 1e-12)
    return interval(float(upper.mean() / max(lower.mean(), 1e-12)), ratios)


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile of some durations in milliseconds; nothing without any.

    >>> percentiles_ms([0.001, 0.002, 0.003])
    {'p50': 2.0, 'p99': 2.98}
    """
    if not len(seconds):
        return {}
    return {f"p{part}": round(float(np.percentile(seconds, part)) * 1e3, 2) for part in (50, 99)}


def _draws(n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return rng.integers(n, size=(_ROUNDS, n), dtype=np.intp)


def interval(mean: float, means: NDArray[np.float64]) -> Estimate:
    """Return a mean with the interval of what it was over samples of the users, (samples,)."""
    low, high = np.quantile(means, [(1 - _SURE) / 2, (1 + _SURE) / 2])
    return Estimate(mean, float(low), float(high))
