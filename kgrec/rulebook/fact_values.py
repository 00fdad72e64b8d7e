"""What the clock and the counting of interactions can say: the kinds and ranges of the facts that are always there.

Whoever gives such a fact by hand (a test in a rule file, a command line) may give an hour that no clock shows; nothing
that follows from it would be true of any evening.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kgrec.domain import Value
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.quantities import as_day, as_number
from kgrec.rulebook.suggest import choose

DATE: Final = "context.date"


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a fact can be: from ``least`` to ``most``, or to just below it."""

    least: float
    most: float = math.inf
    is_whole: bool = True
    is_open: bool = False

    def __contains__(self, number: float) -> bool:
        is_below = number < self.most if self.is_open else number <= self.most
        return math.isfinite(number) and number >= self.least and is_below and (not self.is_whole or number % 1 == 0)

    def __str__(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        if math.isinf(self.most):
            return f"{kind} from {self.least:g} on"
        return f"{kind} from {self.least:g} to {'just below ' if self.is_open else ''}{self.most:g}"


RANGES: Final[Mapping[str, Range]] = {
    "context.day": Range(1, 31),
    "context.hour": Range(0, 23),
    "context.month": Range(1, 12),
    "context.time": Range(0, 24, is_whole=False, is_open=True),
    "context.year": Range(date.min.year, date.max.year),
    "user.interactions": Range(0),
}
"""The facts that are numbers, by their full names."""


def wrong_value(name: str, value: Value) -> tuple[str, str] | None:
    """Return why a fact is never what it is given as, and what to do: (message, hint); None if it may be so.

    >>> wrong_value("context.hour", 99.0)
    ("'context.hour' is never 99", 'give a whole number from 0 to 23')
    >>> wrong_value("context.hour", 22.0), wrong_value("user.audience", "children")
    (None, None)
    """
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if name in RANGES:
        return _wrong_number(name, value)
    if name == DATE:
        if isinstance(value, str) and as_day(value) is not None:
            return None
        return f"{name!r} is a date, {_shown(value)} is not", "write one as: 2020-12-31"
    choices = CHOICES.get(name.removeprefix("context."), ()) if name.startswith("context.") else ()
    if not choices or (isinstance(value, str) and value.casefold() in {choice.casefold() for choice in choices}):
        return None
    return f"{name!r} is never {_shown(value)}", choose(str(value), choices, "choices")


def wrong_kind(name: str, word: str) -> tuple[str, str] | None:
    """Return why a fact cannot be compared with a word: (message, hint); None if it can, whether it ever is so or not.

    >>> wrong_kind("context.month", "December")
    ("'context.month' is a number, 'December' is not", 'give a whole number from 1 to 12')
    """
    if name == DATE and as_day(word) is None:
        return f"{name!r} is a date, {word!r} is not", "write one as: 2020-12-31"
    if name in RANGES and (as_number(word) is None or as_day(word) is not None):
        return f"{name!r} is a number, {word!r} is not", f"give {RANGES[name]}"
    return None


def _wrong_number(name: str, value: Value) -> tuple[str, str] | None:
    allowed = RANGES[name]
    number = as_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, float | int):
        return f"{name!r} is a number, {_shown(value)} is not", f"give {allowed}"
    return None if number in allowed else (f"{name!r} is never {number:g}", f"give {allowed}")


def _shown(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float() | int():
            return f"{value:g}"
        case tuple():
            return f"several at once ({', '.join(value)})"
    return repr(value)
