"""Whoever made something, instead of a name: "the guy who made Jaws", "the director of Heat", "whoever wrote it"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kgrec.dialogue.vocabulary import stem
from kgrec.domain import FacetKind

if TYPE_CHECKING:
    from kgrec.dialogue.names import Names

_SOMEBODY: Final = frozenset(
    "guy guys person people man men woman women bloke one ones team folks dude lady chap crew makers maker".split()  # noqa: SIM905
)
_DETERMINERS: Final = frozenset({"the", "same", "that", "those"})
_LONGEST: Final = 8
_OF: Final = frozenset({"of", "from", "as", "for", "in"})


def makers_at(names: Names, start: int, mentioned: str = "") -> tuple[tuple[str, ...], int]:
    """Return who is told by what they made, and how many words tell it; ((), 0) for nobody.

    ``mentioned``: the item named last, for "the guy who made it".
    """
    plain = names.plain(start)
    at = 0
    while at < len(plain) and plain[at] in _DETERMINERS:
        at += 1
    facets, used = _doing(names, plain, at)
    if not facets:
        return (), 0
    end = at + used
    item, words = names.reference_at(start + end, mentioned)
    if not item:
        found = names.at(start + end, is_awaited=True, is_close=True)
        item, words = next((entity for entity in found.entities if names.graph.is_item(entity)), ""), found.words
    if not item:
        return (), 0
    graph = names.graph
    for facet in facets:
        if values := graph.values_of(graph.index(item), facet):
            return tuple(graph.entity_ids[value] for value in values), end + words
    return (), 0


def _doing(names: Names, plain: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """Return the facets of what somebody is or does, and how many words say so: "guy who made", "director of"."""
    vocabulary, graph = names.vocabulary, names.graph
    following = [*plain[at : at + 2], "", ""]
    if at and following[0] in vocabulary.facets and following[1] in _OF:
        facet = vocabulary.facets[following[0]]
        return ((facet,), 2) if graph.facet(facet).kind is FacetKind.ENTITY else ((), 0)
    is_told = at and following[0] in _SOMEBODY and following[1] in ("who", "that")
    if not is_told and following[0] != "whoever":
        return (), 0
    lead = 2 if is_told else 1
    facets, used = vocabulary.deeds.at([stem(word) for word in plain[: at + _LONGEST]], at + lead)
    return (facets, lead + used) if facets else ((), 0)
