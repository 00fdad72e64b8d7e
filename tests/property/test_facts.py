"""Whichever way facts take to a graph (as columns, through a folder of arrays, as triples), it is the same graph."""

import string
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kgrec.graph import facts as columns
from kgrec.graph.compile import assemble, compile_graph
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.ontology_reader import read_layout, read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.store_facts import read_facts
from kgrec.ingest.fact_files import fact_triples
from kgrec.ingest.statements import Statements

ONTOLOGY = """
@prefix kgrec: <https://w3id.org/kgrec#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix e: <https://e.org/> .
e:domain a kgrec:Domain ; rdfs:label "things" ; kgrec:itemClass e:Thing ; kgrec:base "https://e.org/" ;
    kgrec:language "LANGUAGE" .
e:kind a kgrec:Facet ; kgrec:name "kind" ; kgrec:kind kgrec:Category .
e:sort a kgrec:Facet ; kgrec:name "sort" ; kgrec:kind kgrec:Ordered ; kgrec:prefix "kind" ; kgrec:order ("a" "b") .
e:maker a kgrec:Facet ; kgrec:name "maker" ; kgrec:kind kgrec:Entity .
e:like a kgrec:Facet ; kgrec:name "like" ; kgrec:kind kgrec:Entity ; kgrec:valuesAreItems true .
e:size a kgrec:Facet ; kgrec:name "size" ; kgrec:kind kgrec:Number .
e:born a kgrec:Facet ; kgrec:name "born" ; kgrec:kind kgrec:Date .
e:note a kgrec:Facet ; kgrec:name "note" ; kgrec:kind kgrec:Text .
<https://e.org/kind/a> a skos:Concept ; skos:prefLabel "A", "Ah"@de ; skos:altLabel "first" .
<https://e.org/kind/b> a skos:Concept ; rdfs:label "b" ; skos:broader <https://e.org/kind/a> .
<https://e.org/x> e:note "said of x by whoever wrote the ontology" .
"""

ids = st.sampled_from(["x", "y", "z 1", "日本", "kind/c", "https://e.org/w", "urn:v"])
words = st.sampled_from(["a", "b", "B", "first", "c", "C!", "é", "-", ""]) | st.text(string.printable, max_size=4)
cells = st.one_of(
    st.tuples(st.sampled_from(["kind", "sort", "maker"]), words),
    st.tuples(st.just("like"), ids),
    st.tuples(st.just("size"), st.floats() | st.integers(-9, 9).map(float)),
    st.tuples(st.just("born"), st.dates().map(str) | st.sampled_from(["1999", "2001-02"])),
    st.tuples(st.just("note"), words),
)
people = st.tuples(st.sampled_from(["u", "ü", "http://u.org/1"]), st.sampled_from(["age", "likes it"]))


@st.composite
def tellings(draw: st.DrawFn) -> tuple[EmbeddedStore, Statements]:
    store = EmbeddedStore()
    store.bulk_load(ONTOLOGY.replace("LANGUAGE", draw(st.sampled_from(["en", "de"]))).encode(), "turtle")
    ontology = read_ontology(store)
    told = Statements(ontology, read_layout(store), store)
    for item in draw(st.lists(ids, min_size=1, unique=True)):
        told.item(item, draw(words), draw(st.lists(words, max_size=2)))
        for name, value in draw(st.lists(cells, max_size=8)):
            facet = ontology.facet(name)
            if name == "size":
                told.number(item, facet, value)
            elif facet.kind.is_linked:
                told.link(item, facet, value)
            else:
                told.cell(item, facet, value)
    kind = ontology.facet("kind")
    below, above = told.value(kind, "c"), told.value(kind, "a")
    if draw(st.booleans()):
        told.broader(below, above)
    for user, fact in draw(st.lists(people, max_size=4)):
        told.user_fact(user, fact, draw(words | st.floats(allow_nan=False)))
    return store, told


@settings(max_examples=25, deadline=None)
@given(tellings())
def test_columns_arrays_on_disk_and_triples_make_the_same_graph(telling: tuple[EmbeddedStore, Statements]):
    store, statements = telling
    ontology, told = statements.ontology, statements.facts()
    declared = read_facts(store, ontology)
    with tempfile.TemporaryDirectory() as folder:
        columns.save(told, Path(folder) / "facts")
        kept = assemble((columns.load(Path(folder) / "facts"), declared), ontology)
    store.add_batch(list(fact_triples(told, ontology)))
    through_triples = compile_graph(store, ontology)
    direct = assemble((told, declared), ontology)
    for name, column in direct.numbers.items():
        assert column.tobytes() == through_triples.numbers[name].tobytes()
    assert direct.links.keys() == through_triples.links.keys()
    assert direct.texts == through_triples.texts
    assert direct.labels == through_triples.labels
    assert direct.user_facts == through_triples.user_facts
    assert fingerprint_of(kept) == fingerprint_of(direct) == fingerprint_of(through_triples)
