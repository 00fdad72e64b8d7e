"""What is held out and what is known, on a small community and on the tiny world."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from kgrec.errors import DataError
from kgrec.evaluate.splits import KNOWN, Protocol, Relevance, Split, sizes, split
from kgrec.graph import KnowledgeGraph

DAY = 86_400


def community(n_users: int = 30, n_items: int = 40, n_each: int = 20) -> KnowledgeGraph:
    """Return users who rate ``n_each`` items, one a day; every fifth item has a single facet, the others two.

    Those of odd numbers also say what they think of two genres and a maker.
    """
    items = pd.DataFrame(
        {
            "item": [f"i{item}" for item in range(n_items)],
            "genre": [f"g{item % 3}" for item in range(n_items)],
            "maker": [None if item % 5 == 0 else f"m{item % 4}" for item in range(n_items)],
        }
    )
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"i{item}", float(rng.integers(1, 6)), DAY * day, f"mood{day % 2}")
        for user in range(n_users)
        for day, item in enumerate(rng.permutation(n_items)[:n_each], 1)
    ]
    log = pd.DataFrame(rows, columns=["user", "item", "rating", "timestamp", "mood"])
    graph = KnowledgeGraph.from_frames(items, None, log, name="community")
    said = {"likes": ("genre/g0", "maker/m1"), "dislikes": "genre/g1"}
    return replace(graph, user_facts={f"u{user}": said for user in range(1, n_users, 2)})


def rows_of(matrix: sparse.csr_matrix) -> list[set[int]]:
    return [set(matrix[[row]].indices.tolist()) for row in range(matrix.shape[0])]


def trained(one: Split) -> set[tuple[int, int]]:
    log = one.graph.interactions
    return set(zip(log.users.tolist(), log.items.tolist(), strict=True))


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize("depth", [0, 1])
def test_nothing_asked_for_is_learned_from_or_known_or_hidden(protocol: Protocol, depth: int):
    one = split(community(), protocol, seed=1)
    one = one.nested() if depth else one
    pairs = trained(one)
    for case in one.cases:
        asked = {
            (int(user), item) for user, row in zip(case.users, rows_of(case.relevant), strict=True) for item in row
        }
        assert asked
        assert not asked & pairs
        for known, relevant, hidden in zip(*map(rows_of, (case.known, case.relevant, case.hidden)), strict=True):
            assert known <= hidden
            assert not relevant & hidden
            assert all(case.candidates[item] for item in relevant)


@pytest.mark.parametrize("protocol", Protocol)
def test_a_split_is_the_same_for_a_seed_and_another_for_another(protocol: Protocol):
    graph = community()
    one, again, other = (split(graph, protocol, seed) for seed in (1, 1, 2))
    assert trained(one) == trained(again)
    assert rows_of(one.cases[-1].relevant) == rows_of(again.cases[-1].relevant)
    if protocol is not Protocol.TEMPORAL:  # the last item is the last whatever the seed
        assert trained(one) != trained(other)


def test_warm_holds_out_a_fifth_of_each_user_and_nested_a_tenth_of_the_rest():
    one = split(community(), Protocol.WARM, seed=0)
    (case,) = one.cases
    assert np.diff(case.relevant.indptr).tolist() == [4] * 30
    assert np.diff(case.known.indptr).tolist() == [16] * 30
    (nested,) = one.nested().cases
    assert np.diff(nested.relevant.indptr).tolist() == [2] * 30  # 1.6 rounded
    assert not set(map(tuple, np.argwhere(nested.relevant.toarray()))) & set(
        map(tuple, np.argwhere(case.relevant.toarray()))
    )


def test_the_training_graph_keeps_numbers_facts_and_the_context_of_each_interaction():
    graph = community()
    one = split(graph, Protocol.WARM, seed=0)
    assert one.graph.interactions.user_ids == graph.interactions.user_ids
    assert one.graph.entity_ids == graph.entity_ids
    assert len(one.graph.interactions.context["mood"]) == len(one.graph.interactions) == 480
    moods = {
        (user, item): mood
        for user, item, mood in zip(
            graph.interactions.users, graph.interactions.items, graph.interactions.context["mood"], strict=True
        )
    }
    log = one.graph.interactions
    kept = zip(log.users, log.items, log.context["mood"], strict=True)
    assert all(moods[user, item] == mood for user, item, mood in kept)


def test_new_users_are_not_learned_from_and_are_asked_for_the_same_whatever_is_known():
    graph = community()
    one = split(graph, Protocol.NEW_USERS, seed=0)
    assert [case.name for case in one.cases] == [f"{n} known" for n in KNOWN]
    new = set(one.cases[0].users.tolist())
    assert len(new) == 6
    assert not new & set(one.graph.interactions.users.tolist())
    assert len(one.graph.interactions) == 24 * 20  # the others are whole
    for case, n_known in zip(one.cases, KNOWN, strict=True):
        assert np.diff(case.known.indptr).tolist() == [n_known] * 6
        assert rows_of(case.relevant) == rows_of(one.cases[0].relevant)
        assert np.diff(case.hidden.indptr).tolist() == [16] * 6  # also what is not known: so cases can be compared


def test_of_those_who_are_known_by_opinions_on_values_all_items_are_asked_for():
    graph = community()
    one = split(graph, Protocol.OPINIONS, seed=0)
    (case,) = one.cases
    assert len(case.users) == 3  # a fifth of fifteen
    assert all(int(graph.interactions.user_ids[user][1:]) % 2 for user in case.users)
    assert not set(case.users.tolist()) & set(one.graph.interactions.users.tolist())
    assert not case.known.nnz
    assert not case.hidden.nnz
    assert np.diff(case.relevant.indptr).tolist() == [20] * 3
    assert case.facts[0]["dislikes"] == "genre/g1"
    with pytest.raises(DataError, match="has 0 users who told 3 opinions on values"):
        split(replace(graph, user_facts={}), Protocol.OPINIONS, seed=0)


def test_of_new_users_the_first_items_are_known_with_their_ages():
    graph = community()
    case = split(graph, Protocol.NEW_USERS, seed=0).cases[3]
    times = {
        (user, item): time
        for user, item, time in zip(
            graph.interactions.users, graph.interactions.items, graph.interactions.times, strict=True
        )
    }
    for row, user in enumerate(case.users):
        part = slice(case.known.indptr[row], case.known.indptr[row + 1])
        known = [times[user, item] for item in case.known.indices[part]]
        rest = [times[user, item] for item in rows_of(case.hidden)[row] - set(case.known.indices[part].tolist())]
        assert max(known) < min(rest)
        assert case.ages[part].tolist() == [(max(known) - time) / DAY for time in known]


def test_new_items_have_facts_and_nobody_has_them():
    graph = community()
    one = split(graph, Protocol.NEW_ITEMS, seed=0)
    (case,) = one.cases
    new = np.flatnonzero(case.candidates)
    assert len(new) == 6  # a fifth of the 32 that have two facets
    assert not any(item % 5 == 0 for item in new)
    assert not set(one.graph.interactions.items.tolist()) & set(new.tolist())
    assert one.graph.attributes[new].nnz == graph.attributes[new].nnz
    nested = one.nested().cases[0]
    assert not set(np.flatnonzero(nested.candidates)) & set(new)


def test_temporal_asks_for_the_last_item_of_each():
    graph = community()
    (case,) = split(graph, Protocol.TEMPORAL, seed=0).cases
    log = graph.interactions
    last = [int(log.items[np.flatnonzero(log.users == user)[-1]]) for user in case.users]
    assert case.relevant.indices.tolist() == last
    assert case.ages.max() == 18  # days before the last one known, the nineteenth


def test_with_liked_only_what_was_liked_is_relevant_though_all_is_held_out(tiny_world: KnowledgeGraph):
    everything = split(community(), Protocol.WARM, seed=0)
    liked = split(community(), Protocol.WARM, seed=0, relevance=Relevance.LIKED)
    assert trained(everything) == trained(liked)
    values = community().interactions.user_items
    (case,) = liked.cases
    users, items = case.relevant.nonzero()
    assert (np.asarray(values[case.users[users], items]) > 0).all()
    assert case.relevant.nnz < everything.cases[0].relevant.nnz


def test_both_rows_of_who_rated_an_item_twice_are_held_out():
    items = pd.DataFrame({"item": list("abcdef"), "kind": list("xxyyzz")})
    log = pd.DataFrame([("u", item) for item in "abcdefabcdef"], columns=["user", "item"])
    one = split(KnowledgeGraph.from_frames(items, None, log), Protocol.WARM, seed=0)
    assert len(one.graph.interactions) == 10
    assert one.cases[0].relevant.nnz == 1


def test_a_history_too_small_to_hold_something_out_is_an_error(tiny_world: KnowledgeGraph):
    items = pd.DataFrame({"item": ["a"], "kind": ["x"]})
    graph = KnowledgeGraph.from_frames(items, None, pd.DataFrame({"user": ["u"], "item": ["a"]}))
    with pytest.raises(DataError, match="too few interactions"):
        split(graph, Protocol.WARM, seed=0)


def test_sizes_say_what_was_split_how():
    found = sizes([split(community(), Protocol.WARM, seed=3)])
    assert found == [
        {
            "seed": 3,
            "case": "",
            "train_interactions": 480,
            "users": 30,
            "known": 480,
            "relevant": 120,
            "candidates": 40,
        }
    ]
