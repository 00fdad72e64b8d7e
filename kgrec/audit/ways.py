"""The smallest changes that bring an item into the list, each of them tried.

What may help is chosen by cheap estimates (what an opinion adds is known, a preference counts the same for all it
holds for); whether it helps is never estimated: the change is carried out, everything is ranked anew, and the list is
looked at.

"Smallest" means: no change of the set can be left out, alone or with others; the sets shown have the fewest changes
among all that were tried; among those the cheapest come first (kgrec.audit.whatif). Sets of two and three score changes
are put together from the singles that come nearest, so a set nobody tried may be cheaper, but none that is shown is
larger than it must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, islice, product
from typing import Final

from kgrec.audit.case import Case
from kgrec.audit.proposals import proposals, raises
from kgrec.audit.whatif import (
    Change,
    DropText,
    DropWish,
    ForgetFact,
    ForgetItem,
    Like,
    Raise,
    Reweigh,
    SwitchOff,
    Withdraw,
    changed,
)
from kgrec.domain import Constraint
from kgrec.ranking import unseen
from kgrec.rulebook import Forbid, Require

MOST_WAYS: Final = 6
"""So many ways are told."""

_MOST_CORES: Final = 8
_MOST_PAIRS: Final = 8
_MOST_TRIPLES: Final = 4
_HOPE: Final = 0.4
"""Sets are tried if the gains of their parts, added up, leave at most this share of the gap."""

_NEAREST: Final = 5
"""Pairs and triples are made of so many of the singles that come nearest."""

Set = frozenset[Change]


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together bring an item into the list, and the place it then has, counted from 1."""

    changes: tuple[Change, ...]
    place: int

    @property
    def cost(self) -> float:
        """The sum of the costs of the changes."""
        return sum(change.cost for change in self.changes)


class Search:
    """Looks for ways to bring one item of a case into its list of ``n``.

    Attributes:
        opened: the case after what keeps the item out was lifted, where that alone does not list it; None otherwise.
    """

    def __init__(self, case: Case, item: int, n: int) -> None:
        self.case = case
        self.item = item
        self.n = n
        self.blockers = _blockers(case, item)
        self.opened: Case | None = None
        self._tried: dict[Set, Case] = {}
        self._found: dict[Set, None] = {}  # in the order they were found, which does not depend on hashes

    def ways(self) -> tuple[Way, ...]:
        """Return the smallest ways found, the cheapest first; none if nothing that was tried suffices."""
        cores = self._cores()
        if not self._try(core for core in cores if core):
            opening = [core for core in cores if self._after(core).ranking.open[self.item]]
            if opening:
                self.opened = self._after(opening[0])
                self._extend(opening[0])
        fewest = min(map(len, self._found), default=0)
        ways = [Way(_ordered(changes), self._place(changes)) for changes in self._found if len(changes) == fewest]
        return tuple(sorted(ways, key=lambda way: way.cost)[:MOST_WAYS])

    # --- which sets -------------------------------------------------------------------------------------------------

    def _cores(self) -> list[Set]:
        """Return the sets of changes that lift everything that keeps the item out, the smallest and cheapest first."""
        lifted = (frozenset(choice) for choice in islice(product(*self.blockers), _MOST_CORES))
        return sorted(dict.fromkeys(lifted), key=_size)

    def _extend(self, core: Set) -> None:
        """Try a core and one more change, or else two, or else three."""
        singles = [core | {change} for change in proposals(self._after(core), self.item, self.n)]
        if self._try(singles) or self._try(map(self._with_limits, (core, *singles))):
            return
        margin = self._margin(core)
        gains = {single: self._margin(single) - margin for single in singles}
        nearest = sorted(singles, key=lambda single: -gains[single])[:_NEAREST]
        for size, most in ((2, _MOST_PAIRS), (3, _MOST_TRIPLES)):
            sums = {
                frozenset(chain(*parts)): margin + sum(gains[part] for part in parts)
                for parts in combinations(nearest, size)
            }
            hopeful = sorted((changes for changes in sums if sums[changes] > _HOPE * margin), key=lambda c: -sums[c])
            if self._try(hopeful[:most]):
                return

    def _with_limits(self, changes: Set) -> Set:
        """Return changes and whatever else it takes to get past the limits after them."""
        after = self._after(changes)
        return changes.union(raises(after, self.item, self.n)) if after.ranking.open[self.item] else changes

    # --- trying them ------------------------------------------------------------------------------------------------

    def _after(self, changes: Set) -> Case:
        if changes not in self._tried:
            self._tried[changes] = changed(self.case, changes)
        return self._tried[changes]

    def _place(self, changes: Set) -> int:
        """Carry changes out and return the item's place on the list; 0: it is still not on it."""
        return 0 if self._is_kept_out(changes) else self._after(changes).place(self.item, self.n)

    def _is_kept_out(self, changes: Set) -> bool:
        """Whether it is plain without ranking that something still keeps the item out.

        What rules out an item depends on the wishes, the rules and the facts they ask about. If the facts stay, nothing
        but what lifts a blocker lifts it.
        """
        if all(not changes.isdisjoint(lifting) for lifting in self.blockers):
            return False
        now, then = self.case.scope, self._after(changes).scope
        return all(now.value(name) == then.value(name) for name in self._facts)

    @cached_property
    def _facts(self) -> frozenset[str]:
        """The facts that decide which items are ruled out."""
        asking = [
            part
            for rule in self.case.rules.rules
            if isinstance(rule, Require | Forbid)
            for part in (rule.when, rule.unless, rule.expression)
            if part is not None
        ]
        wishes = [wish for wish in self.case.belief.wishes if isinstance(wish, Constraint)]
        asking += [self.case.rules.expression(wish.expression) for wish in wishes]
        return frozenset(name for part in asking for name in part.needs)

    def _try(self, sets: Iterable[Set]) -> bool:
        """Carry sets out, keep of those that list the item what they cannot do without, and say if any does."""
        for changes in sets:
            if self._place(changes):
                parts = (frozenset(part) for part in _parts(changes))
                self._found[next((part for part in parts if self._place(part)), changes)] = None
        return bool(self._found)

    def _margin(self, changes: Set) -> float:
        """Return by how much the item's score exceeds that at the last place of the list."""
        after = self._after(changes)
        listed = after.listed(self.n)
        scores = after.ranking.scores
        return float(scores[self.item] - scores[listed[-1]]) if len(listed) else 0.0


def _blockers(case: Case, item: int) -> list[tuple[Change, ...]]:
    """Return, for each thing that keeps an item out whatever its score, the changes that may lift it."""
    ranking = case.ranking
    against = {
        (constraint.expression, constraint.origin.place): constraint  # what was said twice is dropped once
        for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True)
        if not mask[item]
    }
    blockers = [_lifting(case, constraint) for constraint in against.values()]
    entity = case.recommender.graph_.entity_ids[item]
    if not unseen(case.recommender.graph_, case.belief)[item]:
        blockers.append((ForgetItem(entity),))
    return blockers


def _lifting(case: Case, constraint: Constraint) -> tuple[Change, ...]:
    """Return the changes that each may lift a constraint: drop it, or take back an answer that put it in force."""
    if constraint.origin.place is None:
        return (DropWish(constraint),)
    rule = next(rule for rule in case.rules.rules if rule.origin == constraint.origin)
    assert isinstance(rule, Require | Forbid), "only these make constraints"
    asked = [name for part in (rule.when, rule.unless, rule.expression) if part is not None for name in part.needs]
    answers = (ForgetFact(name, value) for name, value in case.belief.fact.items() if f"user.{name}" in asked)
    return (SwitchOff(rule), *answers)


def _parts(changes: Set) -> Iterator[tuple[Change, ...]]:
    """Yield the proper subsets, the smaller first, but the empty one: that the item is not listed now is known."""
    return chain.from_iterable(combinations(changes, size) for size in range(1, len(changes)))


def _size(changes: Iterable[Change]) -> tuple[int, float]:
    sized = tuple(changes)
    return len(sized), sum(change.cost for change in sized)


def _ordered(changes: Set) -> tuple[Change, ...]:
    """Return changes as people would make them: what was said is taken back before anything new is said or edited."""
    kinds = [DropWish, DropText, ForgetFact, ForgetItem, Withdraw, Like, SwitchOff, Reweigh, Raise]
    return tuple(sorted(changes, key=lambda change: (kinds.index(type(change)), change.cost, str(change))))
