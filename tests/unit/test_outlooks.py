"""Outlooks: for any pair of user and item a rating with its interval, and the chance of each kind of event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from communities import community

from kgrec import KnowledgeGraph, Recommender
from kgrec.graph.interactions import Interactions
from kgrec.learning.calibration import Held
from kgrec.learning.chances import calibration_error, reliability
from kgrec.learning.event_chances import LEAST_EVENTS, EventChances
from kgrec.learning.learn import learn
from kgrec.outlooks import Outlook
from kgrec.scorers import Popularity


def worth(log: Interactions) -> np.ndarray:
    return log.values.astype(float)  # noqa: PD011  (not pandas)


def with_events(graph: KnowledgeGraph, seed: int = 0) -> KnowledgeGraph:
    """Return a community that opens what it rates, and mostly finishes and sometimes buys what it likes."""
    rng = np.random.default_rng(seed)
    log = graph.interactions
    pairs = pd.DataFrame(
        {"user": [log.user_ids[user] for user in log.users], "item": [graph.item_ids[item] for item in log.items]}
    )
    finished = rng.random(len(log)) < np.where(worth(log) > 0, 0.7, 0.2)
    bought = finished & (rng.random(len(log)) < 0.5)
    parts = [pairs.assign(rating=log.ratings, timestamp=log.times)]
    for kind, rows in (("opened", np.ones(len(log), dtype=bool)), ("finished", finished), ("bought", bought)):
        parts.append(pairs[rows].assign(event=kind, timestamp=log.times[rows]))
    items = pd.DataFrame({"item": graph.item_ids})
    interactions = pd.concat(parts).fillna({"event": ""})
    return KnowledgeGraph.from_frames(items, None, interactions, name="events")


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return with_events(community(130))


@pytest.fixture(scope="module")
def recommender(graph: KnowledgeGraph) -> Recommender:
    """Return a recommender whose scores were calibrated with those of one scorer, which is quick."""
    told = learn(graph, lambda own: (Popularity().fit(own),), np.random.default_rng(0))
    found = Recommender(texts=False, weights=told.weights).fit(graph)
    found.learned_ = replace(found.learned_, calibration=told.calibration, chances=told.chances)
    return found


def held(graph: KnowledgeGraph, n: int, seed: int) -> Held:
    """Return pairs with scores that say something of what happened, as if they had been held out."""
    rng = np.random.default_rng(seed)
    log = graph.interactions
    rows = rng.choice(len(log), n)
    standard = worth(log)[rows] + rng.normal(0, 0.7, n)
    return Held(
        log.users[rows].astype(np.intp),
        log.items[rows].astype(np.intp),
        standard,
        worth(log)[rows],
        rng.normal(0, 0.1, n),
        log,
    )


def test_what_is_said_of_each_kind_comes_true(graph: KnowledgeGraph):
    log = graph.interactions
    found = EventChances.fit([held(graph, 2000, 0)], log)
    assert found is not None
    fresh = held(graph, 20_000, 1)
    for kind in ("finished", "bought"):
        number = log.kind_names.index(kind)
        did = set(zip(log.users[log.kinds == number], log.items[log.kinds == number], strict=True))
        happened = np.array([pair in did for pair in zip(fresh.users, fresh.items, strict=True)])
        features = np.column_stack([fresh.standard, found.item_rates[kind][fresh.items], fresh.known])
        said = found.chances[kind].predict(features)
        assert calibration_error(reliability(said, happened)) < 0.05
        assert ((said > 0) & (said < 1)).all()


def test_what_always_happens_is_all_but_certain_and_what_hardly_ever_does_is_not_guessed(graph: KnowledgeGraph):
    found = EventChances.fit([held(graph, 2000, 0)], graph.interactions)
    assert found is not None
    said = found.apply(np.array([-1.0, 1.0]), np.array([0, 1]), np.ones(3))["opened"]
    assert said[0] == said[1]
    assert 0.99 < said[0] < 1
    assert EventChances.fit([held(graph, LEAST_EVENTS - 1, 0)], graph.interactions) is None
    assert EventChances.fit([held(graph, 2000, 0)], community().interactions) is None


def test_chances_survive_as_arrays(graph: KnowledgeGraph):
    found = EventChances.fit([held(graph, 2000, 0)], graph.interactions)
    assert found is not None
    again = EventChances.restore(found.arrays())
    asked = (np.linspace(-2, 2, 5), np.arange(5), np.array([0.5]))
    for kind, said in found.apply(*asked).items():
        np.testing.assert_array_equal(again.apply(*asked)[kind], said)


def test_any_pair_has_a_rating_and_a_chance_of_each_kind(recommender: Recommender, graph: KnowledgeGraph):
    ranking = recommender.rank(recommender.believe(user="u0"))
    found = recommender.outlook(ranking, graph.item_ids)
    assert [outlook.item for outlook in found] == list(graph.item_ids)
    for outlook in found:
        chances = dict(outlook.chances)
        assert outlook.forecast is not None
        assert outlook.forecast.low <= outlook.forecast.rating <= outlook.forecast.high
        assert set(chances) == {"liked", "opened", "finished", "bought"}
        assert all(0 <= chance <= 1 for chance in chances.values())
        assert chances["bought"] <= chances["finished"] <= chances["opened"]  # nothing is bought that was not finished


def test_a_better_score_never_lowers_a_chance_of_the_same_item(recommender: Recommender):
    chances = recommender.learned_.chances
    assert chances is not None
    said = chances.apply(np.linspace(-3, 3, 20), np.zeros(20, dtype=np.intp), np.array([0.5]))
    assert all((np.diff(column) >= 0).all() for column in said.values())


def test_entries_of_a_list_carry_their_chances(recommender: Recommender):
    slate = recommender.recommend(user="u0", n=2)
    ranking = recommender.rank(recommender.believe(user="u0"))
    expected = recommender.outlook(ranking, [entry.item for entry in slate])
    assert [Outlook(entry.item, entry.forecast, entry.chances) for entry in slate] == list(expected)


def test_without_ratings_and_events_there_is_nothing_to_expect(tiny_world: KnowledgeGraph):
    recommender = Recommender(texts=False).fit(tiny_world)
    ranking = recommender.rank(recommender.believe(likes=["Heat"]))
    assert recommender.outlook(ranking, ["heat"]) == (Outlook("heat"),)
