"""Channel weights: how far to trust texts and shared attributes beside other people, learned on users held out for it.

No constant is right for every graph: attributes deserve little beside the ratings of thousands and everything beside
none. Where enough people rated enough, some are held out; of each, a few opinions are heard, and the weights are those
under which the posterior puts what else they liked highest. The search is a small grid, the same every time; an
improvement within chance leaves the constants of :func:`kgrec.reasoning.belief.channel_weights` in force, as does a
graph with fewer people. On ml-latest-small it takes a second and a half, once: the result is kept with what was fitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.domain import OpinionKind
from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import no_links
from kgrec.reasoning.belief import CHANNELS, OWN, Array, Prior, opinions_of_users
from kgrec.reasoning.observation import DISLIKE, NOISE

LEAST_LEARNERS: Final = 20
MOST_LEARNERS: Final = 60
MOST_WORK: Final = 2_000_000
"""So many users are held out, at most a tenth of all and no more than items × users allow; with fewer, none."""

LEAST_LIKED: Final = 6
HEARD: Final = 8
"""Who likes fewer items shows nothing; so many opinions of each are heard, on the items most people know."""

CONTENT: Final = (0.03, 0.1, 0.2, 0.4, 0.8)
"""What attributes and texts together may weigh, where other people weigh what their number is worth."""

TEXT: Final = (0.0, 0.3, 0.6)
"""Which part of that the texts may have."""

SURE: Final = 2.0
"""Learned weights replace the constants if they are better by so many standard errors of the difference."""

SEED: Final = 0

Weights = NDArray[np.float64]  # (3,), in the order of CHANNELS


def fit_prior(graph: KnowledgeGraph, vectors: Array | None = None) -> Prior:
    """Estimate the prior from a graph, with learned channel weights where there are people to learn from."""
    n_users = graph.interactions.n_users
    opinions = opinions_of_users(graph) if n_users else no_links(0, graph.n_entities)
    prior = Prior.of_community(graph, vectors, opinions)
    learned = learn_weights(graph, vectors, opinions)
    return prior if learned is None else replace(prior, weights=learned)


def learn_weights(graph: KnowledgeGraph, vectors: Array | None, opinions: sparse.csr_matrix) -> dict[str, float] | None:
    """Return the channel weights that serve held-out users best; None where the constants will do.

    Args:
        graph: what to learn from; it is not changed.
        vectors: of the texts, as for :class:`Prior`.
        opinions: CSR (n_users, n_entities), what its users think.
    """
    held = _held_out(graph)
    if len(held) < LEAST_LEARNERS:
        return None
    rest = np.setdiff1d(np.arange(opinions.shape[0]), held)
    prior = Prior.of_community(graph, vectors, opinions[rest])
    usual = prior.weights
    grid = list(_grid(usual, has_texts=vectors is not None))
    plain = replace(prior, weights=dict.fromkeys(CHANNELS, 1.0))
    found = np.array([one.qualities(plain, grid) for one in _learners(graph, held)])
    gains = found[:, 1:] - found[:, :1]
    best = int(np.argmax(gains.mean(axis=0)))
    error = float(gains[:, best].std(ddof=1)) / len(gains) ** 0.5
    if float(gains[:, best].mean()) <= SURE * error:
        return None
    return dict(zip(CHANNELS, grid[best + 1].tolist(), strict=True))


def _grid(usual: Mapping[str, float], *, has_texts: bool) -> Iterator[Weights]:
    """Go through the weights to try, the constants first."""
    yield np.array([usual[channel] for channel in CHANNELS])
    for content, part in product(CONTENT, TEXT if has_texts else (0.0,)):
        yield np.array([content * part, content * (1 - part), usual["collaborative"]])


@dataclass(frozen=True, eq=False)
class Learner:
    """A held-out user.

    Attributes:
        told: intp (t,), the items heard about.
        opinions: float64 (t,), what was heard.
        liked: intp (likes,), others that this user likes.
    """

    n_items: int
    told: NDArray[np.intp]
    opinions: NDArray[np.float64]
    liked: NDArray[np.intp]

    def qualities(self, plain: Prior, grid: Sequence[Weights]) -> list[float]:
        """Return how high the posterior under each of some weights puts what is liked: NDCG over the whole catalogue.

        ``plain`` is the prior with every channel at weight 1, so that its columns serve all weights.
        """
        columns = np.stack([plain.channels(item)[:, : self.n_items] for item in self.told.tolist()], axis=-1)
        return [
            self._quality(plain.mean, np.tensordot(weights.astype(np.float32), columns, axes=1)) for weights in grid
        ]

    def _quality(self, mean: Array, kernel: Array) -> float:
        own = kernel[self.told].astype(np.float64) + (OWN + NOISE[OpinionKind.RATED]) * np.eye(len(self.told))
        pulls = np.linalg.solve(own, self.opinions - mean[self.told])
        scores = mean[: self.n_items] + kernel @ pulls.astype(np.float32)
        scores[self.told] = -np.inf
        places = np.empty(self.n_items)
        places[np.argsort(-scores, kind="stable")] = np.arange(self.n_items)
        ideal = 1.0 / np.log2(np.arange(len(self.liked)) + 2)
        return float((1.0 / np.log2(places[self.liked] + 2)).sum() / ideal.sum())


def _held_out(graph: KnowledgeGraph) -> NDArray[np.intp]:
    """Return the users to learn on: some of those who like at least LEAST_LIKED items, by seed."""
    log = graph.interactions.user_items
    likes = np.bincount(np.repeat(np.arange(log.shape[0]), np.diff(log.indptr))[log.data > 0], minlength=log.shape[0])
    telling = np.flatnonzero(likes >= LEAST_LIKED)
    most = min(MOST_LEARNERS, log.shape[0] // 10, max(LEAST_LEARNERS, MOST_WORK // max(graph.n_items, 1)))
    return np.asarray(np.sort(np.random.default_rng(SEED).permutation(telling)[:most]), dtype=np.intp)


def _learners(graph: KnowledgeGraph, users: NDArray[np.intp]) -> Iterator[Learner]:
    """Cut what each user rated in two: the best known of one half are heard, the likes of the other are to be found."""
    log, counts = graph.interactions.user_items, graph.interactions.item_counts
    rng = np.random.default_rng(SEED)
    for user in users.tolist():
        row = slice(log.indptr[user], log.indptr[user + 1])
        order = rng.permutation(row.stop - row.start)
        items, values = log.indices[row][order].astype(np.intp), log.data[row][order].astype(np.float64)
        half = len(items) // 2
        liked = items[half:][values[half:] > 0]
        if len(liked):
            known = np.argsort(-counts[items[:half]], kind="stable")[:HEARD]
            heard = np.where(values > 0, values, -DISLIKE * values)[known]
            yield Learner(graph.n_items, items[known], heard, liked)
