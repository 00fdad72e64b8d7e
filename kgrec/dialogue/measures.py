"""The words that say what a number is of: units and their multiples, and the names of numeric facets.

"Two hours", "20 euros", "7 %", "8 abv": which there are follows from the ontology and from ontology/units.csv.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kgrec.dialogue import numerals
from kgrec.domain import Facet
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.cells import units as known_units
from kgrec.text import fold

Measures = Mapping[str, Mapping[str, float]]
"""For each unit that a facet has, or facet that has a name of one word: the words for it, and what each is a multiple
of it by."""

_TELLING: Final = 3
"""So many letters has the word for a unit that no facet has: "in" may be anything."""
_THOUSAND: Final = re.compile(r"\b(\d{2,})k\b", re.IGNORECASE)
_SIGNS: Final = {"%": "percent", "$": "dollars", "€": "euros", "£": "gbp", "¥": "yen", "₹": "rupees", "°": "degrees"}
_BEFORE: Final = re.compile(r"([$€£¥₹])\s*(\d[\d.,]*)")
_AFTER: Final = re.compile(r"(?<=\d)\s*([%$€£¥₹°])")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")


def spelled(text: str) -> str:
    """Return a text with the signs of units as words after the number, thousands without commas.

    >>> spelled("under $1,200 or 7%"), spelled("150k")
    ('under 1200 dollars or 7 percent', '150000')
    """
    text = _THOUSAND.sub(r"\g<1>000", _THOUSANDS.sub("", text))
    text = _BEFORE.sub(lambda found: f"{found[2]} {_SIGNS[found[1]]}", text)
    return _AFTER.sub(lambda found: f" {_SIGNS[found[1]]}", text)


def counted(graph: KnowledgeGraph) -> list[Facet]:
    """Return the facets that items have numbers for and people speak of."""
    return [facet for facet in graph.ontology.facets if facet.name in graph.numbers and not facet.is_prior]


def measures(graph: KnowledgeGraph) -> Measures:
    """Return the words for the units and numeric facets of a graph; pass it to ``graph.once``."""
    found: dict[str, dict[str, float]] = {}
    for facet in counted(graph):
        if facet.unit:
            found.setdefault(facet.unit, {}).update(_multiples(facet.unit))
        names = {fold(name) for name in (facet.name, facet.label, facet.plural)} - numerals.SPANS.keys()
        found.setdefault(facet.name, {}).update((name, 1.0) for name in names if name and " " not in name)
    own = {unit.measures for facet in graph.ontology.facets if (unit := known_units().get(facet.unit.casefold()))}
    for word, unit in known_units().items():
        if unit.measures not in own and fold(word) == word and len(word) >= _TELLING:
            found.setdefault(unit.name, {}).setdefault(word, 1.0)
    return found


def _multiples(unit: str) -> dict[str, float]:
    """Return word → how many of the unit it is; the words of the same measure, or the unit's own name alone."""
    own = known_units().get(unit.casefold())
    name = fold(unit)
    words = {name: 1.0, f"{name}s": 1.0} if name else {}
    if own is not None:
        for word, other in known_units().items():
            if other.measures == own.measures and fold(word) == word:
                words[word] = other.times / own.times
    return {**words, **numerals.UNITS.get(unit, {})}


def named_facet(words: tuple[str, ...], graph: KnowledgeGraph) -> tuple[Facet | None, int]:
    """Return the numeric facet whose name the words begin with, and how many words that is; (None, 0) for none."""
    for facet in counted(graph):
        for name in (facet.label, facet.name):
            parts = tuple(fold(name).split())
            if parts and words[: len(parts)] == parts:
                return facet, len(parts)
    return None, 0
