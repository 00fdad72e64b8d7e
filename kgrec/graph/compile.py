"""Compile facts into the arrays that scoring needs, once.

The numbering is a function of the facts alone: items in their order (in RDF by kgrec:position where the source has an
order, then by id); values after them by id. So equal sources give equal graphs, whatever order a store answers in, and
whether a table came through triples or not. Values are what items have, what is broader, and the concepts that the
ontology declares for a facet of categories: a rule may speak of horror where there is no horror film.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import FacetKind, Ontology, UserFact
from kgrec.errors import DataError
from kgrec.graph.facts import PLAIN, Facts, Numbers, Words
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.hierarchy import ancestors
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.interactions import Interactions
from kgrec.graph.knowledge import INHERITED, KnowledgeGraph
from kgrec.graph.store import GraphStore
from kgrec.graph.store_facts import plain_rank, read_facts
from kgrec.graph.strings import Strings
from kgrec.graph.vocabulary import LABELS, RDFS, local_name
from kgrec.text import clean

_PLAIN_LABEL: Final = LABELS.index(f"{RDFS}label")


def compile_graph(
    store: GraphStore,
    ontology: Ontology,
    interactions: InteractionTable | None = None,
    *,
    name: str = "",
    fingerprint: str = "",
) -> KnowledgeGraph:
    """Return the graph of all instances of the ontology's item class; see :func:`assemble`."""
    return assemble((read_facts(store, ontology),), ontology, interactions, name=name, fingerprint=fingerprint)


def assemble(
    sources: Sequence[Facts],
    ontology: Ontology,
    interactions: InteractionTable | None = None,
    *,
    name: str = "",
    fingerprint: str = "",
) -> KnowledgeGraph:
    """Return the graph of what some sources tell together, the items of the first source first.

    ``fingerprint`` is a hash of the sources; without one it is computed from the result.

    Raises:
        DataError: no items; an interaction with an unknown item.
        OntologyError: a hierarchy that runs in a circle.
    """
    made = _Assembly(sources, ontology)
    items, names = made.items, made.names()
    graph = KnowledgeGraph(
        name=name or ontology.name,
        fingerprint=fingerprint,
        ontology=ontology,
        entity_ids=made.entities,
        labels=tuple(names),
        n_items=len(items),
        links=made.links(),
        numbers=made.numbers(),
        texts=made.texts(),
        interactions=interactions.resolve(items) if interactions else Interactions.empty(len(items)),
        aliases=made.aliases(names),
        broader={value: made.broader[value] for value in made.values if value in made.broader},
        user_facts=_user_facts(fact for source in sources for fact in source.users),
    ).validate()
    return graph if fingerprint else replace(graph, fingerprint=fingerprint_of(graph))


class _Assembly:
    """Several sources brought under one numbering."""

    def __init__(self, sources: Sequence[Facts], ontology: Ontology) -> None:
        self.sources, self.ontology = sources, ontology
        ids = (source.entity_ids[number] for source in sources for number in source.items.tolist())
        self.items = tuple(dict.fromkeys(ids))
        if not self.items:
            raise DataError(f"there are no items: nothing has the class <{ontology.item_class}>")
        self._number = {item: number for number, item in enumerate(self.items)}
        self.broader = self._broader()
        self._above = ancestors(self.broader, self._called(self.broader))
        self.values = self._values()
        self.entities = (*self.items, *self.values)
        self._number |= {value: number for number, value in enumerate(self.values, len(self.items))}

    def _broader(self) -> dict[str, tuple[str, ...]]:
        """Return value → the values directly above it."""
        above: dict[str, set[str]] = {}
        for source in self.sources:
            for value, broader in zip(*(column.tolist() for column in source.broader), strict=True):
                above.setdefault(source.entity_ids[value], set()).add(source.entity_ids[broader])
        return {value: tuple(sorted(above[value])) for value in sorted(above)}

    def _called(self, broader: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Return what to call the values of a hierarchy in an error."""
        wanted = {*broader, *(above for values in broader.values() for above in values)}
        called = ((source.entity_ids, source.names) for source in self.sources if wanted)
        return {
            ids[subject]: text
            for ids, words in called
            for subject, text in zip(words.subjects.tolist(), words.texts, strict=True)
            if ids[subject] in wanted
        }

    def _values(self) -> tuple[str, ...]:
        """Return the entities that are no items, by id."""
        folders = tuple(facet.folder for facet in self.ontology.facets if facet.kind.is_category)
        found: set[str] = set()
        for source in self.sources:
            ids = source.entity_ids
            found.update(ids[number] for number in source.concepts.tolist() if ids[number].startswith(folders))
            is_item = np.fromiter((entity in self._number for entity in ids), dtype=np.bool_, count=len(ids))
            for facet in self.ontology.facets:
                if facet.kind.is_linked and facet.iri in source.links:
                    subjects, values = source.links[facet.iri]
                    found.update(ids[number] for number in np.unique(values[is_item[subjects]]).tolist())
        found |= {above for value in found for above in self._above.get(value, ())}
        return tuple(sorted(found - self._number.keys()))

    @cached_property
    def _final(self) -> tuple[Numbers, ...]:
        """For each source its numbers → those of the graph, -1 for what is in none."""
        return tuple(
            np.fromiter(
                (self._number.get(entity, -1) for entity in source.entity_ids),
                dtype=np.int32,
                count=len(source.entity_ids),
            )
            for source in self.sources
        )

    # --- names ----------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return what to call each entity: of its names that of the least rank, then the first of the alphabet."""
        plain = plain_rank(self.ontology) * len(LABELS) + _PLAIN_LABEL
        names = [""] * len(self.entities)
        ranks = [plain] * len(self.entities)
        for number, rank, text in self._words([source.names for source in self.sources], plain):
            if not names[number] or (rank, text) < (ranks[number], names[number]):
                names[number], ranks[number] = text, rank
        for number, entity in enumerate(self.entities):
            if not names[number]:
                own = clean(entity) if number < len(self.items) else clean(local_name(entity))
                names[number] = own or entity
        return names

    def _words(self, columns: Sequence[Words], plain: int) -> Iterator[tuple[int, int, str]]:
        """Go through (entity, rank, text) of one column of words of every source."""
        for final, words in zip(self._final, columns, strict=True):
            ranks = words.ranks if len(words.ranks) else np.full(len(words.subjects), PLAIN)
            numbers = final[words.subjects].tolist()
            for number, rank, text in zip(numbers, ranks.tolist(), words.texts, strict=True):
                if number >= 0:
                    yield number, plain if rank == PLAIN else rank, text

    def aliases(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return entity → its further names, sorted."""
        found: dict[int, set[str]] = {}
        for number, _, alias in self._words([source.aliases for source in self.sources], 0):
            if alias != names[number]:
                found.setdefault(number, set()).add(alias)
        return {self.entities[number]: tuple(sorted(found[number])) for number in sorted(found)}

    # --- columns --------------------------------------------------------------------------------------------------

    def links(self) -> dict[str, sparse.csr_matrix]:
        """Return linked facet → CSR (n_items, n_entities): 1 for what is stated, INHERITED for what that implies."""
        found = {}
        for facet in self.ontology.facets:
            if facet.kind.is_linked:
                cells = np.unique(np.concatenate([*self._cells(facet.iri), np.empty(0, dtype=np.int64)]))
                if cells.size:
                    found[facet.name] = self._matrix(cells)
        return found

    def _cells(self, iri: str) -> Iterator[NDArray[np.int64]]:
        """Yield, for each source, item × n_entities + value of what it states with a property."""
        for final, source in zip(self._final, self.sources, strict=True):
            if iri in source.links:
                subjects, values = (final[column] for column in source.links[iri])
                kept = (subjects >= 0) & (subjects < len(self.items))
                yield subjects[kept].astype(np.int64) * len(self.entities) + values[kept]

    def _matrix(self, stated: NDArray[np.int64]) -> sparse.csr_matrix:
        size = len(self.entities)
        implied = np.setdiff1d(self._implied(stated), stated, assume_unique=True) if self._above else stated[:0]
        cells = np.concatenate([stated, implied])
        order = np.argsort(cells, kind="stable") if implied.size else slice(None)
        data = np.repeat(np.array([1.0, INHERITED], dtype=np.float32), [stated.size, implied.size])[order]
        items, values = np.divmod(cells[order], size)
        starts = np.searchsorted(items, np.arange(len(self.items) + 1)).astype(np.int32)
        return sparse.csr_matrix((data, values.astype(np.int32), starts), shape=(len(self.items), size))

    def _implied(self, stated: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cells of all that lies above what is stated, each once."""
        items, values = np.divmod(stated, len(self.entities))
        order = np.argsort(values, kind="stable")
        distinct, starts = np.unique(values[order], return_index=True)
        cells = [stated[:0]]
        for value, having in zip(distinct.tolist(), np.split(items[order], starts[1:]), strict=True):
            above = self._above.get(self.entities[value], ())
            cells += [having * len(self.entities) + self._number[parent] for parent in above]
        return np.unique(np.concatenate(cells))

    def numbers(self) -> dict[str, NDArray[np.float64]]:
        """Return numeric facet → column; of several numbers an item has the least counts."""
        columns = {}
        for facet in self.ontology.facets:
            column = np.full(len(self.items), np.nan)
            for final, source in zip(self._final, self.sources, strict=True):
                if facet.kind.is_numeric and facet.iri in source.numbers:
                    subjects, numbers = source.numbers[facet.iri]
                    rows = final[subjects]
                    kept = (rows >= 0) & (rows < len(self.items))
                    np.fmin.at(column, rows[kept], numbers[kept])
            if not np.isnan(column).all():
                columns[facet.name] = np.where(np.isinf(column), np.nan, column) + 0.0  # -0 is 0, in its bytes too
        return columns

    def texts(self) -> dict[str, Sequence[str]]:
        """Return text facet → one text an item; several are joined in alphabetical order."""
        columns: dict[str, Sequence[str]] = {}
        for facet in self.ontology.facets:
            told = [source.texts.get(facet.iri, Words()) for source in self.sources]
            if facet.kind is not FacetKind.TEXT or not any(len(words.subjects) for words in told):
                continue
            single = self._single(told)
            columns[facet.name] = self._joined(told) if single is None else single
        return columns

    def _single(self, told: Sequence[Words]) -> Strings | None:
        """Return the texts of one source that is a table, as they are; None if any item may have several."""
        places = [place for place, words in enumerate(told) if len(words.subjects)]
        words, rows = told[places[0]], self._final[places[0]][told[places[0]].subjects]
        is_plain = len(places) == 1 and isinstance(words.texts, Strings) and not len(words.ranks)
        if not is_plain or bool((rows < 0).any() or (rows >= len(self.items)).any() or (np.diff(rows) <= 0).any()):
            return None
        assert isinstance(words.texts, Strings)
        return words.texts.spread(rows, len(self.items))

    def _joined(self, told: Sequence[Words]) -> Strings:
        found: dict[int, list[tuple[int, str]]] = {}
        for number, rank, text in self._words(told, plain_rank(self.ontology)):
            found.setdefault(number, []).append((rank, text))
        return Strings.of(_joined(found.get(item, ())) for item in range(len(self.items)))


def _joined(texts: Sequence[tuple[int, str]]) -> str:
    best = min((rank for rank, _ in texts), default=0)
    return " ".join(sorted({text for rank, text in texts if rank == best and text}))


# --- users ------------------------------------------------------------------------------------------------------------


def _user_facts(told: Iterable[tuple[str, str, str | float]]) -> dict[str, dict[str, UserFact]]:
    """Return user → fact → value; a fact of which anybody has several values is a list for everybody."""
    stated: dict[str, dict[str, dict[str | float, None]]] = {}
    for user, fact, value in told:
        stated.setdefault(user, {}).setdefault(fact, {})[value] = None
    lists = {name for facts in stated.values() for name, values in facts.items() if len(values) > 1}
    return {
        user: {name: _fact(tuple(values), is_list=name in lists) for name, values in sorted(stated[user].items())}
        for user in sorted(stated)
    }


def _fact(values: Sequence[str | float], *, is_list: bool) -> UserFact:
    """Return what one or more statements of one fact say; RDF keeps no order, so that of a list is alphabetical.

    A number that stands alone stays one even where others have lists: rules calculate with it.
    """
    if len(values) == 1 and not isinstance(values[0], str):
        return values[0]
    words = sorted({value if isinstance(value, str) else repr(value).removesuffix(".0") for value in values})
    return tuple(words) if is_list else words[0]
