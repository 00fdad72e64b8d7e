"""A case: one belief under some rules at one moment, and the list that follows from it.

Asking "what if" is making another case and looking at its list. Nothing here knows how a list comes about; that is
the recommender's business, so what is found out this way is true of the real list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import Belief, Value
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import Mask, RuleBook, Scope


@dataclass(frozen=True, eq=False)
class Case:
    """Who wants what, under which rules, and when.

    Attributes:
        recommender: a fitted one.
        belief: what is thought of the user.
        rules: the rules in force.
        context: what rules may ask of the moment.
    """

    recommender: Recommender
    belief: Belief
    rules: RuleBook
    context: Mapping[str, Value] = field(default_factory=dict)
    _listed: dict[int, NDArray[np.intp]] = field(default_factory=dict, repr=False)

    @cached_property
    def ranking(self) -> Ranking:
        """Every item scored."""
        return self.recommender.rank(self.belief, self.rules, self.context)

    @cached_property
    def scope(self) -> Scope:
        """What the rules may ask about the user and the moment."""
        return self.recommender.scope(self.belief, self.context)

    def listed(self, n: int) -> NDArray[np.intp]:
        """Return the item numbers of the list of ``n``, the best first; fewer where fewer are left."""
        if n not in self._listed:
            self._listed[n] = self.recommender.best(self.ranking, n)
        return self._listed[n]

    def place(self, item: int, n: int) -> int:
        """Return the place of an item on the list of ``n``, counted from 1; 0: it is not on it."""
        found = np.flatnonzero(self.listed(n) == item)
        return int(found[0]) + 1 if found.size else 0

    def standing(self, item: int) -> int:
        """Return the rank an item's score has among those that are open, counted from 1, whether it is open or not."""
        return int(np.count_nonzero(self.ahead(item) & self.ranking.open)) + 1

    def ahead(self, item: int) -> Mask:
        """Return which items come before an item by their score, shape (n_items,); equal ones are listed by number."""
        scores = self.ranking.scores
        ahead: Mask = scores > scores[item]
        ahead[:item] |= scores[:item] == scores[item]
        return ahead
