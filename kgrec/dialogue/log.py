"""The event log as the dialogue sees it: append and read. Where events are kept is somebody else's business."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from kgrec.acts import Event


class EventLog(Protocol):
    """Keeps events for good: once ``append`` has returned, the event survives a crash."""

    def append(self, event: Event) -> Event:
        """Keep an event; return it with its id, which grows with every event."""
        ...

    def append_all(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Keep events, all of them or none; return them with their ids."""
        ...

    def events(self, user: str) -> tuple[Event, ...]:
        """Return all events of a user, oldest first."""
        ...

    def events_since(self, user: str, after: int) -> tuple[Event, ...]:
        """Return the events of a user with an id greater than ``after``, oldest first: a look, not a reading of all."""
        ...


class MemoryLog:
    """A log that lives as long as its process: for callers from Python and for tests."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events = list(events)

    def append(self, event: Event) -> Event:
        """Keep an event; return it with its id."""
        kept = replace(event, id=len(self._events) + 1)
        self._events.append(kept)
        return kept

    def append_all(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Keep events; return them with their ids."""
        return tuple(self.append(event) for event in events)

    def events(self, user: str) -> tuple[Event, ...]:
        """Return all events of a user, oldest first."""
        return tuple(event for event in self._events if event.user == user)

    def events_since(self, user: str, after: int) -> tuple[Event, ...]:
        """Return the events of a user with an id greater than ``after``, oldest first."""
        return tuple(event for event in self._events if event.user == user and event.id > after)
