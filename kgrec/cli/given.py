"""``--given``: what rules may ask of the user and the moment, told on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgrec.domain import Place, Value
from kgrec.errors import DataError, RuleError, RuleErrors

if TYPE_CHECKING:
    from kgrec.graph import KnowledgeGraph
    from kgrec.rulebook import RuleBook

_SCOPES: Final = ("user", "context")


@dataclass(frozen=True, slots=True)
class Given:
    """Facts by name, without ``user.`` and ``context.``."""

    user: dict[str, Value] = field(default_factory=dict)
    context: dict[str, Value] = field(default_factory=dict)

    def check(self, graph: KnowledgeGraph, rules: RuleBook) -> None:
        """Raise RuleErrors for names that look misspelt and values that can never be, with the nearest that can."""
        from kgrec.rulebook import compile_expression
        from kgrec.rulebook.expecting import facts_used, wrong_fact

        place = Place("--given")
        errors: list[RuleError] = []
        for name, given in self._by_full_name():
            try:
                compile_expression(f"{name} is known", graph, place, rules.names)
            except RuleError as error:
                errors.append(error)
                continue
            texts = [*map(_text, given if isinstance(given, tuple) else (given,))]
            wrong = [wrong_fact(name, text, _value(text), rules.names, graph) for text in texts]
            if not any(wrong) and isinstance(given, str) and name not in facts_used(rules.rules):
                wrong = [_wrong_circumstance(name, given, graph)]
            errors += [RuleError(found[0], place, found[1]) for found in wrong if found is not None]
        if errors:
            raise RuleErrors(errors)

    def _by_full_name(self) -> Iterator[tuple[str, Value]]:
        yield from ((f"user.{name}", value) for name, value in self.user.items())
        yield from ((f"context.{name}", value) for name, value in self.context.items())


NOTHING: Final = Given()


def read_given(texts: Sequence[str]) -> Given:
    """Return what ``NAME=VALUE`` texts say; a fact of the user given several times has all the values.

    >>> read_given(["user.audience=children", "context.hour=22", "user.diet=vegan", "user.diet=halal"])
    Given(user={'audience': 'children', 'diet': ('vegan', 'halal')}, context={'hour': 22.0})

    Raises:
        DataError: a text is not of that form, or the moment is told in two ways.
    """
    values: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        scope, _, fact = name.partition(".")
        if not sign or scope not in _SCOPES or not fact or not value:
            near = f"; did you mean context.{text} or user.{text}?" if name and value and "." not in name else ""
            raise DataError(f"--given {text}: write NAME=VALUE, as in user.audience=children or context.hour=22{near}")
        values.setdefault((scope, fact), []).append(value)
    given = Given()
    for (scope, fact), told in values.items():
        facts = given.user if scope == "user" else given.context
        if scope == "context" and len(told := [*dict.fromkeys(told)]) > 1:
            raise DataError(f"--given: context.{fact} is given as {told[0]!r} and as {told[1]!r}; drop one")
        facts[fact] = _value(told[0]) if len(told) == 1 else tuple(told)
    return given


def _wrong_circumstance(name: str, text: str, graph: KnowledgeGraph) -> tuple[str, str] | None:
    """Return why nothing ever happened in a circumstance, and the nearest one; None if it did, or nobody can tell."""
    from kgrec.graph.circumstances import Circumstances
    from kgrec.rulebook.suggest import choose

    column = name.removeprefix("context.")
    if column == name or column not in graph.interactions.context:
        return None
    values = Circumstances.of(graph.interactions).columns.get(column, ())
    if not values or text.casefold() in {value.casefold() for value in values}:
        return None
    return f"{name!r} is never {text!r}", choose(text, values, "values in the data")


def _text(value: Value) -> str:
    """Return a single value as it is typed."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(text: str) -> Value:
    from kgrec.rulebook.quantities import as_number

    number = as_number(text)
    if number is not None:
        return number
    return {"true": True, "false": False}.get(text.casefold(), text)
