"""Ratings: how far predicted ratings are from those that people gave, and whether chances come true.

Held out is a fifth of each user's items, as for the lists of the protocol ``warm``; judged are those of them with a
rating. Simple predictions (the average, the item's, biased factors) are compared with what the blend's score means and,
where the log has other events than ratings, with what these signals say: the held-out pairs then keep their events and
lose only their rating. RMSE and MAE are means over users of those of each, with intervals and paired tests over users;
``overall`` is over all held-out ratings, as others report it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.errors import DataError
from kgrec.evaluate.comparison import Draws, over_seeds, p_value
from kgrec.evaluate.contenders import BLEND, fit
from kgrec.evaluate.splits import Protocol, split
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.learning.biased_factors import BiasedFactors
from kgrec.learning.calibration import Held, features_of, held_scores, ratings_of
from kgrec.learning.chances import calibration_error, reliability, shrunken
from kgrec.learning.event_chances import happened
from kgrec.learning.signals import expected_ratings
from kgrec.learning.splits import Cut, Examples
from kgrec.learning.weights import Fitted
from kgrec.outlooks import LIKED
from kgrec.progress import Progress
from kgrec.recommender import Recommender

RATINGS: Final = "ratings"
SIGNALS: Final = "signals"
FACTORS: Final = "biased factors"
ITEM_MEAN: Final = "item mean"
GLOBAL_MEAN: Final = "global mean"
SIMPLE: Final = (FACTORS, ITEM_MEAN, GLOBAL_MEAN)

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted ratings (k,), and half the widths of their intervals; None where there are none."""

    ratings: Vector
    low: Vector | None = None
    high: Vector | None = None


@dataclass(eq=False)
class Errors:
    """What is counted of one contender: a value a user, one array a seed; ``pairs`` a row a rating."""

    users: list[NDArray[np.intp]] = field(default_factory=list)
    rmse: list[Vector] = field(default_factory=list)
    mae: list[Vector] = field(default_factory=list)
    inside: list[Vector] = field(default_factory=list)
    pairs: list[Vector] = field(default_factory=list)

    def count(self, users: NDArray[np.intp], truth: Vector, told: Prediction) -> None:
        """Add what was predicted for some users' ratings, (k,) each."""
        who, row = np.unique(users, return_inverse=True)
        off, n = told.ratings - truth, np.bincount(row)
        self.users.append(who)
        self.rmse.append(np.sqrt(np.bincount(row, off**2) / n))
        self.mae.append(np.bincount(row, np.abs(off)) / n)
        self.pairs.append(off)
        if told.low is not None and told.high is not None:
            self.inside.append(np.bincount(row, (told.low <= truth) & (truth <= told.high)) / n)

    def per_user(self, metric: str) -> Vector:
        """Return one value a user, averaged over the seeds, in ascending order of users."""
        return over_seeds(self.users, getattr(self, metric))


@dataclass(frozen=True, eq=False)
class RatingsReport:
    """How contenders did, and by how much the chance of each kind of event was off on average (ECE), one a seed."""

    data: str
    seeds: tuple[int, ...]
    scale: tuple[float, float]
    errors: Mapping[str, Errors]
    chances: Mapping[str, Sequence[float]]

    def to_json(self) -> dict[str, Any]:
        """Return all figures as what JSON can hold."""
        rng = np.random.default_rng([self.seeds[0], 13])
        draws = {
            metric: Draws({name: found.per_user(metric) for name, found in self.errors.items()}, rng)
            for metric in ("rmse", "mae")
        }
        names = sorted(self.errors, key=lambda name: float(self.errors[name].per_user("rmse").mean()))
        contenders: dict[str, Any] = {}
        for name in names:
            found = self.errors[name]
            off = np.concatenate(found.pairs)
            contenders[name] = {
                **{metric: drawn.mean_of(name).to_json() for metric, drawn in draws.items()},
                "inside": round(float(found.per_user("inside").mean()), 4) if found.inside else None,
                "overall": {
                    "rmse": round(float(np.sqrt(np.mean(off**2))), 4),
                    "mae": round(float(np.abs(off).mean()), 4),
                },
            }
        first = self.errors[GLOBAL_MEAN]
        return {
            "data": self.data,
            "protocol": RATINGS,
            "seeds": list(self.seeds),
            "users": len(first.per_user("rmse")),
            "held_out": sum(map(len, first.pairs)),
            "scale": list(self.scale),
            "contenders": contenders,
            "against": {name: self._against(name, draws, rng) for name in names if name not in SIMPLE},
            "calibration_error": {kind: round(float(np.mean(found)), 4) for kind, found in self.chances.items()},
        }

    def _against(self, name: str, draws: Mapping[str, Draws], rng: np.random.Generator) -> dict[str, Any]:
        """Return how one contender stands to the simple ones; below 0 its errors are smaller."""
        return {
            other: {
                metric: {
                    "difference": drawn.difference(name, other).to_json(),
                    "p": round(
                        p_value(self.errors[name].per_user(metric), self.errors[other].per_user(metric), rng), 5
                    ),
                }
                for metric, drawn in draws.items()
            }
            for other in SIMPLE
        }


def evaluate(graph: KnowledgeGraph, seeds: Sequence[int] = (0,), progress: Progress | None = None) -> RatingsReport:
    """Hold out, learn, predict and judge, once a seed.

    Raises:
        DataError: there are no ratings, or too few interactions to hold some out.
    """
    known = graph.interactions.ratings[~np.isnan(graph.interactions.ratings)]
    if not len(known):
        raise DataError(f"{graph.name!r} has no ratings to predict; import some (kgrec import)")
    errors: dict[str, Errors] = {}
    chances: dict[str, list[float]] = {}
    for number, seed in enumerate(seeds):
        if progress is not None:
            progress(f"fitting (seed {number + 1} of {len(seeds)})", number, len(seeds))
        one = split(graph, Protocol.WARM, seed)
        recommender, _ = fit(one)
        (case,) = one.cases
        examples = Examples(case.users, case.known, case.relevant, case.candidates)
        fitted = Fitted(Cut(recommender.graph_, examples), recommender.scorers_)
        held = held_scores(fitted, recommender.learned_.table)
        truth = ratings_of(graph.interactions, held.users, held.items)
        told = ~np.isnan(truth)
        for name, prediction in _predictions(graph.interactions, held, recommender).items():
            errors.setdefault(name, Errors()).count(held.users[told], truth[told], _of(prediction, told))
        for kind, error in chance_errors(graph.interactions, held, truth, recommender).items():
            chances.setdefault(kind, []).append(error)
    return RatingsReport(graph.name, tuple(seeds), (float(known.min()), float(known.max())), errors, chances)


def _of(prediction: Prediction, rows: NDArray[np.bool_]) -> Prediction:
    low, high = prediction.low, prediction.high
    return Prediction(
        prediction.ratings[rows], None if low is None else low[rows], None if high is None else high[rows]
    )


def _predictions(log: Interactions, held: Held, recommender: Recommender) -> dict[str, Prediction]:
    """Return what each contender predicts for the held-out pairs, (k,)."""
    found = simple_predictions(held)
    calibration = recommender.learned_.calibration
    if calibration is not None:
        told = calibration.predict(features_of(held))
        found[BLEND] = Prediction(told.rating, told.low, told.high)
    signals = signal_prediction(log, held, found[FACTORS])
    return found if signals is None else {**found, SIGNALS: signals}


def simple_predictions(held: Held) -> dict[str, Prediction]:
    """Return what the average, the item's damped mean and biased factors predict from all that is not held out."""
    log = held.log
    rated = np.flatnonzero(~np.isnan(log.ratings))
    ratings = log.ratings[rated]
    low, high, average = ratings.min(), ratings.max(), float(ratings.mean())
    total, count = (np.bincount(log.items[rated], weights, log.n_items) for weights in (ratings, None))
    latest = rated[np.argsort(log.times[rated], kind="stable")]
    cells = dict(zip(zip(log.users[latest], log.items[latest], strict=True), log.ratings[latest], strict=True))
    users, items = np.array(list(cells)).T
    matrix = sparse.csr_matrix((np.array(list(cells.values())), (users, items)), shape=(log.n_users, log.n_items))
    factors = BiasedFactors.fit(matrix).predict(held.users, held.items)
    return {
        GLOBAL_MEAN: Prediction(np.full(len(held.items), average)),
        ITEM_MEAN: Prediction(np.asarray(shrunken(total, count, average))[held.items]),
        FACTORS: Prediction(np.clip(factors, low, high)),
    }


def signal_prediction(log: Interactions, held: Held, otherwise: Prediction) -> Prediction | None:
    """Return what signals say of the held-out pairs; None without any. Pairs without signals get ``otherwise``.

    Their ratings are hidden, and nothing else of them.
    """
    keys = log.users.astype(np.int64) * log.n_items + log.items
    asked = held.users.astype(np.int64) * log.n_items + held.items
    is_held, is_event = np.isin(keys, asked), (log.kinds > 0) if log.kinds.size else np.zeros(len(log), dtype=bool)
    blinded = Interactions.take(log, np.flatnonzero(~is_held | is_event))
    hidden = is_held[~is_held | is_event]
    blinded.ratings[hidden] = np.nan  # a copy: take copies
    expected = expected_ratings(blinded)
    if expected is None:
        return None
    told = expected.users * log.n_items + expected.items
    order = np.argsort(told)
    place = order[np.minimum(np.searchsorted(told[order], asked), len(told) - 1)]
    is_told = told[place] == asked
    ratings = np.where(is_told, expected.ratings[place], otherwise.ratings)
    reach = np.where(is_told, expected.reaches[place], np.median(expected.reaches))
    return Prediction(ratings, ratings - reach, ratings + reach)


def chance_errors(log: Interactions, held: Held, truth: Vector, recommender: Recommender) -> dict[str, float]:
    """Return kind → the expected calibration error of its chance on held-out pairs; ``liked``: on the rated ones."""
    found = {}
    calibration, chances = recommender.learned_.calibration, recommender.learned_.chances
    if calibration is not None:
        told = ~np.isnan(truth)
        said = calibration.predict(features_of(held)[told]).probability
        liked = log.user_items[held.users[told], held.items[told]].A1 > 0
        found[LIKED] = calibration_error(reliability(said, liked))
    if chances is not None:
        for kind, said in chances.predict(held.standard, held.items, held.known).items():
            did = happened(log, log.kind_names.index(kind), held) > 0
            found[kind] = calibration_error(reliability(said, did))
    return found
