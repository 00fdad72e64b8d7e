"""Simulated people and what is measured of them, on a world small enough for paper."""

import numpy as np
import pytest

from kgrec.acts import Accept, Option, Question, QuestionKind, Reject, Unknown
from kgrec.errors import DataError
from kgrec.evaluate.asking import by_entropy, by_popularity
from kgrec.evaluate.held_out import Half, folds, half_of
from kgrec.evaluate.metrics import Outcome, average_turns, estimate, hdcg, ndcg, ratio, success_rate
from kgrec.evaluate.people import HONEST, Manners, Rater, spoken
from kgrec.evaluate.seekers import Seeker, hold_out, seeker
from kgrec.evaluate.taste import OURS, Setting, simulate_taste
from kgrec.graph import KnowledgeGraph
from kgrec.learning.splits import only
from kgrec.reasoning.questions import LIKE_OPTIONS, SEEN_OPTIONS


def community(n_users: int = 40, n_items: int = 24) -> KnowledgeGraph:
    """Return two camps: even users like the items of genre a, odd ones those of genre b, both rate ten of each."""
    import pandas as pd

    items = pd.DataFrame(
        {
            "item": [f"i{item}" for item in range(n_items)],
            "genre": ["a" if item % 2 == 0 else "b" for item in range(n_items)],
            "maker": [f"m{item // 4}" for item in range(n_items)],
        }
    )
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"i{item}", 5.0 if item % 2 == user % 2 else 1.0)
        for user in range(n_users)
        for item in rng.permutation(n_items)[: n_items * 5 // 6]
    ]
    return KnowledgeGraph.from_frames(items, None, pd.DataFrame(rows, columns=["user", "item", "rating"]), name="camps")


# --- metrics --------------------------------------------------------------------------------------------------------


def test_ndcg_of_a_list_worked_by_hand():
    # Relevant at places 1 and 3 of three: 1 + 1/2; the ideal puts both first: 1 + 1/log2(3) = 1.6309.
    assert ndcg([4, 8, 6], {4, 6}, k=3) == pytest.approx(1.5 / 1.63093, abs=1e-5)
    assert ndcg([4, 6], {4, 6}) == 1.0
    assert ndcg([1, 2], {4}) == 0.0
    with pytest.raises(ValueError, match="no item is relevant"):
        ndcg([1], set())


def test_a_failed_search_counts_as_the_longest_in_the_average():
    outcomes = [Outcome(2, 1), Outcome(6, 10), Outcome()]
    assert [success_rate(outcomes, within) for within in (5, 10, 15)] == [1 / 3, 2 / 3, 2 / 3]
    assert average_turns(outcomes) == pytest.approx((2 + 6 + 15) / 3)


def test_hdcg_falls_with_the_turn_and_within_a_turn_with_the_place():
    assert hdcg(Outcome(3, 1)) == pytest.approx(1 / 2)  # 1 / log2(3 + 1)
    assert hdcg(Outcome(3, 3)) == pytest.approx(1 / np.log2(5) + (1 / 2 - 1 / np.log2(5)) / 2)
    assert hdcg(Outcome(2, 10)) > hdcg(Outcome(3, 1)) > hdcg(Outcome(3, 2)) > hdcg(Outcome()) == 0.0


def test_an_interval_holds_the_mean_and_is_a_point_where_nothing_varies():
    assert estimate([0.5] * 9, np.random.default_rng(0)).to_json() == {"mean": 0.5, "low": 0.5, "high": 0.5}
    found = estimate([0.0, 1.0] * 50, np.random.default_rng(0))
    assert 0.38 < found.low < found.mean == 0.5 < found.high < 0.62
    assert ratio([2.0, 4.0], [1.0, 2.0], np.random.default_rng(0)).mean == 2.0


# --- who is asked ---------------------------------------------------------------------------------------------------


def test_the_halves_are_disjoint_together_all_and_the_same_for_a_seed():
    graph = community()
    tune, report = (half_of(graph, half, seed=3) for half in Half)
    assert sorted([*tune, *report]) == list(range(40))
    assert half_of(graph, Half.TUNE, seed=3).tolist() == tune.tolist() != half_of(graph, Half.TUNE, seed=4).tolist()


def test_the_graph_of_a_fold_holds_nothing_of_those_asked():
    graph = community()
    users = half_of(graph, Half.REPORT, seed=0)
    asked = []
    for fold in folds(graph, users):
        names = {graph.interactions.user_ids[user] for user in fold.users}
        assert not names & set(fold.graph.interactions.user_ids)
        assert fold.graph.interactions.n_users == 40 - len(fold.users)
        asked += fold.users.tolist()
    assert asked == users.tolist()


def test_the_ratings_of_the_users_kept_stay_what_they_were():
    graph = community()
    kept = only(graph, np.array([5, 2]))
    assert kept.interactions.history("u2") == graph.interactions.history("u2")
    assert kept.interactions.history("u7") == {}


# --- what they answer -----------------------------------------------------------------------------------------------


def rater(tiny_world: KnowledgeGraph, **remembered: float) -> Rater:
    from kgrec.evaluate.people import _opinions

    known = {tiny_world.index(item): value for item, value in remembered.items()}
    return Rater(tiny_world, known, frozenset(), _opinions(tiny_world, known))


def about(entity: str) -> Question:
    if "/" in entity:
        return Question(f"like:{entity}", QuestionKind.LIKE, "", entity, LIKE_OPTIONS)
    return Question(f"seen:{entity}", QuestionKind.SEEN, "", entity, SEEN_OPTIONS)


def test_a_person_says_how_a_remembered_item_was_and_knows_no_other(tiny_world: KnowledgeGraph):
    person = rater(tiny_world, heat=1.0, babe=0.2, clue=-0.6)
    assert [person.answer(about(item)) for item in ("heat", "babe", "clue", "alien")] == [0, 1, 2, -1]


def test_a_person_judges_a_value_by_at_least_two_items_that_have_it(tiny_world: KnowledgeGraph):
    # Crime: heat and thief, both 1, where the mean is .25: (2 - 2 × .25) / (2 + 3) = .3, clear of .08. Comedy: babe and
    # clue, -.5 both: (-1 - .5) / 5 = -.3. Drama: heat alone.
    person = rater(tiny_world, heat=1.0, thief=1.0, babe=-0.5, clue=-0.5)
    assert [person.answer(about(f"genre/{name}")) for name in ("crime", "comedy", "drama")] == [0, 1, -1]
    options = tuple(Option(name, f"genre/{name}") for name in ("comedy", "crime", "drama"))
    assert person.answer(Question("choice:genre", QuestionKind.CHOICE, "", "genre", options)) == 1
    assert person.answer(Question("choice:genre", QuestionKind.CHOICE, "", "genre", options[:1])) == -1


def test_ratings_are_cut_in_two_and_too_few_likes_make_nobody(tiny_world: KnowledgeGraph):
    ratings = dict.fromkeys(range(6), 1.0)
    person = Rater.of(tiny_world, ratings, np.random.default_rng(0))
    assert person is not None
    assert person.hidden | person.remembered.keys() == set(range(6))
    assert len(person.hidden) == len(person.remembered) == 3
    assert Rater.of(tiny_world, {0: 1.0, 1: 1.0, 2: 1.0}, np.random.default_rng(0)) is None


def test_a_wrong_answer_is_another_option_and_an_unwilling_one_none():
    rng = np.random.default_rng(0)
    assert {spoken(1, 3, HONEST, rng) for _ in range(50)} == {1}
    assert {spoken(1, 3, Manners(wrong=1.0), rng) for _ in range(50)} == {0, 2}
    assert {spoken(-1, 2, Manners(wrong=1.0), rng) for _ in range(50)} == {0, 1}
    assert {spoken(1, 3, Manners(1.0, 1.0), rng) for _ in range(50)} == {-1}
    slips = sum(spoken(0, 2, Manners(wrong=0.3), rng) for _ in range(2000))
    assert slips / 2000 == pytest.approx(0.3, abs=0.04)


def test_a_seeker_accepts_the_values_that_something_sought_has(tiny_world: KnowledgeGraph):
    crime, drama, horror = (tiny_world.index(f"genre/{name}") for name in ("crime", "drama", "horror"))
    person = Seeker("ann", frozenset({tiny_world.index("heat")}), crime, frozenset({crime, drama}))
    rng = np.random.default_rng(0)
    offered = ("genre/drama", "genre/horror")
    assert person.reply(offered, tiny_world, HONEST, rng) == Accept(("genre/drama",))
    assert person.reply(("genre/horror",), tiny_world, HONEST, rng) == Reject(("genre/horror",))
    assert person.reply(offered, tiny_world, Manners(unwilling=1.0), rng) == Unknown()
    wrong = {person.reply(offered, tiny_world, Manners(wrong=1.0), rng) for _ in range(40)}
    assert wrong == {Accept(("genre/horror",)), Reject(offered)}
    assert person.found([horror, tiny_world.index("heat")]) == 2
    assert person.found([tiny_world.index("alien")]) == 0


def test_what_is_sought_is_in_no_history_and_shares_the_opening():
    graph = community()
    known, held = hold_out(graph, seed=0)
    for user in range(40):
        person = seeker(known, user, held[user], np.random.default_rng(user))
        assert person is not None
        assert person.sought <= set(held[user].tolist())
        history = known.interactions.history(person.user)
        assert not person.sought & history.keys()
        assert all(person.opening in known.attributes[[item]].indices for item in person.sought)
        assert {*history, *held[user].tolist()} == set(graph.interactions.history(person.user))


# --- the protocols ----------------------------------------------------------------------------------------------------


def test_the_baselines_ask_what_they_say(tiny_world: KnowledgeGraph):
    from kgrec.dialogue.session import Session
    from kgrec.recommender import Recommender

    session = Session.start(Recommender(texts=False).fit(tiny_world))
    rng = np.random.default_rng(0)
    first = by_popularity(session, rng)
    assert first is not None
    assert first.subject == "heat"  # rated by three of four
    session.skip(first)
    second = by_popularity(session, rng)
    assert second is not None
    assert second.subject == "babe"  # by two
    split = by_entropy(session, rng)
    assert split is not None
    assert split.id not in session.belief.asked


def test_a_simulation_is_the_same_for_a_seed_and_learns_the_camps():
    graph = community()
    setting = Setting(users=6, questions=5, seed=1)
    first, second = (simulate_taste(graph, setting).to_json() for _ in range(2))
    timing = {"turn_ms"}
    assert {name: first[name] for name in first.keys() - timing} == {
        name: second[name] for name in second.keys() - timing
    }
    assert first["ndcg@10"]["5"] > first["ndcg@10"]["0"]
    assert first["users"] == 6


def test_the_json_has_the_agreed_names():
    found = simulate_taste(community(), Setting(users=3, questions=3, manners=Manners(0.1, 0.2))).to_json()
    assert found["protocol"] == "taste"
    assert (found["noise"], found["unwilling"], found["seed"], found["half"]) == (0.1, 0.2, 0, "report")
    steps = ["0", "1", "3"]
    assert list(found["ndcg@10"]) == list(found["intervals"]) == steps
    assert set(found["baselines"]) == {"popularity", "random", "entropy"}
    assert all(list(row) == steps for row in found["baselines"].values())
    assert set(found["turn_ms"]) == {"p50", "p99"}
    assert OURS not in found["baselines"]


def test_without_people_there_is_nothing_to_simulate(tiny_world: KnowledgeGraph):
    with pytest.raises(DataError, match="has enough likes to hide some"):
        simulate_taste(tiny_world, Setting())


def test_a_person_ticks_what_is_remembered_as_loved_and_a_slip_changes_one_tick(tiny_world: KnowledgeGraph):
    person = rater(tiny_world, heat=1.0, babe=0.2, thief=0.9)
    question = Question("loved:x", QuestionKind.LOVED, "", "", tuple(Option(i, i) for i in ("heat", "babe", "thief")))
    rng = np.random.default_rng(0)
    assert person.told(question, HONEST, rng) == (0, 2)
    slips = {person.told(question, Manners(wrong=1.0), rng) for _ in range(50)}
    assert slips == {(2,), (0, 1, 2), (0,)}
    assert person.told(question, Manners(unwilling=1.0), rng) == ()
    assert person.told(about("heat"), HONEST, rng) == (0,)
