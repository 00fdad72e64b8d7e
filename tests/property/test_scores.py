"""Invariants of ranking, over histories and opinions nobody would have thought of."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.domain import Belief, Constraint, Opinion, OpinionKind
from kgrec.recommender import Recommender

EXPRESSIONS = ["year < 1990", "runtime <= 120", "genre has Crime", "not (genre has Horror)", "certificate == R"]
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

entities = st.sampled_from(
    ["heat", "thief", "scream", "alien", "babe", "clue", "genre/comedy", "genre/horror", "director/michael-mann"]
)
opinions = st.builds(
    Opinion, entities, st.floats(-1, 1).map(lambda value: round(value, 3)), st.sampled_from(list(OpinionKind))
)
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=6, unique_by=lambda opinion: opinion.entity).map(tuple),
    wishes=st.lists(st.sampled_from(EXPRESSIONS), max_size=3, unique=True).map(
        lambda texts: tuple(Constraint(text) for text in texts)
    ),
)


@pytest.fixture
def recommender(tiny_world) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@SETTINGS
@given(belief=beliefs)
def test_reasons_add_up(recommender, belief) -> None:
    ranking = recommender.rank(belief)
    for entry in recommender.explained(ranking, range(6)):
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-9)
        assert entry.score == pytest.approx(ranking.scores[recommender.graph_.index(entry.item)], abs=1e-9)


@SETTINGS
@given(belief=beliefs, more=st.sampled_from(EXPRESSIONS))
def test_adding_a_constraint_never_adds_items(recommender, belief, more) -> None:
    narrower = Belief(belief.opinions, (*belief.wishes, Constraint(more)))
    assert not (recommender.rank(narrower).allowed & ~recommender.rank(belief).allowed).any()


@SETTINGS
@given(belief=beliefs)
def test_a_slate_is_sorted_allowed_unseen_and_repeatable(recommender, belief) -> None:
    ranking = recommender.rank(belief)
    slate = recommender.slate(ranking)
    numbers = [recommender.graph_.index(entry.item) for entry in slate]
    assert ranking.allowed[numbers].all()
    assert not {opinion.entity for opinion in belief.opinions} & {entry.item for entry in slate}
    assert (np.diff(ranking.scores[numbers]) <= 0).all()
    assert slate == recommender.slate(recommender.rank(belief))


@SETTINGS
@given(belief=beliefs)
def test_an_impossible_belief_always_has_a_way_out(recommender, belief) -> None:
    conflict = recommender.slate(recommender.rank(belief)).conflict
    if conflict is None:
        return
    assert conflict.relaxations
    for way in conflict.relaxations:
        dropped = frozenset(wish.expression for wish in way.drop)
        freed = recommender.rank(Belief(belief.opinions, belief.wishes, dropped=dropped))
        assert freed.open.sum() == way.items > 0
