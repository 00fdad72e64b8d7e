"""What an undoing took back, in words: for the word "undo", the key, and what another window did meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kgrec.dialogue.state import Chip
from kgrec.text import listed

if TYPE_CHECKING:
    from kgrec.acts import Event
    from kgrec.dialogue.session import Session


def undo(session: Session, event: int | None = None, entity: str = "") -> str:
    """Take back what :meth:`Session.undo` does; return what that was: "taken back: ♥ Heat (1995)"."""
    before = session.chips
    undone = session.undo(event, entity)
    if undone is None:
        return "there is nothing to take back"
    return gone(before, session.chips) or f"taken back: {_unchipped(undone)}"


def gone(before: Iterable[Chip], now: Iterable[Chip]) -> str:
    """Return which chips there are no longer, in words; "" if all are there.

    What one had given up counts again, which says it plainer than that giving it up was taken back.

    >>> gone([Chip(1, "Heat"), Chip(2, "never mind: new to you", given_up="“new to you”"), Chip(3, "no Crime")], [])
    'taken back: Heat, no Crime; “new to you” counts again'
    """
    kept = set(now)
    lost = [chip for chip in before if chip not in kept]
    taken = ", ".join(chip.label for chip in lost if not chip.given_up)
    again = [chip.given_up for chip in lost if chip.given_up]
    parts = [f"taken back: {taken}"] if taken else []
    parts += [f"{listed(again)} {'count' if len(again) > 1 else 'counts'} again"] if again else []
    return "; ".join(parts)


def _unchipped(event: Event) -> str:
    """Return what to call an event of which no chip told: a question that was passed, a command."""
    data = event.data
    if data.get("passing") and data.get("text"):
        return f"“{data['passing']}” to “{data['text']}”"
    return f"“{data['said']}”" if data.get("said") else "the last thing you said"
