"""Simulated people who are after something: items they chose later, known to them by what those have in common.

A tenth of what each user chose is held out; the rest is their history in the fitted graph. What they seek are held-out
items that share a value; they open with it, and of any values they are offered they accept those that one of the items
sought has. A list without any of these items is rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.acts import Accept, Reject, Reply, Unknown
from kgrec.evaluate.people import Manners
from kgrec.graph import KnowledgeGraph
from kgrec.learning.splits import with_interactions
from kgrec.reasoning.belief import LIKED_FROM

HELD_OUT: Final = 0.1
"""The share of what each user chose that is held out; at least one item."""

MOST_SOUGHT: Final = 3
"""Nobody is after more than so many items at once."""

LEAST_SHARED: Final = 2
"""Nobody opens with a value that one item alone has: they would have named the item."""


@dataclass(frozen=True, slots=True)
class Seeker:
    """Somebody after something.

    Attributes:
        user: the id in the graph.
        sought: the items that would do, by number.
        opening: the value they begin with.
        accepted: every value that one of these items has.
    """

    user: str
    sought: frozenset[int]
    opening: int
    accepted: frozenset[int]

    def reply(self, values: Sequence[str], graph: KnowledgeGraph, manners: Manners, rng: np.random.Generator) -> Reply:
        """Say which of some values what is sought has.

        A wrong answer names any other single one of them, or none, instead.
        """
        mood, slip = rng.random(2)
        if mood < manners.unwilling:
            return Unknown()
        true = tuple(value for value in values if graph.index(value) in self.accepted)
        if slip < manners.wrong:
            others = [answer for answer in ((), *((value,) for value in values)) if answer != true]
            true = others[int(rng.integers(len(others)))]
        return Accept(true) if true else Reject(tuple(values))

    def found(self, items: Sequence[int]) -> int:
        """Return the place of the first item sought on a list, from 1; 0 for none."""
        return next((place for place, item in enumerate(items, 1) if item in self.sought), 0)


def hold_out(graph: KnowledgeGraph, seed: int) -> tuple[KnowledgeGraph, list[NDArray[np.intp]]]:
    """Return the graph without HELD_OUT of the liked items of each user, and these items by user.

    Who has a single liked item keeps it. All interactions with a held-out item go.
    """
    log = graph.interactions
    liked = log.user_items
    held: list[NDArray[np.intp]] = []
    keep = np.ones(len(log), dtype=np.bool_)
    order = np.argsort(log.users, kind="stable")
    starts = np.searchsorted(log.users[order], np.arange(log.n_users + 1))
    for user in range(log.n_users):
        row = slice(liked.indptr[user], liked.indptr[user + 1])
        items = np.sort(liked.indices[row][liked.data[row] >= LIKED_FROM])
        count = max(1, round(HELD_OUT * len(items))) if len(items) > 1 else 0
        chosen = np.random.default_rng([seed, 4, user]).permutation(items)[:count].astype(np.intp)
        held.append(chosen)
        own = order[starts[user] : starts[user + 1]]
        keep[own[np.isin(log.items[own], chosen)]] = False
    return with_interactions(graph, keep), held


def seeker(graph: KnowledgeGraph, user: int, held: NDArray[np.intp], rng: np.random.Generator) -> Seeker | None:
    """Return what a user is after; None if no held-out item has a value that another item shares.

    ``graph`` is that without the items held out. The opening is drawn from the values that most of (at most
    MOST_SOUGHT) held-out items share.
    """
    shared = graph.once(_shared)
    values = {int(item): frozenset(shared.get(int(item), ())) for item in rng.permutation(held)[:MOST_SOUGHT]}
    counts = Counter(value for own in values.values() for value in own)
    if not counts:
        return None
    most = max(counts.values())
    opening = int(rng.choice(sorted(value for value, count in counts.items() if count == most)))
    sought = frozenset(item for item, own in values.items() if opening in own)
    name = graph.interactions.user_ids[user]
    accepted = frozenset(value for item in sought for value in values[item])
    return Seeker(name, sought, opening, accepted)


def _shared(graph: KnowledgeGraph) -> dict[int, tuple[int, ...]]:
    """Return the telling values of each item that at least LEAST_SHARED items have."""
    links = graph.attributes
    degrees = np.bincount(links.indices, minlength=graph.n_entities)
    return {
        item: tuple(
            int(value)
            for value in links.indices[links.indptr[item] : links.indptr[item + 1]]
            if degrees[value] >= LEAST_SHARED and value >= graph.n_items
        )
        for item in range(graph.n_items)
    }
