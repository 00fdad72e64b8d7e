"""From what was understood to what is done: each reading becomes an event, and one sentence says what was taken in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kgrec.audit.whynot_text import Teller
from kgrec.dialogue.lexicon import Command
from kgrec.dialogue.understand import (
    LONGEST_TEXT,
    FreeText,
    HaveSeen,
    NotFound,
    Opine,
    Pick,
    Reading,
    Require,
    Unused,
    WhyItem,
    WhyNotItem,
    singular,
    understand,
)
from kgrec.dialogue.wording import ledger_text
from kgrec.domain import Act, Ask, Confirm, Explain, ExplainAbsence, Question
from kgrec.errors import DataError, ModelError, RuleError

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

HELP = (
    "Answer by number or in words, or say what you like: a title, a name, a genre, “no horror”, “under two hours”, "
    "“seen Heat”. Also: list, why, why 2, why not Alien, undo, more, start over."
)


def respond(session: Session, text: str) -> Act:
    """Carry out what a text says; return what to say to it."""
    overlong = len(text) > LONGEST_TEXT
    text = text[:LONGEST_TEXT]
    act = session.act()
    question = act.question if isinstance(act, Ask) else None
    listed = [entry.item for entry in session.slate()]
    readings = understand(text, session.recommender.lookup_, question, listed)
    if not readings:
        return Confirm(HELP)
    heard: list[str] = []
    for reading in readings:
        if isinstance(reading, WhyItem):
            return Explain(session.explain(reading.item))
        if isinstance(reading, WhyNotItem):
            told = Teller(session.graph).tell(session.why_not(reading.item))
            return ExplainAbsence(reading.item, "\n".join(told.lines))
        try:
            heard.append(_carry_out(session, reading, question, text))
        except (DataError, ModelError, RuleError) as error:
            heard.append(f"I could not use “{text}”: {error}")
    if overlong:
        heard.append(f"I read only the first {LONGEST_TEXT} characters")
    return Confirm(_sentence([part for part in heard if part]))


def _carry_out(  # noqa: C901, PLR0911  (one case a reading)
    session: Session, reading: Reading, question: Question | None, said: str
) -> str:
    """Do what one reading asks for; return what was heard, in words."""
    graph = session.graph
    match reading:
        case Command():
            return _COMMANDS[reading](session, question)
        case Pick(positions) if question is not None:
            session.answer(question, positions)
            return ", ".join(question.options[position].label for position in positions)
        case Opine(entity, value, for_now):
            if graph.is_item(entity):
                session.rate(entity, value, said)
            else:
                session.opine(entity, value, for_now=for_now, said=said)
            verb = ("asked for" if for_now else "like") if value > 0 else ("do not want" if for_now else "do not like")
            return f"you {verb} {graph.label(entity)}"
        case HaveSeen(item):
            session.mark_seen(item)
            return f"you have seen {graph.label(item)}"
        case Require(expression, label):
            session.wish(expression, label, said)
            return label
        case FreeText(text):
            absence = _absence(session, text)
            if session.recommender.vectors_ is None:
                return absence or f"nothing here is called “{text}”, and there are no descriptions to search for it"
            session.wish_text(text, said)
            return "; ".join(filter(None, (absence, f"something like “{text}”")))
        case NotFound(name, nearest):
            hint = f"; the nearest are {', '.join(match.label for match in nearest)}" if nearest else ""
            return _absence(session, name) or f"I know nothing called “{name}”{hint}"
        case Unused(text):
            return _absence(session, text.removeprefix("not ")) or f"I made nothing of “{text}”"
        case _:
            return ""


def _absence(session: Session, text: str) -> str:
    """Return that no item has the concept of that name; empty if it names none of these."""
    graph, lookup = session.graph, session.recommender.lookup_
    concepts = lookup.absent(text) or lookup.absent(singular(text))
    if not concepts:
        return ""
    value = graph.index(concepts[0])
    kinds = (f"the {graph.facet(facet).label} " for facet, values in graph.unused.items() if value in values)
    return f"no {graph.ontology.singular} here has {next(kinds, '')}{graph.label(value)}"


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
    Command.WHY_QUESTION: _why,
    Command.UNDO: _undo,
    Command.MORE_QUESTIONS: _more,
    Command.START_OVER: _start_over,
    Command.HELP: _help,
    Command.QUIT: _quit,
    Command.PASS: _pass,
}


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text and text[-1] not in ".!?" else f"{text[:1].upper()}{text[1:]}"
