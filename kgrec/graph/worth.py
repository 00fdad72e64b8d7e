"""What the events of a log are worth: a value for each pair of user and item, and how much it counts as a choice.

All interactions of one pair get the same value and the same trust, so that it does not matter which of them came last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.graph.event_kinds import values_of_kinds
from kgrec.graph.interactions import Interactions

_MOST_OFTEN: Final = 4.0
"""Times the user's average, a pair counts no more however often it was chosen."""

Of = NDArray[np.intp]
"""Which pair each interaction is of, (m,), numbered from 0."""


def with_worth(log: Interactions) -> Interactions:
    """Return the log with what its events say of each pair, and how much each counts as a choice.

    The latest rating of a pair counts, whatever else was done; without a rating, of the kinds of events the one that
    says most, either way. See :func:`trusts_of` for how much that counts.
    """
    _, of_row = np.unique(log.users.astype(np.int64) * max(log.n_items, 1) + log.items, return_inverse=True)
    is_rated = ~np.isnan(log.ratings)
    says = values_of_kinds(log.kind_names)[log.kinds] if log.kinds.size else np.ones(len(log), dtype=np.float32)
    values = np.where(is_rated, log.values, says)
    order = np.lexsort((np.arange(len(log)), log.times, np.where(is_rated, 2.0, np.abs(values))))
    best = np.empty(int(of_row.max(initial=-1)) + 1, dtype=np.intp)
    best[of_row[order]] = order  # of equal pairs the last assignment stays
    heard = replace(log, values=values[best[of_row]])
    return replace(heard, trusts=trusts_of(heard, of_row))


def trusts_of(log: Interactions, of_row: Of) -> NDArray[np.float32]:
    """Return how much the pair of each interaction counts as a choice, (m,): 1 on average; 0: it was turned down.

    A pair without a rating counts the square root of its value, times how often it was chosen (see :func:`_often`).
    """
    is_rated = np.zeros(int(of_row.max(initial=-1)) + 1, dtype=np.bool_)
    is_rated[of_row[~np.isnan(log.ratings)]] = True
    worth = np.empty(len(is_rated))
    worth[of_row] = np.sqrt(np.maximum(log.values, 0.0))
    trusts = np.where(is_rated, 1.0, worth * np.minimum(_often(log, of_row, len(is_rated)), _MOST_OFTEN))
    return np.asarray(trusts / max(float(trusts.mean()), 1e-9), dtype=np.float32)[of_row]


def _often(log: Interactions, of_row: Of, n_pairs: int) -> NDArray[np.float64]:
    """Return how often each pair was chosen, (pairs,), where 1 is what its user does on average.

    Kind by kind, the logarithm of all amounts; the mean over the kinds of a pair. Who plays a lot chooses nothing more
    surely than others do. An event without an amount counts once.
    """
    kinds = log.kinds if log.kinds.size else np.zeros(len(log), dtype=np.int16)
    amounts = np.nan_to_num(log.amounts, nan=1.0) if log.amounts.size else np.ones(len(log))
    n_kinds = len(log.kind_names)
    cells, of_cell = np.unique(of_row * n_kinds + kinds, return_inverse=True)
    level = np.log1p(np.bincount(of_cell, np.maximum(amounts, 0.0)))
    pair, kind = cells // n_kinds, cells % n_kinds
    user = np.empty(n_pairs, dtype=np.intp)
    user[of_row] = log.users
    own = user[pair] * n_kinds + kind
    average = np.bincount(own, level) / np.maximum(np.bincount(own), 1)
    often = level / np.maximum(average[own], 1e-9)
    return np.asarray(np.bincount(pair, often, n_pairs) / np.maximum(np.bincount(pair, minlength=n_pairs), 1))
