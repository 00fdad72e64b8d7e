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


RECIPES = """{"@context": ["https://schema.org/"], "@graph": [
  {"@id": "https://example.org/hummus", "@type": "Recipe", "name": "Hummus", "totalTime": "PT10M",
   "suitableForDiet": "https://schema.org/VeganDiet"},
  {"@id": "https://example.org/ramen", "@type": "Recipe", "name": "Ramen", "totalTime": "PT4H"}]}
"""


def test_json_ld_as_web_sites_write_it_is_read_without_fetching_its_context(tmp_path: Path):
    path = tmp_path / "recipes.jsonld"
    path.write_text(RECIPES, encoding="utf-8")
    kg = KnowledgeGraph.from_rdf(path)
    assert kg.labels[:2] == ("Hummus", "Ramen")
    assert kg.labels[2] == "VeganDiet"
    assert kg.numbers["total_time"].tolist() == [10, 240]
    assert next(facet.unit for facet in kg.ontology.facets if facet.name == "total_time") == "min"


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


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass e:Beer ;
    sh:property [ sh:path e:abv ; sh:maxInclusive 7.0 ; sh:name "strength" ; sh:order 1 ; sh:message "too strong" ] ;
    sh:property [ sh:path e:style ; sh:minCount 1 ; sh:order 2 ] .
"""


def test_shapes_name_and_order_facets(beers: Path, tmp_path: Path):
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    import_rdf(beers, shapes=shapes)
    assert [facet.name for facet in load("beers").ontology.facets] == ["strength", "style"]


def test_data_that_does_not_fit_its_shapes_is_refused(beers: Path, tmp_path: Path):
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES.replace("7.0", "6.2"), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"shapes\.ttl: the data does not fit these shapes.*\n  .*/ipa: too strong, not"
    ):
        import_rdf(beers, shapes=shapes)
    with pytest.raises(DataError, match="no data set 'beers'"):
        load("beers")


def test_shapes_that_are_none_are_told(beers: Path, tmp_path: Path):
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES + "oops", encoding="utf-8")
    with pytest.raises(DataError, match=r"shapes\.ttl"):
        import_rdf(beers, shapes=shapes)


def test_labels_are_read_in_the_language_asked_for(tmp_path: Path):
    path = tmp_path / "towns.ttl"
    path.write_text(
        """@prefix e: <https://example.org/> . @prefix s: <http://www.w3.org/2004/02/skos/core#> .
        @prefix r: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> .
        e:1 a e:Town ; r:label "Munich"@en, "München"@de, "Monaco"@it . e:2 a e:Town ; s:prefLabel "Köln"@de-AT .
        e:3 a e:Town ; schema:name "Ulm" . e:4 a e:Town ; r:label "Geneva"@en, "Genève"@fr .""",
        encoding="utf-8",
    )
    assert KnowledgeGraph.from_rdf(path).labels == ("Munich", "Köln", "Ulm", "Geneva")
    import_rdf(path, language="de")
    assert load("towns").labels == ("München", "Köln", "Ulm", "Geneva")
    with pytest.raises(DataError, match="'not one' is no language tag"):
        import_rdf(path, language="not one")
