"""A rule diff in two lines: what happens to the list, or the lists, and what happens to the rules.

What matters comes first: whether anybody is left without a list, how many lists change and for whom most, then
whether the rules do what they say they do. The app, the plain chat and the command line all begin with these lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from kgrec.audit.diff import GroupDiff, Move, PersonDiff, RuleDiff
from kgrec.audit.diff_edits import Change
from kgrec.domain import Conflict
from kgrec.graph import KnowledgeGraph

_TELLING: Final = 0.05
"""A group whose choice changes by less than this share is not worth the first lines."""


def summary(diff: RuleDiff, graph: KnowledgeGraph) -> tuple[str, str]:
    """Return two lines: what happens to the list (of one person) or the lists, and what happens to the rules."""
    if len(diff.people) == 1:
        return one_list(diff.people[0], graph), rules_line(diff)
    return _lists_line(diff, graph), rules_line(diff)


def one_list(person: PersonDiff, graph: KnowledgeGraph) -> str:
    """Return what happens to a person's list, said to that person."""
    if person.conflict is not None:
        return f"Your list would be empty: {conflict_line(person.conflict, graph)}"
    if person.before and not person.after:
        return f"Your list would be empty: you know every {graph.ontology.singular} that would be left."
    parts = []
    if person.entering:
        parts.append(f"{_items(len(person.entering), graph)} {_s('enter', person.entering)} your list")
    if person.leaving:
        parts.append(f"{len(person.leaving)} {_s('leave', person.leaving)}")
    if person.moved:
        parts.append(f"{len(person.moved)} {_moves(person.moved)}")
    left = _left(person.left_before, person.left_after, graph)
    if not parts:
        return f"Nothing on your list changes{f'; {left}' if left else ''}."
    if not person.entering and person.leaving:
        parts[0] = f"{_items(len(person.leaving), graph)} {_s('leave', person.leaving)} your list"
    elif not person.entering:
        parts[0] = f"{_items(len(person.moved), graph)} {_moves(person.moved)} on your list"
    return f"{', '.join(parts)}{f'; {left}' if left else ''}."


def conflict_line(conflict: Conflict, graph: KnowledgeGraph) -> str:
    """Return what stands against what."""
    wishes = " and ".join(f"“{wish.label}”" for wish in conflict.wishes)
    return f"no {graph.ontology.singular} satisfies {wishes}{' at once' if len(conflict.wishes) > 1 else ''}."


def rules_line(diff: RuleDiff) -> str:
    """Return what happens to the rules: how many of them changed, and what is wrong with them."""
    counts = Counter(edit.change for edit in diff.rules)
    edits = [f"{counts[change]:,} {change}" for change in Change if counts[change]]
    parts = [f"rules: {', '.join(edits)}" if edits else "no rule changed"]
    if diff.broken:
        parts.append(f"{_count(len(diff.broken), 'expectation')} newly broken")
    if diff.fixed:
        parts.append(f"{_count(len(diff.fixed), 'expectation')} fixed")
    if diff.dead and len(diff.people) > 1:
        parts.append(f"{_count(len(diff.dead), 'rule')} without effect")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _lists_line(diff: RuleDiff, graph: KnowledgeGraph) -> str:
    people, plural = len(diff.people), graph.ontology.plural
    changed = len(diff.changed)
    if changed:
        longest = sum(max(len(person.before), len(person.after)) for person in diff.changed) / changed
        stay = sum(person.overlap for person in diff.changed) / changed * longest
        parts = [f"{changed} of {people} lists change ({stay:.1f} of {longest:.3g} {plural} stay on average)"]
    else:
        parts = [f"none of {people} lists changes"]
    group = next(iter(diff.groups), None)
    if group is not None and _weight(group) >= _TELLING:
        fit = f"{group.left_after:,.0f} {plural} fit instead of {group.left_before:,.0f}"
        parts.append(f"{group.fact} {group.value}: {fit}")
    stranded, rescued = len(diff.stranded), len(diff.rescued)
    if rescued:
        parts.append(f"{rescued} who had no list {'gets' if rescued == 1 else 'get'} one")
    if stranded:
        parts.insert(0, f"{stranded} {'is' if stranded == 1 else 'are'} left without a list")
    else:
        parts.append("nobody loses their list")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _weight(group: GroupDiff) -> float:
    """Return by which share of the greater the number of candidates changes."""
    return abs(group.left_after - group.left_before) / max(group.left_before, group.left_after, 1.0)


def _left(before: int, after: int, graph: KnowledgeGraph) -> str:
    """Return how many items are left, if that changes."""
    return "" if before == after else f"{_items(after, graph)} {'fits' if after == 1 else 'fit'} instead of {before:,}"


def _items(number: int, graph: KnowledgeGraph) -> str:
    words = graph.ontology
    return f"{number:,} {words.singular if number == 1 else words.plural}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _s(verb: str, moves: Sequence[Move]) -> str:
    """Return a verb as it goes with so many."""
    return f"{verb}s" if len(moves) == 1 else verb


def _moves(moves: Sequence[Move]) -> str:
    return "changes its place" if len(moves) == 1 else "change places"
