"""Slates and explanations as lines of text and as JSON; the sentences themselves come from kgrec.dialogue.wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kgrec.dialogue.wording import conflict_text, reason_line, relaxation_text, slate_text

if TYPE_CHECKING:
    from kgrec.domain import Conflict, Recommendation, Slate
    from kgrec.graph import KnowledgeGraph


def slate_lines(slate: Slate, graph: KnowledgeGraph, moves: Mapping[str, int | None] | None = None) -> list[str]:
    """Return a list, two lines an item; or the dead end that leaves none; or that all was seen."""
    if slate.conflict is not None:
        return conflict_lines(slate.conflict, graph)
    if not slate.items:
        return [slate_text(slate, graph)]
    lines = []
    for number, entry in enumerate(slate.items, 1):
        moved = _moved(moves[entry.item]) if moves and entry.item in moves else ""
        lines += [f"{number:2}. {entry.label}  {entry.match:.0%}{moved}", f"    {reason_line(entry)}"]
    return lines


def _moved(places: int | None) -> str:
    if places is None:
        return "  new"
    return f"  {'up' if places > 0 else 'down'} {abs(places)}" if places else ""


def conflict_lines(conflict: Conflict, graph: KnowledgeGraph) -> list[str]:
    """Return what stands against what, and the numbered ways out."""
    ways = (f"{number:3}  {relaxation_text(way, graph)}" for number, way in enumerate(conflict.relaxations, 1))
    return [conflict_text(conflict, graph), *ways]


def slate_json(slate: Slate) -> dict[str, Any]:
    """Return a slate as JSON data: items with their reasons, and the conflict if there is one."""
    return {"items": [item_json(entry) for entry in slate.items], "conflict": _conflict_json(slate.conflict)}


def item_json(entry: Recommendation) -> dict[str, Any]:
    """Return one item as JSON data; the shares of the reasons add up to the score."""
    return {
        "id": entry.item,
        "label": entry.label,
        "score": entry.score,
        "reasons": [
            {"scorer": reason.scorer, "share": reason.share, "text": reason.text, "path": list(reason.path)}
            for reason in entry.reasons
        ],
    }


def _conflict_json(conflict: Conflict | None) -> dict[str, Any] | None:
    if conflict is None:
        return None
    return {
        "wishes": [wish.label for wish in conflict.wishes],
        "relaxations": [
            {"drop": [wish.label for wish in way.drop], "items": way.items, "best": way.best}
            for way in conflict.relaxations
        ],
    }
