"""RDF of any origin becomes a graph and a data set."""

from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph, views
from kgrec.ingest.datasets import load, open_dataset
from kgrec.ingest.rdf import import_rdf

BEERS = """
@prefix e: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
e:ale a e:Beer ; rdfs:label "Ale" ; e:style e:pale ; e:abv 4.5 .
e:ipa a e:Beer ; rdfs:label "IPA" ; e:style e:pale ; e:abv 6.5 .
e:bock a e:Beer ; rdfs:label "Bock" ; e:style e:dark ; e:abv 6.0 .
e:pale rdfs:label "Pale" .
"""


@pytest.fixture
def beers(tmp_path: Path) -> Path:
    path = tmp_path / "beers.ttl"
    path.write_text(BEERS, encoding="utf-8")
    return path


def test_a_file_without_ontology_becomes_a_graph(beers: Path):
    kg = KnowledgeGraph.from_rdf(beers)
    assert kg.item_ids == ("ale", "bock", "ipa")
    assert kg.labels == ("Ale", "Bock", "IPA", "dark", "Pale")
    assert kg.numbers["abv"].tolist() == [4.5, 6.0, 6.5]


def test_an_import_writes_an_ontology_to_edit_and_rules(beers: Path):
    folder = import_rdf(beers)
    assert folder.name == "beers"
    ontology = folder / "ontology.ttl"
    assert 'kgrec:name "style"' in ontology.read_text(encoding="utf-8")
    assert "style, abv" in (folder / "rules" / "beers.yaml").read_text(encoding="utf-8") or "abv, style" in (
        folder / "rules" / "beers.yaml"
    ).read_text(encoding="utf-8")
    assert load("beers").n_items == 3
    ontology.write_text(ontology.read_text(encoding="utf-8").replace('"beer"', '"brew"'), encoding="utf-8")
    assert load("beers").ontology.singular == "brew"


def test_an_exported_graph_imports_with_its_ontology_and_interactions(tiny_world: KnowledgeGraph, tmp_path: Path):
    path = tmp_path / "tiny.nt"
    tiny_world.to_rdflib(interactions=True).serialize(path, format="nt", encoding="utf-8")
    import_rdf(path)
    kg = open_dataset("tiny").graph()
    assert kg.entity_ids == tiny_world.entity_ids
    assert [facet.name for facet in kg.ontology.facets] == [facet.name for facet in tiny_world.ontology.facets]
    assert kg.interactions.times.tolist() == tiny_world.interactions.times.tolist()
    assert kg.summary()["interactions"] == 9


def test_a_data_set_exported_as_turtle_is_the_same(beers: Path, tmp_path: Path):
    kg = KnowledgeGraph.from_rdf(beers, name="beers")
    views.write(kg, tmp_path / "again.ttl")
    assert KnowledgeGraph.from_rdf(tmp_path / "again.ttl", name="beers").fingerprint == kg.fingerprint


def test_broken_turtle_is_named_with_its_place_and_leaves_nothing(tmp_path: Path):
    path = tmp_path / "broken.ttl"
    path.write_text(BEERS + "e:x a ;\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"broken\.ttl:7:7: "):
        import_rdf(path)
    with pytest.raises(DataError, match="no data set 'broken'"):
        load("broken")


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path):
    with pytest.raises(DataError, match=r"\.docx: cannot tell.*\.ttl"):
        KnowledgeGraph.from_rdf(tmp_path / "x.docx")


def test_an_interaction_without_item_is_named(tmp_path: Path):
    path = tmp_path / "x.ttl"
    path.write_text(
        BEERS + "e:i a <https://w3id.org/kgrec#Interaction> ; <https://w3id.org/kgrec#user> e:u .", encoding="utf-8"
    )
    with pytest.raises(DataError, match="no kgrec:item"):
        KnowledgeGraph.from_rdf(path)
