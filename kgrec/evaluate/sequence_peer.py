"""A peer that reads histories in order: SASRec, a transformer that predicts the next item from those before it.

Source: Kang & McAuley 2018, with the cross-entropy over the whole catalogue in place of one negative an item, which
Klenitskiy & Vasilev 2023 found to be the stronger way to train it. Of the items done in one second the order is drawn.
Where people rate a list that a site gave them, as on MovieLens, a good part of the order is the site's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kgrec.evaluate.peers import package
from kgrec.evaluate.splits import Case
from kgrec.graph import KnowledgeGraph

Items = NDArray[np.intp]
Scores = NDArray[np.float32]

_BATCH: Final = 64
_HEADS: Final = 2
_DROPOUT: Final = 0.2
_RATE: Final = 1e-3
_ASKED: Final = 0.25
"""In each epoch so many of the places are asked for, drawn anew: the gradient is the same on average, for a quarter."""

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
        self.size = size
        self.epochs = epochs
        self.length = length
        self.layers = layers

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Train with a fixed seed of its own; torch's is left as it was."""
        torch: Any = package("torch")
        windows = self._windows(in_order(graph))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_SEED)
            self._build(torch, graph.n_items)
            parameters = [*self.items_.parameters(), *self.places_.parameters(), *self.encoder_.parameters()]
            optimiser = torch.optim.Adam(parameters, lr=_RATE)
            told = torch.from_numpy(windows)
            for _ in range(self.epochs):
                for rows in torch.randperm(len(told)).split(_BATCH):
                    self._step(torch, told[rows], optimiser)
        self.encoder_.eval()
        return self

    def score_sequences(self, sequences: Sequence[Items]) -> Scores:
        """Return scores, (users, n_items), of what comes after each sequence of items, the oldest first.

        NaN for an empty sequence.
        """
        torch: Any = package("torch")
        told = np.zeros((len(sequences), self.length), dtype=np.int64)
        last = np.zeros(len(sequences), dtype=np.int64)
        for row, sequence in enumerate(sequences):
            read = sequence[-self.length :]
            told[row, : len(read)] = read + 1
            last[row] = max(len(read) - 1, 0)
        with torch.inference_mode():
            states = self._states(torch, torch.from_numpy(told))
            found = states[torch.arange(len(told)), torch.from_numpy(last)] @ self.items_.weight[1:].T
        scores = np.asarray(found.numpy(), dtype=np.float32).copy()
        scores[[not len(sequence) for sequence in sequences]] = np.nan
        return scores

    def _build(self, torch: Any, n_items: int) -> None:
        """Make the untrained parts; item 0 fills up what is shorter than a window."""
        self.items_ = torch.nn.Embedding(n_items + 1, self.size, padding_idx=0)
        self.places_ = torch.nn.Embedding(self.length, self.size)
        for table in (self.items_, self.places_):
            torch.nn.init.normal_(table.weight, std=self.size**-0.5)
        layer = torch.nn.TransformerEncoderLayer(
            self.size, _HEADS, 2 * self.size, _DROPOUT, activation="gelu", batch_first=True, norm_first=True
        )
        norm = torch.nn.LayerNorm(self.size)
        self.encoder_ = torch.nn.TransformerEncoder(layer, self.layers, norm, enable_nested_tensor=False)

    def _states(self, torch: Any, told: Any) -> Any:
        """Return a vector for each place of each window, made of what stands there and before: (b, length, size)."""
        embedded = self.items_(told) + self.places_(torch.arange(told.shape[1]))
        embedded = torch.nn.functional.dropout(embedded, _DROPOUT, training=self.encoder_.training)
        mask = torch.nn.Transformer.generate_square_subsequent_mask(told.shape[1])
        return self.encoder_(embedded, mask=mask, is_causal=True)

    def _step(self, torch: Any, told: Any, optimiser: Any) -> None:
        """Improve the prediction of each item of some windows from those before it."""
        before, after = told[:, :-1], told[:, 1:]
        is_told = (after > 0) & (torch.rand(after.shape) < _ASKED)
        logits = self._states(torch, before)[is_told] @ self.items_.weight[1:].T
        loss = torch.nn.functional.cross_entropy(logits, after[is_told] - 1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    def _windows(self, sequences: Sequence[Items]) -> NDArray[np.int64]:
        """Cut histories into windows of length + 1 items, from the end, overlapping by one: int64 from 1, 0 = none."""
        rows = []
        for sequence in sequences:
            end = len(sequence)
            while end > 1:
                part = sequence[max(end - self.length - 1, 0) : end]
                rows.append(np.pad(part + 1, (0, self.length + 1 - len(part))))
                end -= self.length
        return np.array(rows, dtype=np.int64).reshape(-1, self.length + 1)


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
