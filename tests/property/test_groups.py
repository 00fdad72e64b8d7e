"""Fair lists, over people and wishes made at random."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgrec.domain import Belief, Constraint, Opinion
from kgrec.graph import KnowledgeGraph
from kgrec.group import fair, fair_slate
from kgrec.recommender import Recommender

EXPRESSIONS = ["year < 1990", "runtime <= 120", "genre has Crime", "not (genre has Horror)", "certificate == R"]
ENTITIES = ["heat", "thief", "scream", "alien", "babe", "clue", "genre/comedy", "genre/horror", "director/michael-mann"]
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

opinions = st.builds(Opinion, st.sampled_from(ENTITIES), st.sampled_from([-1.0, -0.4, 0.3, 1.0]))
beliefs = st.builds(
    Belief,
    opinions=st.lists(opinions, max_size=4, unique_by=lambda opinion: opinion.entity).map(tuple),
    wishes=st.lists(st.sampled_from(EXPRESSIONS), max_size=2, unique=True).map(
        lambda texts: tuple(Constraint(text) for text in texts)
    ),
    seen=st.frozensets(st.sampled_from(ENTITIES[:6]), max_size=2),
)
groups = st.lists(beliefs, min_size=1, max_size=3)


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(texts=False).fit(tiny_world)


@given(groups)
@SETTINGS
def test_no_item_goes_against_anybody_and_the_shares_add_up(recommender: Recommender, beliefs: list[Belief]):
    people = {f"p{number}": recommender.rank(belief) for number, belief in enumerate(beliefs)}
    slate = fair_slate(recommender, fair(people), 6)
    open_to_all = np.logical_and.reduce([ranking.open for ranking in people.values()])
    listed = {recommender.graph_.index(entry.item) for entry in slate}
    assert listed == set(np.flatnonzero(open_to_all).tolist())
    assert (slate.conflict is None) == bool(listed)
    for entry in slate:
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-6)
    scores = [entry.score for entry in slate]
    assert scores == pytest.approx(sorted(scores, reverse=True), abs=1e-9)


@given(groups)
@SETTINGS
def test_the_order_of_people_does_not_matter(recommender: Recommender, beliefs: list[Belief]):
    people = {f"p{number}": recommender.rank(belief) for number, belief in enumerate(beliefs)}
    found = []
    for order in permutations(people):
        slate = fair_slate(recommender, fair({name: people[name] for name in order}), 6)
        matches = [dict(entry.matches) for entry in slate]
        found.append(([entry.item for entry in slate], matches, slate.left, slate.conflict))
    assert all(other == found[0] for other in found)


@given(beliefs)
@SETTINGS
def test_for_one_person_it_is_their_own_list(recommender: Recommender, belief: Belief):
    ranking = recommender.rank(belief)
    assert fair_slate(recommender, fair({"ana": ranking}), 6) == recommender.slate(ranking, 6)


@given(groups)
@SETTINGS
def test_every_way_out_leads_to_a_list(recommender: Recommender, beliefs: list[Belief]):
    people = {f"p{number}": recommender.rank(belief) for number, belief in enumerate(beliefs)}
    conflict = fair_slate(recommender, fair(people), 6).conflict
    for way in conflict.relaxations if conflict else ():
        given_up = frozenset(wish.expression for wish in way.drop)
        again = {
            name: recommender.rank(Belief(belief.opinions, belief.wishes, seen=belief.seen, dropped=given_up))
            for name, belief in zip(people, beliefs, strict=True)
        }
        slate = fair_slate(recommender, fair(again), 6)
        assert len(slate) == way.items
