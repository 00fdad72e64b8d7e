"""Numbers and dates as people write them in an expression."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_NUMBER: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?) ?(\D.*)?")

_EPOCH: Final = date(1970, 1, 1).toordinal()


def as_number(text: str) -> float | None:
    """Return a plain number, or None.

    >>> as_number("1990"), as_number("1.0e+5"), as_number("130 min"), as_number("inf")
    (1990.0, 100000.0, None, None)
    """
    number, unit = split_unit(text)
    return None if unit else number


def split_unit(text: str) -> tuple[float | None, str]:
    """Return a number and the word after it.

    >>> split_unit("130min"), split_unit("tense")
    ((130.0, 'min'), (None, 'tense'))
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None, text
    return float(match.group(1)), (match.group(2) or "").strip()


def as_day(text: str) -> float | None:
    """Return an ISO date as days since 1970-01-01, or None.

    >>> as_day("1970-01-31"), as_day("1970")
    (30.0, None)
    """
    try:
        return float(date.fromisoformat(text.strip()).toordinal() - _EPOCH) if "-" in text.strip()[1:] else None
    except ValueError:
        return None


def year_of(day: float) -> int:
    """Return the year of a day given as days since 1970-01-01.

    >>> year_of(364.0), year_of(365.0)
    (1970, 1971)
    """
    return date.fromordinal(int(day) + _EPOCH).year
