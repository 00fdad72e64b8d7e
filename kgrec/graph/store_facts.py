"""The facts in a store of triples: one query a property, and no terms come out, only ids and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.facts import SPELT, Facts, Numbers, Words, day_number, minutes_of
from kgrec.graph.store import GraphStore, Term
from kgrec.graph.vocabulary import ALIASES, BROADER, CONCEPT, HIDDEN, KGREC, LABELS, TYPE, USER_FACT, to_id
from kgrec.text import clean, slug

_PAIRS: Final = "SELECT ?node ?value { ?node ?property ?value }"


def read_facts(store: GraphStore, ontology: Ontology) -> Facts:
    """Return what a store tells of instances of the ontology's item class, of values, and of users.

    Raises:
        DataError: a value of an item that is no number or date.
    """
    reader = _Reader(store, ontology)
    items = reader.items()
    linked = {facet.iri: reader.links(facet) for facet in ontology.facets if facet.kind.is_linked}
    numeric = {facet.iri: reader.numbers(facet, items) for facet in ontology.facets if facet.kind.is_numeric}
    written = {facet.iri: reader.texts(facet) for facet in ontology.facets if facet.kind is FacetKind.TEXT}
    names, aliases, broader = reader.names(), reader.aliases(), reader.columns(BROADER)
    concepts = _column(reader.number(node) for node, kind in reader.pairs(TYPE) if kind.value == CONCEPT)
    return Facts(
        entity_ids=tuple(reader.known),
        items=_column(items.values()),
        names=names,
        aliases=aliases,
        links=linked,
        numbers=numeric,
        texts=written,
        broader=broader,
        concepts=concepts,
        users=tuple(reader.users()),
    )


@dataclass(slots=True)
class _Reader:
    """The queries of one reading.

    Attributes:
        known: id → number, of every entity met so far.
        spelt: (number, name) of the literals that stand where values should.
    """

    store: GraphStore
    ontology: Ontology
    known: dict[str, int] = field(default_factory=dict)
    spelt: list[tuple[int, str]] = field(default_factory=list)

    def number(self, term: Term) -> int:
        """Return the number of an entity."""
        return self.known.setdefault(to_id(self.ontology.base, term.value), len(self.known))

    def pairs(self, iri: str) -> Iterator[tuple[Term, Term]]:
        """Go through the statements with a property."""
        for node, value in self.store.select(_PAIRS, property=ox.NamedNode(iri)):
            assert node is not None
            assert value is not None
            yield node, value

    def columns(self, iri: str) -> tuple[Numbers, Numbers]:
        """Return the entities that a property relates."""
        found = [(self.number(node), self.number(value)) for node, value in self.pairs(iri)]
        return _column(node for node, _ in found), _column(value for _, value in found)

    def items(self) -> dict[str, int]:
        """Return the items and their numbers, in order: by kgrec:position where there is one, then by id."""
        found = {node.value: self.number(node) for node, kind in self.pairs(TYPE) if self._is_item(kind)}
        position = {node.value: float(value.value) for node, value in self.pairs(f"{KGREC}position")}
        base = self.ontology.base
        order = sorted(found, key=lambda iri: (position.get(iri, np.inf), to_id(base, iri)))
        return {iri: found[iri] for iri in order}

    def _is_item(self, kind: Term) -> bool:
        return kind.value == self.ontology.item_class

    def _language_rank(self, term: Term) -> int:
        """Return 0 for the ontology's language, then what has none, then English, then any."""
        language = (term.language or "") if isinstance(term, ox.Literal) else ""
        wanted = self.ontology.language.casefold()
        if language == wanted or language.startswith(f"{wanted}-"):
            return 0
        if not language:
            return plain_rank(self.ontology)
        return 2 if language.split("-")[0] == "en" else 3

    def names(self) -> Words:
        """Return what entities are called; to be asked after :meth:`links`, which meets names too."""
        told = [
            (self.number(node), len(LABELS) * self._language_rank(value) + rank, clean(value.value))
            for rank, iri in enumerate(LABELS)
            for node, value in self.pairs(iri)
        ]
        told += [(number, SPELT, name) for number, name in self.spelt]
        return _words(told)

    def aliases(self) -> Words:
        """Return the further names of entities."""
        told = (pair for iri in (*ALIASES, HIDDEN) for pair in self.pairs(iri))
        return _words((self.number(node), 0, clean(value.value)) for node, value in told)

    def links(self, facet: Facet) -> tuple[Numbers, Numbers]:
        """Return which entity has which value; a literal becomes a value of its own."""
        subjects, values = [], []
        for node, value in self.pairs(facet.iri):
            number = self._value(facet, value)
            if number is not None:
                subjects.append(self.number(node))
                values.append(number)
        return _column(subjects), _column(values)

    def _value(self, facet: Facet, value: Term) -> int | None:
        if not isinstance(value, ox.Literal):
            return self.number(value)
        label = clean(value.value)
        if not label:
            return None
        number = self.known.setdefault(f"{facet.folder}{slug(label)}", len(self.known))
        self.spelt.append((number, label))
        return number

    def numbers(self, facet: Facet, items: Mapping[str, int]) -> tuple[Numbers, NDArray[np.float64]]:
        """Return the numbers, days, or minutes of durations that are told of items."""
        read = day_number if facet.kind is FacetKind.DATE else _amount
        subjects, numbers = [], []
        for node, value in self.pairs(facet.iri):
            if node.value not in items:
                continue
            try:
                numbers.append(read(value.value.strip()))
            except ValueError:
                name = to_id(self.ontology.base, node.value)
                raise DataError(f"{facet.name} of {name!r} is {value.value[:80]!r}, which is no {facet.kind}") from None
            subjects.append(items[node.value])
        return _column(subjects), np.array(numbers, dtype=np.float64)

    def texts(self, facet: Facet) -> Words:
        """Return what is said of entities."""
        return _words(
            (self.number(node), self._language_rank(value), clean(value.value)) for node, value in self.pairs(facet.iri)
        )

    def users(self) -> Iterator[tuple[str, str, str | float]]:
        """Go through what is told of users."""
        query = f"SELECT ?user ?fact ?value {{ ?user a <{KGREC}User> ; ?fact ?value }}"
        for user, fact, value in self.store.select(query):
            assert user is not None
            assert fact is not None
            assert value is not None
            if fact.value.startswith(USER_FACT) and clean(value.value):
                who = to_id(self.ontology.base, user.value).removeprefix("user/")
                yield who, to_id(USER_FACT, fact.value), _told(value)


def plain_rank(ontology: Ontology) -> int:
    """Return the rank of a text without a language; the words around labels are English."""
    return 0 if ontology.language.casefold() == "en" else 1


def _amount(text: str) -> float:
    """Return a number, or the minutes of a duration; raises ValueError for anything else."""
    minutes = minutes_of(text)
    return float(text) if minutes is None else minutes


def _told(value: Term) -> str | float:
    if isinstance(value, ox.Literal) and value.datatype.value.endswith(("#double", "#integer", "#decimal", "#float")):
        return float(value.value)
    return clean(value.value)


def _column(numbers: Iterable[int]) -> Numbers:
    return np.array(list(numbers), dtype=np.int32)


def _words(told: Iterable[tuple[int, int, str]]) -> Words:
    kept = [one for one in told if one[2]]
    return Words(
        _column(subject for subject, _, _ in kept),
        tuple(text for _, _, text in kept),
        np.array([rank for _, rank, _ in kept], dtype=np.int16),
    )
