"""Re-weighed histories: how much circumstances matter is learned, and what was done in other ones counts less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kgrec import KnowledgeGraph, Recommender
from kgrec.blend import blend, blend_each
from kgrec.cli import recommend as answers
from kgrec.cli.commands import app
from kgrec.domain import Dials, Occasion
from kgrec.errors import DataError
from kgrec.histories import past_of, reweighed
from kgrec.scorers import Evidence
from kgrec.scorers.base import values_of
from kgrec.scorers.likeness import Likeness

ITEMS = "abcdefgh"
FULLY = Dials(contextual=1.0)
CONTEXTS = st.dictionaries(st.sampled_from(["company", "weather"]), st.sampled_from("xyz"), max_size=2)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    """Fifty people rate eight items: company decides which are liked, the weather nothing."""
    rng = np.random.default_rng(0)
    rows = [
        (f"u{user}", item, 3.0 + (1 if (item < "e") == (company == "alone") else -1) + rng.integers(2), company, sky)
        for user in range(50)
        for company in ("alone", "friends")
        for item in rng.permutation(list(ITEMS))[:3]
        for sky in (("sun", "rain")[rng.integers(2)],)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "rating", "company", "weather"])
    return KnowledgeGraph.from_frames(pd.DataFrame({"item": list(ITEMS), "label": list(ITEMS)}), interactions=frame)


@pytest.fixture(scope="module")
def recommender(graph: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(graph)


def test_what_decides_is_strong_and_what_decides_nothing_is_weak(graph: KnowledgeGraph) -> None:
    strengths = Likeness.of(graph).strengths
    assert strengths["company"] > 0.6
    assert strengths["weather"] < 0.2


@given(
    strengths=st.fixed_dictionaries({"company": st.floats(0, 1), "weather": st.floats(0, 1)}),
    past=st.lists(CONTEXTS, max_size=3),
    now=CONTEXTS,
)
def test_the_same_circumstances_count_fully_and_no_other_counts_more(strengths, past, now) -> None:
    likeness = Likeness(strengths)
    near = likeness.near(tuple(Occasion(1.0, tuple(one.items())) for one in past), now)
    assert 0 <= near <= 1
    assert likeness.near((Occasion(1.0, tuple(now.items())),), now) == 1
    if not past or not now:
        assert near == 1


def test_what_was_done_in_other_circumstances_counts_less_for_every_scorer(recommender: Recommender) -> None:
    graph = recommender.graph_
    belief = recommender.believe(user="u0")
    plain = Evidence.of(belief, graph, context={"company": "alone"})
    turned = reweighed(plain, graph, 1.0)
    assert turned.nearness is not None
    told = {
        opinion.entity: {dict(once.context)["company"] for once in opinion.occasions} for opinion in belief.opinions
    }
    for item, near in zip(turned.rated.tolist(), turned.nearness.tolist(), strict=True):
        assert (near == 1) == ("alone" in told[graph.entity_ids[item]])
    walk = next(scorer for scorer in recommender.scorers_ if scorer.name == "walk")
    everything = np.arange(graph.n_items)
    assert not np.allclose(walk.score(plain, everything), walk.score(turned, everything))
    shares = values_of(walk.shares(turned, everything), graph.n_items).sum(axis=0)
    np.testing.assert_allclose(shares, walk.score(turned, everything), atol=1e-5)


def test_at_dial_zero_and_without_circumstances_nothing_changes(recommender: Recommender) -> None:
    graph = recommender.graph_
    belief = recommender.believe(user="u0")
    told = Evidence.of(belief, graph, context={"company": "alone"})
    untold = Evidence.of(belief, graph)
    assert reweighed(told, graph, 0.0) is told
    assert reweighed(untold, graph, 1.0) is untold
    assert untold.occasions == ()
    turned = recommender.rank(replace(belief, dials=FULLY))
    np.testing.assert_array_equal(turned.scores, recommender.rank(belief).scores)


def test_the_dial_of_a_request_re_weighs_its_list(recommender: Recommender) -> None:
    now = {"company": "alone"}
    plain, turned = (
        recommender.recommend(user="u0", context=now, exclude_seen=False, dials=dials) for dials in (Dials(), FULLY)
    )
    assert [entry.score for entry in plain] != [entry.score for entry in turned]
    for entry in turned:
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-4)


def test_what_is_said_now_counts_fully(recommender: Recommender) -> None:
    belief = recommender.believe(likes=["a"])
    turned = reweighed(Evidence.of(belief, recommender.graph_, context={"company": "friends"}), recommender.graph_, 1.0)
    assert turned.nearness is not None
    assert turned.nearness.tolist() == [1.0]


def test_where_no_circumstances_are_told_histories_have_none(tiny_world: KnowledgeGraph) -> None:
    user = tiny_world.interactions.user_ids[0]
    assert {opinion.occasions for opinion in past_of(user, tiny_world)} == {()}
    assert Likeness.of(tiny_world).strengths == {}


def test_the_command_line_turns_the_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Dials] = []

    def stop(_source: object, wanted: answers.Wanted, *_: object) -> None:
        asked.append(wanted.dials)
        raise DataError("enough")

    monkeypatch.setattr(answers, "recommend", stop)
    CliRunner().invoke(app, ["recommend", "--contextual", "0.5", "--familiar", "-1"])
    assert asked == [Dials(familiar=-1.0, contextual=0.5)]


def test_many_asked_for_at_once_are_re_weighed_as_one_by_one(recommender: Recommender) -> None:
    graph = recommender.graph_
    plain = Evidence.of(recommender.believe(user="u0"), graph, context={"company": "alone"})
    each = [plain, reweighed(plain, graph, 1.0)]
    weights = {"walk": 1.0}
    together = blend_each(recommender.scorers_, each, weights, graph.n_items)
    assert not np.allclose(*together)
    for evidence, scores in zip(each, together, strict=True):
        alone = blend(recommender.scorers_, evidence, weights, graph.n_items).scores
        np.testing.assert_allclose(scores, alone, atol=1e-4)
