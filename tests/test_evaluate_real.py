"""kgrec evaluate, the whole way on real data; the figures themselves are reported, not tested.

MovieLens 100K is read from the folder that KGREC_ML100K names (RecBole's ml-100k.inter, .item and .user).
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kgrec.blend import blend_many
from kgrec.cli import commands
from kgrec.evaluate.contenders import Contender, quality
from kgrec.evaluate.splits import Protocol, Relevance, split
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.datasets import load
from kgrec.scorers import Popularity, Values
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable


def run(*options: str) -> dict[str, object]:
    result = CliRunner().invoke(commands.app, [*options, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def ml100k_home(tmp_path_factory: pytest.TempPathFactory, data_dir: Callable[[str], Path]) -> Path:
    if "KGREC_ML100K" not in os.environ:
        pytest.skip("KGREC_ML100K does not name the folder of MovieLens 100K")
    home = tmp_path_factory.mktemp("ml100k-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(home))
        titles, facts = str(data_dir("ml-latest-small")), str(data_dir("films-kg"))
        run("import", "recbole", os.environ["KGREC_ML100K"], "--name", "ml100k", "--titles", titles, "--facts", facts)
    return home


def test_the_lists_of_movielens_users_beat_what_is_popular(
    few_users_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("KGREC_HOME", str(few_users_home))
    found = run("evaluate", "--data", "ml", "--scorers", "blend,popularity", "--plot", str(tmp_path / "ml.png"))
    assert found["cases"]["all"]["users"] == 50
    assert found["cases"]["all"]["blend_against"]["popularity"]["ratio"]["low"] > 1.3
    assert (tmp_path / "ml.png").stat().st_size > 5_000


def test_most_films_of_movielens_100k_are_found_and_get_their_facts(ml100k_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KGREC_HOME", str(ml100k_home))
    graph = load("ml100k")
    summary = graph.summary()
    assert (summary["users"], summary["items"], summary["interactions"]) == (943, 1682, 100_000)
    assert sum(not item.startswith("ml100k-") for item in graph.item_ids) >= 1_290
    film = graph.index(next(item for item in graph.item_ids if graph.label(item) == "Fargo (1996)"))
    assert "Joel Coen" in {graph.label(value) for value in graph.values_of(film, "director")}
    assert graph.user_facts["1"]["occupation"] == "technician"


@pytest.mark.parametrize("protocol", ["warm", "new-users", "new-items", "temporal"])
def test_every_protocol_runs_on_movielens_100k(ml100k_home: Path, monkeypatch: pytest.MonkeyPatch, protocol: str):
    monkeypatch.setenv("KGREC_HOME", str(ml100k_home))
    found = run("evaluate", "--data", "ml100k", "--protocol", protocol, "--scorers", "walk,popularity")
    cases = list(found["cases"].values())
    assert len(cases) == (6 if protocol == "new-users" else 1)
    rows = cases[-1]["contenders"]
    assert rows["walk"]["ndcg"]["mean"] > rows["popularity"]["ndcg"]["mean"]


@pytest.fixture(scope="module")
def mindreader(tmp_path_factory: pytest.TempPathFactory, data_dir: Callable[[str], Path]) -> KnowledgeGraph:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(tmp_path_factory.mktemp("mindreader-home")))
        found = run("import", "mindreader", str(data_dir("mindreader")), "--name", "mindreader")
        assert (found["users"], found["interactions"]) == (962, 18_235)
        return load("mindreader")


def test_opinions_of_mindreader_are_imported(mindreader: KnowledgeGraph):
    told = [len(facts.get("likes", ())) for facts in mindreader.user_facts.values()]
    assert sum(map(bool, told)) > 900


def test_what_people_like_besides_films_finds_them_films(mindreader: KnowledgeGraph):
    parts = split(mindreader, Protocol.OPINIONS, 0, Relevance.LIKED)
    assert not parts.cases[0].known.nnz
    popularity, values = scorers = Popularity().fit(parts.graph), Values().fit(parts.graph)
    halves = np.full((len(BUCKETS), len(ItemAge), 2), 0.5)
    table = WeightTable((popularity.name, values.name), halves, (Found(),) * (len(BUCKETS) * len(ItemAge)))
    both = Contender(
        "both", lambda case, rows: blend_many(scorers, case.known[rows], parts.graph, table, case.users[rows])
    )
    alone = Contender("popularity", lambda case, rows: popularity.score_many(case.known[rows]))
    assert quality(both, parts) > 1.4 * quality(alone, parts)
