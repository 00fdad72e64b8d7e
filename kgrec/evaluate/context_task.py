"""What protocol context holds out and asks for, items split by circumstance, and what is counted of each contender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances
from kgrec.learning.pairs import Pairs
from kgrec.learning.splits import with_interactions
from kgrec.scorers.context import kinds_of
from kgrec.scorers.deviations import Occasions

SHARE: Final = 0.2
CONTEXT: Final = "context"
BLIND: Final = "without"
SPLIT: Final = "split"
ITEMS: Final = "items"
REWEIGHED: Final = "re-weighed"
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
        k: so many items of a list count.
    """

    graph: KnowledgeGraph
    occasions: Occasions
    ratings: Vector
    values: Vector
    known: NDArray[np.intp]
    asked: NDArray[np.intp]
    contexts: tuple[Mapping[str, str], ...]
    k: int = 10


@dataclass(eq=False)
class Sums:
    """What is counted of one contender: squared errors and NDCG by user, one entry a seed."""

    users: list[NDArray[np.intp]] = field(default_factory=list)
    errors: list[Vector] = field(default_factory=list)
    counts: list[Vector] = field(default_factory=list)
    ndcg: list[Vector] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Ask:
    """What one user is asked for in some circumstances: ``rows`` of the task."""

    user: int
    now: Mapping[str, str]
    rows: tuple[int, ...]


def task_of(graph: KnowledgeGraph, seed: int, k: int = 10) -> Task:
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
    return Task(with_interactions(graph, ~held), occasions, log.ratings[rated], values, known, asked, contexts, k)


def asks_of(task: Task) -> tuple[Ask, ...]:
    """Return the rows that are judged by user and circumstances, all of a user's after one another."""
    found: dict[tuple[int, tuple[tuple[str, str], ...]], list[int]] = {}
    users = task.occasions.users[task.asked]
    for place in np.argsort(users, kind="stable").tolist():
        key = int(users[place]), tuple(task.contexts[place].items())
        found.setdefault(key, []).append(int(task.asked[place]))
    return tuple(Ask(user, dict(now), tuple(rows)) for (user, now), rows in found.items())


def split_places(occasions: Occasions, known: NDArray[np.intp], ratings: Vector) -> NDArray[np.intp]:
    """Return by which circumstance each item is split, (n_items,), that which tells most; -1: by none.

    An item is split where its ratings in and out of a circumstance differ by LEAST_T standard errors.
    """
    n_items, n_when = occasions.kinds.shape[0], occasions.when.shape[1]
    told = occasions.when[known].tocoo()
    cell = occasions.items[known][told.row] * n_when + told.col

    def sums(weights: Vector) -> tuple[Vector, Vector]:
        within = added(cell, weights[told.row], n_items * n_when).reshape(n_items, n_when)
        return within, added(occasions.items[known], weights, n_items)[:, None] - within

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
    return np.where(t.max(axis=1) >= LEAST_T, best, -1)


def split_items(occasions: Occasions, places: NDArray[np.intp]) -> Occasions:
    """Return the occasions with items split: one rated in the circumstance of its place has another number then."""
    place = places[occasions.items]
    holds = np.asarray(occasions.when[np.arange(len(occasions)), np.maximum(place, 0)]).ravel() > 0
    moved = np.where((place >= 0) & holds, occasions.items + len(places), occasions.items)
    kinds = sparse.csr_matrix(sparse.vstack([occasions.kinds, occasions.kinds]))
    return replace(occasions, items=moved, kinds=kinds)


def ndcg(scores: Vector, gains: Vector, k: int) -> float:
    """Return the NDCG of items in the order of their scores, the first of equals first; NaN where nothing is gained.

    >>> round(ndcg(np.array([0.1, 0.9]), np.array([1.0, 0.5]), 10), 3)  # (.5 + 1 × .63) / (1 + .5 × .63)
    0.86
    """
    discounts = 1 / np.log2(np.arange(min(k, len(scores))) + 2)
    ideal = float(np.sort(gains)[::-1][: len(discounts)] @ discounts)
    order = np.argsort(-scores, kind="stable")[: len(discounts)]
    return float(gains[order] @ discounts) / ideal if ideal > 0 else float("nan")


def added(places: NDArray[np.intp], values: Vector, length: int = 0) -> Vector:
    """Return the sums of the values in each place, at least ``length`` of them."""
    return np.bincount(places, values, minlength=length).astype(np.float64)
