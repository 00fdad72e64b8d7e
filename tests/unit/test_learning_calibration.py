"""Calibration: probabilities that come true, ratings that lie in their intervals, and what cannot be calibrated."""

import numpy as np
import pytest
from communities import community

from kgrec.graph import KnowledgeGraph
from kgrec.learning.calibration import COVERAGE, LEAST_RATINGS, Calibration, Ratings, item_means
from kgrec.learning.chances import Bin, calibration_error, reliability
from kgrec.learning.learn import learn
from kgrec.scorers import Affinity, Popularity, Walk


def sample(n: int, seed: int) -> Ratings:
    """Return ratings of 1 to 5 stars that follow the score and the kindness of the user."""
    rng = np.random.default_rng(seed)
    features = np.column_stack([rng.normal(size=n) * 2, *(rng.normal(size=n) * 0.3 for _ in range(4))])
    ratings = np.clip(np.round(3 + 0.5 * features[:, 0] + features[:, 2] + rng.normal(size=n)), 1, 5)
    return Ratings(features, (ratings - 3.4) / 2.4, ratings)


def moved(n: int, seed: int) -> Ratings:
    """Return the same in circumstances that move ratings by a star or so."""
    plain = sample(n, seed)
    features = plain.features.copy()
    features[:, 4] *= 3
    ratings = np.clip(plain.ratings + features[:, 4], 1, 5)
    return Ratings(features, (ratings - 3.4) / 2.4, ratings)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return community()


@pytest.fixture(scope="module")
def calibration(graph: KnowledgeGraph) -> Calibration:
    found = Calibration.fit([sample(3000, 0), sample(3000, 1)], graph.interactions)
    assert found is not None
    return found


def test_probabilities_come_true(calibration: Calibration):
    fresh = sample(20_000, 2)
    said = calibration.predict(fresh.features).probability
    points = reliability(said, fresh.values > 0)
    assert calibration_error(points) < 0.03
    assert sum(point.n for point in points) == 20_000
    assert ((said > 0) & (said < 1)).all()


def test_the_better_the_score_the_likelier_and_higher(calibration: Calibration):
    features = np.column_stack([np.linspace(-9, 9, 50), *(np.zeros(50) for _ in range(4))])
    found = calibration.predict(features)
    assert (np.diff(found.probability) >= 0).all()
    assert (np.diff(found.rating) >= 0).all()


def test_intervals_hold_the_share_they_promise(calibration: Calibration):
    fresh = sample(20_000, 3)
    found = calibration.predict(fresh.features)
    inside = (fresh.ratings >= found.low) & (fresh.ratings <= found.high)
    assert inside.mean() == pytest.approx(COVERAGE, abs=0.03)
    assert ((found.low <= found.rating) & (found.rating <= found.high)).all()
    assert found.low.min() >= 1
    assert found.high.max() <= 5


def test_known_circumstances_move_what_is_expected_and_narrow_its_interval(graph: KnowledgeGraph):
    found = Calibration.fit([moved(4000, 0)], graph.interactions)
    assert found is not None
    fresh = moved(20_000, 1)
    blind = np.column_stack([fresh.features[:, :4], np.zeros(len(fresh))])
    for features in (fresh.features, blind):
        told = found.predict(features)
        inside = (fresh.ratings >= told.low) & (fresh.ratings <= told.high)
        assert inside.mean() == pytest.approx(COVERAGE, abs=0.03)
    assert found.reach[1] < 0.95 * found.reach[0]
    items = np.zeros(3, dtype=np.intp)
    said = found.apply(np.zeros(3), items, items[:1], np.ones(1), np.array([-0.5, 0.0, 0.5]))
    assert (np.diff(said.rating) > 0.1).all()
    assert (np.diff(said.probability) > 0).all()
    untold = found.apply(np.zeros(3), items, items[:1], np.ones(1))
    assert untold.rating.tolist() == [said.rating[1]] * 3


def test_a_kind_user_rates_higher(calibration: Calibration, graph: KnowledgeGraph):
    items, standard = np.arange(3), np.zeros(3)
    kind = calibration.apply(standard, items, np.arange(20), np.ones(20))
    harsh = calibration.apply(standard, items, np.arange(20), -np.ones(20))
    assert (kind.rating > harsh.rating).all()
    assert (kind.probability > harsh.probability).all()
    nobody = calibration.apply(standard, items, np.empty(0, dtype=np.intp), np.empty(0))
    assert (nobody.rating < kind.rating).all()


def test_it_survives_as_arrays(calibration: Calibration):
    again = Calibration.restore(calibration.arrays())
    fresh = sample(100, 4).features
    np.testing.assert_array_equal(again.predict(fresh).probability, calibration.predict(fresh).probability)
    np.testing.assert_array_equal(again.predict(fresh).low, calibration.predict(fresh).low)


def test_too_few_ratings_or_only_likes_calibrate_nothing(graph: KnowledgeGraph):
    few = sample(LEAST_RATINGS - 1, 0)
    assert Calibration.fit([few], graph.interactions) is None
    many = sample(1000, 0)
    assert Calibration.fit([Ratings(many.features, np.ones(1000), many.ratings)], graph.interactions) is None
    unrated = Ratings(many.features, many.values, np.full(1000, np.nan))
    assert Calibration.fit([unrated], graph.interactions) is None


def test_without_ratings_weights_are_learned_and_nothing_is_calibrated():
    graph = community(rated=False)
    found = learn(graph, lambda own: (Popularity().fit(own), Walk().fit(own)), np.random.default_rng(0))
    assert found.weights is not None
    assert found.calibration is None


def test_a_community_is_calibrated_on_its_own_scale(graph: KnowledgeGraph):
    made = (Popularity(), Affinity(), Walk())
    found = learn(graph, lambda own: tuple(type(one)().fit(own) for one in made), np.random.default_rng(0)).calibration
    assert found is not None
    assert (found.low, found.high) == (1.0, 5.0)
    said = found.apply(np.array([-2.0, 0.0, 3.0]), np.array([0, 1, 2]), np.array([4, 5]), np.array([1.0, 0.5]))
    assert ((said.rating >= 1) & (said.rating <= 5)).all()


def test_item_means_of_few_ratings_stay_near_the_average(tiny_world: KnowledgeGraph):
    log = tiny_world.interactions
    average = float(log.values.mean())
    means = item_means(log)
    heat = log.values[log.items == 0]
    assert means[0] == pytest.approx((heat.sum() + 5 * average) / (3 + 5))
    assert abs(means[1] - average) < abs(float(log.values[log.items == 1][0]) - average)


def test_reliability_counts_every_answer_once():
    points = reliability(np.array([0.0, 0.05, 0.95, 1.0]), np.array([False, True, True, True]))
    assert points == (Bin(0.025, 0.5, 2), Bin(0.975, 1.0, 2))
