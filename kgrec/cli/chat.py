"""``kgrec`` and ``kgrec chat``: the conversation, in the app or line by line."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kgrec.cli.given import NOTHING, Given
from kgrec.cli.opening import choose, open_session
from kgrec.cli.output import WRONG, emit, fail
from kgrec.cli.progress import progress_bar
from kgrec.progress import Progress

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.errors import RuleErrors
    from kgrec.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Talk:
    """Who talks about which data set, under which rule files (none: the data set's own), knowing what, with whom."""

    data: str
    user: str
    rules: Sequence[Path] = ()
    given: Given = NOTHING
    companions: Sequence[str] = ()

    def open(self, progress: Progress) -> Session:
        """Start the conversation, or go on with it; raises KgrecError."""
        return open_session(choose(self.data, self.rules), self.user, progress, self.given, self.companions)


def has_terminal() -> bool:
    """Whether somebody sits at a terminal, or a page in a browser, that an app can be drawn on."""
    if "TEXTUAL_DRIVER" in os.environ:  # named by who serves the app
        return True
    is_seen = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return is_seen and os.environ.get("TERM") != "dumb"


def chat(talk: Talk, *, is_plain: bool = False) -> None:
    """Hold a conversation: in the app, or line by line if asked for or if there is no terminal."""
    if is_plain or not has_terminal():
        chat_plain(talk)
    else:
        open_app(talk)


def open_app(talk: Talk) -> None:
    """Open the app and wait until it is closed.

    The first frame needs nothing but Textual; even looking for the data set is left to the app's own thread.
    """
    from kgrec.tui import KgrecApp

    app = KgrecApp(talk.open, is_guided=True)
    app.run()
    if app.unkept:
        typer.echo(f"What you were writing could not be kept: {app.unkept}", err=True)
    if app.return_code:
        raise typer.Exit(WRONG)


def chat_plain(talk: Talk) -> None:
    """Converse over stdin and stdout; rule files that are saved meanwhile take effect before the next line."""
    from kgrec.cli.plain import converse
    from kgrec.rulebook import RuleWatcher

    with progress_bar() as progress:
        session = talk.open(progress)
    changes: queue.SimpleQueue[RuleBook | RuleErrors] = queue.SimpleQueue()
    with RuleWatcher(session.rules.paths, session.graph, changes.put, book=session.rules):
        converse(session, _read, emit, lambda: _apply(changes, session))


def _apply(changes: queue.SimpleQueue[RuleBook | RuleErrors], session: Session) -> Iterator[str]:
    """Put changed rules in force and say what that does, or say what is wrong with them; the last good ones stay."""
    from kgrec.audit.diff_text import summary
    from kgrec.rulebook import RuleBook

    while not changes.empty():
        change = changes.get()
        if isinstance(change, RuleBook):
            lists, edits = summary(session.preview(change), session.graph)
            session.set_rules(change)
            yield f"The rules changed. {lists}\n{edits}"
        else:
            yield f"The rules have a mistake, the last good ones stay:\n{change.brief()}"


def _read(prompt: str) -> str:
    """Read a line; what comes from a pipe is echoed, so that the output reads as the conversation it was."""
    if sys.stdin is None:  # closed by whoever started the program
        raise EOFError
    if sys.stdin.isatty():
        return _type(prompt)
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        fail("the input is not UTF-8")
    if not line:
        raise EOFError
    emit(prompt + line.rstrip("\r\n"))
    return line


def _type(prompt: str) -> str:
    """Read a line from a terminal, with editing and history where Python has them."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (importing it is what switches editing on)
    try:
        return input(prompt)
    except EOFError:
        emit("")
        raise
