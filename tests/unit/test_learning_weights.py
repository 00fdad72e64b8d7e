"""Learned weights: on made-up rankings whose best blend is known, and on a community."""

import json

import numpy as np
import pytest
from communities import community

from kgrec.blend import history_weights, weights_for
from kgrec.graph import KnowledgeGraph
from kgrec.learning.learn import Lesson, learn
from kgrec.learning.pools import Pool, joined
from kgrec.learning.weights import choose, climb, singles
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.scorers import Affinity, Evidence, Popularity, Scorer, Taste, Walk
from kgrec.weights import BUCKETS, LEAST_INTERACTIONS, Found, ItemAge, WeightTable, is_enough, item_ages


def scorers(graph: KnowledgeGraph) -> tuple[Scorer, ...]:
    return tuple(scorer.fit(graph) for scorer in (Popularity(), Affinity(), Walk(), Taste()))


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return community()


@pytest.fixture(scope="module")
def learned(graph: KnowledgeGraph) -> Lesson:
    return learn(graph, scorers, np.random.default_rng(0))


def made_up(n: int = 200, width: int = 30, seed: int = 0) -> Pool:
    """Return a pool in which two scorers each know half of what makes an item right, and a third knows nothing."""
    rng = np.random.default_rng(seed)
    parts = rng.normal(size=(2, n, width))
    noise = rng.normal(size=(n, width))
    held = np.zeros((n, width), dtype=bool)
    np.put_along_axis(held, np.argsort(-parts.sum(axis=0), axis=1)[:, :3], values=True, axis=1)
    ideal = np.full(n, (1 / np.log2(np.arange(3) + 2)).sum())
    scores = np.stack([*parts, noise]).astype(np.float32)
    return Pool(scores, np.full((n, width), ItemAge.ESTABLISHED, dtype=np.int8), held, ideal, np.full(n, 9))


def test_a_perfect_ranking_has_ndcg_one_and_the_worst_none():
    pool = made_up()
    total = np.where(pool.held, np.float32(1), np.float32(0))
    assert pool.ndcg(total) == pytest.approx(1)
    assert pool.ndcg(-total) < 0.05


def test_climbing_finds_that_two_scorers_complete_each_other():
    chosen = climb(made_up(), np.array([1.0, 0.0, 0.0]))
    assert chosen.ndcg > 0.95
    assert chosen.weights[2] < 0.1
    assert chosen.weights[0] == pytest.approx(chosen.weights[1], abs=0.15)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_chosen_is_never_worse_than_the_best_single_scorer(seed: int):
    rng = np.random.default_rng(seed)
    pool = made_up(n=12, seed=seed).among(np.array([0, 2, 2])[: 2 + seed % 2])  # few users, much noise
    chosen = choose(pool, rng)
    assert chosen.ndcg >= singles(pool).max()
    assert chosen.ndcg == pytest.approx(pool.ndcg(pool.total(chosen.weights)))
    assert chosen.best == int(singles(pool).argmax())


def test_a_neighbours_weights_are_kept_where_they_do_as_well():
    pool = made_up()
    neighbour = choose(pool, np.random.default_rng(0))
    again = choose(made_up(seed=1), np.random.default_rng(1), neighbour)
    np.testing.assert_allclose(again.weights, neighbour.weights / neighbour.weights.sum())


def test_pools_join_and_part_again():
    short, long = made_up(n=4, width=12), made_up(n=3, width=20, seed=1)
    both = joined([short, long])
    weights = np.array([0.5, 0.3, 0.2])
    assert both.held.shape == (7, 20)
    expected = (4 * short.ndcg(short.total(weights)) + 3 * long.ndcg(long.total(weights))) / 7
    assert both.ndcg(both.total(weights)) == pytest.approx(expected)
    assert both.take(np.arange(4)).held.shape == (4, 12)


def test_a_community_teaches_weights_for_every_bucket(graph: KnowledgeGraph, learned: Lesson):
    table = learned.weights
    assert table is not None
    assert table.scorers == ("popularity", "affinity", "walk")  # taste has nothing to say of a history
    assert table.weights.shape == (len(BUCKETS), len(ItemAge), 3)
    np.testing.assert_allclose(table.weights[:, ItemAge.ESTABLISHED].sum(axis=1), 1)
    assert (table.weights >= 0).all()
    for bucket in range(len(BUCKETS)):
        found = table.found_for(bucket, ItemAge.ESTABLISHED)
        if found.n_users:
            assert found.ndcg >= found.best_ndcg
            assert found.best in table.scorers
    assert table.found_for(4, ItemAge.ESTABLISHED).n_users > 0


def test_nothing_is_learned_from_little_or_nothing(tiny_world: KnowledgeGraph):
    assert not is_enough(tiny_world.interactions)
    assert len(tiny_world.interactions) < LEAST_INTERACTIONS
    found = learn(tiny_world, scorers, np.random.default_rng(0))
    assert found.weights is None
    assert found.calibration is None


def test_scorers_without_opinions_teach_nothing(graph: KnowledgeGraph):
    assert learn(graph, lambda own: (Taste().fit(own),), np.random.default_rng(0)).weights is None


def test_the_latest_can_be_asked_for(graph: KnowledgeGraph):
    table = learn(graph, scorers, np.random.default_rng(0), is_latest=True).weights
    assert table is not None
    np.testing.assert_allclose(table.weights[:, ItemAge.ESTABLISHED].sum(axis=1), 1)


def test_a_seed_decides(graph: KnowledgeGraph, learned: Lesson):
    again = learn(graph, scorers, np.random.default_rng(0)).weights
    assert again is not None
    assert learned.weights is not None
    np.testing.assert_array_equal(again.weights, learned.weights.weights)


def test_a_table_survives_json(learned: Lesson):
    table = learned.weights
    assert table is not None
    again = WeightTable.from_json(json.loads(json.dumps(table.to_json())))
    np.testing.assert_array_equal(again.weights, table.weights)
    assert again.scorers == table.scorers
    assert again.found == table.found


def test_a_table_of_another_shape_is_refused(learned: Lesson):
    assert learned.weights is not None
    told = learned.weights.to_json()
    with pytest.raises(ValueError, match="cannot have the shape"):
        WeightTable.from_json({**told, "scorers": ["walk"]})
    with pytest.raises(ValueError, match="notes"):
        WeightTable.from_json({**told, "found": []})


# --- the table in force -----------------------------------------------------------------------------------------------

TABLE = WeightTable(
    ("popularity", "walk"),
    np.array([[[0.9, 0.0], [0.3, 0.7], [0.25, 0.75]]] * len(BUCKETS)),
    (Found(),) * (len(BUCKETS) * len(ItemAge)),
)


def test_learned_weights_share_out_what_constants_give_and_the_others_keep_theirs(tiny_world: KnowledgeGraph):
    weights = history_weights(6, tiny_world, TABLE)
    constants = history_weights(6, tiny_world)
    ages = item_ages(tiny_world.interactions)
    assert (ages == ItemAge.FEW).all()  # three users at most
    np.testing.assert_allclose(weights["popularity"] / weights["walk"], 0.3 / 0.7)
    np.testing.assert_allclose(weights["popularity"] + weights["walk"], constants["popularity"] + constants["walk"])
    assert (weights["taste"] == constants["taste"]).all()


def test_what_is_said_in_the_conversation_is_still_heard_by_taste(tiny_world: KnowledgeGraph):
    entities = tiny_world.indices(["heat"])
    posterior = Posterior.of(Prior.fit(tiny_world)).observe(int(entities[0]), 1.0, 0.05)
    evidence = Evidence(6, entities, np.ones(1, dtype=np.float32), posterior=posterior)
    silent = Evidence(6, entities, np.ones(1, dtype=np.float32))
    heard, unheard = (weights_for(one, tiny_world, TABLE) for one in (evidence, silent))
    assert (heard["taste"] > unheard["taste"]).all()
    assert (heard["popularity"] < unheard["popularity"]).all()
