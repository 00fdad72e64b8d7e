"""What a command does: "list", "undo", "show me more", "surprise me" and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.acts import Question, Repair
from kgrec.audit.case import Case
from kgrec.dialogue.consequences import Consequences
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.revising import standing
from kgrec.dialogue.taken_back import undo
from kgrec.dialogue.wording import ledger_text, reason_line, relaxation_text, slate_text

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session
    from kgrec.graph import KnowledgeGraph

_MOST_LEFT: Final = 5
_SURPRISES: Final = (10, 60)
"""A surprise is one of these places of the ranking: good enough, and not on the list already."""


def help_text(graph: KnowledgeGraph) -> str:
    """Return what can be said, by examples of the catalogue."""
    item, *others = examples(graph)
    named = ", ".join([f"“like {item}”", *(f"“{other}”" for other in others)])
    return (
        f"Answer by number or in words, or say what you like and want: {named}. "
        "Also: list, surprise me, why, why not …, undo, start over."
    )


def examples(graph: KnowledgeGraph) -> tuple[str, ...]:
    """Return the best known item, and wishes that the catalogue can answer: "no Horror", "something shorter"."""
    known = range(graph.n_items) if graph.prior is None else np.argsort(-np.nan_to_num(graph.prior), kind="stable")
    found = [graph.labels[int(known[0])]]
    for facet in graph.linked_facets:
        if facet.kind.is_category:
            values = graph.values(facet.name)
            found.append(f"no {graph.labels[int(values[np.argmax(graph.degrees[facet.name][values])])]}")
            break
    compared = [facet.less for facet in graph.ontology.facets if facet.less and facet.name in graph.numbers]
    return (*found, *(f"something {word}" for word in compared[:1]))


def do_command(session: Session, reading: Command, question: Question | None, said: str) -> str:
    """Carry out a command; return what to say to it."""
    del said
    return _COMMANDS[reading](session, question)


def _list(session: Session, question: Question | None) -> str:
    del question
    session.show_me()
    return "" if len(session.slate()) else _way_out(session)


def _best(session: Session, question: Question | None) -> str:
    """Show the list, with what is widely known first where the graph knows what that is."""
    del question
    session.show_me()
    if not len(session.slate()):
        return _way_out(session)
    if session.graph.prior is None:
        return "the list; nothing here says what is best but what you like"
    session.turn("familiar", 1.0)
    return "which is best nobody can tell for you; the list puts the best known first"


def _why(session: Session, question: Question | None) -> str:
    del session
    if question is None:
        return "there is no question open; try “why 1”"
    return f"why I ask: {ledger_text(question)}"


def _undo(session: Session, question: Question | None) -> str:
    del question
    return undo(session)


def _more(session: Session, question: Question | None) -> str:
    del question
    session.ask_more()
    return "more questions"


def _more_items(session: Session, question: Question | None) -> str:
    del question
    listed = [entry.item for entry in session.slate()]
    session.show_me()
    if not listed:
        return _way_out(session)
    session.pass_over(listed)
    return "the next on the list; “undo” brings those before back"


def _surprise(session: Session, question: Question | None) -> str:
    """Name an item that fits well and is not on the list; which one changes with every event."""
    del question
    first, last = _SURPRISES
    best = session.recommender.best(session.ranking(), last)
    if not len(best):
        return _way_out(session)
    rest = best[first:] if len(best) > first else best
    item = session.graph.entity_ids[int(np.random.default_rng(len(session.transcript())).choice(rest))]
    session.note_opened(item)
    told = session.explain(item)
    return f"how about {told.label}? {reason_line(told)}"


def _way_out(session: Session) -> str:
    """Return why there is no list, and what it takes to have one."""
    if told := _left_without_newest(session):
        return told
    act = session.act()
    ways = act.conflict.relaxations if isinstance(act, Repair) else ()
    told = slate_text(session.slate(), session.graph).removesuffix(".")
    return f"{told}; a way out is to {relaxation_text(ways[0], session.graph)}" if ways else told


def _left_without_newest(session: Session) -> str:
    """Return what a list with nothing on it would hold but for the newest wish; "" if that is not all it takes."""
    wishes = standing(session)
    if not wishes:
        return ""
    belief = session.belief
    less = replace(belief, dropped=belief.dropped | {wishes[-1].expression})
    case = Case(session.recommender, less, session.rules, session.context)
    left = [entry.label for entry in Consequences(case, session.user, session.companions).slate(_MOST_LEFT)]
    return f"nothing fits all of it; without “{wishes[-1].label}”: {', '.join(left)}" if left else ""


def _start_over(session: Session, question: Question | None) -> str:
    del question
    session.start_over()
    return "a new start; what you rated stays"


def _help(session: Session, question: Question | None) -> str:
    del question
    return help_text(session.graph)


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
    Command.BEST: _best,
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
