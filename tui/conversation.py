"""Turns of the conversation, one after another in a thread of their own.

A Session is not thread-safe and a turn may take seconds (the first free text loads a model), so the screen never
calls it: it hands a turn to the SessionThread and gets a View back. Turns wait in line instead of replacing each
other, because an exclusive worker would drop an answer given while the one before was still being worked on. The
thread is a daemon, so that quitting never waits for a model to load; what was acknowledged is in the log by then.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from kgrec.acts import Act, Ask, Confirm, Explain, ExplainAbsence, Repair
from kgrec.domain import Recommendation
from kgrec.progress import Progress
from kgrec.text import as_sentence
from kgrec.tui.actions import MOST_ANSWERS
from kgrec.tui.places import named
from kgrec.tui.view import Found, RuleChanges, Said, View

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.rulebook import RuleBook

OpenSession = Callable[[Progress], "Session"]

T = TypeVar("T")


class SessionThread:
    """Runs calls in one thread, in the order they were given."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="kgrec-session", daemon=True)
        self._thread.start()

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Put a call in line; the future holds what it returns or raises."""
        future: Future[T] = Future()
        self._calls.put((call, future))
        return future

    def stop(self, patience_s: float = 2.0) -> None:
        """Let the calls in line finish, but wait no longer than ``patience_s`` for them."""
        self._calls.put(None)
        self._thread.join(patience_s)

    def _work(self) -> None:
        while (work := self._calls.get()) is not None:
            call, future = work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  (whoever waits for the future is told)
                future.set_exception(error)


class Conversation:
    """The session as the screen knows it; every method is one turn and returns what to show after it.

    Only the session's thread may call it. It remembers what a session does not: what was asked about last, and a
    question that came back instead of an understanding.
    """

    def __init__(self, session: Session) -> None:
        from kgrec.tui import portrait  # numpy and the engine: not before the first frame

        self.session = session
        self._portrait = portrait
        self._asked_back: Act | None = None
        self._welcome = tuple(Said(is_user=False, text=text) for text in portrait.welcome(session))
        self._explained: Recommendation | None = None
        self._absent = ""

    def view(self, notice: str = "") -> View:
        """Return what to show now."""
        absence = self._portrait.absence(self.session, self._absent) if self._absent else None
        view = self._portrait.portray(self.session, self._act, self._said(), self._explained, notice)
        return replace(view, absence=absence)

    def news(self) -> View | None:
        """Return what to show after what another window of this user has said since the last turn; None for nothing."""
        from kgrec.dialogue.taken_back import gone  # not before another window is open

        before, journal = self.session.chips, self.session.journal
        if not (fresh := journal.catch_up()):
            return None
        is_new = journal.follow(fresh)
        self.session.refold()
        self._asked_back = None  # it would be asked about a conversation that has gone on
        now = self.session.chips
        told = [*(["a new conversation"] if is_new else []), *(chip.label for chip in now if chip not in before)]
        parts = [", ".join(told), "" if is_new else gone(before, now)]
        return self.view(f"in another window: {'; '.join(filter(None, parts))}" if any(parts) else "")

    def choose(self, key: str, positions: tuple[int, ...]) -> View:
        """Answer the prompt that bears this key; no positions: pass it.

        A prompt that is no longer the current one is left alone: the key was pressed before the new one was seen, or
        it was answered in another window.
        """
        news = self.news()
        act, notice = self._act, news.notice if news else ""
        if self._portrait.prompt_key(act) == key:
            if isinstance(act, Ask) and positions:
                self.session.answer(act.question, positions)
            elif isinstance(act, Ask):
                self.session.skip(act.question)
            elif isinstance(act, Repair) and positions:
                way = act.conflict.relaxations[positions[0]]
                self.session.relax(way)
                notice = f"let go: {', '.join(wish.label for wish in way.drop)}; u takes that back"
            self._forget()
        return self.view(notice)

    def say(self, text: str) -> View:
        """Take something typed: an option of the current prompt by number or name, or free words."""
        act = self._act
        positions = _positions(text, act)
        if positions:
            return self.choose(self._portrait.prompt_key(act), positions)
        page = named(text)
        if page is not None and not self.session.recommender.lookup_.exact(text):
            return self.view(f"press {page.key} for that: {page.help}")
        answer = self.session.say(text)
        self._forget()
        if isinstance(answer, Explain):
            self._explained = answer.recommendation
        elif isinstance(answer, ExplainAbsence):
            self._why_not(answer.item)
        elif isinstance(answer, Ask):
            self._asked_back = answer
        return self.view(answer.text if isinstance(answer, Confirm) and answer.is_passing else "")

    def find(self, text: str) -> tuple[Found, ...]:
        """Return what a title may mean; for no title, what just missed the list."""
        return tuple(Found(match.entity, match.label) for match in self.session.find(text))

    def why_not(self, item: str) -> View:
        """Tell why an item is not on the list, or, if it is, why it is."""
        self._forget()
        told = self._why_not(item)
        return self.view("" if self._absent else told)

    def _why_not(self, item: str) -> str:
        label, place = self.session.graph.label(item), self.session.why_not(item).place
        if place:
            self._explained = self.session.explain(item)
            return f"{label} is on the list: number {place}."
        self._absent = item
        return f"{label} is not on the list: see why."

    def mark(self, key: str, positions: tuple[int, ...]) -> None:
        """Keep what is marked of the prompt that bears this key; nothing on the screen follows from it."""
        from kgrec.dialogue.marking import mark  # as above

        act = self._act
        if isinstance(act, Ask) and self._portrait.prompt_key(act) == key:
            mark(self.session, act.question, positions)

    def rate(self, item: str, value: float) -> View:
        """Rate an item."""
        self._forget()
        self.session.rate(item, value)
        word = "liked" if value > 0 else "disliked"
        return self.view(f"{word} {self.session.graph.label(item)}; u takes it back")

    def mark_seen(self, item: str) -> View:
        """Leave an item out because it is known."""
        self._forget()
        self.session.mark_seen(item)
        return self.view(f"{self.session.graph.label(item)} is left out as seen; u takes it back")

    def look_at(self, item: str) -> None:
        """Keep that an item was looked at; nothing on the screen follows from it."""
        self.session.note_opened(item)

    def undo(self, event: int | None = None, entity: str = "") -> View:
        """Take back one thing said, by default the last; of an answer that names several maybe only one."""
        from kgrec.dialogue.taken_back import undo  # not before something was said

        self._forget()
        return self.view(as_sentence(undo(self.session, event, entity)))

    def unsay(self, since: int) -> View:
        """Take back everything that happened after an event, questions that were passed too: it was not meant."""
        from kgrec.dialogue.past import go_back  # not before something was not meant

        go_back(self.session, since)
        self._forget()
        return self.view()

    def have(self, turn: Callable[[Session], str]) -> View:
        """Have any other turn of the session, which returns what to say of it."""
        self._forget()
        return self.view(turn(self.session))

    def show_me(self) -> View:
        """Ask no more."""
        self._forget()
        self.session.show_me()
        return self.view()

    def ask_more(self) -> View:
        """Ask on."""
        self._forget()
        self.session.ask_more()
        more = isinstance(self.session.act(), Ask)
        return self.view("" if more else "no question would tell me anything new")

    def start_over(self) -> View:
        """Begin a new conversation."""
        self._forget()
        self.session.start_over()
        return self.view("a new conversation")

    def preview_rules(self, rules: RuleBook, old: RuleBook, *, is_complete: bool) -> RuleChanges:
        """Return what rules do to the list in place of old ones; nothing changes. What they expect takes longer."""
        from kgrec.tui.rule_preview import preview  # not before rules are edited

        return preview(self.session, rules, old, is_complete=is_complete)

    def set_rules(self, rules: RuleBook, notice: str = "") -> View:
        """Put other rules in force."""
        self.session.set_rules(rules)
        count = len(rules.rules)
        return self.view(notice or f"{count} {'rule' if count == 1 else 'rules'} in force")

    @property
    def _act(self) -> Act:
        return self._asked_back or self.session.act()

    def _forget(self) -> None:
        """Drop what only held until the next turn."""
        self._asked_back = None
        self._explained = None
        self._absent = ""

    def _said(self) -> list[Said]:
        """Return what we say at the beginning, and the transcript."""
        return [*self._welcome, *(Said(line.is_user, line.text, line.is_reply) for line in self.session.transcript())]


def _positions(text: str, act: Act) -> tuple[int, ...]:
    """Return the options that a text names by number ("2", "1, 3") or exactly; none if it says something else."""
    if isinstance(act, Ask):
        labels = [option.label.casefold() for option in act.question.options]
    elif isinstance(act, Repair):
        labels = [""] * min(len(act.conflict.relaxations), MOST_ANSWERS)
    else:
        return ()
    words = text.replace(",", " ").split()
    if words and all(word.isdecimal() and 1 <= int(word) <= len(labels) for word in words):
        return tuple(dict.fromkeys(int(word) - 1 for word in words))
    name = text.strip().casefold()
    return (labels.index(name),) if name and name in labels else ()
