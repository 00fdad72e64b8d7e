"""Journal: what one user does in one session, as events that a log keeps the moment they happen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from kgrec.acts import Event, EventKind
from kgrec.dialogue.focus import Focus, focus
from kgrec.dialogue.lasting import Aspect, last_session, remarks
from kgrec.dialogue.log import EventLog
from kgrec.dialogue.state import Line, State, fold, transcript
from kgrec.dialogue.undoing import PART, active, is_part, same_turn, undoable
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
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
        unanswered: the ids of the session's questions → how many utterances said something else while they stood open.
    """

    def __init__(self, log: EventLog, user: str, given: Mapping[str, Value], clock: Callable[[], float]) -> None:
        self.user: Final = user
        self.session = ""
        self.turn: dict[str, Any] = {}
        self.unanswered: dict[str, int] = {}
        self._log = log
        self._given = dict(given)
        self._clock = clock
        self._begun = 0  # how many events there were before the utterance that is being taken in
        self._remarks: set[str] = set()
        self._events = list(log.events(user))
        self.look_at_clock()

    def is_news(self, remark: str) -> bool:
        """Return whether a remark was not asked about before: what need not be said twice."""
        is_new = remark not in self._remarks
        self._remarks.add(remark)
        return is_new

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
        self.unanswered.clear()
        self.keep(EventKind.STARTED, graph)

    # --- what was said --------------------------------------------------------------------------------------------

    @property
    def events(self) -> tuple[Event, ...]:
        """All events of the user, oldest first, those of earlier sessions and undone ones too."""
        return tuple(self._events)

    def state(self) -> State:
        """Return what has been said so far, folded."""
        return fold(self._events, self.session)

    def transcript(self) -> tuple[Line, ...]:
        """Return the questions and answers of the session."""
        return transcript(self._events, self.session)

    def focus(self, lookup: Lookup) -> Focus:
        """Return what was last talked about or looked at."""
        return focus(self._events, self.session, lookup)

    def seen(self) -> frozenset[str]:
        """Return the items the user said they had seen, now or earlier, without saying how they were."""
        return frozenset(remark.subject for remark in remarks(self._events) if remark.aspect is Aspect.SEEN)

    def last_utterance(self) -> tuple[Event, ...]:
        """Return the events of the last utterance before this one; empty if there is none."""
        before = [event for event in self._events if event.data.get("turn") != self.turn.get("turn", "")]
        found = undoable(before, self.session)
        return same_turn(before, found) if found is not None else ()

    def this_utterance(self) -> tuple[Event, ...]:
        """Return the events of the utterance that is being taken in, so far."""
        return tuple(event for event in self._events if self.turn and event.data.get("turn") == self.turn["turn"])

    def last_about(self, entity: str) -> Event | None:
        """Return the last event of the session about an entity that was not undone; None if there is none."""
        about = (event for event in active(self._events) if event.subject == entity and event.session == self.session)
        return next(reversed([event for event in about if event.kind is not EventKind.OPENED]), None)

    def absent(self, graph: KnowledgeGraph) -> tuple[str, ...]:
        """Return the labels of all that lasting remarks speak of and the graph has not, the last first.

        What was said of them is kept and counts for nothing: the data may bring them back.
        """
        told = (
            (entity, remark.label)
            for remark in reversed(remarks(self._events))
            if remark.aspect is not Aspect.FACT
            for entity in filter(None, (remark.subject, remark.other))
        )
        return tuple(dict.fromkeys(label for entity, label in told if entity not in graph))

    # --- what happens ---------------------------------------------------------------------------------------------

    def keep(
        self, kind: EventKind, subject: str, value: float | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Keep an event. Once this returns, it survives a crash."""
        told = {**(data or {}), **({} if kind is EventKind.UNDONE else self.turn)}
        self._log.append(Event(kind, subject, value, told, dict(self.context), self._clock(), self.user, self.session))
        self.catch_up()

    def take_in(self, events: Iterable[Event]) -> None:
        """Keep events that happened elsewhere, all of them or none."""
        self._log.append_all(events)
        self.catch_up()

    def catch_up(self) -> tuple[Event, ...]:
        """Read what was kept, in another window of this user too, in the order of the log; return what is new of it."""
        fresh = self._log.events_since(self.user, self._events[-1].id if self._events else 0)
        self._events += fresh
        return fresh

    def follow(self, fresh: Iterable[Event]) -> bool:
        """Go on with the session that another window has begun, if one of these events does; return whether it does."""
        begun = [event.session for event in fresh if event.kind is EventKind.STARTED]
        self.session = (begun or [self.session])[-1]
        return bool(begun)

    @contextmanager
    def utterance(self, said: str) -> Iterator[None]:
        """Mark all that happens meanwhile as said at once, so that it is undone at once.

        Within another utterance it belongs to that.
        """
        if self.turn:
            yield
            return
        self.turn = {"said": said, "turn": uuid.uuid4().hex}
        self._begun = len(self._events)
        try:
            yield
        finally:
            self.turn = {}

    def reply(self, text: str) -> bool:
        """Keep what is replied to the utterance that is being taken in, and that even if it changed nothing.

        Of one that only took something back nothing is kept, or it would read as if it answered what stood before that.
        Return whether it was kept.
        """
        is_heard = bool(self.this_utterance())
        if not is_heard and any(event.kind is EventKind.UNDONE for event in self._events[self._begun :]):
            return False
        if not is_heard:
            self.keep(EventKind.SAID, self.turn["said"])
        if text:
            self.keep(EventKind.REPLIED, text)
        return True

    def undo(self, event: int | None = None, part: str = "") -> Event | None:
        """Take back an event, or the last thing said with all its events; return it, or None if there is nothing.

        ``part``: the value of the one option of an answer that is to go, if it names several.
        """
        found = undoable(self._events, self.session, event)
        if found is not None and is_part(found, part):
            self.keep(EventKind.UNDONE, str(found.id), data={PART: part})
        elif found is not None:
            self.take_back((found,) if event is not None else same_turn(self._events, found))
        return found

    def take_back(self, events: Iterable[Event], *, is_said: bool = False) -> None:
        """Take back events of any session, or undoings, which brings back what those took back.

        ``is_said``: this is part of the utterance that is being taken in, and undone with it.
        """
        for event in events:
            self.keep(EventKind.UNDONE, str(event.id), data=self.turn if is_said else None)
