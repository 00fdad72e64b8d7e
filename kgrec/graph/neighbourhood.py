"""What lies around one entity: its relations, the most telling first, and the items most like it.

Read from the arrays alone, so that exploring costs no more than showing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.graph.knowledge import KnowledgeGraph

BROADER: Final = "broader"
NARROWER: Final = "narrower"
"""What the relations of a hierarchy are called."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of link from an entity: what it is called, and the entities at its other end by number."""

    label: str
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that has much in common with some entities: its number, how much (0 to 1), and what, by number."""

    item: int
    likeness: float
    common: tuple[int, ...]


def relations(graph: KnowledgeGraph, entity: str, scores: NDArray[np.float64]) -> tuple[Relation, ...]:
    """Return all links of an entity, either way, by relation; raises UnknownEntityError.

    Args:
        graph: where it is looked for.
        entity: its id.
        scores: float64 (n_items,), what items are sorted by, the highest first; NaN comes last.

    Returns:
        What an item has by facet, in the ontology's order, the most telling values first; then what is above and below
        in a hierarchy; then the items that have it as a value. A value that several facets lead to has one relation for
        each combination of them, so that no item comes twice.
    """
    number = graph.index(entity)
    order = np.argsort(np.argsort(-scores, kind="stable"))
    found = []
    for facet in graph.linked_facets if number < graph.n_items else ():
        values = graph.values_of(number, facet.name)
        found.append(Relation(facet.label, tuple(sorted(values, key=lambda value: -strength(graph, value)))))
    found.append(Relation(BROADER, tuple(graph.index(above) for above in graph.broader.get(entity, ()))))
    found.append(Relation(NARROWER, graph.once(_narrower).get(number, ())))
    found += [Relation(label, tuple(sorted(items, key=order.__getitem__))) for label, items in _having(graph, number)]
    return tuple(relation for relation in found if relation.ends)


def _narrower(graph: KnowledgeGraph) -> dict[int, tuple[int, ...]]:
    below: dict[int, list[int]] = defaultdict(list)
    for value, parents in graph.broader.items():
        for parent in parents:
            below[graph.index(parent)].append(graph.index(value))
    return {parent: tuple(sorted(values)) for parent, values in below.items()}


def _having(graph: KnowledgeGraph, value: int) -> list[tuple[str, list[int]]]:
    """Return the items that have a value, by what the facets are called that say so."""
    facets_of: dict[int, list[str]] = defaultdict(list)
    for facet in graph.facets_of(value):
        for item in _items(graph, facet.name, value).tolist():
            facets_of[item].append(facet.label)
    together: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for item, labels in facets_of.items():
        together[tuple(labels)].append(item)
    return [(f"{', '.join(labels)} of", items) for labels, items in together.items()]


def _items(graph: KnowledgeGraph, facet: str, value: int) -> NDArray[np.int32]:
    columns = graph.items_of[facet]
    return columns.indices[columns.indptr[value] : columns.indptr[value + 1]]


def strength(graph: KnowledgeGraph, value: int) -> float:
    """Return how much it says to share a value: the rarer, and the weightier its facet, the more; 0 for a dead end."""
    is_dead_end = value >= graph.n_items and count_items(graph, value) <= 1
    return 0.0 if is_dead_end else float(graph.idf[value] * graph.weights[value])


def count_items(graph: KnowledgeGraph, value: int) -> int:
    """Return how many items have a value, by whatever facet."""
    columns = [_items(graph, facet.name, value) for facet in graph.facets_of(value)]
    return len(np.unique(np.concatenate(columns))) if columns else 0


def telling(graph: KnowledgeGraph, item: int) -> dict[int, float]:
    """Return how much each value of an item says about it, the squares of which add up to 1 (see ``features``)."""
    features = graph.features
    row = slice(features.indptr[item], features.indptr[item + 1])
    return dict(zip(features.indices[row].tolist(), features.data[row].tolist(), strict=True))


def likeness(graph: KnowledgeGraph, entities: list[int]) -> NDArray[np.float64]:
    """Return how much each item has in common with some entities, shape (n_items,); 0 for these themselves."""
    wanted = np.asarray(graph.features[entities].sum(axis=0)).ravel()
    shared = np.asarray(graph.features[: graph.n_items] @ wanted, dtype=np.float64).ravel()
    shared[[entity for entity in entities if entity < graph.n_items]] = 0.0
    return shared


def most_alike(graph: KnowledgeGraph, item: int, n: int = 10) -> tuple[Alike, ...]:
    """Return the items that share most with one, the likest first; fewer where nothing is shared."""
    shared = likeness(graph, [item])
    best = np.lexsort((np.arange(graph.n_items), -shared))[:n]
    own = telling(graph, item)

    def in_common(other: int) -> tuple[int, ...]:
        theirs = telling(graph, other)
        return tuple(sorted(own.keys() & theirs.keys(), key=lambda value: (-own[value] * theirs[value], value)))

    return tuple(Alike(other, float(shared[other]), in_common(other)) for other in best.tolist() if shared[other] > 0)
