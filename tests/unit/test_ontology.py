"""What a domain declares is read, mistakes in it are named, and data without a domain gets one."""

from dataclasses import replace
from pathlib import Path

import pytest

from kgrec.domain import FacetKind, Ontology
from kgrec.errors import DataError, OntologyError
from kgrec.graph.ontology_inference import infer_ontology, string_kind
from kgrec.graph.ontology_reader import read_layout, read_ontology
from kgrec.graph.ontology_writer import ontology_triples
from kgrec.graph.store import EmbeddedStore
from kgrec.resources import package_file

HEAD = """
@prefix kgrec: <https://w3id.org/kgrec#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <https://example.org/> .
e:domain a kgrec:Domain ; rdfs:label "beers" ; kgrec:itemClass e:Beer ; kgrec:base "https://example.org/" .
"""


def store_of(turtle: str) -> EmbeddedStore:
    store = EmbeddedStore()
    store.bulk_load(turtle.encode(), "turtle")
    return store


@pytest.fixture(scope="module")
def films() -> EmbeddedStore:
    store = EmbeddedStore()
    store.bulk_load(package_file("ontology", "films.ttl"), "turtle")
    return store


def test_the_film_ontology_says_what_the_app_needs(films: EmbeddedStore):
    ontology = read_ontology(films)
    assert (ontology.name, ontology.singular, ontology.plural, ontology.qualifier) == ("films", "film", "films", "year")
    assert ontology.facets[0].name == "genre"
    assert ontology.facet("runtime").unit == "min"
    assert (ontology.facet("runtime").less, ontology.facet("year").more) == ("shorter", "newer")
    assert ontology.facet("director").weight > ontology.facet("certificate").weight > 0
    assert [facet.name for facet in ontology.facets if facet.is_prior] == ["renown"]
    assert ontology.facet("renown").question == ""


def test_people_share_ids_whatever_they_did(films: EmbeddedStore):
    ontology = read_ontology(films)
    assert {ontology.facet(name).folder for name in ("director", "actor", "writer", "composer")} == {"person/"}
    assert ontology.facet("genre").folder == "genre/"


def test_the_header_of_the_film_table_is_known(films: EmbeddedStore):
    header = {
        "id",
        "title",
        "original_title",
        "year",
        "runtime_min",
        "certificate",
        "countries",
        "languages",
        "genres",
        "directors",
        "writers",
        "cast",
        "keywords",
        "moods",
        "series",
        "series_order",
        "remake_of",
        "source",
        "awards",
        "renown",
        "description",
        "movielens_id",
    }
    layout = read_layout(films)
    columns = {column for facet in read_ontology(films).facets for column in facet.columns}
    columns |= {*layout.id_columns, *layout.label_columns, *layout.alias_columns, *layout.identifiers}
    assert header <= columns


@pytest.mark.parametrize("name", ["kgrec.ttl", "films.ttl", "shapes.ttl"])
def test_shipped_turtle_is_valid(name: str):
    store = EmbeddedStore()
    store.bulk_load(package_file("ontology", name), "turtle")
    assert len(store) > 50


def test_every_word_of_ours_that_films_use_is_declared(films: EmbeddedStore):
    core = EmbeddedStore()
    core.bulk_load(package_file("ontology", "kgrec.ttl"), "turtle")
    declared = {triple.subject.value for triple in core.triples()}
    own = "https://w3id.org/kgrec#"
    used = {
        term.value
        for triple in films.triples()
        for term in (triple.predicate, triple.object)
        if term.value.startswith(own)
    }
    assert used <= declared


@pytest.mark.parametrize(
    ("facet", "message"),
    [
        ("e:f a kgrec:Facet ; kgrec:kind kgrec:Category .", "no kgrec:name"),
        ('e:f a kgrec:Facet ; kgrec:name "f" .', "facet 'f' has no kgrec:kind"),
        ('e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Colour .', "unknown kgrec:kind .*kgrec:Category"),
        ('e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Text ; kgrec:weight "much" .', "'much' is no number"),
        ('e:f a kgrec:Facet ; kgrec:name "Big F" ; kgrec:kind kgrec:Text .', "lower-case word"),
        ('e:f a kgrec:Facet ; kgrec:name "f", "g" ; kgrec:kind kgrec:Text .', "several kgrec:name"),
        ('e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Entity ; kgrec:affirm "Like it?" .', "{value}"),
        (
            (
                'e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Text . '
                'e:g a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Text .'
            ),
            "two facets are called 'f'",
        ),
        ("e:domain kgrec:qualifier e:nothing .", "qualifier <https://example.org/nothing>"),
        ("e:other a kgrec:Domain ; kgrec:itemClass e:Wine .", "exactly one kgrec:Domain"),
    ],
)
def test_mistakes_in_an_ontology_name_the_facet_and_the_property(facet: str, message: str):
    with pytest.raises(OntologyError, match=message):
        read_ontology(store_of(HEAD + facet))


def test_an_ontology_without_domain_is_an_error():
    with pytest.raises(OntologyError, match="this one: none"):
        read_ontology(store_of("<a:a> <a:b> <a:c> ."))


def test_an_order_that_runs_into_itself_is_an_error():
    turtle = HEAD + (
        'e:f a kgrec:Facet ; kgrec:name "f" ; kgrec:kind kgrec:Ordered ; kgrec:order e:l . '
        '@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . e:l rdf:first "a" ; rdf:rest e:l .'
    )
    with pytest.raises(OntologyError, match="runs into itself"):
        read_ontology(store_of(turtle))


def test_an_ontology_is_written_as_it_is_read(tiny_ontology: Ontology):
    ordered = replace(tiny_ontology.facets[2], name="size", iri="https://example.org/size", kind=FacetKind.ORDERED)
    ontology = replace(
        tiny_ontology,
        facets=(
            *tiny_ontology.facets,
            replace(ordered, order=("small", "medium", "large"), is_prior=True, is_controlled=True),
        ),
    )
    store = EmbeddedStore()
    store.add_batch(ontology_triples(ontology))
    again = read_ontology(store)
    named = {facet.name: facet for facet in again.facets}
    assert [facet.name for facet in again.facets] == [facet.name for facet in ontology.facets]
    for facet in ontology.facets:
        assert replace(facet, columns=facet.columns or (facet.name,)) == named[facet.name]


# --- inference --------------------------------------------------------------------------------------------------------


def test_kinds_of_strings():
    assert string_kind(["red", "blue", "red"], 3) is FacetKind.CATEGORY
    assert string_kind([f"name {number}" for number in range(100)], 100) is FacetKind.ENTITY
    assert string_kind(["a sentence of many words, which nobody would take for any name"], 1) is FacetKind.TEXT


def test_a_domain_is_inferred_from_its_largest_class():
    turtle = """
    @prefix e: <https://example.org/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    e:ale a e:Beer ; rdfs:label "Ale" ; e:madeIn e:york ; e:abv 4.5 ; e:since "1999-05-01"^^xsd:date ;
      e:colour "amber" .
    e:bock a e:Beer ; rdfs:label "Bock" ; e:madeIn e:bonn ; e:abv 6.5 ; e:colour "dark" .
    e:york a e:City ; rdfs:label "York" . e:bonn a e:City . e:rome a e:City .
    """
    ontology = infer_ontology(store_of(turtle), "beers")
    assert (ontology.item_class, ontology.base) == ("https://example.org/ns#Beer", "https://example.org/ns#")
    assert (ontology.singular, ontology.plural) == ("beer", "beers")
    assert {facet.name: facet.kind for facet in ontology.facets} == {
        "abv": FacetKind.NUMBER,
        "colour": FacetKind.CATEGORY,
        "made_in": FacetKind.ENTITY,
        "since": FacetKind.DATE,
    }


def test_nothing_with_a_class_cannot_be_items():
    with pytest.raises(DataError, match="rdf:type"):
        infer_ontology(store_of("<a:a> <a:b> <a:c> ."), "x")


def test_a_missing_ontology_file_is_a_data_error(tmp_path: Path):
    with pytest.raises(DataError, match=r"none\.ttl"):
        EmbeddedStore().bulk_load(tmp_path / "none.ttl", "turtle")
