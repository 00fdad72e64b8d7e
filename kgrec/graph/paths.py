"""Paths between two entities, the shortest first, over links taken either way.

A search of a whole catalogue in one answer: the distance of everything from the target is worked out first, with a few
passes over all links, so that paths are then built without a wrong turn.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph.knowledge import KnowledgeGraph

_MOST_FOR_HUBS: Final = 0.5
"""What values that everything has may add to a path altogether: less than one more step."""


@dataclass(frozen=True, slots=True)
class _Web:
    """All links either way: the neighbours of entity i are ``ends[starts[i]:starts[i + 1]]``, in order of number.

    Attributes:
        share: float64, how much of the catalogue the busier end of each link is linked with, at most 1.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    share: NDArray[np.float64]


def k_paths(kg: KnowledgeGraph, source: str, target: str, k: int = 3, max_hops: int = 4) -> tuple[tuple[str, ...], ...]:
    """Return up to ``k`` shortest paths between two entities as ids, shortest first; none passes an entity twice.

    Of paths of equal length those through rarer values come first, because they say more. Empty when there is none of
    at most ``max_hops`` links. The search is A* (Hart, Nilsson and Raphael 1968) with exact distances to the target.

    Raises:
        UnknownEntityError: an entity that is not there.
    """
    start, end = kg.index(source), kg.index(target)
    web = kg.once(_web)
    costs = 1.0 + _MOST_FOR_HUBS / (1 + max_hops) * web.share
    found = islice(_search(web, costs, start, _to_go(web, costs, end, max_hops)), k)
    return tuple(tuple(kg.entity_ids[number] for number in path) for path in found)


def _web(kg: KnowledgeGraph) -> _Web:
    rows, columns = [], []
    for matrix in kg.links.values():
        stated = sparse.coo_matrix(matrix)
        rows.append(stated.row[stated.data >= 1.0])
        columns.append(stated.col[stated.data >= 1.0])
    above = [(kg.index(value), kg.index(parent)) for value, parents in kg.broader.items() for parent in parents]
    hierarchy = np.array(above, dtype=np.int64).reshape(-1, 2)
    one, other = np.concatenate([*rows, hierarchy[:, 0]]), np.concatenate([*columns, hierarchy[:, 1]])
    n = kg.n_entities
    both = np.ones(2 * len(one), dtype=np.float32), (np.concatenate([one, other]), np.concatenate([other, one]))
    links = sparse.csr_matrix(both, shape=(n, n))  # what is linked twice is added up to one link
    links.sort_indices()
    degree = np.diff(links.indptr)
    from_, to = np.repeat(np.arange(n), degree), links.indices.astype(np.int64)
    share = np.minimum(np.maximum(degree[from_], degree[to]) / (1 + kg.n_items), 1.0)
    return _Web(links.indptr.astype(np.int64), to, share)


def _to_go(web: _Web, costs: NDArray[np.float64], target: int, max_hops: int) -> list[NDArray[np.float64]]:
    """Return the least cost from each entity to the target in at most 0, 1, ... links, each shape (n_entities,)."""
    linked = np.flatnonzero(np.diff(web.starts))
    nearest = np.full(len(web.starts) - 1, np.inf)
    nearest[target] = 0.0
    rounds = [nearest]
    for _ in range(max_hops):
        further = rounds[-1].copy()
        if len(linked):
            over = np.minimum.reduceat(costs + rounds[-1][web.ends], web.starts[linked])
            further[linked] = np.minimum(further[linked], over)
        rounds.append(further)
    return rounds


@dataclass(frozen=True, slots=True)
class _Way:
    """A path so far, and where it may go on: links by number, with what the whole path would cost, cheapest first."""

    path: tuple[int, ...]
    spent: float
    links: NDArray[np.int64]
    wholes: NDArray[np.float64]


def _search(
    web: _Web, costs: NDArray[np.float64], source: int, to_go: list[NDArray[np.float64]]
) -> Iterator[tuple[int, ...]]:
    """Yield the paths from the source to where nothing is left to go, the cheapest first."""
    target = int(np.flatnonzero(to_go[0] == 0.0)[0])
    if source == target:
        return
    order = count()  # of what costs the same, what was found first comes first
    waiting: list[tuple[float, int, _Way, int]] = []

    def wait(way: _Way, position: int) -> None:
        if position < len(way.links):
            heapq.heappush(waiting, (float(way.wholes[position]), next(order), way, position))

    def go_on(path: tuple[int, ...], spent: float) -> None:
        if len(path) < len(to_go):
            wait(_ways_on(web, costs, path, spent, to_go[len(to_go) - len(path) - 1]), 0)

    go_on((source,), 0.0)
    while waiting:
        _, _, way, position = heapq.heappop(waiting)
        wait(way, position + 1)
        link = int(way.links[position])
        end = int(web.ends[link])
        if end == target:
            yield (*way.path, end)
        else:
            go_on((*way.path, end), way.spent + float(costs[link]))


def _ways_on(
    web: _Web, costs: NDArray[np.float64], path: tuple[int, ...], spent: float, to_go: NDArray[np.float64]
) -> _Way:
    """Return how a path may go on to somewhere new from which the target can be reached."""
    links = np.arange(web.starts[path[-1]], web.starts[path[-1] + 1])
    wholes = spent + costs[links] + to_go[web.ends[links]]
    keep = np.isfinite(wholes) & ~np.isin(web.ends[links], path)
    links, wholes = links[keep], wholes[keep]
    order = np.argsort(wholes, kind="stable")
    return _Way(path, spent, links[order], wholes[order])
