"""Numbers in the words of a domain: its units and their multiples, its facets by name, signs of money."""

from dataclasses import replace

import pandas as pd
import pytest

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook


@pytest.fixture(scope="module")
def boats() -> KnowledgeGraph:
    """Eight boats: lengths 4 to 18 m, prices 900 to 30,000 $, bunks 0 to 8."""
    frame = pd.DataFrame(
        {
            "item": list("abcdefgh"),
            "label": ["Ada", "Bea", "Cleo", "Dora", "Elsa", "Fritzi", "Greta", "Hedda"],
            "metres": [4.0, 5.5, 7.0, 9.0, 11.0, 13.5, 16.0, 18.0],
            "price": [900.0, 1500.0, 3000.0, 5000.0, 9000.0, 14000.0, 22000.0, 30000.0],
            "bunks": [0.0, 1.0, 2.0, 2.0, 4.0, 6.0, 6.0, 8.0],
        }
    )
    graph = KnowledgeGraph.from_frames(frame)
    facets = tuple(
        replace(facet, unit={"metres": "m", "price": "$"}.get(facet.name, "")) for facet in graph.ontology.facets
    )
    return replace(graph, ontology=replace(graph.ontology, facets=facets))


def left(boats: KnowledgeGraph, text: str) -> str:
    session = Session.start(Recommender(texts=False).fit(boats), RuleBook.empty(boats))
    session.say(text)
    allowed = session.ranking().allowed
    return "".join(item for item, is_left in zip(boats.item_ids, allowed, strict=True) if is_left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 8 metres", "abc"),
        ("under 800 cm", "abc"),
        ("at least 5 bunks", "fgh"),
        ("bunks at least 5", "fgh"),
        ("a price below 2000", "ab"),
        ("price under $2,000", "ab"),
        ("under $1,600", "ab"),
        ("no more than 3,000 dollars", "abc"),
        ("price between 4000 and 10000", "de"),
        ("over 25000", "h"),  # only prices are so high
    ],
)
def test_a_bound_in_the_words_of_the_domain(boats: KnowledgeGraph, text: str, expected: str):
    assert left(boats, text) == expected


def test_a_number_that_may_be_of_two_facets_is_not_guessed(boats: KnowledgeGraph):
    assert left(boats, "under 7") == "abcdefgh"  # metres or bunks?


def test_words_for_little_and_much_are_exact_to_the_spread(boats: KnowledgeGraph):
    facets = tuple(
        replace(facet, low=("short",)) if facet.name == "metres" else facet for facet in boats.ontology.facets
    )
    session = Session.start(
        Recommender(texts=False).fit(replace(boats, ontology=replace(boats.ontology, facets=facets)))
    )
    session.say("something short")
    assert [chip.label for chip in session.chips] == ["metres ≤ 5.6 m"]
