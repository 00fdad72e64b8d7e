"""How a fact about the user or the moment compares with the words of a rule.

Facts come from answers, callers and command lines, so one and the same may be a number or its digits, a truth value
or "yes". What is unknown, and what cannot be compared, makes every comparison false.
"""

from __future__ import annotations

from typing import Final

from kgrec.domain import Value
from kgrec.rulebook.conditions import FactIs, FactKnown
from kgrec.rulebook.parser import ORDERINGS, Operator
from kgrec.rulebook.quantities import as_day, as_number

Single = str | float | bool
"""A fact that is not a tuple of several."""

_TRUTHS: Final = {True: ("true", "yes"), False: ("false", "no")}
_PAIRS: Final = tuple(_TRUTHS.values())


def holds(condition: FactIs | FactKnown, value: Value | None) -> bool:
    """Return whether a condition holds for what is known, None = nothing.

    >>> holds(FactIs("user.age", Operator.LESS, ("18",)), 12.0), holds(FactIs("user.age", Operator.LESS, ("18",)), None)
    (True, False)
    """
    if value is None:
        return False
    if isinstance(condition, FactKnown):
        return True
    values = value if isinstance(value, tuple) else (value,)
    if condition.operator.is_ordering:
        return any(_is_beyond(one, condition.operator, condition.words[0]) for one in values)
    if condition.operator is Operator.HAS_ALL:
        return all(any(_is_same(one, word) for one in values) for word in condition.words)
    if condition.operator is Operator.HAS_ONLY:
        return all(any(_is_same(one, word) for word in condition.words) for one in values)
    is_one = any(_is_same(one, word) for one in values for word in condition.words)
    return is_one is not condition.operator.is_negative


def _is_beyond(value: Single, comparison: Operator, word: str) -> bool:
    if isinstance(value, bool):
        return False
    day = as_day(word)
    left = _quantity(value, is_day=day is not None) if isinstance(value, str) else float(value)
    right = as_number(word) if day is None else day
    return left is not None and right is not None and bool(ORDERINGS[comparison](left, right))


def _quantity(text: str, *, is_day: bool) -> float | None:
    """Return a fact as a number; dates as days since 1970-01-01, also where it is compared with a plain number."""
    number = None if is_day else as_number(text)
    return as_day(text) if number is None else number


def _is_same(value: Single, word: str) -> bool:
    if isinstance(value, bool):
        return word.casefold() in _TRUTHS[value]
    number = as_number(word)
    if not isinstance(value, str):
        return number is not None and value == number
    if number is not None and as_number(value) == number:
        return True
    return value.casefold() == word.casefold() or any({value.casefold(), word.casefold()} == {*pair} for pair in _PAIRS)
