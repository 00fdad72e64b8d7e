"""Somebody who answers at random, for whoever measures how long a turn takes."""

from collections.abc import Callable

import numpy as np

from kgrec.acts import Ask, Question
from kgrec.dialogue import Session


def turn(session: Session, question: Question, option: int) -> None:
    """Answer and look at all that changes, as the front ends do."""
    session.answer(question, [option])
    session.slate()
    session.moves()
    session.act()


class Talker:
    """Somebody who answers at random (seed 0), in one conversation after the other.

    Args:
        start: begins a conversation; it is given how many were begun before.
        answers: so many to a conversation.
    """

    def __init__(self, start: Callable[[int], Session], answers: int) -> None:
        self.rng = np.random.default_rng(0)
        self._start = start
        self._most = answers
        self._talks = 0
        self._answers = answers

    def next_question(self) -> tuple[tuple[Session, Question, int], dict[str, object]]:
        """Return a session that has asked, its question, and which option to take."""
        if self._answers == self._most:
            self.session = self._start(self._talks)
            self.session.slate()
            self._talks += 1
            self._answers = 0
        act = self.session.act()
        if not isinstance(act, Ask):
            self.session.ask_more()
            act = self.session.act()
        if not isinstance(act, Ask):
            self._answers = self._most
            return self.next_question()
        self._answers += 1
        is_rule = act.question.id.startswith("fact:")  # of a question of the rules' own the first option: the widest
        return (self.session, act.question, 0 if is_rule else int(self.rng.integers(len(act.question.options)))), {}
