"""Splits: which interactions are learned from, what is known of each user judged, and what they should be shown.

A split is a pure function of graph, protocol and seed. It is made of pairs (user, item): who rated an item twice has
both rows on the same side, so nothing held out is learned from. Users and items keep their numbers. Tuning and learned
weights get a split of the training graph by the same function (``Split.nested``): what is held out here is never seen.

* warm: a fifth of each user's items, at random.
* new-users: a fifth of the users, none of whose interactions is learned from; of each the first 0, 1, 2, 3, 5 and 10
  items (by time, ties at random) are known; asked for is the same random fifth of their items in every case, and the
  other four fifths are never listed, known or not: so the cases can be compared. Facts about them, opinions on values
  among them (kgrec.graph.opinions), and whom they know stay known in all cases.
* new-items: a fifth of the items that have facts, with all that users did with them; only these are ranked.
* temporal: each user's last item (ties at random). What others did later is still learned from.
* opinions: a fifth of the users who told LEAST_TOLD opinions on values, none of whose interactions is learned from;
  facts, those opinions among them, are all that is known of them. Asked for are all their items, of those who have
  LEAST_ASKED of them that are relevant.
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
from kgrec.graph.opinions import opinions_on_values
from kgrec.learning.pairs import Mask, Pairs, Users
from kgrec.learning.splits import with_interactions

SHARE: Final = 0.2
"""So much is held out: of a user's items, of the users, or of the items."""

NESTED_SHARE: Final = 0.1
"""So much of what a user's training items are is held out to tune on: 8 of the 80 in a hundred."""

KNOWN: Final = (0, 1, 2, 3, 5, 10)
"""So many items of a new user are known."""

LEAST_FACETS: Final = 2
"""An item has facts if it has values of so many facets (or of the only one there is)."""

LEAST_TOLD: Final = 3
LEAST_ASKED: Final = 2

_LEAST_TIMED: Final = 3
"""Whose last item is asked for has at least so many: one to ask for, one to tune on, one to know."""


class Protocol(StrEnum):
    """What is held out."""

    WARM = "warm"
    NEW_USERS = "new-users"
    NEW_ITEMS = "new-items"
    TEMPORAL = "temporal"
    OPINIONS = "opinions"


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
    pairs = Pairs(graph.interactions)
    counts_as_found = pairs.values > 0 if relevance is Relevance.LIKED else pairs.is_chosen
    rng = np.random.default_rng([seed, int(is_nested), list(Protocol).index(protocol)])
    share = NESTED_SHARE if is_nested else SHARE
    if protocol is Protocol.WARM:
        held = _held_per_user(pairs, share, rng)
        cases = [_case(pairs, ~held, held & counts_as_found)]
    elif protocol is Protocol.TEMPORAL:
        held = _last(pairs, rng)
        cases = [_case(pairs, ~held, held & counts_as_found)]
    elif protocol is Protocol.NEW_ITEMS:
        new = _new_items(graph, rng)
        held = new[pairs.items]
        cases = [_case(pairs, ~held, held & counts_as_found, candidates=new)]
    elif protocol is Protocol.OPINIONS:
        held = _outspoken(graph, share, rng)[pairs.users]
        found = held & counts_as_found
        enough = np.bincount(pairs.users[found], minlength=pairs.n_users) >= LEAST_ASKED
        cases = [_case(pairs, np.zeros_like(held), found & enough[pairs.users], name="opinions alone")]
    else:
        held, cases = _new_users(pairs, counts_as_found, rng)
    cases = [_with_facts(case, graph) for case in cases if len(case.users)]
    if not cases:
        raise DataError(
            f"{graph.name!r} has too few interactions to hold some out ({protocol}): "
            f"{len(graph.interactions)} of {graph.interactions.n_users} users"
        )
    return Split(protocol, seed, relevance, with_interactions(graph, ~held[pairs.of_row]), tuple(cases))


def _with_facts(case: Case, graph: KnowledgeGraph) -> Case:
    names = graph.interactions.user_ids
    return replace(case, facts=tuple(graph.user_facts.get(names[user], {}) for user in case.users))


def _held_per_user(pairs: Pairs, share: float, rng: np.random.Generator) -> Mask:
    """Hold out a rounded share of each user's pairs, at random; everybody keeps at least one."""
    places, counts = pairs.places(rng.random(len(pairs)))
    return np.asarray(places < np.minimum(np.floor(counts * share + 0.5), counts - 1))


def _last(pairs: Pairs, rng: np.random.Generator) -> Mask:
    places, counts = pairs.places(-pairs.times, rng.random(len(pairs)))
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


def _outspoken(graph: KnowledgeGraph, share: float, rng: np.random.Generator) -> Mask:
    """Choose a share of the users with interactions who told enough opinions on values."""
    told, log = np.diff(opinions_on_values(graph).indptr), graph.interactions
    able = np.flatnonzero((told >= LEAST_TOLD) & (np.diff(log.user_items.indptr) > 0))
    chosen = np.zeros(graph.interactions.n_users, dtype=bool)
    chosen[rng.permutation(able)[: int(len(able) * share)]] = True
    if not chosen.any():
        raise DataError(
            f"{graph.name!r} has {len(able)} users who told {LEAST_TOLD} opinions on values or more (facts likes and "
            "dislikes about users); there must be some to hold out and others to learn from"
        )
    return chosen


def _new_users(pairs: Pairs, counts_as_found: Mask, rng: np.random.Generator) -> tuple[Mask, list[Case]]:
    """Hold out whole users; return what is not learned from, and a case for each number of known items."""
    active = np.unique(pairs.users)
    new = np.zeros(pairs.n_users, dtype=bool)
    new[rng.permutation(active)[: int(len(active) * SHARE)]] = True
    is_new = new[pairs.users]
    asked = _held_per_user(pairs, SHARE, rng) & is_new
    own = is_new & ~asked
    later = np.where(own, 0, 1)  # what is asked for comes after all that may be known
    places, _ = pairs.places(later, pairs.times, rng.random(len(pairs)))
    enough = np.bincount(pairs.users[own], minlength=pairs.n_users)
    cases = []
    for n_known in KNOWN:
        has = enough[pairs.users] >= n_known
        known = own & (places < n_known)
        relevant = asked & has & counts_as_found
        cases.append(_case(pairs, known & has, relevant, hidden=own & has, name=f"{n_known} known"))
    return is_new, cases


def _case(  # noqa: PLR0913  (one a field)
    pairs: Pairs,
    known: Mask,
    relevant: Mask,
    *,
    hidden: Mask | None = None,
    candidates: Mask | None = None,
    name: str = "",
) -> Case:
    """Return the case of those who have something relevant held out (and, without ``name``, something known)."""
    judged = np.bincount(pairs.users[relevant], minlength=pairs.n_users) > 0
    if not name:
        judged &= np.bincount(pairs.users[known], minlength=pairs.n_users) > 0
    users = np.flatnonzero(judged)
    known = known & judged[pairs.users]
    ones = np.ones(len(pairs), dtype=np.float32)
    return Case(
        name,
        users,
        pairs.rows(users, known, pairs.entries),
        pairs.ages(known),
        pairs.rows(users, relevant, ones),
        pairs.rows(users, known if hidden is None else hidden, ones),
        np.ones(pairs.n_items, dtype=bool) if candidates is None else candidates,
    )


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
