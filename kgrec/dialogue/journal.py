"""Journal: what one user does in one session, as events that a log keeps the moment they happen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from kgrec.acts import Event, EventKind
from kgrec.dialogue.lasting import last_session
from kgrec.dialogue.log import EventLog
from kgrec.dialogue.state import Line, State, current_item, fold, same_turn, transcript, undoable
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import clock_context

RESUMED_WITHIN_S: Final = 6 * 3600.0
"""A session left for longer than this is over: the next one starts with the taste, not with the wishes."""


class Journal:
    """The events of a user, those of earlier sessions and other windows too, and the moment they happen in.

    Attributes:
        user: whose events they are.
        session: the id of the session that goes on; "" before :meth:`resume` or :meth:`begin`.
        context: what rules may ask of the moment, as of the last look at the clock.
        turn: what the events of the utterance that is being taken in share; empty between utterances.
    """

    def __init__(self, log: EventLog, user: str, given: Mapping[str, Value], clock: Callable[[], float]) -> None:
        self.user: Final = user
        self.session = ""
        self.turn: dict[str, Any] = {}
        self._log = log
        self._given = dict(given)
        self._clock = clock
        self._events = list(log.events(user))
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """Take the moment anew; what was given of it stays."""
        self.context: Mapping[str, Value] = {**clock_context(self._clock()), **self._given}

    def resume(self) -> bool:
        """Go on with the last session if it was left within RESUMED_WITHIN_S; return whether it was."""
        self.session = last_session(self._events, self._clock() - RESUMED_WITHIN_S)
        return bool(self.session)

    def begin(self, graph: str) -> None:
        """Begin a session about a graph."""
        self.session = uuid.uuid4().hex
        self.keep(EventKind.STARTED, graph)

    # --- what was said --------------------------------------------------------------------------------------------

    def state(self) -> State:
        """Return what has been said so far, folded."""
        return fold(self._events, self.session)

    def transcript(self) -> tuple[Line, ...]:
        """Return the questions and answers of the session."""
        return transcript(self._events, self.session)

    def current_item(self, graph: KnowledgeGraph) -> tuple[str, bool]:
        """Return the item last talked about or looked at ("" for none), and whether nothing happened since."""
        return current_item(self._events, self.session, graph)

    def last_said(self) -> str:
        """Return the last utterance that was taken in; "" if there is none."""
        found = undoable(self._events, self.session)
        return str(found.data.get("said", "")) if found is not None else ""

    # --- what happens ---------------------------------------------------------------------------------------------

    def keep(
        self, kind: EventKind, subject: str, value: float | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Keep an event. Once this returns, it survives a crash."""
        told = {**(data or {}), **self.turn} if kind is not EventKind.UNDONE else dict(data or {})
        event = Event(kind, subject, value, told, dict(self.context), self._clock(), self.user, self.session)
        self._log.append(event)
        # What another window of this user has kept meanwhile comes along, in the order of the log.
        self._events += self._log.events_since(self.user, self._events[-1].id if self._events else 0)

    @contextmanager
    def utterance(self, said: str, *, is_kept: bool = False) -> Iterator[None]:
        """Mark all that happens meanwhile as said at once, so that it is undone at once.

        Within another utterance it belongs to that. ``is_kept``: keep what was said even if it changes nothing.
        """
        if self.turn:
            yield
            return
        before = len(self._events)
        self.turn = {"said": said, "turn": uuid.uuid4().hex}
        try:
            yield
            if is_kept and not any(event.data.get("turn") == self.turn["turn"] for event in self._events[before:]):
                self.keep(EventKind.SAID, said)
        finally:
            self.turn = {}

    def undo(self, event: int | None = None) -> Event | None:
        """Take back an event, or the last thing said with all its events; return it, or None if there is nothing."""
        found = undoable(self._events, self.session, event)
        if found is not None:
            for taken in (found,) if event is not None else same_turn(self._events, found):
                self.keep(EventKind.UNDONE, str(taken.id))
        return found
