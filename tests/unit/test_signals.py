"""Signals: what was done with an item says what it would be rated, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kgrec import KnowledgeGraph, Recommender
from kgrec.graph.interactions import Interactions
from kgrec.learning.signals import COVERAGE, LEAST_BOTH, Expected, expected_ratings, heard

N_USERS, N_ITEMS, A_USER = 50, 40, 24
KINDS = ("", "dwelt", "saved", "skipped")


def log_of(rated: float, seed: int = 0, n_users: int = N_USERS) -> tuple[Interactions, np.ndarray]:
    """Return who dwelt on what, saved or skipped it, with a share of all ratings; and what everybody would rate all.

    Who likes something (from 1 to 5) dwells on it so many times ten seconds, more or less; some save what they like
    best and skip what they like least.
    """
    rng = np.random.default_rng(seed)
    taste = np.clip(3 + rng.normal(0, 1, (n_users, N_ITEMS)) + rng.normal(0, 0.5, N_ITEMS), 1, 5)
    rows = []
    for user in range(n_users):
        for item in rng.choice(N_ITEMS, A_USER, replace=False):
            likes = taste[user, item]
            rows.append((user, item, np.nan, 1, likes * 10 * rng.uniform(0.7, 1.4)))
            if likes > 4 or likes < 2:
                rows.append((user, item, np.nan, 2 if likes > 4 else 3, np.nan))
            if rng.random() < rated:
                rows.append((user, item, likes, 0, np.nan))
    users, items, ratings, kinds, amounts = map(np.array, zip(*rows, strict=True))
    none = np.zeros(len(rows))
    log = Interactions(
        tuple(f"u{user}" for user in range(n_users)),
        N_ITEMS,
        users.astype(np.int32),
        items.astype(np.int32),
        ratings,
        none.astype(np.float32),
        none.astype(np.int64),
        {},
        KINDS,
        kinds.astype(np.int16),
        amounts,
        np.ones(len(rows), dtype=np.float32),
    )
    return log, taste


def values(log: Interactions) -> np.ndarray:
    return log.values  # noqa: PD011  (not pandas)


@pytest.fixture(scope="module")
def world() -> tuple[Interactions, np.ndarray]:
    return log_of(rated=0.5, seed=1)


@pytest.fixture(scope="module")
def expected(world: tuple[Interactions, np.ndarray]) -> Expected:
    found = expected_ratings(world[0])
    assert found is not None
    return found


def test_signals_say_the_rating_better_than_the_mean_of_the_item(world, expected: Expected):
    log, taste = world
    truth = taste[expected.users, expected.items]
    is_rated = ~np.isnan(log.ratings)
    means = np.bincount(log.items[is_rated], log.ratings[is_rated]) / np.bincount(log.items[is_rated])
    error = np.sqrt(np.mean((expected.ratings - truth) ** 2))
    assert error < 0.7 * np.sqrt(np.mean((means[expected.items] - truth) ** 2))


def test_the_interval_holds_what_it_promises(world, expected: Expected):
    truth = world[1][expected.users, expected.items]
    inside = np.abs(expected.ratings - truth) <= expected.reaches
    assert inside.mean() == pytest.approx(COVERAGE, abs=0.06)


def test_only_pairs_without_a_rating_are_told(world, expected: Expected):
    log, _ = world
    is_rated = ~np.isnan(log.ratings)
    rated = set(zip(log.users[is_rated], log.items[is_rated], strict=True))
    assert rated.isdisjoint(zip(expected.users, expected.items, strict=True))
    assert len(expected.ratings) == len({*zip(log.users, log.items, strict=True)}) - len(rated)
    assert log.ratings[is_rated].min() <= expected.ratings.min()
    assert expected.ratings.max() <= log.ratings[is_rated].max()


def test_values_follow_what_is_expected_and_rated_pairs_stay(world, expected: Expected):
    log, _ = world
    understood = heard(log)
    pairs = log.users.astype(np.int64) * N_ITEMS + log.items
    told = np.isin(pairs, expected.users * N_ITEMS + expected.items)
    np.testing.assert_array_equal(values(understood)[~told], values(log)[~told])
    np.testing.assert_array_equal(understood.trusts[~told], log.trusts[~told])
    skipped = told & (log.kinds == KINDS.index("skipped"))
    saved = told & (log.kinds == KINDS.index("saved"))
    assert values(understood)[skipped].max() < values(understood)[saved].min()


def test_where_too_few_gave_both_constants_stand():
    log, _ = log_of(rated=0.1, n_users=LEAST_BOTH // A_USER)
    assert heard(log) is log


def test_a_log_of_ratings_alone_stays_as_it_is(world):
    log = replace(world[0], kinds=np.empty(0, dtype=np.int16), kind_names=("",))
    assert heard(log) is log


def test_a_fit_hears_signals_and_a_cache_keeps_what_they_said(world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    items = pd.DataFrame({"item": [f"i{item}" for item in range(N_ITEMS)], "kind": "thing"})
    graph = replace(KnowledgeGraph.from_frames(items), interactions=world[0])
    said = Recommender(texts=False).fit(graph, cache=tmp_path / "fits").graph_.interactions
    assert (values(said) != values(graph.interactions)).any()
    monkeypatch.setattr("kgrec.learning.signals.heard", lambda _: pytest.fail("this was learned before"))
    again = Recommender(texts=False).fit(graph, cache=tmp_path / "fits").graph_.interactions
    np.testing.assert_array_equal(values(again), values(said))
    np.testing.assert_array_equal(again.trusts, said.trusts)


def test_whoever_interrupts_the_networks_ends_the_fit(world, monkeypatch: pytest.MonkeyPatch):
    from sklearn.neural_network import MLPRegressor

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(MLPRegressor, "_backprop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        heard(world[0])
