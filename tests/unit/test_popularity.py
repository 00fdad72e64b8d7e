"""Popularity keeps the contract; where facts of the users are known, people alike count more."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from contracts import ScorerContract

from kgrec.domain import Belief, Value
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.scorers import Evidence, Popularity

NOBODY = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)


def asking(graph: KnowledgeGraph, **facts: Value) -> Evidence:
    return Evidence(graph.n_items, *NOBODY, facts=facts)


@pytest.fixture
def two_trades() -> KnowledgeGraph:
    """Twelve young bakers who all chose a and c, twelve old divers who all chose b and c; half of each live in Ulm."""
    people = [("baker", 20 + n, "a") for n in range(12)] + [("diver", 50 + n, "b") for n in range(12)]
    rows = [(f"u{n:02}", item) for n, (_, _, own) in enumerate(people) for item in (own, "c")]
    facts = {
        f"u{n:02}": {"trade": trade, "age": float(age), "town": "Ulm" if n % 2 else "Trier"}
        for n, (trade, age, _) in enumerate(people)
    }
    graph = KnowledgeGraph.from_frames(
        pd.DataFrame({"item": ["a", "b", "c", "d"]}), interactions=pd.DataFrame(rows, columns=["user", "item"])
    )
    return dataclasses.replace(graph, user_facts=facts)


class TestPopularity(ScorerContract):
    speaks_from = "nothing"

    @pytest.fixture
    def scorer(self, tiny_world):
        return Popularity().fit(tiny_world)

    def test_many_histories_at_once_score_like_each_alone(self, scorer, tiny_world, evidence, everything) -> None:
        many = scorer.score_many(tiny_world.interactions.user_items)
        assert many.shape == (4, 6)
        np.testing.assert_array_equal(many, np.tile(scorer.score(evidence, everything), (4, 1)))


class TestPopularityByProfile(ScorerContract):
    speaks_from = "nothing"

    @pytest.fixture
    def scorer(self, tiny_world):
        facts = {user: {"club": ("red", "blue")} for user in tiny_world.interactions.user_ids}
        return Popularity().fit(dataclasses.replace(tiny_world, user_facts=facts))


def test_people_of_the_same_trade_count_more(two_trades) -> None:
    scorer = Popularity().fit(two_trades)
    a, b, c, d = scorer.score(asking(two_trades, trade="baker"), np.arange(4))
    assert c > a > b > d
    a, b, _, _ = scorer.score(asking(two_trades, trade="diver"), np.arange(4))
    assert b > a


def test_a_number_is_banded(two_trades) -> None:
    scorer = Popularity().fit(two_trades)
    for age, better, worse in ((18.0, 0, 1), (25.0, 0, 1), (55.0, 1, 0), (99.0, 1, 0)):
        scores = scorer.score(asking(two_trades, age=age), np.arange(4))
        assert scores[better] > scores[worse]


def test_a_fact_that_says_nothing_and_one_never_heard_of_change_nothing(two_trades) -> None:
    scorer = Popularity().fit(two_trades)
    plain = scorer.score(asking(two_trades), np.arange(4))
    for facts in ({"town": "Ulm"}, {"trade": "judge"}, {"shoe size": 43.0}, {"trade": True}, {"trade": 3.0}):
        np.testing.assert_array_equal(scorer.score(asking(two_trades, **facts), np.arange(4)), plain)


def test_a_fact_that_gains_no_more_than_chance_is_left_out() -> None:
    rng = np.random.default_rng(1)
    rows = [(f"u{user}", f"i{item}") for user in range(60) for item in rng.choice(30, 8, replace=False)]
    graph = KnowledgeGraph.from_frames(
        pd.DataFrame({"item": [f"i{item}" for item in range(30)]}),
        interactions=pd.DataFrame(rows, columns=["user", "item"]),
    )
    lots = np.random.default_rng(2).random((26, 60))[25]  # of many draws one that gains a little, by chance
    facts = {f"u{user}": {"lot": float(lots[user])} for user in range(60)}
    assert not Popularity().fit(dataclasses.replace(graph, user_facts=facts)).groups_


def test_a_fact_given_as_a_word_where_others_gave_numbers_changes_nothing(two_trades) -> None:
    scorer = Popularity().fit(two_trades)
    plain = scorer.score(asking(two_trades), np.arange(4))
    np.testing.assert_array_equal(scorer.score(asking(two_trades, age="young"), np.arange(4)), plain)


def test_each_fact_has_a_share_that_names_it_and_all_add_up(two_trades) -> None:
    scorer = Popularity().fit(two_trades)
    evidence = asking(two_trades, trade="baker", age=25.0, town="Ulm")
    shares = scorer.shares(evidence, np.arange(4))
    assert [tuple(share.channels) for share in shares] == [(), ("age",), ("trade",)]
    total = sum(share.values for share in shares)  # noqa: PD011  (a Share, not a frame)
    np.testing.assert_allclose(total, scorer.score(evidence, np.arange(4)), rtol=1e-6)


def test_the_lift_of_a_group_is_how_much_more_of_its_choices_an_item_has(two_trades) -> None:
    # Of 48 choices, and one more for each of four items, a has 13 in 52; of the 24 of the bakers it has 12.
    scorer = Popularity().fit(two_trades)
    (groups,) = [groups for groups in scorer.groups_ if groups.fact == "trade"]
    share = 13 / 52
    expected = np.log((12 + groups.trust * share) / ((24 + groups.trust) * share))
    _, trade = scorer.shares(asking(two_trades, trade="baker"), np.arange(4))
    assert trade.values[0] == pytest.approx(expected)  # noqa: PD011  (a Share, not a frame)


def test_the_taste_of_a_group_lifts_what_it_could_not_choose_yet(two_trades) -> None:
    # a and the new e are of flour, b and the new d of water: bakers choose flour
    items = pd.DataFrame({"item": ["a", "b", "c", "d", "e"], "kind": ["flour", "water", "", "water", "flour"]})
    log = two_trades.interactions
    rows = pd.DataFrame(
        {"user": [log.user_ids[user] for user in log.users], "item": ["abc"[item] for item in log.items]}
    )
    graph = dataclasses.replace(KnowledgeGraph.from_frames(items, None, rows), user_facts=two_trades.user_facts)
    scorer = Popularity().fit(graph)
    plain, baker, diver = (
        scorer.score(asking(graph, **facts), np.arange(5)) for facts in ({}, {"trade": "baker"}, {"trade": "diver"})
    )
    assert plain[4] == plain[3]
    assert baker[4] > baker[3]
    assert diver[3] > diver[4]
    assert baker[0] > baker[4]


@pytest.mark.parametrize(("n_rated", "counted"), [(0, 1.0), (1, 10 / 11), (3, 10 / 13)])
def test_facts_count_less_the_more_is_known_of_what_the_user_chose(two_trades, n_rated: int, counted: float) -> None:
    scorer = Popularity(half=10.0).fit(two_trades)

    def lift(n: int) -> np.ndarray:
        known = Evidence(4, np.arange(n), np.ones(n, dtype=np.float32), facts={"trade": "baker"})
        return scorer.shares(known, np.arange(4))[1].values  # noqa: PD011  (a Share, not a frame)

    np.testing.assert_allclose(lift(n_rated), lift(0) * counted)


def test_someone_of_several_groups_has_the_mean_of_their_lifts(two_trades) -> None:
    facts = {user: {"trade": (str(known["trade"]),)} for user, known in two_trades.user_facts.items()}
    scorer = Popularity().fit(dataclasses.replace(two_trades, user_facts=facts))

    def lift(*trades: str) -> np.ndarray:
        return scorer.shares(asking(two_trades, trade=trades), np.arange(4))[1].values  # noqa: PD011  (a Share, not a frame)

    np.testing.assert_allclose(lift("baker", "diver"), (lift("baker") + lift("diver")) / 2)


def test_a_belief_brings_its_facts_along(two_trades) -> None:
    evidence = Evidence.of(Belief(facts=(("trade", "baker"),)), two_trades)
    assert evidence.facts == {"trade": "baker"}


def test_without_ratings_facts_change_nothing(two_trades) -> None:
    graph = dataclasses.replace(two_trades, interactions=Interactions.empty(4))
    scorer = Popularity().fit(graph)
    assert np.isnan(scorer.score(asking(graph, trade="baker"), np.arange(4))).all()


def test_the_reason_names_the_fact(two_trades) -> None:
    slate = Recommender(texts=False).fit(two_trades).recommend(facts={"trade": "baker"})
    assert "liked by people of your trade" in {reason.text for entry in slate for reason in entry.reasons}
