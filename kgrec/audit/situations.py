"""Which facts of the user and the moment are possible, as far as rules can tell them apart.

A claim such as "this rule is never in force" is about every user at every moment. Rules compare facts with a few
words and numbers only, so a handful of representative values a fact stands for all: the options it is asked with, the
values it is compared with, one value between and beyond each two numbers, something else, nothing. Facts hold one value
each here, but for facts that only callers give: those may hold several.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, combinations, pairwise, product
from typing import Final

import numpy as np

from kgrec.audit.moments import CALENDAR, CLOCK, CLOCK_FACE, Situation, agrees
from kgrec.domain import Value
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Expression, RuleBook, Scope
from kgrec.rulebook.conditions import FactIs, FactKnown, Measure, Number, asked, facts_in
from kgrec.rulebook.context import CHOICES
from kgrec.rulebook.fact_values import RANGES, Range
from kgrec.rulebook.facts import holds
from kgrec.rulebook.parser import Operator
from kgrec.rulebook.quantities import as_day, as_number
from kgrec.rulebook.rules import Ask, Forbid, Prefer, Require, Rule, Shelf

MOST: Final = 4096
"""So many combinations of facts are tried for one question; beyond, a sample of as many."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_SEVERAL: Final = 4
"""Up to how many words all sets of them are tried for a fact that may hold several."""
_WORDS: Final = 256
"""With so many different words a fact may be compared until not all of them are tried."""
_TRUTHS: Final = frozenset({"true", "yes", "false", "no"})
_ALWAYS_KNOWN: Final = CLOCK | {"user.interactions"}
_WHOLE: Final[Mapping[str, tuple[float, ...]]] = {
    name: tuple(map(float, range(int(RANGES[name].least), int(RANGES[name].most) + 1)))
    for name in ("context.day", "context.hour", "context.month")
}
_MOMENTS: Final = 1 << 15
"""How many combinations of facts that go together are looked through for those that do."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The representative values of one fact.

    Attributes:
        likely: what it will be met with: what a claim that something can happen is made of.
        possible: what it might be, ``likely`` included: what a claim that something cannot happen is about.
        is_whole: ``possible`` stands for all values, however they are used.
        is_enough: it does as long as the fact is only compared with words and numbers.
    """

    likely: tuple[Value | None, ...]
    possible: tuple[Value | None, ...]
    is_whole: bool = False
    is_enough: bool = True


@dataclass(frozen=True, slots=True)
class Situations:
    """Combinations of facts; ``is_complete`` if they stand for all there are."""

    each: tuple[Situation, ...]
    is_complete: bool


@dataclass(slots=True)
class _Uses:
    """What expressions do with each fact: conditions on it alone, and constants where it is part of a calculation."""

    conditions: dict[str, dict[FactIs | FactKnown, None]] = field(default_factory=dict)
    constants: dict[str, set[float]] = field(default_factory=dict)

    def add(self, expression: Expression) -> None:
        for leaf in asked(expression.tree):
            if isinstance(leaf, FactIs | FactKnown):
                self.conditions.setdefault(leaf.name, {})[leaf] = None
                continue
            numbers = {
                term.value for term in (leaf.terms() if isinstance(leaf, Measure) else ()) if isinstance(term, Number)
            }
            for name in facts_in(leaf):
                self.constants.setdefault(name, set()).update(numbers)
        for name in expression.needs:  # whatever else may hide a fact in a leaf
            if name not in self.conditions:
                self.constants.setdefault(name, set())

    @classmethod
    def of(cls, expressions: Iterable[Expression]) -> _Uses:
        uses = cls()
        for expression in expressions:
            uses.add(expression)
        return uses


def expressions_of(rule: Rule) -> tuple[Expression, ...]:
    """Return all expressions of a rule."""
    found = [part for part in (rule.when, rule.unless) if part is not None]
    if isinstance(rule, Require | Forbid | Prefer):
        found.append(rule.expression)
    elif isinstance(rule, Shelf):
        found.append(rule.of)
    return tuple(found)


def scope_of(situation: Situation) -> Scope:
    """Return a situation as rules are asked about it."""
    user: dict[str, Value] = {}
    context: dict[str, Value] = {}
    for name, value in situation.items():
        if value is not None:
            kind, _, fact = name.partition(".")
            (user if kind == "user" else context)[fact] = value
    return Scope(user, context)


class FactSpace:
    """The facts that a rule book asks about, and what they can be."""

    def __init__(self, book: RuleBook, graph: KnowledgeGraph, most: int = MOST) -> None:
        self.most = most
        self._uses = _Uses.of(part for rule in book.rules for part in expressions_of(rule))
        self._options: dict[str, list[Value]] = {}
        for rule in book.rules:
            if isinstance(rule, Ask):
                known = self._options.setdefault(f"user.{rule.fact}", [])
                known.extend(option.value for option in rule.options if option.value not in known)
        self._facts_of_users = graph.user_facts
        self._columns = frozenset(f"context.{name}" for name in graph.interactions.context)
        self._domains: dict[str, Domain] = {}
        self._moments: dict[tuple[tuple[str, ...], bool], tuple[Situation, ...]] = {}

    def domain(self, name: str) -> Domain:
        """Return what ``user.x`` or ``context.x`` can be."""
        if name not in self._domains:
            self._domains[name] = self._domain(name)
        return self._domains[name]

    def situations(self, expressions: Sequence[Expression], *, are_likely: bool = False) -> Situations:
        """Return the situations that these expressions can tell apart, at most ``most`` of them.

        If there are more, a random sample, the same at each call. What the clock says agrees: season, month and date
        with each other, the time with the hour.
        """
        uses = _Uses.of(expressions)
        names = sorted({name for expression in expressions for name in expression.needs})
        tied = self._tied(names)
        loose = [name for name in names if not any(name in together for together in tied)]
        columns: list[Sequence[Situation]] = [
            [{name: value} for value, _ in self.groups(name, uses, are_likely=are_likely)] for name in loose
        ]
        columns += [self._together(together, are_likely=are_likely) for together in tied]
        is_complete = all(self._is_told(name, uses) for name in names)
        is_complete &= not any(self._is_sampled(together) for together in tied)
        rows: Iterable[tuple[Situation, ...]] = product(*columns)
        if math.prod(map(len, columns)) > self.most:
            is_complete = False
            rng = np.random.default_rng(0)
            rows = (tuple(column[int(rng.integers(len(column)))] for column in columns) for _ in range(self.most))
        each = tuple(dict(chain.from_iterable(part.items() for part in row)) for row in rows)
        return Situations(each, is_complete)

    def _tied(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """Return which of some facts go together; a column of the interactions goes with none."""
        groups = (
            tuple(name for name in names if name in group and name not in self._columns)
            for group in (CALENDAR, CLOCK_FACE)
        )
        return [group for group in groups if len(group) > 1]

    def _together(self, names: tuple[str, ...], *, are_likely: bool) -> tuple[Situation, ...]:
        """Return all that some facts that go together can be."""
        key = names, are_likely
        if key not in self._moments:
            domains = [self.domain(name) for name in names]
            values = [domain.likely if are_likely else domain.possible for domain in domains]
            rows: Iterable[tuple[Value | None, ...]] = product(*values)
            if math.prod(map(len, values)) > _MOMENTS:
                rng = np.random.default_rng(0)
                rows = (tuple(one[int(rng.integers(len(one)))] for one in values) for _ in range(_MOMENTS))
            each = (dict(zip(names, row, strict=True)) for row in rows)
            self._moments[key] = tuple(one for one in each if agrees(one))
        return self._moments[key]

    def _is_sampled(self, names: tuple[str, ...]) -> bool:
        """Whether the values tried of facts that go together may leave out a day on which they meet."""
        n_rows = math.prod(len(self.domain(name).possible) for name in names)
        return n_rows > _MOMENTS or "context.date" in names or {"context.day", "context.year"} <= {*names}

    def groups(self, name: str, uses: _Uses, *, are_likely: bool) -> list[tuple[Value | None, int]]:
        """Return one value for each set of values that the uses cannot tell apart, with the set as a bitmap."""
        domain = self.domain(name)
        values = domain.likely if are_likely else domain.possible
        if name in uses.constants:
            return [(value, 1 << number) for number, value in enumerate(values)]
        conditions = uses.conditions.get(name, {})
        found: dict[tuple[bool, ...], tuple[Value | None, int]] = {}
        for number, value in enumerate(values):
            truths = tuple(holds(condition, value) for condition in conditions)
            first, members = found.get(truths, (value, 0))
            found[truths] = first, members | 1 << number
        return list(found.values())

    def spread(self, expressions: Sequence[Expression], chosen: Iterable[Situation]) -> dict[str, int]:
        """Return for each fact the likely values, as a bitmap, that the situations chosen stand for."""
        uses = _Uses.of(expressions)
        names = {name for expression in expressions for name in expression.needs}
        members = {name: {repr(rep): bits for rep, bits in self.groups(name, uses, are_likely=True)} for name in names}
        everything = {name: (1 << len(self.domain(name).likely)) - 1 for name in names}
        spread = dict.fromkeys(names, 0)
        for situation in chosen:
            for name in names:
                spread[name] |= members[name].get(repr(situation[name]), everything[name])
        return spread

    def _is_told(self, name: str, uses: _Uses) -> bool:
        domain = self.domain(name)
        return domain.is_whole or (domain.is_enough and name not in uses.constants)

    # --- what one fact can be ---------------------------------------------------------------------------------------

    def _domain(self, name: str) -> Domain:
        kind, _, fact = name.partition(".")
        is_clock = name in _ALWAYS_KNOWN and name not in self._columns
        if is_clock and (fact in CHOICES or name in _WHOLE):
            values: tuple[Value, ...] = CHOICES.get(fact) or _WHOLE[name]
            return Domain(values, (None, *values), is_whole=True)
        conditions = [one for one in self._uses.conditions.get(name, {}) if isinstance(one, FactIs)]
        every = dict.fromkeys(word for condition in conditions for word in condition.words)
        words, is_cut = tuple(every)[:_WORDS], len(every) > _WORDS
        compared, beside = _beside(name, words), _beside(name, words, self._uses.constants.get(name, ()))
        given = self._given(kind, fact, name)
        if is_clock:
            likely = _distinct((_typical(name), *compared))
            return Domain(likely, (None, *_distinct((*likely, *beside))), is_enough=not is_cut)
        if given:
            likely = (*given, *(() if name in self._options else compared))
            is_enough = not is_cut and all(condition.operator is not Operator.HAS_ALL for condition in conditions)
            return Domain((None, *_distinct(likely)), (None, *_distinct((*given, *beside))), is_enough=is_enough)
        return self._free(name, words, (*words, *compared), beside)

    def _free(self, name: str, words: Sequence[str], compared: Sequence[Value], beside: Sequence[Value]) -> Domain:
        """Return what a fact can be that only callers give: anything, and several words at once."""
        other: list[Value] = [_other(words)]
        if not _TRUTHS.isdisjoint(word.casefold() for word in words):
            other += [True, False]
        # Where it is calculated with, or names items, a word of our own making would be no likely value.
        likely = compared if name in self._uses.constants else (*compared, *other)
        texts = [word for word in words if as_number(word) is None and as_day(word) is None]
        are_few = len(texts) <= _SEVERAL
        sets = chain.from_iterable(combinations(texts, size) for size in range(2, len(texts) + 1))
        several = tuple(sets) if are_few else (tuple(texts),)
        possible = _distinct((*compared, *beside, *other))
        is_enough = are_few and len(texts) in (0, len(words))
        return Domain((None, *_distinct(likely)), (None, *possible, *several), is_enough=is_enough)

    def _given(self, kind: str, fact: str, name: str) -> tuple[Value, ...]:
        """Return what a fact is asked with and what users of the data set have for it."""
        if kind != "user":
            return ()
        had = (facts[fact] for facts in self._facts_of_users.values() if fact in facts)
        return _distinct((*self._options.get(name, ()), *had))


def _typical(name: str) -> Value:
    today = date.today()  # noqa: DTZ011  (the user's own day, as the clock of a session says it)
    typical: Mapping[str, Value] = {"context.date": today.isoformat(), "context.year": float(today.year)}
    return typical.get(name, 0.0)


def _beside(name: str, words: Sequence[str], constants: Iterable[float] = ()) -> tuple[Value, ...]:
    """Return the numbers and days among words and constants, and values between and beyond them."""
    found = {*constants, *(number for word in words if (number := as_number(word)) is not None)}
    days = {day for word in words if (day := as_day(word)) is not None}
    if name in RANGES:
        return tuple(_within(RANGES[name], found))
    numbers = sorted(number for number in found if math.isfinite(number))
    near = sorted({int(day) + step for day in days for step in (-1, 0, 1)})
    return (*_between(numbers), *(_iso(day) for day in near if 1 <= day + _EPOCH <= date.max.toordinal()))


def _within(allowed: Range, found: Iterable[float]) -> Iterator[float]:
    """Yield the numbers of a range that comparisons with those found can tell apart; of each hour some, if of hours."""
    numbers = sorted(number for number in found if math.isfinite(number))
    if allowed.is_whole:
        steps = {math.floor(number) + step for number in numbers for step in (-1, 0, 1, 2)}
        yield from (float(number) for number in sorted(steps) if number in allowed)
        return
    hours = map(float, range(int(allowed.least), int(allowed.most) + 1))
    yield from (number for number in _between(sorted({*numbers, *hours})) if number in allowed)


def _between(numbers: Sequence[float]) -> Iterator[float]:
    if not numbers:
        return
    yield numbers[0] - 1
    for number, following in pairwise(numbers):
        yield from (number, (number + following) / 2)
    yield from (numbers[-1], numbers[-1] + 1)


def _iso(day: int) -> str:
    return (date.fromordinal(_EPOCH) + timedelta(days=day)).isoformat()


def _other(words: Iterable[str]) -> str:
    taken = {word.casefold() for word in words}
    other = "something else"
    while other in taken:
        other += "!"
    return other


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return each value once, in order; 1 and true are two values."""
    return tuple({(type(value), value): value for value in values}.values())
