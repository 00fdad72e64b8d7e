"""A peer that reads histories in order: SASRec, a transformer that predicts the next item from those before it.

It is the transformer of the sequence scorer (kgrec.scorers.transformer, where its sources are) as it was published:
items and places alone, nothing to begin with, and as many epochs as tuning finds best. Of the items done in one second
the order is drawn. Where people rate a list that a site gave them, as on MovieLens, a good part of the order is the
site's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.evaluate.splits import Case
from kgrec.graph import KnowledgeGraph
from kgrec.scorers.transformer import History, Plan, foretold, trained

Items = NDArray[np.intp]
Scores = NDArray[np.float32]

_SEED: Final = 0


class SasRec:
    """Self-attentive sequential recommendation.

    Args:
        size: of the vectors.
        epochs: how often all histories are gone through.
        length: so many items are read at a time; longer histories are trained on in windows.
        layers: of the transformer.
    """

    def __init__(self, size: int = 64, epochs: int = 40, length: int = 50, layers: int = 2) -> None:
        self.plan = Plan(size, layers, length, epochs, rng=_SEED)

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Train with a fixed seed of its own; torch's is left as it was."""
        self.weights_ = trained([_told(sequence) for sequence in in_order(graph)], graph.n_items, self.plan)
        return self

    def score_sequences(self, sequences: Sequence[Items]) -> Scores:
        """Return scores, (users, n_items), of what comes after each sequence of items, the oldest first.

        NaN for an empty sequence.
        """
        return foretold(self.weights_, [_told(sequence) for sequence in sequences])


def _told(items: Items) -> History:
    """Return a history of which nothing is known but its items."""
    return History(items, np.zeros(len(items), dtype=np.int64), np.zeros(len(items), dtype=np.float32))


def in_order(graph: KnowledgeGraph) -> list[Items]:
    """Return the items of each user with interactions, the oldest first, ties in a random order."""
    log = graph.interactions
    ties = np.random.default_rng(_SEED).random(len(log))
    order = np.lexsort((ties, log.times, log.users))
    users, starts = np.unique(log.users[order], return_index=True)
    return [items.astype(np.intp) for items in np.split(log.items[order], starts[1:])] if len(users) else []


def sequences_of(case: Case, rows: NDArray[np.intp]) -> list[Items]:
    """Return the known items of some rows of a case, the oldest first, ties in a random order."""
    found = []
    for row in rows:
        part = slice(case.known.indptr[row], case.known.indptr[row + 1])
        ties = np.random.default_rng([_SEED, int(row)]).random(part.stop - part.start)
        found.append(case.known.indices[part][np.lexsort((ties, -case.ages[part]))].astype(np.intp))
    return found
