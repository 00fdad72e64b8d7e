"""Wishes in free words mean something, and bounds of what no item has a number of are understood."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kgrec.dialogue import Session, meaning
from kgrec.dialogue.readings import Setting, Unused
from kgrec.dialogue.understand import understand
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.recommender import Recommender


@pytest.fixture
def session(tiny_world: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session whose descriptions have vectors, and whose encoder finds none near to anything."""
    recommender = Recommender(texts=False).fit(tiny_world)
    recommender.vectors_ = np.eye(tiny_world.n_items, 8, dtype=np.float32)
    monkeypatch.setattr(meaning, "encode", lambda texts: np.eye(8, dtype=np.float32)[[7] * len(texts)])
    return Session.start(recommender)


@pytest.mark.parametrize("text", ["asdf qwer", "blorp", "I want something grmblfx", "wibblesnork, frobzle"])
def test_gibberish_becomes_no_wish_and_that_is_said(session: Session, text: str):
    assert "I do not understand" in session.say(text).text
    assert not session.belief.texts
    assert not session.chips


@pytest.mark.parametrize(
    "text", ["a lonely man in the rain", "lonley man", "swashing buckles", "steampunk", "ships lost at sea"]
)
def test_words_are_a_wish_even_with_a_typing_error(session: Session, text: str):
    session.say(text)
    assert session.belief.texts


def test_a_strange_word_is_a_wish_if_a_description_is_near_to_it(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(meaning, "encode", lambda texts: np.eye(8, dtype=np.float32)[[0] * len(texts)])
    session.say("noirishness")
    assert [wish.text for wish in session.belief.texts] == ["noirishness"]


DRINKS = pd.DataFrame({"item": ["a", "b", "c"], "label": ["Anchor", "Bay", "Cove"], "kind": ["stout", "ale", "stout"]})


@pytest.fixture(scope="module")
def drinks() -> KnowledgeGraph:
    return KnowledgeGraph.from_frames(DRINKS, name="drinks")


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("under two hours", "number of hours"),
        ("less than 90 minutes", "number of minutes"),
        ("90 minutes max", "number of minutes"),
        ("at least 5 percent", "number of percent"),
        ("no more than 20 dollars", "number of dollars"),
        ("under 10€", "number of euros"),
        ("between 4 and 6 percent", "number of percent"),
        ("no older than 5 years", "number of years"),
        ("before 1980", "year"),
        ("from the 90s", "year"),
    ],
)
def test_a_bound_of_what_nothing_has_a_number_of_is_understood(drinks: KnowledgeGraph, text: str, lacks: str):
    (said,) = understand(text, Lookup(drinks), Setting(year=2026))
    assert isinstance(said, Unused)
    assert said.lacks == lacks


def test_what_is_missing_is_told_beside_what_was_understood(drinks: KnowledgeGraph):
    session = Session.start(Recommender(texts=False).fit(drinks))
    told = session.say("stout under two hours").text
    assert told == "You asked for stout; no item here has a number of hours, so I cannot keep to “under two hours”."


@pytest.mark.parametrize("text", ["genre over 90 minutes", "genre is at most 6"])
def test_a_bound_of_a_facet_of_words_is_of_no_other_facet(tiny_world: KnowledgeGraph, text: str):
    (said,) = understand(text, Lookup(tiny_world), Setting(year=2026))
    assert said == Unused(text, "number for its genre")


def test_what_there_are_numbers_of_is_told_where_another_is_missing(tiny_world: KnowledgeGraph):
    session = Session.start(Recommender(texts=False).fit(tiny_world))
    told = session.say("under 20 dollars").text
    assert told.startswith("No film here has a number of dollars, so I cannot keep to “under 20 dollars”; numbers are ")
    assert "runtime" in told


def test_a_title_that_sounds_like_a_bound_is_a_title(drinks: KnowledgeGraph):
    named = replace(drinks, labels=("Under Two Hours", *drinks.labels[1:]))
    assert not any(isinstance(said, Unused) for said in understand("Under Two Hours", Lookup(named), Setting()))
