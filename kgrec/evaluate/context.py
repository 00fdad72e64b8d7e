"""Protocol context: what it buys to know in which circumstances something is rated or chosen.

Held out is a fifth of the pairs of user and item, with all their ratings, so that what is asked about is new to the
user. Judged are those of the ratings that come with circumstances. Three models predict them, alike but for what they
hear:

* without: nothing of circumstances (kgrec.scorers.deviations with the effects WITHOUT);
* split: items split in two by the circumstance that tells most (Baltrunas & Ricci 2009, "Context-based splitting of
  item ratings in collaborative filtering"), the classic way to make any model heed context;
* context: all effects that pay, chosen on the training part alone.

RMSE is over all these ratings. NDCG is of each user's, ordered by what was predicted: gains are the ratings, from 0 for
the lowest of the scale to 1. Besides, lists are judged as the app makes them: all items a user has not rated, for each
of their circumstances, where what was liked then is relevant: by the blend that hears of the circumstances, by one
whose context scorer knows how items are rated but nothing of circumstances (items), by one that re-weighs histories
besides, and by one without it; by scorers alone as well (kgrec.evaluate.context_lists). Descriptions play no part.
Where ratings are forecast (kgrec.outlooks), forecasts that hear of the circumstances are compared with those that do
not. Intervals and tests draw users, see kgrec.evaluate.comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Belief
from kgrec.errors import DataError
from kgrec.evaluate.comparison import ROUNDS, Draws, over_seeds, p_value
from kgrec.evaluate.context_lists import ALONE, HISTORIES, LISTS, alone, count_lists
from kgrec.evaluate.context_task import (
    BLIND,
    CONTEXT,
    REWEIGHED,
    SPLIT,
    Sums,
    Task,
    Vector,
    added,
    asks_of,
    ndcg,
    split_items,
    split_places,
    task_of,
)
from kgrec.evaluate.metrics import Estimate, interval
from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances
from kgrec.histories import past_of
from kgrec.learning.chances import calibration_error, reliability
from kgrec.progress import Progress
from kgrec.recommender import Recommender
from kgrec.scorers.deviations import WITHOUT, Deviations, Occasions, choose_penalties


@dataclass(eq=False)
class Forecasts:
    """What is counted of the forecasts of one contender: their errors, and of each its promises, one array a seed.

    Attributes:
        inside: whether the rating lay in the interval.
        said, liked: the chance of a like, and whether it was one.
    """

    sums: Sums = field(default_factory=Sums)
    inside: list[NDArray[np.bool_]] = field(default_factory=list)
    said: list[Vector] = field(default_factory=list)
    liked: list[NDArray[np.bool_]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class ContextReport:
    """How contenders did: ``ratings`` by model, ``lists`` by what the blend hears of, ``histories`` by scorer alone."""

    data: str
    seeds: tuple[int, ...]
    k: int
    columns: Mapping[str, tuple[str, ...]]
    effects: Mapping[str, float]
    ratings: Mapping[str, Sums]
    lists: Mapping[str, Sums]
    histories: Mapping[str, Sums]
    forecasts: Mapping[str, Forecasts]

    def to_json(self) -> dict[str, Any]:
        """Return all figures as what JSON can hold."""
        rng = np.random.default_rng([self.seeds[0], 11])
        return {
            "data": self.data,
            "protocol": CONTEXT,
            "seeds": list(self.seeds),
            "k": self.k,
            "circumstances": {name: list(values) for name, values in self.columns.items()},
            "effects": dict(self.effects),
            "ratings": _ratings_json(self.ratings, rng),
            "lists": _ndcg_json(self.lists, rng) if self.lists else None,
            "histories": _histories_json(self.histories, rng) if self.lists else None,
            "forecasts": forecasts_json(self.forecasts, rng) if self.forecasts else None,
        }


def evaluate(
    graph: KnowledgeGraph, seeds: Sequence[int] = (0,), k: int = 10, progress: Progress | None = None
) -> ContextReport:
    """Hold out, learn, predict, list and judge, once a seed.

    Raises:
        DataError: interactions without circumstances, or hardly any with ratings, or none of these liked.
    """
    log = graph.interactions
    columns = Circumstances.of(log).columns
    if not columns or np.isnan(log.ratings).all():
        raise DataError(f"{graph.name!r} has no ratings with circumstances; import some with columns such as company")
    ratings = {name: Sums() for name in (BLIND, SPLIT, CONTEXT)}
    lists, histories = {name: Sums() for name in LISTS}, {name: Sums() for name in HISTORIES}
    forecasts: dict[str, Forecasts] = {}
    effects: dict[str, float] = {}
    for number, seed in enumerate(seeds):
        if progress is not None:
            progress(f"seed {seed}", number, len(seeds))
        task = task_of(graph, seed, k)
        if log.context and not (task.values[task.asked] > 0).any():
            raise DataError(
                f"{graph.name!r}: nothing that was held out is liked, so there are no lists to judge; ratings go from "
                f"{task.ratings.min():g} to {task.ratings.max():g}: is one of them wrong?"
            )
        rng = np.random.default_rng([seed, 12])
        for name, (model, occasions) in fitted_models(task, rng).items():
            if name == CONTEXT and not effects:
                effects = {" × ".join(b): p for b, p in model.penalties.items() if len(model.codes[b])}
            _count_ratings(ratings[name], task, model.predict(occasions.take(task.asked)), seed)
        if log.context:  # where times alone tell circumstances, lists are made without
            recommender = Recommender(texts=False).fit(task.graph)
            count_lists(lists, histories, task, recommender)
            count_forecasts(forecasts, task, recommender, seed)
    told = (lists, histories) if log.context else ({}, {})
    return ContextReport(graph.name, tuple(seeds), k, columns, effects, ratings, *told, forecasts)


# --- ratings --------------------------------------------------------------------------------------------------------


def fitted_models(task: Task, rng: np.random.Generator) -> dict[str, tuple[Deviations, Occasions]]:
    """Return the fitted models, each with the occasions as it sees them."""
    own = task.occasions
    halves = split_items(own, split_places(own, task.known, task.ratings))
    penalties = choose_penalties(own.take(task.known), task.ratings[task.known], rng)
    wanted = {BLIND: (own, WITHOUT), SPLIT: (halves, WITHOUT), CONTEXT: (own, penalties)}
    return {
        name: (Deviations.fit(seen.take(task.known), task.ratings[task.known], chosen), seen)
        for name, (seen, chosen) in wanted.items()
    }


def _count_ratings(sums: Sums, task: Task, predicted: Vector, seed: int) -> None:
    """Add the errors and the order of what was predicted for the rows asked for, by user."""
    low, high = float(task.ratings.min()), float(task.ratings.max())
    given, users = task.ratings[task.asked], task.occasions.users[task.asked]
    predicted = np.clip(predicted, low, high)
    gains = (given - low) / max(high - low, 1e-12)
    turn = np.random.default_rng([seed, 13]).permutation(len(given))  # among equals
    people, row = np.unique(users, return_inverse=True)
    own = [turn[row[turn] == person] for person in range(len(people))]
    sums.users.append(people)
    sums.errors.append(added(row, (predicted - given) ** 2))
    sums.counts.append(np.bincount(row).astype(np.float64))
    sums.ndcg.append(
        np.array([ndcg(predicted[rows], gains[rows], task.k) if len(rows) > 1 else np.nan for rows in own])
    )


def count_forecasts(found: dict[str, Forecasts], task: Task, recommender: Recommender, seed: int) -> None:
    """Add what the recommender forecasts for the rows asked for, told of their circumstances and not."""
    if recommender.learned_.calibration is None:
        return
    graph, order = task.graph, {row: place for place, row in enumerate(task.asked.tolist())}
    told = {name: np.empty((len(order), 4)) for name in (BLIND, CONTEXT)}
    for ask in asks_of(task):
        belief = Belief(opinions=tuple(past_of(graph.interactions.user_ids[ask.user], graph)))
        items = [graph.entity_ids[item] for item in task.occasions.items[list(ask.rows)]]
        for name, now in ((BLIND, {}), (CONTEXT, dict(ask.now))):
            outlooks = recommender.outlook(recommender.rank(belief, None, now), items)
            own = [one.forecast for one in outlooks if one.forecast is not None]
            told[name][[order[row] for row in ask.rows]] = [(f.rating, f.low, f.high, f.probability) for f in own]
    given, liked = task.ratings[task.asked], task.values[task.asked] > 0
    for name, (rating, low, high, said) in ((name, rows.T) for name, rows in told.items()):
        one = found.setdefault(name, Forecasts())
        _count_ratings(one.sums, task, rating, seed)
        one.inside.append((low <= given) & (given <= high))
        one.said.append(said)
        one.liked.append(liked)


# --- figures --------------------------------------------------------------------------------------------------------


def _ratings_json(sums: Mapping[str, Sums], rng: np.random.Generator) -> dict[str, Any]:
    """Return RMSE over all ratings and NDCG over users, and how "context" stands to the others."""
    errors = {name: _summed(one.users, one.errors) for name, one in sums.items()}
    counts = _summed(sums[CONTEXT].users, sums[CONTEXT].counts)
    times = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=ROUNDS).astype(np.float64)
    rmse = {name: np.sqrt(error.sum() / counts.sum()) for name, error in errors.items()}
    drawn = {name: np.sqrt(times @ error / (times @ counts)) for name, error in errors.items()}
    found = _ndcg_json(sums, rng)
    for name, row in found["contenders"].items():
        row["rmse"] = interval(float(rmse[name]), drawn[name]).to_json()
    for name, row in found["context_against"].items():
        gap: Estimate = interval(float(rmse[CONTEXT] - rmse[name]), drawn[CONTEXT] - drawn[name])
        row["rmse"] = {"difference": gap.to_json(), "p": round(p_value(errors[CONTEXT], errors[name], rng), 5)}
    return {"held_out": int(counts.sum()), **found}


def forecasts_json(forecasts: Mapping[str, Forecasts], rng: np.random.Generator) -> dict[str, Any]:
    """Return the same of forecasts, with the share inside their intervals and how far chances are off (ECE)."""
    found = _ratings_json({name: one.sums for name, one in forecasts.items()}, rng)
    for name, one in forecasts.items():
        points = reliability(np.concatenate(one.said), np.concatenate(one.liked))
        found["contenders"][name]["inside"] = round(float(np.concatenate(one.inside).mean()), 4)
        found["contenders"][name]["calibration_error"] = round(calibration_error(points), 4)
    return found


def _histories_json(sums: Mapping[str, Sums], rng: np.random.Generator) -> dict[str, Any]:
    """Return NDCG over users of scorers alone, and how each way to heed circumstances stands to none."""
    values = {name: over_seeds(one.users, one.ndcg) for name, one in sums.items()}
    draws = Draws(values, rng)
    pairs = [(alone(scorer.name, way), scorer.name) for scorer in ALONE for way in (REWEIGHED, SPLIT)]
    return {
        "users": len(values[ALONE[0].name]),
        "contenders": {name: {"ndcg": draws.mean_of(name).to_json()} for name in values},
        "against": {one: {"ndcg": _difference(draws, values, one, other, rng)} for one, other in pairs},
    }


def _ndcg_json(sums: Mapping[str, Sums], rng: np.random.Generator) -> dict[str, Any]:
    values = {name: over_seeds(one.users, one.ndcg) for name, one in sums.items()}
    draws = Draws(values, rng)
    others = [name for name in values if name != CONTEXT]
    against = {name: {"ndcg": _difference(draws, values, CONTEXT, name, rng)} for name in others}
    contenders = {name: {"ndcg": draws.mean_of(name).to_json()} for name in values}
    return {"users": len(values[CONTEXT]), "contenders": contenders, "context_against": against}


def _difference(
    draws: Draws, values: Mapping[str, Vector], one: str, other: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Return by how much one contender's mean is above another's, with the p-value of a paired test."""
    p = round(p_value(values[one], values[other], rng), 5)
    return {"difference": draws.difference(one, other).to_json(), "p": p}


def _summed(users: Sequence[NDArray[np.intp]], values: Sequence[Vector]) -> Vector:
    """Return the sum over seeds for each user, in ascending order of users."""
    _, row = np.unique(np.concatenate(users), return_inverse=True)
    return added(row, np.concatenate(values))


__all__ = ["ContextReport", "Forecasts", "count_forecasts", "evaluate", "fitted_models", "forecasts_json"]
