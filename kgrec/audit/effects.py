"""What a rule does to the items in a situation, as bitmaps: one bit an item, and sets of items become integers.

A check compares many rules in many situations; "and" over two integers of 10,000 bits takes a third of a microsecond.
What a rule does depends on the facts it asks about alone, so it is worked out once for each combination of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgrec.audit.moments import Situation
from kgrec.audit.situations import FactSpace, expressions_of, scope_of
from kgrec.domain import Value
from kgrec.rulebook import Expression, Mask, Scope
from kgrec.rulebook.rules import Forbid, Prefer, Require, Rule, Shelf

Bits = int
"""A set of items, the first one in the highest bit."""

Hard = Require | Forbid


def bits_of(mask: Mask) -> Bits:
    """Return a mask of shape (n_items,) as one integer.

    >>> bits_of(np.array([True, False, True])) == bits_of(np.array([True, False, False])) | bits_of(np.arange(3) == 2)
    True
    """
    return int.from_bytes(np.packbits(mask).tobytes(), "big")


def mask_of(bits: Bits, n_items: int) -> Mask:
    """Return the mask that ``bits_of`` made an integer of."""
    packed = np.frombuffer(bits.to_bytes(-(-n_items // 8), "big"), dtype=np.uint8)
    return np.unpackbits(packed, count=n_items).astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does in one situation.

    Attributes:
        concerned: the items that meet ``when`` and not ``unless``; none: it is not in force.
        touched: those of them that it does something to: that a require or forbid excludes, that gain by a prefer,
            that stand on a shelf; for the other kinds all of them.
    """

    concerned: Bits
    touched: Bits


class Effects:
    """The effects of rules over one catalogue."""

    def __init__(self, n_items: int) -> None:
        self.everything: Bits = bits_of(np.ones(n_items, dtype=np.bool_))
        self._fixed: dict[Expression, Bits] = {}
        self._known: dict[tuple[int, tuple[Value | None, ...]], Effect] = {}
        self._needs: dict[int, tuple[str, ...]] = {}
        self._same: dict[Bits, Bits] = {}

    def needs(self, rule: Rule) -> tuple[str, ...]:
        """Return the facts that a rule asks about, sorted."""
        found = self._needs.get(id(rule))
        if found is None:
            found = tuple(sorted({name for part in expressions_of(rule) for name in part.needs}))
            self._needs[id(rule)] = found
        return found

    def of(self, rule: Rule, situation: Situation) -> Effect:
        """Return what a rule of the book does in a situation; a fact that is missing is unknown."""
        key = id(rule), tuple(situation.get(name) for name in self.needs(rule))
        effect = self._known.get(key)
        if effect is None:
            effect = self._known[key] = self._effect(rule, scope_of(situation))
        return effect

    def _effect(self, rule: Rule, scope: Scope) -> Effect:
        mask = rule.concerned(scope)
        touched = concerned = self.everything if mask is None else bits_of(mask)
        match rule:
            case Require():
                touched &= ~self._bits(rule.expression, scope)
            case Forbid() | Prefer():
                touched &= self._bits(rule.expression, scope)
            case Shelf():
                touched &= self._bits(rule.of, scope)
            case _:
                pass
        return Effect(self._shared(concerned), self._shared(touched))

    def _bits(self, expression: Expression, scope: Scope) -> Bits:
        if expression.needs:
            return bits_of(expression.mask(scope))
        if expression not in self._fixed:
            self._fixed[expression] = bits_of(expression.mask(scope))
        return self._fixed[expression]

    def _shared(self, bits: Bits) -> Bits:
        """Return an equal integer seen before: rules have few different ones, each as large as the catalogue."""
        return self._same.setdefault(bits, bits)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one rule does over all situations that it can tell apart.

    Attributes:
        effects: in the situations in which it is in force.
        is_complete: no situation was left out.
        touched: all items that it does something to in any of them.
    """

    rule: Rule
    facts: frozenset[str]
    situations: tuple[Situation, ...]
    effects: tuple[Effect, ...]
    is_complete: bool
    touched: Bits

    @classmethod
    def of(cls, rule: Rule, space: FactSpace, effects: Effects, *, are_likely: bool = False) -> Reach:
        """Try a rule in all situations that it can tell apart."""
        tried = space.situations(expressions_of(rule), are_likely=are_likely)
        found = [(one, effect) for one in tried.each if (effect := effects.of(rule, one)).concerned]
        touched = 0
        for _, effect in found:
            touched |= effect.touched
        return cls(
            rule,
            frozenset(effects.needs(rule)),
            tuple(one for one, _ in found),
            tuple(effect for _, effect in found),
            tried.is_complete,
            touched,
        )
