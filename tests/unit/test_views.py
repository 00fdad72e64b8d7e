"""The graph as RDF, as a network, and as files."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kgrec.errors import DataError, UnknownEntityError
from kgrec.graph import KnowledgeGraph, views
from kgrec.graph.fingerprint import fingerprint_of


def test_rdf_reads_back_as_an_equal_graph(tiny_world: KnowledgeGraph):
    again = KnowledgeGraph.from_rdf(tiny_world.to_rdflib(interactions=True), name="tiny")
    assert again.entity_ids == tiny_world.entity_ids
    assert again.labels == tiny_world.labels
    assert again.broader == tiny_world.broader
    assert again.texts == tiny_world.texts
    for facet, matrix in tiny_world.links.items():
        assert (again.links[facet] != matrix).nnz == 0
    assert again.interactions.user_ids == tiny_world.interactions.user_ids
    assert again.interactions.values.tolist() == tiny_world.interactions.values.tolist()
    assert again.interactions.times.tolist() == tiny_world.interactions.times.tolist()


def test_masks_can_be_had_by_sparql(tiny_world: KnowledgeGraph):
    base = tiny_world.ontology.base
    query = f"SELECT ?item {{ ?item <{base}facet/year> ?year FILTER(?year < 1990) }}"
    found = {row[0].value.removeprefix(base) for row in views.to_store(tiny_world).select(query) if row[0]}
    assert found == {"thief", "alien", "clue"}


def test_the_whole_network_has_all_entities_and_stated_links(tiny_world: KnowledgeGraph):
    graph = tiny_world.to_networkx()
    assert set(graph.nodes) == set(tiny_world.entity_ids)
    assert graph.nodes["heat"] == {"label": "Heat (1995)", "kind": "item", "year": 1995, "runtime": 170, "renown": 5}
    assert graph.nodes["genre/crime"]["kind"] == "genre"
    assert [edge["facet"] for edge in graph["heat"]["director/michael-mann"].values()] == ["director"]
    assert "genre/horror" not in graph["scream"]
    assert graph["genre/slasher"]["genre/horror"][0]["facet"] == "broader"


def test_a_neighbourhood_grows_with_hops(tiny_world: KnowledgeGraph):
    assert set(tiny_world.to_networkx(around="thief", hops=0)) == {"thief"}
    near = {"thief", "certificate/r", "director/michael-mann", "genre/crime"}
    assert set(tiny_world.to_networkx(around="thief", hops=1)) == near
    assert set(tiny_world.to_networkx(around="thief", hops=2)) == near | {"heat", "alien", "scream"}
    assert set(tiny_world.to_networkx(around=["clue", "babe"], hops=0)) == {"clue", "babe"}
    with pytest.raises(UnknownEntityError):
        tiny_world.to_networkx(around="nothing")


@pytest.mark.parametrize("form", views.FORMATS)
def test_files_of_every_format_are_whole(tiny_world: KnowledgeGraph, tmp_path: Path, form: str):
    path = tmp_path / "out"
    views.write(tiny_world, path, form)
    stream = io.BytesIO()
    views.write(tiny_world, stream, form)
    assert path.stat().st_size == len(stream.getvalue())
    if form == "jsonld":
        assert json.loads(path.read_text(encoding="utf-8"))
    elif form == "graphml":
        nodes = ET.parse(path).getroot().iter("{http://graphml.graphdrawing.org/xmlns}node")
        assert {node.get("id") for node in nodes} == set(tiny_world.entity_ids)


@pytest.mark.parametrize(("form", "suffix"), [("turtle", "ttl"), ("nt", "nt"), ("jsonld", "jsonld")])
def test_what_is_written_reads_back(tiny_world: KnowledgeGraph, tmp_path: Path, form: str, suffix: str):
    path = tmp_path / f"out.{suffix}"
    views.write(tiny_world, path, form)
    again = KnowledgeGraph.from_rdf(path, name="tiny")
    assert again.entity_ids == tiny_world.entity_ids
    assert fingerprint_of(again) == fingerprint_of(KnowledgeGraph.from_rdf(tiny_world.to_rdflib(), name="tiny"))


def test_an_unknown_format_is_named(tiny_world: KnowledgeGraph, tmp_path: Path):
    with pytest.raises(DataError, match="'docx'; known are turtle"):
        views.write(tiny_world, tmp_path / "x", "docx")
