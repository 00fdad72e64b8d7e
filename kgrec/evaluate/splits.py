"""Splits: which interactions are learned from, what is known of each user judged, and what they should be shown.

A split is a pure function of graph, protocol and seed. It is made of pairs (user, item): who rated an item twice has
both rows on the same side, so nothing held out is learned from. Users and items keep their numbers. Tuning and learned
weights get a split of the training graph by the same function (``Split.nested``): what is held out here is never seen.

* warm: a fifth of each user's items, at random.
* new-users: a fifth of the users, none of whose interactions is learned from; of each the first 0, 1, 2, 3, 5 and 10
  items (by time, ties at random) are known; asked for is the same random fifth of their items in every case, and the
  other four fifths are never listed, known or not: so the cases can be compared.
* new-items: a fifth of the items that have facts, with all that users did with them; only these are ranked.
* temporal: each user's last item (ties at random). What others did later is still learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import UserFact
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.learning.splits import with_interactions

SHARE: Final = 0.2
"""So much is held out: of a user's items, of the users, or of the items."""

NESTED_SHARE: Final = 0.1
"""So much of what a user's training items are is held out to tune on: 8 of the 80 in a hundred."""

KNOWN: Final = (0, 1, 2, 3, 5, 10)
"""So many items of a new user are known."""

LEAST_FACETS: Final = 2
"""An item has facts if it has values of so many facets (or of the only one there is)."""

_LEAST_TIMED: Final = 3
"""Whose last item is asked for has at least so many: one to ask for, one to tune on, one to know."""
_DAY_S: Final = 86_400.0

Users = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Protocol(StrEnum):
    """What is held out."""

    WARM = "warm"
    NEW_USERS = "new-users"
    NEW_ITEMS = "new-items"
    TEMPORAL = "temporal"


class Relevance(StrEnum):
    """Which of the held-out items are relevant: all that were rated, or those with a value above 0."""

    ALL = "all"
    LIKED = "liked"


@dataclass(frozen=True, eq=False)
class Case:
    """Users to recommend to, what is known of them, and what would be right.

    Attributes:
        name: what tells it from the other cases of its split, "" for the only one.
        users: intp (n,), their numbers in the graph.
        known: CSR (n, n_items) float32, their histories as values in [-1, 1].
        ages: float32 (known.nnz,), aligned with ``known.data``: days before the last known interaction of the user.
        relevant: CSR (n, n_items), ones; at least one in each row.
        hidden: CSR (n, n_items), ones: what is not to be listed, the known items among it.
        candidates: bool (n_items,), what is ranked.
        facts: what else is known of each user, (n,); empty for a graph that knows nothing of users.
    """

    name: str
    users: Users
    known: sparse.csr_matrix
    ages: NDArray[np.float32]
    relevant: sparse.csr_matrix
    hidden: sparse.csr_matrix
    candidates: Mask
    facts: tuple[Mapping[str, UserFact], ...] = ()


@dataclass(frozen=True, eq=False)
class Split:
    """A training graph, which has the facts of all items, and the cases to judge."""

    protocol: Protocol
    seed: int
    relevance: Relevance
    graph: KnowledgeGraph
    cases: tuple[Case, ...]

    def nested(self) -> Split:
        """Return the split of the training graph to tune on; raises DataError where that is too small."""
        return split(self.graph, self.protocol, self.seed, self.relevance, is_nested=True)


def split(
    graph: KnowledgeGraph,
    protocol: Protocol,
    seed: int,
    relevance: Relevance = Relevance.ALL,
    *,
    is_nested: bool = False,
) -> Split:
    """Hold out a part of the interactions; raises DataError if nobody is left to judge.

    ``is_nested``: take a second, smaller part (see NESTED_SHARE) with other random numbers.
    """
    pairs = _Pairs.of(graph, relevance)
    rng = np.random.default_rng([seed, int(is_nested), list(Protocol).index(protocol)])
    share = NESTED_SHARE if is_nested else SHARE
    if protocol is Protocol.WARM:
        held = _held_per_user(pairs, share, rng)
        cases = [_case(pairs, ~held, held)]
    elif protocol is Protocol.TEMPORAL:
        held = _last(pairs, rng)
        cases = [_case(pairs, ~held, held)]
    elif protocol is Protocol.NEW_ITEMS:
        new = _new_items(graph, rng)
        held = new[pairs.items]
        cases = [_case(pairs, ~held, held, candidates=new)]
    else:
        held, cases = _new_users(pairs, rng)
    cases = [_with_facts(case, graph) for case in cases if len(case.users)]
    if not cases:
        raise DataError(
            f"{graph.name!r} has too few interactions to hold some out ({protocol}): "
            f"{len(graph.interactions)} of {graph.interactions.n_users} users"
        )
    return Split(protocol, seed, relevance, with_interactions(graph, ~held[pairs.pair_of]), tuple(cases))


def _with_facts(case: Case, graph: KnowledgeGraph) -> Case:
    names = graph.interactions.user_ids
    return replace(case, facts=tuple(graph.user_facts.get(names[user], {}) for user in case.users))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The different pairs of user and item, ordered by user, then item; of several rows the latest counts."""

    n_users: int
    n_items: int
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    times: NDArray[np.int64]
    is_relevant: Mask
    pair_of: NDArray[np.intp]

    @classmethod
    def of(cls, graph: KnowledgeGraph, relevance: Relevance) -> _Pairs:
        log = graph.interactions
        key = log.users.astype(np.int64) * max(log.n_items, 1) + log.items
        _, pair_of = np.unique(key, return_inverse=True)
        n_pairs = int(pair_of.max(initial=-1)) + 1
        latest = np.empty(n_pairs, dtype=np.intp)
        order = np.lexsort((np.arange(len(log)), log.times))
        latest[pair_of[order]] = order  # of rows with the same pair the last assignment stays
        liked = log.values[latest] > 0 if relevance is Relevance.LIKED else np.ones(n_pairs, dtype=bool)
        return cls(
            log.n_users,
            log.n_items,
            log.users[latest],
            log.items[latest],
            log.values[latest],
            log.times[latest],
            liked,
            pair_of.astype(np.intp),
        )

    def ranks(self, *keys: NDArray[np.generic]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the place of each pair among its user's by some keys (the first counts most), and how many it has."""
        order = np.lexsort((*reversed(keys), self.users))
        counts = np.bincount(self.users, minlength=self.n_users)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        places = np.empty(len(order), dtype=np.intp)
        places[order] = np.arange(len(order)) - starts[self.users[order]]
        return places, counts[self.users].astype(np.intp)


def _held_per_user(pairs: _Pairs, share: float, rng: np.random.Generator) -> Mask:
    """Hold out a rounded share of each user's pairs, at random; everybody keeps at least one."""
    places, counts = pairs.ranks(rng.random(len(pairs.users)))
    return np.asarray(places < np.minimum(np.floor(counts * share + 0.5), counts - 1))


def _last(pairs: _Pairs, rng: np.random.Generator) -> Mask:
    places, counts = pairs.ranks(-pairs.times, rng.random(len(pairs.users)))
    return np.asarray((places == 0) & (counts >= _LEAST_TIMED))


def _new_items(graph: KnowledgeGraph, rng: np.random.Generator) -> Mask:
    """Choose a share of the items that have facts and interactions."""
    facets = [facet.name for facet in graph.linked_facets if facet.weight > 0]
    told = np.zeros(graph.n_items, dtype=np.intp)
    for facet in facets:
        told += np.diff(graph.links[facet].indptr) > 0
    able = np.flatnonzero((told >= max(1, min(LEAST_FACETS, len(facets)))) & (graph.interactions.item_counts > 0))
    chosen = np.zeros(graph.n_items, dtype=bool)
    chosen[rng.permutation(able)[: int(len(able) * SHARE)]] = True
    return chosen


def _new_users(pairs: _Pairs, rng: np.random.Generator) -> tuple[Mask, list[Case]]:
    """Hold out whole users; return what is not learned from, and a case for each number of known items."""
    active = np.unique(pairs.users)
    new = np.zeros(pairs.n_users, dtype=bool)
    new[rng.permutation(active)[: int(len(active) * SHARE)]] = True
    is_new = new[pairs.users]
    asked = _held_per_user(pairs, SHARE, rng) & is_new
    own = is_new & ~asked
    later = np.where(own, 0, 1)  # what is asked for comes after all that may be known
    places, _ = pairs.ranks(later, pairs.times, rng.random(len(pairs.users)))
    enough = np.bincount(pairs.users[own], minlength=pairs.n_users)
    cases = []
    for n_known in KNOWN:
        has = enough[pairs.users] >= n_known
        known = own & (places < n_known)
        cases.append(_case(pairs, known & has, asked & has, hidden=own & has, name=f"{n_known} known"))
    return is_new, cases


def _case(  # noqa: PLR0913  (one a field)
    pairs: _Pairs,
    known: Mask,
    held: Mask,
    *,
    hidden: Mask | None = None,
    candidates: Mask | None = None,
    name: str = "",
) -> Case:
    """Return the case of those who have something relevant held out (and, without ``name``, something known)."""
    relevant = held & pairs.is_relevant
    judged = np.bincount(pairs.users[relevant], minlength=pairs.n_users) > 0
    if not name:
        judged &= np.bincount(pairs.users[known], minlength=pairs.n_users) > 0
    users = np.flatnonzero(judged)
    known = known & judged[pairs.users]
    ones = np.ones(len(pairs.users), dtype=np.float32)
    values = np.where(pairs.values == 0, np.finfo(np.float32).tiny, pairs.values)  # a zero would mean "not rated"
    return Case(
        name,
        users,
        _rows(pairs, users, known, values),
        _ages(pairs, known),
        _rows(pairs, users, relevant, ones),
        _rows(pairs, users, known if hidden is None else hidden, ones),
        np.ones(pairs.n_items, dtype=bool) if candidates is None else candidates,
    )


def _rows(pairs: _Pairs, users: Users, chosen: Mask, data: NDArray[np.float32]) -> sparse.csr_matrix:
    """Return some of the pairs as a matrix with a row for each of the users; pairs of others are left out."""
    row = np.full(pairs.n_users, -1, dtype=np.intp)
    row[users] = np.arange(len(users))
    chosen = chosen & (row[pairs.users] >= 0)
    counts = np.bincount(row[pairs.users[chosen]], minlength=len(users))
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return sparse.csr_matrix((data[chosen], pairs.items[chosen], indptr), shape=(len(users), pairs.n_items))


def _ages(pairs: _Pairs, known: Mask) -> NDArray[np.float32]:
    """Return how many days before the last known one of its user each known pair was, in the order of the pairs."""
    last = np.full(pairs.n_users, np.iinfo(np.int64).min)
    np.maximum.at(last, pairs.users[known], pairs.times[known])
    return ((last[pairs.users[known]] - pairs.times[known]) / _DAY_S).astype(np.float32)


def sizes(splits: Sequence[Split]) -> list[dict[str, object]]:
    """Return how much each split learns from and asks for, case by case, for a report."""
    return [
        {
            "seed": one.seed,
            "case": case.name,
            "train_interactions": len(one.graph.interactions),
            "users": len(case.users),
            "known": int(case.known.nnz),
            "relevant": int(case.relevant.nnz),
            "candidates": int(case.candidates.sum()),
        }
        for one in splits
        for case in one.cases
    ]


__all__ = ["KNOWN", "Case", "Protocol", "Relevance", "Split", "sizes", "split"]
