"""The recommender: the one way through, on tiny_world and from Python."""

import copy
import dataclasses
import pickle
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from communities import community
from scipy import sparse

from kgrec.dialogue import Session
from kgrec.domain import UNSEEN, Belief, Constraint, Opinion, OpinionKind, Preference
from kgrec.errors import ModelError, RuleError, UnknownEntityError
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.reasoning.conflicts import Order
from kgrec.recommender import Recommender
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable


@pytest.fixture
def recommender(tiny_world) -> Recommender:
    return Recommender(rng=0, texts=False).fit(tiny_world)


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, int, int]]:
    """What the one below said while it learned."""
    return []


@pytest.fixture(scope="module")
def fitted_to_many(steps) -> Recommender:
    """Return one whose weights were learned from 120 people, which takes seconds."""
    return Recommender(texts=False).fit(community(n_users=120), lambda *step: steps.append(step))


def items(slate) -> list[str]:
    return [entry.item for entry in slate]


def test_a_newcomer_gets_what_is_liked_by_most_first(recommender) -> None:
    assert items(recommender.recommend())[0] == "heat"


def test_liking_a_film_brings_its_likes(recommender) -> None:
    slate = recommender.recommend(likes=["Thief"])
    assert items(slate)[0] == "heat"
    assert "thief" not in items(slate)


def test_names_are_found_by_title_and_year_or_with_a_typing_error_which_is_told(recommender, caplog) -> None:
    assert recommender.believe(likes=["Heat (1995)", "heat"]).opinions[0].entity == "heat"
    assert not caplog.messages
    assert recommender.believe(likes=["screamm"]).opinions[0].entity == "scream"
    assert caplog.messages == ["screamm: taken for Scream (1996)"]


def test_an_unknown_title_offers_the_nearest(recommender) -> None:
    with pytest.raises(UnknownEntityError, match="did you mean"):
        recommender.recommend(likes=["Aliena Rex Part Two"])


def test_constraints_are_kept(recommender) -> None:
    slate = recommender.recommend(where=["runtime < 120", "not (genre has Horror)"])
    assert items(slate) == ["babe"]
    assert slate.left == 1
    assert slate.total == 6


def test_an_unknown_facet_is_pointed_at(recommender) -> None:
    with pytest.raises(RuleError, match=r"did you mean 'year'"):
        recommender.recommend(where=["yeer > 1990"])


def test_a_dead_end_is_a_value_with_ways_out(recommender) -> None:
    slate = recommender.recommend(where=["year < 1980", "genre has Comedy"])
    assert items(slate) == []
    assert {wish.expression for wish in slate.conflict.wishes} == {"year < 1980", "genre has Comedy"}
    freed = {tuple(wish.expression for wish in way.drop): way.items for way in slate.conflict.relaxations}
    assert freed == {("year < 1980",): 2, ("genre has Comedy",): 1}


def test_a_list_of_what_is_known_already_can_be_had(recommender) -> None:
    known = {"babe": 1.0, "clue": 0.5}
    slate = recommender.recommend(known, where=["genre has Comedy"])
    assert not slate
    assert UNSEEN in slate.conflict.wishes
    assert {way.drop[0].label: way.items for way in slate.conflict.relaxations} == {
        "genre has Comedy": 4,
        "new to you": 2,
    }
    again = recommender.recommend(known, where=["genre has Comedy"], exclude_seen=False)
    assert set(items(again)) == {"babe", "clue"}
    none = recommender.recommend(known, where=["genre has Comedy", "year < 1980"], exclude_seen=False)
    assert UNSEEN not in none.conflict.wishes


def test_ways_out_come_cheapest_first_or_with_the_strongest_wish_kept(recommender) -> None:
    wishes = (Constraint("year < 1980", 3.0), Constraint("genre has Comedy", 2.0), Constraint("runtime < 100", 2.0))
    ranking = recommender.rank(type(recommender.believe())(wishes=wishes))

    def dropped(order: Order) -> list[tuple[str, ...]]:
        return [
            tuple(wish.expression for wish in way.drop)
            for way in recommender.conflict(ranking, order=order).relaxations
        ]

    assert dropped(Order.WEIGHTED) == [("year < 1980",), ("genre has Comedy", "runtime < 100")]
    assert dropped(Order.LEXICOGRAPHIC) == [("genre has Comedy", "runtime < 100"), ("year < 1980",)]


def test_dislikes_push_down(recommender) -> None:
    without = recommender.score({})
    against = recommender.rank(recommender.believe(dislikes=["Thief"])).scores
    assert np.argsort(-against).tolist().index(0) > np.argsort(-without).tolist().index(0)


def test_reasons_add_up_to_the_score_on_every_item(recommender, tiny_world) -> None:
    ranking = recommender.rank(recommender.believe({"heat": 1.0, "babe": -1.0}, likes=["Comedy", "Ridley Scott"]))
    for entry in recommender.explained(ranking, range(tiny_world.n_items)):
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-6)
        assert entry.score == pytest.approx(ranking.scores[tiny_world.index(entry.item)], abs=1e-5)


def test_reasons_name_what_was_said_and_the_path(recommender) -> None:
    entry = recommender.recommend(likes=["Thief"]).items[0]
    paths = {reason.path for reason in entry.reasons}
    assert ("thief", "director/michael-mann", "heat") in paths
    assert any("directed by Michael Mann" in reason.text for reason in entry.reasons)


def test_the_history_of_a_known_user_is_used_and_excluded(recommender) -> None:
    slate = recommender.recommend(user="cat")
    assert not {"babe", "clue"} & set(items(slate))
    kept = recommender.recommend(user="cat", exclude_seen=False)
    assert {"babe", "clue"} <= set(items(kept))


def test_an_unknown_user_is_a_newcomer(recommender) -> None:
    assert items(recommender.recommend(user="nobody")) == items(recommender.recommend())


@pytest.mark.parametrize("value", [1.5, -2.0, float("nan")])
def test_a_value_off_the_scale_is_refused(recommender, value) -> None:
    with pytest.raises(ValueError, match="between -1 and 1"):
        recommender.recommend({"heat": value})


def test_scores_align_with_item_ids(recommender, tiny_world) -> None:
    scores = recommender.score(["Thief"])
    assert scores.shape == (tiny_world.n_items,)
    assert tiny_world.item_ids[int(np.argmax(np.where(np.arange(6) == 1, -np.inf, scores)))] == "heat"


def test_a_batch_ranks_as_single_calls_do(recommender, tiny_world) -> None:
    rows = [{"heat": 1.0}, {"babe": 1.0, "clue": 0.5}, {}]
    matrix = sparse.lil_matrix((3, 6), dtype=np.float32)
    for row, history in enumerate(rows):
        for item, value in history.items():
            matrix[row, tiny_world.index(item)] = value
    ids, scores = recommender.recommend_batch(matrix.tocsr(), n=6)
    for row, history in enumerate(rows):
        expected = items(recommender.recommend(history, n=6))
        found = [tiny_world.item_ids[i] for i in ids[row] if i >= 0]
        assert found == expected
        assert np.isnan(scores[row, len(expected) :]).all()


def test_a_batch_of_other_width_is_refused(recommender) -> None:
    with pytest.raises(ValueError, match="5 columns, the graph 6 items"):
        recommender.recommend_batch(sparse.csr_matrix((2, 5), dtype=np.float32))


@pytest.mark.parametrize(
    ("users", "error", "says"),
    [
        ([1, 2], TypeError, "users holds 1; give texts, such as '1'"),
        ("ann", TypeError, "put it into a list"),
        (np.full((1, 6), 5.0), ValueError, "values beyond"),
        (sparse.csr_matrix(np.full((1, 6), np.nan)), ValueError, "values beyond"),
    ],
)
def test_a_batch_of_what_is_no_users_is_refused(recommender, users, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        recommender.recommend_batch(users)


def test_histories_of_a_batch_may_be_any_matrix(recommender, tiny_world) -> None:
    histories = tiny_world.interactions.user_items
    expected = recommender.recommend_batch(histories)[0].tolist()
    for users in (histories.toarray(), histories.tocoo(), sparse.csc_array(histories)):
        assert recommender.recommend_batch(users)[0].tolist() == expected


def test_free_text_that_nothing_can_be_compared_with_is_told_why(tiny_world, monkeypatch) -> None:
    def why(graph, *, texts: bool) -> str:
        recommender = Recommender(texts=texts).fit(graph)
        with pytest.raises(ModelError, match=re.escape(recommender.why_no_texts)):
            recommender.recommend(text="a lonely man")
        said = Session.start(recommender).say("a lonely man")
        assert recommender.why_no_texts in said.text
        return recommender.why_no_texts

    silent = dataclasses.replace(tiny_world, texts={"description": ("",) * tiny_world.n_items})
    assert why(silent, texts=True) == why(silent, texts=False) == "there are no descriptions to search for it"
    assert why(tiny_world, texts=False) == "the sentence encoder is switched off (texts=False)"
    monkeypatch.setattr("kgrec.graph.knowledge.MOST_ENCODED", 3)
    many = dataclasses.replace(tiny_world, interactions=dataclasses.replace(tiny_world.interactions))
    assert why(many, texts=True) == "there are too many descriptions to search for it"


def test_a_list_reads_as_a_sequence(recommender) -> None:
    slate = recommender.recommend(n=3)
    assert slate[0] is slate.items[0]
    assert slate[-1] in slate
    assert slate[:2] == slate.items[:2]
    assert slate.index(slate[1]) == 1


def test_what_two_have_in_common_is_told_by_its_rarest_not_by_the_one_value_of_a_facet() -> None:
    films = pd.DataFrame(
        {
            "item": [*"abcdefgh"],
            "mood": ["tense"] * 5 + ["light"] * 3,  # one a film, so it has all of its facet's length
            "topic": ["heist|city|night|car", "heist|city|night|car", *["city|night|car"] * 3, "car|sea", "sea", "sea"],
        }
    )
    graph = KnowledgeGraph.from_frames(films)
    (told,) = recommender_of(graph).recommend(likes=["a"], n=1)
    assert told.item == "b"
    assert {reason.path[1:2] for reason in told.reasons if len(reason.path) == 3} == {("topic/heist",)}


def recommender_of(graph: KnowledgeGraph) -> Recommender:
    return Recommender(rng=0, texts=False).fit(graph)


def test_preferences_shift_scores_and_are_reasons(recommender) -> None:
    belief = recommender.believe()
    wished = type(belief)(wishes=(Preference("genre has Comedy", 5.0, because="you laugh too little"),))
    slate = recommender.slate(recommender.rank(wished))
    assert set(items(slate)[:2]) == {"babe", "clue"}
    assert ("rules", 5.0) in {(reason.scorer, reason.share) for reason in slate.items[0].reasons}


def test_a_dropped_wish_counts_no_more(recommender) -> None:
    belief = type(recommender.believe())(wishes=(Constraint("year < 1900"),), dropped=frozenset({"year < 1900"}))
    assert recommender.slate(recommender.rank(belief)).left == 6


def test_the_slate_is_a_frame_with_one_column_a_scorer(recommender) -> None:
    frame = recommender.recommend(likes=["Thief"]).to_frame()
    assert frame["item"].iloc[0] == "heat"
    shares = frame[[name for name in frame.columns if name not in {"item", "label", "score", "match"}]]
    np.testing.assert_allclose(shares.sum(axis=1), frame["score"], atol=1e-6)


def test_an_empty_slate_is_an_empty_frame_with_columns(recommender) -> None:
    assert list(recommender.recommend(where=["year > 3000"]).to_frame().columns) == ["item", "label", "score", "match"]


def test_what_was_fitted_is_kept_checked_and_made_again_when_damaged(tiny_world, tmp_path, caplog) -> None:
    folder = tmp_path / "fit"
    first = Recommender(texts=False).fit(tiny_world, cache=folder)
    again = Recommender(texts=False).fit(tiny_world, cache=folder)
    np.testing.assert_array_equal(again.questions_.columns, first.questions_.columns)
    assert not caplog.records
    damaged = folder / "1" / "questions.columns.npy"
    damaged.write_bytes(damaged.read_bytes()[:-8] + b"\xff" * 8)
    third = Recommender(texts=False).fit(tiny_world, cache=folder)
    np.testing.assert_array_equal(third.questions_.columns, first.questions_.columns)
    assert "damaged" in caplog.text


def test_weights_that_were_passed_are_not_taken_for_learned_ones_from_a_cache(tmp_path) -> None:
    graph, folder = community(), tmp_path / "fit"
    first, second = (
        WeightTable(("popularity", "walk"), np.full((len(BUCKETS), len(ItemAge), 2), share), (Found(),) * 18)
        for share in ([1.0, 0.0], [0.0, 1.0])
    )
    for table in (first, second, second, first):
        recommender = Recommender(texts=False, weights=table).fit(graph, cache=folder)
        np.testing.assert_array_equal(recommender.learned_.table.weights, table.weights)


def test_reasons_are_worded_when_read_and_else_behave_as_the_tuple_of_them(recommender) -> None:
    read = recommender.recommend(likes=["Thief"]).items[0]
    told = tuple(read.reasons)
    assert told
    for other in (recommender.recommend(likes=["Thief"]).items[0], dataclasses.replace(read, reasons=told)):
        assert other == read
        assert hash(other) == hash(read)
        assert repr(other) == repr(read)
    unread = recommender.recommend(likes=["Thief"]).items[0]
    assert unread.reasons == told
    assert told == unread.reasons
    assert unread.reasons != told[:1]
    assert (len(unread.reasons), unread.reasons[0], unread.reasons[1:]) == (len(told), told[0], told[1:])
    for copied in (copy.deepcopy(unread), pickle.loads(pickle.dumps(unread))):
        assert copied == unread
        assert type(copied.reasons) is tuple


def test_what_is_learned_later_does_not_change_reasons_that_are_read_later(recommender) -> None:
    early, late = (recommender.recommend(likes=["Thief"]).items[0] for _ in range(2))
    told = tuple(early.reasons)
    recommender.recommend(likes=["Babe"], dislikes=["Thief"])
    assert tuple(late.reasons) == told
    assert sum(reason.share for reason in late.reasons) == pytest.approx(late.score, abs=1e-9)


def test_scores_are_taken_apart_when_reasons_are_read_and_no_sooner(recommender, monkeypatch) -> None:
    taken_apart = []
    for scorer in recommender.scorers_:
        shares = scorer.shares
        monkeypatch.setattr(scorer, "shares", lambda *given, own=shares: taken_apart.append(own) or own(*given))
    entry = recommender.recommend(likes=["Thief"]).items[0]
    assert entry.score > 0
    assert not taken_apart
    assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-9)
    once = len(taken_apart)
    assert entry.reasons[0]
    assert len(taken_apart) == once > 0


def test_scorers_that_go_by_who_chose_what_cite_the_people_who_liked_both(fitted_to_many) -> None:
    fitted, graph = fitted_to_many, fitted_to_many.graph_
    told = Counter()
    for user in graph.interactions.user_ids[:10]:
        for entry in fitted.recommend(user=user):
            fans = set(graph.interactions.liked_by(graph.index(entry.item)).tolist())
            for reason in entry.reasons:
                if found := re.search(r"(\d+) people liked both", reason.text):
                    both = fans & set(graph.interactions.liked_by(graph.index(reason.path[0])).tolist())
                    assert int(found[1]) == len(both)
                    is_no_like = any(word in reason.text for word in ("do not like", "are neutral"))
                    assert is_no_like or ", yet" not in reason.text
                    told[reason.scorer] += 1
    assert len(told.keys() & {"linear", "items", "users", "factors", "bayes", "transitions"}) >= 2


def test_what_takes_long_is_told_as_it_comes(fitted_to_many, steps) -> None:
    labels = [label for label, _, _ in steps]
    assert {f"learning {scorer.name}" for scorer in fitted_to_many.scorers_ if scorer.name != "taste"} <= {*labels}
    assert "learning how much each scorer counts" in labels  # after the last round of them, which takes as long
    assert all(0 <= done <= total for _, done, total in steps)


@pytest.mark.parametrize("users", ["many", "none"])
def test_that_something_is_widely_known_is_one_reason_whichever_scorers_go_by_it(
    tiny_world, fitted_to_many, users
) -> None:
    unrated = dataclasses.replace(tiny_world, interactions=Interactions.empty(tiny_world.n_items))
    fitted = fitted_to_many if users == "many" else Recommender(texts=False).fit(unrated)
    graph = fitted.graph_
    by = set()
    for entry in fitted.recommend(likes=[graph.item_ids[0]], n=graph.n_items):
        words = ("widely known", "known to some", "little known")
        known = [reason for reason in entry.reasons if reason.text in words]
        by |= {reason.scorer for reason in known}
        (text,) = {reason.text for reason in known}
        assert (text != "little known") == (sum(reason.share for reason in known) > 0)
        others = [reason for reason in entry.reasons if not (reason in known or reason.path or reason.is_rest)]
        assert all("like it" in reason.text for reason in others)
    assert by >= ({"popularity"} if users == "many" else {"popularity", "taste"})


def test_words_of_reasons_are_true_of_what_they_are_about(recommender) -> None:
    def told(item: str, *opinions: Opinion) -> list[str]:
        ranking = recommender.rank(Belief(opinions))
        (entry,) = recommender.explained(ranking, [recommender.graph_.index(item)])
        return [reason.text for reason in entry.reasons]

    love = Opinion("babe", 1.0, OpinionKind.RATED)
    assert "you love Babe (1995)" in told("babe", love)  # it is itself, not what goes with it
    assert not [text for text in told("heat", love) if "go together" in text]
    assert "known to some" in told("thief", love)  # one of six chose it
    assert "widely known" in told("heat", love)
    dislike = told("thief", Opinion("heat", -1.0, OpinionKind.RATED))
    assert "you do not like Heat (1995): directed by Michael Mann" in dislike
