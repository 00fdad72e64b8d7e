"""What lies around an entity: its relations either way, and what is most like it."""

import numpy as np
import pytest

from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.neighbourhood import count_items, likeness, most_alike, relations, strength

BY_NUMBER = -np.arange(6.0)


def told(graph: KnowledgeGraph, entity: str, scores: np.ndarray = BY_NUMBER) -> dict[str, list[str]]:
    return {one.label: [graph.entity_ids[end] for end in one.ends] for one in relations(graph, entity, scores)}


def test_an_item_leads_to_its_values_what_few_share_first_and_dead_ends_last(tiny_world: KnowledgeGraph):
    assert told(tiny_world, "heat") == {
        "genre": ["genre/crime", "genre/drama"],  # no other film is a drama
        "director": ["director/michael-mann"],
        "certificate": ["certificate/r"],
    }


def test_a_value_leads_to_its_items_by_score_and_up_and_down_its_hierarchy(tiny_world: KnowledgeGraph):
    assert told(tiny_world, "genre/horror") == {"narrower": ["genre/slasher"], "genre of": ["scream", "alien"]}
    assert told(tiny_world, "genre/horror", np.arange(6.0))["genre of"] == ["alien", "scream"]
    assert told(tiny_world, "genre/slasher") == {"broader": ["genre/horror"], "genre of": ["scream"]}


def test_items_without_a_score_come_last(tiny_world: KnowledgeGraph):
    scores = np.array([np.nan, 1.0, 0.0, 0.0, 0.0, 0.0])
    assert told(tiny_world, "director/michael-mann", scores) == {"director of": ["thief", "heat"]}


def test_what_is_not_there_has_no_relations(tiny_world: KnowledgeGraph):
    with pytest.raises(UnknownEntityError):
        relations(tiny_world, "nothing", BY_NUMBER)


def test_whatever_an_item_leads_to_leads_back_to_it(tiny_world: KnowledgeGraph):
    for item in tiny_world.item_ids:
        for value in (end for ends in told(tiny_world, item).values() for end in ends):
            assert any(item in ends for ends in told(tiny_world, value).values()), (item, value)


def test_values_are_counted_with_what_lies_below_them(tiny_world: KnowledgeGraph):
    counts = {value: count_items(tiny_world, tiny_world.index(value)) for value in ("genre/horror", "certificate/r")}
    assert counts == {"genre/horror": 2, "certificate/r": 4}


def test_a_dead_end_says_nothing_and_rare_values_say_most(tiny_world: KnowledgeGraph):
    mann, rated, drama = (
        strength(tiny_world, tiny_world.index(value))
        for value in ("director/michael-mann", "certificate/r", "genre/drama")
    )
    assert mann > rated > drama == 0.0


def test_what_is_most_alike_says_what_is_in_common(tiny_world: KnowledgeGraph):
    first, *others = most_alike(tiny_world, tiny_world.index("heat"))
    assert tiny_world.entity_ids[first.item] == "thief"
    assert [tiny_world.entity_ids[value] for value in first.common[:2]] == ["director/michael-mann", "genre/crime"]
    assert {tiny_world.entity_ids[other.item] for other in others} == {"scream", "alien"}  # rated alike, no more
    assert likeness(tiny_world, [0])[0] == 0.0
    assert first.likeness == likeness(tiny_world, [0])[1] == max(likeness(tiny_world, [0]))
