"""A graph behind a SPARQL endpoint: read, written, imported; every failure says which endpoint failed and how."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from endpoints import Server, free_port, odd, oxigraph, virtuoso
from typer.testing import CliRunner

from kgrec.cli.commands import app
from kgrec.errors import DataError, StoreError
from kgrec.graph import KnowledgeGraph, remote
from kgrec.graph.compile import compile_graph
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.ontology_reader import read_ontology
from kgrec.graph.remote import RemoteStore
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.views import graph_triples
from kgrec.ingest.datasets import load
from kgrec.ingest.endpoint import fetch

GRAPH = "https://example.org/graph"
E = "https://example.org/"
NOTHING = b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = oxigraph() if request.param == "oxigraph" else virtuoso(tmp_path_factory.mktemp("virtuoso"))
    with running as started:
        yield started


@pytest.fixture
def store(server: Server) -> Iterator[RemoteStore]:
    with RemoteStore(server.query, graph=GRAPH, update=server.update) as opened:
        opened.remove(list(opened.triples()))
        yield opened


def triple(subject: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(E + subject), ox.NamedNode(f"{E}is"), value)


def test_what_is_added_is_there_and_what_is_removed_is_not(store: RemoteStore):
    told = [
        triple("a", ox.NamedNode(f"{E}b")),
        triple("a", ox.Literal('quoted "é"\n日本 \\ } <x>')),
        triple("b", ox.Literal("chat", language="fr")),
        triple("b", ox.Literal(3)),
    ]
    store.add_batch(told)
    store.add_batch(told[:1])
    assert set(store.triples()) == set(told)
    assert len(store) == len(told)
    assert store.ask(f"ASK {{ ?x <{E}is> ?value }}", value=ox.NamedNode(f"{E}b"))
    rows = store.select(f"SELECT ?x ?y {{ ?x <{E}is> ?value OPTIONAL {{ ?x <{E}no> ?y }} }}", value=told[1].object)
    assert list(rows) == [(ox.NamedNode(f"{E}a"), None)]
    store.remove(told[1:])
    assert list(store.triples()) == told[:1]


def test_it_comes_in_pages_however_long_it_is(store: RemoteStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remote, "PAGE", 7)
    told = [triple(f"s{number}", ox.Literal(str(value))) for number in range(20) for value in range(number % 5 + 1)]
    store.add_batch(told)
    assert set(store.triples()) == set(told)


def test_a_graph_behind_it_is_imported(store: RemoteStore, server: Server, tiny_world: KnowledgeGraph):
    store.add_batch(graph_triples(tiny_world))
    made = CliRunner().invoke(app, ["import", "rdf", "--graph", server.query, "--named-graph", GRAPH, "--name", "far"])
    assert made.exit_code == 0, made.output
    far = load("far")
    assert far.item_ids == tiny_world.item_ids
    assert [far.label(item) for item in far.item_ids] == [tiny_world.label(item) for item in tiny_world.item_ids]


def test_only_the_items_of_a_class_come_with_what_names_them(store: RemoteStore):
    rdf, rdfs = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
    skos = "http://www.w3.org/2004/02/skos/core#"
    source = EmbeddedStore()
    source.bulk_load(
        f"""@prefix e: <{E}> . @prefix s: <{skos}> . @prefix r: <{rdfs}> .
        e:ale a e:Beer ; e:style e:pale . e:pale r:label "Pale" ; e:secret "x" ; s:broader e:light .
        e:light r:label "Light" . e:tom a e:Person ; r:label "Tom" .""".encode(),
        "turtle",
    )
    store.add_batch(source.triples())
    got = {(found.subject.value, found.predicate.value) for found in fetch(store, f"{E}Beer").triples()}
    assert got == {
        (f"{E}ale", f"{rdf}type"),
        (f"{E}ale", f"{E}style"),
        (f"{E}pale", f"{rdfs}label"),
        (f"{E}pale", f"{skos}broader"),
        (f"{E}light", f"{rdfs}label"),
    }


def test_a_server_that_cuts_answers_short_is_found_out(tmp_path: Path):
    with virtuoso(tmp_path, most_rows=50) as server, RemoteStore(server.query, graph=GRAPH) as store:
        told = [triple(f"s{number}", ox.Literal(str(value))) for number in range(9) for value in range(20)]
        store.add_batch(told)
        assert set(store.triples()) == set(told)  # asked for in halves
        store.add_batch(triple("one", ox.Literal(str(value))) for value in range(120))
        with pytest.raises(StoreError, match="50 of 120 facts about"):
            list(store.triples())


def test_what_is_wrong_with_a_query_is_told(store: RemoteStore):
    with pytest.raises(StoreError, match=r"http://127.0.0.1:\d+/\w+: it answered 400 .*: "):
        list(store.select("SELECT nonsense"))
    with pytest.raises(StoreError, match="not an ASK"):
        store.ask("SELECT ?x { ?x ?y ?z } LIMIT 1")


def test_an_endpoint_that_is_not_there_is_told():
    with RemoteStore(f"http://me:secret@127.0.0.1:{free_port()}/sparql", retries=1) as store:
        with pytest.raises(StoreError, match="cannot be reached") as failed:
            store.ask("ASK {}")
        assert "secret" not in str(failed.value)


def test_a_server_that_stalls_is_not_waited_for():
    waiting = threading.Event()

    def stall(_: int) -> tuple[int, dict[str, str], bytes]:
        waiting.wait(20)
        return 200, {}, NOTHING

    with odd(stall) as (address, _), RemoteStore(address, timeout_s=0.2) as store:
        with pytest.raises(StoreError, match="no answer in time"):
            store.ask("ASK {}")
        waiting.set()


def test_a_busy_server_is_asked_again():
    def busy(request: int) -> tuple[int, dict[str, str], bytes]:
        return (503, {}, b"later") if request < 3 else (200, {}, NOTHING)

    with odd(busy) as (address, came), RemoteStore(address) as store:
        assert list(store.select("SELECT ?x { ?x ?y ?z }")) == []
        assert len(came) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, {}, b"<html>Welcome</html>"), "this is no answer to a query: '<html>Welcome"),
        ((200, {}, NOTHING[:-9]), "breaks off or makes no sense|no answer to a query"),
        ((403, {}, b"go away\x1b[31m"), "it answered 403 Forbidden: go away"),
        ((301, {"Location": "https://example.org/new"}, b""), "it has moved to https://example.org/new"),
        ((503, {}, b"later"), "it answered 503 Service Unavailable: later"),
    ],
)
def test_an_answer_that_is_none_is_told(answer: tuple[int, dict[str, str], bytes], told: str):
    with odd(lambda _: answer) as (address, _), RemoteStore(address, retries=0) as store:
        with pytest.raises(StoreError, match=told) as failed:
            list(store.select("SELECT ?x { ?x ?y ?z }"))
        assert "\x1b" not in str(failed.value)


def test_an_answer_may_not_be_endless(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remote, "MOST_BYTES", 2**20)
    with (
        odd(lambda _: (200, {}, b" " * 2**21)) as (address, _),
        RemoteStore(address, retries=0) as store,
        pytest.raises(StoreError, match="an answer of over 1 MB"),
    ):
        list(store.select("SELECT ?x { ?x ?y ?z }"))


@pytest.mark.parametrize("address", ["ftp://example.org/", "example.org", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(StoreError, match="is no address of an endpoint"):
        RemoteStore(address)


def test_a_default_graph_is_only_read():
    with RemoteStore("http://127.0.0.1:1/") as store, pytest.raises(StoreError, match="name a graph to write to"):
        store.add_batch([triple("a", ox.Literal(1))])


def test_nothing_is_left_of_an_import_that_fails():
    runner = CliRunner()
    made = runner.invoke(app, ["import", "rdf", "--graph", f"http://127.0.0.1:{free_port()}/", "--name", "far"])
    assert made.exit_code == 2
    assert "cannot be reached" in made.output
    with pytest.raises(DataError, match="no data set 'far'"):
        load("far")


def test_a_copy_of_a_copy_is_the_same(store: RemoteStore, tiny_world: KnowledgeGraph):
    store.add_batch(graph_triples(tiny_world))
    copy = EmbeddedStore()
    copy.add_batch(graph_triples(tiny_world))
    far = fetch(store)
    one, other = (compile_graph(some, read_ontology(some), name="x") for some in (copy, far))
    assert fingerprint_of(one) == fingerprint_of(other)
