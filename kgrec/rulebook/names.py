"""What rule files add to the names that an expression may use: facts, lists, and values derived by rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kgrec.domain import Facet
from kgrec.rulebook.conditions import Condition
from kgrec.rulebook.lexicon import Lexicon
from kgrec.rulebook.logic import Tree
from kgrec.text import fold

Facts = Mapping[str, tuple[str, ...]]
"""The names a rule may say ``user.`` before, with their possible values (none: any)."""


@dataclass(frozen=True, slots=True, eq=False)
class DerivedValue:
    """A value that items have where a condition holds."""

    label: str
    entities: tuple[int, ...]  # the values of the graph that bear the name; none for a new one
    holds: Tree[Condition]
    folded: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold(self.label))


@dataclass(frozen=True, slots=True)
class DerivedFacet:
    """The values that rules derive of one facet, which may be one of the graph's or a new one."""

    facet: Facet
    values: tuple[DerivedValue, ...]

    def matching(self, name: str, entities: tuple[int, ...], lexicon: Lexicon) -> tuple[DerivedValue, ...]:
        """Return the derived values that are what a name means (``entities`` in the graph), or narrower."""
        folded = fold(name)
        return tuple(
            value for value in self.values if value.folded == folded or is_below(value.entities, entities, lexicon)
        )


def is_below(entities: tuple[int, ...], wanted: tuple[int, ...], lexicon: Lexicon) -> bool:
    """Whether one of some values is one of those wanted, or narrower."""
    return bool(wanted) and any(not lexicon.above(entity).isdisjoint(wanted) for entity in entities)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that rule files declare, for all of them.

    Attributes:
        facts: by ``ask``, without ``user.``, with the options asked with.
        lists: by ``let``: a name to its texts, a single value being a list of one.
        derived: by ``derive``: facet to its derived values.
    """

    facts: Facts = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    derived: Mapping[str, DerivedFacet] = field(default_factory=dict)


NO_NAMES: Final = Names()
