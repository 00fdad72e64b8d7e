"""Marking: what is picked of a question of several, kept before it is sent.

A question of which something is marked stands until it is answered: a like, other rules or a new start of the app may
make another one worth more, and would take away what somebody has picked. Marks are events of the log, so they last as
long as the conversation; they count for nothing, and undo passes over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgrec.acts import EventKind, Ledger, Option, Question, QuestionKind
from kgrec.dialogue.state import answer_data

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session


def mark(session: Session, question: Question, chosen: Sequence[int]) -> None:
    """Keep which options of a question are marked, by their positions; none: it need not stand any longer."""
    session.journal.keep(EventKind.MARKED, question.id, data=answer_data(question, chosen, (), session.graph))


def marked(session: Session, question: Question) -> tuple[int, ...]:
    """Return the positions of the options of a question that are marked, in the order in which they were."""
    places = {option.value: place for place, option in enumerate(question.options)}
    told = _told(session).get("chosen", ())
    return tuple(places[value] for _, value in told if value in places)


def marked_question(session: Session) -> Question | None:
    """Return the question of which something is marked, without the options that were judged since; None if none is."""
    told = _told(session)
    if not told:
        return None
    belief, graph = session.belief, session.graph
    judged = {opinion.entity for opinion in belief.opinions} | belief.seen
    offered = [value for value in told["offered"] if value in graph and value not in judged]
    name = "|".join(sorted(offered, key=graph.index))
    options = tuple(Option(graph.label(value), value) for value in offered)
    ledger = Ledger(**{**told.get("ledger", {}), "split": ()})
    kind = QuestionKind(told["kind"])
    question = Question(f"{kind}:{name}", kind, told["text"], told["subject"], options, ledger, told["passing"])
    return question if marked(session, question) else None


def _told(session: Session) -> Mapping[str, Any]:
    """Return the data of the last marks of a session, empty if there are none or the question was answered."""
    for event in reversed(session.journal.events):
        if event.session != session.id:
            continue
        if event.kind is EventKind.MARKED:
            return event.data if event.data["chosen"] else {}
        if event.kind is EventKind.ANSWERED and event.data["kind"] == QuestionKind.LOVED:
            return {}
    return {}
