"""Compile triples into the arrays that scoring needs, once.

One query a facet, then arrays. The numbering is a function of the triples alone: items by kgrec:position where the
source has an order, then by id; values after them by id. So equal sources give equal graphs, whatever order the store
answers in. Values are what items have, what is broader, and the concepts that the ontology declares for a facet of
categories: a rule may speak of horror where there is no horror film.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology, UserFact
from kgrec.errors import DataError
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.hierarchy import ancestors
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.interactions import Interactions
from kgrec.graph.knowledge import INHERITED, KnowledgeGraph
from kgrec.graph.store import GraphStore, Term
from kgrec.graph.vocabulary import ALIASES, BROADER, CONCEPT, HIDDEN, KGREC, LABELS, TYPE, USER_FACT, local_name, to_id
from kgrec.text import clean, slug

_PAIRS: Final = "SELECT ?node ?value { ?node ?property ?value }"
_EPOCH: Final = date(1970, 1, 1)
_log = logging.getLogger(__name__)


def compile_graph(
    store: GraphStore,
    ontology: Ontology,
    interactions: InteractionTable | None = None,
    *,
    name: str = "",
    fingerprint: str = "",
) -> KnowledgeGraph:
    """Return the graph of all instances of the ontology's item class.

    ``fingerprint`` is a hash of the sources; without one it is computed from the result.

    Raises:
        DataError: no items; a value that is no number or date; an interaction with an unknown item.
        OntologyError: a hierarchy that runs in a circle.
    """
    reader = _Reader(store, ontology)
    items = reader.items()
    broader = reader.broader()
    spelled: dict[str, str] = {}
    stated = {facet.name: reader.links(facet, items, spelled) for facet in ontology.facets if facet.kind.is_linked}
    names = {**spelled, **reader.labels()}
    above = ancestors(broader, names)
    values = {value for pairs in stated.values() for _, value in pairs} | reader.concepts()
    values |= {parent for value in values for parent in above.get(value, ())}
    entities = (*items, *sorted(values - items.keys()))
    number = {entity: index for index, entity in enumerate(entities)}
    graph = KnowledgeGraph(
        name=name or ontology.name,
        fingerprint=fingerprint,
        ontology=ontology,
        entity_ids=entities,
        labels=tuple(names.get(e) or (clean(e) if e in items else clean(local_name(e)) or e) for e in entities),
        n_items=len(items),
        links={
            facet: _matrix([(number[item], number[value]) for item, value in pairs], above, entities, len(items))
            for facet, pairs in stated.items()
            if pairs
        },
        numbers=reader.numbers(items),
        texts=reader.texts(items),
        interactions=interactions.resolve(tuple(items)) if interactions else Interactions.empty(len(items)),
        aliases=reader.aliases(number, names),
        broader={value: tuple(sorted(broader[value])) for value in entities if broader.get(value)},
        user_facts=reader.user_facts(),
    ).validate()
    return graph if fingerprint else replace(graph, fingerprint=fingerprint_of(graph))


def _matrix(
    pairs: Iterable[tuple[int, int]], above: Mapping[str, frozenset[str]], entities: Sequence[str], n_items: int
) -> sparse.csr_matrix:
    """Return CSR (n_items, n_entities): 1 for the pairs, INHERITED for what they imply."""
    number = {entity: index for index, entity in enumerate(entities)} if above else {}
    implied: dict[int, tuple[int, ...]] = {}
    strengths: dict[tuple[int, int], float] = {}
    for item, value in pairs:
        strengths[item, value] = 1.0
        if value not in implied:
            implied[value] = tuple(number[parent] for parent in above.get(entities[value], ()))
        for parent in implied[value]:
            strengths.setdefault((item, parent), INHERITED)
    cells = np.array(list(strengths), dtype=np.int32).reshape(-1, 2)
    data = np.fromiter(strengths.values(), dtype=np.float32, count=len(strengths))
    matrix = sparse.csr_matrix((data, (cells[:, 0], cells[:, 1])), shape=(n_items, len(entities)))
    matrix.sort_indices()
    return matrix


@dataclass(frozen=True, slots=True)
class _Reader:
    """The queries of one compilation; all ids, no terms, come out."""

    store: GraphStore
    ontology: Ontology

    def _id(self, term: Term) -> str:
        return to_id(self.ontology.base, term.value)

    def _pairs(self, iri: str) -> Iterable[tuple[Term, Term]]:
        for node, value in self.store.select(_PAIRS, property=ox.NamedNode(iri)):
            assert node is not None
            assert value is not None
            yield node, value

    def items(self) -> dict[str, int]:
        """Return item → number, in their final order."""
        found = {self._id(node) for node, kind in self._pairs(TYPE) if kind.value == self.ontology.item_class}
        if not found:
            raise DataError(f"there are no items: nothing has the class <{self.ontology.item_class}>")
        position = {self._id(node): float(value.value) for node, value in self._pairs(f"{KGREC}position")}
        ordered = sorted(found, key=lambda item: (position.get(item, np.inf), item))
        return {item: number for number, item in enumerate(ordered)}

    def _language_rank(self, term: Term) -> int:
        """Return 0 for the ontology's language, then what has none, then English, then any."""
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        wanted = self.ontology.language.casefold()
        if language == wanted or language.startswith(f"{wanted}-"):
            return 0
        if not language:
            return 0 if wanted == "en" else 1  # the words around the labels are English
        return 2 if language.split("-")[0] == "en" else 3

    def labels(self) -> dict[str, str]:
        """Return entity → name, for those that have one."""
        best: dict[str, tuple[int, int, str]] = {}
        for rank, iri in enumerate(LABELS):
            for node, value in self._pairs(iri):
                candidate = (self._language_rank(value), rank, clean(value.value))
                if candidate[2]:
                    entity = self._id(node)
                    best[entity] = min(best.get(entity, candidate), candidate)
        return {entity: label for entity, (_, _, label) in best.items()}

    def aliases(self, known: Mapping[str, int], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return entity → its further names, sorted."""
        found: dict[str, set[str]] = {}
        for iri in (*ALIASES, HIDDEN):
            for node, value in self._pairs(iri):
                entity, alias = self._id(node), clean(value.value)
                if entity in known and alias and alias != names.get(entity):
                    found.setdefault(entity, set()).add(alias)
        return {entity: tuple(sorted(found[entity])) for entity in sorted(found, key=known.__getitem__)}

    def broader(self) -> dict[str, list[str]]:
        """Return value → the values directly above it."""
        above: dict[str, list[str]] = {}
        for node, value in self._pairs(BROADER):
            above.setdefault(self._id(node), []).append(self._id(value))
        return {value: sorted(above[value]) for value in sorted(above)}

    def concepts(self) -> set[str]:
        """Return the concepts that belong to a facet of categories by their ids, with or without items."""
        folders = tuple(facet.folder for facet in self.ontology.facets if facet.kind.is_category)
        found = (self._id(node) for node, kind in self._pairs(TYPE) if kind.value == CONCEPT)
        return {concept for concept in found if concept.startswith(folders)}

    def links(self, facet: Facet, items: Mapping[str, int], spelled: dict[str, str]) -> list[tuple[str, str]]:
        """Return (item, value) pairs; a literal becomes a value of its own, whose name is put into ``spelled``."""
        pairs = []
        for node, value in self._pairs(facet.iri):
            item = self._id(node)
            if item not in items:
                continue
            if isinstance(value, ox.Literal):
                label = clean(value.value)
                if not label:
                    continue
                entity = f"{facet.folder}{slug(label)}"
                spelled[entity] = min(spelled.get(entity, label), label)
            else:
                entity = self._id(value)
            pairs.append((item, entity))
        return sorted(set(pairs))

    def numbers(self, items: Mapping[str, int]) -> dict[str, NDArray[np.float64]]:
        """Return numeric facet → column; of several numbers an item has the least counts."""
        columns = {}
        for facet in self.ontology.facets:
            if not facet.kind.is_numeric:
                continue
            read = day_number if facet.kind is FacetKind.DATE else float
            column = np.full(len(items), np.nan)
            for node, value in self._pairs(facet.iri):
                row = items.get(self._id(node))
                if row is None:
                    continue
                try:
                    column[row] = np.fmin(column[row], read(value.value.strip()))
                except ValueError:
                    raise DataError(
                        f"{facet.name} of {self._id(node)!r} is {value.value[:80]!r}, which is no {facet.kind}"
                    ) from None
            if not np.isnan(column).all():
                columns[facet.name] = np.where(np.isinf(column), np.nan, column)
        return columns

    def texts(self, items: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        """Return text facet → one text an item; several are joined in alphabetical order."""
        columns = {}
        for facet in self.ontology.facets:
            if facet.kind is not FacetKind.TEXT:
                continue
            found: dict[str, list[tuple[int, str]]] = {}
            for node, value in self._pairs(facet.iri):
                found.setdefault(self._id(node), []).append((self._language_rank(value), clean(value.value)))
            if found:
                columns[facet.name] = tuple(_joined(found.get(item, [])) for item in items)
        return columns

    def user_facts(self) -> dict[str, dict[str, UserFact]]:
        """Return user → fact → value; a fact of which anybody has several values is a list for everybody."""
        stated: dict[str, dict[str, list[Term]]] = {}
        query = f"SELECT ?user ?fact ?value {{ ?user a <{KGREC}User> ; ?fact ?value }}"
        for user, fact, value in self.store.select(query):
            assert user is not None
            assert fact is not None
            assert value is not None
            if fact.value.startswith(USER_FACT):
                who = self._id(user).removeprefix("user/")
                if clean(value.value):
                    stated.setdefault(who, {}).setdefault(to_id(USER_FACT, fact.value), []).append(value)
        lists = {name for facts in stated.values() for name, values in facts.items() if len(values) > 1}
        return {
            user: {name: _fact(values, is_list=name in lists) for name, values in sorted(stated[user].items())}
            for user in sorted(stated)
        }


# --- literals -------------------------------------------------------------------------------------------------------


def _joined(texts: Sequence[tuple[int, str]]) -> str:
    best = min((rank for rank, _ in texts), default=0)
    return " ".join(sorted({text for rank, text in texts if rank == best and text}))


def day_number(text: str) -> float:
    """Return the days since 1970-01-01 of an ISO date, date with time, month or year (their first day).

    Raises:
        ValueError: it is none of these.

    >>> day_number("1970-02-01"), day_number("1971")
    (31.0, 365.0)
    """
    parts = text.strip().split("T")[0].rstrip("Z").split("-")
    if text.startswith("-") or len(parts) > 3:  # noqa: PLR2004  (year, month, day)
        raise ValueError(text)
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    return float((date(year, month, day) - _EPOCH).days)


def _fact(terms: Sequence[Term], *, is_list: bool) -> UserFact:
    """Return what one or more statements of one fact say; RDF keeps no order, so that of a list is alphabetical.

    A number that stands alone stays one even where others have lists: rules calculate with it.
    """
    if len(terms) == 1 and _is_number(terms[0]):
        return float(terms[0].value)
    words = sorted(
        {repr(float(term.value)).removesuffix(".0") if _is_number(term) else clean(term.value) for term in terms}
    )
    return tuple(words) if is_list else words[0]


def _is_number(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value.endswith(("#double", "#integer", "#decimal", "#float"))
