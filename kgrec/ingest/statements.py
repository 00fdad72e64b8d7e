"""Statements: what a source says about items, collected as columns of facts.

All readers of tables write through this, so that the same name becomes the same value everywhere: by the ontology's own
concepts and their other names first ("Sci-Fi" is "Science Fiction"), by its slug otherwise. The first spelling of a
name is the one that is shown. Columns rather than triples, as a million items of twenty facts each would be gigabytes
of those.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.facts import Facts, Words, day_number
from kgrec.graph.ontology_reader import TableLayout
from kgrec.graph.store import GraphStore
from kgrec.graph.strings import Collected
from kgrec.graph.vocabulary import ALIASES, BROADER, CONCEPT, LABELS, USER_FACT, normal_id, to_id, to_iri
from kgrec.text import clean, slug

_log = logging.getLogger(__name__)


class Pairs:
    """A column in the making: the number of the entity that each fact is of, and that of its value or its amount."""

    def __init__(self, kind: str = "i") -> None:
        self.subjects, self.values = array("i"), array(kind)
        self._known: set[int] = set()
        self._n_known = 0

    def add(self, subject: int, value: float) -> None:
        """Add a fact."""
        self.subjects.append(subject)
        self.values.append(value)  # type: ignore[arg-type]  # an int where the array is of ints

    def has(self, subject: int) -> bool:
        """Whether there is a fact of an entity."""
        self._known.update(self.subjects[self._n_known :])
        self._n_known = len(self.subjects)
        return subject in self._known

    def done(self) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Return both as arrays; nothing may be added afterwards."""
        return _array(self.subjects), _array(self.values)


class _Texts:
    """A column of texts in the making."""

    def __init__(self) -> None:
        self.subjects, self.texts = array("i"), Collected()

    def add(self, subject: int, text: str) -> None:
        self.subjects.append(subject)
        self.texts.add(text)

    def done(self) -> Words:
        return Words(_array(self.subjects), self.texts.done())


class Statements:
    """Facts in the making.

    Attributes:
        items: id → number of the items told so far, in order.
    """

    def __init__(self, ontology: Ontology, layout: TableLayout, concepts: GraphStore | None = None) -> None:
        self.ontology = ontology
        self.layout = layout
        self.items: dict[str, int] = {}
        self._values: dict[str, int] = {}
        self._entity_ids, self._items = Collected(), array("i")
        self._names, self._aliases = _Texts(), _Texts()
        self._links = {facet.iri: Pairs() for facet in ontology.facets if facet.kind.is_linked}
        self._numbers = {facet.iri: Pairs("d") for facet in ontology.facets if facet.kind.is_numeric}
        self._texts = {facet.iri: _Texts() for facet in ontology.facets if facet.kind is FacetKind.TEXT}
        self._broader = Pairs()
        self._users: dict[tuple[str, str, str | float], None] = {}
        self._to_items: list[tuple[int, str, str]] = []
        self._found: dict[str, dict[tuple[str, str], int | None]] = {}  # as cells repeat, so does the question
        self._named: set[int] = set()
        self._ignored = {(facet, slug(value)) for facet, values in layout.ignored.items() for value in values}
        self._concepts = _known_concepts(concepts, ontology.base) if concepts else {}
        self._declared_broader = _declared_broader(concepts, ontology.base) if concepts else ()

    def facts(self) -> Facts:
        """Return all that was told, once; links to items that were never told are left out, which is logged."""
        if missing := len(self.loose_links()):
            _log.info("%d links to %s that are not in the data are left out", missing, self.ontology.plural)
        for item, property_iri, target in self._to_items:
            if target in self.items:
                self._links[property_iri].add(item, self.items[target])
        return Facts(
            entity_ids=self._entity_ids.done(),
            items=_array(self._items),
            names=self._names.done(),
            aliases=self._aliases.done(),
            links={iri: pairs.done() for iri, pairs in self._links.items()},
            numbers={iri: pairs.done() for iri, pairs in self._numbers.items()},
            texts={iri: texts.done() for iri, texts in self._texts.items()},
            broader=self._broader.done(),
            users=tuple(self._users),
        )

    def loose_links(self) -> list[tuple[str, str, str]]:
        """Return (item IRI, property IRI, target id) of the links to items that were never told."""
        loose = [link for link in self._to_items if link[2] not in self.items]
        names = {number: item for item, number in self.items.items()} if loose else {}
        return [(to_iri(self.ontology.base, names[item]), property_iri, target) for item, property_iri, target in loose]

    def item(self, item: str, label: str, aliases: Iterable[str] = ()) -> None:
        """Tell of an item; an empty label means it is called by its id. Tell of each only once."""
        if item in self.items:
            raise DataError(f"duplicate id {item!r}")
        number = self.items[item] = self._entity(item)
        self._items.append(number)
        if label := clean(label):
            self._names.add(number, label)
        for alias in map(clean, aliases):
            if alias and alias != label:
                self._aliases.add(number, alias)

    def _entity(self, entity: str) -> int:
        self._entity_ids.add(normal_id(self.ontology.base, entity))
        return len(self._entity_ids) - 1

    def link(self, item: str, facet: Facet, label: str, *, value: str = "") -> None:
        """Tell that an item has the value called ``label``; ``value`` is its id where the source has one."""
        if facet.name in self.layout.item_valued:
            self._to_items.append((self.items[item], facet.iri, value or label.strip()))
            return
        number = self.value(facet, label, value=value)
        if number is not None:
            self._links[facet.iri].add(self.items[item], number)

    def value(self, facet: Facet, label: str, *, value: str = "") -> int | None:
        """Return the number of a value of a facet, telling of it if it is new; None for an empty label."""
        found = self._found.setdefault(facet.name, {})
        key = label, value
        if key not in found:
            found[key] = self._value(facet, clean(label), value)
        return found[key]

    def _value(self, facet: Facet, label: str, value: str) -> int | None:
        known = self._concepts.get((facet.folder, slug(label)))
        if known is None and (not label or (facet.name, slug(label)) in self._ignored):
            return None
        number = self._number_of(known or value or f"{facet.folder}{slug(label)}")
        if known is None and number not in self._named:
            self._named.add(number)
            self._names.add(number, label)
        return number

    def _number_of(self, value: str) -> int:
        number = self._values.get(value)
        if number is None:
            number = self._values[value] = self._entity(value)
        return number

    @property
    def declared_broader(self) -> tuple[tuple[int, int], ...]:
        """The hierarchy of the ontology, as (narrower, broader) numbers of values."""
        return tuple((self._number_of(below), self._number_of(above)) for below, above in self._declared_broader)

    def pairs(self, facet: Facet) -> Pairs | None:
        """Return where values and numbers of a facet are told; None for texts, and where values are items."""
        is_by_name = facet.kind is FacetKind.TEXT or facet.name in self.layout.item_valued
        return None if is_by_name else (self._links if facet.kind.is_linked else self._numbers)[facet.iri]

    def has_value(self, facet: Facet, label: str) -> bool:
        """Whether a value of that name was told of, or is declared."""
        return f"{facet.folder}{slug(label)}" in self._values or (facet.folder, slug(label)) in self._concepts

    def has_concept(self, facet: Facet, label: str) -> bool:
        """Whether the ontology declares a value of that name."""
        return (facet.folder, slug(label)) in self._concepts

    def broader(self, narrower: int, broader: int) -> None:
        """Tell that one value lies below another."""
        self._broader.add(narrower, broader)

    def number(self, item: str, facet: Facet, value: str | float) -> None:
        """Tell a number; raises ValueError when it is none."""
        self._numbers[facet.iri].add(self.items[item], float(value))

    def has_number(self, item: str, facet: Facet) -> bool:
        """Whether a number was told of the item."""
        return self._numbers[facet.iri].has(self.items[item])

    def date(self, item: str, facet: Facet, text: str) -> None:
        """Tell a date, as ISO 8601; raises ValueError when it is none."""
        self._numbers[facet.iri].add(self.items[item], day_number(text))

    def text(self, item: str, facet: Facet, text: str) -> None:
        """Tell a text; nothing if it is empty."""
        self.identifier(item, facet.iri, text)

    def identifier(self, item: str, iri: str, text: str) -> None:
        """Tell what an item is called in another collection."""
        if text := clean(text):
            self._texts.setdefault(iri, _Texts()).add(self.items[item], text)

    def user_fact(self, user: str, fact: str, value: str | float) -> None:
        """Tell something about a user, nothing if it is empty; of a list, tell each value."""
        if isinstance(value, str) and not (value := clean(value)):
            return
        iri = to_iri(USER_FACT, fact)
        if iri.startswith(USER_FACT):
            who = normal_id(self.ontology.base, f"user/{user}").removeprefix("user/")
            self._users[who, to_id(USER_FACT, iri), value] = None

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
        elif facet.kind is FacetKind.NUMBER:
            self.number(item, facet, text)
        elif facet.kind is FacetKind.DATE:
            self.date(item, facet, text)
        else:
            self.text(item, facet, text)


def _array(numbers: array[Any]) -> NDArray[Any]:
    """Return the numbers as an array that shares their memory."""
    return np.frombuffer(numbers, dtype=f"{numbers.typecode}") if numbers else np.empty(0, dtype=numbers.typecode)


def _known_concepts(store: GraphStore, base: str) -> dict[tuple[str, str], str]:
    """Return (folder, slug) → id for the concepts an ontology declares; own names win over other names."""
    found: dict[tuple[str, str], str] = {}
    for iri in (*LABELS, *ALIASES):
        query = f"SELECT ?node ?label {{ ?node a <{CONCEPT}> ; ?property ?label }}"
        rows = [(node, label) for node, label in store.select(query, property=ox.NamedNode(iri)) if label is not None]
        for node, label in sorted(rows, key=lambda row: str(row[0])):
            if isinstance(node, ox.NamedNode):
                entity = to_id(base, node.value)
                found.setdefault((entity.partition("/")[0] + "/", slug(label.value)), entity)
    return found


def _declared_broader(store: GraphStore, base: str) -> tuple[tuple[str, str], ...]:
    rows = store.select(f"SELECT ?narrower ?broader {{ ?narrower <{BROADER}> ?broader }}")
    told = ((to_id(base, below.value), to_id(base, above.value)) for below, above in rows if below and above)
    return tuple(sorted(told))
