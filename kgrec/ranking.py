"""Ranking: every item scored for one belief; and how a list is filled from it within the limits that rules set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.blend import Blended
from kgrec.domain import UNSEEN, Belief, Constraint, Value
from kgrec.errors import RuleError
from kgrec.explain import Applied
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import LimitInForce, Mask, RuleBook, Scope, TuneInForce
from kgrec.scorers import Evidence


@dataclass(frozen=True, eq=False)
class Ranking:
    """A belief scored: everything a slate, an explanation or a question needs.

    Attributes:
        blended: the scores before rules.
        scores: float64 (n_items,), rules included.
        allowed: bool (n_items,), what the constraints let through.
        open: bool (n_items,), allowed and not yet seen or judged (unless the user gave up that wish).
        constraints: all in force, the user's and the rules'.
        masks: one mask (n_items,) a constraint.
        limits: what a list may hold at most.
        tuning: the scorers whose weight a rule sets.
    """

    belief: Belief
    evidence: Evidence
    blended: Blended
    applied: tuple[Applied, ...]
    scores: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    open: NDArray[np.bool_]
    constraints: tuple[Constraint, ...]
    masks: tuple[NDArray[np.bool_], ...]
    limits: tuple[LimitInForce, ...] = ()
    tuning: Mapping[str, TuneInForce] = field(default_factory=dict)


def scope_of(graph: KnowledgeGraph, belief: Belief, context: Mapping[str, Value] | None = None) -> Scope:
    """Return what rules may ask about the user and the moment."""
    rated = {opinion.entity: opinion.value for opinion in belief.opinions if graph.is_item(opinion.entity)}
    liked = tuple(item for item, value in rated.items() if value > 0)
    disliked = tuple(item for item, value in rated.items() if value < 0)
    told: dict[str, Value] = {"interactions": float(len(rated)), "liked": liked, "disliked": disliked}
    if liked:
        told["last_liked"] = liked[-1]
    return Scope(user={**told, **belief.fact}, context=dict(context or {}))


def understood(belief: Belief, book: RuleBook) -> tuple[Belief, tuple[str, ...]]:
    """Return a belief without the wishes that mean nothing under a book, and what those are called.

    A wish may name a value that only a rule derives; once that rule is gone, no list could be made for it.
    """
    kept, lost = [], []
    for wish in belief.wishes:
        try:
            book.expression(wish.expression)
        except RuleError:
            lost.append(wish.label)
        else:
            kept.append(wish)
    return (replace(belief, wishes=tuple(kept)) if lost else belief), tuple(lost)


def unseen(graph: KnowledgeGraph, belief: Belief) -> Mask:
    """Return which items the user neither knows nor has judged, shape (n_items,); all once they gave up that wish."""
    mask = np.ones(graph.n_items, dtype=np.bool_)
    if UNSEEN.expression not in belief.dropped:
        done = belief.seen | {opinion.entity for opinion in belief.opinions}
        mask[[graph.index(item) for item in done if graph.is_item(item)]] = False
    return mask


Numbers = NDArray[np.intp]

_LOOK_AHEAD: Final = 20
"""Limits rarely pass over more than so many items for each one taken; if they do, all are looked at."""


def pick(graph: KnowledgeGraph, ranking: Ranking, pool: Mask, n: int) -> Numbers:
    """Return the numbers of the best ``n`` items of a pool, each taking its place under the limits before the next.

    Shape (<= n,); fewer where the pool or the limits end.
    """
    numbers = np.flatnonzero(pool)
    if not ranking.limits:
        return _best(numbers, ranking.scores, n)
    for depth in (_LOOK_AHEAD * n, len(numbers)):
        picked = _within_limits(graph, ranking, _best(numbers, ranking.scores, depth), n)
        if len(picked) == n or depth >= len(numbers):
            break
    return picked


def _best(numbers: Numbers, scores: NDArray[np.float64], n: int) -> Numbers:
    """Return the ``n`` items with the highest scores, highest first; of equal ones the lower number comes first."""
    if n < len(numbers):
        # Only what may be among the first is worth sorting, all equals of the last of them included.
        own = scores[numbers]
        numbers = numbers[own >= np.partition(own, len(own) - n - 1)[len(own) - n - 1]]
    return numbers[np.lexsort((numbers, -scores[numbers]))][:n]


def _within_limits(graph: KnowledgeGraph, ranking: Ranking, order: Numbers, n: int) -> Numbers:
    quota = _Quota(graph, ranking.limits)
    picked: list[int] = []
    while len(picked) < n and len(order := order[quota.open[order]]):
        picked.append(int(order[0]))
        quota.take(picked[-1])
        order = order[1:]
    return np.array(picked, dtype=np.intp)


class _Quota:
    """What limits leave open; changes with every item taken.

    Attributes:
        open: bool (n_items,), the items that may still be taken.
    """

    def __init__(self, graph: KnowledgeGraph, limits: Sequence[LimitInForce]) -> None:
        self._graph = graph
        self._limits = limits
        self._taken = [Counter[int]() for _ in limits]
        self.open: Final[Mask] = np.ones(graph.n_items, dtype=np.bool_)

    def take(self, item: int) -> None:
        """Put an item on the list."""
        for limit, taken in zip(self._limits, self._taken, strict=True):
            if not limit.mask[item]:
                continue
            for value in self._graph.values_of(item, limit.facet) if limit.facet else (0,):
                taken[value] += 1
                if taken[value] == limit.most:
                    self._close(limit, value)

    def _close(self, limit: LimitInForce, value: int) -> None:
        """Leave out what the limit has no place for any more."""
        if not limit.facet:
            self.open[limit.mask] = False
            return
        columns = self._graph.items_of[limit.facet]
        column = slice(columns.indptr[value], columns.indptr[value + 1])
        sharing = columns.indices[column][columns.data[column] >= 1.0]
        self.open[sharing[limit.mask[sharing]]] = False
