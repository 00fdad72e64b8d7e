"""The border between rdflib's terms and pyoxigraph's: the only file that knows both.

Everything inside the graph layer speaks pyoxigraph; rdflib is what callers bring and take away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib

from kgrec.errors import DataError

if TYPE_CHECKING:
    from rdflib.term import Node

    from kgrec.graph.store import Term


def to_rdflib(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Return the same term as rdflib's."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == str(rdflib.XSD.string):
        return rdflib.Literal(term.value)  # rdflib holds "a" and "a"^^xsd:string for two terms, RDF 1.1 for one
    # Without normalize=False rdflib would turn "01" into "1", and the triple could not be removed again.
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def from_rdflib(term: Node) -> Term:
    """Return the same term as pyoxigraph's; raises DataError for an IRI or language tag that is not valid."""
    try:
        if isinstance(term, rdflib.URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, rdflib.BNode):
            return ox.BlankNode(str(term))
        if isinstance(term, rdflib.Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            if term.datatype is not None:
                return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
            return ox.Literal(str(term))
    except ValueError as error:
        raise DataError(f"the rdflib graph holds {term!r}, which is not valid RDF: {error}") from error
    raise DataError(f"the rdflib graph holds {term!r}, which is no IRI, blank node or literal")


def triple_to_rdflib(triple: ox.Triple) -> tuple[Any, Any, Any]:
    """Return the same triple as rdflib's; subject and object may not be triples themselves."""
    subject, predicate, value = triple
    return to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)


def triple_from_rdflib(triple: tuple[Any, Any, Any]) -> ox.Triple:
    """Return the same triple as pyoxigraph's; raises DataError for terms that are not RDF."""
    subject, predicate, value = (from_rdflib(term) for term in triple)
    return ox.Triple(subject, predicate, value)  # type: ignore[arg-type]
