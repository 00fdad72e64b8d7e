"""Which of several entities of one name is meant, by the word before it: a first name, or "new" and "original"."""

from __future__ import annotations

from kgrec.dialogue import lexicon
from kgrec.dialogue.names import Found
from kgrec.dialogue.slips import is_slip
from kgrec.graph import KnowledgeGraph
from kgrec.text import fold


def told_apart(found: Found, before: str, graph: KnowledgeGraph, *, is_free: bool) -> tuple[Found, bool]:
    """Return those that are meant, and whether the word before is their first name.

    Args:
        found: all of the name.
        before: the word before it, folded; empty for none.
        graph: knows when items are from.
        is_free: whether that word has not been explained otherwise.
    """
    items = [entity for entity in found.entities if graph.is_item(entity)]
    years = graph.numbers.get(graph.ontology.qualifier)
    if len(items) > 1 and years is not None and before in lexicon.NEWEST | lexicon.OLDEST:
        ordered = sorted(items, key=lambda item: float(years[graph.index(item)]))
        return Found((ordered[-1 if before in lexicon.NEWEST else 0],), found.words), False
    first = before if is_free else ""
    named = tuple(e for e in found.entities if first and is_slip(first, fold(graph.label(e)).partition(" ")[0]))
    return (Found(named, found.words), True) if named else (found, False)
