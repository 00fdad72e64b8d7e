"""Many users at once get the lists that each would have been given alone: under rules, ties, facts and the filter."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from communities import community
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.people import People
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.scorers import OPTIONAL, Bayes
from kgrec.ties import Tie
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable

SCORERS = ("popularity", "affinity", "walk", "linear", "items", "users", "factors", "bayes", "content", "people")

RULES = """\
rules:
  - {name: no threes, when: user.trade == baker, forbid: "genre == genre 2"}
  - {name: a maker, prefer: "maker in [maker 1, maker 2]", weight: 0.7}
  - {name: fond of many, when: user.interactions > 20, prefer: "genre == genre 0", weight: 0.5}
  - {name: two of each maker, limit: 2 per maker}
  - {name: walk on, when: context.hour > 20 and user.trade == smith, tune: {scorer: walk, weight: 2.0}}
"""


class Judge(Bayes):
    """Says what is irrelevant to a user as two towers would, having learned it in no time."""

    name = "two-tower"


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    """Most of the users have a trade, which tells what they like, some know others, one has done nothing yet."""
    world = community(100, 54)
    users = world.interactions.user_ids
    facts = {user: {"trade": ("baker", "smith", "clerk")[place % 3]} for place, user in enumerate(users) if place % 5}
    ties = [(user, Tie(users[place // 2])) for place, user in enumerate(users) if place % 4 == 0]
    return replace(
        world, user_facts={**facts, "new": {"trade": "baker"}}, people=People.of_ties([*ties, ("new", ties[1][1])])
    )


@pytest.fixture(scope="module")
def recommender(graph: KnowledgeGraph) -> Recommender:
    shares = np.full((len(BUCKETS), len(ItemAge), len(SCORERS)), 1 / len(SCORERS))
    table = WeightTable(SCORERS, shares, (Found(),) * (len(BUCKETS) * len(ItemAge)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OPTIONAL, "two-tower", lambda _: Judge())
        return Recommender(texts=False, weights=table, relevant=0.7).fit(graph)


@pytest.fixture(scope="module")
def rules(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    path: Path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return RuleBook.load(path, graph)


def test_every_user_is_listed_what_they_are_listed_alone(recommender: Recommender, rules: RuleBook) -> None:
    users, context = [*recommender.graph_.interactions.user_ids[:40], "new", "nobody"], {"hour": 21.0}
    ids, scores = recommender.recommend_batch(users, 12, rules=rules, context=context)
    for user, row, points in zip(users, ids, scores, strict=True):
        alone = recommender.recommend(user=user, rules=rules, context=context, n=12)
        found = [recommender.graph_.entity_ids[item] for item in row if item >= 0]
        assert found == [entry.item for entry in alone], user
        np.testing.assert_allclose(points[: len(found)], [entry.score for entry in alone], atol=1e-4)
        assert np.isnan(points[len(found) :]).all()
    assert len({tuple(row) for row in ids}) > 30


def test_what_the_graph_knows_of_users_counts_in_a_batch(recommender: Recommender) -> None:
    users = recommender.graph_.interactions.user_ids
    _, known = recommender.recommend_batch(users[:5])
    _, strange = recommender.recommend_batch(recommender.graph_.interactions.user_items[:5])
    assert not np.allclose(known, strange, equal_nan=True)


@pytest.mark.parametrize("is_ruled", [True, False])
def test_strangers_are_listed_what_their_histories_are_listed_alone(
    recommender: Recommender, rules: RuleBook, *, is_ruled: bool
) -> None:
    graph, rules = recommender.graph_, rules if is_ruled else None
    user_items = sparse.csr_matrix(
        sparse.vstack([graph.interactions.user_items[:15], sparse.csr_matrix((1, graph.n_items))])
    )
    ids, _ = recommender.recommend_batch(user_items, 12, rules=rules)
    for row, history in zip(ids, user_items, strict=True):
        told = {graph.entity_ids[item]: float(value) for item, value in zip(history.indices, history.data, strict=True)}
        found = [graph.entity_ids[item] for item in row if item >= 0]
        assert found == [entry.item for entry in recommender.recommend(told, rules=rules, n=12)]
