"""Which of several entities of one name is meant, by the word before it: a first name, or "new" and "original"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.names import Found
from kgrec.dialogue.slips import is_slip
from kgrec.domain import FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.lookup import Lookup
from kgrec.text import fold

_EVERY: Final = frozenset({"all", "every", "each", "both"})
_OF: Final = frozenset({"the", "of", "these", "those"})


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


def all_of_a_name(found: Found, name: str, before: Sequence[str], following: str, lookup: Lookup) -> Found:
    """Return what has the name of an item too and stands for many, where many are meant: "all ...", "the ... films".

    Args:
        found: all of the name.
        name: as it was said.
        before: the words before it, folded.
        following: the word after it, folded; empty for none.
        lookup: finds what is called so too.
    """
    graph = lookup.kg
    last = next((word for word in reversed(before) if word not in _OF), "")
    nouns = (graph.ontology.plural, *graph.ontology.synonyms)
    is_many = last in _EVERY or (following.endswith("s") and following in map(fold, nouns))
    if not is_many or not any(map(graph.is_item, found.entities)):
        return found
    named = [value for value in lookup.loosely(name) if not graph.is_item(value)]
    whole = tuple(e for e in named if any(facet.kind is FacetKind.ENTITY for facet in graph.facets_of(e)))
    return Found(whole, found.words) if whole else found
