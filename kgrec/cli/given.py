"""``--given``: what rules may ask of the user and the moment, told on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgrec.domain import Value
from kgrec.errors import DataError

if TYPE_CHECKING:
    from kgrec.rulebook import RuleBook

_SCOPES: Final = ("user", "context")


@dataclass(frozen=True, slots=True)
class Given:
    """Facts by name, without ``user.`` and ``context.``."""

    user: dict[str, Value] = field(default_factory=dict)
    context: dict[str, Value] = field(default_factory=dict)

    def check(self, rules: RuleBook) -> None:
        """Raise RuleErrors for names that look misspelt and values that can never be, with the nearest that can."""
        rules.check_given(self.user, self.context, "--given")


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
    from kgrec.rulebook.given import as_fact

    given = Given()
    for (scope, fact), told in values.items():
        facts = given.user if scope == "user" else given.context
        if scope == "context" and len(told := [*dict.fromkeys(told)]) > 1:
            raise DataError(f"--given: context.{fact} is given as {told[0]!r} and as {told[1]!r}; drop one")
        facts[fact] = as_fact(told[0]) if len(told) == 1 else tuple(told)
    return given
