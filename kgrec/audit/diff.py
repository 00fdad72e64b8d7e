"""Two rule books side by side: what the lists of people lose and gain if one takes the place of the other.

A rule is written by one person and felt by all. The lists of each person under both books show what an edit does
before it does it; who they are does not matter here, one person in the app or a hundred made up. Everything is a
value, so that each front end words it as it likes, and swapping the books swaps what enters and what leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.audit.diff_edits import RuleChange, changed_rules
from kgrec.audit.diff_effects import effective
from kgrec.audit.diff_people import Person
from kgrec.audit.expectations import Broken, check_expectations
from kgrec.domain import Belief, Conflict, Constraint, OriginKind, Value
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking, understood
from kgrec.recommender import Recommender
from kgrec.rulebook import Rule, RuleBook
from kgrec.rulebook.masks import Mask
from kgrec.rulebook.rules import Expectation

MOST_COUNTED: Final = 10
"""So many of the items that most often enter or leave are kept."""


@dataclass(frozen=True, slots=True)
class Move:
    """An item whose rank on a list changes; ranks count from 1, None: not on the list."""

    item: str
    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class PersonDiff:
    """What changes for one person.

    Attributes:
        before, after: the items of the list, best first.
        moves: what enters, then what leaves, then what stays at another rank.
        left_before, left_after: how many items the wishes and rules allow.
        conflict: the dead end under the new rules, if that is where they lead.
        lost: the wishes that some item could satisfy under the old rules, but none can under the new ones.
    """

    person: Person
    before: tuple[str, ...]
    after: tuple[str, ...]
    moves: tuple[Move, ...]
    left_before: int
    left_after: int
    conflict: Conflict | None = None
    lost: tuple[str, ...] = ()

    @property
    def entering(self) -> tuple[Move, ...]:
        """What is new on the list, by rank."""
        return tuple(move for move in self.moves if move.before is None)

    @property
    def leaving(self) -> tuple[Move, ...]:
        """What is no longer on the list, by its rank before."""
        return tuple(move for move in self.moves if move.after is None)

    @property
    def moved(self) -> tuple[Move, ...]:
        """What stays on the list at another rank."""
        return tuple(move for move in self.moves if move.before is not None and move.after is not None)

    @property
    def is_changed(self) -> bool:
        """Whether the list is another one."""
        return self.before != self.after

    @property
    def overlap(self) -> float:
        """The share of the longer list that both have in common, 0 to 1."""
        longest = max(len(self.before), len(self.after))
        return len({*self.before} & {*self.after}) / longest if longest else 1.0


@dataclass(frozen=True, slots=True)
class GroupDiff:
    """What changes for the people with one answer to an ``ask`` rule; candidates are averages over them."""

    fact: str
    value: Value
    people: int
    changed: int
    left_before: float
    left_after: float


@dataclass(frozen=True, slots=True)
class Frequent:
    """An item that enters or leaves lists, and how many."""

    item: str
    label: str
    lists: int


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """What changes if the new rules take the place of the old ones.

    Attributes:
        people: one entry a person.
        n: how long the lists are.
        rules: what was done to the rules themselves.
        groups: the people by their answers to ``ask`` rules, the most affected first.
        coverage_before, coverage_after: the share of the catalogue that is on any list.
        dead: rules of the new book without any effect on these people, which are new or had one before.
        broken: expectations of the new book that do not hold, and are new or held before.
        fixed: expectations of the new book that hold now and did not before.
        entering, leaving: the items that most often enter or leave a list.
    """

    people: tuple[PersonDiff, ...]
    n: int
    rules: tuple[RuleChange, ...] = ()
    groups: tuple[GroupDiff, ...] = ()
    coverage_before: float = 0.0
    coverage_after: float = 0.0
    dead: tuple[Rule, ...] = ()
    broken: tuple[Broken, ...] = ()
    fixed: tuple[Broken, ...] = ()
    entering: tuple[Frequent, ...] = ()
    leaving: tuple[Frequent, ...] = ()

    @property
    def changed(self) -> tuple[PersonDiff, ...]:
        """The people whose lists change."""
        return tuple(diff for diff in self.people if diff.is_changed)

    @property
    def stranded(self) -> tuple[PersonDiff, ...]:
        """The people who had a list and have none under the new rules."""
        return tuple(diff for diff in self.people if diff.before and not diff.after)

    @property
    def rescued(self) -> tuple[PersonDiff, ...]:
        """The people who had no list and have one under the new rules."""
        return tuple(diff for diff in self.people if diff.after and not diff.before)

    @property
    def overlap(self) -> float:
        """The share of a list that stays, averaged over the people; 1 without people."""
        return float(np.mean([diff.overlap for diff in self.people])) if self.people else 1.0

    @property
    def is_empty(self) -> bool:
        """Whether neither the rules nor anything that follows from them differs."""
        return not (self.rules or self.broken or self.fixed or self.dead or self.changed) and all(
            diff.left_before == diff.left_after for diff in self.people
        )


def diff_rules(  # noqa: PLR0913  (two books, and whom to try them on)
    recommender: Recommender,
    old: RuleBook,
    new: RuleBook,
    people: Sequence[Person],
    n: int = 10,
    *,
    expectations: bool = True,
) -> RuleDiff:
    """Return what changes for some people if ``new`` takes the place of ``old``.

    Args:
        recommender: a fitted one.
        old: the rules as they are.
        new: the rules as they would be.
        people: whom to try them on; see :mod:`kgrec.audit.diff_people`.
        n: how long the lists are that are compared.
        expectations: whether to try those of both books, which may take longer than one person's list.
    """
    diffs: list[PersonDiff] = []
    felt: tuple[set[str], set[str]] = (set(), set())
    for person in people:
        believed, _ = understood(person.belief, old)
        believable, lost = understood(person.belief, new)
        before = recommender.rank(believed, old, person.context)
        after = recommender.rank(believable, new, person.context)
        felt[0].update(effective(recommender, old, before, person.context, n))
        felt[1].update(effective(recommender, new, after, person.context, n))
        diffs.append(_compared(recommender, person, before, after, n, lost))
    graph = recommender.graph_
    broken, fixed = _expectations(recommender, old, new) if expectations else ((), ())
    return RuleDiff(
        people=tuple(diffs),
        n=n,
        rules=changed_rules(old, new),
        groups=_groups(diffs),
        coverage_before=len({item for diff in diffs for item in diff.before}) / max(graph.n_items, 1),
        coverage_after=len({item for diff in diffs for item in diff.after}) / max(graph.n_items, 1),
        dead=_newly_dead(old, new, *felt) if people else (),
        broken=broken,
        fixed=fixed,
        entering=_frequent(move for diff in diffs for move in diff.entering),
        leaving=_frequent(move for diff in diffs for move in diff.leaving),
    )


# --- one person -------------------------------------------------------------------------------------------------------


def _compared(  # noqa: PLR0913  (two of everything)
    recommender: Recommender, person: Person, before: Ranking, after: Ranking, n: int, lost: tuple[str, ...]
) -> PersonDiff:
    graph = recommender.graph_
    old, new = (tuple(graph.entity_ids[item] for item in recommender.best(ranking, n)) for ranking in (before, after))
    return PersonDiff(
        person=person,
        before=old,
        after=new,
        moves=_moves(graph, old, new),
        left_before=int(before.allowed.sum()),
        left_after=int(after.allowed.sum()),
        conflict=None if new else recommender.slate(after, 1).conflict,
        lost=(*lost, *_lost(graph, person.belief, before, after)),
    )


def _moves(graph: KnowledgeGraph, before: Sequence[str], after: Sequence[str]) -> tuple[Move, ...]:
    """Return the items whose rank differs: those that enter, those that leave, those that stay."""
    old = {item: rank for rank, item in enumerate(before, 1)}
    new = {item: rank for rank, item in enumerate(after, 1)}
    items = (
        *(item for item in after if item not in old),
        *(item for item in before if item not in new),
        *(item for item in after if item in old and old[item] != new[item]),
    )
    return tuple(Move(item, graph.label(item), old.get(item), new.get(item)) for item in items)


def _lost(graph: KnowledgeGraph, belief: Belief, before: Ranking, after: Ranking) -> list[str]:
    """Return the wishes and liked values that the rules alone allowed items for before, and do not now."""
    allowed, still = _ruled(before), _ruled(after)
    if (still >= allowed).all():
        return []
    wanted = [(wish.label, mask) for wish, mask in _wished(after)]
    wanted += [
        (graph.label(opinion.entity), _having(graph, opinion.entity))
        for opinion in belief.opinions
        if opinion.value > 0 and opinion.entity in graph and not graph.is_item(opinion.entity)
    ]
    return [label for label, mask in wanted if (mask & allowed).any() and not (mask & still).any()]


def _wished(ranking: Ranking) -> Iterable[tuple[Constraint, Mask]]:
    """Yield what the user wished for, with the items it holds for."""
    for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True):
        if constraint.origin.kind is not OriginKind.RULE:
            yield constraint, mask


def _ruled(ranking: Ranking) -> Mask:
    """Return what the rules alone let through, shape (n_items,)."""
    allowed = np.ones(len(ranking.allowed), dtype=np.bool_)
    for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True):
        if constraint.origin.kind is OriginKind.RULE:
            allowed &= mask
    return allowed


def _having(graph: KnowledgeGraph, value: str) -> Mask:
    """Return the items that have a value, shape (n_items,)."""
    mask, number = np.zeros(graph.n_items, dtype=np.bool_), graph.index(value)
    for facet in graph.facets_of(number):
        columns = graph.items_of[facet.name]
        mask[columns.indices[columns.indptr[number] : columns.indptr[number + 1]]] = True
    return mask


# --- everybody --------------------------------------------------------------------------------------------------------


def _groups(diffs: Iterable[PersonDiff]) -> tuple[GroupDiff, ...]:
    """Return the people by fact, those whose choice changes most (as a share) first."""
    members: dict[tuple[str, Value], list[PersonDiff]] = {}
    for diff in diffs:
        for fact, value in diff.person.belief.fact.items():
            members.setdefault((fact, value), []).append(diff)
    groups = [
        GroupDiff(
            fact,
            value,
            len(some),
            sum(diff.is_changed for diff in some),
            float(np.mean([diff.left_before for diff in some])),
            float(np.mean([diff.left_after for diff in some])),
        )
        for (fact, value), some in members.items()
    ]

    def importance(group: GroupDiff) -> tuple[float, float, str, str]:
        most = max(group.left_before, group.left_after, 1.0)
        share = abs(group.left_after - group.left_before) / most
        return -share, -group.changed / group.people, group.fact, str(group.value)

    return tuple(sorted(groups, key=importance))


def _newly_dead(old: RuleBook, new: RuleBook, felt_before: set[str], felt_now: set[str]) -> tuple[Rule, ...]:
    known = {rule.name for rule in old.rules}
    return tuple(
        rule for rule in new.rules if rule.name not in felt_now and (rule.name not in known or rule.name in felt_before)
    )


def _expectations(
    recommender: Recommender, old: RuleBook, new: RuleBook
) -> tuple[tuple[Broken, ...], tuple[Broken, ...]]:
    """Return the expectations of the new book that are newly broken, and those that no longer are."""
    graph, lookup = recommender.graph_, recommender.lookup_
    was, now = (
        {_content(found.expectation): found for found in check_expectations(book, graph, lambda: recommender, lookup)}
        for book in (old, new)
    )
    expected = {_content(expectation) for expectation in new.expectations}
    broken = tuple(found for content, found in now.items() if content not in was)
    fixed = tuple(found for content, found in was.items() if content in expected and content not in now)
    return broken, fixed


def _content(expectation: Expectation) -> str:
    """Return what an expectation says, wherever it stands."""
    given = (expectation.facts, expectation.context, expectation.likes, expectation.dislikes)
    texts = [" ".join(part.text.split()) for part in (expectation.expression, *expectation.where)]
    return repr((expectation.name, expectation.kind, *given, expectation.top, *texts))


def _frequent(moves: Iterable[Move]) -> tuple[Frequent, ...]:
    """Return the items that move on most lists, most first, ties by name."""
    labels: dict[str, str] = {}
    lists: Counter[str] = Counter()
    for move in moves:
        labels[move.item] = move.label
        lists[move.item] += 1
    most = sorted(lists.items(), key=lambda pair: (-pair[1], labels[pair[0]], pair[0]))[:MOST_COUNTED]
    return tuple(Frequent(item, labels[item], count) for item, count in most)
