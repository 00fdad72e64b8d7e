"""SHACL shapes that come with somebody's data: what it must be like, and what its properties are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from kgrec.domain import Facet, Ontology
from kgrec.errors import DataError
from kgrec.graph.ontology_inference import facet_name, plain_facet
from kgrec.graph.store import EmbeddedStore, GraphStore

SHACL: Final = "http://www.w3.org/ns/shacl#"
_MOST_SHOWN: Final = 20
_PROPERTIES: Final = (
    f"SELECT ?path ?name ?order {{ ?shape <{SHACL}path> ?path "
    f"OPTIONAL {{ ?shape <{SHACL}name> ?name }} OPTIONAL {{ ?shape <{SHACL}order> ?order }} }}"
)


def check_shapes(store: GraphStore, shapes: Path) -> None:
    """Raise DataError if a graph does not fit some shapes, naming what is wrong."""
    from kgrec.ingest.validate import validate

    problems = validate(store, shapes)
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:_MOST_SHOWN])
        more = f"\n  and {len(problems) - _MOST_SHOWN:,} more" if len(problems) > _MOST_SHOWN else ""
        raise DataError(f"{shapes}: the data does not fit these shapes, nothing is imported\n{shown}{more}")


def named_by(shapes: Path | None, ontology: Ontology) -> Ontology:
    """Return an inferred ontology with the names and the order that shapes give to properties; raises DataError."""
    if shapes is None:
        return ontology
    store = EmbeddedStore()
    store.bulk_load(shapes, "turtle")
    names: dict[str, str] = {}
    orders: dict[str, float] = {}
    for path, name, order in sorted(store.select(_PROPERTIES), key=str):
        if path is None:
            continue
        if name is not None:
            names.setdefault(path.value, name.value)
        if order is not None:
            orders.setdefault(path.value, _number(order.value, shapes))
    facets: dict[str, Facet] = {}
    for facet in ontology.facets:
        wanted = facet_name(names.get(facet.iri, ""))
        taken = {*facets, *(other.name for other in ontology.facets if other is not facet)}
        called = wanted if wanted and wanted not in taken else facet.name
        facets[called] = plain_facet(called, facet.kind, iri=facet.iri)
    ordered = sorted(facets.values(), key=lambda facet: orders.get(facet.iri, float("inf")))
    return replace(ontology, facets=tuple(ordered))


def _number(text: str, shapes: Path) -> float:
    try:
        return float(text)
    except ValueError:
        raise DataError(f"{shapes}: sh:order {text!r} is no number") from None
