"""What names mean in one graph: facets by name, and values by what people call them.

A name may belong to several entities (two people called Steve McQueen): an expression then means any of them; the id in
quotes means exactly one. Tables are filled facet by facet when first needed, and one lexicon serves every rule file
and expression over the same graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.context import NAMES
from kgrec.rulebook.suggest import choose, did_you_mean, nearest
from kgrec.text import fold

Names = dict[str, tuple[int, ...]]


class Lexicon:
    """Looks names up in one graph."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        # The parts, not the graph: the table of lexicons below must not keep graphs alive.
        self.ontology = graph.ontology
        self._ids = graph.entity_ids
        self._labels = graph.labels
        self._aliases = graph.aliases
        self._n_items = graph.n_items
        self._links = graph.links
        self._qualifiers = graph.numbers.get(graph.ontology.qualifier)
        self._tables: dict[tuple[str, bool], Names] = {}
        self._values: dict[str, tuple[int, ...]] = {}
        self.fact_names = tuple(dict.fromkeys(name for facts in graph.user_facts.values() for name in facts))
        self.context_names: tuple[str, ...] = tuple(dict.fromkeys((*NAMES, *graph.interactions.context)))

    # --- facets -----------------------------------------------------------------------------------------------------

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        return {facet.name: facet for facet in self.ontology.facets}

    def facet(self, name: str) -> Facet | None:
        """Return the facet of that name, or None."""
        return self._facets.get(name)

    def facet_hint(self, name: str) -> str:
        """Return what to write instead of a field that does not exist."""
        other = {word: facet.name for facet in self.ontology.facets for word in self._words(facet)}
        exact = {word.casefold(): facet for word, facet in other.items()}.get(name.casefold())
        if exact is not None:
            return did_you_mean([exact])
        near = nearest(name, other)
        if near:
            return did_you_mean(tuple(dict.fromkeys(other[word] for word in near)))
        return choose(name, tuple(self._facets), "fields")

    @staticmethod
    def _words(facet: Facet) -> Iterator[str]:
        yield from (facet.name, facet.label, facet.plural, *facet.columns)

    # --- values -----------------------------------------------------------------------------------------------------

    def find(self, facet: Facet, name: str) -> tuple[int, ...]:
        """Return the values of a linked facet that bear that name, as it stands or but for accents and punctuation."""
        found = self._table(facet, folded=False).get(name.casefold())
        if found is None and fold(name):
            found = self._table(facet, folded=True).get(fold(name))
        return found or ()

    def has_values(self, facet: Facet) -> bool:
        """Whether any item has a value of a linked facet."""
        return bool(self.values(facet))

    def order(self, facet: Facet) -> tuple[tuple[int, ...], ...]:
        """Return the values of an ordered facet, lowest first; those with no item are empty."""
        return tuple(self.find(facet, name) for name in facet.order)

    def value_hint(self, facet: Facet, name: str) -> str:
        """Return what to write instead of a value that does not exist."""
        if not self.has_values(facet):
            return f"no {self.ontology.singular} has a {facet.name}"
        others = [
            other.name
            for other in self.ontology.facets
            if other.kind.is_linked
            and other.name in self._links
            and other.name != facet.name
            and self.find(other, name)
        ]
        if others:
            return f"but it is known as {' and '.join(repr(other) for other in others)}"
        return choose(name, [self._labels[number] for number in self.values(facet)], f"values of {facet.name}")

    def values(self, facet: Facet) -> tuple[int, ...]:
        """Return the entities that may be named as values of a linked facet, those of most items first.

        For categories these include concepts that the ontology declares and no item has: "Western" is a genre
        even where there are no westerns.
        """
        if facet.name not in self._values:
            self._values[facet.name] = self._collect(facet)
        return self._values[facet.name]

    def _collect(self, facet: Facet) -> tuple[int, ...]:
        matrix = self._links.get(facet.name)
        if matrix is None or not matrix.nnz:
            return ()
        degree = np.bincount(matrix.indices, minlength=len(self._ids))
        used = np.flatnonzero(degree)
        values = [int(number) for number in used[np.argsort(-degree[used], kind="stable")]]
        if facet.kind is not FacetKind.ENTITY:
            folder = self._ids[values[0]].rpartition("/")[0] + "/"
            if len(folder) > 1:
                values += [number for number in self._unused if self._ids[number].startswith(folder)]
        return tuple(values)

    @cached_property
    def _unused(self) -> tuple[int, ...]:
        """The entities that are neither an item nor a value of one."""
        is_used = np.arange(len(self._ids)) < self._n_items
        for matrix in self._links.values():
            is_used[matrix.indices] = True
        return tuple(int(number) for number in np.flatnonzero(~is_used))

    def _table(self, facet: Facet, *, folded: bool) -> Names:
        key = (facet.name, folded)
        if key not in self._tables:
            self._tables[key] = self._build(self.values(facet), fold if folded else str.casefold)
        return self._tables[key]

    def _build(self, values: Sequence[int], normal: Callable[[str], str]) -> Names:
        table: Names = {}
        for number in values:
            for name in {normal(name) for name in self._names(number)}:
                if name:
                    table[name] = (*table.get(name, ()), number)
        return table

    def _names(self, number: int) -> Iterator[str]:
        entity, label = self._ids[number], self._labels[number]
        yield entity
        yield label
        yield from self._aliases.get(entity, ())
        if number < self._n_items and self._qualifiers is not None and not np.isnan(self._qualifiers[number]):
            yield f"{label} ({self._qualifiers[number]:g})"


_LEXICONS: Final[WeakKeyDictionary[KnowledgeGraph, Lexicon]] = WeakKeyDictionary()


def lexicon_of(graph: KnowledgeGraph) -> Lexicon:
    """Return the lexicon of a graph, the same one as long as the graph lives."""
    lexicon = _LEXICONS.get(graph)
    if lexicon is None:
        lexicon = _LEXICONS[graph] = Lexicon(graph)
    return lexicon
