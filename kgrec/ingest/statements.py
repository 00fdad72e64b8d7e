"""Statements: what a source says about items, collected as triples.

All readers of tables write through this, so that the same name becomes the same value everywhere: by the ontology's own
concepts and their other names first ("Sci-Fi" is "Science Fiction"), by its slug otherwise. The first spelling of a
name is the one that is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pyoxigraph as ox

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.compile import day_number
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.store import GraphStore
from kgrec.graph.vocabulary import (
    ALIASES,
    BROADER,
    CONCEPT,
    KGREC,
    LABELS,
    RDFS,
    SKOS,
    TYPE,
    USER_FACT,
    XSD,
    to_id,
    to_iri,
)
from kgrec.text import clean, slug

_TYPE = ox.NamedNode(TYPE)
_LABEL = ox.NamedNode(f"{RDFS}label")
_ALIAS = ox.NamedNode(f"{SKOS}altLabel")
_BROADER = ox.NamedNode(BROADER)
_POSITION = ox.NamedNode(f"{KGREC}position")
_USER = ox.NamedNode(f"{KGREC}User")
_INTEGER = ox.NamedNode(f"{XSD}integer")
_DATE = ox.NamedNode(f"{XSD}date")
_log = logging.getLogger(__name__)


class Statements:
    """Triples in the making.

    Attributes:
        items: id → node of the items told so far, in order.
        declared_broader: the hierarchy of the ontology, as (narrower, broader) IRIs.
    """

    def __init__(self, ontology: Ontology, layout: TableLayout, concepts: GraphStore | None = None) -> None:
        self.ontology = ontology
        self.layout = layout
        self.items: dict[str, ox.NamedNode] = {}
        self._item_class = ox.NamedNode(ontology.item_class)
        self._properties = {facet.name: ox.NamedNode(facet.iri) for facet in ontology.facets}
        self._triples: list[ox.Triple] = []
        self._to_items: list[tuple[ox.NamedNode, ox.NamedNode, str]] = []
        self._values: dict[str, ox.NamedNode] = {}
        self._found: dict[tuple[str, str, str], ox.NamedNode | None] = {}  # as cells repeat, so does the question
        self._ignored = {(facet, slug(value)) for facet, values in layout.ignored.items() for value in values}
        self._numbers: set[tuple[str, str]] = set()
        self._concepts = _known_concepts(concepts, ontology.base) if concepts else {}
        self.declared_broader = _declared_broader(concepts) if concepts else ()

    def triples(self) -> list[ox.Triple]:
        """Return all triples; links to items that were never told are left out, which is logged."""
        if missing := len(self.loose_links()):
            _log.info("%d links to %s that are not in the data are left out", missing, self.ontology.plural)
        linked = [
            ox.Triple(item, predicate, self.items[target])
            for item, predicate, target in self._to_items
            if target in self.items
        ]
        return [*self._triples, *linked]

    def drain(self) -> list[ox.Triple]:
        """Return the triples told since, and forget them; links between items stay until :meth:`triples` is asked."""
        told, self._triples = self._triples, []
        return told

    def loose_links(self) -> list[tuple[str, str, str]]:
        """Return (item IRI, property IRI, target id) of the links to items that were never told."""
        return [
            (item.value, predicate.value, target)
            for item, predicate, target in self._to_items
            if target not in self.items
        ]

    def item(self, item: str, label: str, aliases: Iterable[str] = ()) -> None:
        """Tell of an item; an empty label means it is called by its id. Tell of each only once."""
        if item in self.items:
            raise DataError(f"duplicate id {item!r}")
        node = ox.NamedNode(to_iri(self.ontology.base, item))
        self.items[item] = node
        self._triples.append(ox.Triple(node, _TYPE, self._item_class))
        self._triples.append(ox.Triple(node, _POSITION, ox.Literal(str(len(self.items)), datatype=_INTEGER)))
        if label := clean(label):
            self._triples.append(ox.Triple(node, _LABEL, ox.Literal(label)))
        for alias in map(clean, aliases):
            if alias and alias != label:
                self._triples.append(ox.Triple(node, _ALIAS, ox.Literal(alias)))

    def link(self, item: str, facet: Facet, label: str, *, value: str = "") -> None:
        """Tell that an item has the value called ``label``; ``value`` is its id where the source has one."""
        predicate = self._properties[facet.name]
        if facet.name in self.layout.item_valued:
            self._to_items.append((self.items[item], predicate, value or label.strip()))
        elif node := self.value(facet, label, value=value):
            self._triples.append(ox.Triple(self.items[item], predicate, node))

    def value(self, facet: Facet, label: str, *, value: str = "") -> ox.NamedNode | None:
        """Return the node of a value of a facet, telling of it if it is new; None for an empty label."""
        key = facet.name, label, value
        if key not in self._found:
            self._found[key] = self._value(facet, clean(label), value)
        return self._found[key]

    def _value(self, facet: Facet, label: str, value: str) -> ox.NamedNode | None:
        known = self._concepts.get((facet.folder, slug(label)))
        if known is not None:
            return known
        if not label or (facet.name, slug(label)) in self._ignored:
            return None
        entity = value or f"{facet.folder}{slug(label)}"
        node = self._values.get(entity)
        if node is None:
            node = self._values[entity] = ox.NamedNode(to_iri(self.ontology.base, entity))
            self._triples.append(ox.Triple(node, _LABEL, ox.Literal(label)))
        return node

    def has_value(self, facet: Facet, label: str) -> bool:
        """Whether a value of that name was told of, or is declared."""
        return f"{facet.folder}{slug(label)}" in self._values or (facet.folder, slug(label)) in self._concepts

    def has_concept(self, facet: Facet, label: str) -> bool:
        """Whether the ontology declares a value of that name."""
        return (facet.folder, slug(label)) in self._concepts

    def broader(self, narrower: ox.NamedNode, broader: ox.NamedNode) -> None:
        """Tell that one value lies below another."""
        self._triples.append(ox.Triple(narrower, _BROADER, broader))

    def number(self, item: str, facet: Facet, text: str) -> None:
        """Tell a number; raises ValueError when it is none."""
        value = float(text)
        self._numbers.add((item, facet.name))
        exact = str(int(value)) if value.is_integer() else repr(value)
        literal = ox.Literal(exact, datatype=_INTEGER) if value.is_integer() else ox.Literal(value)
        self._triples.append(ox.Triple(self.items[item], self._properties[facet.name], literal))

    def has_number(self, item: str, facet: Facet) -> bool:
        """Whether a number was told of the item."""
        return (item, facet.name) in self._numbers

    def date(self, item: str, facet: Facet, text: str) -> None:
        """Tell a date, as ISO 8601; raises ValueError when it is none."""
        day_number(text)
        literal = ox.Literal(text.strip(), datatype=_DATE)
        self._triples.append(ox.Triple(self.items[item], self._properties[facet.name], literal))

    def text(self, item: str, facet: Facet, text: str) -> None:
        """Tell a text; nothing if it is empty."""
        if text := clean(text):
            self._triples.append(ox.Triple(self.items[item], self._properties[facet.name], ox.Literal(text)))

    def identifier(self, item: str, iri: str, text: str) -> None:
        """Tell what an item is called in another collection."""
        if text := clean(text):
            self._triples.append(ox.Triple(self.items[item], ox.NamedNode(iri), ox.Literal(text)))

    def user_fact(self, user: str, fact: str, value: str | float) -> None:
        """Tell something about a user, nothing if it is empty; of a list, tell each value."""
        if isinstance(value, str) and not (value := clean(value)):
            return
        node = ox.NamedNode(to_iri(self.ontology.base, f"user/{user}"))
        self._triples.append(ox.Triple(node, _TYPE, _USER))
        self._triples.append(ox.Triple(node, ox.NamedNode(to_iri(USER_FACT, fact)), ox.Literal(value)))

    def cell(self, item: str, facet: Facet, text: str) -> None:
        """Tell what a table cell says; linked facets split it at the ontology's separator.

        Raises:
            ValueError: not the number that the facet asks for.
        """
        if not text.strip():
            return
        if facet.kind.is_linked:
            for part in text.split(self.ontology.separator) if self.ontology.separator else (text,):
                self.link(item, facet, part)
        elif facet.kind.is_numeric:
            (self.number if facet.kind is FacetKind.NUMBER else self.date)(item, facet, text)
        else:
            self.text(item, facet, text)


def _known_concepts(store: GraphStore, base: str) -> dict[tuple[str, str], ox.NamedNode]:
    """Return (folder, slug) → node for the concepts an ontology declares; own names win over other names."""
    found: dict[tuple[str, str], ox.NamedNode] = {}
    for iri in (*LABELS, *ALIASES):
        query = f"SELECT ?node ?label {{ ?node a <{CONCEPT}> ; ?property ?label }}"
        rows = [(node, label) for node, label in store.select(query, property=ox.NamedNode(iri)) if label is not None]
        for node, label in sorted(rows, key=lambda row: str(row[0])):
            if isinstance(node, ox.NamedNode):
                folder = to_id(base, node.value).partition("/")[0] + "/"
                found.setdefault((folder, slug(label.value)), node)
    return found


def _declared_broader(store: GraphStore) -> tuple[tuple[str, str], ...]:
    rows = store.select(f"SELECT ?narrower ?broader {{ ?narrower <{BROADER}> ?broader }}")
    return tuple(sorted((below.value, above.value) for below, above in rows if below is not None and above is not None))
