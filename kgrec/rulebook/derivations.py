"""Values that rules derive: read, put in order, and compiled into conditions.

A derivation may build on others, so they are compiled in the order of what they need; a circle is an error. The order
is that of single values, not of facets: "mood = cosy" may need "mood has warm". What asks for a facet as a whole
(``!=``, ``is known``, ``has only``, a fact) needs every value derived of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Final

from kgrec.domain import Facet, FacetKind, Place
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.conditions import Condition
from kgrec.rulebook.expression import Expression, compile_tree
from kgrec.rulebook.lexicon import Lexicon, lexicon_of
from kgrec.rulebook.logic import And, Not, Tree, leaves
from kgrec.rulebook.names import DerivedFacet, DerivedValue, Names, is_below
from kgrec.rulebook.parser import Comparison, Operator, Word, parse, with_quantifier
from kgrec.rulebook.resolve_facts import is_fact
from kgrec.rulebook.source import Source
from kgrec.rulebook.values import NOTHING
from kgrec.text import fold

_SHAPE: Final = re.compile(r"\s*([^\s=<>!]+)\s*=\s*(?![=])(\S.*?)\s*", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d][\w-]*")

_EVERYTHING: Final[Tree[Condition]] = Not(NOTHING)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A ``derive`` rule as written: ``source`` is the text of its derive key."""

    name: str
    source: Source
    when: Source | None
    unless: Source | None
    place: Place


@dataclass(frozen=True, slots=True)
class Derived:
    """A ``derive`` rule understood."""

    facet: str
    value: str
    when: Expression | None
    unless: Expression | None


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A derivation whose words are known, but not yet what they mean."""

    derivation: Derivation
    facet: Facet
    value: str
    entities: tuple[int, ...]
    when: Tree[Comparison] | None
    unless: Tree[Comparison] | None

    @property
    def label(self) -> str:
        return f"{self.facet.name} = {self.value}"

    def comparisons(self) -> Iterator[Comparison]:
        for tree in (self.when, self.unless):
            if tree is not None:
                yield from leaves(tree)


def derive(
    derivations: Sequence[Derivation], graph: KnowledgeGraph, names: Names, errors: list[RuleError]
) -> tuple[Names, dict[int, Derived]]:
    """Compile derivations in the order of what they need.

    Args:
        derivations: in file order.
        graph: whose facets and values the names are looked up among.
        names: the facts and lists that the files declare.
        errors: where mistakes are added to.

    Returns:
        The names with what is derived, and each derivation that is right by its position.
    """
    lexicon = lexicon_of(graph)
    parsed: dict[int, _Parsed] = {}
    for position, derivation in enumerate(derivations):
        try:
            parsed[position] = _parse(derivation, lexicon)
        except RuleError as error:
            errors.append(error)
    done: dict[int, Derived] = {}
    order = list(_in_order(parsed, lexicon, names, errors))
    for position in sorted(parsed.keys() - set(order)):  # in a circle; what asks for them is not to blame
        names = _with(names, parsed[position], NOTHING)
    for position in order:
        entry = parsed[position]
        try:
            when = _compiled(entry.when, entry.derivation.when, graph, names)
            unless = _compiled(entry.unless, entry.derivation.unless, graph, names)
        except RuleError as error:
            errors.append(error)
            when = unless = None
        done[position] = Derived(entry.facet.name, entry.value, when, unless)
        names = _with(names, entry, _holds(when, unless))
    return names, done


def _parse(derivation: Derivation, lexicon: Lexicon) -> _Parsed:
    source = derivation.source
    match = _SHAPE.fullmatch(source.text)
    if match is None:
        raise source.error(0, "this derives nothing", "name a facet and a value, as in: derive: mood = cosy")
    name, value = match.group(1), match.group(2)
    if value[0] in "\"'" and value[-1] == value[0] and len(value) > 1:
        value = value[1:-1]
    facet = lexicon.facet(name)
    if facet is None:
        if _NAME.fullmatch(name) is None:
            raise source.error(match.start(1), f"{name!r} cannot be a facet's name", "use letters, digits, _ and -")
        facet = Facet(name, "", FacetKind.CATEGORY, name, name)
    elif not facet.kind.is_linked:
        hint = "derive values with names, or of a new facet"
        raise source.error(match.start(1), f"{name!r} is a {facet.kind}, it cannot be derived", hint)
    when = parse(derivation.when) if derivation.when is not None else None
    unless = parse(derivation.unless) if derivation.unless is not None else None
    return _Parsed(derivation, facet, value, lexicon.find(facet, value), when, unless)


def _in_order(parsed: Mapping[int, _Parsed], lexicon: Lexicon, names: Names, errors: list[RuleError]) -> Iterator[int]:
    """Yield the positions so that what a derivation needs comes before it; circles are reported and left out."""
    by_facet: dict[str, list[int]] = {}
    for position, entry in parsed.items():
        by_facet.setdefault(entry.facet.name, []).append(position)
    needs = {
        position: sorted(
            other
            for comparison in entry.comparisons()
            if isinstance(comparison.left, Word)
            for other in by_facet.get(comparison.left.text, ())
            if _is_needed(parsed[other], comparison, lexicon, names)
        )
        for position, entry in parsed.items()
    }
    while needs:
        try:
            yield from TopologicalSorter(needs).static_order()
        except CycleError as error:
            circle = error.args[1][::-1]
            first = parsed[circle[0]]
            chain = " needs ".join(f"'{parsed[position].label}'" for position in circle)
            errors.append(RuleError(f"derivations go in a circle: {chain}", first.derivation.place, "break it"))
            needs = {
                position: [o for o in rest if o not in circle]
                for position, rest in needs.items()
                if position not in circle
            }
            continue
        return


def _is_needed(entry: _Parsed, comparison: Comparison, lexicon: Lexicon, names: Names) -> bool:
    """Whether a comparison asks for what a derivation gives."""
    comparison = with_quantifier(comparison, names.lists)
    if comparison.operator.is_negative or comparison.operator in (Operator.KNOWN, Operator.HAS_ONLY):
        return True
    for value in comparison.values:
        if not isinstance(value, Word) or is_fact(value.text):
            return True
        for name in (value.text, *names.lists.get(value.text, ())):
            if fold(entry.value) == fold(name) or is_below(entry.entities, lexicon.find(entry.facet, name), lexicon):
                return True
    return False


def _compiled(
    tree: Tree[Comparison] | None, source: Source | None, graph: KnowledgeGraph, names: Names
) -> Expression | None:
    return None if tree is None or source is None else compile_tree(tree, source, graph, names)


def _holds(when: Expression | None, unless: Expression | None) -> Tree[Condition]:
    parts = [when.tree] if when is not None else []
    parts += [Not(unless.tree)] if unless is not None else []
    if not parts:
        return _EVERYTHING
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _with(names: Names, entry: _Parsed, holds: Tree[Condition]) -> Names:
    value = DerivedValue(entry.value, entry.entities, holds)
    before = names.derived.get(entry.facet.name)
    facet = DerivedFacet(entry.facet, (*(before.values if before else ()), value))
    return replace(names, derived={**names.derived, entry.facet.name: facet})
