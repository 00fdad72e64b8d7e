"""Sequence: what comes next, read from a history in its order by a small transformer (kgrec.scorers.transformer).

Where people go on with what they have begun, a series or a mood, the order of a history says more than its contents;
transitions count pairs for that; this begins with those counts and reads the last choices as a whole, with the time
between them. It is fitted where somebody asks for it (kgrec.scorers.optional).

A transformer is not a sum over what it reads. But it reads from the oldest choice to the latest, and after each it
would already answer: a choice's share is what the answer changed when it was read. Those shares add up to the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, no_opinion, product
from kgrec.scorers.transformer import History, Plan, answers, foretold, gap_kinds, states, trained, windows_of
from kgrec.scorers.transitions import Transitions

_DAY_S: Final = 86_400.0


class Sequential:
    """The product of an item's vector and the state of a transformer that has read the history.

    What is equally old, or has no age, comes in an order of all items that is drawn once: a score does not depend on
    chance, and a history looks as those do that were learned from.

    Args:
        plan: how the transformer is built and trained.
    """

    name: ClassVar[str] = "sequence"

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan or Plan(layers=1, length=20, epochs=30, hears_more=True, is_validated=True)

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Learn from everybody's interactions; cost as that of :func:`kgrec.scorers.transformer.trained`."""
        log = graph.interactions
        self._take(graph.n_items, {})
        histories = histories_of(log, self._order)
        if any(len(history) > 1 for history in histories):
            known = {"known": log.item_counts > 0}
            follows = Transitions().fit(graph).weights_
            self._take(graph.n_items, trained(histories, graph.n_items, self.plan, follows) | known)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without a rated item, and for items nobody chose."""
        read = evidence.once(self._read)
        if read is None:
            return no_opinion(candidates)
        scores = product(answers(self.weights_), read[1][-1], candidates)
        return np.where(self.known_[candidates], scores, np.float32(np.nan))

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each rated item, what reading it changed; 0 for those too old to be read."""
        read = evidence.once(self._read)
        if read is None:
            return ()
        places, found = read
        changes = np.diff(found.astype(np.float64), axis=0, prepend=0.0)
        parts = np.zeros((evidence.n_rated, len(candidates)))
        parts[places] = changes @ answers(self.weights_)[candidates].T
        return Shares(evidence.rated, parts)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32; values in [-1, 1], all of one age."""
        if not self.weights_:
            return np.full(user_items.shape, np.nan, dtype=np.float32)
        histories = []
        for start, end in zip(user_items.indptr[:-1], user_items.indptr[1:], strict=True):
            items, values = user_items.indices[start:end].astype(np.intp), user_items.data[start:end]
            histories.append(self._in_order(items, values, None)[1])
        scores = foretold(self.weights_, histories)
        scores[:, ~self.known_] = np.nan
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        return {**self.weights_, "known": self.known_}

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to a graph with the same items; maps of files will do."""
        self._take(graph.n_items, arrays)
        return self

    def _take(self, n_items: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._order = np.random.default_rng(self.plan.rng).permutation(n_items)
        self.known_ = arrays.get("known", np.zeros(n_items, dtype=np.bool_))
        self.weights_ = {name: array for name, array in arrays.items() if name != "known"}

    def _read(self, evidence: Evidence) -> tuple[Indices, Scores] | None:
        """Return the places of the rated items that are read, the oldest first, and the state after each."""
        if not evidence.n_rated or not self.weights_:
            return None
        ages = None if evidence.ages is None else evidence.ages[evidence.is_item]
        order, history = self._in_order(evidence.rated, evidence.values[evidence.is_item], ages)
        length = min(len(history), len(self.weights_["places"]))
        return order[-length:], states(np, self.weights_, windows_of([history], length))[0]

    def _in_order(
        self, items: Indices, values: NDArray[np.floating[Any]], ages: NDArray[np.float64] | None
    ) -> tuple[Indices, History]:
        """Return a history, and the places of its items; ``ages`` are in days."""
        old = np.zeros(len(items)) if ages is None else ages
        order = np.lexsort((self._order[items], -old))
        gaps = np.zeros(len(items), dtype=np.int64)
        if ages is not None:
            gaps[1:] = gap_kinds(-np.diff(old[order]) * _DAY_S)
        return order, History(items[order], gaps, values[order].astype(np.float32))


def histories_of(log: Interactions, ties: NDArray[np.integer[Any]]) -> list[History]:
    """Return what each user with interactions chose, the oldest first; ``ties`` (n_items,) order equal times."""
    order = np.lexsort((ties[log.items], log.times, log.users))
    _, starts = np.unique(log.users[order], return_index=True)
    gaps = np.zeros(len(order), dtype=np.int64)
    times = log.times[order].astype(np.float64)
    gaps[1:] = np.where((times[1:] > 0) & (times[:-1] > 0), gap_kinds(np.diff(times)), 0)
    gaps[starts] = 0
    everything = History(log.items[order].astype(np.intp), gaps, log.values[order])
    ends = [*starts[1:].tolist(), len(order)] if len(starts) else []
    return [everything.part(start, end) for start, end in zip(starts.tolist(), ends, strict=True)]
