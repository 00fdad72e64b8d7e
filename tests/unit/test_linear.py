"""The linear model is the formula, on graphs small enough to write it out; its approximations are what they say."""

import dataclasses

import numpy as np
import pytest
from contracts import LearnedScorerContract
from scipy import sparse

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers import Evidence
from kgrec.scorers.linear import Linear
from kgrec.scorers.regression import greatest, regress

EXACT = {"reg": 2.0, "activity": 0.6, "dropout": 0.3, "popularity": 0.1, "attributes": 1.5, "k": None}


def written_out(graph, linear: Linear) -> np.ndarray:
    """The formula of the docstring, in float64 and without any shortcut."""
    chosen = (graph.interactions.user_items.toarray() != 0).astype(float)
    busy = chosen.sum(axis=1)
    told = (graph.attributes.toarray() != 0) * graph.idf
    told[:, (told != 0).sum(axis=0) < 2] = 0
    length = np.linalg.norm(told, axis=1, keepdims=True)
    told = told / np.where(length > 0, length, 1)
    scale = busy.mean() ** -linear.activity
    among = chosen.T @ np.diag(busy**-linear.activity) @ chosen
    gram = among + scale * linear.attributes**2 * told @ told.T + scale * linear.reg * np.eye(len(among))
    inverse = np.linalg.inv(gram + linear.dropout * np.diag(np.diag(among)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights * np.maximum(chosen.sum(axis=0), 1) ** -linear.popularity


def without_ratings_of(graph: KnowledgeGraph, item: int) -> KnowledgeGraph:
    log = graph.interactions
    keep = log.items != item
    kept = (log.users[keep], log.items[keep], log.ratings[keep], log.values[keep], log.times[keep])
    return dataclasses.replace(graph, interactions=Interactions(log.user_ids, log.n_items, *kept))


class TestLinear(LearnedScorerContract):
    @pytest.fixture
    def scorer(self, tiny_world):
        return Linear(reg=2.0, k=2, together=4, disliked=0.4, recency=10.0).fit(tiny_world)

    @pytest.mark.parametrize(
        "change",
        [{}, {"attributes": 0.0}, {"activity": 0.0}, {"dropout": 0.0}, {"popularity": 0.0}, {"popularity": 0.5}],
    )
    def test_it_is_the_formula(self, tiny_world, change) -> None:
        linear = Linear(**EXACT | change).fit(tiny_world)
        np.testing.assert_allclose(linear.weights_.toarray(), written_out(tiny_world, linear), atol=2e-6)

    def test_without_extras_it_is_ridge_regression_of_each_item_on_the_others(self, tiny_world) -> None:
        plain = Linear(reg=2.0, activity=0.0, dropout=0.0, popularity=0.0, attributes=0.0, k=None).fit(tiny_world)
        chosen = (tiny_world.interactions.user_items.toarray() != 0).astype(float)
        others, heat = chosen[:, 1:], chosen[:, 0]
        solved = np.linalg.solve(others.T @ others + 2.0 * np.eye(5), others.T @ heat)
        np.testing.assert_allclose(plain.weights_.toarray()[1:, 0], solved, atol=1e-6)

    def test_what_is_chosen_together_and_what_is_made_alike_comes_first(self, tiny_world, everything) -> None:
        def after_thief(**settings: float) -> np.ndarray:
            evidence = Evidence.from_history({int(tiny_world.index("thief")): 1.0}, 6)
            return Linear(reg=2.0, **settings).fit(tiny_world).score(evidence, everything)

        assert after_thief()[0] == after_thief()[[0, 2, 3, 4, 5]].max()  # Heat: Ann chose both, Mann made both
        assert after_thief(attributes=6.0)[0] > after_thief(attributes=0.0)[0]
        assert after_thief(attributes=0.0)[5] < 0 < after_thief(attributes=0.0)[0]  # Clue: nobody chose both

    def test_an_item_nobody_chose_is_heard_through_its_attributes(self, tiny_world, everything) -> None:
        graph = without_ratings_of(tiny_world, 1)
        scores = Linear(reg=2.0).fit(graph).score(Evidence.from_history({0: 1.0}, 6), everything)
        assert scores[1] > scores[5]

    def test_an_item_with_neither_choices_nor_attributes_gets_no_opinion(self, tiny_world, everything) -> None:
        links = {name: matrix.copy() for name, matrix in tiny_world.links.items()}
        for matrix in links.values():
            matrix.data[matrix.indptr[1] : matrix.indptr[2]] = 0
            matrix.eliminate_zeros()
        graph = dataclasses.replace(without_ratings_of(tiny_world, 1), links=links)
        scores = Linear().fit(graph).score(Evidence.from_history({0: 1.0}, 6), everything)
        assert np.isnan(scores).tolist() == [False, True, False, False, False, False]

    def test_what_one_item_alone_has_says_nothing(self, tiny_world, everything) -> None:
        director = {"director": tiny_world.links["director"]}
        graph = dataclasses.replace(without_ratings_of(tiny_world, 3), links=director)
        scores = Linear(reg=2.0).fit(graph).score(Evidence.from_history({0: 1.0}, 6), everything)
        assert np.isnan(scores[3])  # Alien: nobody chose it, and Ridley Scott made nothing else
        assert scores[1] == scores[[1, 2, 4, 5]].max()  # Thief: by the same director

    def test_fitting_leaves_the_graph_as_it_is(self, tiny_world) -> None:
        before, ratings = tiny_world.attributes.copy(), tiny_world.interactions.user_items.copy()
        Linear().fit(tiny_world)
        assert (tiny_world.attributes != before).nnz == 0
        assert tiny_world.attributes.nnz == before.nnz
        assert (tiny_world.interactions.user_items != ratings).nnz == 0

    def test_without_interactions_it_is_silent(self, tiny_world, everything) -> None:
        graph = dataclasses.replace(tiny_world, interactions=Interactions.empty(6))
        scorer = Linear().fit(graph)
        assert np.isnan(scorer.score(Evidence.from_history({0: 1.0}, 6), everything)).all()

    def test_beyond_those_solved_together_an_item_counts_for_what_people_say_of_it(self, tiny_world) -> None:
        settings = EXACT | {"popularity": 0.0}
        linear = Linear(**settings, together=5).fit(tiny_world)  # all but Clue, the last of those chosen once
        weights, whole = linear.weights_.toarray(), Linear(**settings).fit(tiny_world).weights_.toarray()
        busy = np.array([3, 3, 2, 1])
        people = busy[2] ** -0.6  # Cat chose it
        attributes = 1.5**2 * busy.mean() ** -0.6  # a row of length 1, times the weight
        part = people / (people + attributes)
        np.testing.assert_allclose(weights[5], part * whole[5], atol=1e-6)
        np.testing.assert_allclose(weights[:, 5], part * whole[:, 5], atol=1e-6)

    def test_beyond_those_solved_together_an_item_nobody_chose_gets_no_opinion(self, tiny_world, everything) -> None:
        graph = without_ratings_of(tiny_world, 5)
        evidence = Evidence.from_history({0: 1.0}, 6)
        assert np.isnan(Linear(together=5).fit(graph).score(evidence, everything)).tolist() == [False] * 5 + [True]
        assert not np.isnan(Linear(together=6).fit(graph).score(evidence, everything)).any()

    def test_the_latest_counts_most(self, tiny_world, everything) -> None:
        scorer = Linear(reg=2.0, recency=1.0, k=None).fit(tiny_world)
        weights = scorer.weights_.toarray()
        ages = np.array([0, 40], dtype=np.float32)  # days
        scores = scorer.score(Evidence.from_history({0: 1.0, 4: 1.0}, 6, ages), everything)
        np.testing.assert_allclose(scores, weights[0] + weights[4] / 2, atol=1e-6)

    def test_a_hated_item_counts_what_it_is_told_to(self, tiny_world, everything) -> None:
        scorer = Linear(reg=2.0, disliked=-0.5, k=None).fit(tiny_world)
        weights = scorer.weights_.toarray()
        scores = scorer.score(Evidence.from_history({0: -1.0, 4: -0.5}, 6), everything)
        np.testing.assert_allclose(scores, -0.5 * weights[0] + 0.25 * weights[4], atol=1e-6)

    def test_what_counts_nothing_is_no_evidence(self, tiny_world, everything) -> None:
        scorer = Linear(disliked=0.0).fit(tiny_world)
        assert np.isnan(scorer.score(Evidence.from_history({0: -1.0}, 6), everything)).all()


@pytest.fixture
def observed() -> sparse.csr_matrix:
    rng = np.random.default_rng(7)
    popular = np.linspace(0.5, 0.02, 40)
    return sparse.csr_matrix((rng.random((300, 40)) < popular).astype(np.float32))


def regressed(observed, **settings):
    counts = np.bincount(observed.indices, minlength=observed.shape[1])
    return regress(observed, np.full(observed.shape[1], 5.0), counts, **settings)


def closed_form(observed, columns) -> np.ndarray:
    dense = observed.toarray().astype(float)[:, columns]
    inverse = np.linalg.inv(dense.T @ dense + 5.0 * np.eye(len(columns)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


class TestRegression:
    def test_all_together_it_is_the_closed_form(self, observed) -> None:
        found = regressed(observed)
        np.testing.assert_allclose(found.weights.toarray(), closed_form(observed, np.arange(40)), atol=1e-5)
        np.testing.assert_allclose(found.average, 0, atol=1e-6)

    def test_the_others_are_solved_with_the_most_chosen_as_if_alone(self, observed) -> None:
        counts = np.bincount(observed.indices, minlength=40)
        core = np.sort(np.argsort(-counts, kind="stable")[:25])
        weights = regressed(observed, together=25).weights.toarray()
        np.testing.assert_allclose(weights[np.ix_(core, core)], closed_form(observed, core), atol=1e-5)
        others = np.setdiff1d(np.arange(40), core)
        for other in others.tolist():
            exact = closed_form(observed, np.append(core, other))
            np.testing.assert_allclose(weights[core, other], exact[:-1, -1], atol=1e-5)
            np.testing.assert_allclose(weights[other, core], exact[-1, :-1], atol=1e-5)
        assert not weights[np.ix_(others, others)].any()

    def test_a_cut_row_keeps_its_greatest_weights(self, observed) -> None:
        whole, cut = regressed(observed).weights.toarray(), regressed(observed, k=6).weights.toarray()
        assert (np.count_nonzero(cut, axis=1) == 6).all()
        assert (cut[cut != 0] == whole[cut != 0]).all()
        for row in range(40):
            assert np.abs(cut[row][cut[row] != 0]).min() >= np.abs(whole[row][cut[row] == 0]).max()

    def test_what_is_cut_off_stays_on_average_over_the_choices(self, observed) -> None:
        whole, cut = regressed(observed), regressed(observed, k=6)
        chosen = np.bincount(observed.indices, minlength=40) / observed.nnz
        np.testing.assert_allclose(
            chosen @ (cut.weights.toarray() + cut.average), chosen @ whole.weights.toarray(), atol=1e-6
        )

    def test_no_columns_are_no_weights(self) -> None:
        found = regress(sparse.csr_matrix((3, 0), dtype=np.float32), np.empty(0), np.empty(0, dtype=np.int64))
        assert found.weights.shape == (0, 0)

    def test_a_ridge_of_nothing_is_refused(self, observed) -> None:
        with pytest.raises(ValueError, match=r"the least ridge is 0\.0"):
            regress(observed, np.zeros(40), np.ones(40, dtype=np.int64))

    def test_zeros_are_not_stored(self) -> None:
        assert greatest(np.array([[0.0, 2.0, 0.0]], dtype=np.float32), 2).nnz == 1
