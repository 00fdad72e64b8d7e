"""Lists of protocol context: all items a user has not rated, for each of their circumstances; what was liked is found.

Besides the blend, the walk and the linear model are judged alone, in three ways: as they are, with histories re-weighed
by how alike the circumstances were (kgrec.scorers.likeness), and with items split by circumstance (Baltrunas & Ricci
2009): then they know an item in the circumstance that tells most as another one, and rank that one where it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import groupby
from typing import Final

import numpy as np
from scipy import sparse

from kgrec.blend import blend, weights_for
from kgrec.domain import Belief
from kgrec.evaluate.context_task import (
    BLIND,
    CONTEXT,
    ITEMS,
    REWEIGHED,
    SPLIT,
    Ask,
    Sums,
    Task,
    Vector,
    asks_of,
    ndcg,
    split_items,
    split_places,
)
from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.histories import past_of, reweighed
from kgrec.recommender import Recommender
from kgrec.scorers import Context, Evidence, Linear, Scorer, Walk
from kgrec.scorers.base import Indices, Scores

Scoring = Callable[[Ask, Evidence], Vector]
"""Returns the scores of all items for an ask, (n_items,), from evidence that tells circumstances."""

ALONE: Final = (Walk, Linear)
LISTS: Final = (BLIND, ITEMS, REWEIGHED, CONTEXT)
"""Who makes lists from the blend."""


def alone(name: str, way: str = "") -> str:
    """Return what a scorer alone is called, judged in one of the ways REWEIGHED and SPLIT, or as it is."""
    return f"{name} {way}" if way else name


HISTORIES: Final = tuple(alone(scorer.name, way) for scorer in ALONE for way in ("", REWEIGHED, SPLIT))


def count_lists(lists: Mapping[str, Sums], histories: Mapping[str, Sums], task: Task, recommender: Recommender) -> None:
    """Add the NDCG of lists for each user in each of their circumstances, the mean by user."""
    liked = [replace(ask, rows=tuple(row for row in ask.rows if task.values[row] > 0)) for ask in asks_of(task)]
    liked = [ask for ask in liked if ask.rows]
    _count(lists, liked, task, _of_blend(recommender))
    _count(histories, liked, task, {name: way for scorer in ALONE for name, way in _of_scorer(scorer, task).items()})


def _count(found: Mapping[str, Sums], asks: Sequence[Ask], task: Task, ways: Mapping[str, Scoring]) -> None:
    graph = task.graph
    for user, own in groupby(asks, lambda ask: ask.user):
        belief = Belief(opinions=tuple(past_of(graph.interactions.user_ids[user], graph)))
        quality: dict[str, list[float]] = {name: [] for name in ways}
        for ask in own:
            evidence = Evidence.of(belief, graph, context=dict(ask.now))
            gains = np.zeros(graph.n_items)
            gains[task.occasions.items[list(ask.rows)]] = 1.0
            for name, scores_of in ways.items():
                scores = scores_of(ask, evidence).copy()
                scores[evidence.rated] = -np.inf
                quality[name].append(ndcg(scores, gains, task.k))
        for name, sums in found.items():
            sums.users.append(np.array([user]))
            sums.ndcg.append(np.array([np.mean(quality[name])]))


def _of_blend(recommender: Recommender) -> dict[str, Scoring]:
    """Return the blends that hear of circumstances, or of a part of it."""
    graph, scorers = recommender.graph_, recommender.scorers_
    deaf = tuple(map(_deaf, scorers))

    def scored(evidence: Evidence, own: Sequence[Scorer]) -> Vector:
        weights = weights_for(evidence, graph, recommender.learned_.table)
        return blend(own, evidence, weights, graph.n_items).scores

    return {
        BLIND: lambda _, evidence: scored(replace(evidence, context={}), scorers),
        ITEMS: lambda _, evidence: scored(evidence, deaf),
        REWEIGHED: lambda _, evidence: scored(reweighed(evidence, graph, 1.0), scorers),
        CONTEXT: lambda _, evidence: scored(evidence, scorers),
    }


def _deaf(scorer: Scorer) -> Scorer:
    """Return a scorer as it is, but the context scorer without any deviation."""
    if not isinstance(scorer, Context):
        return scorer
    other = copy(scorer)
    other.deviations_ = np.zeros_like(scorer.deviations_)
    return other


def _of_scorer(make: type[Walk | Linear], task: Task) -> dict[str, Scoring]:
    """Return one scorer as it is, with histories re-weighed, and with items split."""
    graph, items = task.graph, np.arange(task.graph.n_items)
    places = split_places(task.occasions, task.known, task.ratings)
    halves = _split_graph(task, places)
    whole, parted = make().fit(graph), make().fit(halves)

    def of_halves(ask: Ask, evidence: Evidence) -> Vector:
        del evidence
        history = halves.interactions.user_items[[ask.user]]
        told = Evidence(halves.n_items, history.indices.astype(np.intp), history.data)
        now = task.occasions.when[[ask.rows[0]]].toarray().ravel() > 0
        return _heard(parted.score(told, items + len(items) * ((places >= 0) & now[places])))

    return {
        alone(make.name): lambda _, evidence: _heard(whole.score(evidence, items)),
        alone(make.name, REWEIGHED): lambda _, evidence: _heard(whole.score(reweighed(evidence, graph, 1.0), items)),
        alone(make.name, SPLIT): of_halves,
    }


def _heard(scores: Scores) -> Vector:
    """Return scores where no opinion comes last."""
    return np.nan_to_num(scores.astype(np.float64), nan=-1e9)


def _split_graph(task: Task, places: Indices) -> KnowledgeGraph:
    """Return what is learned from with a second item after each of the first ones, for when its circumstance holds."""
    graph, n = task.graph, task.graph.n_items
    log = graph.interactions.take(np.flatnonzero(~np.isnan(graph.interactions.ratings)))
    moved = split_items(task.occasions, places).items[task.known].astype(np.int32)
    twins = [tuple(f"{one}\N{PRIME}" for one in names[:n]) for names in (graph.entity_ids, graph.labels)]
    ids, labels = (
        (*names[:n], *twin, *names[n:]) for names, twin in zip((graph.entity_ids, graph.labels), twins, strict=True)
    )
    links = {}
    for name, matrix in graph.links.items():
        wide = sparse.hstack([matrix[:, :n], no_links(n, n), matrix[:, n:]])
        links[name] = sparse.csr_matrix(sparse.vstack([wide, wide]))
    return replace(
        graph,
        entity_ids=ids,
        labels=labels,
        n_items=2 * n,
        links=links,
        numbers={name: np.tile(column, 2) for name, column in graph.numbers.items()},
        texts={},
        interactions=replace(log, items=moved, n_items=2 * n),
    )


__all__ = ["ALONE", "HISTORIES", "LISTS", "alone", "count_lists"]
