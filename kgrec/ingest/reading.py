"""How the cells of tables are read, as an ontology file says: the inverse of ontology_text.py.

kgrec:Table names a file and how it hangs on the items; a facet says what stands between values, which sign its numbers
have before the decimals, and the like. An ontology without a kgrec:Table is read as csv.py does, strictly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgrec.domain import Ontology
from kgrec.errors import OntologyError
from kgrec.graph.ontology_reader import TableLayout, read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.vocabulary import KGREC
from kgrec.ingest.linking import Join
from kgrec.ingest.tables import Source
from kgrec.text import clean


@dataclass(frozen=True, slots=True)
class Cells:
    """How the cells of one facet are read.

    Attributes:
        separator: between the values of one cell; "" where each is one.
        path: between the levels of a path; "" where there are none.
        decimal: the sign before the decimals.
        truth: what an item is or has whose cell says yes; "" where cells say something else.
        day_first: whether 03/04/2020 is in April.
        times: what numbers are multiplied by.
    """

    separator: str = "|"
    path: str = ""
    decimal: str = "."
    truth: str = ""
    day_first: bool = True
    times: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How tables are read.

    Attributes:
        ontology, layout: of the domain.
        cells: facet → how its cells are read.
        joins: the other tables.
        label_from: how a name is made where no column is one.
        ignored: columns that are left out.
        apart: columns whose cells are added to names that several items have.
    """

    ontology: Ontology
    layout: TableLayout
    cells: dict[str, Cells]
    joins: tuple[Join, ...] = ()
    label_from: str = ""
    ignored: frozenset[str] = field(default_factory=frozenset)
    apart: tuple[str, ...] = ()


def is_for_tables(store: EmbeddedStore) -> bool:
    """Whether an ontology says how files are read, rather than only which column is what."""
    return store.ask(f"ASK {{ ?table a <{KGREC}Table> }}")


def read_reading(store: EmbeddedStore, sources: Sequence[Source]) -> Reading:
    """Return how some tables are read, the first being that of the items.

    Raises:
        OntologyError: it makes no sense, or does not say what a file is.
    """
    ontology = read_ontology(store)
    facets = _properties(store, "Facet")
    cells = {}
    for facet in ontology.facets:
        said = facets.get(facet.iri, {})
        cells[facet.name] = Cells(
            separator=said.get("separator", ontology.separator),
            path=said.get("pathSeparator", ""),
            decimal=said.get("decimal", "."),
            truth=said.get("truth", ""),
            day_first=said.get("dayFirst", "true") in ("true", "1"),
            times=_times(said.get("times", "1"), facet.name),
        )
        if cells[facet.name].decimal not in (".", ","):
            raise OntologyError(f"facet {facet.name!r}: kgrec:decimal is '.' or ','")
    domain = next(iter(_properties(store, "Domain").values()), {})
    joins = _joins(_properties(store, "Table"), sources)
    return Reading(
        ontology,
        read_layout(store),
        cells,
        joins,
        domain.get("labelFrom", ""),
        frozenset(_all(store, "ignoreColumn")),
        tuple(_all(store, "tellApart")),
    )


def _times(text: str, facet: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OntologyError(f"facet {facet!r}: kgrec:times {text!r} is no number") from None


def _all(store: EmbeddedStore, name: str) -> list[str]:
    """Return the values of a property of the domain, in the order of their text."""
    rows = store.select(f"SELECT ?domain ?value {{ ?domain <{KGREC}{name}> ?value }}")
    return sorted(value.value for _, value in rows if value is not None)


def open_ontology(path: Path) -> EmbeddedStore:
    """Return an ontology file as a store; raises DataError at file:line:column."""
    store = EmbeddedStore()
    store.bulk_load(path, "turtle")
    return store


def _properties(store: EmbeddedStore, kind: str) -> dict[str, dict[str, str]]:
    """Return IRI → property → value of all nodes of a class of kgrec's; of several values any."""
    nodes: dict[str, dict[str, str]] = {}
    for node, name, value in store.select(f"SELECT ?node ?name ?value {{ ?node a <{KGREC}{kind}> ; ?name ?value }}"):
        if node is not None and name is not None and value is not None:
            nodes.setdefault(node.value, {})[name.value.removeprefix(KGREC)] = value.value
    return nodes


def _joins(tables: dict[str, dict[str, str]], sources: Sequence[Source]) -> tuple[Join, ...]:
    """Return the tables beside that of the items, in the order in which they were given."""
    joins = []
    declared = {said.get("file", ""): said for said in tables.values()}
    for source in sources[1:]:
        said = declared.get(clean(source.file))
        if said is None or "key" not in said:
            known = ", ".join(repr(name) for name, one in declared.items() if "key" in one) or "none"
            raise OntologyError(
                f"the ontology does not say what {source.file} is; the tables it knows beside that of the items: "
                f"{known}. Add a kgrec:Table with its kgrec:file and kgrec:key"
            )
        joins.append(Join(source, said["key"], said.get("via", ""), said.get("labelColumn", "")))
    given = {clean(source.file) for source in sources[1:]}
    missing = [name for name, said in declared.items() if "key" in said and name not in given]
    if missing:
        raise OntologyError(f"the ontology reads {', '.join(missing)} too; give it after {sources[0].file}")
    return tuple(joins)
