"""Circumstances, what they do to ratings, and what the context scorer makes of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from contracts import ScorerContract
from numpy.typing import NDArray
from scipy import sparse

from kgrec import KnowledgeGraph, Recommender
from kgrec.domain import Occasion, Value
from kgrec.graph.circumstances import Circumstances, holding
from kgrec.graph.interaction_table import InteractionTable
from kgrec.scorers import Context, Evidence
from kgrec.scorers.base import values_of
from kgrec.scorers.context import Past
from kgrec.scorers.deviations import WITHOUT, Deviations, Occasions, choose_penalties

NOWHERE = sparse.csr_matrix((2, 0))
"""Of two items that have nothing in common."""


def occasions(users: list[int], items: list[int], when: list[list[int]]) -> Occasions:
    told = sparse.csr_matrix(np.array(when, dtype=np.float64))
    return Occasions(np.array(users), np.array(items), told, NOWHERE)


def rated(rows: list[tuple[str, str, float, str]], *, times: list[int] | None = None) -> KnowledgeGraph:
    """Return a graph of (user, item, rating, company)."""
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "company"])
    if times is not None:
        frame["timestamp"] = times
    labels = sorted({item for _, item, _, _ in rows})
    return KnowledgeGraph.from_frames(pd.DataFrame({"item": labels, "label": labels}), interactions=frame)


@pytest.fixture(scope="module")
def moods() -> KnowledgeGraph:
    """Thirty people rate four items alone and with friends: a and b are liked alone, c and d with friends."""
    rng = np.random.default_rng(0)
    likes = {"alone": "ab", "friends": "cd"}
    rows = [
        (f"user{user}", item, float(4 if item in liked else 2) + float(rng.integers(2)), company)
        for user in range(30)
        for company, liked in likes.items()
        for item in rng.permutation(list("abcd"))[:3]
    ]
    return rated(rows)


@pytest.fixture(scope="module")
def scorer(moods: KnowledgeGraph) -> Context:
    return Context().fit(moods)


def told(context: Mapping[str, Value], n_items: int = 4) -> Evidence:
    return Evidence(n_items, np.empty(0, np.intp), np.empty(0, np.float32), context=context)


# --- circumstances --------------------------------------------------------------------------------------------------


def test_what_is_told_and_what_follows_from_the_time_are_circumstances() -> None:
    saturday_evening = int(datetime(2025, 12, 20, 20, tzinfo=UTC).timestamp())
    table = InteractionTable(
        ["u", "u"], ["a", "b"], times=np.array([saturday_evening, 0]), context={"company": ["Family", ""]}
    )
    found = Circumstances.of(table.resolve(["a", "b"]))
    assert set(found.names) == {
        ("company", "Family"),
        ("weekday", "Sat"),
        ("season", "winter"),
        ("daytime", "evening"),
    }
    assert found.told.toarray().tolist() == [[1, 1, 1, 1, 0], [0, 0, 0, 0, 1]]  # of the second nothing is told


def test_dates_without_a_time_of_day_tell_none() -> None:
    table = InteractionTable(["u"], ["a"], times=np.array([86_400 * 20_000]))
    assert {column for column, _ in Circumstances.of(table.resolve(["a"])).names} == {"weekday", "season"}


def test_a_column_of_the_source_hides_what_the_time_says() -> None:
    table = InteractionTable(["u"], ["a"], times=np.array([86_400 * 20_000]), context={"season": ["rainy"]})
    assert ("season", "rainy") in Circumstances.of(table.resolve(["a"])).names
    assert ("season", "autumn") not in Circumstances.of(table.resolve(["a"])).names


def test_a_column_that_numbers_something_tells_no_circumstance() -> None:
    numbered = [str(number) for number in range(60)]
    table = InteractionTable(["u"] * 60, ["a"] * 60, context={"receipt": numbered, "company": ["Family"] * 60})
    assert Circumstances.of(table.resolve(["a"])).names == (("company", "Family"),)


def test_what_holds_now_is_found_whatever_its_case() -> None:
    names = (("company", "Family"), ("daytime", "night"), ("daytime", "evening"))
    assert holding(names, {"company": "family", "hour": 23.0}).tolist() == [0, 2]
    assert holding(names, {"company": "nobody"}).tolist() == []


# --- deviations -----------------------------------------------------------------------------------------------------


def test_a_deviation_is_the_mean_residual_shrunk_by_its_penalty() -> None:
    # Mean 3. Item 0 in circumstance 0: residuals 1 and 2, so 3 / (2 + 1); in 1: -1, so -1 / (1 + 1); item 1 in 1: -2.
    known = occasions([0, 1, 0, 1], [0, 0, 0, 1], [[1, 0], [1, 0], [0, 1], [0, 1]])
    learned = Deviations.fit(known, np.array([4.0, 5.0, 2.0, 1.0]), {("item", "when"): 1.0})
    asked = occasions([7, 7, 7, 7], [0, 0, 1, 1], [[1, 0], [0, 1], [0, 1], [1, 0]])
    assert learned.predict(asked) == pytest.approx([4.0, 2.5, 2.0, 3.0], abs=1e-4)  # never seen: the mean


def test_effects_of_several_blocks_share_what_they_explain() -> None:
    known = occasions([0, 1], [0, 1], [[1], [1]])
    learned = Deviations.fit(known, np.array([1.0, -1.0]), {("user",): 1.0, ("item",): 1.0})
    # Residual 1 = u + i where u = r, i = r for r the rest: r = 1 - 2 r, so each is 1/3.
    assert learned.effects[("user",)] == pytest.approx([1 / 3, -1 / 3], abs=1e-4)
    assert learned.part(("item",), known) == pytest.approx([1 / 3, -1 / 3], abs=1e-4)


def test_kinds_carry_a_deviation_to_items_nobody_rated_then() -> None:
    alike = sparse.csr_matrix(np.array([[1.0], [1.0]]))
    known = Occasions(np.array([0, 1]), np.array([0, 0]), sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 1.0]])), alike)
    learned = Deviations.fit(known, np.array([5.0, 1.0]), {("kind", "when"): 1.0})
    other = Occasions(np.array([0]), np.array([1]), sparse.csr_matrix(np.array([[1.0, 0.0]])), alike)
    assert learned.predict(other) == pytest.approx([4.0])  # 3 + 2 / (1 + 1)


def test_effects_that_do_not_pay_are_left_out(moods: KnowledgeGraph) -> None:
    log = moods.interactions
    when = Circumstances.of(log).told
    known = Occasions(log.users.astype(np.intp), log.items.astype(np.intp), when, sparse.csr_matrix((4, 0)))
    ratings = log.ratings
    chosen = choose_penalties(known, ratings, np.random.default_rng(0))
    assert ("item", "when") in chosen
    shuffled = np.random.default_rng(1).permutation(ratings)
    assert choose_penalties(known, shuffled, np.random.default_rng(0)) == WITHOUT


# --- the scorer -----------------------------------------------------------------------------------------------------


class TestContext(ScorerContract):
    @pytest.fixture
    def tiny_world(self, tiny_world: KnowledgeGraph) -> KnowledgeGraph:
        """The tiny world, where ten people like the first three items alone and the others with friends."""
        rows = [(f"u{user}", place, company) for user in range(10) for place in range(6) for company in range(2)]
        log = InteractionTable(
            [user for user, _, _ in rows],
            [tiny_world.item_ids[place] for _, place, _ in rows],
            np.array([5.0 if (place < 3) == (company == 0) else 1.0 for _, place, company in rows]),
            context={"company": [("alone", "friends")[company] for _, _, company in rows]},
        )
        return replace(tiny_world, interactions=log.resolve(tiny_world.item_ids), fingerprint="")

    @pytest.fixture
    def scorer(self, tiny_world: KnowledgeGraph) -> Context:
        return Context().fit(tiny_world)

    @pytest.fixture
    def evidence(self, tiny_world: KnowledgeGraph) -> Evidence:
        return told({"company": "friends"}, tiny_world.n_items)


def test_the_same_items_are_ordered_otherwise_in_other_circumstances(moods: KnowledgeGraph, scorer: Context) -> None:
    items = moods.indices(["a", "c"])
    alone, friends = (scorer.score(told({"company": company}), items) for company in ("alone", "friends"))
    assert alone[0] > alone[1]
    assert friends[0] < friends[1]


def test_shares_add_up_and_name_the_circumstance(scorer: Context) -> None:
    evidence, items = told({"company": "Alone"}), np.arange(4)
    shares = scorer.shares(evidence, items)
    assert values_of(shares, 4).sum(axis=0) == pytest.approx(scorer.score(evidence, items), abs=1e-5)
    assert [share.circumstance for share in shares] == [None, ("company", "alone")]


def test_without_a_known_circumstance_there_is_no_opinion(scorer: Context) -> None:
    for context in ({}, {"company": "a stranger"}, {"weather": "alone"}):
        assert np.isnan(scorer.score(told(context), np.arange(4))).all()
        assert scorer.shares(told(context), np.arange(4)) == ()


def test_where_circumstances_mean_nothing_there_is_no_opinion() -> None:
    rng = np.random.default_rng(3)
    rows = [
        (f"u{user}", item, float(rng.integers(1, 6)), "xy"[rng.integers(2)]) for user in range(200) for item in "abcd"
    ]
    assert np.isnan(Context().fit(rated(rows)).score(told({"company": "x"}), np.arange(4))).all()


def test_what_was_learned_comes_back_from_arrays(moods: KnowledgeGraph, scorer: Context) -> None:
    evidence = told({"company": "friends"})
    again = Context().restore(moods, scorer.arrays())
    assert again.score(evidence, np.arange(4)).tolist() == scorer.score(evidence, np.arange(4)).tolist()


def test_a_list_heeds_the_context_and_says_so(moods: KnowledgeGraph) -> None:
    recommender = Recommender(texts=False).fit(moods)
    lists = {company: recommender.recommend(context={"company": company}, n=2) for company in ("alone", "friends")}
    assert {entry.item for entry in lists["alone"]} == {"a", "b"}
    assert lists["friends"].items[0].item in {"c", "d"}
    best = lists["alone"].items[0]
    reasons = {reason.text for reason in best.reasons}
    assert "liked more than otherwise when company is alone" in reasons
    assert reasons & {"liked more than most", "liked less than most"}
    assert sum(reason.share for reason in best.reasons) == pytest.approx(best.score, abs=1e-5)


def test_without_columns_of_context_there_is_no_such_scorer() -> None:
    items = pd.DataFrame({"item": ["a", "b"], "label": ["a", "b"]})
    recommender = Recommender(texts=False).fit(KnowledgeGraph.from_frames(items))
    assert "context" not in {scorer.name for scorer in recommender.scorers_}


# --- what is to be expected -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places() -> KnowledgeGraph:
    """Sixty people rate a, better at home, and b, better at the cinema, where half of them rate everything lower."""
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", item, 3.2 + 0.8 * sign + 0.5 * away * (1 if user % 2 else -1) + rng.normal(0.2 * away, 0.1), where)
        for user in range(60)
        for where, away in (("home", -1), ("cinema", 1))
        for item, sign in (("a", -away), ("b", away))
    ]
    return rated(rows)


@pytest.fixture(scope="module")
def outings(places: KnowledgeGraph) -> Context:
    return Context().fit(places)


NOBODY = Past(np.empty(0, np.intp), np.empty(0), sparse.csr_matrix((0, 2)))


def shifts(scorer: Context, where: str, past: Past = NOBODY) -> NDArray[np.float64]:
    """Return the shift of a and b in one place."""
    place = scorer.names_.index(("company", where))
    told = sparse.csr_matrix((np.ones(2), ([0, 1], [place, place])), shape=(2, 2))
    return scorer.shift(np.arange(2), told, past)


def test_circumstances_move_what_is_to_be_expected_up_here_and_down_there(outings: Context) -> None:
    home, cinema = shifts(outings, "home"), shifts(outings, "cinema")
    assert home[0] > 0.15 > -0.15 > home[1]
    assert cinema[1] > 0.15 > -0.15 > cinema[0]
    np.testing.assert_allclose(home + cinema, 0, atol=1e-6)  # both are as frequent: the average is where it was
    assert cinema.sum() > home.sum()


def test_untold_circumstances_move_nothing(outings: Context) -> None:
    assert outings.shift(np.arange(2), sparse.csr_matrix((2, 2)), NOBODY).tolist() == [0.0, 0.0]
    assert outings.shift_now(told({"hour": 3.0}, 2), np.arange(2)).tolist() == [0.0, 0.0]


def test_what_circumstances_do_to_a_user_is_learned_from_their_own_past(outings: Context) -> None:
    assert outings.own_ > 0
    items, where = np.tile([0, 1], 6), np.repeat([0, 1], 6)
    places = sparse.csr_matrix((np.ones(12), (np.arange(12), where)), shape=(12, 2))
    alike = outings.base_[items] + outings.shift(items, places, NOBODY)
    fond = Past(items, alike + np.where(where == 0, 0.3, -0.3), places)  # of the circumstance that comes first
    first, second = (name for _, name in outings.names_)
    assert (shifts(outings, first, fond) > shifts(outings, first) + 0.1).all()
    assert (shifts(outings, second, fond) < shifts(outings, second) - 0.1).all()


def test_evidence_tells_the_past_of_its_occasions(outings: Context) -> None:
    once = Occasion(0.5, (("company", "cinema"),)), Occasion(-0.5, (("company", "home"),))
    evidence = replace(told({"company": "home"}, 2), entities=np.array([1]), values=np.ones(1), occasions=(once,))
    places = sparse.csr_matrix((np.ones(2), ([0, 1], [0, 1])), shape=(2, 2))
    past = Past(np.array([1, 1]), np.array([0.5, -0.5]), places)
    np.testing.assert_allclose(outings.shift_now(evidence, np.arange(2)), shifts(outings, "home", past))


def test_what_was_learned_of_expectations_survives_as_arrays(outings: Context, places: KnowledgeGraph) -> None:
    again = Context().restore(places, outings.arrays())
    np.testing.assert_array_equal(shifts(again, "home"), shifts(outings, "home"))
    assert again.own_ == outings.own_
