"""The policy: what a session does next, as a table. The first row whose condition holds decides.

A pure function of the situation; what is costly to find out (a question, a conflict) is found out when a row first
looks at it, and only then. Whether asking or showing ends a search sooner is :mod:`kgrec.reasoning.policy`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kgrec.acts import Act, Ask, Question, Recommend, Repair
from kgrec.domain import Conflict, Slate


@dataclass(frozen=True)
class Situation:
    """What the policy may look at.

    Attributes:
        is_dead_end: whether wishes, rules and what is known leave nothing to list.
        is_seeking: whether something particular is sought, rather than the taste learnt.
        may_ask: whether fewer questions were put than may be put before the list is shown.
        find_conflict: returns the conflict of a dead end.
        find_demanded: returns the question that a rule wants answered, if any.
        find_worthwhile: returns the question that is worth its effort, if any.
        find_slate: returns the list of now.
        seek: returns the act of a search.
    """

    is_dead_end: bool
    is_seeking: bool
    may_ask: bool
    find_conflict: Callable[[], Conflict]
    find_demanded: Callable[[], Question | None]
    find_worthwhile: Callable[[], Question | None]
    find_slate: Callable[[], Slate]
    seek: Callable[[], Act]

    @cached_property
    def demanded(self) -> Question | None:
        """The question that a rule wants answered."""
        return self.find_demanded()

    @cached_property
    def worthwhile(self) -> Question | None:
        """The question that is worth its effort."""
        return self.find_worthwhile()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the policy: a condition and what to do where it holds."""

    name: str
    holds: Callable[[Situation], bool]
    act: Callable[[Situation], Act]


def _ask(question: Question | None) -> Act:
    assert question is not None, "the condition of the row says there is one"
    return Ask(question)


POLICY: Final = (
    Row("nothing is left", lambda now: now.is_dead_end, lambda now: Repair(now.find_conflict())),
    Row("something particular is sought", lambda now: now.is_seeking, lambda now: now.seek()),
    Row("the list is wanted", lambda now: not now.may_ask, lambda now: Recommend(now.find_slate())),
    Row("a rule wants to know", lambda now: now.demanded is not None, lambda now: _ask(now.demanded)),
    Row("a question pays", lambda now: now.worthwhile is not None, lambda now: _ask(now.worthwhile)),
    Row("enough is known", lambda _: True, lambda now: Recommend(now.find_slate())),
)
"""What comes first comes first: a dead end is repaired before anything is asked, rules ask before we do."""


def row_for(now: Situation) -> Row:
    """Return the row that decides."""
    return next(row for row in POLICY if row.holds(now))


def decide(now: Situation) -> Act:
    """Return what to do."""
    return row_for(now).act(now)
