"""Hierarchies: closure, circles, depth."""

import pytest

from kgrec.errors import OntologyError
from kgrec.graph.hierarchy import ancestors, without_cycles


def test_a_value_implies_all_above_it():
    above = ancestors({"splatter": ["slasher"], "slasher": ["horror", "crime"]}, {})
    assert above["splatter"] == {"slasher", "horror", "crime"}
    assert above["horror"] == frozenset()


def test_two_ways_up_are_no_circle():
    above = ancestors({"a": ["b", "c"], "b": ["d"], "c": ["d"]}, {})
    assert above["a"] == {"b", "c", "d"}


def test_a_circle_is_named_with_its_way_round():
    with pytest.raises(OntologyError, match="Horror → Slasher → Scary → Horror"):
        ancestors({"h": ["s"], "s": ["x"], "x": ["h"]}, {"h": "Horror", "s": "Slasher", "x": "Scary"})


def test_a_value_above_itself_is_a_circle():
    with pytest.raises(OntologyError, match="a → a"):
        ancestors({"a": ["a"]}, {})


def test_depth_beyond_the_recursion_limit_is_fine():
    chain = {str(number): [str(number + 1)] for number in range(3000)}
    assert len(ancestors(chain, {})["0"]) == 3000


def test_only_the_edge_that_closes_a_circle_is_dropped():
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")]
    assert without_cycles(edges) == ([("a", "b"), ("b", "c"), ("a", "c")], [("c", "a")])
