"""Two towers keep the contract of learned scorers, and place whom and what they have never seen."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract
from scipy import sparse

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.graph.snapshot import load_arrays, save_arrays
from kgrec.learning.splits import with_interactions
from kgrec.scorers import Evidence
from kgrec.scorers.training import best_epochs, log_chance, ndcg, truncated
from kgrec.scorers.two_tower import TwoTower

VECTORS = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


def tower(**parameters: float) -> TwoTower:
    return TwoTower(**{"vectors": VECTORS, "rank": 8, "epochs": 20, **parameters})


def with_ages(
    graph: KnowledgeGraph, young: tuple[str, str] = ("heat", "thief"), old: tuple[str, str] = ("heat", "clue")
) -> KnowledgeGraph:
    """Return the world with eighty users, of whom the young choose two items and the old two."""
    users = np.repeat(np.arange(80), 2)
    items = np.array([graph.indices(young if user % 2 else old) for user in range(80)]).ravel()
    names = tuple(f"user{user:02}" for user in range(80))
    facts = {name: {"age": 20.0 + 40 * (user % 2 == 0), "town": "Bergen"} for user, name in enumerate(names)}
    ones = np.ones(len(users))
    log = Interactions(
        names,
        graph.n_items,
        users.astype(np.int32),
        items.astype(np.int32),
        ones * np.nan,
        ones.astype(np.float32),
        np.zeros(len(users), dtype=np.int64),
    )
    return dataclasses.replace(graph, interactions=log, user_facts=facts, fingerprint="")


class TestTwoTower(LearnedScorerContract):
    @pytest.fixture
    def scorer(self, tiny_world):
        return tower().fit(tiny_world)


def test_the_same_seed_learns_the_same_and_another_does_not(tiny_world) -> None:
    first, again, other = (tower(rng=seed).fit(tiny_world).arrays() for seed in (3, 3, 4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["places"], other["places"])


def test_learning_leaves_the_random_numbers_of_torch_as_they_were(tiny_world) -> None:
    import torch

    torch.manual_seed(5)
    expected = torch.rand(1).item()
    torch.manual_seed(5)
    tower(epochs=1).fit(tiny_world)
    assert torch.rand(1).item() == expected


def test_it_learns_who_goes_with_whom(tiny_world) -> None:
    scream, alien, others = 2, 3, [1, 4, 5]  # bob alone chose scream, and alien with it
    scores = tower(epochs=60).fit(tiny_world).score(Evidence.from_history({scream: 1.0}, 6), np.arange(6))
    assert (scores[alien] > scores[others]).all()


def test_an_item_nobody_has_chosen_scores_by_what_is_told_of_it(tiny_world) -> None:
    thief, alien, clue = (int(number) for number in tiny_world.indices(["thief", "alien", "clue"]))
    graph = with_ages(tiny_world, ("heat", "alien"), ("babe", "clue"))
    scorer = TwoTower(rank=8, epochs=40).fit(graph)
    of_heat, of_babe = (
        scorer.score(Evidence.from_history({item: 1.0}, 6), np.array([thief])) for item in (alien, clue)
    )
    assert of_heat[0] > of_babe[0]  # heat, which goes with alien, has its genre and its director


def test_an_item_nothing_is_told_of_and_nobody_chose_gets_no_opinion(tiny_world) -> None:
    thief = int(tiny_world.index("thief"))
    links = {name: _without_row(matrix, thief) for name, matrix in tiny_world.links.items()}
    poorer = with_interactions(dataclasses.replace(tiny_world, links=links), tiny_world.interactions.items != thief)
    vectors = VECTORS.copy()
    vectors[thief] = 0
    scores = tower(vectors=vectors).fit(poorer).score(Evidence.from_history({0: 1.0}, 6), np.arange(6))
    assert np.flatnonzero(np.isnan(scores)).tolist() == [thief]


def _without_row(matrix: sparse.csr_matrix, row: int) -> sparse.csr_matrix:
    kept = matrix.tolil()
    kept[row] = 0
    return sparse.csr_matrix(kept.tocsr(), dtype=np.float32)


def test_a_new_user_is_placed_by_a_fact_alone_and_the_fact_has_its_share(tiny_world) -> None:
    scorer = tower(epochs=40).fit(with_ages(tiny_world))
    thief, clue = (int(number) for number in tiny_world.indices(["thief", "clue"]))
    young, old = (
        Evidence(6, np.empty(0, np.intp), np.empty(0, np.float32), facts={"age": age}) for age in (20.0, 60.0)
    )
    scores = [scorer.score(evidence, np.array([thief, clue])) for evidence in (young, old)]
    assert scores[0][0] > scores[0][1]
    assert scores[1][0] < scores[1][1]
    shares = scorer.shares(young, np.array([thief, clue]))
    assert [list(share.channels) for share in shares] == [[], ["age"]]
    np.testing.assert_allclose(sum(share.values for share in shares), scores[0], atol=1e-5)


def test_a_fact_never_heard_of_says_nothing(tiny_world) -> None:
    scorer = tower().fit(with_ages(tiny_world))
    nobody = Evidence(6, np.empty(0, np.intp), np.empty(0, np.float32), facts={"town": "Oslo", "age": True, "x": "y"})
    assert np.isnan(scorer.score(nobody, np.arange(6))).all()


def test_facts_come_back_from_a_cache(tiny_world, tmp_path) -> None:
    graph = with_ages(tiny_world)
    scorer = tower().fit(graph)
    save_arrays(tmp_path / "fit", scorer.arrays(), {})
    again = tower().restore(tiny_world, load_arrays(tmp_path / "fit")[0])
    young = Evidence(6, np.array([0]), np.array([1], np.float32), facts={"age": 20.0, "town": "Bergen"})
    np.testing.assert_array_equal(again.score(young, np.arange(6)), scorer.score(young, np.arange(6)))


def test_without_interactions_it_is_silent(tiny_world) -> None:
    scorer = tower().fit(dataclasses.replace(tiny_world, interactions=Interactions.empty(6)))
    evidence = Evidence.from_history({0: 1.0}, 6)
    assert np.isnan(scorer.score(evidence, np.arange(6))).all()
    assert scorer.shares(evidence, np.arange(6)) == ()


def test_vectors_of_another_graph_are_refused(tiny_world) -> None:
    with pytest.raises(ValueError, match="2 vectors for 6 items"):
        TwoTower(np.zeros((2, 2), dtype=np.float32)).fit(tiny_world)


def test_a_large_catalogue_is_learned_from_what_the_users_of_a_step_chose(tiny_world) -> None:
    scream, alien, others = 2, 3, [1, 4, 5]
    scorer = tower(epochs=200, most_exact=3).fit(tiny_world)
    scores = scorer.score(Evidence.from_history({scream: 1.0}, 6), np.arange(6))
    assert (scores[alien] > scores[others]).all()


def test_the_chance_of_being_drawn_grows_with_the_share_and_the_draws() -> None:
    share = np.array([0.0, 0.1, 0.5, 1.0])
    assert np.exp(log_chance(share, 1))[1:] == pytest.approx([0.1, 0.5, 1.0], abs=1e-5)
    assert np.exp(log_chance(share, 2))[1:] == pytest.approx([0.19, 0.75, 1.0], abs=1e-5)
    assert np.isfinite(log_chance(share, 5)).all()


@pytest.mark.parametrize("n", [40, 300])
def test_a_matrix_is_taken_apart_into_no_more_than_it_is_made_of(n: int) -> None:
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((n, 3)) @ rng.standard_normal((3, n))
    left, values, right = truncated(sparse.csr_matrix(matrix), 5, rng)
    assert left.shape == (n, 3)
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(left * values @ right, matrix, atol=1e-8)
    left, values, right = truncated(sparse.csr_matrix(matrix), 2, rng)
    assert (left.shape, values.shape, right.shape) == ((n, 2), (2,), (2, n))


def test_learning_stops_where_it_was_best() -> None:
    steps: list[int] = []
    qualities = iter([0.1, 0.3, 0.2, 0.2, 0.2, 0.2, 0.9])
    assert best_epochs(100, lambda: steps.append(1), lambda: next(qualities)) == 10
    assert len(steps) == 30
    assert best_epochs(3, lambda: None, lambda: 1.0) == 3


def test_a_list_is_worth_what_it_finds_near_the_top() -> None:
    known = sparse.csr_matrix(np.array([[1, 0, 0, 0]]))
    held = sparse.csr_matrix(np.array([[0, 0, 1, 0]]))
    assert ndcg(np.array([[9.0, 1.0, 5.0, 2.0]]), known, held) == 1.0
    assert ndcg(np.array([[9.0, 6.0, 5.0, 2.0]]), known, held) == pytest.approx(1 / np.log2(3))


def test_circumstances_count_and_have_their_share(tiny_world) -> None:
    graph = with_ages(tiny_world)
    log = graph.interactions
    thief, clue = (int(number) for number in tiny_world.indices(["thief", "clue"]))
    company = tuple({0: "", thief: "friends", clue: "kids"}[item] for item in log.items.tolist())
    told = dataclasses.replace(log, context={"company": company, "note": tuple(map(str, range(len(log))))})
    scorer = tower(epochs=60).fit(dataclasses.replace(graph, interactions=told, user_facts={}, fingerprint=""))
    assert scorer.names_ == (("company", "friends"), ("company", "kids"))
    both = np.array([thief, clue])
    friends, kids = (
        Evidence(6, np.array([0]), np.array([1], np.float32), context={"company": word}) for word in ("friends", "Kids")
    )
    assert np.diff(scorer.score(friends, both))[0] < 0 < np.diff(scorer.score(kids, both))[0]
    shares = scorer.shares(kids, both)
    assert [share.circumstance for share in shares] == [None, ("company", "kids"), None]
    np.testing.assert_allclose(sum(share.values for share in shares), scorer.score(kids, both), atol=1e-5)
    again = tower().restore(graph, scorer.arrays())
    np.testing.assert_array_equal(again.score(kids, both), scorer.score(kids, both))
