"""GraphStore: the triples of one graph, behind six verbs.

RDF is the source of truth, and where it lives is the caller's business: in memory (pyoxigraph, the default, ten times
faster and three times smaller than rdflib's own store), in an ``rdflib.Graph`` somebody already has, or behind a SPARQL
endpoint (kgrec.graph.remote). Terms are pyoxigraph's on both sides. Values enter a query as bindings, never pasted into
its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import pyoxigraph as ox

from kgrec.errors import DataError, StoreError
from kgrec.graph.vocabulary import KGREC, RDFS, SCHEMA, SKOS, XSD

if TYPE_CHECKING:
    import rdflib

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "n3": ox.RdfFormat.N3,
}
"""The formats a store loads, by the names the command line uses."""


class GraphStore(Protocol):
    """Where triples are kept. Queries that cannot be parsed or answered raise StoreError."""

    def select(self, query: str, **bindings: Term) -> Iterator[tuple[Term | None, ...]]:
        """Yield the rows of a SELECT, one term a variable in the order of the query, None where unbound."""
        ...

    def ask(self, query: str, **bindings: Term) -> bool:
        """Answer an ASK."""
        ...

    def bulk_load(self, data: Path | bytes, format: str) -> None:  # noqa: A002  (the word of the field)
        """Add all triples of a file or text in one of FORMATS; raises DataError with file:line:column, adding none."""
        ...

    def add_batch(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples; those already there stay once."""
        ...

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """Remove triples; those not there are no error."""
        ...

    def triples(self) -> Iterator[ox.Triple]:
        """Yield every triple, in no particular order."""
        ...

    def close(self) -> None:
        """Release what the store holds; it may not be used after."""
        ...

    def __len__(self) -> int:
        """How many triples there are."""
        ...


_SCHEMA_CONTEXT: Final = re.compile(rb'("@context"\s*:\s*\[?\s*)"https?://schema\.org/?"')
_NAMED_VALUES: Final = ("availability", "eventAttendanceMode", "eventStatus", "itemCondition", "suitableForDiet")
_SCHEMA_MEANS: Final = json.dumps(
    {"@vocab": "http://schema.org/", **{name: {"@type": "@vocab"} for name in _NAMED_VALUES}}
).encode()
"""What the context of schema.org says, as far as it matters here: one vocabulary, whose own values some terms have."""


def parse(data: Path | bytes, format: str) -> Iterator[ox.Triple]:  # noqa: A002
    """Yield the triples of a file or text; graph names are ignored, relative IRIs are read below the file's IRI.

    Nothing is fetched: a JSON-LD context that lies elsewhere is an error, but for that of schema.org, which is known.

    Raises:
        DataError: unknown format, unreadable file, or a mistake in it, at file:line:column.
    """
    if format not in FORMATS:
        raise DataError(f"{_name(data)}: unknown RDF format {format!r}; known are {', '.join(FORMATS)}")
    content = _read(data)
    if format == "jsonld":
        content = _SCHEMA_CONTEXT.sub(rb"\1" + _SCHEMA_MEANS, content)
    try:
        for quad in ox.parse(content, format=FORMATS[format], base_iri=_base_iri(data)):
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                raise DataError(f"{_name(data)}: quoted triples are not supported; write them as plain triples")
            yield ox.Triple(quad.subject, quad.predicate, quad.object)
    except SyntaxError as error:
        raise DataError(f"{_name(data)}:{error.lineno or 1}:{error.offset or 1}: {_reason(error)}") from error
    except (ValueError, OSError) as error:
        raise DataError(f"{_name(data)}: {error}") from error


def _read(data: Path | bytes) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.read_bytes()
    except OSError as error:
        raise DataError(f"{data}: cannot be read ({error.strerror})") from error


def _name(data: Path | bytes) -> str:
    return str(data) if isinstance(data, Path) else "<data>"


def _base_iri(data: Path | bytes) -> str:
    return data.resolve().as_uri() if isinstance(data, Path) else "https://w3id.org/kgrec/items/"


def _reason(error: SyntaxError) -> str:
    message = (error.msg or str(error)).strip()
    if " at line " in message and ": " in message:  # the parser's own "Parser error at line 1 column 9: " said twice
        message = message.split(": ", 1)[1]
    if "context" in message.lower() and "remote" in message.lower():
        return "its @context lies elsewhere, and is never fetched; put the context itself into the file"
    return message


class EmbeddedStore:
    """Triples in memory, in pyoxigraph."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def select(self, query: str, **bindings: Term) -> Iterator[tuple[Term | None, ...]]:
        """See GraphStore."""
        result = self._query(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise StoreError(f"not a SELECT: {query}")
        width = range(len(result.variables))
        for row in result:
            yield tuple(row[column] for column in width)

    def ask(self, query: str, **bindings: Term) -> bool:
        """See GraphStore."""
        result = self._query(query, bindings)
        if not isinstance(result, ox.QueryBoolean):
            raise StoreError(f"not an ASK: {query}")
        return bool(result)

    def _query(self, query: str, bindings: dict[str, Term]) -> object:
        # A VALUES block after the query binds without touching it; terms serialise themselves, escaped. (pyoxigraph's
        # own substitutions demand that a bound variable is also selected.)
        names, terms = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
        try:
            return self._store.query(f"{query} VALUES ({names}) {{ ({terms}) }}" if bindings else query)
        except (SyntaxError, ValueError, OSError) as error:
            raise StoreError(f"the query failed: {error}\n{query}") from error

    def bulk_load(self, data: Path | bytes, format: str) -> None:  # noqa: A002
        """See GraphStore."""
        self.add_batch(list(parse(data, format)))

    def add_batch(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore."""
        self._store.bulk_extend(ox.Quad(*triple) for triple in triples)

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore."""
        for triple in triples:
            self._store.remove(ox.Quad(*triple))

    def triples(self) -> Iterator[ox.Triple]:
        """See GraphStore."""
        for quad in self._store.quads_for_pattern(None, None, None, None):
            yield quad.triple

    def close(self) -> None:
        """See GraphStore."""
        self._store.clear()

    def __len__(self) -> int:
        return len(self._store)


class RdflibStore:
    """Triples in a graph of rdflib's, which stays the caller's: what is added here is seen there."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    def select(self, query: str, **bindings: Term) -> Iterator[tuple[Term | None, ...]]:
        """See GraphStore."""
        from kgrec.graph import rdflib_border as border

        result = self._query(query, bindings)
        if result.type != "SELECT" or result.vars is None:
            raise StoreError(f"not a SELECT: {query}")
        for row in result.bindings:
            yield tuple(None if row.get(name) is None else border.from_rdflib(row[name]) for name in result.vars)

    def ask(self, query: str, **bindings: Term) -> bool:
        """See GraphStore."""
        result = self._query(query, bindings)
        if result.type != "ASK":
            raise StoreError(f"not an ASK: {query}")
        return bool(result.askAnswer)

    def _query(self, query: str, bindings: dict[str, Term]) -> rdflib.query.Result:
        from kgrec.graph import rdflib_border as border

        try:
            return self.graph.query(
                query, initBindings={name: border.to_rdflib(term) for name, term in bindings.items()}
            )
        except Exception as error:  # rdflib lets its parser's and its stores' own exceptions through
            raise StoreError(f"the query failed: {error}\n{query}") from error

    def bulk_load(self, data: Path | bytes, format: str) -> None:  # noqa: A002
        """See GraphStore."""
        self.add_batch(list(parse(data, format)))

    def add_batch(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore."""
        from kgrec.graph import rdflib_border as border

        for triple in triples:
            self.graph.add(border.triple_to_rdflib(triple))

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore."""
        from kgrec.graph import rdflib_border as border

        for triple in triples:
            self.graph.remove(border.triple_to_rdflib(triple))

    def triples(self) -> Iterator[ox.Triple]:
        """See GraphStore."""
        from kgrec.graph import rdflib_border as border

        for triple in self.graph:
            yield border.triple_from_rdflib(triple)

    def close(self) -> None:
        """See GraphStore; the graph itself is left open, it is the caller's."""

    def __len__(self) -> int:
        return len(self.graph)


def serialize(triples: Iterable[ox.Triple], format: str) -> bytes:  # noqa: A002
    """Return triples as text in one of FORMATS, UTF-8, with the usual prefixes where the format has any."""
    prefixes = {"kgrec": KGREC, "rdfs": RDFS, "schema": SCHEMA, "skos": SKOS, "xsd": XSD}
    content = ox.serialize(triples, format=FORMATS[format], prefixes=prefixes)
    assert content is not None  # no output was named
    return content
