"""Slates and explanations as lines of text and as JSON; the sentences themselves come from kgrec.dialogue.wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kgrec.dialogue.wording import WAYS_SHOWN, conflict_text, more_ways_text, named_match, reason_line, relaxation_text

if TYPE_CHECKING:
    from kgrec.domain import Conflict, Constraint, Reason, Recommendation, Slate
    from kgrec.graph import KnowledgeGraph


def slate_lines(slate: Slate, graph: KnowledgeGraph, moves: Mapping[str, int | None] | None = None) -> list[str]:
    """Return a list, two lines an item; or the dead end that leaves none."""
    if slate.conflict is not None:
        return conflict_lines(slate.conflict, graph)
    lines = []
    for number, entry in enumerate(slate.items, 1):
        moved = _moved(moves[entry.item]) if moves and entry.item in moves else ""
        lines += [f"{number:2}. {entry.label}  {named_match(entry)}{moved}", f"    {reason_line(entry)}"]
    return lines


def _moved(places: int | None) -> str:
    if places is None:
        return "  new"
    return f"  {'up' if places > 0 else 'down'} {abs(places)}" if places else ""


def conflict_lines(conflict: Conflict, graph: KnowledgeGraph) -> list[str]:
    """Return what stands against what, and the best ways out, numbered."""
    shown = enumerate(conflict.relaxations[:WAYS_SHOWN], 1)
    ways = [f"{number:3}  {relaxation_text(way, graph)}" for number, way in shown]
    more = more_ways_text(conflict)
    return [conflict_text(conflict, graph), *ways, *([f"     {more}"] if more else [])]


def slate_json(slate: Slate, graph: KnowledgeGraph) -> dict[str, Any]:
    """Return a slate as JSON data: items with their reasons, the conflict if there is one, and the list's novelty."""
    from kgrec.slates import novelty

    conflict = conflict_json(slate.conflict) if slate.conflict is not None else None
    items = [graph.index(entry.item) for entry in slate]
    return {
        "items": [item_json(entry) for entry in slate.items],
        "conflict": conflict,
        "novelty": novelty(graph, items),
    }


def item_json(entry: Recommendation) -> dict[str, Any]:
    """Return one item as JSON data; the shares of the reasons add up to the score.

    ``match``: how it compares with the average item, which has .5, between 0 and 1; ``matches``: of several people.

    Reasons with the same text, path and place have one cause, told once in words; ``is_rest``: a sum of unnamed ones.

    ``forecast`` is null where there are too few ratings to learn what a score means; ``chances``: of kinds of events.
    """
    matches = {"matches": [{"user": name, "match": match} for name, match in entry.matches]} if entry.matches else {}
    return {
        "id": entry.item,
        "label": entry.label,
        "score": entry.score,
        "match": entry.match,
        **matches,
        "forecast": asdict(entry.forecast) if entry.forecast is not None else None,
        **({"chances": dict(entry.chances)} if entry.chances else {}),
        "reasons": [_reason_json(reason) for reason in entry.reasons],
    }


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        "scorer": reason.scorer,
        "share": reason.share,
        "channels": dict(reason.channels),
        "place": str(reason.place) if reason.place else None,
        "is_rest": reason.is_rest,
        "text": reason.text,
        "path": list(reason.path),
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """Return a dead end as JSON data: the wishes that contradict each other, and all ways out, cheapest first."""
    return {
        "wishes": [_wish_json(wish) for wish in conflict.wishes],
        "relaxations": [
            {
                "drop": [_wish_json(wish) for wish in way.drop],
                "cost": sum(wish.strength for wish in way.drop),
                "items": way.items,
                "best": way.best,
            }
            for way in conflict.relaxations
        ],
    }


def _wish_json(wish: Constraint) -> dict[str, Any]:
    place = wish.origin.place
    return {
        "label": wish.label,
        "expression": wish.expression,
        "strength": wish.strength,
        "origin": wish.origin.kind.value,
        "place": str(place) if place else None,
    }
