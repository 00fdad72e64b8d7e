"""Chances: how likely something is to happen, from features of it, so that what is said comes true as often as said.

A logistic regression, then made monotone and exact by isotonic regression (Zadrozny & Elkan 2002, "Transforming
classifier scores into accurate multiclass probability estimates"), on what nothing else was fitted to. Plain arrays,
nothing to import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

TRUST: Final = 5.0
"""So many observations of an item or a user count as much as the average of all."""

RIDGE: Final = 1.0
_BINS: Final = 40
_STEPS: Final = 25
_FAR: Final = 4.0  # deviations; beyond, a feature says no more

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chance:
    """A calibrated probability.

    Attributes:
        centre, spread: of the features, (f,).
        weights: logistic, (f + 1,), the constant last.
        steps: the logistic probabilities at which the isotonic map is known, (s,), ascending.
        levels: the probabilities it maps them to, (s,), ascending.
    """

    centre: Vector
    spread: Vector
    weights: Vector
    steps: Vector
    levels: Vector

    @classmethod
    def fit(cls, features: Vector, happened: Vector) -> Self:
        """Learn from features (k, f) and what happened, 0 or 1, (k,)."""
        centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        design = design_of(features, centre, spread)
        weights = _logistic(design, happened)
        return cls(centre, spread, weights, *_isotonic(_sigmoid(design @ weights), happened))

    @classmethod
    def constant(cls, probability: float, n_features: int) -> Self:
        """Return the same probability whatever the features are."""
        zeros = np.zeros(n_features)
        return cls(zeros, zeros + 1, np.zeros(n_features + 1), np.array([0.5]), np.array([probability]))

    def predict(self, features: Vector) -> Vector:
        """Return the probabilities of features (n, f), (n,)."""
        design = design_of(features, self.centre, self.spread)
        return np.asarray(np.interp(_sigmoid(design @ self.weights), self.steps, self.levels))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, for a cache."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return what :meth:`arrays` gave, of which each is called ``name.``; raises KeyError for one missing."""
        return cls(**{one.name: arrays[f"{name}.{one.name}"] for one in fields(cls)})


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of a reliability diagram: what was said, what happened, and how often."""

    said: float
    happened: float
    n: int


def shrunken(total: Any, n: Any, average: float) -> Any:
    """Return means of n values each, drawn towards the average of all: the fewer, the nearer.

    >>> shrunken(np.array([5.0, 0.0]), np.array([5, 0]), 0.2).round(3).tolist()
    [0.6, 0.2]
    """
    return (total + TRUST * average) / (n + TRUST)


def reliability(probability: Vector, likes: NDArray[np.bool_], n_bins: int = 10) -> tuple[Bin, ...]:
    """Return the points of a reliability diagram, by bins of equal width; empty bins are left out."""
    place = np.minimum((probability * n_bins).astype(np.intp), n_bins - 1)
    found = [np.flatnonzero(place == number) for number in range(n_bins)]
    return tuple(Bin(float(probability[own].mean()), float(likes[own].mean()), len(own)) for own in found if len(own))


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far what was said lies from what happened, on average.

    >>> calibration_error([Bin(0.25, 0.5, 30), Bin(0.75, 0.75, 10)])
    0.1875
    """
    return sum(abs(one.said - one.happened) * one.n for one in bins) / max(sum(one.n for one in bins), 1)


def design_of(features: Vector, centre: Vector, spread: Vector) -> Vector:
    """Return standardised features, those far out drawn in, and a column of ones, (k, 4)."""
    standard = np.clip((features - centre) / spread, -_FAR, _FAR)
    return np.column_stack([standard, np.ones(len(features))])


def _sigmoid(values: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def _logistic(design: Vector, likes: Vector) -> Vector:
    """Return logistic weights by Newton's method, the constant not penalised."""
    penalty = np.diag([RIDGE] * (design.shape[1] - 1) + [1e-9])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        probability = _sigmoid(design @ weights)
        slope = design.T @ (likes - probability) - penalty @ weights
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, slope)
        weights += step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004  (converged)
            break
    return weights


def _isotonic(said: Vector, likes: Vector) -> tuple[Vector, Vector]:
    """Return the points of a monotone map from what was said to what happened, by bins of equal size.

    Pool adjacent violators (Ayer et al. 1955): bins whose share of likes falls are joined until none does. Bins rather
    than single ratings keep a lucky few at either end from becoming certainty.
    """
    order = np.argsort(said, kind="stable")
    blocks: list[tuple[float, float, int]] = []
    for part in np.array_split(order, min(_BINS, len(order))):
        block = (float(said[part].sum()), float(likes[part].sum()), len(part))
        while blocks and blocks[-1][1] * block[2] >= block[1] * blocks[-1][2]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    steps = np.array([total / n for total, _, n in blocks])
    return steps, np.array([(liked + 0.5) / (n + 1) for _, liked, n in blocks])
