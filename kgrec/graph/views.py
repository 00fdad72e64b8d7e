"""The graph as others want to see it: RDF for rdflib, a MultiDiGraph for networkx, and files.

Views are made from the arrays, so they show exactly what recommendations are made of. The RDF carries its ontology and
reads back as an equal graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
import pyoxigraph as ox

from kgrec.domain import FacetKind
from kgrec.errors import DataError
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.store import EmbeddedStore, GraphStore, serialize
from kgrec.graph.table import table, table_ontology
from kgrec.graph.vocabulary import BROADER, CONCEPT, CONTEXT, KGREC, RDFS, SKOS, TYPE, USER_FACT, XSD, to_iri
from kgrec.resources import write_atomic

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kgrec.graph.knowledge import KnowledgeGraph

FORMATS: Final = ("turtle", "nt", "jsonld", "graphml", "csv", "ontology")
"""What ``write`` writes; "ontology" is what the domain declares alone (Turtle), which reads the table again."""

_TYPE = ox.NamedNode(TYPE)
_INTERACTION: Final = ("Interaction", "user", "item", "rating", "time", "event", "amount")
_DATE = ox.NamedNode(f"{XSD}date")


# --- RDF --------------------------------------------------------------------------------------------------------------


def to_rdflib(kg: KnowledgeGraph, *, interactions: bool = False) -> rdflib.Graph:
    """Return the graph with its ontology as an rdflib graph; ``interactions`` adds a node for each, and each tie."""
    import rdflib

    from kgrec.graph.rdflib_border import triple_to_rdflib

    graph = rdflib.Graph()
    for triple in graph_triples(kg, interactions=interactions):
        graph.add(triple_to_rdflib(triple))
    return graph


def to_store(kg: KnowledgeGraph, *, interactions: bool = False) -> GraphStore:
    """Return the graph with its ontology in a store of its own, for SPARQL."""
    store = EmbeddedStore()
    store.add_batch(graph_triples(kg, interactions=interactions))
    return store


def graph_triples(kg: KnowledgeGraph, *, interactions: bool = False) -> Iterator[ox.Triple]:
    """Yield the triples of the ontology and the graph; links that only the hierarchy implies are left out."""
    yield from ontology_triples(kg.ontology)
    nodes = [ox.NamedNode(to_iri(kg.ontology.base, entity)) for entity in kg.entity_ids]
    yield from _name_triples(kg, nodes)
    for name, matrix in kg.links.items():
        predicate = ox.NamedNode(kg.facet(name).iri)
        for item, value, strength in zip(*_cells(matrix), strict=True):
            if strength >= 1:
                yield ox.Triple(nodes[item], predicate, nodes[value])
    for name, column in kg.numbers.items():
        facet = kg.facet(name)
        predicate = ox.NamedNode(facet.iri)
        for row in np.flatnonzero(~np.isnan(column)).tolist():
            yield ox.Triple(nodes[row], predicate, number_literal(column[row], facet.kind))
    for name, texts in kg.texts.items():
        predicate = ox.NamedNode(kg.facet(name).iri)
        yield from (
            ox.Triple(node, predicate, ox.Literal(text)) for node, text in zip(nodes, texts, strict=False) if text
        )
    yield from _user_triples(kg)
    if interactions:
        yield from _interaction_triples(kg, nodes)
        yield from _tie_triples(kg)


def _cells(matrix: Any) -> tuple[list[int], list[int], list[float]]:
    triplets = matrix.tocoo()
    return triplets.row.tolist(), triplets.col.tolist(), triplets.data.tolist()


def _name_triples(kg: KnowledgeGraph, nodes: Sequence[ox.NamedNode]) -> Iterator[ox.Triple]:
    label, alias = ox.NamedNode(f"{RDFS}label"), ox.NamedNode(f"{SKOS}altLabel")
    item_class, position = ox.NamedNode(kg.ontology.item_class), ox.NamedNode(f"{KGREC}position")
    for number, node in enumerate(nodes):
        if number < kg.n_items:
            yield ox.Triple(node, _TYPE, item_class)
            yield ox.Triple(node, position, ox.Literal(number + 1))
        yield ox.Triple(node, label, ox.Literal(kg.labels[number]))
    for number in sorted({value for unused in kg.unused.values() for value in unused}):
        yield ox.Triple(nodes[number], _TYPE, ox.NamedNode(CONCEPT))
    for entity, names in kg.aliases.items():
        yield from (ox.Triple(nodes[kg.index(entity)], alias, ox.Literal(name)) for name in names)
    for value, parents in kg.broader.items():
        for parent in parents:
            above = ox.NamedNode(to_iri(kg.ontology.base, parent))
            yield ox.Triple(nodes[kg.index(value)], ox.NamedNode(BROADER), above)


def number_literal(value: float, kind: FacetKind) -> ox.Literal:
    """Return a number of a facet as RDF: a day as a date, a whole number as an integer."""
    if kind is FacetKind.DATE:
        return ox.Literal(str(np.datetime64(int(value), "D")), datatype=_DATE)
    return ox.Literal(int(value)) if float(value).is_integer() else ox.Literal(float(value))


def _user_triples(kg: KnowledgeGraph) -> Iterator[ox.Triple]:
    for user, facts in kg.user_facts.items():
        node = ox.NamedNode(to_iri(kg.ontology.base, f"user/{user}"))
        yield ox.Triple(node, _TYPE, ox.NamedNode(f"{KGREC}User"))
        for fact, value in facts.items():
            predicate = ox.NamedNode(to_iri(USER_FACT, fact))
            for part in value if isinstance(value, tuple) else (value,):
                yield ox.Triple(node, predicate, ox.Literal(part))


def _interaction_triples(kg: KnowledgeGraph, nodes: Sequence[ox.NamedNode]) -> Iterator[ox.Triple]:
    log = kg.interactions
    names = {name: ox.NamedNode(KGREC + name) for name in _INTERACTION}
    users = [ox.NamedNode(to_iri(kg.ontology.base, f"user/{user}")) for user in log.user_ids]
    for row in range(len(log)):
        node = ox.NamedNode(to_iri(kg.ontology.base, f"interaction/{row + 1}"))
        yield ox.Triple(node, _TYPE, names["Interaction"])
        yield ox.Triple(node, names["user"], users[log.users[row]])
        yield ox.Triple(node, names["item"], nodes[log.items[row]])
        if not np.isnan(log.ratings[row]):
            yield ox.Triple(node, names["rating"], ox.Literal(float(log.ratings[row])))
        if log.times[row]:
            yield ox.Triple(node, names["time"], ox.Literal(int(log.times[row])))
        if log.kinds.size and log.kinds[row]:
            yield ox.Triple(node, names["event"], ox.Literal(log.kind_names[log.kinds[row]]))
        if log.amounts.size and not np.isnan(log.amounts[row]):
            yield ox.Triple(node, names["amount"], ox.Literal(float(log.amounts[row])))
        for name, column in log.context.items():
            if column[row]:
                yield ox.Triple(node, ox.NamedNode(to_iri(CONTEXT, name)), ox.Literal(column[row]))


def _tie_triples(kg: KnowledgeGraph) -> Iterator[ox.Triple]:
    names = {name: ox.NamedNode(KGREC + name) for name in ("Tie", "user", "knows", "tieKind", "mayBeNamed")}
    number = 0
    for user in kg.people.ids:
        for tie in kg.people.of(user):
            number += 1
            node = ox.NamedNode(to_iri(kg.ontology.base, f"tie/{number}"))
            yield ox.Triple(node, _TYPE, names["Tie"])
            for side, person in (("user", user), ("knows", tie.person)):
                yield ox.Triple(node, names[side], ox.NamedNode(to_iri(kg.ontology.base, f"user/{person}")))
            yield ox.Triple(node, names["tieKind"], ox.Literal(tie.kind.value))
            yield ox.Triple(node, names["mayBeNamed"], ox.Literal(tie.is_named))


# --- networkx ---------------------------------------------------------------------------------------------------------


def to_networkx(kg: KnowledgeGraph, around: str | Sequence[str] | None = None, hops: int = 1) -> nx.MultiDiGraph[str]:
    """Return the graph, or what lies within ``hops`` links of one or more entities (links taken either way).

    Nodes are entity ids with ``label``, ``kind`` ("item" or the facet) and an item's numbers; edges carry ``facet`` and
    ``weight``, those of the hierarchy the facet "broader".

    Raises:
        UnknownEntityError: ``around`` names something that is not there.
    """
    import networkx as nx

    starts = [around] if isinstance(around, str) else list(around or ())
    kept = _within(kg, [kg.index(start) for start in starts], hops) if starts else np.ones(kg.n_entities, dtype=bool)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=kg.name)
    for number in np.flatnonzero(kept).tolist():
        graph.add_node(kg.entity_ids[number], **_node(kg, number))
    for name, matrix in kg.links.items():
        for row, column, strength in zip(*_cells(matrix), strict=True):
            if strength >= 1 and kept[row] and kept[column]:
                graph.add_edge(kg.entity_ids[row], kg.entity_ids[column], facet=name, weight=kg.facet(name).weight)
    for value, parents in kg.broader.items():
        for parent in parents:
            if value in graph and parent in graph:
                graph.add_edge(value, parent, facet="broader", weight=1.0)
    return graph


def _node(kg: KnowledgeGraph, number: int) -> dict[str, Any]:
    facets = kg.facets_of(number)
    kind = "item" if number < kg.n_items else facets[0].name if facets else "value"
    node: dict[str, Any] = {"label": kg.label(number), "kind": kind}
    if number < kg.n_items:
        node |= {name: float(column[number]) for name, column in kg.numbers.items() if not np.isnan(column[number])}
    return node


def _within(kg: KnowledgeGraph, starts: Sequence[int], hops: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which entities lie within that many links, shape (n_entities,)."""
    reached = np.zeros(kg.n_entities, dtype=bool)
    reached[list(starts)] = True
    for _ in range(hops):
        onward = np.zeros(kg.n_entities, dtype=bool)
        for matrix in kg.links.values():
            onward[matrix[np.flatnonzero(reached[: kg.n_items])].indices] = True
            onward[: kg.n_items] |= (matrix @ reached.astype(np.float32)) > 0
        reached |= onward
    return reached


# --- files ------------------------------------------------------------------------------------------------------------


def write(kg: KnowledgeGraph, target: Path | IO[bytes], format: str = "turtle") -> None:  # noqa: A002  (the word of the field)
    """Write the graph to a file, atomically, or to a binary stream; formats are FORMATS.

    Raises:
        DataError: an unknown format, or what cannot be told in a table (see :func:`kgrec.graph.table.table`).
    """
    if format not in FORMATS:
        raise DataError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")
    content = _content(kg, format)
    if isinstance(target, Path):
        write_atomic(target, content)
    else:
        target.write(content)


def _content(kg: KnowledgeGraph, format: str) -> bytes:  # noqa: A002
    match format:
        case "graphml":
            return _graphml(kg)
        case "csv":
            return table(kg)
        case "ontology":
            return serialize(table_ontology(kg), "turtle")
    content = serialize(graph_triples(kg), format)
    if format == "jsonld":
        return json.dumps(json.loads(content), indent=1, ensure_ascii=False).encode()
    return content


def _graphml(kg: KnowledgeGraph) -> bytes:
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(kg))).encode()
