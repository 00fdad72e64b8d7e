"""From words to meanings: names become facets and entities, values become numbers, and types are checked.

All mistakes of an expression are collected, because a person who fixes one and is then told of the next loses
patience. What a comparison may be depends only on the kind of the facet, as the ontology declares it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kgrec.domain import Facet, FacetKind
from kgrec.errors import RuleError, RuleErrors
from kgrec.rulebook.conditions import Compares, Condition, FacetKnown, FactIs, FactKnown, HasValue, Reads
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.lexicon import Lexicon
from kgrec.rulebook.logic import Leaf, Tree, map_leaves
from kgrec.rulebook.parser import Comparison, Operator, Word
from kgrec.rulebook.quantities import as_day, as_number, split_unit
from kgrec.rulebook.source import Source
from kgrec.rulebook.suggest import choose, did_you_mean, nearest

Facts = Mapping[str, tuple[str, ...]]
"""The names a rule may say ``user.`` before, with their possible values (none: any)."""

BUILT_IN_FACTS: Final[Facts] = {"interactions": ()}
"""What is known of every user: with how many items they did something."""

_MISSPELT: Final = 85.0
"""From which likeness an undeclared fact is taken for a misspelt one: a caller may pass facts that no rule declares."""

_NOTHING: Final[Leaf[Condition]] = Leaf(HasValue("", ()))
"""Stands where an error was found; never evaluated."""


def resolve(tree: Tree[Comparison], source: Source, lexicon: Lexicon, facts: Facts) -> Tree[Condition]:
    """Return the tree with its words resolved.

    Raises:
        RuleError: a name is unknown or a value has the wrong type; RuleErrors if there are several.
    """
    resolver = _Resolver(source, lexicon, facts)
    resolved = map_leaves(tree, resolver.resolve)
    if len(resolver.errors) == 1:
        raise resolver.errors[0]
    if resolver.errors:
        raise RuleErrors(resolver.errors)
    return resolved


@dataclass(slots=True)
class _Resolver:
    source: Source
    lexicon: Lexicon
    facts: Facts
    errors: list[RuleError] = field(default_factory=list)

    def resolve(self, comparison: Comparison) -> Tree[Condition]:
        name = comparison.field.text
        scope, dot, fact = name.partition(".")
        if dot and scope in ("user", "context"):
            return self._fact(scope, fact, comparison)
        facet = self.lexicon.facet(name)
        if facet is None:
            return self._wrong(comparison.field, f"unknown field {name!r}", self.lexicon.facet_hint(name))
        if comparison.operator is Operator.KNOWN:
            return Leaf(FacetKnown(facet.name))
        if facet.kind.is_numeric:
            return self._numbers(facet, comparison)
        if facet.kind is FacetKind.TEXT:
            return self._texts(facet, comparison)
        return self._entities(facet, comparison)

    def _wrong(self, word: Word, message: str, hint: str = "") -> Tree[Condition]:
        self.errors.append(self.source.error(word.offset, message, hint))
        return _NOTHING

    # --- facets -----------------------------------------------------------------------------------------------------

    def _numbers(self, facet: Facet, comparison: Comparison) -> Tree[Condition]:
        if comparison.operator is Operator.HAS:
            hint = f"compare it, as in: {facet.name} <= {comparison.values[0].text}"
            return self._wrong(
                comparison.field, f"{facet.name!r} is a {facet.kind}, 'has' is for values with names", hint
            )
        read = self._day if facet.kind is FacetKind.DATE else self._number
        numbers = [read(facet, word) for word in comparison.values]
        return Leaf(Compares(facet.name, comparison.operator, tuple(n for n in numbers if n is not None)))

    def _number(self, facet: Facet, word: Word) -> float | None:
        number, unit = split_unit(word.text)
        if number is None:
            self._wrong(word, f"{facet.name!r} is a number, {word.text!r} is not", "write one")
        elif unit and not facet.unit:
            self._wrong(word, f"{facet.name!r} is a plain number, {unit!r} is not a unit of it", "leave it out")
        elif unit and unit != facet.unit:
            self._wrong(
                word, f"{facet.name!r} is measured in {facet.unit!r}, not in {unit!r}", f"give it in {facet.unit}"
            )
        return number

    def _day(self, facet: Facet, word: Word) -> float | None:
        day = as_day(word.text)
        if day is None:
            self._wrong(word, f"{facet.name!r} is a date, {word.text!r} is not", "write one as: 2020-12-31")
        return day

    def _texts(self, facet: Facet, comparison: Comparison) -> Tree[Condition]:
        if comparison.operator.is_ordering:
            message = f"{facet.name!r} is a text, {str(comparison.operator)!r} is for numbers"
            return self._wrong(comparison.field, message, "use has, == or in")
        return Leaf(Reads(facet.name, comparison.operator, tuple(word.text.casefold() for word in comparison.values)))

    def _entities(self, facet: Facet, comparison: Comparison) -> Tree[Condition]:
        operator = comparison.operator
        if operator.is_ordering and facet.kind is not FacetKind.ORDERED:
            message = f"{facet.name!r} has no order, {str(operator)!r} is for numbers"
            return self._wrong(comparison.field, message, "use has, ==, != or in")
        values: set[int] = set()
        for word in comparison.values:
            found = self._values(facet, word)
            values.update(self._beyond(facet, word, operator) if operator.is_ordering else found)
        return Leaf(HasValue(facet.name, tuple(sorted(values)), operator.is_negative))

    def _values(self, facet: Facet, word: Word) -> tuple[int, ...]:
        found = self.lexicon.find(facet, word.text)
        is_declared = word.text.casefold() in {name.casefold() for name in facet.order}
        # Without any value in the graph nothing can be misspelt; the condition then holds nowhere.
        if not found and not is_declared and self.lexicon.has_values(facet):
            self._wrong(word, f"unknown {facet.name} {word.text!r}", self.lexicon.value_hint(facet, word.text))
        return found

    def _beyond(self, facet: Facet, word: Word, operator: Operator) -> set[int]:
        """Return the values of an ordered facet that compare so with the named one."""
        names = [name.casefold() for name in facet.order]
        levels = self.lexicon.order(facet)
        named = set(self.lexicon.find(facet, word.text))
        position = next((i for i, level in enumerate(levels) if named & set(level)), None)
        if position is None:
            if word.text.casefold() not in names:
                return set()
            position = names.index(word.text.casefold())
        chosen = {
            Operator.LESS: levels[:position],
            Operator.LESS_OR_EQUAL: levels[: position + 1],
            Operator.GREATER: levels[position + 1 :],
            Operator.GREATER_OR_EQUAL: levels[position:],
        }[operator]
        return {value for level in chosen for value in level}

    # --- facts ------------------------------------------------------------------------------------------------------

    def _fact(self, scope: str, name: str, comparison: Comparison) -> Tree[Condition]:
        full = f"{scope}.{name}"
        if not name:
            return self._wrong(comparison.field, f"{full!r} names nothing", f"write a name after '{scope}.'")
        known = self._known_facts(scope)
        if name not in known:
            near = nearest(name, known, likeness=_MISSPELT) if known else ()
            if near:
                return self._wrong(comparison.field, f"unknown {full!r}", did_you_mean([f"{scope}.{n}" for n in near]))
        if comparison.operator is Operator.KNOWN:
            return Leaf(FactKnown(full))
        choices = known.get(name, ())
        for word in comparison.values:
            self._check_fact(full, word, comparison.operator, choices)
        return Leaf(FactIs(full, comparison.operator, tuple(word.text for word in comparison.values)))

    def _known_facts(self, scope: str) -> Facts:
        if scope == "user":
            return {**BUILT_IN_FACTS, **dict.fromkeys(self.lexicon.fact_names, ()), **self.facts}
        return {name: CHOICES.get(name, ()) for name in self.lexicon.context_names}

    def _check_fact(self, full: str, word: Word, operator: Operator, choices: tuple[str, ...]) -> None:
        if operator.is_ordering:
            if as_number(word.text) is None and as_day(word.text) is None:
                self._wrong(word, f"{str(operator)!r} compares numbers, {word.text!r} is not one")
        elif choices and word.text.casefold() not in {choice.casefold() for choice in choices}:
            hint = choose(word.text, choices, "choices")
            self._wrong(word, f"{full!r} is never {word.text!r}", hint)
