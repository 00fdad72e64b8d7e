"""The items of a graph as a table, for spreadsheets; the way back is an import with the graph's own ontology.

A table holds the items and what they have, not what values are (their other names, what lies below what) nor users.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import pyoxigraph as ox

from kgrec.domain import FacetKind
from kgrec.errors import DataError
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.vocabulary import KGREC

if TYPE_CHECKING:
    from kgrec.graph.knowledge import KnowledgeGraph

ID: Final = "id"
LABEL: Final = "label"

Cell = Callable[[int], str]


def table(kg: KnowledgeGraph) -> bytes:
    """Return one row an item as CSV (UTF-8): id, label, and a column a facet, named as rules name it.

    Several values of a cell stand between the ontology's separator; a value is called by its label, an item by its id.

    Raises:
        DataError: what a table cannot hold: a facet called as ids or labels are, an id with spaces around it, a value
            whose label holds the separator.
    """
    columns = dict(_columns(kg))
    for name in columns.keys() & {ID, LABEL}:
        raise DataError(f"the facet {name!r} would take the place of the column {name!r}; export as turtle")
    text = io.StringIO()
    out = csv.writer(text)  # lines end as RFC 4180 has it; cells with either half of that are quoted
    out.writerow((ID, LABEL, *columns))
    for item in range(kg.n_items):
        name = kg.entity_ids[item]
        if name != name.strip() or "\0" in name:
            raise DataError(
                f"the id {name!r} cannot stand in a table, whose cells have no spaces around; export as turtle"
            )
        out.writerow((name, kg.labels[item], *(cell(item) for cell in columns.values())))
    return text.getvalue().encode()


def table_ontology(kg: KnowledgeGraph) -> Iterator[ox.Triple]:
    """Yield the triples of the ontology, with what reading the table needs to know besides."""
    yield from ontology_triples(kg.ontology)
    for name in kg.links:
        if _has_items(kg, name):
            facet = ox.NamedNode(kg.facet(name).iri)
            yield ox.Triple(facet, ox.NamedNode(f"{KGREC}valuesAreItems"), ox.Literal(True))  # noqa: FBT003  (a literal)


def _columns(kg: KnowledgeGraph) -> Iterator[tuple[str, Cell]]:
    for facet in kg.ontology.facets:
        if facet.name in kg.links:
            yield facet.name, _linked(kg, facet.name)
        elif facet.name in kg.numbers:
            yield facet.name, _numeric(kg, facet.name, facet.kind)
        elif facet.name in kg.texts:
            yield facet.name, kg.texts[facet.name].__getitem__


def _has_items(kg: KnowledgeGraph, facet: str) -> bool:
    """Whether the values of a facet are items."""
    values = kg.links[facet].indices
    return bool(len(values)) and int(values.max()) < kg.n_items


def _linked(kg: KnowledgeGraph, facet: str) -> Cell:
    matrix, separator = kg.links[facet], kg.ontology.separator
    names = kg.entity_ids if _has_items(kg, facet) else kg.labels

    def cell(item: int) -> str:
        row = slice(matrix.indptr[item], matrix.indptr[item + 1])
        values = [
            names[value] for value, strength in zip(matrix.indices[row], matrix.data[row], strict=True) if strength >= 1
        ]
        torn = [value for value in values if separator and separator in value]
        if torn or (len(values) > 1 and not separator):
            raise DataError(
                f"{facet} of {kg.label(item)!r}: {(torn or values)[0]!r} cannot stand in a table whose values are "
                f"separated by {separator!r}; export as turtle, or declare another kgrec:separator"
            )
        return separator.join(values)

    return cell


def _numeric(kg: KnowledgeGraph, facet: str, kind: FacetKind) -> Cell:
    column = kg.numbers[facet]

    def cell(item: int) -> str:
        value = float(column[item])
        if np.isnan(value):
            return ""
        if kind is FacetKind.DATE:
            return str(np.datetime64(int(value), "D"))
        return str(int(value)) if value.is_integer() else repr(value)

    return cell
