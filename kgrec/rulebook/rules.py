"""The kinds of rules, as checked values: what a rule file says once every name in it is known to mean something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kgrec.domain import Option, Origin, OriginKind, Place
from kgrec.rulebook.expression import Expression


class RuleKind(StrEnum):
    """What a rule does; the word that introduces it in a file."""

    REQUIRE = "require"
    FORBID = "forbid"
    PREFER = "prefer"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What all rules share: a name, where it stands, when it counts, and why it is there."""

    name: str
    place: Place
    when: Expression | None = None
    unless: Expression | None = None
    because: str = ""

    @property
    def origin(self) -> Origin:
        """How wishes that come from this rule refer to it."""
        return Origin(OriginKind.RULE, self.name, self.place)

    @property
    def conditions(self) -> tuple[tuple[str, Expression], ...]:
        """``when`` and ``unless``, as far as given, each as (how it reads in a conjunction, expression)."""
        parts = []
        if self.when is not None:
            parts.append((f"({self.when.text})", self.when))
        if self.unless is not None:
            parts.append((f"not ({self.unless.text})", self.unless))
        return tuple(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Require(_Rule):
    """Only items for which the expression holds."""

    expression: Expression
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid(_Rule):
    """No items for which the expression holds; those it cannot judge stay."""

    expression: Expression
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer(_Rule):
    """Items for which the expression holds gain ``weight`` points of score."""

    expression: Expression
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(_Rule):
    """Ask the user for a fact as long as it is unknown."""

    fact: str  # without "user."
    question: str
    options: tuple[Option, ...]


Rule = Require | Forbid | Prefer | Ask
