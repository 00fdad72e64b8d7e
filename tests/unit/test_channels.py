"""Channel weights: learned where people can teach them, the constants otherwise."""

import numpy as np
import pandas as pd

from kgrec.graph import KnowledgeGraph
from kgrec.reasoning.belief import Prior, channel_weights, opinions_of_users
from kgrec.reasoning.channels import CONTENT, fit_prior, learn_weights


def camps(n_users: int, *, by_genre: bool) -> KnowledgeGraph:
    """Return people who like one of two kinds of items; the genres tell these apart, or are drawn by lot."""
    rng = np.random.default_rng(0)
    n_items = 60
    genres = ["ab"[item % 2] if by_genre else "ab"[int(rng.integers(2))] for item in range(n_items)]
    items = pd.DataFrame({"item": [f"i{item}" for item in range(n_items)], "genre": genres})
    rows = [
        (f"u{user}", f"i{item}", 5.0 if item % 2 == user % 2 else 1.0)
        for user in range(n_users)
        for item in rng.permutation(n_items)[:16]
    ]
    return KnowledgeGraph.from_frames(items, None, pd.DataFrame(rows, columns=["user", "item", "rating"]))


def test_without_people_the_constants_hold(tiny_world: KnowledgeGraph) -> None:
    assert learn_weights(tiny_world, None, opinions_of_users(tiny_world)) is None
    assert fit_prior(tiny_world).weights == channel_weights(4, has_texts=False)


def test_attributes_that_tell_are_trusted_and_learning_repeats() -> None:
    graph = camps(210, by_genre=True)
    learned = learn_weights(graph, None, opinions_of_users(graph))
    assert learned == learn_weights(graph, None, opinions_of_users(graph))
    usual = channel_weights(210, has_texts=False)
    assert learned is None or learned["graph"] > usual["graph"]


def test_attributes_by_lot_are_not_trusted_more() -> None:
    graph = camps(210, by_genre=False)
    learned = learn_weights(graph, None, opinions_of_users(graph))
    assert learned is None or learned["graph"] < channel_weights(210, has_texts=False)["graph"]
    assert min(CONTENT) > 0


def test_learned_weights_come_back_from_the_cache() -> None:
    graph = camps(210, by_genre=False)
    prior = fit_prior(graph)
    assert Prior.restore(graph, None, prior.arrays()).weights == prior.weights
