"""Optional scorers take part where they are asked for, and nowhere else; one of them may have the last word."""

import numpy as np
import pytest
from communities import community

from kgrec.errors import ModelError
from kgrec.evaluate.contenders import extras, own_contenders
from kgrec.evaluate.splits import Protocol, split
from kgrec.fitting import Fitting
from kgrec.ranking import RELEVANT, Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.scorers import OPTIONAL, two_tower_learning
from kgrec.scorers.optional import make_optional
from kgrec.scorers.sequence import Sequential
from kgrec.scorers.transformer import Plan
from kgrec.scorers.two_tower import TwoTower


@pytest.fixture(autouse=True)
def _small(monkeypatch) -> None:
    """Let them learn little, in no time."""
    monkeypatch.setitem(OPTIONAL, "two-tower", lambda vectors: TwoTower(vectors, rank=8, epochs=5))
    plan = Plan(size=8, layers=1, length=4, epochs=1, hears_more=True)
    monkeypatch.setitem(OPTIONAL, "sequence", lambda _: Sequential(plan))


def names(recommender: Recommender) -> list[str]:
    return [scorer.name for scorer in recommender.scorers_]


def test_each_is_called_as_it_is_asked_for() -> None:
    assert [scorer.name for scorer in make_optional(OPTIONAL, None)] == list(OPTIONAL)


def test_without_being_asked_for_none_is_there(tiny_world) -> None:
    assert set(names(Recommender(texts=False).fit(tiny_world))).isdisjoint(OPTIONAL)


def test_one_that_does_not_exist_is_an_error_that_names_those_there_are(tiny_world) -> None:
    with pytest.raises(ModelError, match="no optional scorer tower; there are: two-tower, sequence"):
        Recommender(texts=False, extra=("tower",)).fit(tiny_world)


def test_its_weight_is_learned_with_those_of_the_others() -> None:
    graph = community(100, 60)
    fitting = Fitting(None, np.random.default_rng(0), extra=("sequence", "two-tower"))
    assert {scorer.name for scorer in fitting.family(graph)} >= set(OPTIONAL)


def test_with_a_weight_it_counts_and_what_it_learned_is_kept(tiny_world, tmp_path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules: [{name: towers, tune: {scorer: two-tower, weight: 0.5}}]", encoding="utf-8")
    rules = RuleBook.load(path, tiny_world)

    def ranked() -> tuple[Recommender, Ranking]:
        recommender = Recommender(texts=False, extra=("two-tower",)).fit(tiny_world, cache=tmp_path / "fit")
        return recommender, recommender.rank(recommender.believe({"scream": 1.0}), rules)

    (recommender, ranking), (_, again) = ranked(), ranked()
    assert "two-tower" in ranking.blended.parts
    np.testing.assert_array_equal(again.scores, ranking.scores)
    (best,) = recommender.slate(ranking, 1)
    assert sum(reason.share for reason in best.reasons) == pytest.approx(best.score)
    assert "two-tower" in {reason.scorer for reason in best.reasons}


@pytest.mark.parametrize(
    ("asked", "found"),
    [((), ()), (("blend", "walk"), ()), (("sequence", "walk"), ("sequence",)), (("all",), tuple(OPTIONAL))],
)
def test_an_evaluation_fits_those_that_are_asked_for(asked: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert extras(asked) == found


def test_an_evaluation_of_all_lists_the_optional_ones_too() -> None:
    one = split(community(20, 20), Protocol.WARM, 0)
    assert set(OPTIONAL) < {contender.name for contender in own_contenders(one, ("all",), texts=False)}
    assert [contender.name for contender in own_contenders(one, ("two-tower",), texts=False)] == ["two-tower"]
    with pytest.raises(ModelError, match=r"no scorer tower; there are: blend, .*two-tower, sequence, all"):
        own_contenders(one, ("tower",), texts=False)


# --- the last filter --------------------------------------------------------------------------------------------------


def test_the_last_filter_leaves_the_share_that_suits_the_user_best(tiny_world) -> None:
    recommender = Recommender(texts=False, relevant=0.5).fit(tiny_world)
    belief = recommender.believe({"scream": 1.0})
    ranking = recommender.rank(belief)
    (judge,) = (scorer for scorer in recommender.scorers_ if scorer.name == "two-tower")
    best = np.argsort(-judge.score(ranking.evidence, np.arange(6)))[:3]
    assert sorted(np.flatnonzero(ranking.allowed).tolist()) == sorted(best.tolist())
    assert {entry.item for entry in recommender.slate(ranking)} <= {tiny_world.entity_ids[item] for item in best}


def test_it_is_off_unless_asked_for_and_says_nothing_of_those_it_knows_nothing_of(tiny_world) -> None:
    assert Recommender(texts=False, extra=("two-tower",)).fit(tiny_world).recommend({"scream": 1.0}).left == 5
    assert Recommender(texts=False, relevant=0.5).fit(tiny_world).recommend().left == 6


def test_where_it_leaves_nothing_it_can_be_given_up(tiny_world) -> None:
    recommender = Recommender(texts=False, relevant=0.2).fit(tiny_world)
    history = {"scream": 1.0}
    allowed = recommender.rank(recommender.believe(history)).allowed
    (year,) = tiny_world.numbers["year"][np.flatnonzero(~allowed & (np.arange(6) != 2))[:1]]
    dead_end = recommender.recommend(history, where=[f"year == {year:.0f}", "not (year == 1996)"])
    assert not len(dead_end)
    ways = [way.drop for way in dead_end.conflict.relaxations]
    assert (RELEVANT,) in ways
    assert RELEVANT.label == "likely to suit you"


def test_weights_are_learned_of_towers_that_try_out_only_once_how_long_to_learn(monkeypatch) -> None:
    towers: list[TwoTower] = []
    monkeypatch.setitem(OPTIONAL, "two-tower", lambda _: towers.append(TwoTower(rank=4, epochs=20)) or towers[-1])
    fitting = Fitting(None, np.random.default_rng(0), extra=("two-tower",))
    told: list[int | None] = []
    learn_towers = two_tower_learning.learn_towers
    monkeypatch.setattr(
        two_tower_learning, "learn_towers", lambda graph, tower: told.append(tower.tried) or learn_towers(graph, tower)
    )
    graph = community(60, 20)
    for _ in range(2):
        fitting._fit_collaborative(graph)
    assert told == [None, towers[0].tried]
    assert towers[1].tried == towers[0].tried
    again = TwoTower(rank=4, epochs=20).fit(graph)  # the last one, of everything, tries out for itself
    assert again.tried == towers[0].tried
    np.testing.assert_array_equal(again.arrays()["places"], towers[0].arrays()["places"])
