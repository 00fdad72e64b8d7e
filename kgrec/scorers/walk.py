"""Walk: short random walks from what the user chose, over what others chose and over shared attributes.

RP3beta (Paudel, Christoffel, Newell & Bernstein 2017): three steps, item → user → item, with transition
probabilities raised to alpha, and the landing probability divided by the target's popularity to the power beta, so
that hits do not drown the rest. Beta grows with what is known of the user: one choice says little, and then what many
chose is the better guess; a long history finds the rarer ones. Where there are no interactions, or beside them, the
same walk goes item → attribute → item. For one user this needs no item-item matrix: two sparse products over the walked
part. For millions of interactions the walks from every item are made once and cut to the k best.

Everybody else's rating is a choice, whatever its value. The asker's walk starts at every item they chose, at a hated
one with the weight ``disliked``: on ml-latest-small, letting dislikes count against what others chose with them lost a
fifth of NDCG@10. What the user dislikes is heard by the scorers that compare contents.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, Shares, choices, in_common, no_opinion, product
from kgrec.scorers.item_item import history_weights, weights_of
from kgrec.scorers.rows import dense_product
from kgrec.scorers.topk import packed, top_products, unpacked

Steps = tuple[sparse.csr_matrix, ...]
"""A step away from items and one back to them, each with a row for each item; or both in one, (n_items, n_items)."""


class Walk:
    """RP3beta over users × items, mixed with the same walk over items × attributes.

    Args:
        alpha: exponent of each transition probability.
        beta: how strongly popular targets are held back in the end; 0 is P3alpha.
        half: after so many rated items, half of beta is in force: n / (n + half) of it.
        attributes: the weight of attribute steps beside interactions (they weigh 1 where there are none).
        k: keep the k likeliest targets of each item; None: walk anew for each user.
        disliked: how likely a walk starts at a hated item, where at one that is not disliked it is 1.
        recency: after so many later choices an item counts half; None: age does not matter.
    """

    name: ClassVar[str] = "walk"

    def __init__(  # noqa: PLR0913  (one for each part of the walk)
        self,
        alpha: float = 0.6,
        beta: float = 0.65,
        half: float = 5.0,
        attributes: float = 0.04,
        k: int | None = None,
        *,
        disliked: float = 0.2,
        recency: float | None = None,
    ) -> None:
        self.alpha = alpha
        self.beta = beta
        self.half = half
        self.attributes = attributes
        self.k = k
        self.disliked = disliked
        self.recency = recency

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Normalise the steps; cost O(links + interactions), with ``k`` that of all walks of three steps."""
        people, by_values = graph.interactions.chosen, 1.0
        self.popularity_ = np.log(np.maximum(graph.interactions.item_counts, 1))
        self.people_: Steps = ()
        if people.nnz:
            by_values = self.attributes
            self.people_ = self._people(people)
        told = sparse.csr_matrix(graph.attributes.multiply(graph.idf))
        self.values_ = self._values(told, by_values) if by_values else ()
        return self

    def _people(self, user_items: sparse.csr_matrix) -> Steps:
        if self.k is None:
            chosen = choices(user_items)
            return transitions(chosen.T.tocsr(), self.alpha), transitions(chosen, self.alpha).T.tocsr()
        walks = rp3beta(user_items, self.alpha, self.beta, self.k)
        walks.data *= np.exp(self.beta * self.popularity_).astype(np.float32)[walks.indices]  # held back when scoring
        return (walks,)

    def _values(self, told: sparse.csr_matrix, weight: float) -> Steps:
        leave, arrive = transitions(told, self.alpha), transitions(told.T.tocsr(), self.alpha) * np.float32(weight)
        if self.k is None:
            return leave, arrive.T.tocsr()
        return (top_products(leave, arrive, self.k, diagonal=False),)

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN without any item to start from, 0 where no walk arrives."""
        starts, values, people = evidence.once(self._starts)
        if not starts.any():
            return no_opinion(candidates)
        scores = _landed(starts, values, candidates)
        if self.people_:
            scores += _landed(starts, people, candidates) * self._held_back(len(starts))[candidates]
        return np.asarray(scores, dtype=np.float32)

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each rated item."""
        starts, values, people = evidence.once(self._starts)
        if not starts.any():
            return ()
        landed = _landed_from(len(starts), values, candidates)
        if self.people_:
            landed += _landed_from(len(starts), people, candidates) * self._held_back(len(starts))[candidates]
        return Shares(evidence.rated, landed * starts[:, None])

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items); values in [-1, 1], all of one age."""
        weights = history_weights(user_items.data, disliked=self.disliked)
        known = np.diff(user_items.indptr)
        starts = sparse.csr_matrix((weights, user_items.indices, user_items.indptr), shape=user_items.shape)
        total = np.asarray(abs(starts).sum(axis=1)).ravel()
        starts.data /= np.repeat(np.where(total > 0, total, 1), known)
        scores = _landed_many(starts, self.people_)
        for n in np.unique(known).tolist():
            scores[known == n] *= self._held_back(n)
        scores += _landed_many(starts, self.values_)
        scores[total == 0] = np.nan
        return scores

    def _held_back(self, n: int) -> Scores:
        """Return what chances of landing are multiplied by when ``n`` items are known of a user, (n_items,)."""
        beta = self.beta * n / (n + self.half) if n else 0.0
        return np.asarray(np.exp(np.float32(-beta) * self.popularity_.astype(np.float32)))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what fit learned, for a cache."""
        arrays: dict[str, NDArray[Any]] = {"popularity": self.popularity_}
        for name, steps in (("people", self.people_), ("values", self.values_)):
            for number, step in enumerate(steps):
                arrays |= packed(f"{name}.{number}", step)
        return arrays

    def restore(self, graph: KnowledgeGraph, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what :meth:`arrays` gave after a fit to the same graph; nothing is copied, so maps of files will do."""
        del graph
        self.popularity_ = arrays["popularity"]
        stored = {
            name: [unpacked(f"{name}.{number}", arrays) for number in range(2) if f"{name}.{number}.indptr" in arrays]
            for name in ("people", "values")
        }
        self.people_, self.values_ = tuple(stored["people"]), tuple(stored["values"])
        return self

    def _starts(self, evidence: Evidence) -> tuple[Scores, Steps, Steps]:
        """Return the chance of starting at each rated item, absolute sum 1, or 0 without any, and the steps from them.

        Of the steps, over values and over people, the first has the rows of the rated items alone.
        """
        weights = weights_of(evidence, self.disliked, self.recency)
        total = np.abs(weights).sum()
        values, people = (
            (steps[0][evidence.rated], *steps[1:]) if steps else () for steps in (self.values_, self.people_)
        )
        return np.asarray(weights / total if total else weights, dtype=np.float32), values, people


def transitions(matrix: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """Return row-stochastic transition probabilities to the power alpha, same shape, float32.

    >>> transitions(sparse.csr_matrix(np.array([[1.0, 3.0], [0.0, 0.0]])), 1.0).toarray().tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    step = sparse.csr_matrix(sparse.diags_array(1.0 / np.where(totals > 0, totals, 1.0)) @ matrix)
    step.data = step.data**alpha
    return step.astype(np.float32)


def rp3beta(user_items: sparse.csr_matrix, alpha: float, beta: float, k: int) -> sparse.csr_matrix:
    """Return the k likeliest targets of each item among its walks over users, CSR (n_items, n_items) float32.

    Made for millions of interactions: every factor but those of user and target is the row's own, so the second step is
    a matrix of ones, which costs one addition a walk.
    """
    items_users = choices(user_items).T.tocsr()
    counts = np.maximum(np.diff(items_users.indptr), 1.0)
    active = np.maximum(np.diff(user_items.indptr), 1.0).astype(np.float32) ** np.float32(-alpha)
    items_users.data = np.repeat(counts**-alpha, np.diff(items_users.indptr)).astype(np.float32)
    items_users.data *= active[items_users.indices]
    damping = (counts**-beta).astype(np.float32)
    return top_products(items_users, choices(user_items), k, damping, diagonal=False)


def _landed(starts: Scores, steps: Steps, candidates: Indices) -> Scores:
    """Return the chance of arriving at each candidate, shape (len(candidates),); 0 without steps."""
    if not steps:
        return np.zeros(len(candidates), dtype=np.float32)
    between = np.asarray(steps[0].T @ starts)
    return between[candidates] if len(steps) == 1 else product(steps[1], between, candidates)


def _landed_from(n: int, steps: Steps, candidates: Indices) -> NDArray[np.float64]:
    """Return the chance of arriving at each candidate from each of the ``n`` rated items, (n, len(candidates))."""
    if not steps:
        return np.zeros((n, len(candidates)))
    leave = steps[0]
    landed = leave[:, candidates].toarray() if len(steps) == 1 else in_common(leave, steps[1][candidates])
    return landed.astype(np.float64)


def _landed_many(starts: sparse.csr_matrix, steps: Steps) -> Scores:
    """Return the chance of arriving at each item for each user, starts.shape."""
    if not steps:
        return np.zeros(starts.shape, dtype=np.float32)
    if len(steps) == 1:
        return dense_product(starts, steps[0])
    return dense_product(sparse.csr_matrix(starts @ steps[0]), steps[1].T.tocsr())
