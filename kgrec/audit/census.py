"""What each rule of a book does in one case: whether it is in force, and how many items it does something to.

For one item the trace tells the same and why; this looks at all of them, and at those on the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgrec.audit.case import Case
from kgrec.audit.effects import Effects, mask_of
from kgrec.rulebook import Rule, RuleKind


@dataclass(frozen=True, slots=True)
class Counted:
    """One rule.

    Attributes:
        rule: the rule.
        concerned: how many items meet its conditions; 0: it is not in force.
        touched: how many of them it does something to (see :class:`kgrec.audit.effects.Effect`).
        listed: how many of those are on the list. What a rule keeps off is never there.
    """

    rule: Rule
    concerned: int
    touched: int
    listed: int

    @property
    def kind(self) -> RuleKind:
        """What the rule does."""
        return RuleKind(type(self.rule).__name__.casefold())

    @property
    def is_in_force(self) -> bool:
        """Whether its conditions leave any item to it."""
        return self.concerned > 0


def census(case: Case, n: int = 10) -> tuple[Counted, ...]:
    """Return what each rule of a case does, in the order of the book, with a list of ``n``."""
    n_items = case.recommender.graph_.n_items
    effects = Effects(n_items)
    listed = case.listed(n)
    counted = []
    for rule in case.rules.rules:
        effect = effects.of(rule, {name: case.scope.value(name) for name in effects.needs(rule)})
        touched = mask_of(effect.touched, n_items)
        on_list = int(np.count_nonzero(touched[listed]))
        counted.append(Counted(rule, effect.concerned.bit_count(), effect.touched.bit_count(), on_list))
    return tuple(counted)
