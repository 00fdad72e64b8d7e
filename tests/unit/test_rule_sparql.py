"""Conditions as SPARQL over the tiny world; that they select what masks do is shown in tests/property/test_rules.py."""

import pytest

from kgrec.graph import KnowledgeGraph
from kgrec.graph.store import EmbeddedStore, GraphStore, RdflibStore
from kgrec.rulebook import Scope, compile_expression
from kgrec.rulebook.sparql import to_sparql


@pytest.fixture(params=["embedded", "rdflib"])
def store(request: pytest.FixtureRequest, tiny_world: KnowledgeGraph) -> GraphStore:
    graph = tiny_world.to_rdflib()
    if request.param == "rdflib":
        return RdflibStore(graph)
    embedded = EmbeddedStore()
    embedded.bulk_load(graph.serialize(format="nt", encoding="utf-8"), "nt")
    return embedded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("runtime != 123", {"heat", "scream", "alien", "babe"}),  # clue's is unknown
        ("runtime in [123, 91]", {"thief", "babe"}),
        ("genre has Horror", {"scream", "alien"}),  # slasher lies below
        ("not genre has Horror", {"heat", "thief", "babe", "clue"}),
        ("runtime / 60 < 2", {"scream", "alien", "babe"}),
        ("runtime <= user.minutes", {"babe"}),
        ("count(genre) >= 2", {"heat", "alien", "babe"}),
        ("60 * count(genre) < runtime - 1", {"heat", "thief", "scream"}),
    ],
)
def test_queries_select_the_items(tiny_world: KnowledgeGraph, store: GraphStore, text: str, expected: set[str]) -> None:
    query = to_sparql(compile_expression(text, tiny_world), tiny_world, Scope({"minutes": 95.0}))
    base = tiny_world.ontology.base
    assert {row[0].value.removeprefix(base) for row in store.select(query)} == expected


def test_a_hostile_name_stays_a_name(tiny_world: KnowledgeGraph, store: GraphStore) -> None:
    text = 'description has "x\\") } ; DROP ALL #"'
    query = to_sparql(compile_expression(text, tiny_world), tiny_world, Scope())
    assert list(store.select(query)) == []
