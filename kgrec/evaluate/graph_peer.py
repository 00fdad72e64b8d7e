"""A peer that learns on the graph of who chose what: LightGCN (He et al. 2020), the usual graph neural network here.

Users and items have vectors, which are all that is learned; a layer replaces each by the normalised sum of its
neighbours', and what counts is the mean over the layers. Pairs of an item chosen and one drawn are told apart (BPR,
Rendle et al. 2009).

All that is linear, so the gradient is written down: it goes through the same layers as the vectors do, and what pairs
ask of the vectors is a sparse matrix users × items. Each step takes all interactions, with other items drawn: on
MovieLens 100K that is as good as batches of 2,048 at a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from kgrec.errors import DataError
from kgrec.evaluate.contenders import Contender, quality
from kgrec.evaluate.peers import Rows, Scores, chosen
from kgrec.evaluate.splits import Protocol, split
from kgrec.graph import KnowledgeGraph

Vectors = NDArray[np.float32]

_SEED: Final = 0
_EVERY: Final = 20  # steps between two looks at what is held out
_LOOKS: Final = 25  # at most
_PATIENCE: Final = 4  # looks without a better one
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8  # of Adam (Kingma & Ba 2015)
_SPREAD: Final = 0.1  # of vectors to begin with, as in the authors' code


class LightGcn:
    """Vectors smoothed over the graph of users and items.

    Args:
        layers: how far vectors are passed on.
        size: of the vectors.
        reg: of the vectors of each pair.
        rate: of learning.
    """

    def __init__(self, layers: int = 2, size: int = 128, reg: float = 3e-3, rate: float = 0.02) -> None:
        self.layers = layers
        self.size = size
        self.reg = reg
        self.rate = rate

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Find how long to learn on a tenth of each user's items, then learn from all for as long."""
        looks = self._looks(graph)
        for vectors in islice(self._learn(chosen(graph)), looks):
            self.users_, self.items_ = np.split(vectors, [-graph.n_items])
        return self

    def score_many(self, user_items: sparse.csr_matrix, users: Rows) -> Scores:
        """See Peer; knows only users it was trained on."""
        del user_items
        return np.asarray(self.users_[users] @ self.items_.T)

    def _looks(self, graph: KnowledgeGraph) -> int:
        """Return after how many looks what is held out was found best."""
        try:
            held = split(graph, Protocol.WARM, _SEED, is_nested=True)
        except DataError:  # everybody has a few items
            return _LOOKS
        contender = Contender("LightGCN", lambda case, rows: self.score_many(case.known[rows], case.users[rows]))
        found: list[float] = []
        for vectors in self._learn(chosen(held.graph)):
            self.users_, self.items_ = np.split(vectors, [-graph.n_items])
            found.append(quality(contender, held))
            if len(found) - int(np.argmax(found)) > _PATIENCE:
                break
        return int(np.argmax(found)) + 1

    def _learn(self, user_items: sparse.csr_matrix) -> Iterator[Vectors]:
        """Yield the smoothed vectors, float32 (users then items, size), after every so many steps."""
        rng = np.random.default_rng(_SEED)
        steps = normalised(user_items)
        own = (_SPREAD * rng.standard_normal((steps.shape[0], self.size))).astype(np.float32)
        first, second = np.zeros_like(own), np.zeros_like(own)
        for step in range(1, _EVERY * _LOOKS + 1):
            gradient = self.gradient(own, user_items, steps, rng)
            first += np.float32(1 - _FIRST) * (gradient - first)
            second += np.float32(1 - _SECOND) * (gradient**2 - second)
            size = np.float32(self.rate / (1 - _FIRST**step))
            own -= size * first / (np.sqrt(second / np.float32(1 - _SECOND**step)) + np.float32(_TINY))
            if step % _EVERY == 0:
                yield self.smoothed(own, steps)

    def smoothed(self, own: Vectors, steps: sparse.csr_matrix) -> Vectors:
        """Return the mean of the vectors themselves and of those after each layer."""
        total, passed = own.copy(), own
        for _ in range(self.layers):
            passed = steps @ passed
            total += passed
        return np.asarray(total / np.float32(self.layers + 1), dtype=np.float32)

    def gradient(
        self, own: Vectors, user_items: sparse.csr_matrix, steps: sparse.csr_matrix, rng: np.random.Generator
    ) -> Vectors:
        """Return the gradient of the mean loss of all interactions, each beside an item that is drawn.

        The loss of a pair is -log σ(chosen - drawn) + reg / 2 · |its own vectors|². Where the item drawn was chosen
        too, there is nothing to tell apart.
        """
        users, items = user_items.nonzero()
        drawn = rng.integers(user_items.shape[1], size=len(items))
        apart = np.asarray(user_items[users, drawn]).ravel() == 0
        users, items, drawn = users[apart], items[apart], drawn[apart]
        of_users, of_items = np.split(self.smoothed(own, steps), [user_items.shape[0]])
        ahead = np.einsum("nd,nd->n", of_users[users], of_items[items] - of_items[drawn])
        wrong = special.expit(-ahead) / max(len(users), 1)
        cells = (np.concatenate([-wrong, wrong]), (np.tile(users, 2), np.concatenate([items, drawn])))
        pull = sparse.csr_matrix(cells, shape=user_items.shape, dtype=np.float32)
        by_pairs = np.vstack([pull @ of_items, pull.T @ of_users])
        rows = np.concatenate([users, user_items.shape[0] + items, user_items.shape[0] + drawn])
        counts = np.bincount(rows, minlength=len(own)).astype(np.float32) / max(len(users), 1)
        return np.asarray(self.smoothed(by_pairs, steps) + self.reg * counts[:, None] * own, dtype=np.float32)


def normalised(user_items: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the graph of users and items, D^-1/2 A D^-1/2, CSR float32 (users then items, the same)."""
    both = sparse.csr_matrix(sparse.block_array([[None, user_items], [user_items.T.tocsr(), None]]))
    ends = np.asarray(both.sum(axis=1)).ravel()
    scale = sparse.diags_array(1 / np.sqrt(np.maximum(ends, 1)))
    return sparse.csr_matrix(scale @ both @ scale, dtype=np.float32)
