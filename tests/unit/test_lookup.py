"""Names find their entities."""

import pandas as pd
import pytest

from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.compile import compile_graph
from kgrec.graph.lookup import Lookup
from kgrec.graph.store import EmbeddedStore


@pytest.fixture
def remakes() -> Lookup:
    """Two films of one title, a director who is called like a film, and other names."""
    base = "https://example.org/"
    facets = (
        Facet("director", f"{base}director", FacetKind.ENTITY, "director", "directors"),
        Facet("year", f"{base}year", FacetKind.NUMBER, "year", "years"),
        Facet("renown", f"{base}renown", FacetKind.NUMBER, "renown", "renown", is_prior=True),
    )
    items = pd.DataFrame(
        [
            ("old", "True Grit", 1969, 4, "Henry Hathaway", None),
            ("new", "True Grit", 2010, 4, "Joel Coen", None),
            ("city", "The City of Lost Children", 1995, 3, "Marc Caro", "La Cité des enfants perdus"),
            ("rings", "The Lord of the Rings: The Two Towers", 2002, 5, "Peter Jackson", None),
            ("caro", "Marc Caro", 2001, 1, "Nobody", None),
            ("signs", "???", 1999, 1, "Nobody", None),
        ],
        columns=["item", "label", "year", "renown", "director", "alias"],
    )
    ontology = Ontology("films", f"{base}Film", base, "film", "films", facets, qualifier="year")
    return Lookup(KnowledgeGraph.from_frames(items, ontology=ontology))


def test_concepts_that_no_item_has_are_known_as_absent_and_found_nowhere():
    base = "https://example.org/"
    store = EmbeddedStore()
    concept = "a <http://www.w3.org/2004/02/skos/core#Concept> ; <http://www.w3.org/2004/02/skos/core#altLabel>"
    store.bulk_load(
        f'<{base}x> a <{base}Film> ; <{base}genre> "Heist" . <{base}genre/horror> {concept} "fright" .'.encode(),
        "turtle",
    )
    genre = Facet("genre", f"{base}genre", FacetKind.CATEGORY, "genre", "genres")
    lookup = Lookup(compile_graph(store, Ontology("films", f"{base}Film", base, "film", "films", (genre,))))
    assert lookup.absent("Horror") == lookup.absent("FRIGHT") == ("genre/horror",)
    assert lookup.absent("heist") == lookup.absent("") == ()
    assert lookup.exact("horror") == ()
    assert "genre/horror" not in [match.entity for match in lookup.find("horror", 9)]
    with pytest.raises(UnknownEntityError):
        lookup.resolve("genre/horror")


def test_the_newer_of_two_equally_known_comes_first(remakes: Lookup):
    assert [match.entity for match in remakes.find("true grit", 2)] == ["new", "old"]


def test_the_qualifier_decides(remakes: Lookup):
    assert remakes.resolve("True Grit (1969)") == "old"
    assert remakes.find("true grit 2010")[0].entity == "new"


def test_items_come_before_values_of_the_same_name(remakes: Lookup):
    assert [match.entity for match in remakes.find("marc caro", 2)] == ["caro", "director/marc-caro"]
    assert remakes.resolve("marc caro", among="director") == "director/marc-caro"


def test_other_names_and_missing_accents_are_exact(remakes: Lookup):
    match = remakes.find("la cite des enfants perdus")[0]
    assert (match.entity, match.score, match.label) == ("city", 100.0, "The City of Lost Children (1995)")


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("the city of lost childen", "city"),
        ("City of Lost Children", "city"),
        ("lord of the rings", "rings"),
        ("The Lord of the Rings", "rings"),
    ],
)
def test_typing_errors_articles_and_beginnings_are_understood(remakes: Lookup, name: str, item: str):
    assert remakes.resolve(name) == item


def test_one_short_word_is_too_little_to_be_sure(remakes: Lookup):
    with pytest.raises(UnknownEntityError):
        remakes.resolve("lost")


def test_ids_resolve_to_themselves(remakes: Lookup):
    assert remakes.resolve("director/joel-coen") == "director/joel-coen"
    with pytest.raises(UnknownEntityError):
        remakes.resolve("director/joel-coen", among="items")


def test_a_name_of_signs_only_is_found(remakes: Lookup):
    assert remakes.resolve("???") == "signs"


def test_an_unknown_name_offers_the_three_nearest(remakes: Lookup):
    with pytest.raises(UnknownEntityError) as caught:
        remakes.resolve("Grit City", among="items")
    assert len(caught.value.nearest) == 3
    assert "True Grit (2010)" in caught.value.nearest


@pytest.mark.parametrize("name", ["", "   ", "\x1b[31m"])
def test_an_empty_name_means_nothing(remakes: Lookup, name: str):
    assert remakes.find(name) == ()
    with pytest.raises(UnknownEntityError):
        remakes.resolve(name)


def test_escape_codes_in_a_question_do_not_come_back_in_the_error(remakes: Lookup):
    with pytest.raises(UnknownEntityError) as caught:
        remakes.resolve("\x1b[31mzzzz")
    assert "\x1b" not in str(caught.value)


def test_a_facet_without_values_finds_nothing(remakes: Lookup):
    assert remakes.find("true grit", among="genre") == ()


def test_find_gives_no_more_than_asked_and_none_twice(remakes: Lookup):
    matches = remakes.find("the two", 4)
    assert 2 <= len(matches) <= 4
    assert len(matches) == len({match.entity for match in matches})
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
