"""What names mean in one graph: facets by name, and values by what people call them.

A name may belong to several entities (two people called Steve McQueen): an expression then means any of them; the id in
quotes means exactly one. Tables are filled facet by facet when first needed, and one lexicon serves every rule file
and expression over the same graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from kgrec.domain import Facet
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.context import NAMES
from kgrec.rulebook.suggest import choose, did_you_mean, nearest
from kgrec.text import fold

Names = dict[str, tuple[int, ...]]


class Lexicon:
    """Looks names up in one graph."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.ontology = graph.ontology
        self._ids = graph.entity_ids
        self._labels = graph.labels
        self._aliases = graph.aliases
        self._n_items = graph.n_items
        self._links = graph.links
        self._qualifiers = graph.numbers.get(graph.ontology.qualifier)
        self._broader = graph.broader
        self._unused = graph.unused
        self._tables: dict[tuple[str, bool], Names] = {}
        self._values: dict[str, tuple[int, ...]] = {}
        self.fact_names = tuple(dict.fromkeys(name for facts in graph.user_facts.values() for name in facts))
        self.columns = tuple(graph.interactions.context)
        self.context_names: tuple[str, ...] = tuple(dict.fromkeys((*NAMES, *self.columns)))

        self.has_descriptions = any(map(any, graph.texts.values()))

    def is_item(self, entity: int) -> bool:
        """Whether the number is an item's."""
        return entity < self._n_items

    # --- facets -----------------------------------------------------------------------------------------------------

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        return {facet.name: facet for facet in self.ontology.facets}

    def facet(self, name: str) -> Facet | None:
        """Return the facet of that name, or None."""
        return self._facets.get(name)

    def facet_hint(self, name: str) -> str:
        """Return what to write instead of a field that does not exist."""
        sign = next((sign for sign in "+-*/" if sign in name), "")
        if sign and name.partition(sign)[0] in self._facets:
            return f"to calculate, write spaces around '{sign}'"
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

    # --- the hierarchy ----------------------------------------------------------------------------------------------

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {entity: number for number, entity in enumerate(self._ids)}

    def number(self, entity: str) -> int | None:
        """Return the number of the entity with that id, or None."""
        return self._numbers.get(entity)

    def above(self, value: int) -> frozenset[int]:
        """Return a value and all that are broader."""
        found, ahead = {value}, [value]
        while ahead:
            for entity in self._broader.get(self._ids[ahead.pop()], ()):
                number = self._numbers.get(entity)
                if number is not None and number not in found:
                    found.add(number)
                    ahead.append(number)
        return frozenset(found)

    def below(self, values: Iterable[int]) -> frozenset[int]:
        """Return some values and all that are narrower."""
        wanted = set(values)
        if not wanted:
            return frozenset()
        candidates = [self._numbers[entity] for entity in self._broader if entity in self._numbers]
        return frozenset(wanted | {number for number in candidates if self.above(number) & wanted})

    # --- values -----------------------------------------------------------------------------------------------------

    def named(self, name: str) -> tuple[int, ...]:
        """Return the items of that name, or else the values of any facet that bear it; none if nothing does."""
        items = self._of_items(folded=False).get(name.casefold()) or self._of_items(folded=True).get(fold(name))
        if items:
            return items
        linked = (facet for facet in self.ontology.facets if facet.kind.is_linked)
        return tuple(dict.fromkeys(number for facet in linked for number in self.find(facet, name)))

    def name_hint(self, name: str) -> str:
        """Return what to write instead of a name that nothing bears."""
        near = nearest(name, self._labels)
        return did_you_mean(near) if near else ""

    def _of_items(self, *, folded: bool) -> Names:
        key = ("", folded)
        if key not in self._tables:
            self._tables[key] = self._build(range(self._n_items), fold if folded else str.casefold)
        return self._tables[key]

    def find(self, facet: Facet, name: str) -> tuple[int, ...]:
        """Return the values of a linked facet that bear that name, as it stands or but for accents and punctuation."""
        found = self._table(facet, folded=False).get(name.casefold())
        if found is None and fold(name):
            found = self._table(facet, folded=True).get(fold(name))
        return found or ()

    def has_values(self, facet: Facet) -> bool:
        """Whether a linked facet has values enough to tell a misspelt one.

        That is if any item has one, or if the ontology declares all there are; a few other names of countries are no
        list of all countries.
        """
        n_values, n_unused = len(self.values(facet)), len(self._unused.get(facet.name, ()))
        return n_values > n_unused or (facet.is_controlled and n_unused > 0)

    def order(self, facet: Facet) -> tuple[tuple[int, ...], ...]:
        """Return the values of an ordered facet, lowest first; those with no item are empty."""
        return tuple(self.find(facet, name) for name in facet.order)

    def value_hint(self, facet: Facet, name: str, more: Sequence[str] = ()) -> str:
        """Return what to write instead of a value that does not exist; ``more`` are values that rules derive."""
        if not self.has_values(facet) and not more:
            return f"no {self.ontology.singular} has a {facet.name}"
        others = [
            other.name
            for other in self.ontology.facets
            if other.kind.is_linked and other.name != facet.name and self.find(other, name)
        ]
        if others:
            return f"but it is known as {' and '.join(repr(other) for other in others)}"
        labels = dict.fromkeys((*more, *(self._labels[number] for number in self.values(facet))))
        return choose(name, tuple(labels), f"values of {facet.name}")

    def values(self, facet: Facet) -> tuple[int, ...]:
        """Return the entities that may be named as values of a linked facet, those of most items first.

        For categories these include concepts that the ontology declares and no item has: "Western" is a genre
        even where there are no westerns.
        """
        if facet.name not in self._values:
            self._values[facet.name] = self._collect(facet)
        return self._values[facet.name]

    def _collect(self, facet: Facet) -> tuple[int, ...]:
        unused = self._unused.get(facet.name, ())
        matrix = self._links.get(facet.name)
        if matrix is None:
            return unused
        degree = np.bincount(matrix.indices, minlength=len(self._ids))
        used = np.flatnonzero(degree)
        return (*used[np.argsort(-degree[used], kind="stable")].tolist(), *unused)

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


def lexicon_of(graph: KnowledgeGraph) -> Lexicon:
    """Return the lexicon of a graph, the same one as long as the graph lives."""
    return graph.once(Lexicon)
