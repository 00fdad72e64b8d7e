"""Protocol context on worlds where circumstances mean everything, or nothing, and on real ratings."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from typer.testing import CliRunner

from kgrec import KnowledgeGraph, Recommender
from kgrec.cli import evaluate_context
from kgrec.cli.commands import app
from kgrec.errors import DataError
from kgrec.evaluate.context import Forecasts, count_forecasts, evaluate, fitted_models, forecasts_json
from kgrec.evaluate.context_task import ndcg, split_items, split_places, task_of
from kgrec.ingest.datasets import load
from kgrec.ingest.importing import Files, import_tables
from kgrec.learning.learn import learn
from kgrec.scorers import Popularity, deviations
from kgrec.scorers.deviations import Occasions

ITEMS = "abcdefghijkl"


@pytest.fixture(scope="module")
def weather() -> KnowledgeGraph:
    """Forty people rate half of twelve items in sun and in rain, where the same item is good in one of them alone."""
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", item, 3.0 + (2 if (item < "g") == (sky == "sun") else -2) * float(rng.random() < 0.9), sky)
        for user in range(40)
        for item in rng.permutation(list(ITEMS))[:6]
        for sky in ("sun", "rain")
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "sky"])
    return KnowledgeGraph.from_frames(pd.DataFrame({"item": list(ITEMS), "label": list(ITEMS)}), interactions=frame)


def test_nothing_held_out_is_learned_from_and_pairs_stay_together(weather: KnowledgeGraph) -> None:
    task = task_of(weather, 0)
    pairs = [
        set(zip(task.occasions.users[rows], task.occasions.items[rows], strict=True))
        for rows in (task.known, task.asked)
    ]
    assert pairs[0].isdisjoint(pairs[1])
    assert len(task.graph.interactions) == len(task.known)
    assert {frozenset(context.items()) for context in task.contexts} == {
        frozenset({("sky", "sun")}),
        frozenset({("sky", "rain")}),
    }


def test_where_circumstances_mean_everything_hearing_of_them_pays(weather: KnowledgeGraph) -> None:
    found = evaluate(weather, seeds=(0, 1)).to_json()
    models = found["ratings"]["contenders"]
    assert models["context"]["rmse"]["mean"] < models["without"]["rmse"]["mean"] - 0.5
    assert models["split"]["rmse"]["mean"] < models["without"]["rmse"]["mean"] - 0.5
    assert found["ratings"]["context_against"]["without"]["rmse"]["p"] < 0.01
    assert found["ratings"]["context_against"]["without"]["ndcg"]["difference"]["low"] > 0
    lists = found["lists"]["contenders"]
    assert lists["context"]["ndcg"]["mean"] > lists["items"]["ndcg"]["mean"] + 0.1
    alone = found["histories"]
    assert set(alone["contenders"]) == {
        f"{name}{way}" for name in ("walk", "linear") for way in ("", " re-weighed", " split")
    }
    assert set(alone["against"]) == set(alone["contenders"]) - {"walk", "linear"}
    assert alone["contenders"]["walk split"] != alone["contenders"]["walk"]
    assert "item × when" in found["effects"]
    told = "\n".join(evaluate_context.lines(found))
    assert "users of items, 2 seeds" in told
    assert "walk split / as it is: " in told
    assert "with / without circumstances: RMSE -" in told


def test_an_item_is_split_where_its_ratings_differ_most() -> None:
    # Item 0 is rated 5 in circumstance 0 and 1 otherwise, item 1 the same in both.
    items = np.repeat([0, 1], 8)
    when = np.tile([0, 1], 8)
    told = sparse.csr_matrix((np.ones(16), (np.arange(16), when)), shape=(16, 2))
    ratings = np.where(items == 1, 3.0, np.where(when == 0, 5.0, 1.0)) + np.repeat([0.0, 0.1], 2).tolist() * 4
    occasions = Occasions(np.arange(16), items, told, sparse.csr_matrix((2, 0)))
    places = split_places(occasions, np.arange(16), ratings)
    split = split_items(occasions, places)
    assert places[1] == -1
    assert set(split.items[items == 0]) == {0, 2}
    assert len(set(split.items[(items == 0) & (when == 0)])) == 1
    assert set(split.items[items == 1]) == {1}
    assert split.kinds.shape == (4, 0)


def test_ndcg_of_graded_gains() -> None:
    assert ndcg(np.array([3.0, 2.0, 1.0]), np.array([1.0, 0.5, 0.0]), 10) == pytest.approx(1.0)
    assert ndcg(np.array([1.0, 2.0]), np.array([1.0, 0.0]), 1) == 0.0
    assert np.isnan(ndcg(np.array([1.0]), np.array([0.0]), 10))


def test_data_without_circumstances_are_an_error() -> None:
    items = pd.DataFrame({"item": ["a", "b"], "label": ["a", "b"]})
    rated = pd.DataFrame({"user": ["u", "u"], "item": ["a", "b"], "rating": [1, 2]})
    with pytest.raises(DataError, match="no ratings with circumstances"):
        evaluate(KnowledgeGraph.from_frames(items, interactions=rated))


def test_where_nothing_held_out_is_liked_it_is_said() -> None:
    rows = [(f"u{user}", item, 1.0, "sun") for user in range(20) for item in ITEMS[:5]]
    frame = pd.DataFrame([*rows, ("u0", "g", 99999.0, "")], columns=["user", "item", "rating", "sky"])
    items = pd.DataFrame({"item": list(ITEMS), "label": list(ITEMS)})
    with pytest.raises(DataError, match="nothing that was held out is liked"):
        evaluate(KnowledgeGraph.from_frames(items, interactions=frame))


def test_times_alone_tell_circumstances_too() -> None:
    rng = np.random.default_rng(0)
    day = 86_400 * 20_000
    rows = [
        (f"u{user}", item, 5 if (item < "g") == (hour < 12) else 1, day + int(rng.integers(99)) * 86_400 + hour * 3600)
        for user in range(40)
        for item in rng.permutation(list(ITEMS))[:8]
        for hour in (int(rng.integers(24)),)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "timestamp"])
    items = pd.DataFrame({"item": list(ITEMS), "label": list(ITEMS)})
    found = evaluate(KnowledgeGraph.from_frames(items, interactions=frame)).to_json()
    assert "daytime" in found["circumstances"]
    assert found["lists"] is None
    assert found["ratings"]["context_against"]["without"]["rmse"]["difference"]["high"] < 0
    assert "RMSE" in "\n".join(evaluate_context.lines(found))


def test_the_command_answers_in_json_and_refuses_what_does_not_apply(home: Path, tmp_path: Path) -> None:
    del home
    rng = np.random.default_rng(0)
    rows = [
        f"u{user},{item},{rng.integers(1, 6)},{sky}"
        for user in range(12)
        for item in ITEMS[:6]
        for sky in ("sun", "rain")
    ]
    path = tmp_path / "sky.csv"
    path.write_text("\n".join(["user,item,rating,sky", *rows]), encoding="utf-8")
    import_tables(Files((), path))
    result = CliRunner().invoke(app, ["evaluate", "--data", "sky", "--protocol", "context", "--json"])
    assert result.exit_code == 0, result.output
    assert set(json.loads(result.stdout)["ratings"]["contenders"]) == {"without", "split", "context"}
    wrong = CliRunner().invoke(app, ["evaluate", "--data", "sky", "--protocol", "context", "--peers"])
    assert wrong.exit_code == 2


def test_real_ratings_are_predicted_and_forecast_better_with_their_circumstances(
    home: Path, data_dir: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    monkeypatch.setattr(deviations, "FOLDS", 2)  # that is quicker, and so is to weigh one scorer alone
    import_tables(Files((), data_dir("context") / "depaul-movie" / "ratings.txt"), "visits")
    task = task_of(load("visits"), 0)
    rng = np.random.default_rng(0)
    errors = {
        name: float(((model.predict(seen.take(task.asked)) - task.ratings[task.asked]) ** 2).mean())
        for name, (model, seen) in fitted_models(task, rng).items()
    }
    assert errors["context"] < 0.9 * errors["without"]
    learned = learn(task.graph, lambda own: (Popularity().fit(own),), rng)
    recommender = Recommender(texts=False, weights=learned.weights).fit(task.graph)
    recommender.learned_ = replace(recommender.learned_, calibration=learned.calibration)
    forecasts: dict[str, Forecasts] = {}
    count_forecasts(forecasts, replace(task, asked=task.asked[::4], contexts=task.contexts[::4]), recommender, 0)
    found = forecasts_json(forecasts, rng)
    told, untold = (found["contenders"][name] for name in ("context", "without"))
    assert told["rmse"]["mean"] < 0.9 * untold["rmse"]["mean"]
    assert found["context_against"]["without"]["rmse"]["p"] < 0.01
    assert told["calibration_error"] < untold["calibration_error"] + 0.02
    assert min(told["inside"], untold["inside"]) > 0.7
    assert any("chances of a like off by" in line for line in evaluate_context.forecast_lines(found))
