"""The leaves of a type-checked expression: conditions on numbered values, numbers and facts.

They are plain values, equal when they mean the same, so that masks can be shared between rules and a second reading
(a query for a remote graph) needs nothing but them. Each is false where what it asks about is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgrec.rulebook.parser import Operator


@dataclass(frozen=True, slots=True)
class HasValue:
    """The item has one of these entities as a value of a linked facet; or, negated, has values but none of these."""

    facet: str
    values: tuple[int, ...]  # ascending
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Compares:
    """The item's number compares so with a number, or with one of several (equal), or with all of them (unequal)."""

    facet: str
    operator: Operator
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reads:
    """The item's text is, is not, or (``has``) contains one of these, whatever the case."""

    facet: str
    operator: Operator
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetKnown:
    """The item has at least one value of the facet."""

    facet: str


@dataclass(frozen=True, slots=True)
class FactIs:
    """What is known of the user or the moment compares so with these words; ``name`` is user.x or context.x."""

    name: str
    operator: Operator
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactKnown:
    """Something is known of the user or the moment."""

    name: str


ItemCondition = HasValue | Compares | Reads | FacetKnown
FactCondition = FactIs | FactKnown
Condition = ItemCondition | FactCondition
