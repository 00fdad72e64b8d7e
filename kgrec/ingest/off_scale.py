"""Ratings far off the scale of all others: one of 99999 among stars would make every other the lowest there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Place
from kgrec.ingest.tables import Problems

LEAST: Final = 100
"""Of fewer ratings nobody can tell the scale."""

_TAIL: Final = 0.001
_TIMES: Final = 10.0


def off_scale(ratings: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows of the ratings that can be no part of the others' scale, ascending.

    Those are farther from all but one thousandth of the others than ten times what these span. Ratings that are all
    the same, or nearly, are taken to span what lies between them and zero.

    Args:
        ratings: float64 (n,), NaN where there is none.
    """
    known = ratings[~np.isnan(ratings)]
    if len(known) < LEAST:
        return np.empty(0, dtype=np.intp)
    low = float(np.quantile(known, _TAIL, method="higher"))
    high = float(np.quantile(known, 1 - _TAIL, method="lower"))
    reach = _TIMES * (max(high - low, abs(high), abs(low)) or 1.0)
    return np.flatnonzero((ratings > high + reach) | (ratings < low - reach))


def check_scale(ratings: NDArray[np.float64], place_of: Callable[[int], Place], problems: Problems) -> None:
    """Note every rating that is off the scale; ``place_of`` tells where a row's rating stands."""
    rows = off_scale(ratings)
    if not len(rows):
        return
    rest = np.delete(ratings, rows)
    ends = f"from {np.nanmin(rest):g} to {np.nanmax(rest):g}"
    cure = "mend it, drop the row, or call the column 'count' if it counts something"
    for row in rows.tolist():
        problems.add(place_of(row), f"the rating {ratings[row]:.10g} is far off all others, {ends}; {cure}")


__all__ = ["check_scale", "off_scale"]
