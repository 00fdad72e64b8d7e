"""Whatever a table holds: RDF, snapshot and arrays tell the same."""

import string
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.graph import KnowledgeGraph, snapshot
from kgrec.graph.fingerprint import fingerprint_of
from kgrec.graph.vocabulary import to_id, to_iri

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
names = st.text(string.ascii_letters + "éßñ日本' -+#|[]<>&%\"\\", min_size=0, max_size=8)
numbers = st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-10_000, 10_000))


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
    pairs = draw(st.lists(st.tuples(anything, st.sampled_from(ids), st.integers(1, 5)), max_size=8))
    log = pd.DataFrame(pairs, columns=["user", "item", "rating"])
    log["timestamp"] = range(1, len(log) + 1)
    return KnowledgeGraph.from_frames(frame, interactions=log if len(log) else None, name="x")


@given(anything)
def test_any_id_survives_being_an_iri(entity: str):
    base = "https://w3id.org/kgrec/items/"
    assert to_id(base, to_iri(base, entity)) == entity


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(graphs())
def test_rdf_reads_back_as_the_same_graph(kg: KnowledgeGraph):
    again = KnowledgeGraph.from_rdf(kg.to_rdflib(interactions=True), name="x")
    assert fingerprint_of(again) == fingerprint_of(kg)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(graphs())
def test_a_snapshot_loads_as_the_same_graph(kg: KnowledgeGraph):
    with tempfile.TemporaryDirectory() as folder:
        snapshot.save(kg, Path(folder) / "s")
        again = snapshot.load(Path(folder) / "s", kg.fingerprint)
        assert fingerprint_of(again) == fingerprint_of(kg) == kg.fingerprint
