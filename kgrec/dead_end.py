"""Dead ends: which wishes and rules leave nothing to list, and every smallest way out, with what each buys.

The search itself is :mod:`kgrec.reasoning.conflicts`, over masks; here they get names. That an item should be new to
the user is one wish among the others, so that somebody who knows all that fits is offered just that: to give up a wish,
or to see again what is known.
"""

from __future__ import annotations

import numpy as np

from kgrec.domain import UNSEEN, Conflict, Relaxation
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking, unseen
from kgrec.reasoning.conflicts import Order, preferred_conflict, relaxations, remaining


def find_conflict(
    graph: KnowledgeGraph, ranking: Ranking, *, exclude_seen: bool = True, order: Order = Order.WEIGHTED
) -> Conflict:
    """Return the preferred minimal conflict among the wishes and rules of a ranking, and the ways out.

    The first 64 of the order are offered. Each frees at least one item; ``best`` is what the list then begins with.

    Args:
        graph: whose items are ranked.
        ranking: with the constraints in force and the mask of each.
        exclude_seen: whether that items are new to the user is a wish too.
        order: whether the cheapest way out comes first, or that which keeps the strongest wishes.
    """
    constraints, masks = list(ranking.constraints), list(ranking.masks)
    if exclude_seen:
        constraints.append(UNSEEN)
        masks.append(unseen(graph, ranking.belief))
    rows = np.array(masks, dtype=np.bool_).reshape(len(masks), graph.n_items)
    strengths = [constraint.strength for constraint in constraints]
    ways = []
    for dropped in relaxations(rows, strengths, order=order):
        freed = np.flatnonzero(remaining(rows, dropped))
        best = int(freed[np.argmax(ranking.scores[freed])])
        drop = tuple(constraints[number] for number in dropped)
        ways.append(Relaxation(drop, len(freed), graph.entity_ids[best]))
    wishes = tuple(constraints[number] for number in preferred_conflict(rows, strengths))
    return Conflict(wishes, tuple(ways))
