"""The IRIs kgrec reads and writes, and how ids become IRIs and back.

Outside the store an entity is named by its id: the IRI without the base of its domain, so that a title's id stays short
and an id from anybody's table (spaces, signs, other scripts) is still a valid IRI inside. An id that is an IRI already
stays as it is.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

KGREC: Final = "https://w3id.org/kgrec#"
USER_FACT: Final = "https://w3id.org/kgrec/user/"
CONTEXT: Final = "https://w3id.org/kgrec/context/"
ITEMS_BASE: Final = "https://w3id.org/kgrec/items/"  # of graphs that declare no base of their own
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "https://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

TYPE: Final = f"{RDF}type"
BROADER: Final = f"{SKOS}broader"
CONCEPT: Final = f"{SKOS}Concept"
LABELS: Final = (f"{SKOS}prefLabel", f"{RDFS}label", f"{SCHEMA}name", "http://schema.org/name")  # the best first
HIDDEN: Final = f"{SKOS}hiddenLabel"  # what people call it, which is neither shown nor looked for in tables
ALIASES: Final = (f"{SKOS}altLabel", f"{SCHEMA}alternateName", "http://schema.org/alternateName")

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?://[^\s<>\"{}|\\^`/%][^\s<>\"{}|\\^`%]*|[^\s<>\"{}|\\^`/%]+)")
_SCHEMES: Final = ("http:", "https:", "urn:", "tag:")
_KEPT: Final = "-._~!$&'()*+,;=:@/"


@lru_cache(maxsize=65_536)
def to_iri(base: str, entity: str) -> str:
    """Return the IRI of the id ``entity`` below ``base``; an id that is an absolute IRI already is its own.

    >>> to_iri("https://example.org/", "genre/science fiction")
    'https://example.org/genre/science%20fiction'
    """
    if entity.lower().startswith(_SCHEMES) and _IRI.fullmatch(entity) and entity.isascii():
        return entity
    return base + quote(entity, safe=_KEPT, errors="replace")


@lru_cache(maxsize=65_536)
def to_id(base: str, iri: str) -> str:
    """Return the id of an IRI: the part after ``base``, or the IRI itself if it is not below it."""
    return unquote(iri[len(base) :]) if iri.startswith(base) and len(iri) > len(base) else iri


def normal_id(base: str, entity: str) -> str:
    """Return an id as it comes back from being an IRI: one that is an IRI below ``base`` is what follows that.

    >>> normal_id("https://example.org/", "https://example.org/a"), normal_id("https://example.org/", "a b")
    ('a', 'a b')
    """
    is_plain = entity.isascii() and not entity.lower().startswith(_SCHEMES)
    return entity if is_plain else to_id(base, to_iri(base, entity))


def local_name(iri: str) -> str:
    """Return the part of an IRI after the last ``/``, ``#`` or ``:``, readable.

    >>> local_name("http://example.org/vocab#Science_Fiction")
    'Science Fiction'
    """
    return unquote(re.split(r"[/#:]", iri.rstrip("/#:"))[-1]).replace("_", " ") or iri
