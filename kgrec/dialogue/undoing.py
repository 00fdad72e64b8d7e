"""Taking back: which events of a log still count, and what goes together.

An undoing is an event of its own, which can be undone as well, so nothing that was said is ever lost.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from kgrec.acts import Event, EventKind

_UNFELT: Final = frozenset({EventKind.STARTED, EventKind.OPENED, EventKind.SAID, EventKind.REPLIED})
"""What undo passes over: the user did not mean to say anything by it."""

PART: Final = "part"
"""The entry of the data of an UNDONE event that takes back one of the options of an answer, by its value."""


def active(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that count, in order, without undoings, marks and replies; what was undone undoes nothing.

    An answer of which a part was taken back is left with the rest.
    """
    return tuple(event for event in counting(events) if event.kind not in (EventKind.UNDONE, EventKind.REPLIED))


def counting(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that count, in order, with the undoings that do and all replies; no marks."""
    undone: set[str] = set()
    parts: dict[str, set[str]] = {}
    kept = []
    for event in reversed(tuple(events)):
        if str(event.id) in undone:
            continue
        if event.kind is EventKind.UNDONE and PART in event.data:
            parts.setdefault(event.subject, set()).add(event.data[PART])
        elif event.kind is not EventKind.MARKED:
            undone |= {event.subject} if event.kind is EventKind.UNDONE else set()
            kept.append(_without(event, parts[str(event.id)]) if str(event.id) in parts else event)
    return tuple(reversed(kept))


def _without(event: Event, parts: Container[str]) -> Event:
    """Return an answer without some of the options it names."""
    left = {name: [option for option in told if option[1] not in parts] for name, told in _options(event).items()}
    return replace(event, data={**event.data, **left})


def _options(event: Event) -> dict[str, Sequence[Sequence[Any]]]:
    """Return the options that an answer names, as labels and values, by what it says of them."""
    return {name: event.data[name] for name in ("chosen", "refused") if name in event.data}


def is_part(event: Event, value: str) -> bool:
    """Return whether an answer names an option of this value, and others."""
    values = [option[1] for told in _options(event).values() for option in told]
    return len(values) > 1 and value in values


def undoable(events: Iterable[Event], session: str, event: int | None = None) -> Event | None:
    """Return the event of a session that can be undone: that of the id given, or the last; None if there is none.

    An undoing can be if it was part of what was said, as in “no, I meant the other one”.
    """
    felt = (kept for kept in counting(events) if kept.session == session and _is_felt(kept))
    return next((kept for kept in reversed(tuple(felt)) if event in (None, kept.id)), None)


def _is_felt(event: Event) -> bool:
    return event.kind not in _UNFELT and (event.kind is not EventKind.UNDONE or "turn" in event.data)


def same_turn(events: Iterable[Event], event: Event) -> tuple[Event, ...]:
    """Return the events of the utterance that an event came of, itself included; nothing else that was done.

    The reply is left: it goes and comes back with what it answers, see :func:`kgrec.dialogue.state.transcript`.
    """
    turn = event.data.get("turn")
    same = (kept for kept in counting(events) if turn and kept.data.get("turn") == turn)
    return tuple(kept for kept in same if kept.kind is not EventKind.REPLIED) or (event,)
