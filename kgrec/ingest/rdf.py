"""RDF of any origin becomes a graph: a file, or an rdflib graph somebody has.

A graph that declares a kgrec:Domain is read as it says; for any other the domain is inferred. Nothing is fetched while
parsing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.errors import DataError
from kgrec.graph.compile import compile_graph
from kgrec.graph.event_kinds import event_kind
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.knowledge import KnowledgeGraph
from kgrec.graph.ontology_inference import infer_ontology
from kgrec.graph.ontology_reader import has_domain, read_ontology
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.people import People
from kgrec.graph.store import EmbeddedStore, GraphStore, RdflibStore, serialize
from kgrec.graph.vocabulary import CONTEXT, KGREC, RDF, to_id
from kgrec.ingest.datasets import ONTOLOGY, finish, locate, new_dataset, write_interactions
from kgrec.ingest.fact_files import write_triples
from kgrec.ingest.people import write_people
from kgrec.ingest.shapes import check_shapes, named_by
from kgrec.progress import Progress, silent
from kgrec.ties import Tie, TieKind

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    from kgrec.domain import Ontology
    from kgrec.ingest.endpoint import Endpoint

_STEPS: Final = 3
_READING: Final = "reading the graph"
_KINDS: Final = ", ".join(f"<{KGREC}{kind}>" for kind in ("Domain", "Facet", "Identifier"))
SUFFIXES: Final = {
    ".ttl": "turtle",
    ".turtle": "turtle",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".n3": "n3",
}
"""File suffix → format."""


def graph_from_rdf(source: str | Path | rdflib.Graph, *, name: str = "") -> KnowledgeGraph:
    """Return the graph in an RDF file or an rdflib graph.

    Raises:
        DataError: an unknown suffix, an unreadable file, a mistake in it (file:line:column), or no items.
        OntologyError: the domain it declares makes no sense.
    """
    store = open_rdf(source)
    ontology = read_ontology(store) if has_domain(store) else infer_ontology(store, name)
    graph = compile_graph(store, ontology, read_rdf_interactions(store, ontology), name=name)
    ties = read_rdf_ties(store, ontology)
    if not ties:
        return graph
    graph = replace(graph, people=People.of_ties(ties))
    return replace(graph, fingerprint=fingerprint_of(graph))


def open_rdf(source: str | Path | rdflib.Graph) -> GraphStore:
    """Return a store with the triples of a file, or over an rdflib graph; raises DataError."""
    if not isinstance(source, str | Path):
        return RdflibStore(source)
    path = Path(source)
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{path}: cannot tell the RDF format from its name; known are {', '.join(SUFFIXES)}")
    store = EmbeddedStore()
    store.bulk_load(path, SUFFIXES[path.suffix.lower()])
    return store


def read_rdf_interactions(store: GraphStore, ontology: Ontology) -> InteractionTable | None:
    """Return the kgrec:Interaction nodes of a graph, in the order of their ids; None if there are none."""
    ordered = _nodes(store, "Interaction", ("user", "item"))
    if not ordered:
        return None
    context = sorted({key for row in ordered for key in row if key.startswith(CONTEXT)})
    try:
        ratings = np.array([float(row.get(f"{KGREC}rating", "nan")) for row in ordered])
        times = np.array([int(float(row.get(f"{KGREC}time", "0"))) for row in ordered], dtype=np.int64)
        amounts = np.array([float(row.get(f"{KGREC}amount", "nan")) for row in ordered])
    except ValueError as error:
        raise DataError(f"a kgrec:Interaction has a rating, time or amount that is no number: {error}") from None
    return InteractionTable(
        users=[to_id(ontology.base, row[f"{KGREC}user"]).removeprefix("user/") for row in ordered],
        items=[to_id(ontology.base, row[f"{KGREC}item"]) for row in ordered],
        ratings=ratings,
        times=times,
        kinds=[event_kind(row.get(f"{KGREC}event", "")) for row in ordered],
        amounts=amounts,
        context={to_id(CONTEXT, key): [row.get(key, "") for row in ordered] for key in context},
    )


def read_rdf_ties(store: GraphStore, ontology: Ontology) -> list[tuple[str, Tie]]:
    """Return the kgrec:Tie nodes of a graph as (user, tie), in the order of their ids; raises DataError."""
    found = []
    for row in _nodes(store, "Tie", ("user", "knows")):
        user, person = (to_id(ontology.base, row[KGREC + side]).removeprefix("user/") for side in ("user", "knows"))
        kind = row.get(f"{KGREC}tieKind", TieKind.FRIEND.value)
        if kind not in set(TieKind):
            raise DataError(f"the kgrec:tieKind of {user!r} to {person!r} is {kind!r}; write {', '.join(TieKind)}")
        found.append((user, Tie(person, TieKind(kind), row.get(f"{KGREC}mayBeNamed") == "true")))
    return found


def _nodes(store: GraphStore, kind: str, needed: tuple[str, str]) -> list[dict[str, str]]:
    """Return what is said of each node of a kgrec class, property → value, in the order of their ids."""
    rows: dict[str, dict[str, str]] = {}
    for node, property_, value in store.select(
        f"SELECT ?node ?property ?value {{ ?node a <{KGREC}{kind}> ; ?property ?value }}"
    ):
        assert node is not None
        assert property_ is not None
        assert value is not None
        rows.setdefault(node.value, {})[property_.value] = value.value
    for name in needed:
        if any(KGREC + name not in row for row in rows.values()):
            raise DataError(f"a kgrec:{kind} has no kgrec:{name}; every one needs {' and '.join(needed)}")
    return [rows[node] for node in sorted(rows, key=lambda node: (len(node), node))]


def import_rdf(
    source: Path | Endpoint,
    name: str | None = None,
    progress: Progress | None = None,
    shapes: Path | None = None,
    language: str = "",
) -> Path:
    """Make a data set of an RDF file or of what lies behind an endpoint, in place of one of that name.

    The ontology, declared or inferred, is written out as ontology.ttl, to be improved by hand.

    Args:
        source: what to read.
        name: of the data set; by default that of the file.
        progress: told of each step.
        shapes: SHACL shapes (Turtle); data that does not fit them is refused, and facets that they name (sh:name) or
            order (sh:order) are called and ordered so, unless the data declares its own.
        language: whose labels and texts are read where there are several, as a tag of BCP 47; by default the one the
            data declares, or English.

    Returns:
        The folder of the data set.

    Raises:
        DataError, OntologyError: see ``graph_from_rdf``; also data that does not fit its shapes.
        StoreError: the endpoint fails.
    """
    tell = progress or silent
    if isinstance(source, Path):
        name, origin = name or source.stem, {"kind": "rdf", "path": str(source)}
    else:
        name, origin = name or "", source.origin()
    with new_dataset(name, origin) as folder:
        tell(_READING, 0, _STEPS)
        store: GraphStore
        if isinstance(source, Path):
            store = open_rdf(source)
        else:
            store = source.copy(lambda asked: tell(f"{_READING}: {asked:,} nodes", 0, _STEPS))
        if shapes is not None:
            check_shapes(store, shapes)
        declared = has_domain(store)
        ontology = read_ontology(store) if declared else named_by(shapes, infer_ontology(store, name))
        tell("writing the data set", 1, _STEPS)
        own = _declarations(store) if declared else ontology_triples(ontology)
        if language:
            ontology, own = _in_language(ontology, own, language)
        (folder / ONTOLOGY).write_bytes(serialize(own, "turtle"))
        log = read_rdf_interactions(store, ontology)
        if log is not None:
            write_interactions(folder, log)
        write_people(folder, read_rdf_ties(store, ontology))
        told = f"SELECT ?node {{ ?node a ?kind FILTER(?kind IN (<{KGREC}Interaction>, <{KGREC}Tie>)) }}"
        apart = {triple.subject for triple in own} | {row[0] for row in store.select(told)}
        write_triples(folder, (triple for triple in store.triples() if triple.subject not in apart))
        tell("compiling the graph", 2, _STEPS)
        finish(folder, name)
    tell("compiling the graph", _STEPS, _STEPS)
    return locate(name)


def _in_language(ontology: Ontology, own: list[ox.Triple], language: str) -> tuple[Ontology, list[ox.Triple]]:
    """Return an ontology and its triples with another language."""
    import pyoxigraph as ox

    try:
        ox.Literal("", language=language)
    except ValueError as error:
        raise DataError(f"{language!r} is no language tag ({error}); write one like de or pt-BR") from error
    (domain,) = (triple.subject for triple in own if triple.object == ox.NamedNode(f"{KGREC}Domain"))
    said = ox.NamedNode(f"{KGREC}language")
    kept = [triple for triple in own if (triple.subject, triple.predicate) != (domain, said)]
    return replace(ontology, language=language), [*kept, ox.Triple(domain, said, ox.Literal(language))]


def _declarations(store: GraphStore) -> list[ox.Triple]:
    """Return the triples of the domain, its facets and identifiers, and of all lists (the orders of values)."""
    query = f"SELECT ?node {{ {{ ?node a ?kind FILTER(?kind IN ({_KINDS})) }} UNION {{ ?node <{RDF}first> ?any }} }}"
    nodes = {row[0] for row in store.select(query)}
    return [triple for triple in store.triples() if triple.subject in nodes]
