"""Critiques offered of an item: in the words of the ontology, only where they leave something, and taken as if said."""

from dataclasses import replace

import pytest

from kgrec.dialogue import Session
from kgrec.dialogue.offers import offers, take_offer
from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender


@pytest.fixture
def session(tiny_world: KnowledgeGraph) -> Session:
    return Session.start(Recommender(texts=False).fit(tiny_world))


def test_every_number_with_words_is_offered_where_something_is_left(session: Session):
    told = [(offer.said, offer.left) for offer in offers(session, "heat")]
    assert told == [("older", 3), ("newer", 1), ("shorter", 4), ("more like this", 6)]  # nothing is longer


def test_a_number_that_is_unknown_is_not_compared(session: Session):
    assert {offer.said for offer in offers(session, "clue")} == {"older", "newer", "more like this"}


def test_a_critique_leaves_as_many_as_it_said_and_is_taken_back_at_once(session: Session):
    for offer in offers(session, "heat")[:3]:
        assert take_offer(session, offer) == f"{offer.said} than Heat (1995)"
        assert int(session.ranking().open.sum()) == offer.left
        assert [chip.label for chip in session.chips] == [f"{offer.said} than Heat (1995)"]
        session.undo()
        assert session.chips == ()


def test_more_like_this_is_a_wish_for_now(session: Session):
    before = {entry.item: entry.score for entry in session.slate()}
    assert before["thief"] == before["scream"]
    assert take_offer(session, offers(session, "heat")[-1]) == "something like Heat (1995)"
    after = {entry.item: entry.score for entry in session.slate()}
    assert after["thief"] > after["scream"]  # Heat and Thief have director and genre in common
    session.start_over()
    assert session.belief.opinions == ()


def test_it_stands_in_the_transcript_as_said(session: Session):
    take_offer(session, offers(session, "heat")[0])
    assert any("older: Heat (1995)" in line.text for line in session.transcript())


def test_where_nothing_is_left_nothing_is_offered(session: Session):
    session.wish("year > 3000")
    assert offers(session, "heat") == ()


def test_an_item_that_is_not_there_is_an_error(session: Session):
    with pytest.raises(UnknownEntityError):
        offers(session, "nothing")
    with pytest.raises(UnknownEntityError):
        take_offer(session, replace(offers(session, "heat")[0], item="nothing"))
