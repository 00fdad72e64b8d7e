"""What a way out of a dead end promises is what there is once it was taken."""

import pytest

from kgrec.dialogue import Session
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender


@pytest.fixture
def session(tiny_world: KnowledgeGraph) -> Session:
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    session.rate("heat", 1.0)
    session.mark_seen("alien")
    for wish in ("year < 1990", "genre has Horror", "runtime < 100"):
        session.wish(wish)
    return session


def test_as_many_are_left_as_a_way_out_promised_the_first_of_them_first(session: Session) -> None:
    conflict = session.slate().conflict
    assert conflict is not None
    assert len(conflict.relaxations) > 1
    for way in conflict.relaxations:
        session.relax(way)
        assert (session.slate().left, session.slate().items[0].item) == (way.items, way.best)
        session.undo()


def test_what_is_known_already_is_not_counted_as_left(tiny_world: KnowledgeGraph) -> None:
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    session.rate("heat", 1.0)
    session.mark_seen("alien")
    slate = session.slate()
    assert slate.left == len(slate.items) == slate.total - 2
