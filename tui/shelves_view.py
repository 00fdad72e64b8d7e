"""What the page of shelves shows, and how it is made from the session; runs in the session's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kgrec.dialogue import Session, wording
from kgrec.domain import Recommendation
from kgrec.graph import KnowledgeGraph
from kgrec.shelves import Shelf


@dataclass(frozen=True, slots=True)
class Card:
    """One item of a row: its id, what to call it, how well it fits, and why in a line."""

    item: str
    label: str
    match: float
    reason: str


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One row: what it is called, why it is there, where its rule stands ("": no rule), and what it holds."""

    title: str
    because: str
    place: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ShelvesView:
    """All rows; ``empty``: what to say where they would be, if there are none."""

    rows: tuple[ShelfRow, ...]
    empty: str = ""


def shelves_view(session: Session) -> ShelvesView:
    """Return the rows of now."""
    rows = tuple(_row(shelf, session.graph) for shelf in session.shelves())
    if rows:
        return ShelvesView(rows)
    text = wording.slate_text(session.slate(), session.graph)
    return ShelvesView((), f"{text}\nGo back (esc): the conversation shows the ways out.")


def _row(shelf: Shelf, graph: KnowledgeGraph) -> ShelfRow:
    place = f"{Path(shelf.place.file).name}:{shelf.place.line}" if shelf.place else ""
    return ShelfRow(shelf.title, shelf.because, place, tuple(_card(entry, shelf, graph) for entry in shelf.items))


def _card(entry: Recommendation, shelf: Shelf, graph: KnowledgeGraph) -> Card:
    matches = [wording.matches_text(entry)] if entry.matches else []
    return Card(entry.item, entry.label, entry.match, " · ".join((*matches, wording.shelf_reason(entry, shelf, graph))))
