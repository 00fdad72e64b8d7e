"""How far predicted ratings are off: simple ways, the blend and signals, on the same held-out pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from communities import community
from scipy import sparse
from typer.testing import CliRunner

from kgrec.cli.commands import app
from kgrec.cli.evaluate_ratings import lines
from kgrec.errors import DataError
from kgrec.evaluate.ratings import (
    FACTORS,
    GLOBAL_MEAN,
    ITEM_MEAN,
    SIGNALS,
    SIMPLE,
    Errors,
    Prediction,
    RatingsReport,
    evaluate,
    signal_prediction,
    simple_predictions,
)
from kgrec.graph.interaction_table import InteractionTable
from kgrec.graph.interactions import Interactions
from kgrec.learning.biased_factors import BiasedFactors
from kgrec.learning.calibration import Held


def held_of(log: Interactions, users: list[int], items: list[int]) -> Held:
    none = np.zeros(len(users))
    return Held(np.array(users), np.array(items), none, none, none, log)


def test_simple_predictions_are_what_one_finds_on_paper():
    table = InteractionTable(["u", "v", "u"], ["a", "a", "b"], np.array([5.0, 3.0, 1.0]))
    found = simple_predictions(held_of(table.resolve("abc"), [1, 1], [1, 2]))
    assert found[GLOBAL_MEAN].ratings.tolist() == [3.0, 3.0]
    assert found[ITEM_MEAN].ratings.tolist() == [pytest.approx((1 + 5 * 3) / 6), 3.0]
    assert found[FACTORS].ratings[0] < 3.0  # b is rated below the average
    assert found[FACTORS].ratings[1] == pytest.approx(3.0, abs=0.2)


def test_biased_factors_find_what_made_the_ratings():
    rng = np.random.default_rng(0)
    users, items = rng.normal(size=(60, 2)), rng.normal(size=(40, 2))
    truth = 3 + rng.normal(0, 0.5, (60, 1)) + rng.normal(0, 0.5, (1, 40)) + users @ items.T
    known = rng.random(truth.shape) < 0.7
    cells = sparse.csr_matrix((truth[known], np.nonzero(known)), shape=truth.shape)
    rows, columns = np.nonzero(~known)
    errors = {}
    for rank in (0, 2):
        model = BiasedFactors.fit(cells, rank=rank, reg=1.0, bias_reg=1.0, epochs=20)
        errors[rank] = np.sqrt(np.mean((model.predict(rows, columns) - truth[rows, columns]) ** 2))
    assert errors[2] < 0.3 * errors[0]
    own = cells[[5]]
    again = model.predict_for(own.indices, own.data, columns[rows == 5])
    np.testing.assert_allclose(again, model.predict(rows[rows == 5], columns[rows == 5]), atol=0.05)


def test_a_community_is_judged_by_the_simple_ways():
    found = evaluate(community(30)).to_json()
    assert set(found["contenders"]) == set(SIMPLE)
    assert found["scale"] == [1.0, 5.0]
    assert all(0.5 < row["rmse"]["mean"] < 2 for row in found["contenders"].values())
    told = lines(found)
    assert told[0].startswith("ratings: 30 users of community")
    assert {line.split("  ")[0] for line in told[2:5]} == set(SIMPLE)


def test_without_ratings_there_is_nothing_to_predict():
    with pytest.raises(DataError, match="has no ratings"):
        evaluate(community(30, rated=False))


def test_a_report_counts_by_user_and_over_all():
    users, truth = np.array([4, 4, 7]), np.array([1.0, 5.0, 3.0])
    errors = {name: Errors() for name in SIMPLE}
    for found in errors.values():
        found.count(users, truth, Prediction(np.full(3, 3.0)))
    errors[SIGNALS] = Errors()
    errors[SIGNALS].count(users, truth, Prediction(truth, truth - 1, truth + 1))
    report = RatingsReport("x", (0,), (1.0, 5.0), errors, {"liked": [0.25]}).to_json()
    mean = report["contenders"][GLOBAL_MEAN]
    assert mean["rmse"]["mean"] == mean["mae"]["mean"] == 1.0  # two off by 2 in one user, none in the other
    assert mean["overall"]["rmse"] == pytest.approx(np.sqrt(8 / 3), abs=1e-4)
    assert report["contenders"][SIGNALS]["inside"] == 1.0
    assert report["against"][SIGNALS][GLOBAL_MEAN]["rmse"]["difference"]["mean"] == -1.0
    assert lines(report)[-1] == "chances are off by (ECE): liked 0.250"


def test_signals_never_see_the_ratings_they_are_asked_for():
    rng = np.random.default_rng(0)
    n_users, n_items = 30, 20
    users, items = (axis.ravel() for axis in np.indices((n_users, n_items)))
    stars = rng.integers(1, 6, users.size).astype(float)
    names = [f"u{user}" for user in users], [f"i{item}" for item in items]
    dwelt = stars * rng.uniform(5, 20, users.size)
    log = InteractionTable(
        [*names[0], *names[0]],
        [*names[1], *names[1]],
        np.concatenate([stars, np.full(users.size, np.nan)]),
        kinds=[""] * users.size + ["dwelt"] * users.size,
        amounts=np.concatenate([np.full(users.size, np.nan), dwelt]),
    ).resolve([f"i{item}" for item in range(n_items)])
    asked = rng.choice(users.size, 100, replace=False)
    held = held_of(log, log.users[asked].tolist(), log.items[asked].tolist())
    ratings = log.ratings.copy()
    ratings[asked] = 6 - ratings[asked]
    otherwise = Prediction(np.zeros(100))
    said = [signal_prediction(one, held, otherwise) for one in (log, replace(log, ratings=ratings))]
    assert said[0] is not None
    assert said[1] is not None
    np.testing.assert_array_equal(said[0].ratings, said[1].ratings)
    assert np.corrcoef(said[0].ratings, stars[asked])[0, 1] > 0.5


def test_the_command_says_what_does_not_go_with_predicted_ratings():
    result = CliRunner().invoke(app, ["evaluate", "--protocol", "ratings", "--peers"])
    assert result.exit_code == 2
    assert "--protocol ratings" in result.output
