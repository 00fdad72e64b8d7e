"""InteractionTable: interactions as their source tells them, users and items by id, before the items are numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import DataError
from kgrec.graph.event_kinds import CHOSEN
from kgrec.graph.interactions import Interactions, rating_values
from kgrec.graph.worth import with_worth

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class InteractionTable:
    """Columns of equal length m, one row an interaction.

    Attributes:
        users, items: ids.
        ratings: float64 (m,), NaN = none; empty when there are none at all.
        times: int64 (m,), seconds since 1970-01-01, 0 = unknown; empty when there are none at all.
        context: column name → one string an interaction.
        kinds: what each is an event of (kgrec.graph.event_kinds), "" = rated or chosen; empty when all are.
        amounts: float64 (m,), how often or how many seconds, NaN = not told; empty when it is never told.
    """

    users: Sequence[str]
    items: Sequence[str]
    ratings: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    times: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Sequence[str] = ()
    amounts: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def resolve(self, item_ids: Sequence[str]) -> Interactions:
        """Number users (in order of appearance) and items (as in ``item_ids``).

        Raises:
            DataError: an interaction with an item that is not there; the message names the first few.
        """
        rows = len(self.users)
        number = {item: index for index, item in enumerate(item_ids)}
        try:
            items = np.fromiter((number[item] for item in self.items), dtype=np.int32, count=rows)
        except KeyError:
            unknown = list(dict.fromkeys(item for item in self.items if item not in number))
            shown = ", ".join(map(repr, unknown[:_SHOWN])) + (" ..." if len(unknown) > _SHOWN else "")
            raise DataError(
                f"interactions with {len(unknown)} unknown items: {shown}; add these items or drop the rows"
            ) from None
        order: dict[str, int] = {}
        users = np.fromiter((order.setdefault(user, len(order)) for user in self.users), dtype=np.int32, count=rows)
        ratings = self.ratings if self.ratings.size else np.full(rows, np.nan)
        log = Interactions(
            user_ids=tuple(order),
            n_items=len(item_ids),
            users=users,
            items=items,
            ratings=ratings.astype(np.float64),
            values=rating_values(ratings),
            times=self.times.astype(np.int64) if self.times.size else np.zeros(rows, dtype=np.int64),
            context={name: tuple(column) for name, column in self.context.items()},
            amounts=np.empty(0) if np.isnan(self.amounts).all() else self.amounts.astype(np.float64),
        )
        if not any(self.kinds):
            return with_worth(log) if log.amounts.size else log
        names = (CHOSEN, *sorted(set(self.kinds) - {CHOSEN}))
        code = {name: number for number, name in enumerate(names)}
        kinds = np.fromiter((code[kind] for kind in self.kinds), dtype=np.int16, count=rows)
        return with_worth(replace(log, kind_names=names, kinds=kinds))
