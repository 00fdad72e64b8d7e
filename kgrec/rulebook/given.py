"""What a caller says of the user and the moment, checked: a misspelt name or an impossible value would do nothing.

A fact that nobody asks about is let pass: other rules of the caller may. One that is nearly, but not quite, called as
one that is known is refused, and so is a value that can never be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kgrec.domain import Place, Value
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances
from kgrec.rulebook.expecting import facts_used, known_facts, wrong_fact
from kgrec.rulebook.expression import compile_expression
from kgrec.rulebook.fact_values import wrong_value
from kgrec.rulebook.quantities import as_number
from kgrec.rulebook.suggest import choose

if TYPE_CHECKING:
    from kgrec.rulebook.book import RuleBook


def check_given(
    user: Mapping[str, Value], context: Mapping[str, Value], graph: KnowledgeGraph, book: RuleBook, place: str = ""
) -> None:
    """Check facts of the user and of the moment, by name, without ``user.`` and ``context.``.

    Args:
        user: what is said of the user.
        context: what is said of the moment.
        graph: whose names there are.
        book: the rules that ask for facts.
        place: where that is said; by default "facts" and "context", the names of arguments.

    Raises:
        RuleErrors: all names that look misspelt and values that can never be, with the nearest that can.
    """
    errors: list[RuleError] = []
    for scope, argument, facts in (("user", "facts", user), ("context", "context", context)):
        for name, value in facts.items():
            errors += _mistakes(f"{scope}.{name}", value, graph, book, Place(place or argument))
    if errors:
        raise RuleErrors(errors)


def as_fact(text: str) -> Value:
    """Return a single value as typed: a number, yes or no, else a text.

    >>> as_fact("22"), as_fact("true"), as_fact("children")
    (22.0, True, 'children')
    """
    number = as_number(text)
    return number if number is not None else {"true": True, "false": False}.get(text.casefold(), text)


def _mistakes(name: str, given: Value, graph: KnowledgeGraph, book: RuleBook, place: Place) -> list[RuleError]:
    if name not in known_facts(book.names, graph):
        try:
            compile_expression(f"{name} is known", graph, place, book.names)
        except RuleError as error:
            return [error]
    texts = [*map(_text, given if isinstance(given, tuple) else (given,))]
    wrong = [wrong_fact(name, text, as_fact(text), book.names, graph) for text in texts]
    if isinstance(given, tuple) and len(given) > 1:
        wrong.append(wrong_value(name, given))
    if not any(wrong) and isinstance(given, str) and name not in facts_used(book.rules):
        wrong = [_wrong_circumstance(name, given, graph)]
    return [RuleError(found[0], place, found[1]) for found in wrong if found is not None]


def _wrong_circumstance(name: str, text: str, graph: KnowledgeGraph) -> tuple[str, str] | None:
    """Return why nothing ever happened in a circumstance, and the nearest one; None if it did, or nobody can tell."""
    column = name.removeprefix("context.")
    if column == name or column not in graph.interactions.context:
        return None
    values = graph.once(_circumstances).columns.get(column, ())
    if not values or text.casefold() in {value.casefold() for value in values}:
        return None
    return f"{name!r} is never {text!r}", choose(text, values, "values in the data")


def _circumstances(graph: KnowledgeGraph) -> Circumstances:
    return Circumstances.of(graph.interactions)


def _text(value: Value) -> str:
    """Return a single value as it is typed."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float | int) else str(value)
