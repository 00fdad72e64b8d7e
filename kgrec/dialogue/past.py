"""The past of a conversation: what happened in it, what of the belief came of what, and how to go back.

The state is a fold over events, so nothing has to be kept for this: what an event brought is the difference between
the states before and after it. Going back takes events back; that is an event as well, so it can be taken back too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgrec.acts import Event, EventKind
from kgrec.dialogue.lasting import Remark, as_events, news, remarks
from kgrec.dialogue.state import FACT, steps
from kgrec.dialogue.undoing import active
from kgrec.domain import Belief
from kgrec.errors import DataError

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_SIGHTINGS: Final = frozenset({EventKind.SEEN, EventKind.PLAYED, EventKind.SKIPPED})
_MEANINGLESS: Final = frozenset({EventKind.STARTED, EventKind.OPENED, EventKind.SAID})
"""What changes nothing, so that nothing is gained by taking it back."""
_UNTOLD: Final = frozenset({EventKind.UNDONE, EventKind.MARKED, EventKind.REPLIED})
"""What is not a happening of its own."""


class Topic(StrEnum):
    """What a part of the belief is about, and what its subject is."""

    OPINION = "opinion"  # an entity
    COMPARISON = "comparison"  # two entities, in the order of their ids, with | between them
    WISH = "wish"  # an expression
    TEXT = "text"  # the words
    FACT = "fact"  # the name of a fact about the user
    PERSON = "person"  # somebody the user knows
    SEEN = "seen"  # an item
    DIAL = "dial"  # its name
    DROPPED = "dropped"  # an expression that was given up


Key = tuple[Topic, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a conversation.

    Attributes:
        labels: what was understood from it, as on chips; empty if it changed nothing.
        counts: whether it was not taken back.
        can_go: whether taking it back, or bringing it back, changes anything.
    """

    event: Event
    labels: tuple[str, ...]
    counts: bool
    can_go: bool


def happenings(events: Iterable[Event], session: str) -> tuple[Happening, ...]:
    """Return what happened in a session, in order, what was taken back too."""
    counting = {event.id: event for event in active(events)}  # as far as they count
    told = tuple(counting.get(event.id, event) for event in events if event.kind not in _UNTOLD)
    labels = {
        event.id: tuple(chip.label for chip in state.chips if chip.event == event.id)
        for event, state in steps(told, session)
    }
    return tuple(
        Happening(event, labels[event.id], event.id in counting, event.kind not in _MEANINGLESS)
        for event in told
        if event.session == session
    )


def sources(events: Iterable[Event], session: str) -> Mapping[Key, tuple[Event, ...]]:
    """Return for each part of the belief, and of what was part of it once, the events it came of, the last last."""
    found: dict[Key, tuple[Event, ...]] = {}
    before = Belief()
    for event, state in steps(events, session):
        for key in _brought(before, state.belief, event):
            found[key] = (*found.get(key, ()), event)
        before = state.belief
    return found


def compared(one: str, other: str) -> str:
    """Return the subject of a comparison of two entities, whichever is preferred."""
    return "|".join(sorted((one, other)))


def _brought(before: Belief, after: Belief, event: Event) -> Iterator[Key]:
    """Yield what an event brought that was not there, or not like that."""
    yield from ((Topic.OPINION, said.entity) for said in _new(before.opinions, after.opinions))
    yield from (
        (Topic.COMPARISON, compared(said.entity, said.other)) for said in _new(before.comparisons, after.comparisons)
    )
    yield from ((Topic.WISH, wish.expression) for wish in _new(before.wishes, after.wishes))
    yield from ((Topic.TEXT, wish.text) for wish in _new(before.texts, after.texts))
    yield from ((Topic.FACT, name) for name, _ in _new(before.facts, after.facts))
    yield from ((Topic.PERSON, tie.person) for tie in _new(before.people, after.people))
    yield from ((Topic.DROPPED, expression) for expression in sorted(after.dropped - before.dropped))
    if event.kind in _SIGHTINGS and event.subject in after.seen:
        yield Topic.SEEN, event.subject
    if after.dials is not before.dials:
        names = [dial.name for dial in fields(after.dials)]
        yield from ((Topic.DIAL, name) for name in names if getattr(after.dials, name) != getattr(before.dials, name))


def _new(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Any]:
    """Yield what was put in place; the fold leaves the objects that an event does not speak of as they are."""
    if after is not before:
        known = {id(part) for part in before}
        yield from (part for part in after if id(part) not in known)


# --- going back -------------------------------------------------------------------------------------------------------


def go_back(session: Session, event: int) -> tuple[Event, ...]:
    """Take back all that happened in a session after an event; return that, the last first."""
    later = [kept for kept in active(session.journal.events) if kept.session == session.id and kept.id > event]
    return _taken_back(session, [kept for kept in reversed(later) if kept.kind not in _MEANINGLESS])


def take_back(session: Session, events: AbstractSet[int]) -> tuple[Event, ...]:
    """Take back events by their ids, those of earlier sessions too; return those that counted, the last first."""
    counting = [kept for kept in active(session.journal.events) if kept.id in events]
    return _taken_back(session, counting[::-1])


def let_go(session: Session, key: Key, label: str) -> bool:
    """Believe something no longer; return whether that is an event of its own, which undoing takes back.

    What one thing said in this conversation brought is taken back with it. An opinion that came of more than that, or
    of earlier conversations, is forgotten by an event: taking its last source back would bring an older one to light.
    So is a fact that the data tell.

    Raises:
        DataError: it came of nothing that was said, or is somebody the user knows, who has to go without trace.
    """
    if key[0] is Topic.PERSON:
        raise DataError(f"{label}: “kgrec people forget {key[1]}” forgets that you know them, without trace")
    found = sources(session.journal.events, session.id)
    events = {event.id: event for event in found.get(key, ())}
    by_others = not events or key[1] in session.graph.user_facts.get(session.user, {})
    if key[0] is Topic.FACT and by_others and key[1] in session.belief.fact:
        session.record(EventKind.FORGOTTEN, key[1], data={"label": label, FACT: True})
        return True
    if not events:
        raise DataError(f"{label}: this is not from anything you said; say what you think of it instead")
    brought = [other for other, came in found.items() if any(event.id in events for event in came)]
    is_plain = len(brought) == 1 and all(event.session == session.id for event in events.values())
    if is_plain or key[0] not in (Topic.OPINION, Topic.SEEN):
        take_back(session, events.keys())
        return False
    session.record(EventKind.FORGOTTEN, key[1], data={"label": label, "expressions": []})
    return True


def bring_back(session: Session, event: int) -> Event | None:
    """Let an event that was taken back count again; return it, or None if it counts or there is none of that id."""
    events = session.journal.events
    found = next((kept for kept in events if kept.id == event and kept.kind is not EventKind.UNDONE), None)
    if found is None or found in active(events):
        return None
    undoings = [kept for kept in events if kept.kind is EventKind.UNDONE]
    undone = {kept.subject for kept in undoings}
    session.journal.take_back(kept for kept in undoings if kept.subject == str(event) and str(kept.id) not in undone)
    session.refold()
    return found


def _taken_back(session: Session, events: Sequence[Event]) -> tuple[Event, ...]:
    session.journal.take_back(events)
    session.refold()
    return tuple(events)


def take_in(session: Session, told: Iterable[Remark], source: str) -> tuple[Remark, ...]:
    """Take in what of some remarks is news, from the file of that name; return it."""
    journal = session.journal
    fresh = news(told, remarks(journal.events))
    journal.take_in(as_events(fresh, session.user, uuid4().hex, source))
    session.refold()
    return fresh
