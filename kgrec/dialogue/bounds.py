"""Bounds that follow each other: "max two hours", then "max two and a half hours"; "actually make it before 2000"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from kgrec.dialogue.readings import Extreme, Opine, Reading, Require
from kgrec.domain import Facet

_PART: Final = re.compile(r"(\w+) (<=|>=|<|>) (-?\d+(?:\.\d+)?)")
_REFUSED: Final = re.compile(r"not \((\w+) (<=|>=|<|>) (-?\d+(?:\.\d+)?)\)")
_OPPOSITE: Final = {"<=": ">", ">=": "<", "<": ">=", ">": "<="}
_SHOWN: Final = {"<=": "≤", ">=": "≥"}
_CORRECTING: Final = re.compile(
    r"\b(?:actually|make (?:it|that)|rather|instead|wait|sorry|i mean|more like|on second)\b"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """The numbers of a facet that a wish lets through; an end is infinite where there is none."""

    facet: str
    low: float
    high: float

    def is_like(self, other: Bound) -> bool:
        """Whether both bound one end of one facet, the same one."""
        ends = (self.low == -inf, self.high == inf)
        return self.facet == other.facet and any(ends) and ends == (other.low == -inf, other.high == inf)

    def excludes(self, other: Bound) -> bool:
        """Whether no number meets both."""
        return self.facet == other.facet and (self.low > other.high or other.low > self.high or self.touches(other))

    def touches(self, other: Bound) -> bool:
        """Whether one begins where the other ends."""
        return self.low == other.high or other.low == self.high


def bound_of(expression: str) -> Bound | None:
    """Return the bound that an expression is, or None if it is anything else.

    >>> bound_of("year >= 1990 and year <= 1999")
    Bound(facet='year', low=1990.0, high=1999.0)
    """
    if refused := _REFUSED.fullmatch(expression):
        expression = f"{refused[1]} {_OPPOSITE[refused[2]]} {refused[3]}"
    parts = [_PART.fullmatch(part) for part in expression.split(" and ")]
    facets = {part[1] for part in parts if part}
    if None in parts or len(facets) != 1:
        return None
    lows = [float(part[3]) for part in parts if part and part[2] in (">", ">=")]
    highs = [float(part[3]) for part in parts if part and part[2] in ("<", "<=")]
    return Bound(facets.pop(), max(lows, default=-inf), min(highs, default=inf))


def bounded(facet: Facet, sign: str, value: float) -> Require:
    """Return the wish for the numbers of a facet on one side of a value.

    >>> from kgrec.domain import FacetKind
    >>> bounded(Facet("length", "x:length", FacetKind.NUMBER, "length", "lengths", unit="m"), "<=", 10.668)
    Require(expression='length <= 10.668', label='length ≤ 10.67 m', is_soft=False)
    """
    label = f"{facet.label} {_SHOWN.get(sign, sign)} {in_digits(value, 2)} {facet.unit}".rstrip()
    return Require(f"{facet.name} {sign} {in_digits(value)}", label)


def in_digits(value: float, decimals: int = 6) -> str:
    """Return a number without an exponent or needless zeros.

    >>> in_digits(1500000.0), in_digits(10.668, 2)
    ('1500000', '10.67')
    """
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def replaced(standing: Iterable[str], expression: str, said: str) -> str:
    """Return which of the expressions that stand a new one takes the place of; empty for none.

    A new bound of the same end replaces the old one, a contradiction only where it is said to correct something.
    """
    new = bound_of(expression)
    if new is None:
        return ""
    is_corrected = bool(_CORRECTING.search(said.casefold()))
    for old in reversed([*standing]):
        before = bound_of(old)
        if old != expression and before and (before.is_like(new) or (is_corrected and before.excludes(new))):
            return old
    return ""


def latest(readings: Sequence[Reading]) -> list[Reading]:
    """Return readings with one bound an end: "not too long, two hours max" is two hours."""
    wishes = {at: said for at, said in enumerate(readings) if isinstance(said, Require)}
    told = {at: bound for at, wish in wishes.items() if (bound := bound_of(wish.expression))}
    gone = {at for at, one in told.items() if any(later > at and one.is_like(told[later]) for later in told)}
    return [said for at, said in enumerate(readings) if at not in gone]


def scoped(readings: Sequence[Reading]) -> list[Reading]:
    """Let an extreme be sought among the values named beside it, after all else is said: "the shortest western"."""
    extremes = [said for said in readings if isinstance(said, Extreme)]
    if not extremes:
        return list(readings)
    wanted = [said for said in readings if isinstance(said, Opine) and said.for_now and said.value > 0]
    among = tuple(said.entity for said in wanted)
    rest = [said for said in readings if not isinstance(said, Extreme) and said not in wanted]
    return [*rest, *(replace(said, among=among) for said in extremes)]
