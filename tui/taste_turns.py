"""What can be done on the taste page, as turns of a session: each returns what to say of it. Runs in its thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kgrec.attitudes import Attitude
from kgrec.dialogue import Session
from kgrec.dialogue.lasting import remarks
from kgrec.dialogue.past import Topic, bring_back, go_back, let_go, take_back, take_in
from kgrec.errors import DataError
from kgrec.taste_transfer import as_turtle, load_taste, save_taste
from kgrec.tui.taste_view import Held

_LEVELS: Final[Mapping[float, Attitude]] = {
    1.0: Attitude.LOVE,
    0.5: Attitude.LIKE,
    0.0: Attitude.NEUTRAL,
    -1.0: Attitude.DISLIKE,
}
"""What an opinion can be set to, in the order in which it changes; for now there is only wanted and not."""


def set_opinion(session: Session, held: Held, value: float) -> str:
    """Think so of what something held is about."""
    label = session.graph.label(held.entity)
    if held.is_for_now:
        session.opine(held.entity, value, for_now=True)
        return f"{label}: {'wanted now' if value > 0 else 'not now'}; u takes it back"
    session.rate(held.entity, value)
    return f"{label}: {_LEVELS[value]}; u takes it back"


def next_opinion(session: Session, held: Held) -> str:
    """Think of something held what comes next: love, like, neutral, dislike, and love again."""
    if held.is_for_now:
        return set_opinion(session, held, -1.0 if held.value > 0 else 1.0)
    values, words = list(_LEVELS), [str(level) for level in _LEVELS.values()]
    place = words.index(held.word) + 1 if held.word in words else 0
    return set_opinion(session, held, values[place % len(values)])


def forget(session: Session, held: Held) -> str:
    """Believe something no longer."""
    topic, subject = held.key
    can_go = held.is_said or topic in (Topic.FACT, Topic.PERSON)
    if can_go and let_go(session, (Topic(topic), subject), held.label):
        return f"{held.label}: forgotten; u takes that back"
    if can_go:
        return f"{held.label}: taken back; the history can bring it back"
    raise DataError(f"{held.label}: you did not say this; l and d say what you think of it")


def toggle(session: Session, event: int) -> str:
    """Take an event back, or bring it back if that was done before."""
    if take_back(session, {event}):
        return "taken back; the same key brings it back"
    return "brought back" if bring_back(session, event) else "nothing to take back"


def rewind(session: Session, event: int) -> str:
    """Take back everything after an event."""
    count = len(go_back(session, event))
    return f"{count} {'thing' if count == 1 else 'things'} taken back" if count else "nothing came after that"


def export(session: Session, path: Path) -> str:
    """Write the lasting taste to a file, in place of what is there."""
    told = remarks(session.journal.events)
    if not told:
        raise DataError("nothing lasting was said yet: rate something, or say what you like")
    save_taste(path, as_turtle(session.user, told, session.graph))
    return f"{len(told)} {'remark' if len(told) == 1 else 'remarks'} written to {path}"


def import_taste(session: Session, path: Path) -> str:
    """Take in what a taste file has that is newer than what is known."""
    carried = load_taste(path, session.graph)
    fresh = take_in(session, carried.known, path.name)
    known = len(carried.known) - len(fresh)
    return f"{path.name}: {len(fresh)} new, {known} known already, {len(carried.unknown)} not in these data"
