"""Calibration: what a score means, as the probability of a like and as a rating with an interval.

A blended score orders items; it says nothing of how often what stands so high is liked. That is counted on ratings the
scorers have not seen: a logistic regression on the score, on how well others rated the item and on how kindly the user
rates, then made monotone and exact by isotonic regression (Zadrozny & Elkan 2002). Both answer "given that the user
tries it": all that is known of likes are items somebody chose to rate.

A rating is predicted from the same features by ridge regression; its interval is split-conformal (Lei et al. 2018):
half of the held-out ratings fit the regression, the other half say how far off it is, so the interval holds the stated
share of future ratings whatever their distribution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import blend_many
from kgrec.domain import Forecast
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.learning.weights import Fitted
from kgrec.weights import WeightTable

COVERAGE: Final = 0.8
"""The share of ratings that an interval shall hold."""

LEAST_RATINGS: Final = 500
"""With fewer held-out ratings nothing is calibrated."""

TRUST: Final = 5.0
"""So many ratings of an item or a user count as much as the average of all."""

_BINS: Final = 40
_RIDGE: Final = 1.0
_STEPS: Final = 25
_FAR: Final = 4.0  # deviations; beyond, a feature says no more
_CHUNK: Final = 256

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings that scorers were not fitted on, k of them, and what was known of each beforehand.

    Attributes:
        features: float64 (k, 3): the blended standard score, the item's and the user's shrunken mean value.
        values: float64 (k,), in [-1, 1]; a like is above 0.
        ratings: float64 (k,), on the data's own scale.
    """

    features: Vector
    values: Vector
    ratings: Vector

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of a reliability diagram: what was said, what happened, and how often."""

    said: float
    happened: float
    n: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """Maps standard scores to probabilities and ratings; plain arrays, nothing to import.

    Attributes:
        centre, spread: of the features, (3,).
        like: logistic weights, (4,), the constant last.
        steps: the logistic probabilities at which the isotonic map is known, (s,), ascending.
        levels: the probabilities it maps them to, (s,), ascending.
        rate: ridge weights, (4,), the constant last.
        reach: half the width of an interval.
        low, high: the ends of the rating scale.
        item_means: float64 (n_items,), shrunken mean values.
        average: the mean of all values.
    """

    centre: Vector
    spread: Vector
    like: Vector
    steps: Vector
    levels: Vector
    rate: Vector
    reach: float
    low: float
    high: float
    item_means: Vector
    average: float

    @classmethod
    def fit(cls, parts: Sequence[Ratings], log: Interactions) -> Self | None:
        """Learn from held-out ratings; None where there are too few, no ratings at all, or only likes or dislikes.

        ``log`` are all interactions: their item means are what :meth:`apply` uses.
        """
        features = np.concatenate([part.features for part in parts])
        values, ratings = (np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "ratings"))
        told = ~np.isnan(ratings)
        features, likes, ratings = features[told], (values[told] > 0).astype(np.float64), ratings[told]
        if len(likes) < LEAST_RATINGS or likes.min() == likes.max():
            return None
        centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        design = _design(features, centre, spread)
        like = _logistic(design, likes)
        steps, levels = _isotonic(_sigmoid(design @ like), likes)
        rate, reach = _conformal(design, ratings)
        all_ratings = log.ratings[~np.isnan(log.ratings)]
        average = float(log.values.mean())
        means = item_means(log)
        low, high = float(all_ratings.min()), float(all_ratings.max())
        return cls(centre, spread, like, steps, levels, rate, reach, low, high, means, average)

    def apply(self, standard: Vector, items: NDArray[np.intp], history: Vector) -> Predictions:
        """Return what the scores of some items mean.

        Args:
            standard: float64 (n,), blended scores in deviations from the average item (``Blended.standard``).
            items: intp (n,), which items.
            history: the values of the items the user has rated, (m,).
        """
        user = np.full(len(items), shrunken(float(np.sum(history)), len(history), self.average))
        return self.predict(np.column_stack([standard, self.item_means[items], user]))

    def forecasts(self, standard: Vector, items: NDArray[np.intp], history: Vector) -> list[Forecast]:
        """Return the same as :meth:`apply`, item by item."""
        found = self.apply(standard, items, history)
        columns = (found.probability, found.rating, found.low, found.high)
        return [Forecast(*map(float, row)) for row in zip(*columns, strict=True)]

    def predict(self, features: Vector) -> Predictions:
        """Return what features (n, 3) mean."""
        design = _design(features, self.centre, self.spread)
        probability = np.interp(_sigmoid(design @ self.like), self.steps, self.levels)
        rating = np.clip(design @ self.rate, self.low, self.high)
        low, high = (np.clip(rating + side * self.reach, self.low, self.high) for side in (-1.0, 1.0))
        return Predictions(probability, rating, low, high)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, for a cache."""
        return {one.name: np.asarray(getattr(self, one.name), dtype=np.float64) for one in fields(self)}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the calibration of :meth:`arrays`; raises KeyError for one that is missing."""
        return cls(
            centre=arrays["centre"],
            spread=arrays["spread"],
            like=arrays["like"],
            steps=arrays["steps"],
            levels=arrays["levels"],
            rate=arrays["rate"],
            reach=float(arrays["reach"]),
            low=float(arrays["low"]),
            high=float(arrays["high"]),
            item_means=arrays["item_means"],
            average=float(arrays["average"]),
        )


@dataclass(frozen=True, eq=False)
class Predictions:
    """What n scores mean; all float64 (n,).

    Attributes:
        probability: of a like, given that the item is tried.
        rating: what the user would rate it, on the data's own scale.
        low, high: the ends of the interval that holds COVERAGE of such ratings.
    """

    probability: Vector
    rating: Vector
    low: Vector
    high: Vector


def held_ratings(graph: KnowledgeGraph, fitted: Fitted, table: WeightTable | None) -> Ratings:
    """Return the ratings that a cut of a graph holds out, with what the blend on the cut says of them."""
    examples, inner = fitted.cut.examples, fitted.cut.graph
    rows = np.repeat(np.arange(len(examples)), np.diff(examples.held.indptr))
    items = examples.held.indices.astype(np.intp)
    standard = np.empty(len(items))
    for start in range(0, len(examples), _CHUNK):
        scores = blend_many(fitted.scorers, examples.known[start : start + _CHUNK], inner, table).astype(np.float64)
        scores -= scores.mean(axis=1, keepdims=True)
        spread = scores.std(axis=1, keepdims=True)
        scores /= np.where(spread > 0, spread, 1.0)
        own = (rows >= start) & (rows < start + _CHUNK)
        standard[own] = scores[rows[own] - start, items[own]]
    average = float(inner.interactions.values.mean())
    users = shrunken(np.asarray(examples.known.sum(axis=1)).ravel(), examples.n_known, average)
    features = np.column_stack([standard, item_means(inner.interactions)[items], users[rows]])
    ratings = _ratings(graph.interactions, examples.users[rows], items)
    return Ratings(features, examples.held.data.astype(np.float64), ratings)


def shrunken(total: Any, n: Any, average: float) -> Any:
    """Return means of n values each, drawn towards the average of all: the fewer, the nearer.

    >>> shrunken(np.array([5.0, 0.0]), np.array([5, 0]), 0.2).round(3).tolist()
    [0.6, 0.2]
    """
    return (total + TRUST * average) / (n + TRUST)


def item_means(log: Interactions) -> Vector:
    """Return the shrunken mean value of each item, (n_items,)."""
    totals = np.asarray(log.user_items.sum(axis=0), dtype=np.float64).ravel()
    return np.asarray(shrunken(totals, log.item_counts, float(log.values.mean()) if len(log) else 0.0))


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


def _ratings(log: Interactions, users: NDArray[np.intp], items: NDArray[np.intp]) -> Vector:
    """Return the ratings of some pairs of user and item, the latest of each, (k,)."""
    order = np.lexsort((log.times, log.items, log.users))
    keys = (log.users.astype(np.int64) * log.n_items + log.items)[order]
    places = np.searchsorted(keys, users.astype(np.int64) * log.n_items + items, side="right") - 1
    return np.asarray(log.ratings[order[places]], dtype=np.float64)


def _design(features: Vector, centre: Vector, spread: Vector) -> Vector:
    """Return standardised features, those far out drawn in, and a column of ones, (k, 4)."""
    standard = np.clip((features - centre) / spread, -_FAR, _FAR)
    return np.column_stack([standard, np.ones(len(features))])


def _sigmoid(values: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def _logistic(design: Vector, likes: Vector) -> Vector:
    """Return logistic weights by Newton's method, the constant not penalised."""
    penalty = np.diag([_RIDGE] * (design.shape[1] - 1) + [1e-9])
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


def _conformal(design: Vector, ratings: Vector) -> tuple[Vector, float]:
    """Return ridge weights for ratings, and the reach that holds COVERAGE of those not used to find them."""
    order = np.random.default_rng(0).permutation(len(ratings))
    fit, rest = np.array_split(order, 2)
    penalty = np.diag([_RIDGE] * (design.shape[1] - 1) + [1e-9])
    weights = np.linalg.solve(design[fit].T @ design[fit] + penalty, design[fit].T @ ratings[fit])
    far = np.sort(np.abs(ratings[rest] - design[rest] @ weights))
    place = min(int(np.ceil(COVERAGE * (len(far) + 1))) - 1, len(far) - 1)
    return np.asarray(weights, dtype=np.float64), float(far[place])
