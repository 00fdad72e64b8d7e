"""What a command does: "list", "undo", "show me more", "surprise me" and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.acts import Question
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.wording import ledger_text, reason_line

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

HELP = (
    "Answer by number or in words, or say what you like: a title, a name, a genre, “no horror”, “under two hours”, "
    "“seen Heat”, “like Heat but newer”, “something shorter”. Ask: “who directed it?”, “is number 2 scary?”. Also: "
    "list, show me more, surprise me, why, why 2, why not Alien, undo, more, start over."
)
_SURPRISES: Final = (10, 60)
"""A surprise is one of these places of the ranking: good enough, and not on the list already."""


def do_command(session: Session, reading: Command, question: Question | None, said: str) -> str:
    """Carry out a command; return what to say to it."""
    del said
    return _COMMANDS[reading](session, question)


def _list(session: Session, question: Question | None) -> str:
    del question
    session.show_me()
    return "the list"


def _why(session: Session, question: Question | None) -> str:
    del session
    if question is None:
        return "there is no question open; try “why 1”"
    return f"why I ask: {ledger_text(question.ledger)}"


def _undo(session: Session, question: Question | None) -> str:
    del question
    event = session.undo()
    return "taken back" if event else "there is nothing to take back"


def _more(session: Session, question: Question | None) -> str:
    del question
    session.ask_more()
    return "more questions"


def _more_items(session: Session, question: Question | None) -> str:
    del question
    listed = [entry.item for entry in session.slate()]
    session.show_me()
    if not listed:
        return "there is nothing more to show"
    session.pass_over(listed)
    return "the next on the list; “undo” brings those before back"


def _surprise(session: Session, question: Question | None) -> str:
    """Name an item that fits well and is not on the list; which one changes with every event."""
    del question
    first, last = _SURPRISES
    best = session.recommender.best(session.ranking(), last)
    if not len(best):
        return "there is nothing left to surprise you with"
    rest = best[first:] if len(best) > first else best
    item = session.graph.entity_ids[int(np.random.default_rng(len(session.transcript())).choice(rest))]
    session.note_opened(item)
    told = session.explain(item)
    return f"how about {told.label}? {reason_line(told)}"


def _start_over(session: Session, question: Question | None) -> str:
    del question
    session.start_over()
    return "a new start; what you rated stays"


def _help(session: Session, question: Question | None) -> str:
    del session, question
    return HELP


def _quit(session: Session, question: Question | None) -> str:
    del session, question
    return "to leave, close the window or press Ctrl-D; everything is kept"


def _pass(session: Session, question: Question | None) -> str:
    if question is None:
        return "there is no question open"
    session.skip(question)
    return "no matter"


_COMMANDS: dict[Command, Callable[[Session, Question | None], str]] = {
    Command.LIST: _list,
    Command.STOP: _list,
    Command.WHY_QUESTION: _why,
    Command.UNDO: _undo,
    Command.MORE_QUESTIONS: _more,
    Command.MORE_ITEMS: _more_items,
    Command.SURPRISE: _surprise,
    Command.START_OVER: _start_over,
    Command.HELP: _help,
    Command.QUIT: _quit,
    Command.PASS: _pass,
}
