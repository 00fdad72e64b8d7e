"""Paths through the graph: all there are, in their order, as walked by hand and by brute force."""

import itertools

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.graph.paths import k_paths


def test_paths_prefer_what_few_share_then_the_order_of_the_graph(tiny_world: KnowledgeGraph):
    paths = k_paths(tiny_world, "heat", "thief", k=3)
    assert [path[1] for path in paths] == ["director/michael-mann", "genre/crime", "certificate/r"]


def test_paths_end_at_max_hops(tiny_world: KnowledgeGraph):
    assert k_paths(tiny_world, "babe", "clue", k=5, max_hops=2) == (("babe", "genre/comedy", "clue"),)
    assert k_paths(tiny_world, "heat", "babe", max_hops=4) == ()
    assert k_paths(tiny_world, "heat", "thief", max_hops=1) == ()


def test_a_link_is_a_path_and_so_is_a_hierarchy(tiny_world: KnowledgeGraph):
    assert k_paths(tiny_world, "heat", "director/michael-mann", k=1) == (("heat", "director/michael-mann"),)
    path = ("scream", "genre/slasher", "genre/horror", "alien")
    assert path in k_paths(tiny_world, "scream", "alien", k=9)


def test_nothing_leads_to_itself_and_what_is_not_there_is_an_error(tiny_world: KnowledgeGraph):
    assert k_paths(tiny_world, "heat", "heat") == ()
    with pytest.raises(UnknownEntityError):
        k_paths(tiny_world, "heat", "nothing")


def test_a_graph_without_links_has_no_paths():
    graph = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["a", "b"], "label": ["A", "B"]}))
    assert k_paths(graph, "a", "b") == ()


VALUES = st.lists(st.sets(st.sampled_from("pqrs"), max_size=3), min_size=2, max_size=6)


@given(VALUES, st.integers(1, 5), st.integers(1, 12))
def test_they_are_the_shortest_of_all_simple_paths(values: list[set[str]], max_hops: int, k: int):
    items = [f"i{number}" for number in range(len(values))]
    frame = pd.DataFrame({"item": items, "label": items, "genre": ["|".join(sorted(own)) or None for own in values]})
    graph = KnowledgeGraph.from_frames(frame)
    network = nx.Graph(graph.to_networkx())
    everything = [tuple(path) for path in nx.all_simple_paths(network, "i0", "i1", cutoff=max_hops)]
    found = k_paths(graph, "i0", "i1", k, max_hops)
    assert set(found) <= set(everything)
    assert len(found) == len(set(found)) == min(k, len(everything))
    assert [len(path) for path in found] == sorted(map(len, everything))[: len(found)]

    # Of equally long ones, those through busier values come later.
    def share(path: tuple[str, ...]) -> float:
        return sum(max(network.degree(one), network.degree(other)) for one, other in itertools.pairwise(path))

    ranked = sorted((len(path), share(path)) for path in everything)
    assert [(len(path), share(path)) for path in found] == ranked[: len(found)]
