"""Ties: whom a user knows, and what of it may be used.

A tie says that the choices of one person may count for another. Consent belongs to the tie, not to the person: who lets
one friend see what they like need not let all. What a data set says of ties is :class:`kgrec.graph.people.People`; what
somebody told of themselves is an event of their profile, and gone without trace when they take it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class TieKind(StrEnum):
    """How somebody stands to a person they know."""

    FRIEND = "friend"  # holds both ways
    FOLLOW = "follow"
    TRUST = "trust"


class Consent(StrEnum):
    """What a tie may be used for."""

    YES = "yes"  # the person's likes count, and reasons may name them
    UNNAMED = "unnamed"  # they count, and nobody is told whose they are
    NO = "no"  # nothing


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody whose likes count for a user: a user of the data set, by id; ``is_named``: reasons may name them."""

    person: str
    kind: TieKind = TieKind.FRIEND
    is_named: bool = False


def merged(*several: Iterable[Tie]) -> tuple[Tie, ...]:
    """Return some ties as one, each person once; what a later one says of a person replaces what an earlier one said.

    >>> merged([Tie("ben")], [Tie("ben", TieKind.TRUST), Tie("cat")])[0].kind
    <TieKind.TRUST: 'trust'>
    """
    return tuple({tie.person: tie for ties in several for tie in ties}.values())
