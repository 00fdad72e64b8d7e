"""Walks against networkx: where three steps land, and which items personalised PageRank finds nearest."""

import dataclasses

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence, Walk

N_USERS, N_ITEMS = 5, 7
ITEMS = tuple(f"item {number}" for number in range(N_ITEMS))

SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

pairs = st.sets(st.tuples(st.integers(0, N_USERS - 1), st.integers(0, N_ITEMS - 1)), min_size=1)
histories = st.dictionaries(st.integers(0, N_ITEMS - 1), st.sampled_from([1.0, 0.5]), min_size=1)


def people(pairs: set[tuple[int, int]], tiny_world: KnowledgeGraph) -> KnowledgeGraph:
    """Return a graph of so many items without attributes, and who chose which."""
    users, items = np.array(sorted(pairs), dtype=np.int32).T
    m = len(users)
    log = Interactions(
        tuple(f"user {number}" for number in range(N_USERS)), N_ITEMS, users, items, np.full(m, np.nan),
        np.ones(m, dtype=np.float32), np.zeros(m, dtype=np.int64),
    )  # fmt: skip
    return dataclasses.replace(
        tiny_world, entity_ids=ITEMS, labels=ITEMS, n_items=N_ITEMS, links={}, numbers={}, texts={}, interactions=log
    )


def as_networkx(graph: KnowledgeGraph) -> nx.Graph:
    """Return people and items as the nodes of a bipartite graph."""
    bipartite = nx.Graph()
    bipartite.add_nodes_from(("item", item) for item in range(graph.n_items))
    log = graph.interactions
    bipartite.add_edges_from(
        (("user", int(user)), ("item", int(item))) for user, item in zip(log.users, log.items, strict=True)
    )
    return bipartite


def landing(graph: KnowledgeGraph, history: dict[int, float]) -> np.ndarray:
    """Return the chance of standing on each item two steps from the items of a history, each as likely a start."""
    bipartite = as_networkx(graph)
    nodes = [("item", item) for item in range(graph.n_items)]
    nodes += [node for node in bipartite if node not in nodes]
    step = np.asarray(nx.google_matrix(bipartite, alpha=1.0, nodelist=nodes))  # without jumps: the transition matrix
    step[[not bipartite[node] for node in nodes]] = 0  # who is linked to nothing goes nowhere
    start = np.isin(np.arange(len(nodes)), list(history)) / len(history)
    return (start @ step @ step)[: graph.n_items]


def pagerank(graph: KnowledgeGraph, items: list[int]) -> np.ndarray:
    """Return the personalised PageRank of each item, restarting at some."""
    restarts = {("item", item): 1.0 for item in items}
    ranks = nx.pagerank(as_networkx(graph), personalization=restarts, tol=1e-10, max_iter=1000)
    return np.array([ranks["item", item] for item in range(graph.n_items)])


@SETTINGS
@given(pairs=pairs, history=histories)
def test_p3alpha_lands_where_three_steps_land(pairs, history, tiny_world) -> None:
    graph = people(pairs, tiny_world)
    evidence = Evidence.from_history(history, N_ITEMS)
    scores = Walk(alpha=1.0, beta=0.0).fit(graph).score(evidence, np.arange(N_ITEMS))
    np.testing.assert_allclose(scores, landing(graph, history), atol=1e-6)


@SETTINGS
@given(pairs=pairs, history=histories, beta=st.sampled_from([0.3, 0.8]), half=st.sampled_from([0.0, 2.0]))
def test_rp3beta_divides_by_popularity_to_a_power_that_grows(pairs, history, beta, half, tiny_world) -> None:
    graph = people(pairs, tiny_world)
    evidence = Evidence.from_history(history, N_ITEMS)
    scores = Walk(alpha=1.0, beta=beta, half=half).fit(graph).score(evidence, np.arange(N_ITEMS))
    power = beta * len(history) / (len(history) + half)
    popularity = np.maximum(graph.interactions.item_counts, 1)
    np.testing.assert_allclose(scores, landing(graph, history) / popularity**power, atol=1e-6)


@SETTINGS
@given(pairs=pairs, history=histories)
def test_short_walks_find_a_part_of_what_endless_ones_find(pairs, history, tiny_world) -> None:
    graph = people(pairs, tiny_world)
    scores = Walk(alpha=1.0, beta=0.0).fit(graph).score(Evidence.from_history(history, N_ITEMS), np.arange(N_ITEMS))
    assert (pagerank(graph, list(history))[scores > 0] > 1e-6).all()


@pytest.mark.parametrize("loved", ["thief", "scream", "clue"])
def test_on_tiny_world_the_walk_and_pagerank_agree_on_what_is_nearest(loved, tiny_world) -> None:
    # Each of these was chosen by one person alone, so what that person chose is nearest, however long one walks.
    item = tiny_world.index(loved)
    walk = Walk(alpha=1.0, beta=0.0, attributes=0.0).fit(tiny_world)
    scores = walk.score(Evidence.from_history({item: 1.0}, tiny_world.n_items), np.arange(tiny_world.n_items))
    ranks = pagerank(tiny_world, [item])
    assert ranks[scores > 0].min() > ranks[scores == 0].max()
