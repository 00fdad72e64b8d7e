"""Whatever a table holds: RDF, snapshot and arrays tell the same."""

import string
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph, snapshot, views
from kgrec.graph.compile import compile_graph
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.ontology_reader import read_ontology
from kgrec.graph.store import EmbeddedStore
from kgrec.graph.vocabulary import SKOS, to_id, to_iri
from kgrec.ingest.csv import read_csv_graph

VOCABULARY = """
@prefix kgrec: <https://w3id.org/kgrec#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <https://e.org/> .
e:domain a kgrec:Domain ; rdfs:label "things" ; kgrec:itemClass e:Thing ; kgrec:base "https://e.org/" .
e:kind a kgrec:Facet ; kgrec:name "kind" ; kgrec:kind kgrec:Category .
e:sort a kgrec:Facet ; kgrec:name "sort" ; kgrec:kind kgrec:Ordered ; kgrec:prefix "kind" ; kgrec:order ("a" "b") .
e:x a e:Thing .
"""

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
names = st.text(string.ascii_letters + "éßñ日本' -+#|[]<>&%\"\\", min_size=0, max_size=8)
facts = st.one_of(st.none(), names, st.lists(names, max_size=3), st.floats(-1e12, 1e12), st.integers(-9, 9))
numbers = st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-10_000, 10_000))
ratings = st.one_of(st.just(np.nan), st.integers(1, 5))
kinds = st.sampled_from(["", "opened", "skipped", "shared"])


@st.composite
def graphs(draw: st.DrawFn) -> KnowledgeGraph:
    ids = draw(st.lists(anything, min_size=1, max_size=6, unique=True))
    rows = [
        {
            "item": item,
            "label": draw(names),
            "size": draw(numbers),
            "tag": draw(st.lists(names, max_size=3)),
            "born": draw(st.one_of(st.none(), st.datetimes(pd.Timestamp(1900, 1, 1), pd.Timestamp(2100, 1, 1)))),
        }
        for item in ids
    ]
    frame = pd.DataFrame(rows)
    frame["size"] = frame["size"].astype(float)
    frame["born"] = pd.to_datetime(frame["born"])
    pairs = draw(st.lists(st.tuples(anything, st.sampled_from(ids), ratings, kinds, ratings), max_size=8))
    log = pd.DataFrame(pairs, columns=["user", "item", "rating", "event", "amount"])
    log["timestamp"] = range(1, len(log) + 1)
    people = draw(st.lists(anything, max_size=3, unique=True))
    users = pd.DataFrame({"user": people})
    for fact in ("likes", "age"):
        users[fact] = pd.Series([draw(facts) for _ in people], dtype=object)
    return KnowledgeGraph.from_frames(frame, interactions=log if len(log) else None, users=users, name="x")


@st.composite
def vocabularies(draw: st.DrawFn) -> KnowledgeGraph:
    """Draw a graph whose ontology declares concepts, one below the other, that items may have or not."""
    labels = st.sampled_from(["a", "b", "c", "d", "e"])
    store = EmbeddedStore()
    store.bulk_load(VOCABULARY.encode(), "turtle")
    declared = draw(st.lists(labels, unique=True))
    lines = [f"<https://e.org/kind/{name}> a <{SKOS}Concept> ." for name in declared]
    pairs = draw(st.lists(st.tuples(labels, labels).filter(lambda pair: pair[0] < pair[1])))
    lines += [f"<https://e.org/kind/{below}> <{SKOS}broader> <https://e.org/kind/{above}> ." for below, above in pairs]
    stated = draw(st.lists(st.tuples(st.sampled_from(["kind", "sort"]), labels)))
    lines += [f"<https://e.org/x> <https://e.org/{facet}> <https://e.org/kind/{name}> ." for facet, name in stated]
    store.bulk_load("\n".join(lines).encode(), "turtle")
    return compile_graph(store, read_ontology(store))


@given(anything)
def test_any_id_survives_being_an_iri(entity: str):
    base = "https://w3id.org/kgrec/items/"
    assert to_id(base, to_iri(base, entity)) == entity


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(graphs() | vocabularies())
@example(KnowledgeGraph.from_frames(pd.DataFrame({"item": ["x"], "size": [-0.0]}), name="x"))
def test_rdf_reads_back_as_the_same_graph(kg: KnowledgeGraph):
    again = KnowledgeGraph.from_rdf(kg.to_rdflib(interactions=True), name=kg.name)
    assert fingerprint_of(again) == fingerprint_of(kg)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(graphs() | vocabularies())
def test_a_snapshot_loads_as_the_same_graph(kg: KnowledgeGraph):
    with tempfile.TemporaryDirectory() as folder:
        snapshot.save(kg, Path(folder) / "s")
        again = snapshot.load(Path(folder) / "s", kg.fingerprint)
        assert fingerprint_of(again) == fingerprint_of(kg) == kg.fingerprint


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    deadline=None,
)
@given(graphs())
def test_a_table_reads_back_as_the_same_items(kg: KnowledgeGraph):
    with tempfile.TemporaryDirectory() as folder:
        ontology, table = Path(folder) / "x.ttl", Path(folder) / "x.csv"
        try:
            views.write(kg, table, "csv")
        except DataError:  # what a table cannot hold; told by the unit tests
            reject()
        views.write(kg, ontology, "ontology")
        again = read_csv_graph(table, ontology)
    assert [again.entity_ids[: again.n_items], again.labels[: again.n_items]] == [kg.item_ids, kg.labels[: kg.n_items]]
    for name in kg.links:
        for item in range(kg.n_items):
            told = {again.labels[value].strip() for value in again.values_of(item, name)}
            assert told == {kg.labels[value].strip() for value in kg.values_of(item, name)}
    for name, column in kg.numbers.items():
        np.testing.assert_array_equal(again.numbers.get(name, np.full(kg.n_items, np.nan)), column)
    assert {name: texts for name, texts in again.texts.items() if any(texts)} == dict(kg.texts)
