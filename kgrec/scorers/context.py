"""Context: how well an item is liked in the circumstances of now, and what they make of that.

Without any circumstance known it has no opinion. What counts is learned by kgrec.scorers.deviations, where nothing that
does not pay on ratings held out is kept; of that only what tells items apart is scored: the item's own effect and its
kinds', and for each circumstance what it adds to both. What is true of the user whatever the item (alone I rate lower)
moves no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.graph.circumstances import Circumstances, holding
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion
from kgrec.scorers.deviations import Block, Deviations, Occasions, choose_penalties

LEAST_OF_KIND: Final = 5
"""Values that fewer items have say nothing about their kind."""

MOST_KINDS: Final = 200


class Context:
    """Item and kind effects, and their deviations in each circumstance.

    Args:
        rng: seed of what is held out to choose penalties.
    """

    name: ClassVar[str] = "context"

    def __init__(self, rng: int = 0) -> None:
        self.rng = rng

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn where the interactions tell circumstances; sets base_ (n_items,), deviations_ (n_items, n), names_."""
        log = graph.interactions
        self.names_: tuple[tuple[str, str], ...] = ()
        self.base_ = np.zeros(graph.n_items, dtype=np.float32)
        self.deviations_ = np.zeros((graph.n_items, 0), dtype=np.float32)
        self.known_ = log.item_counts > 0
        if not log.context:
            return self
        circumstances = Circumstances.of(log)
        kinds = kinds_of(graph)
        known = Occasions(log.users.astype(np.intp), log.items.astype(np.intp), circumstances.told, kinds)
        ratings = log.values.astype(np.float64)
        learned = Deviations.fit(known, ratings, choose_penalties(known, ratings, np.random.default_rng(self.rng)))
        self.base_ = _of_items(learned, (("item",), ("kind",)), kinds).astype(np.float32)
        told = range(len(circumstances.names))
        blocks = (("item", "when"), ("kind", "when"))
        found = np.array([_of_items(learned, blocks, kinds, place, known.when.shape[1]) for place in told])
        if found.any():
            self.names_, self.deviations_ = circumstances.names, found.T.astype(np.float32)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN where no circumstance that tells anything holds."""
        now = evidence.once(self._now)
        if not len(now):
            return no_opinion(candidates)
        scores = self.base_[candidates] + self.deviations_[candidates][:, now].sum(axis=1)
        return np.where(self.known_[candidates], scores, np.float32(np.nan))

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return the share of the items themselves, then one for each circumstance that holds."""
        now = evidence.once(self._now)
        if not len(now):
            return ()
        own = self.deviations_[candidates].astype(np.float64)
        parts = [Share(own[:, place], circumstance=self.names_[place]) for place in now.tolist()]
        return (Share(self.base_[candidates].astype(np.float64)), *parts)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        names = np.array(self.names_, dtype=np.str_).reshape(-1, 2)
        return {"names": names, "base": self.base_, "deviations": self.deviations_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph."""
        self.names_ = tuple((str(column), str(value)) for column, value in arrays["names"])
        self.base_, self.deviations_ = arrays["base"], arrays["deviations"]
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


__all__ = ["Context", "kinds_of"]
