"""Triples become arrays: order, hierarchy, literals, and what is refused."""

import numpy as np
import pytest

from kgrec.errors import DataError, OntologyError
from kgrec.graph.compile import compile_graph
from kgrec.graph.facts import day_number
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.knowledge import INHERITED, KnowledgeGraph
from kgrec.graph.ontology_reader import read_ontology
from kgrec.graph.store import EmbeddedStore

BEERS = """
@prefix kgrec: <https://w3id.org/kgrec#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://example.org/> .
e:domain a kgrec:Domain ; rdfs:label "beers" ; kgrec:itemClass e:Beer ; kgrec:base "https://example.org/" .
e:style a kgrec:Facet ; kgrec:name "style" ; kgrec:kind kgrec:Category .
e:abv a kgrec:Facet ; kgrec:name "abv" ; kgrec:kind kgrec:Number .
e:since a kgrec:Facet ; kgrec:name "since" ; kgrec:kind kgrec:Date .
e:note a kgrec:Facet ; kgrec:name "note" ; kgrec:kind kgrec:Text .
"""


def graph_of(turtle: str, interactions: InteractionTable | None = None) -> KnowledgeGraph:
    store = EmbeddedStore()
    store.bulk_load((BEERS + turtle).encode(), "turtle")
    return compile_graph(store, read_ontology(store), interactions)


def test_the_tiny_world_is_what_its_table_says(tiny_world: KnowledgeGraph):
    kg = tiny_world
    assert kg.item_ids == ("heat", "thief", "scream", "alien", "babe", "clue")
    assert kg.n_entities == 21
    assert kg.index("genre/horror") == 18
    assert kg.label("heat") == "Heat (1995)"
    assert kg.numbers["runtime"][:5].tolist() == [170, 123, 111, 117, 91]
    assert np.isnan(kg.numbers["runtime"][5])
    assert kg.texts["description"][4] == "A pig learns to herd sheep."
    assert kg.prior is kg.numbers["renown"]
    assert kg.interactions.item_counts.tolist() == [3, 1, 1, 1, 2, 1]
    assert kg.interactions.values[[0, 1, 2, 8]].tolist() == pytest.approx([1.0, 1.3 / 1.8, -2.2 / 2.7, -1.0])
    assert kg.interactions.times.tolist() == list(range(1000, 1900, 100))


def test_links_reach_up_the_hierarchy_with_half_strength(tiny_world: KnowledgeGraph):
    genre = tiny_world.links["genre"].toarray()
    scream, alien = tiny_world.index("scream"), tiny_world.index("alien")
    horror, slasher = tiny_world.index("genre/horror"), tiny_world.index("genre/slasher")
    assert (genre[scream, slasher], genre[scream, horror], genre[alien, horror]) == (1.0, INHERITED, 1.0)
    assert tiny_world.values_of(scream, "genre") == (slasher,)
    assert set(tiny_world.values_of(scream, "genre", inherited=True)) == {slasher, horror}
    assert tiny_world.broader == {"genre/slasher": ("genre/horror",)}


def test_a_stated_link_stays_whole_beside_an_inherited_one():
    kg = graph_of("e:ale a e:Beer ; e:style e:stout, e:dark . e:stout skos:broader e:dark .")
    assert kg.links["style"].toarray().tolist() == [[0.0, 1.0, 1.0]]


def test_items_come_by_position_then_id_and_values_by_id():
    kg = graph_of("e:b a e:Beer ; e:style e:z . e:c a e:Beer ; kgrec:position 1 . e:a a e:Beer ; e:style e:y .")
    assert kg.entity_ids == ("c", "a", "b", "y", "z")


def test_the_numbering_does_not_depend_on_the_order_of_triples():
    lines = ["e:a a e:Beer .", "e:b a e:Beer .", "e:a e:style e:x .", "e:b e:style e:y .", "e:x skos:broader e:w ."]
    one, other = graph_of("\n".join(lines)), graph_of("\n".join(reversed(lines)))
    assert one.entity_ids == other.entity_ids
    assert one.fingerprint == other.fingerprint


def test_fingerprints_tell_graphs_apart():
    turtles = [
        "e:a a e:Beer .",
        "e:a a e:Beer ; e:abv 4 .",
        "e:a a e:Beer ; e:abv 5 .",
        'e:a a e:Beer ; rdfs:label "A" .',
    ]
    assert len({graph_of(turtle).fingerprint for turtle in turtles}) == len(turtles)


def test_an_item_without_label_is_called_by_its_id_and_a_value_by_its_last_part():
    kg = graph_of("e:ale-1 a e:Beer ; e:style <https://elsewhere.org/styles#Pale_Ale> .")
    assert kg.labels == ("ale-1", "Pale Ale")
    assert kg.entity_ids[1] == "https://elsewhere.org/styles#Pale_Ale"


def test_labels_prefer_english_and_are_cleaned():
    kg = graph_of('e:a a e:Beer ; rdfs:label "Bière"@fr, "B\\u001B[31meer"@en ; skos:altLabel "Ale", "Beer", "Öl\\n" .')
    assert kg.labels == ("Beer",)
    assert kg.aliases == {"a": ("Ale", "Öl")}


def test_literals_of_a_linked_facet_become_values_and_duplicates_merge():
    kg = graph_of('e:a a e:Beer ; e:style "Pale Ale", "pale  ale" . e:b a e:Beer ; e:style "Pale Ale" .')
    assert kg.entity_ids == ("a", "b", "style/pale-ale")
    assert kg.labels[2] == "Pale Ale"
    assert kg.links["style"].nnz == 2


def test_numbers_dates_and_texts():
    kg = graph_of('e:a a e:Beer ; e:abv 4.5, 5 ; e:since "1970-01-11"^^xsd:date ; e:note "b", "a" . e:b a e:Beer .')
    assert kg.numbers["abv"][0] == 4.5  # of several the least
    assert kg.numbers["since"][0] == 10
    assert np.isnan(kg.numbers["abv"][1])
    assert kg.texts["note"] == ("a b", "")


@pytest.mark.parametrize(
    ("text", "day"), [("1970", 0), ("1970-02", 31), ("1969-12-31", -1), ("1970-01-02T10:00:00Z", 1)]
)
def test_dates_of_any_precision(text: str, day: float):
    assert day_number(text) == day


@pytest.mark.parametrize("text", ["", "soon", "-300", "1999-13-01", "1-2-3-4"])
def test_what_is_no_date(text: str):
    with pytest.raises(ValueError):  # noqa: PT011  (the callers word it)
        day_number(text)


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("", "no items: nothing has the class <https://example.org/Beer>"),
        ('e:a a e:Beer ; e:abv "strong" .', "abv of 'a' is 'strong', which is no number"),
        ('e:a a e:Beer ; e:since "soon" .', "since of 'a' is 'soon', which is no date"),
    ],
)
def test_what_cannot_be_compiled_is_named(turtle: str, message: str):
    with pytest.raises(DataError, match=message):
        graph_of(turtle)


def test_a_circle_in_the_hierarchy_is_an_error_that_names_it():
    turtle = (
        'e:a a e:Beer ; e:style e:x . e:x skos:broader e:y ; rdfs:label "X" . e:y skos:broader e:x ; rdfs:label "Y" .'
    )
    with pytest.raises(OntologyError, match="X → Y → X"):
        graph_of(turtle)


def test_interactions_with_unknown_items_are_named():
    table = InteractionTable(users=["u", "u"], items=["a", "nothing"])
    with pytest.raises(DataError, match="1 unknown items: 'nothing'"):
        graph_of("e:a a e:Beer .", table)


def test_interactions_without_ratings_count_as_liked():
    kg = graph_of("e:a a e:Beer . e:b a e:Beer .", InteractionTable(users=["v", "u"], items=["b", "a"]))
    assert kg.interactions.user_ids == ("v", "u")
    assert kg.interactions.values.tolist() == [1.0, 1.0]
    assert np.isnan(kg.interactions.ratings).all()


def test_user_facts_are_read():
    kg = graph_of(
        "e:a a e:Beer . <https://example.org/user/ann> a kgrec:User ; <https://w3id.org/kgrec/user/age> 34 ; "
        '<https://w3id.org/kgrec/user/diet> "vegan" .'
    )
    assert kg.user_facts == {"ann": {"age": 34.0, "diet": "vegan"}}


def test_several_statements_of_a_fact_are_a_list_and_then_it_is_one_for_everybody():
    kg = graph_of(
        "@prefix user: <https://w3id.org/kgrec/user/> . e:a a e:Beer . "
        '<https://example.org/user/ann> a kgrec:User ; user:likes "stout", "ale", "ale " ; user:size 2, 0.5 . '
        '<https://example.org/user/bob> a kgrec:User ; user:likes "ale" ; user:size 1 ; user:diet "" .'
    )
    assert kg.user_facts == {
        "ann": {"likes": ("ale", "stout"), "size": ("0.5", "2")},
        "bob": {"likes": ("ale",), "size": 1.0},  # a number by itself stays one, to calculate with
    }


STYLES = """
e:hops a kgrec:Facet ; kgrec:name "hops" ; kgrec:kind kgrec:Entity .
e:aroma a kgrec:Facet ; kgrec:name "aroma" ; kgrec:kind kgrec:Category ; kgrec:prefix "flavour" .
e:taste a kgrec:Facet ; kgrec:name "taste" ; kgrec:kind kgrec:Category ; kgrec:prefix "flavour" .
<https://example.org/style/porter> a skos:Concept ; skos:prefLabel "Porter" ; skos:broader <https://example.org/dark> .
<https://example.org/style/ale> a skos:Concept ; skos:prefLabel "Ale" ; skos:altLabel "Bitter" .
<https://example.org/flavour/nutty> a skos:Concept .
<https://example.org/flavour/sour> a skos:Concept .
<https://example.org/hops/fuggle> a skos:Concept .
<https://example.org/beers/none> a skos:Concept .
e:a a e:Beer ; e:style <https://example.org/style/ale> ; e:taste "Nutty" .
"""


def test_declared_concepts_are_values_of_the_categories_their_ids_name():
    kg = graph_of(STYLES)
    assert kg.entity_ids == ("a", "dark", "flavour/nutty", "flavour/sour", "style/ale", "style/porter")
    assert {facet: [kg.entity_ids[value] for value in values] for facet, values in kg.unused.items()} == {
        "style": ["style/porter"],
        "aroma": ["flavour/nutty", "flavour/sour"],
        "taste": ["flavour/sour"],
    }
    assert kg.broader == {"style/porter": ("dark",)}
    assert kg.aliases == {"style/ale": ("Bitter",)}


def test_concepts_without_items_weigh_nothing():
    kg, bare = graph_of(STYLES), graph_of("e:a a e:Beer ; e:style e:ale .")
    assert kg.linked_facets == (kg.facet("style"), kg.facet("taste"))
    assert kg.facets_of("style/porter") == ()
    assert [kg.labels[value] for value in kg.values("style")] == ["Ale"]
    assert [kg.entity_ids[value] for value in kg.attributes.indices] == ["flavour/nutty", "style/ale"]
    assert bare.unused == {"style": ()}


def test_declared_concepts_survive_rdf():
    kg = graph_of(STYLES)
    again = KnowledgeGraph.from_rdf(kg.to_rdflib(), name=kg.name)
    assert again.ontology == kg.ontology
    assert again.fingerprint == kg.fingerprint
