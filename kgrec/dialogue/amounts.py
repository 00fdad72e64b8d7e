"""Amounts as people say them: "90", "90 min", "two hours", "2h30", "an hour and a half", "a couple of hours"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.dialogue import numerals
from kgrec.dialogue.measures import Measures, counted
from kgrec.domain import Facet, FacetKind
from kgrec.graph import KnowledgeGraph
from kgrec.ingest.cells import units as known_units
from kgrec.ingest.scales import quantity_of

_HOURS: Final = re.compile(r"(\d{1,3})(?:h|hr|hrs)(\d{1,3})?m?")
_MINUTES: Final = re.compile(r"(\d{1,4})(?:m|min|mins)")
_DECIMAL: Final = re.compile(r"(\d{1,6}) (\d{1,2})")  # "1.5", folded
_MOST_DIGITS: Final = 9  # longer ones are ids
_HOUR: Final = 60
_TENS: Final = 20
_HUNDRED: Final = 100
_MONEY: Final = "money"
"""What units measure whose numbers mean much the same, whichever it is; hours and minutes do not."""
_NEAR: Final = 10
"""A bare number this far beyond the values of a facet may still be meant for it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, the unit of a facet it is in or the facet's name (empty: none said), and how many words said it."""

    value: float
    unit: str
    words: int


def read_amount(words: Sequence[str], known: Measures = numerals.UNITS) -> Amount | None:  # noqa: PLR0911  (one return a notation)
    """Return the amount that the words begin with, or None; ``known`` are the words for units."""
    if not words:
        return None
    if hours := _HOURS.fullmatch(words[0]):
        return Amount(60 * float(hours[1]) + float(hours[2] or 0), "min", 1)
    if minutes := _MINUTES.fullmatch(words[0]):
        return Amount(float(minutes[1]), "min", 1)
    if list(words[:2]) in (["half", "an"], ["half", "a"]):
        whole = read_amount(["one", *words[2:]], known)
        return Amount(whole.value / 2, whole.unit, whole.words + 1) if whole and whole.unit else None
    value, used = _count(words)
    if value is None:
        return None
    word = words[used] if used < len(words) else ""
    for unit, names in known.items():
        if word in names:
            more, extra = _and_more(words[used + 1 :], names, names[word])
            return Amount(value * names[word] + more, unit, used + 1 + extra)
    return Amount(value, "", used) if words[0] not in ("a", "an", "couple") else None


def read_number(word: str) -> float | None:
    """Return the number that one word says, in digits or letters, or None."""
    if word in numerals.NUMBERS:
        return numerals.NUMBERS[word]
    if decimal := _DECIMAL.fullmatch(word):
        return float(f"{decimal[1]}.{decimal[2]}")
    return float(word) if word.isdecimal() and word.isascii() and len(word) <= _MOST_DIGITS else None


def facet_of(amount: Amount, graph: KnowledgeGraph) -> Facet | None:
    """Return the numeric facet of that unit, or the one among whose values a bare number lies."""
    numeric = counted(graph)
    if amount.unit:
        own = next((facet for facet in numeric if amount.unit in (facet.unit, facet.name)), None)
        return own or _priced(amount.unit, graph) or _unmeasured(amount.value, graph)
    for facet in numeric:
        values = graph.numbers[facet.name]
        if facet.kind is not FacetKind.NUMBER or not facet.less or not np.any(values > -np.inf):
            continue
        if np.nanmin(values) - _NEAR <= amount.value <= np.nanmax(values) + _NEAR:
            return facet
    return None


def _priced(unit: str, graph: KnowledgeGraph) -> Facet | None:
    """Return the only facet without a unit that is cheaper or dearer, if the unit is one of money; None for several."""
    known = known_units().get(unit.casefold())
    if known is None or known.measures != _MONEY or (meant := quantity_of("", unit)) is None:
        return None
    priced = [facet for facet in counted(graph) if not facet.unit and facet.less == meant.less]
    return priced[0] if len(priced) == 1 else None


def _unmeasured(value: float, graph: KnowledgeGraph) -> Facet | None:
    """Return the only facet without a unit that is no count and among whose values an amount lies; None for several."""
    free = (facet for facet in counted(graph) if facet.kind is FacetKind.NUMBER and not facet.unit)
    return _only(value, (facet for facet in free if np.nanmax(graph.numbers[facet.name] % 1) > 0), graph)


def only_facet(value: float, graph: KnowledgeGraph) -> Facet | None:
    """Return the only numeric facet among whose values a bare number lies; None if there are several or none.

    Where some have words to compare by ("shorter"), only those do: nobody bounds a place in a series without its name.
    """
    numeric = [facet for facet in counted(graph) if facet.kind is FacetKind.NUMBER]
    return _only(value, [facet for facet in numeric if facet.less] or numeric, graph)


def _only(value: float, facets: Iterable[Facet], graph: KnowledgeGraph) -> Facet | None:
    columns = ((facet, graph.numbers[facet.name]) for facet in facets)
    found = [facet for facet, column in columns if np.nanmin(column) <= value <= np.nanmax(column)]
    return found[0] if len(found) == 1 else None


def _count(words: Sequence[str]) -> tuple[float | None, int]:
    """Return the number that the words begin with and how many they are; (None, 0) for none."""
    value, used = read_number(words[0]), 1
    if value is None:
        return None, 0
    if list(words[:3]) == ["a", "couple", "of"]:
        return 2.0, 3
    following = read_number(words[1]) if len(words) > 1 and words[0].isalpha() else None
    if following == _HUNDRED and words[1] == "hundred":
        value, used = value * _HUNDRED, 2
    elif following and value >= _TENS and value < _HUNDRED and following < 10 and words[1] not in ("a", "an"):  # noqa: PLR2004
        value, used = value + following, 2
    if list(words[used : used + 3]) == ["and", "a", "half"]:
        value, used = value + 0.5, used + 3
    return value, used


def _and_more(words: Sequence[str], names: Mapping[str, float], factor: float) -> tuple[float, int]:
    """Return what follows a unit ("and a half", "and 40 minutes", "20 min") and how many words it takes."""
    for fraction, share in (("half", 2), ("quarter", 4)):
        if list(words[:3]) == ["and", "a", fraction]:
            return factor / share, 3
    skipped = 1 if words[:1] and words[0] == "and" else 0
    if len(words) <= skipped or words[skipped] in ("a", "an"):
        return 0.0, 0
    value, used = _count(words[skipped:])
    end = skipped + used
    if (
        skipped
        and value is not None
        and factor == _HOUR
        and value < _HOUR
        and (end >= len(words) or words[end] not in names)
    ):
        return value, end  # "an hour and twenty"
    if value is None or end >= len(words) or not 0 < names.get(words[end], 0.0) < factor:
        return 0.0, 0
    return value * names[words[end]], end + 1
