"""What follows from a belief at one moment: the ranking, lists and explanations, each made when first needed.

It is a value: when anything changes, another takes its place, so nothing in it is ever out of date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgrec.audit.case import Case
from kgrec.dialogue.companions import Companion
from kgrec.domain import Conflict, Recommendation, Slate
from kgrec.graph.lookup import Match
from kgrec.group import Fair, explained, fair, fair_shelves, fair_slate
from kgrec.ranking import Ranking
from kgrec.shelves import ROWS, Shelf

if TYPE_CHECKING:
    from kgrec.audit.whynot import WhyNot


class Consequences:
    """What one user, and whoever else the list shall suit, can be told now.

    Attributes:
        case: what is thought of the user, under which rules, at what moment.
    """

    def __init__(self, case: Case, user: str, companions: Sequence[Companion] = ()) -> None:
        self.case: Final = case
        self._user = user
        self._companions = companions
        self._slates: dict[tuple[int, bool], Slate] = {}
        self._absences: dict[tuple[str, int], WhyNot] = {}

    @property
    def ranking(self) -> Ranking:
        """Every item scored, for all together."""
        return self._fair.combined

    @cached_property
    def _fair(self) -> Fair:
        case = self.case
        people = {self._user: case.ranking}
        for other in self._companions:
            # What is given up is given up for all, what is asked of the list is asked for all, and all are here now.
            own = case.belief
            theirs = replace(other.belief, dropped=own.dropped, dials=own.dials, context=own.context)
            people[other.user] = case.recommender.rank(theirs, other.rules or case.rules, case.context)
        return fair(people)

    @property
    def first_listed(self) -> tuple[str, ...] | None:
        """The items of the list that was made first; None if none was."""
        slate = next(iter(self._slates.values()), None)
        return None if slate is None else tuple(entry.item for entry in slate)

    def slate(self, n: int = 10, *, exclude_seen: bool = True) -> Slate:
        """Return the list."""
        if (n, exclude_seen) not in self._slates:
            found = fair_slate(self.case.recommender, self._fair, n, exclude_seen=exclude_seen)
            self._slates[n, exclude_seen] = found
        return self._slates[n, exclude_seen]

    def shelves(self, n: int = 10, rows: int = ROWS) -> tuple[Shelf, ...]:
        """Return the page of titled rows."""
        case = self.case
        return fair_shelves(case.recommender, self._fair, case.rules.shelves(case.scope), n, rows)

    def missed(self, listed: int, n: int) -> tuple[Match, ...]:
        """Return the ``n`` items that come right after a list of that length."""
        graph = self.case.recommender.graph_
        missed = self.case.recommender.best(self.ranking, listed + n)[listed:].tolist()
        return tuple(Match(graph.entity_ids[item], graph.label(item), 0.0) for item in missed)

    @property
    def conflict(self) -> Conflict:
        """The conflict and the ways out, where nothing is left."""
        conflict = self.slate().conflict
        assert conflict is not None, "a ranking that leaves nothing has a conflict"
        return conflict

    def explain(self, item: int) -> Recommendation:
        """Return an item, on the list or not, with all its reasons."""
        return explained(self.case.recommender, self._fair, [item])[0]

    def why_not(self, item: str, n: int) -> WhyNot:
        """Return why an item is not on the user's own list and what would bring it there."""
        from kgrec.audit.whynot import why_not  # not needed before somebody asks

        if (item, n) not in self._absences:
            self._absences[item, n] = why_not(self.case, item, n)
        return self._absences[item, n]
