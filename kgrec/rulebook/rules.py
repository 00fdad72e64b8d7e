"""The kinds of rules, as checked values: what a rule file says once every name in it is known to mean something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kgrec.acts import Option
from kgrec.domain import Origin, OriginKind, Place, Value
from kgrec.rulebook.expression import Expression
from kgrec.rulebook.masks import Mask, Scope


class RuleKind(StrEnum):
    """What a rule does; the word that introduces it in a file."""

    REQUIRE = "require"
    FORBID = "forbid"
    PREFER = "prefer"
    DERIVE = "derive"
    LIMIT = "limit"
    TUNE = "tune"
    ASK = "ask"
    SHELF = "shelf"


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

    def concerned(self, scope: Scope) -> Mask | None:
        """Return the items that meet ``when`` and not ``unless``, shape (n_items,); None: all, it has neither."""
        when = self.when.mask(scope) if self.when is not None else None
        unless = ~self.unless.mask(scope) if self.unless is not None else None
        if when is None or unless is None:
            return unless if when is None else when
        return when & unless

    def is_in_force(self, scope: Scope) -> bool:
        """Whether it is about any item (all or none, if its conditions are about facts only)."""
        concerned = self.concerned(scope)
        return concerned is None or bool(concerned.any())


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
class Derive(_Rule):
    """Items for which ``when`` holds and ``unless`` does not have ``value`` as a value of ``facet``, for the rules."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(_Rule):
    """At most ``most`` items of a list may share a value of ``facet``; without one, meet the rule's conditions."""

    most: int
    facet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune(_Rule):
    """The weight of one scorer in the blend; of several rules in force the last one counts."""

    scorer: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(_Rule):
    """Ask the user for a fact as long as it is unknown."""

    fact: str  # without "user."
    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(_Rule):
    """A titled list of the best items for which ``of`` holds; ``{item}`` is what its related() or similar() names."""

    title: str
    of: Expression


Rule = Require | Forbid | Prefer | Derive | Limit | Tune | Ask | Shelf


class ExpectationKind(StrEnum):
    """What a test in a rule file says of the items; the word that introduces its expression."""

    NEVER = "never"  # no item
    ALWAYS = "always"  # every item
    SOME = "some"  # at least one item


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A test in a rule file: given this, the items that the rules let through (or only the best ``top``) are so.

    Attributes:
        facts: what is given of the user, ``user.`` left out.
        context: what is given of the moment, ``context.`` left out; nothing else is known of it.
        likes: entities liked, by name or id; dislikes likewise.
        where: further wishes.
        top: how many items of the list are looked at; 0: all that are allowed.
    """

    name: str
    place: Place
    kind: ExpectationKind
    expression: Expression
    facts: Mapping[str, Value] = field(default_factory=dict)
    context: Mapping[str, Value] = field(default_factory=dict)
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    where: tuple[Expression, ...] = ()
    top: int = 0
