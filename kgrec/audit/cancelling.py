"""Preferences that cancel each other out: in every situation about the same items, with weights that add up to 0."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import isclose

from kgrec.audit.effects import Reach
from kgrec.audit.redundant import Redundancies, Relation
from kgrec.rulebook.rules import Prefer


def cancelling(reaches: Sequence[Reach], redundancies: Redundancies) -> Iterator[tuple[Prefer, ...]]:
    """Yield preferences that together change no score, in file order: all that say the same, else two of them."""
    near: dict[tuple[int, frozenset[str]], list[list[Reach]]] = defaultdict(list)
    for reach in reaches:
        if isinstance(reach.rule, Prefer) and reach.rule.weight:
            alike = near[reach.touched, reach.facts]
            same = (group for group in alike if redundancies.relation(reach, group[0]) is Relation.SAME)
            group = next(same, None)
            if group is None:
                alike.append([reach])
            else:
                group.append(reach)
    for alike in near.values():
        for group in alike:
            yield from _to_nothing([reach.rule for reach in group if isinstance(reach.rule, Prefer)])


def _to_nothing(rules: Sequence[Prefer]) -> Iterator[tuple[Prefer, ...]]:
    if len(rules) > 1 and _is_nothing(rules):
        yield tuple(rules)
        return
    pair = next((pair for pair in combinations(rules, 2) if _is_nothing(pair)), None)
    if pair is not None:
        yield pair


def _is_nothing(rules: Sequence[Prefer]) -> bool:
    return isclose(sum(rule.weight for rule in rules), 0.0, abs_tol=1e-9)
