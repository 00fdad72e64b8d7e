"""The conversation in line mode, for pipes, screen readers and terminals that can do no more.

Everything is a line in and lines out, with numbers for whatever can be chosen. Words are understood by the session, as
in the app; only what a list on paper needs besides (numbers of items and of ways out, leaving) is understood here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from kgrec.acts import Act, Ask, Explain, QuestionKind, Recommend, Repair
from kgrec.cli.listing import conflict_lines, slate_lines
from kgrec.cli.plain_pages import page
from kgrec.dialogue.commands import examples
from kgrec.dialogue.how_old import option_told
from kgrec.dialogue.lexicon import COMMANDS, Command
from kgrec.dialogue.taken_back import undo
from kgrec.dialogue.wording import WAYS_SHOWN, absent_text, act_text, company_text
from kgrec.errors import MOST_SHOWN as MOST_MISTAKES
from kgrec.errors import KgrecError, StoreError
from kgrec.text import as_sentence, clean, fold

if TYPE_CHECKING:
    from kgrec.dialogue import Session

PROMPT: Final = "> "
MOST_SHOWN: Final = 3
"""So many items of the list are named below a question."""

STILL: Final = "\nStill nothing fits; the ways out are those above, and an empty line repeats them."

HELP: Final = """\
Answer by number (several: 1 3) or in words; 0 passes a question, an empty line repeats it.
Or say what you want, such as {examples}.
  list          stop asking and show the list          more          ask more questions
  why           why this question                      why 2         why number 2 is on the list, or any title
  why not …     why it is not on the list, and what would bring it there
  like 2        you like number 2 (or a title)         dislike 2     you do not
  seen 2        you know number 2, leave it out        undo          take the last thing back
  said          what was understood so far             remove 1      take number 1 of that back
  shelves       titled rows instead of one list        graph 2       what number 2, or any name, is linked with
  taste         what lasts of what you said            rules         all rules, and which are in force
  scorers       what each kind of evidence counts
  start over    forget the wishes, keep the taste      quit          leave; everything is kept"""

_RATES: Final = {"like": 1.0, "love": 1.0, "dislike": -1.0, "hate": -1.0}
_NUMBERED: Final = re.compile(r"(\w+) (\d+)")
_LONGEST_PLACE: Final = 2
"""So many figures has the number of an answer: a longer one is a year or a title."""
_SIGNED: Final = re.compile(r"[-+−–]\s*\d+")

Read = Callable[[str], str]
"""Shows a prompt and returns a line; raises EOFError at the end of the input."""

Write = Callable[[str], None]
"""Shows one or more lines."""

News = Callable[[], Iterable[str]]
"""Applies what happened outside of the conversation (rules changed) and says so."""


def _no_news() -> Iterable[str]:
    return ()


def converse(session: Session, read: Read, write: Write, news: News = _no_news) -> None:
    """Talk until the input ends or the user leaves; at the end of the input comes the best list so far.

    Raises:
        StoreError: an answer could not be kept.
    """
    for text in _welcome(session):
        write(text)
    shown: Act | None = None
    while True:
        act = session.act()
        if act is not shown or not isinstance(act, Recommend):
            write(_next_lines(session, act, shown))
        shown = act
        try:
            line = clean(read(PROMPT))
        except EOFError:
            break
        if COMMANDS.get(fold(line)) is Command.QUIT:
            return
        for text in news():
            write(text)
        if not line:
            shown = None
        elif told := _reply(session, line):
            write(told)
    if isinstance(shown, Ask):
        write(_list_lines(session))


def _welcome(session: Session) -> Iterable[str]:
    yield f"kgrec, {session.graph.name}. Say “help” for what you can say, “quit” to leave."
    if session.companions:
        yield company_text(session.companions)
    rules = session.rules
    if rules.broken is not None:
        yield f"Your own rules have a mistake; until it is mended they are left out:\n{rules.broken.brief()}"
    yield from (f"warning: {warning.pretty()}" for warning in rules.warnings[:MOST_MISTAKES])
    if absent := absent_text(session.journal.absent(session.graph), session.graph):
        yield absent
    past = session.transcript()
    if past:
        yield "Going on where you left off; “start over” begins anew."
    for line in past:
        yield f"{PROMPT}{line.text}" if line.is_user else line.text


# --- what is shown ----------------------------------------------------------------------------------------------------


def _next_lines(session: Session, act: Act, shown: Act | None) -> str:
    """Return an act as lines; of a dead end that was shown just before only that there still is one."""
    if isinstance(act, Repair) and isinstance(shown, Repair) and act.conflict == shown.conflict:
        return STILL
    return _act_lines(session, act, is_new=act is not shown)


def _act_lines(session: Session, act: Act, *, is_new: bool) -> str:
    match act:
        case Ask(question):
            options = [f"{number:3}  {option.label}" for number, option in enumerate(question.options, 1)]
            so_far = _so_far(session) if is_new else ()
            several = " (several: 1 3)" if question.kind is QuestionKind.LOVED else ""
            asked = act_text(act, session.graph) + several
            return "\n".join(["", *so_far, asked, *options, f"  0  {question.passing}"])
        case Repair(conflict):
            back = ["  0  take back the last thing you said"] if session.chips else []
            return "\n".join(["", *conflict_lines(conflict, session.graph), *back])
        case Recommend():
            return _list_lines(session)
        case _:
            return act_text(act, session.graph)


def _so_far(session: Session) -> Iterable[str]:
    """Yield what the list begins with, once something was said that it could follow from."""
    if session.chips:
        slate = session.slate()
        first = ", ".join(entry.label for entry in slate.items[:MOST_SHOWN])
        yield f"({slate.left} of {slate.total} left, first: {first})"


def _list_lines(session: Session) -> str:
    slate = session.slate()
    heading = [act_text(Recommend(slate), session.graph)] if slate.items else []
    return "\n".join(["", *heading, *slate_lines(slate, session.graph, session.moves())])


# --- what is said -----------------------------------------------------------------------------------------------------


def _reply(session: Session, line: str) -> str:
    """Take a line in; return what to say to it. Nothing that can be typed ends the conversation."""
    try:
        if told := _command(session, line):
            return told
        act = session.say(line)
        return "" if isinstance(act, Ask) else act_text(act, session.graph)  # a question is put next anyway
    except StoreError:
        raise
    except KgrecError as error:
        return str(error)


def _command(session: Session, line: str) -> str:
    """Do what only this front end knows; return "" for everything that is the session's to understand."""
    act = session.act()
    plain = fold(line)
    if line.isdecimal() and len(line) <= _LONGEST_PLACE:
        return _choose(session, act, int(line))
    if _SIGNED.fullmatch(line):  # the session would take the number and drop the sign, and -1 answers nothing
        return f"{line} is not a number to choose; write it without a sign."
    if plain in ("help", "h"):
        return HELP.format(examples=", ".join(f"“{example}”" for example in examples(session.graph)))
    if plain == "said":
        return _said(session)
    is_of_several = isinstance(act, Ask) and act.question.kind is QuestionKind.LOVED  # so "like 2" is of its options
    found = _NUMBERED.fullmatch(plain)
    if found and found[1] != "graph" and not (is_of_several and found[1] in {"seen", *_RATES}):
        return _numbered(session, found[1], int(found[2]))
    return page(session, line)


def _choose(session: Session, act: Act, number: int) -> str:
    """Take a bare number: an option, a way out, or an item of the list to explain."""
    match act:
        case Ask(question):
            if number == 0:
                session.skip(question)
                return "No matter."
            is_answer = number <= len(question.options) or option_told(str(number), question) is not None
            return "" if is_answer else f"There are {len(question.options)} answers to choose from."
        case Repair(conflict):
            ways = conflict.relaxations[:WAYS_SHOWN]
            if number == 0:
                return as_sentence(undo(session))
            if number > len(ways):
                return f"There are {len(ways)} ways out to choose from."
            session.relax(ways[number - 1])
            return "Let go; “undo” takes that back."
        case _:
            return _numbered(session, "why", number)


def _numbered(session: Session, verb: str, number: int) -> str:
    """Do something with an item of the list by its number; "" if the verb is none of ours."""
    if verb == "remove":
        return _remove(session, number)
    if verb not in {"why", "seen", *_RATES}:
        return ""
    items = session.slate().items
    if not 1 <= number <= len(items):
        return f"The list has {len(items)} entries, there is no number {number}."
    entry = items[number - 1]
    if verb == "why":
        return act_text(Explain(session.explain(entry.item)), session.graph)
    if verb == "seen":
        session.mark_seen(entry.item)
        return f"You have seen {entry.label}."
    session.rate(entry.item, _RATES[verb], f"{verb} {number}")
    return f"You {verb} {entry.label}."


def _said(session: Session) -> str:
    chips = [f"{number:3}  {chip.label}" for number, chip in enumerate(session.chips, 1)]
    return "\n".join(chips) or "Nothing yet."


def _remove(session: Session, number: int) -> str:
    chips = session.chips
    if not 1 <= number <= len(chips):
        return f"{len(chips)} things were said, there is no number {number}; “said” shows them."
    return as_sentence(undo(session, chips[number - 1].event, chips[number - 1].entity))
