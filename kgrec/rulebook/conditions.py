"""The leaves of a type-checked expression: conditions on numbered values, numbers and facts.

They are plain values, equal when they mean the same, so that masks can be shared between rules and a second reading
(a query for a remote graph) needs nothing but them. Each is false where what it asks about is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kgrec.rulebook.logic import Tree, leaves
from kgrec.rulebook.parser import Operator

if TYPE_CHECKING:
    from kgrec.rulebook.names import DerivedFacet

# --- numbers that are worked out ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; dates as days since 1970-01-01."""

    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """An item's number of a numeric facet."""

    facet: str


@dataclass(frozen=True, slots=True)
class FactNumber:
    """A fact as a number: digits, or an ISO date as days since 1970-01-01."""

    name: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many values an item has of a linked facet, as stated: 0 where none is."""

    facet: str


@dataclass(frozen=True, slots=True)
class YearsSince:
    """The years from a date to ``context.date``; ``is_year``: the date is given by its year alone, as facts may be."""

    date: Term
    is_year: bool


@dataclass(frozen=True, slots=True)
class Calculation:
    """Two numbers joined by one of ``+ - * /``."""

    sign: str
    left: Term
    right: Term


Term = Number | Column | FactNumber | Count | YearsSince | Calculation

TODAY = "context.date"
"""The fact that years_since() counts up to."""


def terms(term: Term) -> Iterator[Term]:
    """Yield a term and all it is made of."""
    yield term
    match term:
        case YearsSince():
            yield from terms(term.date)
        case Calculation():
            yield from terms(term.left)
            yield from terms(term.right)
        case _:
            return


# --- conditions on items --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HasValue:
    """The item has one of these entities as a value of a linked facet, hierarchy included."""

    facet: str
    values: tuple[int, ...]  # ascending


@dataclass(frozen=True, slots=True)
class HasOnly:
    """The item has values of a linked facet, and all that are stated are among these."""

    facet: str
    values: tuple[int, ...]  # ascending


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


class Nearness(StrEnum):
    """In which way items are near to something; the word is the function's name in a rule."""

    RELATED = "related"  # by what they have in common in the graph
    SIMILAR = "similar"  # by what their descriptions say
    NAMED = "named"  # by being what is named


@dataclass(frozen=True, slots=True)
class Near:
    """The item is one of the ``most`` nearest to these entities."""

    kind: Nearness
    entities: tuple[int, ...]
    most: int


# --- conditions on facts, and on items in the light of facts --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """Two numbers compare so; on items where one of their terms is."""

    left: Term
    operator: Operator
    right: tuple[Term, ...]

    def terms(self) -> Iterator[Term]:
        """Yield the terms of both sides and all they are made of."""
        for side in (self.left, *self.right):
            yield from terms(side)


@dataclass(frozen=True, slots=True)
class HasFact:
    """The item's values of a linked facet compare so with the values that a fact names."""

    facet: str
    operator: Operator
    name: str
    derived: DerivedFacet | None = None


@dataclass(frozen=True, slots=True)
class NearFact:
    """The item is one of the ``most`` nearest to the entities that a fact names."""

    kind: Nearness
    name: str
    most: int


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


ItemCondition = HasValue | HasOnly | Compares | Reads | FacetKnown | Near
"""They hold for the same items whoever asks, and whenever."""
FactCondition = FactIs | FactKnown
Condition = ItemCondition | FactCondition | Measure | HasFact | NearFact


def asked(tree: Tree[Condition]) -> Iterator[Condition]:
    """Yield the conditions of a tree, and those of the derived values that a fact may turn out to name."""
    for condition in leaves(tree):
        yield condition
        if isinstance(condition, HasFact) and condition.derived is not None:
            for value in condition.derived.values:
                yield from asked(value.holds)


def facts_in(condition: Condition) -> Iterator[str]:
    """Yield the facts a condition asks about, as ``user.x`` or ``context.x``."""
    match condition:
        case FactIs() | FactKnown() | HasFact() | NearFact():
            yield condition.name
        case Measure():
            for term in condition.terms():
                if isinstance(term, FactNumber):
                    yield term.name
                elif isinstance(term, YearsSince):
                    yield TODAY
        case _:
            return


def facets_in(condition: Condition) -> Iterator[str]:
    """Yield the facets of items a condition asks about; one that asks for what is near yields its function's name."""
    match condition:
        case HasValue(facet="", values=()):
            return  # the condition that never holds
        case HasValue() | HasOnly() | Compares() | Reads() | FacetKnown() | HasFact():
            yield condition.facet
        case Near() | NearFact():
            yield str(condition.kind)
        case Measure():
            for term in condition.terms():
                if isinstance(term, Column | Count):
                    yield term.facet
        case _:
            return
