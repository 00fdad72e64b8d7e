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
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import blend_many
from kgrec.domain import Forecast
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.graph.circumstances import told_as
from kgrec.learning.biased_factors import BiasedFactors
from kgrec.learning.chances import RIDGE, Chance, Vector, design_of, shrunken
from kgrec.learning.weights import Fitted
from kgrec.scorers.context import Context, Past
from kgrec.weights import WeightTable

COVERAGE: Final = 0.8
"""The share of ratings that an interval shall hold."""

LEAST_RATINGS: Final = 500
"""With fewer held-out ratings nothing is calibrated."""

_CHUNK: Final = 256


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings that scorers were not fitted on, k of them, and what was known of each beforehand.

    Attributes:
        features: float64 (k, 5): the blended standard score, the item's and the user's shrunken mean value, the value
            that biased factors expect, and how far the circumstances move it.
        values: float64 (k,), in [-1, 1]; a like is above 0.
        ratings: float64 (k,), on the data's own scale.
    """

    features: Vector
    values: Vector
    ratings: Vector

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Maps standard scores to probabilities and ratings; plain arrays, nothing to import.

    Attributes:
        centre, spread: of the features, (5,).
        like: the probability of a like.
        rate: ridge weights, (6,), the constant last.
        reach: half the width of an interval, where nothing is known of the circumstances and where it is, (2,).
        low, high: the ends of the rating scale.
        item_means: float64 (n_items,), shrunken mean values.
        average: the mean of all values.
        factors: what values are expected of users by the values of what they rated.
    """

    centre: Vector
    spread: Vector
    like: Chance
    rate: Vector
    reach: Vector
    low: float
    high: float
    item_means: Vector
    average: float
    factors: BiasedFactors

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
        rate, reach = _conformal(features, ratings, centre, spread)
        all_ratings = log.ratings[~np.isnan(log.ratings)]
        average = float(log.values.mean())
        means = item_means(log)
        low, high = float(all_ratings.min()), float(all_ratings.max())
        factors = BiasedFactors.fit(log.user_items)
        return cls(centre, spread, Chance.fit(features, likes), rate, reach, low, high, means, average, factors)

    def apply(
        self,
        standard: Vector,
        items: NDArray[np.intp],
        rated: NDArray[np.intp],
        values: Vector,
        shift: Vector | None = None,
    ) -> Predictions:
        """Return what the scores of some items mean.

        Args:
            standard: float64 (n,), blended scores in deviations from the average item (``Blended.standard``).
            items: intp (n,), which items.
            rated: intp (m,), which items the user has rated.
            values: float64 (m,), with which values.
            shift: float64 (n,), how far the circumstances of now move what to expect; None: nothing is known of them.
        """
        user = np.full(len(items), shrunken(float(np.sum(values)), len(values), self.average))
        expected = self.factors.predict_for(rated, values, items)
        moved = np.zeros(len(items)) if shift is None else shift
        return self.predict(np.column_stack([standard, self.item_means[items], user, expected, moved]))

    def predict(self, features: Vector) -> Predictions:
        """Return what features (n, 5) mean."""
        rating = np.clip(design_of(features, self.centre, self.spread) @ self.rate, self.low, self.high)
        reach = np.where(features[:, -1] != 0, self.reach[1], self.reach[0])
        low, high = (np.clip(rating + side * reach, self.low, self.high) for side in (-1.0, 1.0))
        return Predictions(self.like.predict(features), rating, low, high)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, for a cache."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("like", "factors")}
        like = {f"like.{name}": array for name, array in self.like.arrays().items()}
        factors = {f"factors.{one.name}": getattr(self.factors, one.name) for one in fields(self.factors)}
        return {**{name: np.asarray(value, dtype=np.float64) for name, value in (own | factors).items()}, **like}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the calibration of :meth:`arrays`; raises KeyError for one that is missing."""
        return cls(
            centre=arrays["centre"],
            spread=arrays["spread"],
            like=Chance.restore(arrays, "like"),
            rate=arrays["rate"],
            reach=arrays["reach"],
            low=float(arrays["low"]),
            high=float(arrays["high"]),
            item_means=arrays["item_means"],
            average=float(arrays["average"]),
            factors=BiasedFactors(
                float(arrays["factors.average"]),
                float(arrays["factors.spread"]),
                *(arrays[f"factors.{name}"] for name in ("users", "items", "ridge")),
            ),
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

    def forecasts(self) -> list[Forecast]:
        """Return the same, item by item."""
        columns = (self.probability, self.rating, self.low, self.high)
        return [Forecast(*map(float, row)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, eq=False)
class Held:
    """The k pairs of user and item that a cut of a graph holds out, and what the blend on the cut says of them.

    Attributes:
        users, items: intp (k,).
        standard: float64 (k,), blended scores in deviations from the average item.
        values: float64 (k,), what they are worth in truth.
        known: float64 (k,), the shrunken mean value of what else is known of the user.
        log: what the scorers were fitted to.
        shift: float64 (k,), how far the circumstances move what to expect; None: nothing is known of them.
    """

    users: NDArray[np.intp]
    items: NDArray[np.intp]
    standard: Vector
    values: Vector
    known: Vector
    log: Interactions
    shift: Vector | None = None


def held_scores(fitted: Fitted, table: WeightTable | None) -> Held:
    """Return the pairs that a cut of a graph holds out, scored by what was fitted to the cut."""
    examples, inner = fitted.cut.examples, fitted.cut.graph
    rows = np.repeat(np.arange(len(examples)), np.diff(examples.held.indptr))
    items = examples.held.indices.astype(np.intp)
    standard = np.empty(len(items))
    for start in range(0, len(examples), _CHUNK):
        part = slice(start, start + _CHUNK)
        scores = blend_many(fitted.scorers, examples.known[part], inner, table, examples.users[part]).astype(np.float64)
        scores -= scores.mean(axis=1, keepdims=True)
        spread = scores.std(axis=1, keepdims=True)
        scores /= np.where(spread > 0, spread, 1.0)
        own = (rows >= start) & (rows < start + _CHUNK)
        standard[own] = scores[rows[own] - start, items[own]]
    average = float(inner.interactions.values.mean())
    users = shrunken(np.asarray(examples.known.sum(axis=1)).ravel(), examples.n_known, average)
    values = examples.held.data.astype(np.float64)
    return Held(examples.users[rows], items, standard, values, users[rows], inner.interactions)


def held_ratings(graph: KnowledgeGraph, held: Held) -> Ratings:
    """Return the ratings among what is held out, and what was known of each beforehand.

    Where ratings come with circumstances, that is what the other interactions tell of these as well, and of a pair that
    was rated several times every rating counts.
    """
    log = graph.interactions
    if log.context:
        held, ratings = _in_circumstances(log, held, Context().fit(replace(graph, interactions=held.log)))
    else:
        ratings = ratings_of(log, held.users, held.items)
    return Ratings(features_of(held), held.values, ratings)


def _in_circumstances(log: Interactions, held: Held, context: Context) -> tuple[Held, Vector]:
    """Return the interactions with held-out pairs, moved by their circumstances, and their ratings, (k,) each."""
    pairs = held.users.astype(np.int64) * log.n_items + held.items
    keys = log.users.astype(np.int64) * log.n_items + log.items
    order = np.argsort(pairs)
    place = order[np.minimum(np.searchsorted(pairs, keys, sorter=order), len(pairs) - 1)]
    rows = np.flatnonzero(pairs[place] == keys)
    of = place[rows]
    users, items = held.users[of], held.items[of]
    told, known_told = told_as(context.names_, log.take(rows)), told_as(context.names_, held.log)
    shift = np.empty(len(rows))
    for user in np.unique(users):
        own, past = np.flatnonzero(users == user), np.flatnonzero(held.log.users == user)
        given = held.log.values[past].astype(np.float64)
        done = Past(held.log.items[past].astype(np.intp), given, known_told[past])
        shift[own] = context.shift(items[own], told[own], done)
    values = log.values[rows].astype(np.float64)
    return Held(users, items, held.standard[of], values, held.known[of], held.log, shift), log.ratings[rows]


def features_of(held: Held) -> Vector:
    """Return what was known of each pair beforehand, as ``Ratings.features``."""
    factors = BiasedFactors.fit(held.log.user_items)
    expected = factors.predict(held.users, held.items)
    shift = np.zeros(len(held.items)) if held.shift is None else held.shift
    return np.column_stack([held.standard, item_means(held.log)[held.items], held.known, expected, shift])


def item_means(log: Interactions) -> Vector:
    """Return the shrunken mean value of each item, (n_items,)."""
    totals = np.asarray(log.user_items.sum(axis=0), dtype=np.float64).ravel()
    counts = np.bincount(log.user_items.indices, minlength=log.n_items)
    return np.asarray(shrunken(totals, counts, float(log.values.mean()) if len(log) else 0.0))


def ratings_of(log: Interactions, users: NDArray[np.intp], items: NDArray[np.intp]) -> Vector:
    """Return the ratings of some pairs of user and item, the latest of each, (k,); NaN where there is none."""
    order = np.lexsort((log.times, log.items, log.users))
    order = order[~np.isnan(log.ratings[order])]
    if not len(order):
        return np.full(len(users), np.nan)
    keys = (log.users.astype(np.int64) * log.n_items + log.items)[order]
    asked = users.astype(np.int64) * log.n_items + items
    places = np.searchsorted(keys, asked, side="right") - 1
    return np.where(keys[places] == asked, log.ratings[order[places]], np.nan)


def _conformal(features: Vector, ratings: Vector, centre: Vector, spread: Vector) -> tuple[Vector, Vector]:
    """Return ridge weights for ratings, and the reaches that hold COVERAGE of those not used to find them, (2,).

    The first reach is that of ratings if nothing were known of their circumstances, the second of those where it is.
    """
    order = np.random.default_rng(0).permutation(len(ratings))
    fit, rest = np.array_split(order, 2)
    design = design_of(features, centre, spread)
    penalty = np.diag([RIDGE] * (design.shape[1] - 1) + [1e-9])
    weights = np.linalg.solve(design[fit].T @ design[fit] + penalty, design[fit].T @ ratings[fit])
    unmoved = np.column_stack([features[rest, :-1], np.zeros(len(rest))])
    blind = _reach(np.abs(ratings[rest] - design_of(unmoved, centre, spread) @ weights))
    told = rest[features[rest, -1] != 0]
    reach = _reach(np.abs(ratings[told] - design[told] @ weights)) if len(told) else blind
    return np.asarray(weights, dtype=np.float64), np.array([blind, reach])


def _reach(far: Vector) -> float:
    """Return how far COVERAGE of some errors, as if one more were there, lie at most."""
    return float(np.sort(far)[min(int(np.ceil(COVERAGE * (len(far) + 1))) - 1, len(far) - 1)])
