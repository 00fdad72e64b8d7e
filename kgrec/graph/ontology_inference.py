"""Make an ontology for data that has none, from what its properties look like.

Wrong guesses are cheap: the result can be written out as text, corrected and imported again. What decides: links to
nodes are categories when values repeat and entities when they hardly do; literals go by their datatype, strings by how
many different ones there are and how long they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph.facts import minutes_of
from kgrec.graph.store import GraphStore, Term
from kgrec.graph.vocabulary import (
    ALIASES,
    BROADER,
    HIDDEN,
    ITEMS_BASE,
    KGREC,
    LABELS,
    RDF,
    RDFS,
    SKOS,
    TYPE,
    XSD,
    local_name,
)
from kgrec.text import fold

TEXT_LENGTH: Final = 60
"""Strings that are longer on average are texts to read, not values to share."""
FEW_VALUES: Final = 20
"""So many different values are a vocabulary, however few items there are."""

_NUMBERS: Final = (
    "integer",
    "decimal",
    "double",
    "float",
    "int",
    "long",
    "nonNegativeInteger",
    "positiveInteger",
    "short",
)
_DATES: Final = ("date", "dateTime", "gYear", "gYearMonth", "dateTimeStamp")
_NO_FACETS: Final = frozenset(
    {*LABELS, *ALIASES, HIDDEN, BROADER, TYPE, f"{RDFS}comment", f"{SKOS}inScheme", f"{KGREC}position"}
)
_INSTANCES: Final = f"SELECT ?item {{ ?item <{TYPE}> ?class }}"
_NO_ITEMS: Final = (RDF, RDFS, SKOS, KGREC, "http://www.w3.org/2002/07/owl#")


def plain_facet(
    name: str, kind: FacetKind, *, iri: str, columns: tuple[str, ...] = (), order: tuple[str, ...] = ()
) -> Facet:
    """Return a facet whose words are made from its name, to be improved by whoever knows the domain."""
    label = name.replace("_", " ")
    less, more = ("earlier", "later") if kind is FacetKind.DATE else ("less", "more")
    plural = label if label.endswith("s") else f"{label[:-1]}ies" if re.search("[^aeiou]y$", label) else f"{label}s"
    return Facet(
        name=name,
        iri=iri,
        kind=kind,
        label=label,
        plural=plural,
        columns=columns or (name,),
        question=f"Which {label} would you like?" if kind.is_linked else "",
        affirm=f"Do you like {label} {{value}}?" if kind.is_linked else "",
        phrase=f"{label}: {{value}}",
        less=f"{less} {label}" if kind.is_numeric else "",
        more=f"{more} {label}" if kind.is_numeric else "",
        order=order,
        weight=0.0 if kind.is_numeric else 1.0,
    )


def facet_name(word: str) -> str:
    """Return a valid facet name for a column or property, "" if it has no letters.

    >>> facet_name("Runtime (min)"), facet_name("countryOfOrigin")
    ('runtime_min', 'country_of_origin')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)
    name = re.sub(r"\W+", "_", fold(spaced)).strip("_")
    return f"n{name}" if name[:1].isdigit() else name


def string_kind(values: Sequence[str], n_items: int) -> FacetKind:
    """Return the kind of a facet with these values (one entry an occurrence) over so many items."""
    if not values:
        return FacetKind.CATEGORY
    distinct = len(set(values))
    if sum(map(len, values)) / len(values) > TEXT_LENGTH:
        return FacetKind.TEXT
    repeated = distinct <= max(FEW_VALUES, n_items // 10) or len(values) >= 2 * distinct
    return FacetKind.CATEGORY if repeated else FacetKind.ENTITY


def infer_ontology(store: GraphStore, name: str) -> Ontology:
    """Return an ontology for a graph without one.

    Items are the instances of the class that has most of them, classes of RDF's own vocabularies and classes of values
    aside. Facets are the items' properties, in alphabetical order of their names.

    Raises:
        DataError: nothing in the graph has a class.
    """
    item_class = _item_class(store)
    query = f"SELECT ?property ?value {{ ?item <{TYPE}> ?class ; ?property ?value }}"
    values: dict[str, list[Term]] = {}
    for property_, value in store.select(query, **{"class": ox.NamedNode(item_class)}):
        assert property_ is not None
        assert value is not None
        if property_.value not in _NO_FACETS:
            values.setdefault(property_.value, []).append(value)
    n_items = sum(1 for _ in store.select(_INSTANCES, **{"class": ox.NamedNode(item_class)}))
    facets: dict[str, Facet] = {}
    for iri in sorted(values, key=lambda iri: (facet_name(local_name(iri)), iri)):
        facet = _named_apart(facet_name(local_name(iri)) or "property", facets)
        facets[facet] = plain_facet(facet, _kind(values[iri], n_items), iri=iri)
        if _are_durations(values[iri]):
            facets[facet] = replace(facets[facet], unit="min", less="shorter", more="longer")
    singular = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local_name(item_class))) or "item"
    return Ontology(
        name=name or "items",
        item_class=item_class,
        base=_common_base(store, item_class),
        singular=singular,
        plural=singular if singular.endswith("s") else f"{singular}s",
        facets=tuple(facets.values()),
    )


def _item_class(store: GraphStore) -> str:
    rows = store.select(f"SELECT ?item ?class {{ ?item <{TYPE}> ?class }}")
    counts = Counter(cls.value for _, cls in rows if cls is not None and not cls.value.startswith(_NO_ITEMS))
    if not counts:
        raise DataError("there are no items: nothing in the graph has a class (rdf:type); give the items one")
    # A class whose instances those of another point at holds values (genres, persons), unless there is no other class.
    query = (
        f"SELECT DISTINCT ?class {{ ?other ?property ?value . ?value <{TYPE}> ?class . ?other <{TYPE}> ?its "
        "FILTER(?its != ?class) }"
    )
    pointed = {cls.value for (cls,) in store.select(query) if cls is not None}
    candidates = {cls: count for cls, count in counts.items() if cls not in pointed} or counts
    return min(candidates, key=lambda cls: (-candidates[cls], cls))


def _named_apart(name: str, taken: dict[str, Facet]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)


def _kind(values: Sequence[Term], n_items: int) -> FacetKind:
    literals = [value for value in values if isinstance(value, ox.Literal)]
    if len(literals) < len(values):
        repeats = len(values) >= 2 * len({value.value for value in values})
        return FacetKind.CATEGORY if repeats else FacetKind.ENTITY
    types = {literal.datatype.value.removeprefix(XSD) for literal in literals}
    if types <= set(_NUMBERS) or _are_durations(literals):
        return FacetKind.NUMBER
    if types <= set(_DATES):
        return FacetKind.DATE
    return string_kind([literal.value for literal in literals], n_items)


def _are_durations(values: Sequence[Term]) -> bool:
    return all(minutes_of(value.value) is not None for value in values)


def _common_base(store: GraphStore, item_class: str) -> str:
    """Return the namespace that most items share, so that their ids are short."""
    bases: Counter[str] = Counter()
    for (item,) in store.select(_INSTANCES, **{"class": ox.NamedNode(item_class)}):
        if isinstance(item, ox.NamedNode):
            bases[re.sub(r"[^/#]*$", "", item.value)] += 1
    return bases.most_common(1)[0][0] if bases else ITEMS_BASE
