"""The weights that are shown are those that rank, and say where they come from."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kgrec.blend import blend
from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.pins import write_pins
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.weighing import Source, weighed
from kgrec.weights import BUCKETS, Found, ItemAge, WeightTable


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


def test_the_weights_shown_make_the_scores(recommender: Recommender):
    ranking = recommender.rank(recommender.believe(["heat"], likes=["Crime"]))
    shown = {one.scorer: one.weight for one in weighed(recommender, ranking)}
    again = blend(recommender.scorers_, ranking.evidence, shown, recommender.graph_.n_items)
    np.testing.assert_allclose(again.scores, ranking.blended.scores)


def test_what_is_said_in_a_conversation_moves_the_weights_and_says_so(recommender: Recommender):
    session = Session.start(recommender)
    before = {one.scorer: one.source for one in weighed(recommender, session.ranking())}
    session.rate("heat", 1.0)
    after = {one.scorer: one.source for one in weighed(recommender, session.ranking())}
    assert before["taste"] is Source.CONSTANT
    assert after["taste"] is Source.CONVERSED


def test_a_pin_names_its_rule_and_what_it_replaces(recommender: Recommender, tmp_path: Path):
    graph = recommender.graph_
    rules = write_pins(RuleBook.load((), graph, own=tmp_path / "ana.yaml"), graph, {"walk": 0.9})
    session = Session.start(recommender, rules)
    (walk,) = (one for one in weighed(recommender, session.ranking()) if one.scorer == "walk")
    assert (walk.weight, walk.source) == (0.9, Source.RULE)
    assert walk.rule is not None
    assert walk.rule.label == "pin walk"
    assert walk.ordinary == pytest.approx(weighed(recommender, recommender.rank(session.belief))[2].weight)


def test_learned_weights_are_told_by_the_age_of_items(tiny_world: KnowledgeGraph):
    weights = np.tile(np.array([[0.2, 0.0], [0.3, 0.7], [0.6, 0.4]]), (len(BUCKETS), 1, 1))
    table = WeightTable(("popularity", "walk"), weights, (Found(),) * (len(BUCKETS) * len(ItemAge)))
    recommender = Recommender(texts=False).fit(tiny_world)
    recommender.learned_ = dataclasses.replace(recommender.learned_, table=table)  # the tiny world is too small for one
    ranking = recommender.rank(recommender.believe())
    found = {one.scorer: one for one in weighed(recommender, ranking)}
    assert found["walk"].source is Source.LEARNED
    assert found["taste"].source is Source.CONSTANT
    assert [age for age, _ in found["walk"].by_age] == [ItemAge.FEW]  # nothing in the tiny world has five ratings
