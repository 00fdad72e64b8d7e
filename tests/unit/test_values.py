"""Opinions on values: read from facts about users, learned from, weighed, and given as reasons."""

from dataclasses import replace

import numpy as np
import pytest
from communities import community
from contracts import LearnedScorerContract
from hypothesis import given, settings
from hypothesis import strategies as st

from kgrec.blend import blend, learned_weights, weights_for
from kgrec.domain import Comparison
from kgrec.fitting import Fitting
from kgrec.graph import KnowledgeGraph
from kgrec.graph.opinions import liked_by, opinions_on_values, told_of
from kgrec.learning.learn import learn
from kgrec.learning.splits import with_interactions
from kgrec.reasoning.belief import Posterior, Prior
from kgrec.reasoning.observation import observe_comparison
from kgrec.recommender import Recommender
from kgrec.scorers import Evidence, Popularity, Scorer, Values
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable

FACTS = {
    "ann": {"likes": "director/michael-mann", "dislikes": ("genre/comedy", "no/such", "heat")},
    "bob": {"likes": ("genre/horror", "genre/family"), "age": 30.0},
    "cat": {"likes": "genre/comedy"},
    "eve": {"likes": "genre/comedy"},
}


@pytest.fixture
def world(tiny_world: KnowledgeGraph) -> KnowledgeGraph:
    """Ann, Bob, Cat and Eve, who rated nothing, told what they like besides films; Dan did not."""
    return replace(tiny_world, user_facts=FACTS)


@pytest.fixture(scope="module")
def outspoken() -> KnowledgeGraph:
    """A community in which everybody likes a maker of items of all genres: who prefers one genre, the same one."""
    graph = community()
    camps = {user: int(user[1:]) % 3 for user in graph.interactions.user_ids}
    facts = {user: {"likes": f"maker/maker-{camp}"} for user, camp in camps.items()}
    return replace(graph, user_facts=facts)


def said(graph: KnowledgeGraph, **opinions: float) -> Evidence:
    """Return the evidence of opinions on entities, ``a__b`` standing for a/b."""
    entities = graph.indices(name.replace("__", "/").replace("_", "-") for name in opinions)
    return Evidence(graph.n_items, entities, np.array(list(opinions.values()), dtype=np.float32))


# --- what people told -------------------------------------------------------------------------------------------------


def test_opinions_on_values_are_read_from_facts(world: KnowledgeGraph):
    told = told_of(FACTS["ann"], world)
    assert told == {world.index("director/michael-mann"): 1.0, world.index("genre/comedy"): -1.0}
    rows = opinions_on_values(world)
    assert rows.shape == (4, world.n_entities)
    assert np.diff(rows.indptr).tolist() == [2, 2, 1, 0]  # Eve did nothing that could teach
    assert liked_by(world, world.index("genre/comedy")).tolist() == [2]  # Ann does not like them


def test_without_such_facts_there_are_none(tiny_world: KnowledgeGraph):
    assert opinions_on_values(tiny_world).nnz == 0
    assert liked_by(tiny_world, tiny_world.index("genre/comedy")).size == 0


def test_a_user_of_the_graph_is_known_by_what_they_told_as_well(world: KnowledgeGraph):
    believed = Recommender(rng=0, texts=False).fit(world).believe(user="eve")
    assert [(opinion.entity, opinion.value) for opinion in believed.opinions] == [("genre/comedy", 1.0)]


# --- the scorer -------------------------------------------------------------------------------------------------------


class TestValues(LearnedScorerContract):
    speaks_from = "entities"
    hears_history = False

    @pytest.fixture
    def scorer(self, world: KnowledgeGraph) -> Values:
        return Values(belonging=0.1, reg=1.0).fit(world)

    def test_before_anybody_is_asked_a_value_speaks_for_what_has_it(self, tiny_world, everything) -> None:
        scores = Values(belonging=0.1).fit(tiny_world).score(said(tiny_world, director__michael_mann=1), everything)
        idf = np.log(7 / 3)  # two of six items have him
        np.testing.assert_allclose(scores, [0.1 * idf, 0.1 * idf, 0, 0, 0, 0], rtol=1e-6)

    def test_a_dislike_counts_less_and_the_other_way(self, scorer, world, everything) -> None:
        liked, hated = (scorer.score(said(world, genre__comedy=value), everything) for value in (1, -1))
        np.testing.assert_allclose(hated, -scorer.disliked * liked, rtol=1e-6)

    def test_a_value_speaks_for_what_people_like_with_it(self, scorer, world, everything) -> None:
        scores = scorer.score(said(world, genre__family=1), everything)  # Babe's; Bob, who told it, loved Alien
        assert scores[world.index("alien")] > scores[world.index("thief")]

    def test_items_alone_are_no_opinion(self, scorer, world, everything) -> None:
        assert np.isnan(scorer.score(said(world, heat=1, babe=-1), everything)).all()

    def test_users_of_the_graph_score_as_what_they_told(self, scorer, world, everything) -> None:
        users = scorer.score_users(np.array([3, 1]))
        assert np.isnan(users[0]).all()  # Dan told nothing
        expected = scorer.score(said(world, genre__horror=1, genre__family=1), everything)
        np.testing.assert_allclose(users[1], expected, rtol=1e-5)

    def test_who_did_nothing_teaches_nothing(self, world, everything) -> None:
        silent = with_interactions(world, world.interactions.users != 1)  # Bob is asked, not learned from
        scores = Values(reg=1.0).fit(silent).score(said(world, genre__horror=1), everything)
        by_graph = Values(reg=1.0).fit(replace(silent, user_facts={})).score(said(world, genre__horror=1), everything)
        np.testing.assert_allclose(scores, by_graph, atol=1e-7)


@settings(max_examples=15, deadline=None)
@given(
    told=st.lists(st.dictionaries(st.sampled_from("abc"), st.booleans()), min_size=4, max_size=4),
    reg=st.floats(0.5, 100),
    belonging=st.floats(0, 1),
)
def test_it_solves_the_ridge_regression_of_its_formula(told: list[dict[str, bool]], reg: float, belonging: float):
    graph = _WORLD
    names = {"a": "genre/crime", "b": "director/ridley-scott", "c": "genre/comedy"}
    facts = {
        user: {fact: tuple(names[one] for one, likes in own.items() if likes is (fact == "likes")) for fact in
               ("likes", "dislikes")}
        for user, own in zip(graph.interactions.user_ids, told, strict=True)
    }  # fmt: skip
    graph = replace(graph, user_facts=facts)
    weights = Values(belonging, reg).fit(graph).weights_.toarray()
    rows = np.flatnonzero([bool(own) for own in told])
    opinions = opinions_on_values(graph).toarray()[rows].astype(np.float64)
    opinions[opinions < 0] *= 0.5
    likes = (graph.interactions.user_items.toarray()[rows] > 0).astype(np.float64)
    expected = belonging * (graph.attributes.toarray() > 0).T * graph.idf[:, None]
    if len(rows):
        off = likes - likes.mean(axis=0) - opinions @ expected
        gram = opinions.T @ opinions + reg * np.eye(graph.n_entities)
        expected = expected + np.linalg.solve(gram, opinions.T @ off)
    np.testing.assert_allclose(weights, expected, atol=1e-4)


_WORLD = community(n_users=4, n_items=8)


# --- in the family, in the blend, among the reasons -------------------------------------------------------------------


def test_it_is_in_the_family_where_many_told_what_they_like(outspoken: KnowledgeGraph):
    fitting = Fitting(None, np.random.default_rng(0))
    assert "values" in {scorer.name for scorer in fitting.family(outspoken)}
    few = replace(outspoken, user_facts=dict(list(outspoken.user_facts.items())[:20]))
    for graph in (few, community()):
        assert "values" not in {scorer.name for scorer in fitting.family(graph)}


@pytest.fixture(scope="module")
def fitted(outspoken: KnowledgeGraph) -> tuple[tuple[Scorer, ...], WeightTable]:
    def scorers(graph: KnowledgeGraph) -> tuple[Scorer, ...]:
        return Popularity().fit(graph), Values().fit(graph)

    table = learn(outspoken, scorers, np.random.default_rng(0)).weights
    assert table is not None
    return scorers(outspoken), table


def test_weights_are_learned_of_people_who_told_what_they_like(outspoken: KnowledgeGraph, fitted):
    scorers, table = fitted
    assert table.hears_values(0)
    assert table.found_for(0, ItemAge.ESTABLISHED).ndcg > 1.2 * table.found_for(0, ItemAge.ESTABLISHED).best_ndcg
    evidence = said(outspoken, maker__maker_1=1)
    scores = blend(scorers, evidence, weights_for(evidence, outspoken, table), outspoken.n_items).scores
    popular = blend(scorers, evidence, {"popularity": 1.0}, outspoken.n_items).scores
    others = np.arange(outspoken.n_items) // 6 != 1  # of makers that nobody spoke of, so the graph is silent
    camp = others & (np.arange(outspoken.n_items) % 3 == 1)  # what the fans of that maker prefer
    after, before = (np.argsort(np.argsort(-own)) for own in (scores, popular))
    assert np.all(after[camp] <= before[camp] + 6)  # nothing but the maker's six items comes before
    assert (before - after)[camp].mean() > (before - after)[others & ~camp].mean() + 3


TABLE = WeightTable(
    ("popularity", "values"), np.full((len(BUCKETS), len(ItemAge), 2), 0.5), (Found(),) * (len(BUCKETS) * len(ItemAge))
)


def test_opinions_on_values_do_not_turn_to_weights_that_never_heard_of_them(tiny_world: KnowledgeGraph):
    evidence = said(tiny_world, genre__comedy=1)
    posterior = Posterior.of(Prior.fit(tiny_world)).observe(int(evidence.entities[0]), 1.0, 0.05)
    evidence = replace(evidence, posterior=posterior)
    learned = weights_for(evidence, tiny_world, TABLE)
    assert "taste" not in learned
    np.testing.assert_allclose(learned["popularity"], learned["values"])
    assert (weights_for(evidence, tiny_world)["taste"]) > 0  # without such a table all is as it was


def test_a_comparison_is_still_heard(tiny_world: KnowledgeGraph):
    crime, comedy = tiny_world.indices(["genre/crime", "genre/comedy"]).tolist()
    rather = observe_comparison(Comparison("genre/crime", "genre/comedy"), crime, comedy)
    posterior = Posterior.of(Prior.fit(tiny_world)).hear(rather)
    weights = weights_for(replace(said(tiny_world), posterior=posterior), tiny_world, TABLE)
    assert np.all(weights["taste"] > 0)


def test_a_scorer_of_values_that_earned_nothing_leaves_taste_its_weight():
    weights = np.zeros((len(BUCKETS), len(ItemAge), 2))
    weights[:, :, 0] = 1
    constants = {"popularity": 0.6, "taste": 0.4}
    found = learned_weights(constants, replace(TABLE, weights=weights), 0, ItemAge.ESTABLISHED)
    assert found == constants
    assert "taste" not in learned_weights(constants, TABLE, 0, ItemAge.ESTABLISHED)


@pytest.fixture(scope="module")
def recommender(outspoken: KnowledgeGraph, fitted) -> Recommender:
    _, table = fitted
    return Recommender(rng=0, texts=False, weights=table).fit(outspoken)


def test_reasons_name_the_value_and_how_many_like_both_and_add_up(outspoken: KnowledgeGraph, recommender: Recommender):
    slate = recommender.recommend(likes=["maker/maker-1"], dislikes=["maker/maker-2"], n=outspoken.n_items)
    told = {}
    for entry in slate:
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-5)
        told[entry.item] = {reason.text: reason.share for reason in entry.reasons if reason.scorer == "values"}
    own = told["i6"]  # one of the maker's
    assert {"you like maker 1", "you like maker 1: those who like it like this less"} & set(own)
    fans = [text for texts in told.values() for text in texts if text.startswith("you like maker 1: ")]
    assert any(text.endswith("people liked both") for text in fans)
    for texts in told.values():
        for text, share in texts.items():
            if text == "you like maker 1: those who like it like this less":
                assert share < 0
            if text == "you do not like maker 2: those who like it like this less":
                assert share > 0


def test_what_was_kept_is_restored(outspoken: KnowledgeGraph, recommender: Recommender):
    learned = recommender.learned_
    names = [scorer.name for scorer in learned.scorers]
    again = Fitting(None, np.random.default_rng(0)).restore(outspoken, learned.arrays(), learned.table, names)
    before, after = (
        next(scorer for scorer in one.scorers if scorer.name == "values").score_users(np.arange(5))
        for one in (learned, again)
    )
    np.testing.assert_array_equal(before, after)
