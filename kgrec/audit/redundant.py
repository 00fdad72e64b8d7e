"""Rules that other rules make superfluous: they say the same, or less than another that is in force whenever they are.

What rules do decides, not how they read: ``require: year >= 1990`` and ``forbid: year < 1990`` say the same where every
year is known. Only rules that can replace each other are compared, first by all items they ever touch; situation by
situation just the few pairs that pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import chain, islice
from typing import Final

from kgrec.audit.effects import Effects, Reach
from kgrec.audit.situations import FactSpace, expressions_of
from kgrec.rulebook.rules import Ask, Derive, Forbid, Limit, Prefer, Require, Rule, RuleKind, Shelf, Tune
from kgrec.text import fold

_TRIES: Final = 8
"""With how many others a rule is compared situation by situation."""
_PAIRS: Final = 4_000_000
"""How many pairs of rules are looked at; in books of more than two thousand rules those that stand near each other."""


class Relation(Enum):
    """How a rule stands to another that makes it superfluous."""

    SAME = auto()
    LESS = auto()  # does less, and never without the other
    EXCLUDED = auto()  # prefers items that the other excludes


@dataclass(frozen=True, slots=True)
class Redundancy:
    """A superfluous rule, and the one that makes it so; None: several together do."""

    rule: Rule
    other: Rule | None
    relation: Relation


class Redundancies:
    """Looks for superfluous rules among those that do something."""

    def __init__(self, reaches: Sequence[Reach], space: FactSpace, effects: Effects) -> None:
        self._reaches = reaches
        self._space = space
        self._effects = effects
        self._reach = max(_TRIES, _PAIRS // max(2 * len(reaches), 1))

    def all(self) -> Iterator[Redundancy]:
        """Yield each superfluous rule once."""
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for number, reach in enumerate(self._reaches):
            groups[_subject(reach.rule)].append(number)
        found = set()
        for members in groups.values():
            for position, number in enumerate(members):
                near = members[max(0, position - self._reach) : position + self._reach]
                redundancy = self._replaced(number, near)
                if redundancy is not None:
                    found.add(id(redundancy.rule))
                    yield redundancy
        hard = [reach for reach in self._reaches if isinstance(reach.rule, Require | Forbid)][: 2 * self._reach]
        for reach in self._reaches:
            if isinstance(reach.rule, Prefer) and id(reach.rule) not in found:
                yield from self._excluded(reach, hard)

    def _replaced(self, number: int, members: Sequence[int]) -> Redundancy | None:
        weak = self._reaches[number]
        strong = [other for other in members if other != number and self._may_replace(other, number)]
        alike = (other for other in strong if _reads_alike(weak.rule, self._reaches[other].rule))
        # What does the same is looked at first: one rule may do less than hundreds of others.
        equal = [other for other in strong if self._reaches[other].touched == weak.touched]
        others = (other for other in strong if self._reaches[other].touched != weak.touched)
        for other in dict.fromkeys((*alike, *islice(chain(equal, others), _TRIES))):
            rule, relation = self._reaches[other].rule, self.relation(weak, self._reaches[other])
            if relation is Relation.SAME and other > number and _can_replace(weak.rule, rule, is_later=False):
                continue  # of two that could replace each other the later one is superfluous
            if relation is not None and (relation is Relation.SAME or not isinstance(weak.rule, Prefer | Shelf)):
                return Redundancy(weak.rule, rule, relation)
        return None

    def _may_replace(self, other: int, number: int) -> bool:
        """Whether one rule could make another superfluous, by what they are and the items they ever touch."""
        strong, weak = self._reaches[other], self._reaches[number]
        if not _can_replace(strong.rule, weak.rule, is_later=other > number):
            return False
        return not weak.touched & ~strong.touched and strong.facts <= weak.facts

    def relation(self, weak: Reach, strong: Reach) -> Relation | None:
        """Return how one rule stands to another by what they do in all situations; None: neither."""
        if _reads_alike(weak.rule, strong.rule):
            return Relation.SAME
        if not weak.is_complete or not strong.is_complete:
            return None
        every = self._space.situations((*expressions_of(weak.rule), *expressions_of(strong.rule)))
        if not every.is_complete:
            return None
        is_same = _weight(weak.rule) == _weight(strong.rule)
        for situation in every.each:
            less = self._effects.of(weak.rule, situation).touched
            more = self._effects.of(strong.rule, situation).touched
            if less & ~more:
                return None
            is_same &= less == more
        return Relation.SAME if is_same else Relation.LESS

    def _excluded(self, reach: Reach, hard: Sequence[Reach]) -> Iterator[Redundancy]:
        """Yield a preference all of whose items are excluded whenever it is in force."""
        if not reach.is_complete:
            return
        always = 0
        for other in hard:
            if not other.facts:
                always |= other.touched
        tries = 0
        for other in hard:
            if not reach.touched & ~other.touched and other.facts <= reach.facts and tries < _TRIES:
                tries += 1
                if self.relation(reach, other) is not None:
                    yield Redundancy(reach.rule, other.rule, Relation.EXCLUDED)
                    return
        if not reach.touched & ~always:
            yield Redundancy(reach.rule, None, Relation.EXCLUDED)


def _subject(rule: Rule) -> Hashable:
    """Return what rules must have in common to replace each other."""
    subject: Hashable = ""
    match rule:
        case Require() | Forbid():
            return RuleKind.REQUIRE
        case Prefer():
            subject = rule.weight
        case Derive():
            subject = rule.facet, fold(rule.value)
        case Limit():
            subject = rule.facet
        case Tune():
            subject = rule.scorer
        case Ask():
            subject = rule.fact
        case Shelf():
            subject = rule.title
    return type(rule), subject


def _can_replace(strong: Rule, weak: Rule, *, is_later: bool) -> bool:
    """Whether one rule could make another superfluous, by what they are; ``is_later``: the strong one stands later."""
    match strong, weak:
        case (Require() | Forbid(), Require() | Forbid()):
            # A weaker one is given up sooner, so it cannot stand in for a stronger one.
            return strong.strength > weak.strength or (strong.strength == weak.strength and not is_later)
        case Limit(), Limit():
            return strong.most <= weak.most
        case Tune(), Tune():
            return is_later
        case Derive(), Derive():
            return True
        case _:
            return not is_later


def _weight(rule: Rule) -> object:
    """Return what else must be equal for two rules of one subject to say the same."""
    match rule:
        case Limit():
            return rule.most
        case Tune():
            return rule.weight
        case Require() | Forbid():
            return ""
        case Ask():
            return rule.question, rule.options
        case _:
            return type(rule)


def _reads_alike(one: Rule, other: Rule) -> bool:
    """Whether two rules are of one kind, with the same conditions and everything else that matters."""
    if type(one) is not type(other) or _weight(one) != _weight(other) or (one.when is None) != (other.when is None):
        return False
    parts, others = expressions_of(one), expressions_of(other)
    return len(parts) == len(others) and all(a.tree == b.tree for a, b in zip(parts, others, strict=True))
