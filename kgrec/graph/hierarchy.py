"""Hierarchies of values: which broader ones a value implies.

Kept apart from the compiler because a cycle, the one thing that can be wrong with a hierarchy, is met in two ways: in
somebody's ontology it is an error to be mended; in harvested facts the edge that closes it is left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from kgrec.errors import OntologyError

T = TypeVar("T", bound=Hashable)


def ancestors(broader: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return value → all values above it, at any distance.

    Args:
        broader: value → the values directly above it.
        names: what to call values in the error.

    Raises:
        OntologyError: a value is above itself; the message shows the way round.
    """
    done: dict[str, frozenset[str]] = {}
    for start in broader:
        _visit(start, broader, done, names)
    return done


def _visit(
    start: str, broader: Mapping[str, Sequence[str]], done: dict[str, frozenset[str]], names: Mapping[str, str]
) -> None:
    """Fill ``done`` for ``start`` and all above it; a stack of our own, as hierarchies may be deeper than Python's."""
    path = [start]
    while path:
        value = path[-1]
        above = broader.get(value, ())
        waiting = next((parent for parent in above if parent not in done), None)
        if waiting is None:
            done[value] = frozenset(above).union(*(done[parent] for parent in above))
            path.pop()
        elif waiting in path:
            way = [*path[path.index(waiting) :], waiting]
            shown = " → ".join(names.get(entity, entity) for entity in way)
            raise OntologyError(f"the hierarchy runs in a circle: {shown}; remove one of these skos:broader")
        else:
            path.append(waiting)


def without_cycles(edges: Sequence[tuple[T, T]]) -> tuple[list[tuple[T, T]], list[tuple[T, T]]]:
    """Split (narrower, broader) edges into those that can stand together, taken in order, and those closing a circle.

    >>> without_cycles([("a", "b"), ("b", "a"), ("a", "a")])
    ([('a', 'b')], [('b', 'a'), ('a', 'a')])
    """
    above: dict[T, list[T]] = {}
    kept: list[tuple[T, T]] = []
    dropped: list[tuple[T, T]] = []
    for narrower, broader in edges:
        if _reaches(above, broader, narrower):
            dropped.append((narrower, broader))
        else:
            above.setdefault(narrower, []).append(broader)
            kept.append((narrower, broader))
    return kept, dropped


def _reaches(above: Mapping[T, Sequence[T]], start: T, goal: T) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        value = waiting.pop()
        if value == goal:
            return True
        fresh = [parent for parent in above.get(value, ()) if parent not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False
