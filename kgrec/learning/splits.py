"""Hold-outs: graphs that never saw some of the interactions, and what to ask of them.

Whatever is learned about scorers (their weights, what their scores mean) must come from interactions they were not
fitted on. A graph is cut here by users, by interactions or by items; everything else of it stays the same, and so do
the numbers of users and items. What is held out are pairs of user and item: of somebody who rated an item twice, both
interactions are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.learning.pairs import Mask, Pairs, Users
from kgrec.weights import BUCKETS, FEW

SHARE: Final = 0.1
"""So much of each user's items is held out to learn from; everybody keeps at least one."""

LATEST: Final = 3
"""At most so many items of each user are held out where it is the latest ones."""

PEOPLE_SHARE: Final = 0.2
"""So many of the users are taken out entirely, to come back as new ones."""

ITEM_SHARE: Final = 0.12
"""So many of the rated items lose all their interactions, and as many more all but one to four of them."""

ASKED: Final = 0.2
"""So much of what a user who comes back chose, and is not said to know, is asked for."""

MOST_USERS: Final = 1_000
"""More users than this are not asked about; those who are, are drawn."""

MOST_STAYING: Final = 200
"""Of those not taken out, so many are asked about new items as well."""

MOST_ASIDE: Final = 500
"""So many histories are asked about new items, and about those with few interactions."""

_MOST_CELLS: Final = 6_000_000


def only(graph: KnowledgeGraph, users: Users) -> KnowledgeGraph:
    """Return the graph with the interactions of some users alone, who are numbered in that order."""
    number = np.full(graph.interactions.n_users, -1, dtype=np.int32)
    number[users] = np.arange(len(users))
    names = tuple(graph.interactions.user_ids[user] for user in users)
    return with_interactions(graph, number[graph.interactions.users] >= 0, names, number)


def with_interactions(
    graph: KnowledgeGraph,
    keep: Mask,
    user_ids: tuple[str, ...] | None = None,
    number: NDArray[np.int32] | None = None,
) -> KnowledgeGraph:
    """Return the graph with some of its interactions, ``keep`` (m,), and all that is known of each.

    ``number`` says which place in ``user_ids`` each user has; by default users stay as they are.
    """
    kept = graph.interactions.take(np.flatnonzero(keep), user_ids, number)
    return replace(graph, interactions=kept, fingerprint="")


@dataclass(frozen=True, eq=False)
class Examples:
    """Users as they might come, and what else they chose.

    Attributes:
        users: intp (n,), who they are; somebody may come more than once.
        known: CSR (n, n_items) float32, their histories as values in [-1, 1].
        held: CSR (n, n_items), the values of what should be found; at least one in each row.
        candidates: bool (n_items,), what is ranked, without what is known of each.
        ages: float32 (known.nnz,), in the order of ``known.data``: days since each opinion; None: not to be told.
        hidden: CSR (n, n_items), what else is not ranked: they chose it, and neither know it here nor are asked for it.
    """

    users: Users
    known: sparse.csr_matrix
    held: sparse.csr_matrix
    candidates: Mask
    ages: NDArray[np.float32] | None = None
    hidden: sparse.csr_matrix | None = None

    def __len__(self) -> int:
        return len(self.users)

    @cached_property
    def n_known(self) -> NDArray[np.intp]:
        """How many items each has rated, (n,)."""
        return np.diff(self.known.indptr).astype(np.intp)

    def take(self, rows: NDArray[np.intp], candidates: Mask | None = None) -> Examples:
        """Return some of them, asked for ``candidates`` only (by default as before).

        Who has none of these held out is left out.
        """
        candidates = self.candidates if candidates is None else candidates
        held = _only_columns(self.held[rows], candidates)
        has = np.diff(held.indptr) > 0
        rows = rows[has]
        ages = None
        if self.ages is not None:
            starts = self.known.indptr
            ages = np.concatenate([self.ages[starts[row] : starts[row + 1]] for row in rows] or [self.ages[:0]])
        hidden = None if self.hidden is None else self.hidden[rows]
        return Examples(self.users[rows], self.known[rows], held[np.flatnonzero(has)], candidates, ages, hidden)


@dataclass(frozen=True, eq=False)
class Cut:
    """A graph without some interactions, and examples that those make.

    Attributes:
        graph: what to fit to.
        examples: what to ask; established items only.
        new: the same users asked for items that the graph knows no interaction of.
        few: the same users asked for items that it knows fewer than FEW of.
    """

    graph: KnowledgeGraph
    examples: Examples
    new: Examples | None = None
    few: Examples | None = None


def hold_out_interactions(graph: KnowledgeGraph, rng: np.random.Generator, *, is_latest: bool = False) -> Cut:
    """Hold out a share of everybody's items, at random, or the latest ones.

    ``is_latest``: scorers are then told how old each opinion is, as they are when the next choice is asked for.
    """
    pairs = Pairs(graph.interactions)
    order = rng.random(len(pairs))
    if is_latest:
        places, counts = pairs.places(-pairs.times, order)
        most = np.minimum(LATEST, np.maximum(np.floor(counts * SHARE), 1))
    else:
        places, counts = pairs.places(order)
        most = np.maximum(np.floor(counts * SHARE + 0.5), 1)
    held = places < np.minimum(most, counts - 1)
    users = _sample(np.unique(pairs.users[held]), rng, _most_users(graph.n_items))
    everything = np.ones(graph.n_items, dtype=np.bool_)
    examples = _examples(pairs, users, ~held, held, everything, has_ages=is_latest)
    return Cut(with_interactions(graph, ~held[pairs.of_row]), examples)


def hold_out_people_and_items(graph: KnowledgeGraph, rng: np.random.Generator) -> Cut:
    """Take out whole users, who come back with a few items known, and items, which come back as new ones.

    Each user comes back with a number of rated items drawn from each bucket, and once with all they rated;
    always the first ones by time. What is established is asked of the users taken out, new items of others as well.
    """
    pairs = Pairs(graph.interactions)
    active = rng.permutation(np.unique(pairs.users))
    out = active[: int(len(active) * PEOPLE_SHARE)]
    is_out = np.isin(pairs.users, out)
    rated = rng.permutation(np.flatnonzero(graph.interactions.item_counts >= FEW))
    n_aside = int(len(rated) * ITEM_SHARE)
    is_new, is_few = (
        np.isin(np.arange(graph.n_items), part) for part in (rated[:n_aside], rated[n_aside : 2 * n_aside])
    )
    left = _thinned(pairs, is_few, is_out, rng)
    fitted = ~is_out & ~is_new[pairs.items] & (~is_few[pairs.items] | left)
    ordinary = ~is_new & ~is_few
    returning = _returning(pairs, ordinary[pairs.items], _sample(out, rng, _most_users(graph.n_items)), rng)
    staying = _examples(pairs, _sample(active[len(out) :], rng, MOST_STAYING), fitted, ~fitted & ~is_out, ~ordinary)
    everybody = _stacked([*returning, staying])
    rows = _sample(np.arange(len(everybody)), rng, MOST_ASIDE)
    return Cut(
        with_interactions(graph, fitted[pairs.of_row]),
        _stacked(returning).take(np.arange(sum(map(len, returning))), ordinary),
        everybody.take(rows, is_new),
        everybody.take(rows, is_few),
    )


def _returning(pairs: Pairs, is_known: Mask, users: Users, rng: np.random.Generator) -> list[Examples]:
    """Return the users again and again: with a number of items known that is drawn from each bucket, and with all.

    They are asked of scorers that never saw them: members of a community are still known by what they chose besides,
    whatever they are said to have rated, to scorers that compare users.
    A part of what else they chose is asked for and the rest hidden: were all of it asked for, a list of what everybody
    gets round to sooner or later would be hard to beat, and no use to anybody.
    """
    later = np.where(is_known, 0, 1)  # what is asked for as a new item is not known before
    places, _ = pairs.places(later, pairs.times, rng.random(len(pairs)))
    mine = np.isin(pairs.users, users)
    everything = np.ones(pairs.n_items, dtype=np.bool_)
    found = []
    for least, beyond in (*pairwise(BUCKETS), (pairs.n_items, pairs.n_items + 1)):
        n_known = rng.integers(least, beyond, size=pairs.n_users)
        known = mine & is_known & (places < n_known[pairs.users])
        asked = mine & ~known & (~is_known | (rng.random(len(pairs)) < ASKED))
        found.append(_examples(pairs, users, known, asked, everything, hidden=mine & ~known & ~asked))
    return found


def _thinned(pairs: Pairs, is_few: Mask, is_out: Mask, rng: np.random.Generator) -> Mask:
    """Return, of the interactions with items that shall have few, those that are left: one to FEW - 1 of each item."""
    able = np.flatnonzero(is_few[pairs.items] & ~is_out)
    order = able[np.lexsort((rng.random(len(able)), pairs.items[able]))]
    _, starts, group = np.unique(pairs.items[order], return_index=True, return_inverse=True)
    left = np.zeros(len(pairs.items), dtype=np.bool_)
    left[order] = np.arange(len(order)) - starts[group] < rng.integers(1, FEW, size=len(starts))[group]
    return left


def _most_users(n_items: int) -> int:
    """Return how many users to ask about: fewer where each has more items to be ranked."""
    return max(MOST_USERS // 5, min(MOST_USERS, _MOST_CELLS // max(n_items, 1)))


def _sample(users: Users, rng: np.random.Generator, most: int) -> Users:
    """Return at most so many of them, ascending."""
    return np.sort(rng.permutation(users)[:most]).astype(np.intp)


def _stacked(parts: list[Examples]) -> Examples:
    """Return several examples with the same candidates and without ages as one."""
    return Examples(
        np.concatenate([part.users for part in parts]),
        sparse.csr_matrix(sparse.vstack([part.known for part in parts])),
        sparse.csr_matrix(sparse.vstack([part.held for part in parts])),
        parts[0].candidates,
        hidden=sparse.csr_matrix(sparse.vstack([_or_nothing(part.hidden, part.known) for part in parts])),
    )


def _or_nothing(rows: sparse.csr_matrix | None, like: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix(like.multiply(0)) if rows is None else rows


def _examples(  # noqa: PLR0913  (one for each field)
    pairs: Pairs,
    users: Users,
    known: Mask,
    held: Mask,
    candidates: Mask,
    *,
    hidden: Mask | None = None,
    has_ages: bool = False,
) -> Examples:
    """Return those of the users of whom something that is a candidate is held out."""
    held = held & candidates[pairs.items] & pairs.is_chosen
    users = users[np.isin(users, pairs.users[held])]

    def rows(chosen: Mask) -> sparse.csr_matrix:
        return pairs.rows(users, chosen, pairs.entries)

    ages = pairs.ages(known & np.isin(pairs.users, users)) if has_ages else None
    return Examples(users, rows(known), rows(held), candidates, ages, None if hidden is None else rows(hidden))


def _only_columns(rows: sparse.csr_matrix, columns: Mask) -> sparse.csr_matrix:
    """Return the matrix with what stands in other columns left out."""
    kept = rows.copy()
    kept.data = np.where(columns[kept.indices], kept.data, 0).astype(np.float32)
    kept.eliminate_zeros()
    return kept
