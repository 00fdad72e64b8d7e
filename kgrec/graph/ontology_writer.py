"""Write an ontology as triples: the inverse of reading it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kgrec.domain import Facet, Ontology
from kgrec.graph.vocabulary import KGREC, RDF, RDFS, TYPE, XSD

_TYPE = ox.NamedNode(TYPE)
_LABEL = ox.NamedNode(f"{RDFS}label")
_FIRST, _REST, _NIL = (ox.NamedNode(f"{RDF}{name}") for name in ("first", "rest", "nil"))
_WORDS: Final = (
    "name", "plural", "unit", "question", "affirm", "choose", "phrase", "wanted", "refused", "less", "more", "prefix",
)  # fmt: skip
"""The properties of a facet that are one text each, called as its attributes are."""


def ontology_triples(ontology: Ontology) -> list[ox.Triple]:
    """Return the triples that ``read_ontology`` reads back as an equal ontology."""
    domain = ox.NamedNode(f"{ontology.base}domain")
    triples = [ox.Triple(domain, _TYPE, _own("Domain")), ox.Triple(domain, _LABEL, ox.Literal(ontology.name))]
    triples.append(ox.Triple(domain, _own("itemClass"), ox.NamedNode(ontology.item_class)))
    words = {
        name: getattr(ontology, name)
        for name in ("base", "singular", "plural", "separator", "familiar", "unfamiliar", "choose", "loved", "language")
    }
    triples += [ox.Triple(domain, _own(name), ox.Literal(word)) for name, word in words.items() if word]
    triples += [ox.Triple(domain, _own("synonym"), ox.Literal(word)) for word in ontology.synonyms]
    if ontology.qualifier:
        triples.append(ox.Triple(domain, _own("qualifier"), ox.NamedNode(ontology.facet(ontology.qualifier).iri)))
    for position, facet in enumerate(ontology.facets, 1):
        triples += _facet_triples(facet, position)
    return triples


def _facet_triples(facet: Facet, position: int) -> Iterator[ox.Triple]:
    node = ox.NamedNode(facet.iri)
    yield ox.Triple(node, _TYPE, _own("Facet"))
    yield ox.Triple(node, _LABEL, ox.Literal(facet.label))
    yield ox.Triple(node, _own("kind"), _own(facet.kind.value.capitalize()))
    yield ox.Triple(node, _own("position"), ox.Literal(position))
    yield ox.Triple(node, _own("weight"), ox.Literal(repr(float(facet.weight)), datatype=ox.NamedNode(f"{XSD}double")))
    for name in _WORDS:
        if word := getattr(facet, name):
            yield ox.Triple(node, _own(name), ox.Literal(word))
    several = {"column": facet.columns, "cue": facet.cues, "asked": facet.asked, "low": facet.low, "high": facet.high}
    for name, words in several.items():
        for word in words:
            yield ox.Triple(node, _own(name), ox.Literal(word))
    if facet.is_prior:
        yield ox.Triple(node, _own("prior"), ox.Literal(facet.is_prior))
    if facet.is_ceiling:
        yield ox.Triple(node, _own("ceiling"), ox.Literal(facet.is_ceiling))
    if facet.is_controlled:
        yield ox.Triple(node, _own("controlled"), ox.Literal(facet.is_controlled))
    if facet.order:
        cells = [ox.BlankNode() for _ in facet.order]
        yield ox.Triple(node, _own("order"), cells[0])
        ends: list[ox.BlankNode | ox.NamedNode] = [*cells[1:], _NIL]
        for cell, value, rest in zip(cells, facet.order, ends, strict=True):
            yield ox.Triple(cell, _FIRST, ox.Literal(value))
            yield ox.Triple(cell, _REST, rest)


def _own(name: str) -> ox.NamedNode:
    return ox.NamedNode(KGREC + name)
