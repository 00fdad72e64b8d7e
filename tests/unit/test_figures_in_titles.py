"""Figures beside titles: the end of a title, the marks that are given, or neither, which is asked."""

import pandas as pd
import pytest

from kgrec.dialogue import Session
from kgrec.dialogue.readings import NotFound, Opine, Setting
from kgrec.dialogue.understand import understand
from kgrec.domain import Facet, FacetKind, Ontology
from kgrec.graph import KnowledgeGraph
from kgrec.graph.interactions import rating_values
from kgrec.graph.lookup import Lookup
from kgrec.recommender import Recommender


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    base = "https://example.org/"
    facets = (
        Facet("series", f"{base}series", FacetKind.ENTITY, "series", "series", phrase="part of {value}"),
        Facet("year", f"{base}year", FacetKind.NUMBER, "year", "years", less="older", more="newer"),
    )
    items = pd.DataFrame(
        [
            ("jaws", "Jaws", 1975, "Jaws"),
            ("jaws2", "Jaws 2", 1978, "Jaws"),
            ("toys", "Toy Story", 1995, "Toy Story"),
            ("toys3", "Toy Story 3", 2010, "Toy Story"),
            ("men", "12 Angry Men", 1957, None),
            ("xmen", "X-Men", 2000, "X-Men"),
            ("grumpy", "Grumpy Old Men", 1993, "Grumpy Old Men"),
            ("apollo", "Apollo 13", 1995, None),
        ],
        columns=["item", "label", "year", "series"],
    )
    ontology = Ontology("figures", f"{base}Item", base, "item", "items", facets, qualifier="year")
    return KnowledgeGraph.from_frames(items, ontology=ontology)


def marks(given: float, scale: float) -> float:
    return round(float(rating_values(pd.Series([given]).to_numpy(), low=1.0, high=scale)[0]), 2)


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("I give Jaws 2 stars", "jaws", marks(2, 5)),
        ("I give Jaws 2 4 stars", "jaws2", marks(4, 5)),
        ("Jaws 2 is great", "jaws2", 1.0),
        ("I rate Toy Story 3 stars", "toys", marks(3, 5)),
        ("Toy Story 3 5 stars", "toys3", 1.0),
        ("Jaws 2 out of 5", "jaws", marks(2, 5)),
        ("Jaws 2 2 out of 5", "jaws2", marks(2, 5)),
        ("Jaws 2 of 5 stars", "jaws", marks(2, 5)),
        ("Jaws 2/5", "jaws", marks(2, 5)),
        ("Jaws 2 4/5", "jaws2", marks(4, 5)),
        ("Jaws 2 points", "jaws", marks(2, 10)),
        ("Jaws 3.5 stars", "jaws", marks(3.5, 5)),
        ("Jaws two and a half stars", "jaws", marks(2.5, 5)),
        ("half a star for Jaws", "jaws", -1.0),
        ("Apollo 13 5 stars", "apollo", 1.0),
        ("Jaws: 4.5/5", "jaws", marks(4.5, 5)),
        ("2.5/5 for Jaws", "jaws", marks(2.5, 5)),
        ("I rate Jaws 4", "jaws", marks(4, 5)),
        ("I rate Jaws 8", "jaws", marks(8, 10)),
    ],
)
def test_a_figure_before_stars_is_the_marks_unless_others_follow(graph, text: str, item: str, value: float):
    assert understand(text, Lookup(graph), Setting(year=2026)) == (Opine(item, value),)


@pytest.mark.parametrize(
    "text",
    [
        "4 stars for Jaws and 2 for Apollo 13",
        "4 stars for Jaws, 2 for Apollo 13",
        "Jaws 4 stars, Apollo 13 2",
        "I rate Jaws 4 and Apollo 13 2",
        "4/5 for Jaws and 2/5 for Apollo 13",
    ],
)
def test_each_of_several_is_given_its_own_marks(graph, text: str):
    expected = (Opine("jaws", marks(4, 5)), Opine("apollo", marks(2, 5)))
    assert understand(text, Lookup(graph), Setting(year=2026)) == expected


@pytest.mark.parametrize("text", ["12112 Angry Men", "I loved 12112 Angry Men", "I have seen 13 Angry Men"])
def test_a_figure_that_is_not_in_the_title_is_asked_about(graph, text: str):
    readings = understand(text, Lookup(graph), Setting(year=2026))
    assert [type(reading) for reading in readings] == [NotFound]
    assert readings[0].nearest[0].entity == "men"
    told = Session.start(Recommender(texts=False).fit(graph)).say(text).text
    assert told.startswith("I know nothing called")
    assert "12 Angry Men" in told


@pytest.mark.parametrize("text", ["12 Angri Men", "I loved 12 Agnry Men", "Apolo 13", "Toy Stori 3"])
def test_a_slip_beside_the_right_figure_is_forgiven(graph, text: str):
    readings = understand(text, Lookup(graph), Setting(year=2026))
    assert [type(reading) for reading in readings] == [Opine]


def test_one_common_word_is_no_surname_within_a_longer_name(graph):
    for text in ("I loved Angry Blorp Men", "Angry Men of Blorp"):
        named = {getattr(each, "entity", "") for each in understand(text, Lookup(graph), Setting())}
        assert named.isdisjoint({"xmen", "grumpy", "series/x-men", "series/grumpy-old-men"})
