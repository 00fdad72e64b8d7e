"""And, or, not over leaves of any type: the shape that parsed and type-checked expressions share.

The parser's leaves are words as written, the resolver's are conditions on numbered entities. Keeping the connectives
apart from the leaves lets every later reading of an expression (masks today, queries for a remote graph another day)
be a function of its leaves alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

L = TypeVar("L")
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[L]):
    """A condition without connectives."""

    value: L
    depth: int = field(default=1, init=False)
    size: int = field(default=1, init=False)  # how many leaves


@dataclass(frozen=True, slots=True)
class Not(Generic[L]):
    """Holds where its part does not."""

    part: Tree[L]
    depth: int = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", self.part.depth + 1)
        object.__setattr__(self, "size", self.part.size)


@dataclass(frozen=True, slots=True)
class _Joined(Generic[L]):
    parts: tuple[Tree[L], ...]
    depth: int = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", max(part.depth for part in self.parts) + 1)
        object.__setattr__(self, "size", sum(part.size for part in self.parts))


class And(_Joined[L]):
    """Holds where all of its parts do."""

    __slots__ = ()


class Or(_Joined[L]):
    """Holds where at least one of its parts does."""

    __slots__ = ()


Tree = Leaf[L] | Not[L] | And[L] | Or[L]


def map_leaves(tree: Tree[L], change: Callable[[L], Tree[M]]) -> Tree[M]:
    """Return the tree with each leaf replaced by what ``change`` makes of it."""
    match tree:
        case Leaf():
            return change(tree.value)
        case Not():
            return Not(map_leaves(tree.part, change))
        case And():
            return And(tuple(map_leaves(part, change) for part in tree.parts))
        case Or():
            return Or(tuple(map_leaves(part, change) for part in tree.parts))


def leaves(tree: Tree[L]) -> Iterator[L]:
    """Yield the leaves from left to right."""
    match tree:
        case Leaf():
            yield tree.value
        case Not():
            yield from leaves(tree.part)
        case And() | Or():
            for part in tree.parts:
                yield from leaves(part)
