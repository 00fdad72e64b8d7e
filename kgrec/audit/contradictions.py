"""Rules that together let no item through, and the facts under which they do.

One rule alone, then two, then more: every two rules are compared, which is quick because two sets of excluded items
that do not cover the catalogue settle it; more than two are looked for in situations that bring as many rules into
force as possible. So no contradiction of one or two rules is missed among few facts; of larger ones some may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.audit.effects import Bits, Effects, Hard, Reach, mask_of
from kgrec.audit.moments import Situation, agrees, in_step
from kgrec.audit.situations import FactSpace, expressions_of
from kgrec.domain import Value
from kgrec.reasoning.conflicts import preferred_conflict

_TRIES: Final = 32
"""With how many earlier rules a rule is compared fact by fact."""
_PAIRS: Final = 2_000_000
"""How many pairs of rules are looked at; in books of more than a thousand rules those that stand near each other."""
_STEPS: Final = 400_000
"""How many times a rule is looked at in a situation while larger contradictions are searched for."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules that leave no item.

    Attributes:
        rules: in file order; none of them can be left out.
        facts: under which they do, only those that matter; a fact that is None is unknown.
        is_always: whatever the facts.
    """

    rules: tuple[Hard, ...]
    facts: Mapping[str, Value | None]
    is_always: bool


class Contradictions:
    """Looks for contradictions among the require and forbid rules of a book."""

    def __init__(self, rules: Sequence[Hard], space: FactSpace, effects: Effects) -> None:
        self._space = space
        self._effects = effects
        self._everything = effects.everything
        reaches = (Reach.of(rule, space, effects, are_likely=True) for rule in rules)
        self._reaches = [reach for reach in reaches if reach.touched]
        self._spreads = [space.spread(expressions_of(reach.rule), reach.situations) for reach in self._reaches]
        self._found: list[tuple[int, ...]] = []

    def all(self) -> Iterator[Contradiction]:
        """Yield contradictions, each set of rules once, and of those that end with the same rule only the first."""
        for number, reach in enumerate(self._reaches):
            for situation, effect in zip(reach.situations, reach.effects, strict=True):
                if effect.touched == self._everything:
                    yield self._note((number,), situation)
                    break
        for number in range(len(self._reaches)):
            yield from self._with_an_earlier(number)
        yield from self._of_several()

    # --- two rules --------------------------------------------------------------------------------------------------

    def _with_an_earlier(self, number: int) -> Iterator[Contradiction]:
        reach, tries = self._reaches[number], 0
        for other in range(max(0, number - _PAIRS // len(self._reaches)), number):
            if self._reaches[other].touched | reach.touched != self._everything or not self._can_meet(other, number):
                continue
            situation = self._meeting(other, number)
            if situation is not None:
                yield self._note((other, number), situation)
                return
            tries += 1
            if tries == _TRIES:
                return

    def _can_meet(self, one: int, other: int) -> bool:
        """Whether, fact by fact, some value is among those that bring each of two rules into force."""
        spread = self._spreads[other]
        return all(values & spread.get(name, values) for name, values in self._spreads[one].items())

    def _meeting(self, one: int, other: int) -> Situation | None:
        """Return a situation in which two rules leave nothing and neither does so alone."""
        pair = (self._reaches[one], self._reaches[other])
        parts = [part for reach in pair for part in expressions_of(reach.rule)]
        for situation in self._space.situations(parts, are_likely=True).each:
            first, second = (self._effects.of(reach.rule, situation).touched for reach in pair)
            if first | second == self._everything and self._everything not in (first, second):
                return situation
        return None

    # --- more than two ----------------------------------------------------------------------------------------------

    def _of_several(self) -> Iterator[Contradiction]:
        last = {found[-1] for found in self._found}
        covered = 0
        for reach in self._reaches:
            covered |= reach.touched
        if covered != self._everything:
            return
        for situation in self._joint():
            touched = [self._effects.of(reach.rule, situation).touched for reach in self._reaches]
            if self._is_covered(touched) and not self._is_known(touched):
                conflict = self._conflict(touched)
                if conflict[-1] not in last:
                    last.add(conflict[-1])
                    yield self._note(conflict, situation)
                self._found.append(conflict)

    def _is_covered(self, touched: Sequence[Bits]) -> bool:
        covered = 0
        for bits in touched:
            covered |= bits
        return covered == self._everything

    def _is_known(self, touched: Sequence[Bits]) -> bool:
        return any(self._is_covered([touched[number] for number in found]) for found in self._found)

    def _conflict(self, touched: Sequence[Bits]) -> tuple[int, ...]:
        n_bits = self._everything.bit_length()  # whole bytes: the last items of the last one do not exist
        active = [number for number, bits in enumerate(touched) if bits]
        masks = np.array([~mask_of(touched[number], n_bits) for number in active])
        items = mask_of(self._everything, n_bits)
        strengths = [self._reaches[number].rule.strength for number in active]  # type: ignore[union-attr]  # all are Hard
        return tuple(active[row] for row in preferred_conflict(masks[:, items], strengths))

    def _joint(self) -> Iterator[Situation]:
        """Yield situations for all rules together: all there are, or some that bring many rules into force."""
        parts = [part for reach in self._reaches for part in expressions_of(reach.rule)]
        most = max(1, min(self._space.most, _STEPS // len(self._reaches)))
        tried = self._space.situations(parts, are_likely=True)
        if len(tried.each) <= most:
            yield from tried.each
        names = sorted({name for part in parts for name in part.needs})
        if tried.is_complete and len(tried.each) <= most:
            return
        usual = {name: self._space.domain(name).likely[0] for name in names}
        rng = np.random.default_rng(0)
        n_rules = len(self._reaches)
        for _ in range(most):
            choices = rng.random(n_rules)
            merged: dict[str, Value | None] = {}
            for number in rng.permutation(n_rules).tolist():
                situations = self._reaches[number].situations
                chosen = situations[int(choices[number] * len(situations))]
                if all(merged.get(name, value) == value for name, value in chosen.items()):
                    merged.update(chosen)
            if agrees(situation := in_step({**usual, **merged}, merged)):
                yield situation

    # --- what is reported -------------------------------------------------------------------------------------------

    def _note(self, numbers: tuple[int, ...], situation: Situation) -> Contradiction:
        if numbers not in self._found:
            self._found.append(numbers)
        rules = tuple(self._reaches[number].rule for number in numbers)
        parts = [part for rule in rules for part in expressions_of(rule)]
        names = sorted({name for part in parts for name in part.needs})
        facts = {name: situation[name] for name in names}
        kept = {name: value for name, value in facts.items() if not self._is_idle(rules, facts, name)}
        is_always = False
        if not kept:
            every = self._space.situations(parts)
            is_always = every.is_complete and all(self._leave_nothing(rules, one) for one in every.each)
            kept = {} if is_always else facts
        return Contradiction(rules, kept, is_always)  # type: ignore[arg-type]  # all are Hard

    def _is_idle(self, rules: Sequence[object], facts: Situation, name: str) -> bool:
        """Whether nothing is left whatever this one fact is."""
        return all(self._leave_nothing(rules, {**facts, name: value}) for value in self._space.domain(name).likely)

    def _leave_nothing(self, rules: Sequence[object], situation: Situation) -> bool:
        return self._is_covered([self._effects.of(rule, situation).touched for rule in rules])  # type: ignore[arg-type]  # rules they are
