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
whose context scorer knows how items are rated but nothing of circumstances (items), and by one without it. Descriptions
play no part. Intervals and tests draw users, see kgrec.evaluate.comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.blend import blend, weights_for
from kgrec.errors import DataError
from kgrec.evaluate.comparison import ROUNDS, Draws, over_seeds, p_value
from kgrec.evaluate.metrics import Estimate, interval
from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances
from kgrec.learning.pairs import Pairs
from kgrec.learning.splits import with_interactions
from kgrec.progress import Progress
from kgrec.recommender import Recommender
from kgrec.scorers import Context, Evidence, Scorer
from kgrec.scorers.context import kinds_of
from kgrec.scorers.deviations import WITHOUT, Deviations, Occasions, choose_penalties

SHARE: Final = 0.2
CONTEXT: Final = "context"
BLIND: Final = "without"
SPLIT: Final = "split"
ITEMS: Final = "items"
LEAST_SPLIT: Final = 4
"""So many ratings each half of a split item has."""

LEAST_T: Final = 4.0
"""From this difference of the halves on, in standard errors (Welch), an item is split."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """What one seed learns from and asks for.

    Attributes:
        graph: without what is held out.
        occasions, ratings: of all interactions with a rating; ratings as given.
        known: intp, the rows of these that are learned from.
        asked: intp, the rows that are judged.
        contexts: of each row of ``asked``, its circumstances by column.
    """

    graph: KnowledgeGraph
    occasions: Occasions
    ratings: Vector
    values: Vector
    known: NDArray[np.intp]
    asked: NDArray[np.intp]
    contexts: tuple[Mapping[str, str], ...]


@dataclass(eq=False)
class Sums:
    """What is counted of one contender: squared errors and NDCG by user, one entry a seed."""

    users: list[NDArray[np.intp]] = field(default_factory=list)
    errors: list[Vector] = field(default_factory=list)
    counts: list[Vector] = field(default_factory=list)
    ndcg: list[Vector] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class ContextReport:
    """How contenders did: ``ratings`` by model, ``lists`` by what the blend hears of."""

    data: str
    seeds: tuple[int, ...]
    k: int
    columns: Mapping[str, tuple[str, ...]]
    effects: Mapping[str, float]
    ratings: Mapping[str, Sums]
    lists: Mapping[str, Sums]

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
    lists = {name: Sums() for name in (BLIND, ITEMS, CONTEXT)}
    effects: dict[str, float] = {}
    for number, seed in enumerate(seeds):
        if progress is not None:
            progress(f"seed {seed}", number, len(seeds))
        task = task_of(graph, seed)
        if log.context and not (task.values[task.asked] > 0).any():
            raise DataError(
                f"{graph.name!r}: nothing that was held out is liked, so there are no lists to judge; ratings go from "
                f"{task.ratings.min():g} to {task.ratings.max():g}: is one of them wrong?"
            )
        rng = np.random.default_rng([seed, 12])
        for name, (model, occasions) in fitted_models(task, rng).items():
            if name == CONTEXT and not effects:
                effects = {" × ".join(b): p for b, p in model.penalties.items() if len(model.codes[b])}
            _count_ratings(ratings[name], task, model.predict(occasions.take(task.asked)), k, seed)
        if log.context:  # where times alone tell circumstances, lists are made without
            _count_lists(lists, task, k)
    return ContextReport(graph.name, tuple(seeds), k, columns, effects, ratings, lists if log.context else {})


def task_of(graph: KnowledgeGraph, seed: int) -> Task:
    """Hold out pairs; raises DataError where none of them has circumstances."""
    log = graph.interactions
    pairs = Pairs(log)
    held = (np.random.default_rng([seed, 10]).random(len(pairs)) < SHARE)[pairs.of_row]
    rated = np.flatnonzero(~np.isnan(log.ratings))
    found = Circumstances.of(log)
    when = sparse.csr_matrix(found.told[rated])
    asked = np.flatnonzero(held[rated] & (np.diff(when[:, :-1].indptr) > 0))
    if not len(asked) or held.all():
        raise DataError(f"{graph.name!r} has too few ratings with circumstances to hold some out")
    users, items = log.users[rated].astype(np.intp), log.items[rated].astype(np.intp)
    occasions = Occasions(users, items, when, kinds_of(graph))
    contexts = tuple(dict(found.names[place] for place in when[[row]].indices) for row in asked.tolist())
    known = np.flatnonzero(~held[rated])
    values = log.values[rated].astype(np.float64)
    return Task(with_interactions(graph, ~held), occasions, log.ratings[rated], values, known, asked, contexts)


# --- ratings --------------------------------------------------------------------------------------------------------


def fitted_models(task: Task, rng: np.random.Generator) -> dict[str, tuple[Deviations, Occasions]]:
    """Return the fitted models, each with the occasions as it sees them."""
    own = task.occasions
    halves = split_items(own, task.known, task.ratings)
    penalties = choose_penalties(own.take(task.known), task.ratings[task.known], rng)
    wanted = {BLIND: (own, WITHOUT), SPLIT: (halves, WITHOUT), CONTEXT: (own, penalties)}
    return {
        name: (Deviations.fit(seen.take(task.known), task.ratings[task.known], chosen), seen)
        for name, (seen, chosen) in wanted.items()
    }


def split_items(occasions: Occasions, known: NDArray[np.intp], ratings: Vector) -> Occasions:
    """Return the occasions with items split: one rated in the circumstance that tells most has another number then.

    An item is split at most once, where its ratings in and out of a circumstance differ by LEAST_T standard errors.
    """
    n_items, n_when = occasions.kinds.shape[0], occasions.when.shape[1]
    told = occasions.when[known].tocoo()
    cell = occasions.items[known][told.row] * n_when + told.col

    def sums(weights: Vector) -> tuple[Vector, Vector]:
        within = _added(cell, weights[told.row], n_items * n_when).reshape(n_items, n_when)
        return within, _added(occasions.items[known], weights, n_items)[:, None] - within

    rated = ratings[known]
    counts, totals, squares = sums(np.ones(len(known))), sums(rated), sums(rated**2)
    enough = np.minimum(*counts) >= LEAST_SPLIT
    means, spreads = [], []
    for n, total, square in zip(counts, totals, squares, strict=True):
        mean = total / np.maximum(n, 1)
        means.append(mean)
        spreads.append(np.maximum(square - n * mean**2, 1e-9) / np.maximum(n - 1, 1) / np.maximum(n, 1))
    t = np.where(enough, np.abs(means[0] - means[1]) / np.sqrt(spreads[0] + spreads[1]), 0.0)
    best = t.argmax(axis=1)
    place = np.where(t.max(axis=1) >= LEAST_T, best, -1)[occasions.items]
    holds = np.asarray(occasions.when[np.arange(len(occasions)), np.maximum(place, 0)]).ravel() > 0
    moved = np.where((place >= 0) & holds, occasions.items + n_items, occasions.items)
    kinds = sparse.csr_matrix(sparse.vstack([occasions.kinds, occasions.kinds]))
    return replace(occasions, items=moved, kinds=kinds)


def _count_ratings(sums: Sums, task: Task, predicted: Vector, k: int, seed: int) -> None:
    """Add the errors and the order of what was predicted for the rows asked for, by user."""
    low, high = float(task.ratings.min()), float(task.ratings.max())
    given, users = task.ratings[task.asked], task.occasions.users[task.asked]
    predicted = np.clip(predicted, low, high)
    gains = (given - low) / max(high - low, 1e-12)
    turn = np.random.default_rng([seed, 13]).permutation(len(given))  # among equals
    people, row = np.unique(users, return_inverse=True)
    own = [turn[row[turn] == person] for person in range(len(people))]
    sums.users.append(people)
    sums.errors.append(_added(row, (predicted - given) ** 2))
    sums.counts.append(np.bincount(row).astype(np.float64))
    sums.ndcg.append(np.array([ndcg(predicted[rows], gains[rows], k) if len(rows) > 1 else np.nan for rows in own]))


def ndcg(scores: Vector, gains: Vector, k: int) -> float:
    """Return the NDCG of items in the order of their scores, the first of equals first; NaN where nothing is gained.

    >>> round(ndcg(np.array([0.1, 0.9]), np.array([1.0, 0.5]), 10), 3)  # (.5 + 1 × .63) / (1 + .5 × .63)
    0.86
    """
    discounts = 1 / np.log2(np.arange(min(k, len(scores))) + 2)
    ideal = float(np.sort(gains)[::-1][: len(discounts)] @ discounts)
    order = np.argsort(-scores, kind="stable")[: len(discounts)]
    return float(gains[order] @ discounts) / ideal if ideal > 0 else float("nan")


# --- lists ----------------------------------------------------------------------------------------------------------


def _count_lists(lists: Mapping[str, Sums], task: Task, k: int) -> None:
    """Add the NDCG of lists for each user in each of their circumstances, the mean by user."""
    graph = task.graph
    recommender = Recommender(texts=False).fit(graph)
    scorers, deaf = recommender.scorers_, tuple(map(_deaf, recommender.scorers_))
    wanted: dict[int, dict[tuple[tuple[str, str], ...], list[int]]] = {}
    for row, context in zip(task.asked.tolist(), task.contexts, strict=True):
        if task.values[row] > 0:
            asks = wanted.setdefault(int(task.occasions.users[row]), {})
            asks.setdefault(tuple(context.items()), []).append(int(task.occasions.items[row]))
    found: dict[str, list[float]] = {name: [] for name in lists}
    for user, asks in wanted.items():
        history = graph.interactions.user_items[[user]]
        told = Evidence(graph.n_items, history.indices.astype(np.intp), history.data.astype(np.float32))
        blind = _scores(recommender, scorers, told)
        own: dict[str, list[float]] = {name: [] for name in lists}
        for now, items in asks.items():
            gains = np.zeros(graph.n_items)
            gains[items] = 1.0
            own[BLIND].append(ndcg(blind, gains, k))
            for name, hearing in ((ITEMS, deaf), (CONTEXT, scorers)):
                scores = _scores(recommender, hearing, replace(told, context=dict(now)))
                own[name].append(ndcg(scores, gains, k))
        for name, values in own.items():
            found[name].append(float(np.mean(values)))
    for name, sums in lists.items():
        sums.users.append(np.fromiter(wanted, dtype=np.intp, count=len(wanted)))
        sums.ndcg.append(np.array(found[name]))


def _deaf(scorer: Scorer) -> Scorer:
    """Return a scorer as it is, but the context scorer without any deviation."""
    if not isinstance(scorer, Context):
        return scorer
    other = copy(scorer)
    other.deviations_ = np.zeros_like(scorer.deviations_)
    return other


def _scores(recommender: Recommender, scorers: Sequence[Scorer], told: Evidence) -> Vector:
    """Return the blend's score of every item, what the user has rated last."""
    graph = recommender.graph_
    weights = weights_for(told, graph, recommender.learned_.table)
    scores = blend(scorers, told, weights, graph.n_items).scores.copy()
    scores[told.rated] = -np.inf
    return scores


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


def _ndcg_json(sums: Mapping[str, Sums], rng: np.random.Generator) -> dict[str, Any]:
    values = {name: over_seeds(one.users, one.ndcg) for name, one in sums.items()}
    draws = Draws(values, rng)
    against = {
        name: {
            "ndcg": {
                "difference": draws.difference(CONTEXT, name).to_json(),
                "p": round(p_value(values[CONTEXT], values[name], rng), 5),
            }
        }
        for name in values
        if name != CONTEXT
    }
    contenders = {name: {"ndcg": draws.mean_of(name).to_json()} for name in values}
    return {"users": len(values[CONTEXT]), "contenders": contenders, "context_against": against}


def _summed(users: Sequence[NDArray[np.intp]], values: Sequence[Vector]) -> Vector:
    """Return the sum over seeds for each user, in ascending order of users."""
    _, row = np.unique(np.concatenate(users), return_inverse=True)
    return _added(row, np.concatenate(values))


def _added(places: NDArray[np.intp], values: Vector, length: int = 0) -> Vector:
    """Return the sums of the values in each place, at least ``length`` of them."""
    return np.bincount(places, values, minlength=length).astype(np.float64)


__all__ = ["ContextReport", "evaluate", "fitted_models", "ndcg", "split_items", "task_of"]
