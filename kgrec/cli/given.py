"""``--given``: what rules may ask of the user and the moment, told on the command line."""

from __future__ import annotations

from collections.abc import Sequence
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
        """Raise RuleErrors for names that look misspelt, with the nearest that rules and data know."""
        from kgrec.rulebook import compile_expression

        errors: list[RuleError] = []
        for name in (*(f"user.{fact}" for fact in self.user), *(f"context.{fact}" for fact in self.context)):
            try:
                compile_expression(f"{name} is known", graph, Place("--given"), rules.names)
            except RuleError as error:
                errors.append(error)
        if errors:
            raise RuleErrors(errors)


NOTHING: Final = Given()


def read_given(texts: Sequence[str]) -> Given:
    """Return what ``NAME=VALUE`` texts say; a name given several times has all the values.

    >>> read_given(["user.audience=children", "context.hour=22", "user.diet=vegan", "user.diet=halal"])
    Given(user={'audience': 'children', 'diet': ('vegan', 'halal')}, context={'hour': 22.0})

    Raises:
        DataError: a text is not of that form.
    """
    values: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        scope, _, fact = name.partition(".")
        if not sign or scope not in _SCOPES or not fact or not value:
            raise DataError(f"--given {text}: write NAME=VALUE, as in user.audience=children or context.hour=22")
        values.setdefault((scope, fact), []).append(value)
    given = Given()
    for (scope, fact), told in values.items():
        facts = given.user if scope == "user" else given.context
        facts[fact] = _value(told[0]) if len(told) == 1 else tuple(told)
    return given


def _value(text: str) -> Value:
    from kgrec.rulebook.quantities import as_number

    number = as_number(text)
    if number is not None:
        return number
    return {"true": True, "false": False}.get(text.casefold(), text)
