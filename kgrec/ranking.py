"""Ranking: every item scored for one belief, and what of the belief decides which items may be listed at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.accounts import Applied
from kgrec.blend import Blended
from kgrec.domain import EXCLUDED, UNSEEN, Belief, Constraint, Origin, OriginKind, Value
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import LimitInForce, Mask, RuleBook, Scope, TuneInForce
from kgrec.scorers import Evidence, Scorer

FILTER: Final = "two-tower"
"""The optional scorer that tells, last of all, what is irrelevant to a user."""

RELEVANT: Final = Constraint("relevant", 0.5, Origin(OriginKind.DEFAULT, "likely to suit you"))
"""The wish behind :func:`last_filter`; any other is harder to give up."""


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
    """Return what rules may ask about the user and the moment; what the user said of it counts first."""
    rated = {opinion.entity: opinion.value for opinion in belief.opinions if graph.is_item(opinion.entity)}
    liked = tuple(item for item, value in rated.items() if value > 0)
    disliked = tuple(item for item, value in rated.items() if value < 0)
    told: dict[str, Value] = {"interactions": float(len(rated)), "liked": liked, "disliked": disliked}
    if liked:
        told["last_liked"] = liked[-1]
    return Scope(user={**told, **belief.fact}, context={**(context or {}), **dict(belief.context)})


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


def unseen(graph: KnowledgeGraph, belief: Belief, rated: NDArray[np.intp] | None = None) -> Mask:
    """Return which items the user neither knows nor has judged, shape (n_items,); all once they gave up that wish.

    ``rated`` are the numbers of the items there is an opinion on, where they are at hand.
    """
    mask = np.ones(graph.n_items, dtype=np.bool_)
    if UNSEEN.expression in belief.dropped:
        return mask
    done = belief.seen
    if rated is None:
        done = done | {opinion.entity for opinion in belief.opinions}
    else:
        mask[rated] = False
    mask[[graph.index(item) for item in done if graph.is_item(item)]] = False
    return mask


def standing_wishes(graph: KnowledgeGraph, belief: Belief) -> tuple[tuple[Constraint, Mask], ...]:
    """Return the wishes that follow from a belief rather than from an expression, with the mask (n_items,) of each."""
    if not belief.excluded or EXCLUDED.expression in belief.dropped:
        return ()
    mask = np.ones(graph.n_items, dtype=np.bool_)
    mask[[graph.index(item) for item in belief.excluded if graph.is_item(item)]] = False
    return ((EXCLUDED, mask),)


def last_filter(
    scorers: Sequence[Scorer], evidence: Evidence, belief: Belief, share: float
) -> tuple[tuple[Constraint, Mask], ...]:
    """Return the wish for what suits the user, with its mask (n_items,): the best ``share`` of the items by FILTER.

    What that scorer has no opinion on passes, and so does everything where it has none on the user, where ``share`` is
    1, or where the wish was given up.
    """
    judge = next((scorer for scorer in scorers if scorer.name == FILTER), None)
    if share >= 1 or judge is None or RELEVANT.expression in belief.dropped:
        return ()
    scores = judge.score(evidence, np.arange(evidence.n_items))
    if np.isnan(scores).all():
        return ()
    with np.errstate(invalid="ignore"):
        return ((RELEVANT, ~(scores < np.nanquantile(scores, 1 - share))),)


def limits_on(belief: Belief, rules: RuleBook, scope: Scope) -> tuple[LimitInForce, ...]:
    """Return the limits in force, without those about what the user asked for: who wants a series gets all of it."""
    limits = rules.limits(scope)
    if not limits:
        return ()
    asked = {facet for wish in belief.wishes for facet in rules.expression(wish.expression).facets}
    return tuple(limit for limit in limits if asked.isdisjoint(limit.about))
