"""Context: how well an item is liked in the circumstances of now, and what they make of that.

Without any circumstance known it has no opinion. What counts is learned by kgrec.scorers.deviations, where nothing that
does not pay on ratings held out is kept; of that only what tells items apart is scored: the item's own effect and its
kinds', and for each circumstance what it adds to both. What is true of the user whatever the item (alone I rate lower)
moves no list.

What circumstances add to everything (at the cinema all is rated higher) moves no list either, but what is to be
expected of an item: see :meth:`Context.shift`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances, holding
from kgrec.graph.knowledge import no_links
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion
from kgrec.scorers.deviations import Block, Deviations, Occasions, choose_penalties

LEAST_OF_KIND: Final = 5
"""Values that fewer items have say nothing about their kind."""

MOST_KINDS: Final = 200


@dataclass(frozen=True, eq=False)
class Past:
    """What one user did so far, p times.

    Attributes:
        items: intp (p,).
        values: float64 (p,).
        told: CSR (p, n), the circumstances of each, ones.
    """

    items: Indices
    values: NDArray[np.float64]
    told: sparse.csr_matrix


class Context:
    """Item and kind effects, and their deviations in each circumstance.

    Args:
        rng: seed of what is held out to choose penalties.
    """

    name: ClassVar[str] = "context"

    def __init__(self, rng: int = 0) -> None:
        self.rng = rng

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn where the interactions tell circumstances.

        Sets base_ (n_items,), deviations_ (n_items, n), names_, and for shift() moves_ (n_items, n), told_ (n_items,)
        and own_, the penalty of what a circumstance does to one user: 0 where that does not pay.
        """
        log = graph.interactions
        self.names_: tuple[tuple[str, str], ...] = ()
        self.base_ = np.zeros(graph.n_items, dtype=np.float32)
        self.deviations_ = self.moves_ = np.zeros((graph.n_items, 0), dtype=np.float32)
        self.told_, self.own_ = np.zeros_like(self.base_), 0.0
        self.known_ = log.item_counts > 0
        if not log.context:
            return self
        circumstances = Circumstances.of(log)
        kinds = kinds_of(graph)
        known = Occasions(log.users.astype(np.intp), log.items.astype(np.intp), circumstances.told, kinds)
        ratings = log.values.astype(np.float64)
        learned = Deviations.fit(known, ratings, choose_penalties(known, ratings, np.random.default_rng(self.rng)))
        self.base_ = _of_items(learned, (("item",), ("kind",)), kinds).astype(np.float32)
        blocks = (("item", "when"), ("kind", "when"))
        found = _in_each(learned, blocks, known)
        whole = found + _in_each(learned, (("when",),), known)
        self.own_ = learned.penalties.get(("user", "when"), 0.0)
        if whole.any() or self.own_:
            self.names_ = circumstances.names
            self.moves_, self.told_ = _moves(circumstances, whole)
        if found.any():
            self.deviations_ = found[:, :-1].astype(np.float32)
        return self

    def shift(self, items: Indices, told: sparse.csr_matrix, past: Past) -> NDArray[np.float64]:
        """Return how far circumstances move the values one user gives, from what they are on average.

        What circumstances do to the items comes from everybody, what they do to the user from the past of that one.

        Args:
            items: intp (k,).
            told: CSR (k, n), the circumstances of each, of those in ``names_``; without any the shift is 0.
            past: of the user.

        Returns:
            float64 (k,), on the scale of values.
        """
        moved = self._of_items(items, told)
        if self.own_ and len(past.items):
            centre = np.asarray(past.told.mean(axis=0)).ravel()
            apart = past.told.toarray() - centre
            left = past.values - self.base_[past.items] - self._of_items(past.items, past.told)
            ridge = apart.T @ apart + self.own_ * np.eye(len(centre))
            effects = np.linalg.solve(ridge, apart.T @ (left - left.mean()))
            asked, columns = told.toarray(), _columns_of(self.names_)
            is_told = np.array([asked[:, columns == column].any(axis=1) for column in columns]).T
            moved += ((asked - centre) * is_told) @ effects
        return moved

    def shift_now(self, evidence: Evidence, items: Indices) -> NDArray[np.float64]:
        """Return the shift of some items in the circumstances of now, (k,)."""
        now = evidence.once(self._now)
        if not len(now):
            return np.zeros(len(items))
        columns, starts = np.tile(now, len(items)), np.arange(len(items) + 1) * len(now)
        told = sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(items), len(self.names_)))
        return self.shift(items, told, evidence.once(self._past))

    def _of_items(self, items: Indices, told: sparse.csr_matrix) -> NDArray[np.float64]:
        """Return how far circumstances move what anybody thinks of some items, (k,)."""
        is_told = np.diff(told.indptr) > 0
        return np.asarray(told.multiply(self.moves_[items]).sum(axis=1)).ravel() + is_told * self.told_[items]

    def _past(self, evidence: Evidence) -> Past:
        """Return what the evidence tells of occasions."""
        known = zip(evidence.entities.tolist(), evidence.occasions, strict=True) if evidence.occasions else ()
        done = [(item, once) for item, occasions in known for once in occasions]
        if not done:
            return Past(np.empty(0, np.intp), np.empty(0), no_links(0, len(self.names_)))
        places = [holding(self.names_, dict(once.context)) for _, once in done]
        starts = np.cumsum([0, *map(len, places)])
        columns = np.concatenate(places)
        told = sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(done), len(self.names_)))
        values = np.array([once.value for _, once in done])
        return Past(np.array([item for item, _ in done], dtype=np.intp), values, told)

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN where no circumstance that tells anything holds."""
        now = evidence.once(self._now)
        if not len(now) or not self.deviations_.size:
            return no_opinion(candidates)
        scores = self.base_[candidates] + self.deviations_[candidates][:, now].sum(axis=1)
        return np.where(self.known_[candidates], scores, np.float32(np.nan))

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return the share of the items themselves, then one for each circumstance that holds."""
        now = evidence.once(self._now)
        if not len(now) or not self.deviations_.size:
            return ()
        own = self.deviations_[candidates].astype(np.float64)
        parts = [Share(own[:, place], circumstance=self.names_[place]) for place in now.tolist()]
        return (Share(self.base_[candidates].astype(np.float64)), *parts)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        names = np.array(self.names_, dtype=np.str_).reshape(-1, 2)
        learned = {"base": self.base_, "deviations": self.deviations_, "moves": self.moves_, "told": self.told_}
        return {"names": names, **learned, "own": np.asarray(self.own_)}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph."""
        self.names_ = tuple((str(column), str(value)) for column, value in arrays["names"])
        self.base_, self.deviations_ = arrays["base"], arrays["deviations"]
        self.moves_, self.told_, self.own_ = arrays["moves"], arrays["told"], float(arrays["own"])
        self.known_ = graph.interactions.item_counts > 0
        return self

    def _now(self, evidence: Evidence) -> Indices:
        return holding(self.names_, evidence.context)


def kinds_of(graph: KnowledgeGraph) -> sparse.csr_matrix:
    """Return what items have in common, the values of at least LEAST_OF_KIND items: CSR (n_items, kinds), rows of 1."""
    told = graph.attributes
    counts = np.bincount(told.indices, minlength=graph.n_entities)
    frequent = np.argsort(-counts, kind="stable")[:MOST_KINDS]
    kinds = sparse.csr_matrix(told[:, np.sort(frequent[counts[frequent] >= LEAST_OF_KIND])], dtype=np.float64)
    kinds.data[:] = 1.0
    return sparse.csr_matrix(sparse.diags_array(np.maximum(np.diff(kinds.indptr), 1) ** -0.5) @ kinds)


def _of_items(
    learned: Deviations, blocks: Sequence[Block], kinds: sparse.csr_matrix, place: int = 0, n_when: int = 1
) -> NDArray[np.float64]:
    """Return what some blocks, none of them of users, add to each item in one circumstance, (n_items,)."""
    n_items = kinds.shape[0]
    ones = (np.ones(n_items), (np.arange(n_items), np.full(n_items, place)))
    when = sparse.csr_matrix(ones, shape=(n_items, n_when))
    everything = Occasions(np.zeros(n_items, dtype=np.intp), np.arange(n_items), when, kinds)
    return np.asarray(np.sum([learned.part(block, everything) for block in blocks], axis=0))


def _in_each(learned: Deviations, blocks: Sequence[Block], known: Occasions) -> NDArray[np.float64]:
    """Return what some blocks, none of them of users, add to each item in each circumstance, (n_items, n + 1)."""
    n = known.when.shape[1]
    return np.column_stack([_of_items(learned, blocks, known.kinds, place, n) for place in range(n)])


def _columns_of(names: Sequence[tuple[str, str]]) -> Indices:
    """Return the number of the column that each circumstance is a value of, (n,)."""
    return np.unique([column for column, _ in names], return_inverse=True)[1].astype(np.intp)


def _moves(circumstances: Circumstances, whole: NDArray[np.float64]) -> tuple[Scores, Scores]:
    """Return what each circumstance adds beyond its column's mean, (n_items, n), and what it adds that any is told.

    ``whole``: float64 (n_items, n + 1), what each adds, the last that none is told.
    """
    counts = np.asarray(circumstances.told.sum(axis=0)).ravel()
    rows = circumstances.told.shape[0]
    columns = _columns_of(circumstances.names)
    moves = whole[:, :-1].copy()
    for column in range(int(columns.max(initial=-1)) + 1):
        own = columns == column
        moves[:, own] -= (whole[:, :-1][:, own] @ counts[:-1][own] / counts[:-1][own].sum())[:, None]
    added = whole[:, :-1] @ counts[:-1] / max(rows - counts[-1], 1)
    return moves.astype(np.float32), (added - whole @ counts / rows).astype(np.float32)


__all__ = ["Context", "Past", "kinds_of"]
