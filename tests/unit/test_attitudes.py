"""Opinions in words: the same ones everywhere, and a middling one for what is neither for nor against."""

import numpy as np
import pytest

from kgrec.attitudes import LOVED, MIDDLING, Attitude, attitude
from kgrec.dialogue import MemoryLog, Session
from kgrec.domain import OpinionKind
from kgrec.graph.interactions import rating_values
from kgrec.recommender import Recommender

LOVE, LIKE, NEUTRAL, DISLIKE = Attitude.LOVE, Attitude.LIKE, Attitude.NEUTRAL, Attitude.DISLIKE


@pytest.mark.parametrize(
    ("value", "thought"),
    [
        (1.0, LOVE),
        (LOVED, LOVE),
        (LOVED - 1e-6, LIKE),
        (MIDDLING[1], LIKE),
        (MIDDLING[1] - 1e-6, NEUTRAL),
        (0.0, NEUTRAL),
        (MIDDLING[0], NEUTRAL),
        (MIDDLING[0] - 1e-6, DISLIKE),
        (-1.0, DISLIKE),
    ],
)
def test_where_one_word_ends_and_the_next_begins(value: float, thought: Attitude):
    assert attitude(value, OpinionKind.RATED) is thought
    assert attitude(value, OpinionKind.LIKED) is (LIKE if thought is LOVE else thought)


@pytest.mark.parametrize(
    ("low", "high", "step", "middling"),
    [
        (1, 5, 1, {3}),
        (0.5, 5, 0.5, {3}),
        (1, 10, 1, {6}),
        (0, 10, 1, {5, 6}),
        (1, 7, 1, {4}),
        (1, 3, 1, {2}),
        (0, 1, 1, set()),
    ],
)
def test_the_middle_of_a_scale_is_neither_liked_nor_disliked(
    low: float, high: float, step: float, middling: set[float]
):
    marks = np.arange(low, high + step / 2, step)
    thought = [attitude(value, OpinionKind.RATED) for value in rating_values(marks, low, high).tolist()]
    assert {mark for mark, one in zip(marks.tolist(), thought, strict=True) if one is NEUTRAL} == middling
    assert (thought[0], thought[-1]) == (DISLIKE, LOVE)


def test_a_middling_rating_is_told_as_one_everywhere(tiny_world):
    session = Session.start(Recommender(texts=False).fit(tiny_world), log=MemoryLog())
    session.rate("heat", -0.07)
    assert session.chips[0].label == "○ Heat (1995)"
    assert session.say("what do you know about me?").text == "You are neutral about: Heat (1995)."
    assert session.say("did I like Heat?").text == "You are neutral about Heat (1995)."
    assert "You said that you are neutral about it" in session.say("why not Heat").text
    reasons = {reason.text for entry in session.slate() for reason in entry.reasons}
    assert any(text.startswith("you are neutral about Heat (1995)") for text in reasons)
    assert not any("do not like Heat" in text for text in reasons)
