"""Traces in words and as JSON data: one line a rule, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kgrec.audit.trace import Effect, Entry, Trace
from kgrec.graph import KnowledgeGraph

_EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.EXCLUDES: "keeps it off the list ({why})",
    Effect.GIVEN_UP: "would keep it off the list ({why}), but you let go of it",
    Effect.ADMITS: "lets it through ({why})",
    Effect.POINTS: "{points} points ({why})",
    Effect.DERIVES: "gives it {why}",
    Effect.TAKES_PLACE: "it takes a place under {why}",
    Effect.GIVES_WAY: "it gives way: {why}",
    Effect.TUNES: "{why}",
    Effect.ASKS: "asks {why}",
    Effect.SHELVES: "puts it on its shelf ({why})",
}


def trace_lines(traced: Trace, graph: KnowledgeGraph) -> list[str]:
    """Return what each rule does to an item, a line each: those that do something, then the others."""
    label = graph.label(traced.item)
    if not traced.entries:
        return [f"There are no rules, so none says anything of {label}."]
    lines = [f"What the rules do to {label}:"]
    lines += _entry_lines(traced.effective) if traced.effective else ["  nothing"]
    if traced.idle:
        lines += ["Without effect on it:", *_entry_lines(traced.idle)]
    return lines


def effect_text(entry: Entry) -> str:
    """Return what a rule does to an item, or why it does nothing, in a few words."""
    if entry.effect is not Effect.NOTHING:
        # Not str.format: what a rule says may hold braces.
        return _EFFECTS[entry.effect].replace("{points}", f"{entry.points:+.2f}").replace("{why}", entry.why)
    state = "" if entry.concerns else "does not concern it" if entry.is_in_force else "not in force"
    return ": ".join(filter(None, (state, entry.why)))


def trace_json(traced: Trace, graph: KnowledgeGraph) -> dict[str, Any]:
    """Return a trace as JSON data: the rules in the order of the book."""
    return {
        "id": traced.item,
        "label": graph.label(traced.item),
        "rules": [
            {
                "name": entry.name,
                "kind": entry.kind.value,
                "place": str(entry.place),
                "in_force": entry.is_in_force,
                "concerns": entry.concerns,
                "effect": entry.effect.value,
                "points": entry.points,
                "why": entry.why,
            }
            for entry in traced.entries
        ],
    }


def _entry_lines(entries: Iterable[Entry]) -> Iterator[str]:
    shown = tuple(entries)
    width = max((len(entry.kind) for entry in shown), default=0)
    for entry in shown:
        yield f"  {entry.kind:{width}}  {entry.name}: {effect_text(entry)} ({entry.place})"
