"""RemoteStore: the triples behind a SPARQL 1.1 endpoint, over HTTP.

A thin client of our own, because the failures of a network are what matters here: rdflib's ignores its timeout and
tells every failure alike. Every request has a time limit, is tried again a few times where that may help, and says
which endpoint failed and how. Servers cut long answers short, some without a word; so whatever may be long is asked for
page by page, and counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

import pyoxigraph as ox

from kgrec.errors import StoreError
from kgrec.graph.store import Term, parse
from kgrec.text import clean

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

PAGE: Final = 1_000
"""So many subjects are listed at once; few servers have a lower limit."""

AT_ONCE: Final = 100
"""So many subjects are asked about, or triples written, in one request."""

MOST_BYTES: Final = 256 * 2**20
"""No answer may be larger."""

_WAIT_S: Final = 0.2
_AGAIN: Final = frozenset({429, 502, 503, 504})
"""What servers answer that are busy; asking again helps."""

_SHOWN: Final = 300


T = TypeVar("T")


def in_parts(values: Iterable[T], size: int = AT_ONCE) -> Iterator[tuple[T, ...]]:
    """Yield the values some at a time."""
    rest = iter(values)
    while part := tuple(islice(rest, size)):
        yield part


class RemoteStore:
    """The triples of one graph of an endpoint; implements GraphStore.

    Args:
        endpoint: where queries go, by HTTP or HTTPS; may hold a user and a password.
        graph: the IRI of the graph that is meant; "": the endpoint's default graph, which can only be read.
        update: where updates go, if not to ``endpoint``.
        timeout_s: how long to wait for a connection, and for each part of an answer.
        retries: how often a request is tried again when the server is busy or cannot be reached.

    Raises:
        StoreError: the endpoint is no HTTP address, or the graph no IRI.
    """

    def __init__(
        self, endpoint: str, *, graph: str = "", update: str = "", timeout_s: float = 30.0, retries: int = 2
    ) -> None:
        import httpx2

        self.graph = graph
        self._retries = retries
        try:
            self._endpoint, self._update = httpx2.URL(endpoint), httpx2.URL(update or endpoint)
        except httpx2.InvalidURL as error:
            raise StoreError(f"{endpoint[:_SHOWN]!r} is no address of an endpoint: {error}") from error
        if self._endpoint.scheme not in ("http", "https") or not self._endpoint.host:
            raise StoreError(f"{endpoint[:_SHOWN]!r} is no address of an endpoint; it begins with http:// or https://")
        try:
            self._graph = ox.NamedNode(graph) if graph else None
        except ValueError as error:
            raise StoreError(f"{graph[:_SHOWN]!r} is no IRI of a graph") from error
        self._client = httpx2.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The endpoint as errors call it: without its password."""
        return str(self._endpoint.copy_with(userinfo=b""))

    # --- GraphStore -----------------------------------------------------------------------------------------------

    def select(self, query: str, **bindings: Term) -> Iterator[tuple[Term | None, ...]]:
        """See GraphStore; the server may cut a long answer short."""
        found = self._ask(_bound(query, bindings))
        if not isinstance(found, ox.QuerySolutions):
            raise StoreError(f"{self.name}: not a SELECT: {query}")
        width = range(len(found.variables))
        try:
            for row in found:
                yield tuple(row[column] for column in width)
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"{self.name}: its answer breaks off or makes no sense: {error}") from error

    def ask(self, query: str, **bindings: Term) -> bool:
        """See GraphStore. Asked as a SELECT of one row: Virtuoso 7 answers an ASK with VALUES in it by rows."""
        verb, pattern = query.lstrip()[:3], query.lstrip()[3:]
        if verb.upper() != "ASK":
            raise StoreError(f"{self.name}: not an ASK: {query}")
        return any(True for _ in self.select(f"SELECT (1 AS ?yes) {pattern} LIMIT 1", **bindings))

    def bulk_load(self, data: Path | bytes, format: str) -> None:  # noqa: A002  (the word of the field)
        """See GraphStore."""
        self.add_batch(list(parse(data, format)))

    def add_batch(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore; adding what is there already changes nothing, so a batch that failed may be added again."""
        self._write("INSERT DATA", triples)

    def remove(self, triples: Iterable[ox.Triple]) -> None:
        """See GraphStore."""
        self._write("DELETE DATA", triples)

    def triples(self) -> Iterator[ox.Triple]:
        """See GraphStore: all triples whose subject is an IRI, page by page; those of blank nodes cannot be asked for.

        Raises:
            StoreError: fewer came than the endpoint says there are.
        """
        for subjects in in_parts(self.subjects(), AT_ONCE):
            yield from self.about(subjects)

    def close(self) -> None:
        """See GraphStore."""
        self._client.close()

    def __len__(self) -> int:
        return self.count("?subject ?property ?value")

    # --- pages ----------------------------------------------------------------------------------------------------

    def count(self, pattern: str, what: str = "*") -> int:
        """Return how many solutions a pattern has, or how many different values of a variable."""
        counted = what if what == "*" else f"DISTINCT {what}"
        ((number,),) = self.select(f"SELECT (COUNT({counted}) AS ?number) {{ {pattern} }}")
        assert number is not None
        return int(float(number.value))

    def subjects(self, item_class: str = "") -> Iterator[ox.NamedNode]:
        """Yield the IRIs that something is told of, or those of a class, in their order; page by page.

        Raises:
            StoreError: fewer came than the endpoint says there are.
        """
        pattern = f"?subject a {ox.NamedNode(item_class)}" if item_class else "?subject ?property ?value"
        pattern += " FILTER(isIRI(?subject))"
        expected, got, last = self.count(pattern, "?subject"), 0, ""
        while True:
            after = f"FILTER(STR(?subject) > {ox.Literal(last)})" if last else ""
            query = f"SELECT DISTINCT ?subject {{ {pattern} {after} }} ORDER BY STR(?subject) LIMIT {PAGE}"
            page = [node for (node,) in self.select(query) if isinstance(node, ox.NamedNode)]
            yield from page
            got += len(page)
            if not page or got >= expected:
                break
            last = page[-1].value
        if got < expected:
            raise StoreError(f"{self.name}: {got:,} of {expected:,} came; the server cuts its answers short")

    def about(self, nodes: Sequence[ox.NamedNode], properties: Sequence[str] = ()) -> Iterator[ox.Triple]:
        """Yield what is told of some nodes, or only what some properties tell.

        If that is too much for one answer, the nodes are asked about in halves.

        Raises:
            StoreError: one node alone tells more than the server answers at once.
        """
        values = " ".join(map(str, nodes))
        kept = f"VALUES ?property {{ {' '.join(str(ox.NamedNode(iri)) for iri in properties)} }} " if properties else ""
        pattern = f"VALUES ?subject {{ {values} }} {kept}?subject ?property ?value"
        rows = list(self.select(f"SELECT ?subject ?property ?value {{ {pattern} }}"))
        if len(rows) < (expected := self.count(pattern)):
            if len(nodes) == 1:
                raise StoreError(f"{self.name}: {len(rows):,} of {expected:,} facts about {values} came")
            half = len(nodes) // 2
            yield from chain(self.about(nodes[:half], properties), self.about(nodes[half:], properties))
            return
        for subject, property_, value in rows:
            assert isinstance(subject, ox.NamedNode)
            assert isinstance(property_, ox.NamedNode)
            assert value is not None
            yield ox.Triple(subject, property_, value)

    # --- requests -------------------------------------------------------------------------------------------------

    def _ask(self, query: str) -> object:
        form = {"query": query, **({"default-graph-uri": self.graph} if self.graph else {})}
        content = self._post(self._endpoint, form, "application/sparql-results+json")
        try:
            return ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            start = clean(content[:_SHOWN].decode(errors="replace"))
            raise StoreError(f"{self.name}: this is no answer to a query: {start!r} ({error})") from error

    def _write(self, verb: str, triples: Iterable[ox.Triple]) -> None:
        if self._graph is None:
            raise StoreError(f"{self.name}: name a graph to write to; the default graph is only read")
        for some in in_parts(triples, AT_ONCE):
            facts = " ".join(f"{triple.subject} {triple.predicate} {triple.object} ." for triple in some)
            self._post(self._update, {"update": f"{verb} {{ GRAPH {self._graph} {{ {facts} }} }}"}, "*/*")

    def _post(self, address: httpx2.URL, form: dict[str, str], accept: str) -> bytes:
        """Return the body of a successful answer; ask again in a while if the server is busy or cannot be reached."""
        import httpx2

        for left in range(self._retries, -1, -1):
            try:
                with self._client.stream("POST", address, data=form, headers={"Accept": accept}) as answer:
                    if answer.status_code in _AGAIN and left:
                        time.sleep(_WAIT_S * 2 ** (self._retries - left))
                        continue
                    content = self._body(answer)
                    if answer.is_success:
                        return content
                    raise StoreError(f"{self.name}: {_refusal(answer, content)}")
            except httpx2.TimeoutException as error:
                raise StoreError(f"{self.name}: no answer in time; ask for less, or give it longer") from error
            except httpx2.TransportError as error:
                if not left:
                    raise StoreError(f"{self.name}: cannot be reached ({clean(str(error))})") from error
                time.sleep(_WAIT_S * 2 ** (self._retries - left))
        raise AssertionError("the last try returns or raises")

    def _body(self, answer: httpx2.Response) -> bytes:
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > MOST_BYTES:
                raise StoreError(f"{self.name}: an answer of over {MOST_BYTES // 2**20} MB")
            parts.append(part)
        return b"".join(parts)


def _bound(query: str, bindings: Mapping[str, Term]) -> str:
    """Return a query with its bindings in a VALUES block at the beginning of its pattern.

    Not every server reads one after the query, where the embedded store has it (Virtuoso 7 does not).
    """
    if not bindings:
        return query
    names, terms = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    return query.replace("{", f"{{ VALUES ({names}) {{ ({terms}) }} ", 1)


def _refusal(answer: httpx2.Response, content: bytes) -> str:
    said = clean(content[:_SHOWN].decode(errors="replace"))
    if answer.is_redirect:
        return f"it has moved to {clean(answer.headers.get('location', 'somewhere'))}; use that address"
    return f"it answered {answer.status_code} {answer.reason_phrase}{f': {said}' if said else ''}"
