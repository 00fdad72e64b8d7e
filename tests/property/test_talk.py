"""Whatever is typed: it is answered in words, never with an exception, and one undo takes it back."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgrec.dialogue import Session
from kgrec.dialogue.lexicon import COMMANDS, CUES
from kgrec.dialogue.wording import act_text
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender

FILMS = pd.DataFrame(
    [
        ("a", "Alien", 1979, 117, "Horror|Science Fiction", "Ridley Scott"),
        ("b", "The Big Heat", 1953, 89, "Crime", "Fritz Lang"),
        ("c", "It", 2017, 135, "Horror", "Andy Muschietti"),
        ("d", "Clue", 1985, 94, "Comedy", "Jonathan Lynn"),
    ],
    columns=["item", "label", "year", "runtime", "genre", "director"],
)
NAMES = [
    "Alien",
    "clue",
    "it",
    "the big heat",
    "ridley scot",
    "horror",
    "number 2",
    "the first one",
    "90 min",
    "the 80s",
]
WORDS = st.sampled_from(
    [*CUES, *COMMANDS, *NAMES, ",", "but", "than", "more", "less", "?", "\x1b[31m", "ليلة", "𓀀", "--"]
)
anything = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=500), st.lists(WORDS, max_size=12).map(" ".join)
)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(texts=False).fit(KnowledgeGraph.from_frames(FILMS))


@given(said=st.lists(anything, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_text_is_met_with_words(recommender: Recommender, said: list[str]):
    session = Session.start(recommender)
    for text in said:
        assert act_text(session.say(text), session.graph)


@given(text=st.lists(st.sampled_from([*CUES, *NAMES, ","]), min_size=1, max_size=8).map(" ".join))
@example("not that into love")
@example("no , i meant Alien")
@settings(max_examples=60, deadline=None)
def test_one_undo_takes_an_utterance_back(recommender: Recommender, text: str):
    session = Session.start(recommender)
    session.say("I love Clue")
    before = session.belief
    session.say(text)
    if session.belief != before:
        session.undo()
    assert session.belief == before


@pytest.mark.parametrize(
    "text", ["Alien " * 1000, "," * 1000, "no " * 1000, "?!" * 300, "ノー、ホラー", "нет ужасов", "\x00" * 50]
)
def test_hostile_input_is_met_with_words(recommender: Recommender, text: str):
    session = Session.start(recommender)
    assert act_text(session.say(text), session.graph)
