"""Whom to ask: users divided by seed into those to tune on and those to report on, and graphs that never saw them.

Whoever chooses a constant looks at the first half alone; what is reported comes from the second. The people asked
are taken out of the graph a fold at a time, so that the rest of the community stays as large as it really is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.learning.pairs import Users
from kgrec.learning.splits import only

FOLDS: Final = 10
"""One in so many users is taken out of the graph at a time."""


class Half(StrEnum):
    """Which users are asked."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Fold:
    """Some users, and the graph without them."""

    users: Users
    graph: KnowledgeGraph


def half_of(graph: KnowledgeGraph, half: Half, seed: int) -> Users:
    """Return the numbers of the users in a half, in the order they are asked in; raises DataError without users."""
    n_users = graph.interactions.n_users
    if n_users < 2:  # noqa: PLR2004  (two halves)
        raise DataError(f"{graph.name!r} has interactions of {n_users} users; people can be simulated from two on")
    order = np.random.default_rng([seed, 0]).permutation(n_users)
    tuned = n_users // 2
    return np.asarray(order[:tuned] if half is Half.TUNE else order[tuned:], dtype=np.intp)


def folds(graph: KnowledgeGraph, users: Users) -> Iterator[Fold]:
    """Go through the users in groups of at most a FOLDS-th of all, each with the graph without that group."""
    size = max(1, graph.interactions.n_users // FOLDS)
    everybody = np.arange(graph.interactions.n_users)
    for start in range(0, len(users), size):
        group = users[start : start + size]
        yield Fold(group, only(graph, np.setdiff1d(everybody, group)))
