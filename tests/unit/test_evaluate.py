"""kgrec evaluate on two camps whose answer is known: who lists what, what peers do, and what is told of it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from typer.testing import CliRunner

from kgrec.cli import commands
from kgrec.cli.evaluate import lines
from kgrec.errors import DataError, ModelError
from kgrec.evaluate import graph_peer
from kgrec.evaluate import peers as peer_module
from kgrec.evaluate.ablation import facet_groups, without_facets
from kgrec.evaluate.accuracy import Setting, evaluate
from kgrec.evaluate.contenders import Contender, best, make_lists, own_contenders
from kgrec.evaluate.peer_grids import PEERS, fitted, quality, tune
from kgrec.evaluate.plots import plot
from kgrec.evaluate.splits import Protocol, split
from kgrec.graph import KnowledgeGraph
from kgrec.graph.people import People
from kgrec.graph.views import write
from kgrec.ingest.rdf import import_rdf
from kgrec.ties import Tie

BUILT_IN = ("most popular", "EASE", "SLIM", "PageRank", "attribute kNN")
NOTHING = sparse.csr_matrix((1, 4))
ALL = np.ones(4, dtype=bool)


def camps(n_users: int = 40, n_items: int = 24) -> KnowledgeGraph:
    """Return two camps: even users choose from the items of kind a, odd ones from those of kind b."""
    items = pd.DataFrame(
        {
            "item": [f"i{item}" for item in range(n_items)],
            "kind": ["a" if item % 2 == 0 else "b" for item in range(n_items)],
            "maker": [f"m{item // 2 % 3}{item % 2}" for item in range(n_items)],
        }
    )
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"i{2 * place + user % 2}", 4.0, 1000 * step)
        for user in range(n_users)
        for step, place in enumerate(rng.permutation(n_items // 2)[: n_items // 3], 1)
    ]
    log = pd.DataFrame(rows, columns=["user", "item", "rating", "timestamp"])
    return KnowledgeGraph.from_frames(items, None, log, name="camps")


# --- lists ------------------------------------------------------------------------------------------------------------


def test_what_is_hidden_or_no_candidate_is_not_listed():
    scores = np.array([[4.0, 3.0, 2.0, 1.0]], dtype=np.float32)
    hidden = sparse.csr_matrix(np.array([[1, 0, 0, 0]]))
    candidates = np.array([True, True, False, True])
    assert best(scores, candidates, hidden, np.zeros(4, dtype=int), 3).tolist() == [[1, 3, -1]]


def test_without_any_difference_what_is_popular_is_listed():
    popularity = np.array([1, 5, 9, 2])
    for scores in (np.full((1, 4), np.nan), np.full((1, 4), 0.3)):
        assert best(scores.astype(np.float32), ALL, NOTHING, popularity, 2).tolist() == [[2, 1]]


def test_what_there_is_no_opinion_on_comes_last_the_popular_first():
    scores = np.array([[np.nan, -5.0, np.nan, 2.0]], dtype=np.float32)
    assert best(scores, ALL, NOTHING, np.array([1, 0, 9, 0]), 4).tolist() == [[3, 1, 2, 0]]


def test_ties_do_not_go_by_the_order_of_the_catalogue():
    scores = np.concatenate([np.ones((1, 100)), np.zeros((1, 1))], axis=1).astype(np.float32)
    listed = best(scores, np.ones(101, dtype=bool), sparse.csr_matrix((1, 101)), np.zeros(101, dtype=int), 10)
    assert listed.max() > 20


# --- peers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_peer_lists_the_items_of_ones_own_camp(name: str):
    one = split(camps(), Protocol.WARM, seed=0)
    contender = fitted(name, {"alpha": 0.001, "l1_ratio": 0.5} if name == "SLIM" else PEERS[name].grid[0], one)
    (case,) = one.cases
    lists = make_lists(contender, case, one.graph.interactions.item_counts, 3).lists
    own = (lists % 2 == case.users[:, None] % 2).mean()
    assert own > 0.95 if name != "most popular" else own < 0.9


@pytest.mark.parametrize("name", [name for name in PEERS if name.startswith(("implicit", "LensKit"))])
def test_a_peer_of_another_package_lists_the_items_of_ones_own_camp(name: str):
    pytest.importorskip("lenskit" if name.startswith("LensKit") else "implicit")
    one = split(camps(), Protocol.WARM, seed=0)
    (case,) = one.cases
    lists = make_lists(fitted(name, PEERS[name].grid[0], one), case, one.graph.interactions.item_counts, 3).lists
    assert (lists % 2 == case.users[:, None] % 2).mean() > (0.5 if "BPR" in name else 0.95)


def test_ease_has_the_weights_of_its_closed_form():
    graph = camps(8, 6)
    model = peer_module.Ease(reg=2.0).fit(graph)
    chosen = peer_module.chosen(graph).toarray().astype(np.float64)
    for item in range(6):  # each column is a ridge regression on the other items
        others = [other for other in range(6) if other != item]
        gram = chosen[:, others].T @ chosen[:, others] + 2.0 * np.eye(5)
        weights = np.linalg.solve(gram, chosen[:, others].T @ chosen[:, item])
        assert model.item_items_[others, item] == pytest.approx(weights, abs=1e-4)
        assert model.item_items_[item, item] == 0


def test_pagerank_agrees_with_networkx_where_there_are_no_facts():
    import networkx as nx

    graph = camps(8, 6)
    model = peer_module.PageRank(restart=0.4, facts=0.0, steps=80).fit(graph)
    chosen = peer_module.chosen(graph)
    scores = model.score_many(chosen[[0]], np.array([0]))[0]
    users, items = chosen.nonzero()
    network = nx.Graph([(f"u{user}", int(item)) for user, item in zip(users, items, strict=True)])
    start = {int(item): 1.0 for item in chosen[[0]].indices}
    ranks = nx.pagerank(network, alpha=0.6, personalization=start, tol=1e-12, max_iter=500)
    assert scores == pytest.approx([ranks.get(item, 0.0) for item in range(6)], abs=1e-5)


def test_a_layer_of_lightgcn_averages_neighbours_by_the_roots_of_their_degrees():
    user_items = sparse.csr_matrix(np.array([[1.0, 1.0], [0.0, 1.0]], dtype=np.float32))
    own = np.eye(4, dtype=np.float32)  # users 0 and 1, items 2 and 3
    smoothed = graph_peer.LightGcn(layers=1).smoothed(own, graph_peer.normalised(user_items))
    half = 1 / np.sqrt(2)
    expected = [[1, 0, half, 0.5], [0, 1, 0, half], [half, 0, 1, 0], [0.5, half, 0, 1]]
    assert smoothed == pytest.approx(np.array(expected) / 2, abs=1e-6)


def test_the_gradient_of_lightgcn_is_that_of_its_loss():
    user_items = peer_module.chosen(camps(6, 8))
    steps = graph_peer.normalised(user_items)
    model = graph_peer.LightGcn(layers=2, size=3, reg=0.1)
    own = np.random.default_rng(1).normal(size=(14, 3)).astype(np.float32)

    def loss(vectors: np.ndarray) -> float:
        users, items = user_items.nonzero()
        drawn = np.random.default_rng(2).integers(8, size=len(items))
        pairs = [one for one in zip(users, items, drawn, strict=True) if not user_items[one[0], one[2]]]
        places = model.smoothed(vectors, steps)
        found = []
        for user, item, other in pairs:
            ahead = places[user] @ (places[6 + item] - places[6 + other])
            squares = (vectors[[user, 6 + item, 6 + other]] ** 2).sum()
            found.append(np.log1p(np.exp(-ahead)) + 0.1 / 2 * squares)
        return float(np.mean(found))

    gradient = model.gradient(own, user_items, steps, np.random.default_rng(2))
    way = np.random.default_rng(3).normal(size=own.shape).astype(np.float32)
    slope = (loss(own + 1e-2 * way) - loss(own - 1e-2 * way)) / 2e-2
    assert (gradient * way).sum() == pytest.approx(slope, rel=1e-2)


def test_lightgcn_tells_the_camps_apart_and_repeats_itself():
    one = split(camps(), Protocol.WARM, seed=0)
    (case,) = one.cases
    first, again = (fitted("LightGCN", {"size": 8}, one) for _ in range(2))
    scores = first.score(case, np.arange(len(case.users)))
    assert np.array_equal(scores, again.score(case, np.arange(len(case.users))))
    lists = make_lists(first, case, one.graph.interactions.item_counts, 4).lists
    assert (lists % 2 == case.users[:, None] % 2).all()


def test_lightgcn_learns_from_people_with_too_few_items_to_hold_one_out():
    log = pd.DataFrame([(f"u{user}", f"i{user % 2}") for user in range(6)], columns=["user", "item"])
    graph = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["i0", "i1"]}), None, log)
    scores = graph_peer.LightGcn(size=4).fit(graph).score_many(peer_module.chosen(graph), np.arange(6))
    assert (scores.argmax(axis=1) == np.arange(6) % 2).all()


def test_a_new_item_is_reached_through_what_it_shares_with_known_ones():
    one = split(camps(), Protocol.NEW_ITEMS, seed=0)
    names = [name for name in PEERS if Protocol.NEW_ITEMS in PEERS[name].protocols]
    assert names == ["PageRank", "attribute kNN"]
    (case,) = one.cases
    for name in names:
        contender = fitted(name, PEERS[name].grid[0], one)
        first = make_lists(contender, case, one.graph.interactions.item_counts, 1).lists[:, 0]
        assert (first % 2 == case.users % 2).all()


def test_a_sequence_peer_learns_what_follows_what():
    items = pd.DataFrame({"item": [f"i{item}" for item in range(8)], "kind": ["x", "y"] * 4})
    rows = [(f"u{user}", f"i{(user + step) % 8}", 100 * step + 100) for user in range(40) for step in range(5)]
    graph = KnowledgeGraph.from_frames(items, None, pd.DataFrame(rows, columns=["user", "item", "timestamp"]))
    one = split(graph, Protocol.TEMPORAL, seed=0)
    (case,) = one.cases
    contender = fitted("SASRec", {"epochs": 200, "size": 16, "length": 4}, one)
    lists = make_lists(contender, case, one.graph.interactions.item_counts, 1).lists
    assert (lists[:, 0] == case.relevant.indices).mean() > 0.9


def test_tuning_takes_the_best_point_on_the_nested_split_and_says_what_each_reached():
    nested = split(camps(), Protocol.WARM, seed=0).nested()
    best_of, found = tune(["attribute kNN", "most popular"], nested)
    assert best_of["most popular"] == {}
    reached = [quality(fitted("attribute kNN", point, nested), nested) for point in PEERS["attribute kNN"].grid]
    assert found == {"attribute kNN": pytest.approx(reached)}
    assert best_of["attribute kNN"] == PEERS["attribute kNN"].grid[int(np.argmax(reached))]


def test_a_package_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(peer_module.importlib, "import_module", missing)
    with pytest.raises(ModelError, match=r"package lenskit .*pip install 'kgrec\[peers\]'"):
        tune(["most popular", "LensKit UserKNN"], split(camps(), Protocol.WARM, seed=0).nested())


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_report_holds_every_metric_with_its_interval_and_the_blend_against_all_others():
    found = evaluate(camps(), Setting(peers=BUILT_IN, seeds=(0, 1), scorers=("blend", "walk", "popularity"))).to_json()
    json.dumps(found, allow_nan=False)
    assert [found["protocol"], found["seeds"], found["k"]] == ["warm", [0, 1], 10]
    assert [one["seed"] for one in found["splits"]] == [0, 1]
    case = found["cases"]["all"]
    assert case["users"] == 40
    assert set(case["contenders"]) == {"blend", "walk", "popularity", *BUILT_IN}
    for row in case["contenders"].values():
        for metric in ("ndcg", "precision", "recall", "hit_rate", "mrr", "map", "novelty", "diversity"):
            assert row[metric]["low"] <= row[metric]["mean"] <= row[metric]["high"]
        assert 0 < row["coverage"] <= 1
        assert row["fit_cpu_s"] >= 0
        assert row["score_ms"] > 0
    parts = case["contenders"]
    assert parts["blend"]["memory_mb"] > parts["walk"]["memory_mb"] > 0
    assert parts["blend"]["fit_cpu_s"] > parts["walk"]["fit_cpu_s"]
    assert parts["most popular"]["memory_mb"] is None  # what others keep is not known
    means = [row["ndcg"]["mean"] for row in case["contenders"].values()]
    assert means == sorted(means, reverse=True)
    against = case["blend_against"]["most popular"]
    assert against["ratio"]["low"] > 1
    assert against["p"] < 0.01
    assert case["best_peer"]["name"] in BUILT_IN
    assert set(found["tuned"]) == set(BUILT_IN)


def test_an_unknown_scorer_is_refused_before_anything_is_fitted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kgrec.evaluate.contenders.fit", lambda *_, **__: pytest.fail("it was fitted"))
    found = r"no scorer linear; there are: blend, .*, two-tower, sequence, all; of 240 interactions no more is learned"
    with pytest.raises(ModelError, match=found):
        evaluate(camps(), Setting(scorers=("walk", "linear")))


def test_weights_are_learned_only_where_the_blend_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    def learn(*_: object, **__: object) -> None:
        raise AssertionError("weights were learned")

    monkeypatch.setattr("kgrec.learning.learn.learn", learn)
    monkeypatch.setattr("kgrec.fitting.is_enough", lambda log: True)
    one = split(camps(), Protocol.WARM, seed=0)
    assert [found.name for found in own_contenders(one, ("linear", "walk"))] == ["linear", "walk"]
    with pytest.raises(AssertionError, match="weights were learned"):
        own_contenders(one, ("blend",))


def test_new_users_are_reported_by_how_much_is_known_and_summed_up_over_the_first_three():
    setting = Setting(protocol=Protocol.NEW_USERS, scorers=("blend", "walk"), peers=("most popular",))
    found = evaluate(camps(), setting).to_json()
    assert list(found["cases"]) == ["0 known", "1 known", "2 known", "3 known", "5 known"]
    assert set(found["summary"]["1 to 3"]["blend_against"]) == {"walk", "most popular"}
    walk = [case["contenders"]["walk"]["ndcg"]["mean"] for case in found["cases"].values()]
    assert walk[1] > walk[0]  # one item tells the camp
    text = "\n".join(lines(found))
    assert "0 known   1 known" in text
    assert "with 1 to 3 known, blend / most popular (best peer): " in text


def test_a_scorer_that_never_has_anything_to_say_is_not_reported_unless_asked_for():
    found = evaluate(camps(), Setting()).to_json()["cases"]["all"]["contenders"]
    assert "taste" not in found
    assert found["popularity"]["silent"] == 0
    asked = evaluate(camps(), Setting(scorers=("taste",))).to_json()["cases"]["all"]
    assert asked["contenders"]["taste"]["silent"] == 1
    assert "best_peer" not in asked


def test_of_new_users_it_stays_known_whom_they_know():
    graph = camps()
    ties = [(f"u{user}", Tie(f"u{(user + step) % 40}")) for user in range(40) for step in (2, 4, 6)]
    graph = replace(graph, people=People.of_ties(ties))
    setting = Setting(Protocol.NEW_USERS, scorers=("blend", "people", "popularity"))
    found = evaluate(graph, setting).to_json()["cases"]["0 known"]["contenders"]
    for name in ("people", "blend"):  # friends tell the camp
        assert found[name]["ndcg"]["low"] > found["popularity"]["ndcg"]["mean"]


def test_ablation_says_what_the_blend_is_without_each_part():
    found = evaluate(camps(), Setting(ablate=True)).to_json()["cases"]["all"]
    names = set(found["contenders"])
    assert {"blend", "without walk", "without facts: kind", "without facts: maker", "without facts: all"} <= names
    assert set(found["blend_against"]) == names - {"blend"}


def test_ablation_of_some_parts_leaves_the_others_alone():
    graph = camps()
    first, second = graph.interactions.user_ids[:2]
    graph = replace(graph, people=People.of_ties([(first, Tie(second)), (second, Tie(first))]))
    found = evaluate(graph, Setting(ablate=True, scorers=("people", "network"))).to_json()["cases"]["all"]
    assert set(found["contenders"]) == {"blend", "without people", "without network"}
    text = "\n".join(
        lines(evaluate(graph, Setting(Protocol.NEW_USERS, ablate=True, scorers=("people", "network"))).to_json())
    )
    assert "with 1 known, blend / without people: " in text
    assert "with 1 known, blend / without network: " in text
    with pytest.raises(ModelError, match=r"there is no part gossip; there are: popularity, .*facts: kind, .*network"):
        evaluate(graph, Setting(ablate=True, scorers=("gossip",)))


def test_facets_that_share_their_values_are_taken_away_together(tiny_world: KnowledgeGraph):
    groups = facet_groups(tiny_world)
    assert groups == {
        "genre": ("genre",),
        "director": ("director",),
        "certificate": ("certificate",),
        "all": ("genre", "director", "certificate"),
    }
    poorer = without_facets(tiny_world, groups["genre"])
    assert poorer.links["genre"].nnz == 0
    assert poorer.links["director"].nnz == tiny_world.links["director"].nnz
    assert tiny_world.links["genre"].nnz > 0


def test_lines_are_a_table_the_best_first_with_bars():
    found = evaluate(camps(), Setting(scorers=("blend", "popularity"), peers=("most popular",))).to_json()
    head, columns, first, *rest = lines(found, "*")
    assert head == ("warm: 40 users of camps, 1 seed, 24 items ranked, every held-out interaction is relevant")
    assert columns.split()[:2] == ["NDCG@10", "(95"]
    assert first.startswith("blend")
    assert first.endswith("*" * 20)
    assert any(line.startswith("blend / most popular (best peer): ") for line in rest)


@pytest.mark.parametrize("protocol", [Protocol.WARM, Protocol.NEW_USERS])
def test_a_plot_is_a_picture(tmp_path: Path, protocol: Protocol):
    pytest.importorskip("matplotlib")
    found = evaluate(camps(), Setting(protocol=protocol, scorers=("blend", "walk"))).to_json()
    plot(found, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes()[:4] == b"\x89PNG"


def test_a_scorer_that_is_not_there_and_data_without_interactions_are_errors():
    with pytest.raises(ModelError, match="no scorer nonsense; there are: blend, popularity"):
        evaluate(camps(), Setting(scorers=("nonsense",)))
    bare = KnowledgeGraph.from_frames(pd.DataFrame({"item": ["a", "b"], "kind": ["x", "y"]}))
    with pytest.raises(DataError, match="no interactions"):
        evaluate(bare, Setting())


def test_a_contender_without_opinion_counts_as_silent():
    one = split(camps(), Protocol.WARM, seed=0)
    (case,) = one.cases
    mute = Contender("mute", lambda case, rows: np.full((len(rows), case.known.shape[1]), np.nan, dtype=np.float32))
    listed = make_lists(mute, case, one.graph.interactions.item_counts, 5)
    assert listed.silent == 40
    assert (listed.lists >= 0).all()


def test_the_command_needs_data_with_interactions():
    result = CliRunner().invoke(commands.app, ["evaluate"])
    assert result.exit_code == 2
    assert "has no interactions to hold some out of" in result.output


def test_several_data_sets_are_measured_in_one_run_and_peers_by_name(
    tiny_world: KnowledgeGraph, tmp_path: Path, monkeypatch
):
    write(tiny_world, tmp_path / "one.ttl", "turtle")
    for name in ("one", "two"):
        import_rdf(tmp_path / "one.ttl", name)
    monkeypatch.setattr("kgrec.ingest.datasets.Dataset.graph", lambda dataset, _: replace(camps(), name=dataset.name))
    asked = ["evaluate", "--data", "one", "--data", "two", "--scorers", "blend,popularity"]
    found = json.loads(CliRunner().invoke(commands.app, [*asked, "--json"]).stdout)
    assert [report["data"] for report in found["reports"]] == ["one", "two"]
    told = CliRunner().invoke(commands.app, asked).stdout
    assert "users of one" in told
    assert "users of two" in told
    assert "CPU s" in told
    refused = CliRunner().invoke(commands.app, [*asked, "--plot", str(tmp_path / "x.png")])
    assert refused.exit_code == 2
    for named, expected in (("walk,EASE", {"walk", "EASE"}), ("EASE", {"blend", "EASE"})):
        asked = ["evaluate", "--data", "one", "--scorers", named, "--json"]
        contenders = json.loads(CliRunner().invoke(commands.app, asked).stdout)["cases"]["all"]["contenders"]
        assert set(contenders) == expected
        assert contenders["EASE"]["is_peer"]
