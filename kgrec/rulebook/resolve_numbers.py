"""Numbers in an expression: constants with their units, columns, facts, functions and sums of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.rulebook.conditions import (
    Calculation,
    Column,
    Condition,
    Count,
    FactNumber,
    Measure,
    Number,
    Term,
    YearsSince,
)
from kgrec.rulebook.lexicon import Lexicon
from kgrec.rulebook.logic import Leaf, Tree
from kgrec.rulebook.parser import Arithmetic, Call, Comparison, Operand, Operator, Word, words_of
from kgrec.rulebook.quantities import as_day, split_unit
from kgrec.rulebook.resolve_facts import FactReader, is_fact
from kgrec.rulebook.suggest import choose
from kgrec.rulebook.trouble import Trouble

FUNCTIONS: Final = ("count", "years_since")
"""The functions that are numbers."""

_UNREADABLE: Final = Number(float("nan"))
"""Stands where an error was found; never evaluated."""


class NumberReader:
    """Reads constants and sums, and reports what is wrong with them."""

    def __init__(
        self, trouble: Trouble, lexicon: Lexicon, facts: FactReader, lists: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._trouble = trouble
        self._lexicon = lexicon
        self._facts = facts
        self._lists = lists

    def constant(self, facet: Facet, word: Word) -> float | None:
        """Return what a word says as a value of a numeric facet, or report why it cannot be one."""
        if facet.kind is FacetKind.DATE:
            day = as_day(word.text)
            if day is None:
                self._trouble.add(word, f"{facet.name!r} is a date, {word.text!r} is not", "write one as: 2020-12-31")
            return day
        number, unit = split_unit(word.text)
        if number is None:
            self._trouble.add(word, f"{facet.name!r} is a number, {word.text!r} is not", "write one")
        elif as_day(word.text) is not None:
            self._trouble.add(word, f"{facet.name!r} is a number, {word.text!r} is a date", "write a number")
        elif unit and unit[0] in "+-*/":
            message = f"{facet.name!r} is a number, {word.text!r} is not"
            self._trouble.add(word, message, f"to calculate, write spaces around '{unit[0]}'")
        elif unit and not facet.unit:
            message = f"{facet.name!r} is a plain number, {unit!r} is not a unit of it"
            self._trouble.add(word, message, "leave it out")
        elif unit and unit != facet.unit:
            message = f"{facet.name!r} is measured in {facet.unit!r}, not in {unit!r}"
            self._trouble.add(word, message, f"give it in {facet.unit}")
        return number

    def is_needed(self, comparison: Comparison) -> bool:
        """Whether a comparison of one name has to be worked out: its other side is more than constants."""
        if comparison.operator is Operator.KNOWN:
            return False
        is_fact_left = isinstance(comparison.left, Word) and is_fact(comparison.left.text)
        for value in comparison.values:
            if not isinstance(value, Word):
                return True
            if is_fact(value.text) and not is_fact_left:
                return True
            if comparison.operator.is_ordering and (is_fact(value.text) or self._column(value.text) is not None):
                return True
        return False

    def comparison(self, comparison: Comparison) -> Tree[Condition]:
        """Return the condition that two sides compare so."""
        operator = comparison.operator
        if operator in (Operator.HAS, Operator.HAS_ALL, Operator.HAS_ONLY):
            self._trouble.add(comparison.left, "'has' is for values with names", "compare numbers with == or <=")
            return Leaf(Measure(_UNREADABLE, Operator.KNOWN, ()))
        units = frozenset(self._units(comparison))
        left = self._term(comparison.left, units)
        right = tuple(self._term(value, units) for value in comparison.values)
        return Leaf(Measure(left, operator, right))

    def _units(self, comparison: Comparison) -> Iterator[str]:
        for operand in (comparison.left, *comparison.values):
            for word in words_of(operand):
                facet = self._column(word.text)
                if facet is not None and facet.unit:
                    yield facet.unit

    def _column(self, name: str) -> Facet | None:
        facet = self._lexicon.facet(name)
        return facet if facet is not None and facet.kind.is_numeric else None

    def _term(self, operand: Operand, units: frozenset[str]) -> Term:
        match operand:
            case Word():
                return self._word(operand, units)
            case Arithmetic():
                left, right = self._term(operand.left, units), self._term(operand.right, units)
                return Calculation(operand.sign, left, right)
            case Call():
                return self._function(operand)

    def _word(self, word: Word, units: frozenset[str]) -> Term:
        if is_fact(word.text):
            return FactNumber(word.text) if self._facts.known(word) else _UNREADABLE
        facet = self._lexicon.facet(word.text)
        if facet is None:
            return self._written(word, units)
        if facet.kind.is_numeric:
            return Column(facet.name)
        return self._wrong(word, f"{facet.name!r} is no number", f"to count its values, write: count({facet.name})")

    def _written(self, word: Word, units: frozenset[str]) -> Term:
        text = self._lists.get(word.text, (word.text,))[0]
        number, unit = split_unit(text)
        day = as_day(text)
        if day is not None:
            return Number(day)
        if number is None:
            return self._wrong(word, f"{word.text!r} is neither a number nor a field", self._hint(word))
        if unit and unit[0] in "+-*/":
            message = f"{word.text!r} is neither a number nor a field"
            return self._wrong(word, message, f"to calculate, write spaces around '{unit[0]}'")
        if unit and unit not in units:
            return self._wrong(word, f"nothing here is measured in {unit!r}", "leave it out")
        return Number(number)

    def _hint(self, word: Word) -> str:
        columns = [facet.name for facet in self._lexicon.ontology.facets if facet.kind.is_numeric]
        return choose(word.text, columns, "numbers")

    def _function(self, call: Call) -> Term:  # noqa: PLR0911  (one each mistake)
        if call.name not in FUNCTIONS:
            return self._wrong(call, f"{call.name}() is no number", choose(call.name, FUNCTIONS, "numeric functions"))
        if len(call.arguments) != 1:
            return self._wrong(call, f"{call.name}() takes one field", f"as in: {self._example(call.name)}")
        (word,) = call.arguments
        if call.name == "years_since" and is_fact(word.text):
            return YearsSince(FactNumber(word.text), is_year=False) if self._facts.known(word) else _UNREADABLE
        facet = self._lexicon.facet(word.text)
        if facet is None:
            return self._wrong(word, f"unknown field {word.text!r}", self._lexicon.facet_hint(word.text))
        if call.name == "count" and facet.kind.is_linked:
            return Count(facet.name)
        if call.name == "years_since" and facet.kind.is_numeric:
            return YearsSince(Column(facet.name), is_year=facet.kind is not FacetKind.DATE)
        what = "counts values with names" if call.name == "count" else "counts from a date or a year"
        return self._wrong(word, f"{call.name}() {what}, {facet.name!r} is a {facet.kind}")

    def _example(self, function: str) -> str:
        wanted = [f for f in self._lexicon.ontology.facets if (f.kind.is_linked == (function == "count"))]
        return f"{function}({wanted[0].name if wanted else 'field'})"

    def _wrong(self, operand: Operand, message: str, hint: str = "") -> Term:
        self._trouble.add(operand, message, hint)
        return _UNREADABLE
