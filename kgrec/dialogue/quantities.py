"""Numbers in what people say: "under two hours", "before 1980", "from the 90s", "between 1970 and 1985".

The facet meant follows from the unit, from the words of its critique ("shorter than 100"), or, for a bare number, from
the facet whose values it lies among. Nothing here knows what a film is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.dialogue.lexicon import ABOVE, AFTER, BEFORE, BELOW, DECADES, NUMBERS, UNITS
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph

_HOURS: Final = re.compile(r"(\d+)h(\d+)?")
_DECADE: Final = re.compile(r"(\d{2}|\d{4})s")
_CENTURY: Final = 100
_YOUNGEST_SHORT_DECADE: Final = 20


@dataclass(frozen=True, slots=True)
class Quantity:
    """A condition on a number, as an expression of the rule language, and how many words said it."""

    expression: str
    label: str
    words: int


@dataclass(frozen=True, slots=True)
class _Amount:
    value: float
    unit: str  # of a facet; empty: none said
    words: int


def read_quantity(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Return the condition that the words begin with, or None."""
    return _decade(words, graph) or _between(words, graph) or _comparison(words, graph)


def _comparison(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    for phrases, sign, needs_unit in (
        (BELOW, "<=", True),
        (ABOVE, ">=", True),
        (BEFORE, "<", False),
        (AFTER, ">=", False),
    ):
        used = _starts_with(words, phrases)
        if not used:
            continue
        rest = list(words[used:])
        skipped = 1 if rest[:1] == ["the"] else 0
        amount = _amount(rest[skipped:])
        facet = amount and _facet(amount, graph)
        if amount and facet and (amount.unit or not needs_unit or facet.kind is FacetKind.NUMBER):
            return _quantity(facet, sign, amount.value, used + skipped + amount.words)
    return _critique(words, graph)


def _critique(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    """Read "shorter than 100 minutes" by the critique words of a facet."""
    if len(words) < 3 or words[1] != "than":  # noqa: PLR2004  (word, than, number)
        return None
    amount = _amount(words[2:])
    for facet in graph.ontology.facets:
        if amount and facet.kind.is_numeric and words[0] in (facet.less, facet.more):
            return _quantity(facet, "<" if words[0] == facet.less else ">", amount.value, 2 + amount.words)
    return None


def _between(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    if words[:1] != ["between"] or "and" not in words[:6]:
        return None
    middle = list(words).index("and")
    low, high = _amount(words[1:middle]), _amount(words[middle + 1 :])
    facet = high and _facet(high, graph)
    if not (low and high and facet):
        return None
    expression = f"{facet.name} >= {low.value:g} and {facet.name} <= {high.value:g}"
    label = f"{facet.label} {low.value:g} to {high.value:g} {facet.unit}".rstrip()
    return Quantity(expression, label, middle + 1 + high.words)


def _decade(words: Sequence[str], graph: KnowledgeGraph) -> Quantity | None:
    used = _starts_with(words, ("from the", "in the", "of the", "the", "from"))
    word = words[used] if used < len(words) else ""
    short = _DECADE.fullmatch(word)
    start = DECADES.get(word)
    if short:
        number = int(short[1])
        start = number if number >= _CENTURY else number + (1900 if number >= _YOUNGEST_SHORT_DECADE else 2000)
    if start is None or start % 10:
        return None
    facet = _facet(_Amount(float(start), "", 1), graph)
    if facet is None:
        return None
    expression = f"{facet.name} >= {start} and {facet.name} <= {start + 9}"
    return Quantity(expression, f"the {start}s", used + 1)


def _starts_with(words: Sequence[str], phrases: Sequence[str]) -> int:
    """Return how many words of the longest phrase the words begin with, 0 for none."""
    lengths = [len(phrase.split()) for phrase in phrases if list(words[: len(phrase.split())]) == phrase.split()]
    return max(lengths, default=0)


def _amount(words: Sequence[str]) -> _Amount | None:
    """Read a number with or without a unit: "90", "90 min", "two hours", "2h30", "two and a half hours"."""
    if not words:
        return None
    hours = _HOURS.fullmatch(words[0])
    if hours:
        return _Amount(60 * float(hours[1]) + float(hours[2] or 0), "min", 1)
    value = _number(words[0])
    if value is None:
        return None
    used = 1
    if list(words[1:4]) == ["and", "a", "half"]:
        value, used = value + 0.5, 4
    word = words[used] if used < len(words) else ""
    for unit, names in UNITS.items():
        if word in names:
            return _Amount(value * names[word], unit, used + 1)
    return _Amount(value, "", used)


def _number(word: str) -> float | None:
    if word in NUMBERS:
        return NUMBERS[word]
    return float(word) if word.isdecimal() and len(word) <= 9 else None  # noqa: PLR2004  (longer ones are ids)


def _facet(amount: _Amount, graph: KnowledgeGraph) -> Facet | None:
    """Return the numeric facet of that unit, or the one among whose values a bare number lies."""
    numeric = [facet for facet in graph.ontology.facets if facet.name in graph.numbers and not facet.is_prior]
    if amount.unit:
        return next((facet for facet in numeric if facet.unit == amount.unit), None)
    for facet in numeric:
        values = graph.numbers[facet.name]
        if facet.less and np.any(values > -np.inf) and np.nanmin(values) - 10 <= amount.value <= np.nanmax(values) + 10:
            return facet
    return None


def _quantity(facet: Facet, sign: str, value: float, words: int) -> Quantity:
    shown = {"<=": "≤", ">=": "≥"}.get(sign, sign)
    return Quantity(f"{facet.name} {sign} {value:g}", f"{facet.label} {shown} {value:g} {facet.unit}".rstrip(), words)
