"""One contract, two stores: in memory, and over an rdflib graph."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kgrec.errors import DataError, StoreError
from kgrec.graph.rdflib_border import triple_from_rdflib, triple_to_rdflib
from kgrec.graph.store import EmbeddedStore, GraphStore, RdflibStore

A, B, P, Q = (ox.NamedNode(f"https://example.org/{name}") for name in "abpq")
TRIPLES = [
    ox.Triple(A, P, B),
    ox.Triple(A, Q, ox.Literal('say "hi"\n')),
    ox.Triple(B, Q, ox.Literal("7", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    ox.Triple(B, Q, ox.Literal("sept", language="fr")),
    ox.Triple(ox.BlankNode("x"), P, A),
]


@pytest.fixture(params=["embedded", "rdflib"])
def store(request: pytest.FixtureRequest) -> GraphStore:
    return EmbeddedStore() if request.param == "embedded" else RdflibStore(rdflib.Graph())


def test_what_is_added_is_there_once(store: GraphStore):
    store.add_batch(TRIPLES)
    store.add_batch(TRIPLES[:2])
    assert len(store) == len(TRIPLES)
    assert {triple for triple in store.triples() if not isinstance(triple.subject, ox.BlankNode)} == set(TRIPLES[:4])


def test_select_gives_terms_in_the_order_of_the_query(store: GraphStore):
    store.add_batch(TRIPLES)
    rows = set(store.select("SELECT ?o ?s { ?s <https://example.org/q> ?o }"))
    assert rows == {(triple.object, triple.subject) for triple in TRIPLES[1:4]}


def test_unbound_variables_are_none(store: GraphStore):
    store.add_batch(TRIPLES[:1])
    query = "SELECT ?s ?x { ?s <https://example.org/p> ?o OPTIONAL { ?o <https://example.org/p> ?x } }"
    assert list(store.select(query)) == [(A, None)]


def test_values_are_bound_and_never_part_of_the_query(store: GraphStore):
    store.add_batch(TRIPLES)
    hostile = ox.Literal('say "hi"\n')
    assert list(store.select("SELECT ?s { ?s ?p ?o }", o=hostile)) == [(A,)]
    assert list(store.select("SELECT ?o { ?s ?p ?o }", s=B, p=P)) == []
    assert store.ask("ASK { ?s ?p ?o }", s=A, p=P)
    assert not store.ask("ASK { ?s ?p ?o }", s=ox.NamedNode("https://example.org/no"))


def test_remove_takes_away_exactly_that(store: GraphStore):
    store.add_batch(TRIPLES)
    store.remove([TRIPLES[2], TRIPLES[2]])
    assert set(store.select("SELECT ?o { <https://example.org/b> ?p ?o }")) == {(TRIPLES[3].object,)}


@pytest.mark.parametrize("query", ["SELECT", "ASK { ?s ?p ?o }", "SELECT ?s { <unclosed }"])
def test_a_bad_select_is_a_store_error(store: GraphStore, query: str):
    with pytest.raises(StoreError):
        list(store.select(query))


def test_a_select_is_no_ask(store: GraphStore):
    with pytest.raises(StoreError, match="not an ASK"):
        store.ask("SELECT ?s { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("content", "syntax"),
    [
        (b"@prefix e: <https://example.org/> . e:a e:p e:b .", "turtle"),
        (b"<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n", "nt"),
        (b'{"@id": "https://example.org/a", "https://example.org/p": {"@id": "https://example.org/b"}}', "jsonld"),
        (
            (
                b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
                b'<rdf:Description rdf:about="https://example.org/a"><e:p rdf:resource="https://example.org/b"/>'
                b"</rdf:Description></rdf:RDF>"
            ),
            "xml",
        ),
    ],
)
def test_formats_load(store: GraphStore, content: bytes, syntax: str):
    store.bulk_load(content, syntax)
    assert list(store.triples()) == TRIPLES[:1]


def test_broken_turtle_is_named_with_line_and_column_and_adds_nothing(store: GraphStore, tmp_path: Path):
    path = tmp_path / "broken.ttl"
    path.write_text("<a:a> <a:b> <a:c> .\n<a:a> <a:b> .\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"broken\.ttl:2:13: "):
        store.bulk_load(path, "turtle")
    assert len(store) == 0


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe<a>", b'<a:a> <a:b> "never closed', b"<" * 100_000])
def test_garbage_is_a_data_error(store: GraphStore, content: bytes):
    with pytest.raises(DataError):
        store.bulk_load(content, "turtle")


def test_a_remote_context_is_refused_not_fetched(store: GraphStore):
    content = b'{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "https://example.org/a", "name": "x"}'
    with pytest.raises(DataError, match="<data>:"):
        store.bulk_load(content, "jsonld")


def test_a_missing_file_and_an_unknown_format_are_data_errors(store: GraphStore, tmp_path: Path):
    with pytest.raises(DataError, match="cannot be read"):
        store.bulk_load(tmp_path / "none.ttl", "turtle")
    with pytest.raises(DataError, match="unknown RDF format 'docx'"):
        store.bulk_load(b"", "docx")


def test_an_rdflib_graph_stays_the_callers():
    graph = rdflib.Graph()
    store = RdflibStore(graph)
    store.add_batch(TRIPLES)
    store.close()
    assert len(graph) == len(TRIPLES)


def test_terms_cross_the_border_unchanged():
    for triple in TRIPLES:
        assert triple_from_rdflib(triple_to_rdflib(triple)) == triple
    odd = ox.Triple(A, P, ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    assert triple_from_rdflib(triple_to_rdflib(odd)) == odd


@pytest.mark.filterwarnings("ignore")
def test_an_invalid_iri_in_an_rdflib_graph_is_a_data_error():
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef("https://example.org/a b"), rdflib.RDF.type, rdflib.OWL.Thing))
    with pytest.raises(DataError, match="a b"):
        list(RdflibStore(graph).triples())
