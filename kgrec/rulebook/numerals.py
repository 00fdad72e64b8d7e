"""Numbers that an expression works out: one for all items, or one each; NaN where anything needed is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import (
    TODAY,
    Calculation,
    Column,
    Count,
    FactNumber,
    Measure,
    Number,
    Term,
    YearsSince,
)
from kgrec.rulebook.parser import ORDERINGS, Operator
from kgrec.rulebook.quantities import as_day, as_number, year_of

Numbers = NDArray[np.float64]
Facts = Callable[[str], Value | None]

_DATES: Final = (-719_162.0, 2_932_896.0)
"""The first and the last day that has a date, of the years 1 to 9999, counted from 1970-01-01."""

CALENDAR_YEAR: Final = 372
"""By how much the calendar number grows from one date to the same a year later: 12 months of 31 days."""

_CALCULATE: Final[Mapping[str, Callable[[Numbers, Numbers], Numbers]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


def compare(measure: Measure, graph: KnowledgeGraph, fact: Facts) -> NDArray[np.bool_] | bool:
    """Return where a comparison holds: shape (n_items,), or one truth value if no item's number is in it."""
    # All of one shape: a number of each item may be compared with one that is the same for all, or the other way.
    left, *right = np.broadcast_arrays(
        *(worked_out(term, graph, fact) for term in (measure.left, *measure.right)),
    )
    if measure.operator is Operator.KNOWN:
        holds = ~np.isnan(left)
    elif measure.operator.is_ordering:
        # NaN compares as false with everything, which is what an unknown number should do.
        holds = ORDERINGS[measure.operator](left, right[0])
    elif measure.operator.is_negative:
        holds = ~np.isnan(left) & np.logical_and.reduce([(left != number) & ~np.isnan(number) for number in right])
    else:
        holds = np.logical_or.reduce([left == number for number in right])
    return bool(holds) if np.ndim(holds) == 0 else np.asarray(holds, dtype=np.bool_)


def worked_out(term: Term, graph: KnowledgeGraph, fact: Facts) -> Numbers:
    """Return a term's value: shape (n_items,), or () if it is the same for all items; NaN = unknown."""
    match term:
        case Number():
            return np.asarray(term.value)
        case Column():
            return graph.numbers.get(term.facet, np.asarray(np.nan))
        case FactNumber():
            return np.asarray(as_quantity(fact(term.name)))
        case Count():
            return _counts(graph, term.facet)
        case YearsSince():
            date = worked_out(term.date, graph, fact)
            return _years_since(date, today_of(fact), is_year=is_from_year(term, fact))
        case Calculation():
            left, right = worked_out(term.left, graph, fact), worked_out(term.right, graph, fact)
            with np.errstate(all="ignore"):
                result = _CALCULATE[term.sign](left, right)
            return np.where(np.isfinite(result), result, np.nan)


def as_quantity(value: Value | None) -> float:
    """Return a fact as a number, dates as days since 1970-01-01; NaN if it is unknown or no number.

    >>> as_quantity("30"), as_quantity("1970-01-31"), as_quantity("often")
    (30.0, 30.0, nan)
    """
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return np.nan
    if isinstance(value, str):
        number = as_number(value)
        day = as_day(value) if number is None else number
        return np.nan if day is None else day
    return float(value)


def is_from_year(term: YearsSince, fact: Facts) -> bool:
    """Whether years_since() counts from a year rather than from a date; a fact may be given as either."""
    if not isinstance(term.date, FactNumber):
        return term.is_year
    told = fact(term.date.name)
    return not isinstance(told, str) or as_day(told) is None


def _counts(graph: KnowledgeGraph, facet: str) -> Numbers:
    matrix = graph.links.get(facet)
    if matrix is None:
        return np.zeros(graph.n_items)
    stated = np.concatenate([[0], np.cumsum(matrix.data >= 1.0)])
    return np.asarray(np.diff(stated[matrix.indptr]), dtype=np.float64)


def _years_since(date: Numbers, today: float, *, is_year: bool) -> Numbers:
    if is_year:
        return np.asarray(np.nan if np.isnan(today) else year_of(today)) - date
    return (calendar_number(np.asarray(today)) - calendar_number(date)) / CALENDAR_YEAR


def today_of(fact: Facts) -> float:
    """Return the date of the moment as days since 1970-01-01; NaN if it is unknown or no date."""
    today = as_quantity(fact(TODAY))
    return today if _DATES[0] <= today <= _DATES[1] else np.nan


def calendar_number(days: Numbers) -> Numbers:
    """Return dates, given as days since 1970-01-01, as if every month had 31 days; NaN for what is no date.

    Thus a whole number of years lies between two birthdays, as everybody counts, leap years or not.

    >>> float(calendar_number(np.array(365.0)) - calendar_number(np.array(0.0)))
    372.0
    """
    is_date = (days >= _DATES[0]) & (days <= _DATES[1])
    stamps = np.where(is_date, days, 0.0).astype("int64").astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    numbers = months.astype("int64") * 31 + (stamps - months).astype("int64")
    return np.where(is_date, numbers.astype(np.float64), np.nan)
