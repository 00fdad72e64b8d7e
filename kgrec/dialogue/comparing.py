"""How two items differ, or two values: their numbers beside each other, then what only one of them has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Facet, FacetKind

if TYPE_CHECKING:
    from kgrec.graph import KnowledgeGraph

_MOST_FACETS: Final = 5
_MOST_VALUES: Final = 4


def difference_in_words(graph: KnowledgeGraph, one: str, other: str) -> str:
    """Return what is different between two items, or between all items with a value and all with another."""
    pair = (graph.index(one), graph.index(other))
    if not graph.is_item(one):
        return _between_values(graph, pair)
    names = tuple(graph.label(entity) for entity in pair)
    told = list(_numbers(graph, [np.array([item]) for item in pair]))
    facets = sorted((facet for facet in graph.linked_facets if facet.question), key=lambda facet: -facet.weight)
    only: tuple[list[str], list[str]] = ([], [])
    for facet in facets[:_MOST_FACETS]:
        has = [list(graph.values_of(item, facet.name)) for item in pair]
        for own, others, said in ((has[0], has[1], only[0]), (has[1], has[0], only[1])):
            kept = [graph.labels[value] for value in own if value not in others][:_MOST_VALUES]
            if kept:
                said.append(facet.phrase.replace("{value}", ", ".join(kept)))
    told += [f"only {name}: {', '.join(said)}" for name, said in zip(names, only, strict=True) if said]
    lead = " and ".join(names)
    return f"{lead}: {'; '.join(told)}" if told else f"{lead}: I know of no difference"


def _between_values(graph: KnowledgeGraph, pair: tuple[int, int]) -> str:
    groups = [_items(graph, value) for value in pair]
    words = graph.ontology
    names = " and ".join(graph.labels[value] for value in pair)
    counts = [f"{len(group):,} {words.singular if len(group) == 1 else words.plural}" for group in groups]
    told = [" and ".join(counts), *(f"{part} in the middle" for part in _numbers(graph, groups))]
    return f"{names}: {'; '.join(told)}"


def _items(graph: KnowledgeGraph, value: int) -> NDArray[np.intp]:
    """Return the items that have a value, shape (n,)."""
    return np.unique(
        np.concatenate([graph.items_of[facet.name][:, [value]].nonzero()[0] for facet in graph.facets_of(value)])
    )


def _numbers(graph: KnowledgeGraph, groups: list[NDArray[np.intp]]) -> Iterator[str]:
    """Yield the middle of each number of two groups of items, where it is known and not the same."""
    for facet in graph.ontology.facets:
        if facet.kind is not FacetKind.NUMBER or not facet.less or facet.is_prior or facet.name not in graph.numbers:
            continue
        known = [column[~np.isnan(column)] for column in (graph.numbers[facet.name][group] for group in groups)]
        if all(len(column) for column in known):
            one, other = (float(np.median(column)) for column in known)
            if one != other:
                yield f"{_shown(facet, one)} and {_shown(facet, other)}"


def _shown(facet: Facet, number: float) -> str:
    return facet.phrase.replace("{value}", f"{number:g} {facet.unit}".rstrip())
