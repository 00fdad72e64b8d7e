"""Learned weights: how much each scorer counts, by evidence and item age, chosen on interactions held out.

Coordinate ascent on the mean NDCG@10 (Metzler & Croft 2007, "Linear feature-based models for information retrieval"):
one weight after another is set to the step that helps most, until none helps. It begins with the scorer that is best
alone, so it ends no worse than any. A few hundred users carry little: steps are coarse and have to gain something that
shows, the result is the mean over random halves of the users (bagging, Breiman 1996), and a bucket of evidence takes
its neighbour's weights unless its own are clearly better. What then loses to the best single scorer is given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.learning.pools import Pool, joined
from kgrec.learning.splits import Cut, Examples
from kgrec.scorers.base import Scorer
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable, bucket_of, item_ages

STEPS: Final = (0.0, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0)
"""What a weight may become, beside the sum of the others."""

LEAST_GAIN: Final = 5e-4
"""A step that gains less NDCG@10 is not taken."""

CLEAR: Final = 1e-3
"""A bucket's own weights have to beat its neighbour's by so much NDCG@10."""

BAGS: Final = 6
"""So many halves of the examples have a say."""

LEAST_WEIGHT: Final = 0.02
"""A scorer that ends with less is left out: it costs time at every list."""

CLEAR_AGE: Final = 5e-3
"""Items with few interactions are weighed as the established ones unless other weights gain so much NDCG@10."""

LEAST_USERS: Final = 30
"""Weights chosen on fewer users are not worth having: the nearest bucket's are taken."""

DAMPING: Final = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1)
"""How high new items may score beside established ones."""

_ROUNDS: Final = 5

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A cut graph and the scorers that were fitted to it."""

    cut: Cut
    scorers: tuple[Scorer, ...]


@dataclass(frozen=True, eq=False)
class Chosen:
    """Weights, (scorers,), and how they were found.

    Attributes:
        ndcg: the mean NDCG@10 of what they rank.
        n_users: how many examples chose them.
        best: the number of the scorer that is best alone, and its mean NDCG@10.
    """

    weights: Vector
    ndcg: float
    n_users: int = 0
    best: int = 0
    best_ndcg: float = 0.0


def learn_weights(warm: Sequence[Fitted], newcomers: Sequence[Fitted], rng: np.random.Generator) -> WeightTable | None:
    """Return the weights that rank held-out interactions best, or None where nothing can be learned.

    Args:
        warm: community members, of each of whom some interactions are held out, one or several times over.
        newcomers: the community without some of its users and items, once or several times; with the same scorers.
        rng: draws the halves.
    """
    known = [_pool(fitted, fitted.cut.examples) for fitted in (*warm, *newcomers)]
    speaking = np.flatnonzero(np.any([np.any(pool.scores, axis=(1, 2)) for pool in known], axis=0))
    if not len(speaking):
        return None
    pool = joined(known).among(speaking)
    aside: dict[ItemAge, Pool] = {}
    for age in (ItemAge.NEW, ItemAge.FEW):
        parts = [(fitted, fitted.cut.new if age is ItemAge.NEW else fitted.cut.few) for fitted in newcomers]
        pools = [_pool(fitted, part).among(speaking) for fitted, part in parts if part is not None and len(part)]
        if pools:
            aside[age] = joined(pools)
    chosen: list[dict[ItemAge, Chosen]] = [{} for _ in BUCKETS]
    nearest: dict[ItemAge, Chosen] = {}
    for bucket in reversed(range(len(BUCKETS))):
        apart = {age: _bucket(part, bucket) for age, part in aside.items()}
        chosen[bucket] = _for_bucket(_bucket(pool, bucket), apart, nearest, rng)
        nearest |= chosen[bucket]
    return _table(tuple(newcomers[0].scorers[number].name for number in speaking), chosen)


def _pool(fitted: Fitted, examples: Examples) -> Pool:
    return Pool.of(fitted.scorers, examples, item_ages(fitted.cut.graph.interactions))


def _bucket(pool: Pool, bucket: int) -> Pool:
    """Return the examples in a bucket."""
    return pool.take(np.flatnonzero([bucket_of(n_known) == bucket for n_known in pool.n_known]))


def _for_bucket(
    pool: Pool, aside: Mapping[ItemAge, Pool], nearest: Mapping[ItemAge, Chosen], rng: np.random.Generator
) -> dict[ItemAge, Chosen]:
    """Return the weights of one bucket by age, those that can be chosen; ``nearest`` are the next larger one's."""
    if len(pool) < LEAST_USERS:
        return {}
    ordinary = choose(pool, rng, nearest.get(ItemAge.ESTABLISHED))
    found = {ItemAge.ESTABLISHED: ordinary}
    weights = dict.fromkeys(ItemAge, ordinary.weights)
    for age in (ItemAge.NEW, ItemAge.FEW):
        if age not in aside or len(aside[age]) < LEAST_USERS:
            continue
        own = choose(aside[age], rng, nearest.get(age))
        if age is ItemAge.FEW and own.ndcg < aside[age].ndcg(aside[age].total(ordinary.weights)) + CLEAR_AGE:
            continue
        shape = own.weights / own.weights.sum()
        reached = [_mixed(pool, {**weights, age: size * shape}) for size in DAMPING]
        if max(reached) < (ordinary.ndcg if age is ItemAge.FEW else ordinary.best_ndcg):
            continue
        weights[age] = DAMPING[int(np.argmax(reached))] * shape
        found[age] = replace(own, weights=weights[age])
    return found


def _mixed(pool: Pool, weights: Mapping[ItemAge, Vector]) -> float:
    """Return the NDCG@10 where items of each age have their own weights."""
    total = pool.total(weights[ItemAge.ESTABLISHED])
    for age in (ItemAge.NEW, ItemAge.FEW):
        if weights[age] is not weights[ItemAge.ESTABLISHED]:
            total = np.where(pool.ages == age, pool.total(weights[age]), total)
    return pool.ndcg(total)


def choose(pool: Pool, rng: np.random.Generator, neighbour: Chosen | None = None) -> Chosen:
    """Return weights that are no worse on the pool than any single scorer.

    They are the mean of what is best for BAGS halves of the examples, unless those of a neighbour do nearly as well.
    """
    alone = singles(pool)
    best = int(alone.argmax())
    found = [climb(half, np.eye(len(alone))[singles(half).argmax()]) for half in _halves(pool, rng)]
    weights = np.mean([one.weights for one in found], axis=0)
    weights[weights < LEAST_WEIGHT] = 0.0
    weights /= weights.sum()
    own = Chosen(weights, pool.ndcg(pool.total(weights)))
    if neighbour is not None:
        weights = neighbour.weights / neighbour.weights.sum()
        near = Chosen(weights, pool.ndcg(pool.total(weights)))
        own = near if near.ndcg + CLEAR >= own.ndcg else own
    if own.ndcg < alone[best]:
        own = climb(pool, np.eye(len(alone))[best])
    return replace(own, n_users=len(pool), best=best, best_ndcg=float(alone[best]))


def _halves(pool: Pool, rng: np.random.Generator) -> list[Pool]:
    half = max(len(pool) // 2, 1)
    return [pool.take(np.sort(rng.permutation(len(pool))[:half])) for _ in range(BAGS)]


def singles(pool: Pool) -> Vector:
    """Return the mean NDCG@10 of each scorer alone, (scorers,)."""
    return np.array([pool.ndcg(pool.total(row)) for row in np.eye(len(pool.scores))])


def climb(pool: Pool, start: Vector) -> Chosen:
    """Improve one weight after another, the most useful scorers first, until no step gains LEAST_GAIN."""
    weights = start / start.sum()
    best = pool.ndcg(pool.total(weights))
    order = np.argsort(-singles(pool), kind="stable")
    for _ in range(_ROUNDS):
        before = best
        for number in order:
            others = weights.copy()
            others[number] = 0.0
            rest = float(others.sum())
            if not rest:
                continue
            base, own = pool.total(others), pool.scores[number]
            values = [pool.ndcg(base + np.float32(step * rest) * own) for step in STEPS]
            step = int(np.argmax(values))
            if values[step] > best + LEAST_GAIN:
                best, weights = values[step], others
                weights[number] = STEPS[step] * rest
        if best == before:
            break
    return Chosen(weights / weights.sum(), best)


def _table(names: tuple[str, ...], chosen: Sequence[Mapping[ItemAge, Chosen]]) -> WeightTable | None:
    """Fill what could not be chosen: from the nearest bucket, the larger first, else as established items."""
    weights = np.zeros((len(BUCKETS), len(ItemAge), len(names)))
    found = [Found()] * (len(BUCKETS) * len(ItemAge))
    for bucket in range(len(BUCKETS)):
        nearest = sorted(range(len(BUCKETS)), key=lambda other: (abs(other - bucket), -other))
        for age in reversed(ItemAge):
            there = next((other for other in nearest if age in chosen[other]), None)
            if there is None:
                if age is ItemAge.ESTABLISHED:
                    return None
                weights[bucket, age] = weights[bucket, ItemAge.ESTABLISHED]
                continue
            one = chosen[there][age]
            weights[bucket, age] = one.weights
            if there == bucket:
                found[bucket * len(ItemAge) + age] = Found(one.n_users, one.ndcg, names[one.best], one.best_ndcg)
    return WeightTable(names, weights, tuple(found))
