"""Metrics of lists, by hand and against ir-measures; intervals and tests on values whose answer is known."""

import numpy as np
import pytest
from scipy import sparse

from kgrec.evaluate import ranking_metrics as metrics
from kgrec.evaluate.comparison import Draws, over_seeds, p_value
from kgrec.graph import KnowledgeGraph

N_ITEMS = 50


def lists_and_relevant(n_users: int = 40, k: int = 10) -> tuple[np.ndarray, sparse.csr_matrix]:
    rng = np.random.default_rng(3)
    lists = np.array([rng.permutation(N_ITEMS)[:k] for _ in range(n_users)])
    lists[1, 6:] = -1
    relevant = (rng.random((n_users, N_ITEMS)) < rng.choice([0.04, 0.2, 0.5], size=(n_users, 1))).astype(float)
    relevant[:, 0] = 1
    return lists, sparse.csr_matrix(relevant)


def test_every_metric_equals_that_of_an_independent_implementation():
    ir = pytest.importorskip("ir_measures")
    lists, relevant = lists_and_relevant()
    found = {
        ir.nDCG @ 10: "ndcg",
        ir.P @ 10: "precision",
        ir.R @ 10: "recall",
        ir.Success @ 10: "hit_rate",
        ir.RR @ 10: "mrr",
        ir.AP @ 10: "map",
    }
    hits, counts = metrics.hits_of(lists, relevant), np.diff(relevant.indptr)
    ours = {
        "ndcg": metrics.ndcg(hits, counts),
        "precision": metrics.precision(hits),
        "recall": metrics.recall(hits, counts),
        "hit_rate": metrics.hit_rate(hits),
        "mrr": metrics.reciprocal_rank(hits),
        "map": metrics.average_precision(hits, counts),
    }
    judged = [ir.Qrel(str(user), str(item), 1) for user, item in zip(*relevant.nonzero(), strict=True)]
    ranked = [
        ir.ScoredDoc(str(user), str(item), -float(place))
        for user, row in enumerate(lists)
        for place, item in enumerate(row)
        if item >= 0
    ]
    compared = 0
    for value in ir.iter_calc([*found], judged, ranked):
        assert ours[found[value.measure]][int(value.query_id)] == pytest.approx(value.value, abs=1e-6)
        compared += 1
    assert compared == 40 * len(found)


def test_metrics_of_one_list_worked_by_hand(tiny_world: KnowledgeGraph):
    # heat (3 of 4 users), thief (1), scream (1); relevant: thief and clue
    lists = np.array([[0, 1, 2]])
    relevant = sparse.csr_matrix(np.array([[0, 1, 0, 0, 0, 1]]))
    found = metrics.by_user(lists, relevant, tiny_world)
    assert set(found) == set(metrics.BY_USER)
    assert found["precision"] == pytest.approx([1 / 3])
    assert found["recall"] == pytest.approx([1 / 2])
    assert found["ndcg"] == pytest.approx([(1 / np.log2(3)) / (1 + 1 / np.log2(3))])
    assert found["map"] == pytest.approx([1 / 4])
    assert found["novelty"] == pytest.approx([-(np.log2(4 / 5) + 2 * np.log2(2 / 5)) / 3])
    rows = tiny_world.features[:3].toarray()
    alike = [rows[0] @ rows[1], rows[0] @ rows[2], rows[1] @ rows[2]]
    assert found["diversity"] == pytest.approx([1 - np.mean(alike)], abs=1e-6)


def test_an_empty_list_finds_nothing_and_has_no_novelty():
    lists = np.full((1, 3), -1)
    relevant = sparse.csr_matrix(np.array([[1.0, 0.0]]))
    hits = metrics.hits_of(lists, relevant)
    assert metrics.precision(hits).tolist() == metrics.reciprocal_rank(hits).tolist() == [0.0]
    assert np.isnan(metrics.novelty(lists, np.array([1, 1]), 1)).all()
    assert np.isnan(metrics.diversity(lists, sparse.eye_array(2, format="csr"))).all()
    assert metrics.coverage(lists, 2) == metrics.gini(lists, 2) == 0.0


def test_a_list_that_is_always_the_same_is_as_unequal_as_can_be():
    assert metrics.gini(np.zeros((5, 1), dtype=np.intp), 100) == pytest.approx(0.99)


# --- how sure ---------------------------------------------------------------------------------------------------------


def test_intervals_hold_the_mean_and_narrow_with_more_users():
    rng = np.random.default_rng(0)
    few, many = (Draws({"a": rng.random(n)}, np.random.default_rng(1)).mean_of("a") for n in (50, 5000))
    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide():
    values = np.random.default_rng(0).normal(size=400)
    found = Draws({"a": values}, np.random.default_rng(1)).mean_of("a")
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.08)


def test_a_ratio_is_of_the_same_users_so_that_what_is_common_cancels():
    hard = np.random.default_rng(0).random(200) + 0.1
    found = Draws({"one": 1.1 * hard, "other": hard}, np.random.default_rng(1)).ratio("one", "other")
    assert (found.low, found.mean, found.high) == pytest.approx((1.1, 1.1, 1.1))


def test_values_that_are_unknown_are_left_out_of_means():
    found = Draws({"a": np.array([1.0, np.nan, 1.0])}, np.random.default_rng(0))
    assert found.mean_of("a").to_json() == {"mean": 1.0, "low": 1.0, "high": 1.0}


def test_who_was_judged_twice_counts_once():
    users = [np.array([0, 1]), np.array([1])]
    assert over_seeds(users, [np.array([1.0, 0.0]), np.array([1.0])]).tolist() == [1.0, 0.5]


def test_equal_contenders_are_rarely_called_different_and_unequal_ones_mostly():
    rng = np.random.default_rng(0)
    one, other = rng.random(100), rng.random(100)
    assert p_value(one, one, rng) == 1.0
    assert p_value(one, other, rng) > 0.05
    assert p_value(one + 0.2, other, rng) < 0.001
