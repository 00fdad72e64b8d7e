"""Conditions on the values of linked facets, spelled out: several values, and values that rules derive.

A derived value is no link of the graph: wherever it is asked for, the condition that derives it stands in its place. So
masks, queries and traces know nothing of derivations, and what a derivation needs is known from the tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kgrec.domain import Facet
from kgrec.rulebook.conditions import Condition, FacetKnown, HasFact, HasOnly, HasValue
from kgrec.rulebook.logic import And, Leaf, Not, Or, Tree
from kgrec.rulebook.parser import Operator

if TYPE_CHECKING:
    from kgrec.rulebook.lexicon import Lexicon
    from kgrec.rulebook.names import DerivedFacet

Found = tuple[str, tuple[int, ...]]
"""A name, and the values of the graph that it means."""

NOTHING: Final[Tree[Condition]] = Leaf(HasValue("", ()))
"""Holds for no item."""


def has_values(
    declared: Facet, operator: Operator, wanted: Sequence[Found], derived: DerivedFacet | None, lexicon: Lexicon
) -> Tree[Condition]:
    """Return the condition that an item's values of a facet compare so with some named ones.

    ``==``, ``in`` and ``has`` ask for any of them, ``has all`` for each, ``has only`` for no others; ``!=`` and
    ``not in`` hold where something is known, and none of them is; ``<`` and the like ask for any beyond one of them.
    """
    facet = declared.name
    if operator.is_ordering:
        beyond = {value for found in wanted for value in _beyond(declared, operator, found, lexicon)}
        return Leaf(HasValue(facet, tuple(sorted(beyond))))
    if operator is Operator.HAS_ALL:
        return _all([_any_of(facet, [found], derived, lexicon) for found in wanted])
    if operator is Operator.HAS_ONLY:
        return _only(facet, wanted, derived, lexicon)
    some = _any_of(facet, wanted, derived, lexicon)
    return _all([known(facet, derived), Not(some)]) if operator.is_negative else some


def known(facet: str, derived: DerivedFacet | None) -> Tree[Condition]:
    """Return the condition that an item has any value of a facet."""
    return _any([Leaf(FacetKnown(facet)), *(value.holds for value in (derived.values if derived else ()))])


def has_fact(condition: HasFact, words: Sequence[str], lexicon: Lexicon) -> Tree[Condition]:
    """Return what a condition on a fact comes down to once the fact is known; words may be ids or names."""
    facet = condition.derived.facet if condition.derived else lexicon.facet(condition.facet)
    assert facet is not None, condition.facet
    wanted = [(word, lexicon.find(facet, word)) for word in words]
    return has_values(facet, condition.operator, wanted, condition.derived, lexicon)


def _any_of(facet: str, wanted: Sequence[Found], derived: DerivedFacet | None, lexicon: Lexicon) -> Tree[Condition]:
    values = sorted({entity for _, entities in wanted for entity in entities})
    parts: list[Tree[Condition]] = [Leaf(HasValue(facet, tuple(values)))] if values or derived is None else []
    if derived is not None:
        matching = [value for name, entities in wanted for value in derived.matching(name, entities, lexicon)]
        parts += [value.holds for value in dict.fromkeys(matching)]
    return _any(parts)


def _only(facet: str, wanted: Sequence[Found], derived: DerivedFacet | None, lexicon: Lexicon) -> Tree[Condition]:
    within = lexicon.below(entity for _, entities in wanted for entity in entities)
    only: Tree[Condition] = Leaf(HasOnly(facet, tuple(sorted(within))))
    if derived is None:
        return only
    inside = {value for name, entities in wanted for value in derived.matching(name, entities, lexicon)}
    outside = [value.holds for value in derived.values if value not in inside]
    bare = _any([only, Not(Leaf(FacetKnown(facet)))])
    return _all([known(facet, derived), bare, *(Not(part) for part in outside)])


def _beyond(facet: Facet, operator: Operator, found: Found, lexicon: Lexicon) -> set[int]:
    """Return the values of an ordered facet that compare so with the named one; none if that has no place in it."""
    name, entities = found
    levels = lexicon.order(facet)
    declared = [label.casefold() for label in facet.order]
    named = next((place for place, level in enumerate(levels) if set(entities) & set(level)), None)
    if named is None:
        if name.casefold() not in declared:
            return set()
        named = declared.index(name.casefold())
    chosen = {
        Operator.LESS: levels[:named],
        Operator.LESS_OR_EQUAL: levels[: named + 1],
        Operator.GREATER: levels[named + 1 :],
        Operator.GREATER_OR_EQUAL: levels[named:],
    }[operator]
    return {value for level in chosen for value in level}


def _any(parts: Sequence[Tree[Condition]]) -> Tree[Condition]:
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _all(parts: Sequence[Tree[Condition]]) -> Tree[Condition]:
    return parts[0] if len(parts) == 1 else And(tuple(parts))
