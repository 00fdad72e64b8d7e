"""pandas tables become a graph."""

import numpy as np
import pandas as pd
import pytest

from kgrec.domain import FacetKind, Ontology
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Scope, compile_expression

from_frames = KnowledgeGraph.from_frames


@pytest.fixture
def beers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": [30, 10, 20],
            "label": ["Ale", "Bock", None],
            "ABV (%)": [4.5, np.nan, 6.0],
            "brewed": pd.to_datetime(["1970-01-11", None, "1970-01-02"]),
            "organic": [True, False, True],
            "size": pd.Categorical(["small", "large", None], ["small", "medium", "large"], ordered=True),
            "style": ["pale|hoppy", "dark", None],
            "sold_in": [["York", "Bonn"], [], ("Bonn",)],
            "note": ["A long, long description of a beer that says how it tastes and smells and looks.", "", None],
        }
    )


def test_facets_are_inferred_from_dtypes_and_values(beers: pd.DataFrame):
    kg = from_frames(beers, name="beers")
    assert {facet.name: facet.kind for facet in kg.ontology.facets} == {
        "abv": FacetKind.NUMBER,
        "brewed": FacetKind.DATE,
        "organic": FacetKind.CATEGORY,
        "size": FacetKind.ORDERED,
        "style": FacetKind.CATEGORY,
        "sold_in": FacetKind.CATEGORY,
        "note": FacetKind.TEXT,
    }
    assert kg.facet("size").order == ("small", "medium", "large")
    assert kg.facet("abv").columns == ("ABV (%)",)


def test_rows_stay_in_order_and_values_arrive(beers: pd.DataFrame):
    kg = from_frames(beers)
    assert kg.item_ids == ("30", "10", "20")
    assert kg.labels[:3] == ("Ale", "Bock", "20")
    assert kg.numbers["abv"][[0, 2]].tolist() == [4.5, 6.0]
    assert kg.numbers["brewed"][[0, 2]].tolist() == [10, 1]
    named = {
        facet: [kg.labels[value] for value in kg.values_of(0, facet)]
        for facet in ("organic", "style", "sold_in", "size")
    }
    assert named == {"organic": ["yes"], "style": ["hoppy", "pale"], "sold_in": ["Bonn", "York"], "size": ["small"]}
    assert kg.texts["note"][1] == ""


def test_the_callers_table_is_left_alone(beers: pd.DataFrame):
    before = beers.copy(deep=True)
    from_frames(beers)
    pd.testing.assert_frame_equal(beers, before)


def test_triples_add_values_items_and_a_hierarchy():
    kg = from_frames(
        pd.DataFrame({"item": ["a", "b"]}),
        pd.DataFrame(
            [("a", "style", "Stout"), ("b", "style", "Dark"), ("a", "follows", "b"), ("Stout", "broader", "Dark")],
            columns=["head", "relation", "tail"],
        ),
    )
    assert kg.links["follows"].toarray()[0, 1] == 1  # b is an item, no value called "b"
    assert kg.links["style"].toarray()[0].tolist() == [0, 0, 0.5, 1]
    assert kg.labels[2:] == ("Dark", "Stout")


def test_a_circle_of_broader_triples_is_named():
    triples = pd.DataFrame(
        [("a", "style", "X"), ("X", "broader", "Y"), ("Y", "broader", "X")], columns=["head", "relation", "tail"]
    )
    with pytest.raises(Exception, match="X → Y → X"):
        from_frames(pd.DataFrame({"item": ["a"]}), triples)


def test_interactions_keep_order_times_and_context():
    kg = from_frames(
        pd.DataFrame({"item": ["a", "b"]}),
        interactions=pd.DataFrame(
            {
                "user": [7, 8, 7],
                "item": ["b", "a", "a"],
                "rating": [2, 1, None],
                "timestamp": ["1970-01-01 00:01", None, "1970-01-02"],
                "weather": ["rain", None, "sun"],
            }
        ),
    )
    log = kg.interactions
    assert log.user_ids == ("7", "8")
    assert log.items.tolist() == [1, 0, 0]
    assert log.times.tolist() == [60, 0, 86400]
    assert log.values.tolist() == [1.0, -1.0, 1.0]  # noqa: PD011  (not pandas)
    assert log.context == {"weather": ("rain", "", "sun")}


def test_integers_beside_gaps_are_the_same_ids():
    interactions = pd.DataFrame({"user": [1.0, 2.0], "item": [10.0, 20.0]})
    kg = from_frames(pd.DataFrame({"item": [10, 20]}), interactions=interactions)
    assert kg.interactions.user_ids == ("1", "2")


def test_texts_and_users():
    kg = from_frames(
        pd.DataFrame({"item": ["a", "b"]}),
        texts=pd.DataFrame({"item": ["b", "b"], "text": ["first", "second"]}),
        users=pd.DataFrame({"user": ["u"], "age": [30], "smoker": [True], "diet": [None]}),
    )
    assert kg.texts["text"] == ("", "first second")
    assert kg.user_facts == {"u": {"age": 30.0, "smoker": "yes"}}


def test_a_list_about_a_user_is_kept_whole():
    users = pd.DataFrame(
        {
            "user": ["u", "v", "w"],
            "cuisines": ["Thai|Mexican", "Thai", ""],
            "payment": [["VISA", "cash"], [], ["cash"]],
            "age": [30, 31, np.nan],
        }
    )
    kg = from_frames(pd.DataFrame({"item": ["a"]}), users=users)
    assert kg.user_facts == {
        "u": {"age": 30.0, "cuisines": ("Mexican", "Thai"), "payment": ("VISA", "cash")},
        "v": {"age": 31.0, "cuisines": ("Thai",)},
        "w": {"payment": ("cash",)},
    }


def test_rules_compare_items_with_lists_about_users():
    kg = from_frames(
        pd.DataFrame({"item": ["a", "b", "c"], "cuisine": ["Thai", "Mexican|Cuban", "Greek"]}),
        users=pd.DataFrame({"user": ["u"], "cuisines": ["Thai|Mexican"], "payment": [["VISA", "cash"]]}),
    )
    scope = Scope(user=kg.user_facts["u"])
    assert compile_expression("cuisine in user.cuisines", kg).mask(scope).tolist() == [True, True, False]
    assert compile_expression("cuisine has only user.cuisines", kg).mask(scope).tolist() == [True, False, False]
    assert compile_expression("user.payment has VISA", kg).mask(scope).all()
    assert not compile_expression("user.payment has checks", kg).mask(scope).all()


def test_hostile_labels_arrive_harmless():
    kg = from_frames(
        pd.DataFrame({"item": ["a"], "label": ["\x1b[2J[bold]Evil[/bold]\x00\nTitle"], "kind": ["\x1b]0;x\x07y"]})
    )
    assert kg.labels == ("[bold]Evil[/bold] Title", "y")


def test_any_id_is_kept_as_it_is():
    ids = ["a b", "ü/ö", "100%", "<x>", 'q"q', "a#b?c", "日本", "urn:isbn:1", "https://example.org/x", "%41", "A"]
    assert from_frames(pd.DataFrame({"item": ids})).item_ids == tuple(ids)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"items": pd.DataFrame({"id": ["a"]})}, "items has no column 'item'; its columns are: id"),
        ({"items": pd.DataFrame({"item": []})}, "no items"),
        ({"items": pd.DataFrame({"item": ["a", "b", "a", "b"]})}, "2 item ids occur more than once: 'a', 'b'"),
        ({"items": pd.DataFrame({"item": ["a", None]})}, "items has no item in row 1"),
        ({"items": pd.DataFrame({"item": ["a", ""]})}, "empty item in row 1"),
        ({"items": pd.DataFrame({"item": ["a"], "???": [1]})}, "'\\?\\?\\?' of items cannot name a facet"),
        (
            {"items": pd.DataFrame({"item": ["a"], "Size": [1], "size": [2]})},
            "two columns of items are the facet 'size'",
        ),
        ({"interactions": pd.DataFrame({"user": ["u"]})}, "interactions has no column 'item'"),
        ({"interactions": pd.DataFrame({"user": ["u"], "item": ["z"]})}, "1 unknown items: 'z'"),
        (
            {"interactions": pd.DataFrame({"user": ["u"], "item": ["a"], "rating": ["good"]})},
            "rating in row 0 of interactions is 'good', which is no number",
        ),
        (
            {"interactions": pd.DataFrame({"user": ["u", "v"], "item": ["a", "a"], "rating": [1.0, float("inf")]})},
            "rating in row 1 of interactions is 'inf', which is no number",
        ),
        (
            {"interactions": pd.DataFrame({"user": ["u"], "item": ["a"], "timestamp": ["late"]})},
            "'timestamp' of interactions",
        ),
        ({"triples": pd.DataFrame({"head": ["a"], "tail": ["b"]})}, "triples has no column 'relation'"),
        ({"triples": pd.DataFrame({"head": ["z"], "relation": ["r"], "tail": ["b"]})}, "1 unknown items: 'z'"),
        ({"triples": pd.DataFrame({"head": ["x"], "relation": ["broader"], "tail": ["y"]})}, "no item has a value"),
        ({"texts": pd.DataFrame({"item": ["z"], "text": ["t"]})}, "texts of 1 unknown items: 'z'"),
        ({"users": pd.DataFrame({"name": ["u"]})}, "users has no column 'user'"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tables: dict[str, pd.DataFrame], message: str):
    with pytest.raises(DataError, match=message):
        from_frames(**{"items": pd.DataFrame({"item": ["a"]}), **tables})


def test_an_ontology_decides_and_refuses_what_it_does_not_know(tiny_ontology: Ontology):
    with pytest.raises(DataError, match="knows no facet 'colour'; it has genre, director"):
        from_frames(pd.DataFrame({"item": ["a"], "colour": ["red"]}), ontology=tiny_ontology)
    with pytest.raises(DataError, match="year of item 'a' is 'MCM', which is no number"):
        from_frames(pd.DataFrame({"item": ["a"], "year": ["MCM"]}), ontology=tiny_ontology)
